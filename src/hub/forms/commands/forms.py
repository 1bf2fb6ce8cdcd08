"""Write forms: make one, edit its draft, publish it as a numbered version, open and close it, ask people."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any, ClassVar, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Q
from django.utils.text import slugify

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.forms import (
    FORM_MOVES,
    SMALLEST_GROUP,
    AskedAs,
    Audience,
    Content,
    Finding,
    FormState,
    asked_anew,
    check,
    dump,
    joins_when_over,
    load,
)
from hub.forms import permissions
from hub.forms.models import RESERVED_FORM_SLUGS, AnonymousAnswer, Answer, Asked, Form, FormVersion, Upload
from hub.forms.queries.forms import contents, opened_again, settings_mark, settings_of
from hub.forms.queries.parts import asked_of_forms
from hub.kit import jobs, journal
from hub.messaging.commands import facts_changed
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort, Programme

LONGEST_KEPT = 3650  # days
SHOW_WHEN_OVER = "show-when-over"


class BadSetting(Refusal):
    """A setting of a form can't be used; `field` says which."""

    code: ClassVar[str] = "bad-setting"


class FormSlugTaken(Refusal):
    """Another form of the programme has the address."""

    code: ClassVar[str] = "form-slug-taken"


class NotReady(Refusal):
    """A form can't be published as it is; `findings` say why, each beside its question."""

    code: ClassVar[str] = "not-ready"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Say the first, and how many there are."""
        more = f" And {len(findings) - 1} more." if len(findings) > 1 else ""
        super().__init__(f"This form can’t be published yet. {findings[0].sentence}{more}")
        self.findings = findings


class NothingToPublish(Refusal):
    """The draft says what the newest version says."""

    code: ClassVar[str] = "nothing-to-publish"


class HasAnswers(Refusal):
    """A form with answers is not deleted by the way, and what people were promised when they answered is not changed."""

    code: ClassVar[str] = "has-answers"


class FormSettings(TypedDict, total=False):
    """What can be set of a form. The slug and whether it is anonymous stay once anybody can have seen it."""

    is_anonymous: bool
    audience: Audience
    roles: Iterable[RoleKind]
    cohort: Cohort | None
    opens_at: datetime | None
    closes_at: datetime | None
    kept_days: int
    smallest_group: int


@transaction.atomic
def create_form(
    programme: Programme,
    content: Content,
    *,
    slug: str = "",
    by: Person | None,
    at: datetime,
    **settings: Unpack[FormSettings],
) -> Form:
    """Make a form, a draft nobody is asked yet. Without a slug one is made of the title, the next that is free.

    Raises NotAllowed, BadSetting, FormSlugTaken.
    """
    permissions.require_team(by, programme, at=at, doing="make its forms")
    if slug and (slugify(slug) != slug or slug in RESERVED_FORM_SLUGS):
        raise BadSetting("An address has small letters, figures and hyphens.", field="slug")
    form = Form(
        programme=programme,
        slug=slug or _free_slug(programme, content.title),
        draft=dump(content),
        draft_at=at,
        draft_by=by,
        state_at=at,
        made_at=at,
        audience=Audience.ASKED.value,
        audience_at=at if "audience" in settings else None,
    )
    _set(form, settings)
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as no:
        raise FormSlugTaken("Another form here has this address.", field="slug") from no
    _show_at_close(form)
    journal.record("made", form, by=by, at=at, part_of=programme, title=content.title, personal=["title"])
    return form


@transaction.atomic
def copy_form(form: Form, *, title: str = "", programme: Programme | None = None, by: Person | None, at: datetime) -> Form:
    """Make a draft like another form, with the same settings; nobody is asked by it yet. Raises NotAllowed."""
    permissions.require_team(by, form.programme, at=at, doing="copy its forms")
    content = load(form.draft | {"title": title.strip() or f"{form.title} (copy)"})
    is_elsewhere = programme is not None and programme.pk != form.programme_id
    settings = FormSettings(
        is_anonymous=form.is_anonymous,
        roles=form.role_kinds,
        cohort=None if is_elsewhere else form.cohort,
        kept_days=form.kept_days,
        smallest_group=form.smallest_group,
    )
    if form.says_whom:
        settings["audience"] = Audience(form.audience)
    return create_form(programme or form.programme, content, by=by, at=at, **settings)


@transaction.atomic
def edit_draft(form: Form, content: Content, *, seen: datetime, by: Person | None, at: datetime) -> Form:
    """Save what the team made of a form. People go on answering the version that is published.

    `seen` is the `draft_at` the edit began from. Raises NotAllowed, ChangedMeanwhile.
    """
    row = _locked(form, by, at, doing="change its forms")
    facts = dump(content)
    if facts == row.draft:
        return row
    if row.draft_at != seen:
        raise ChangedMeanwhile(
            "Somebody else changed this form meanwhile, so this is not saved yet. Look at what it says now, then do it again."
        )
    row.draft, row.draft_at, row.draft_by = facts, at, by
    row.save(update_fields=["draft", "draft_at", "draft_by"])
    journal.record("edited", row, by=by, at=at)
    return row


@transaction.atomic
def edit_settings(
    form: Form, *, seen: str | None = None, by: Person | None, at: datetime, **settings: Unpack[FormSettings]
) -> Form:
    """Change who is asked, from when to when, and how long answers are kept.

    `seen` is the mark of what the person saw set (`queries.settings_mark`; None: they saw no page). What is set so already is
    left alone, whoever set it. Raises NotAllowed, ChangedMeanwhile, BadSetting, HasAnswers.

    What people were told when they answered holds: once there are answers they are kept no longer than was said, and a
    form does not become anonymous or stop being so.
    """
    row = _locked(form, by, at, doing="change its forms")
    if seen is not None and seen != settings_mark(row):
        _require_same(row, settings)
    was_over = row.closes_at is not None and row.closes_at <= at
    if was_over:
        _show_waiting(row)  # though its time is made longer now: it was over, and they were shown
    has_answers = row.answers.exists() or row.anonymous_answers.exists() or row.taken.exists()
    if has_answers and settings.get("is_anonymous", row.is_anonymous) != row.is_anonymous:
        raise HasAnswers("People have answered this form already, so it stays as it is.", field="is_anonymous")
    if has_answers and settings.get("kept_days", row.kept_days) > row.kept_days:
        raise HasAnswers(
            f"People were told that their answers are kept for {row.kept_days} days. It can be fewer, not more.",
            field="kept_days",
        )
    if has_answers and settings.get("smallest_group", row.smallest_group) < row.smallest_group:
        raise HasAnswers("People have answered under a larger group. It can be larger, not smaller.", field="smallest_group")
    before = settings_of(row)
    begins_at = _begins_at(row)
    _set(row, settings)
    after = settings_of(row)
    is_said_first = "audience" in settings and not row.says_whom
    if before != after or is_said_first:
        if before["opens_at"] != after["opens_at"] and row.began_at is None and begins_at is not None and begins_at <= at:
            row.began_at = begins_at  # so whom it asked from the start stay those it asked from the start
        if before["audience"] != after["audience"] or is_said_first:
            row.audience_at = at  # who was told before that it asks them is asked all the same
        if was_over and row.state == FormState.OPEN and (row.closes_at is None or row.closes_at > at):
            row.state_at = at  # it was over by its time and is opened again, as by hand
        row.save()
        _show_at_close(row)
        changed = [name for name in after if before[name] != after[name] or (is_said_first and name == "audience")]
        journal.record("settings-changed", row, by=by, at=at, fields=changed)
        facts_changed(row.programme_id, at=at)
    return row


@transaction.atomic
def publish_form(form: Form, *, seen: datetime, by: Person | None, at: datetime) -> FormVersion:
    """Freeze the draft as the next numbered version, and open the form if it never was. Answers stay with their versions.

    `seen` is the `draft_at` of what was looked at. Raises NotAllowed, ChangedMeanwhile, NotReady, NothingToPublish.
    """
    row = _locked(form, by, at, doing="publish its forms")
    if row.draft_at != seen:
        raise ChangedMeanwhile("Somebody changed this form a moment ago. Look again at what would be published now.")
    content = load(row.draft)
    findings = check(content, is_anonymous=row.is_anonymous, published=contents(row))
    if wrong := tuple(each for each in findings if each.is_wrong):
        raise NotReady(wrong)
    last = row.versions.order_by("-number").first()
    if last is not None and _words(last.content) == _words(row.draft):
        raise NothingToPublish("This is what people see already.")
    version = FormVersion.objects.create(
        form=row, number=last.number + 1 if last else 1, content=row.draft, published_at=at, published_by=by
    )
    journal.record("published", version, by=by, at=at, part_of=row, number=version.number)
    if row.state == FormState.DRAFT:
        _move(row, "opened", by=by, at=at)
    facts_changed(row.programme_id, at=at)  # it may be called something else now
    return version


@transaction.atomic
def open_form(form: Form, *, by: Person | None, at: datetime) -> Form:
    """Take answers again; from then on anonymous ones are shown in groups alone. Raises NotAllowed, NotFromHere, NotReady."""
    row = _locked(form, by, at, doing="open its forms")
    if not row.versions.exists():
        raise NotReady((Finding("", "Publish it first."),))
    return _move(row, "opened", by=by, at=at)


@transaction.atomic
def close_form(form: Form, *, by: Person | None, at: datetime) -> Form:
    """Take no more answers; anonymous ones that wait are shown with the others, the first time. Raises NotAllowed, NotFromHere.

    They go with those that were shown last: too few to be a group, they would tell by the day they go when they were given.
    Once it was opened again, those too few to be a group stay unseen (`core.forms.joins_when_over`).
    """
    row = _locked(form, by, at, doing="close its forms")
    _show_waiting(row)
    return _move(row, "closed", by=by, at=at)


@transaction.atomic
def show_when_over(form: Form, *, at: datetime) -> bool:
    """Show what waits of an anonymous form whose time is over, as `close_form` does; says whether it is over.

    Run when its time closes it, and before anything that counts on it. Nothing is written of it into the journal.
    """
    row = locked(form)
    is_over = row.closes_at is not None and row.closes_at <= at
    if is_over:
        _show_waiting(row)
    return is_over


def _show_waiting(row: Form) -> None:
    """Show the anonymous answers that wait, where they may join; the form takes no more, and is locked."""
    pile = AnonymousAnswer.objects.filter(form=row)
    waiting, shown = pile.filter(is_shown=False).count(), pile.filter(is_shown=True).count()
    is_first = not opened_again(row)
    if not joins_when_over(waiting, seen=shown + row.frozen_count, group=row.smallest_group, is_first=is_first):
        return
    first = pile.filter(is_shown=False).aggregate(day=Min("day"))["day"]
    last_shown = pile.filter(is_shown=True).aggregate(day=Max("day"))["day"]
    if first is not None:
        pile.filter(Q(is_shown=False) | Q(day=last_shown)).update(is_shown=True, day=min(first, last_shown or first))


def _show_at_close(row: Form) -> None:
    """Ask for what waits to be shown when the time of an anonymous form closes it."""
    if row.is_anonymous and row.closes_at is not None:
        jobs.enqueue(SHOW_WHEN_OVER, key=str(row.pk), payload={"form": row.pk}, due_at=row.closes_at)


@transaction.atomic
def ask_people(
    form: Form,
    people: Iterable[Person],
    *,
    role: RoleKind | None = None,
    cohort: Cohort | None = None,
    by: Person | None,
    at: datetime,
) -> int:
    """Ask people to answer, each once; says how many are new. Raises NotAllowed.

    Who is asked because of a `role` (in a `cohort`) is asked as long as they have it; without one they are asked by hand, and
    until somebody asks them no more.
    """
    row = _locked(form, by, at, doing="ask people")
    there = {each.person_id: each for each in row.asked.all()}
    still = asked_of_forms(row.programme, [row], at=at).get(row.pk, {}) if row.audience == Audience.ASKED else there
    wanted = AskedAs(role.value if role else "", cohort.pk if cohort else None)
    new, changed = [], []
    count = 0
    for person in {each.pk: each for each in people}.values():
        known = there.get(person.pk)
        if known is None:
            new.append(Asked(form=row, person=person, asked_at=at, role=wanted.kind, cohort_id=wanted.cohort))
            count += 1
            continue
        as_what, is_anew = asked_anew(known.asked_as, wanted, is_asked_still=person.pk in still)
        if is_anew:
            known.asked_at = at
            count += 1
        if is_anew or as_what != known.asked_as:
            known.role, known.cohort_id = as_what.kind, as_what.cohort
            changed.append(known)
    Asked.objects.bulk_create(new)
    Asked.objects.bulk_update(changed, ["asked_at", "role", "cohort"])
    if count:
        journal.record("asked", row, by=by, at=at, count=count)
    if new or changed:
        facts_changed(row.programme_id, at=at)
    return count


@transaction.atomic
def ask_no_more(form: Form, person: Person, *, by: Person | None, at: datetime) -> bool:
    """Stop asking a person; what they sent stays. Says whether they were asked. Raises NotAllowed."""
    row = _locked(form, by, at, doing="ask people")
    is_gone = row.asked.filter(person=person).delete()[0] > 0
    if is_gone:
        journal.record("not-asked", row, by=by, at=at, about=person)
        facts_changed(row.programme_id, at=at)
    return is_gone


@transaction.atomic
def remove_form(form: Form, *, with_answers: bool, by: Person | None, at: datetime) -> None:
    """Delete a form with its versions; with its answers only where that is said. Raises NotAllowed, HasAnswers."""
    row = _locked(form, by, at, doing="delete its forms")
    count = row.answers.count() + row.anonymous_answers.count()
    if count and not with_answers:
        raise HasAnswers(f"This form has {count} answers, which would be gone with it.")
    for stored in Upload.objects.filter(answer__form=row).values_list("stored", flat=True):
        jobs.delete_file(stored, at=at)
    journal.record("removed", row, by=by, at=at, part_of=row.programme, title=row.title, answers=count, personal=["title"])
    Answer.objects.filter(form=row).delete()
    AnonymousAnswer.objects.filter(form=row).delete()
    row.delete()
    facts_changed(row.programme_id, at=at)


def locked(form: Form) -> Form:
    """Give the form as it stands now, locked until the transaction ends."""
    return Form.objects.select_for_update(of=("self",)).select_related("programme", "cohort").get(pk=form.pk)


def _locked(form: Form, by: Person | None, at: datetime, *, doing: str) -> Form:
    permissions.require_team(by, form.programme, at=at, doing=doing)
    return locked(form)


def _move(row: Form, verb: str, *, by: Person | None, at: datetime) -> Form:
    before = FormState(row.state)
    after = FORM_MOVES.after(verb, before)
    row.state, row.state_at = after.value, at
    row.save(update_fields=["state", "state_at"])
    journal.record(verb, row, by=by, at=at, before={"state": before.value}, after={"state": after.value})
    facts_changed(row.programme_id, at=at)
    return row


def _words(facts: dict[str, Any]) -> dict[str, Any]:
    """Give what people see of a content: without the number the next question would get."""
    return {name: value for name, value in facts.items() if name != "next_key"}


def _free_slug(programme: Programme, title: str) -> str:
    base = slugify(title)[:50].strip("-") or "form"
    taken = set(Form.objects.filter(programme=programme, slug__startswith=base).values_list("slug", flat=True))
    taken |= RESERVED_FORM_SLUGS
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _begins_at(form: Form) -> datetime | None:
    """Give when a form begins to ask by its times as they are, None before it is published."""
    published_at = form.versions.order_by("number").values_list("published_at", flat=True).first()
    return max(form.opens_at or published_at, published_at) if published_at is not None else None


def _require_same(row: Form, settings: FormSettings) -> None:
    """See to it that settings are what is set already, by somebody else. Raises ChangedMeanwhile, BadSetting."""
    wanted = copy(row)
    _set(wanted, settings)
    if settings_of(wanted) != settings_of(row):
        raise ChangedMeanwhile(
            "Somebody else changed these settings meanwhile, so yours are not saved yet. Compare the two, then save again."
        )


def _set(form: Form, settings: FormSettings) -> None:
    """Put settings into a row. Raises BadSetting."""
    if "is_anonymous" in settings:
        form.is_anonymous = settings["is_anonymous"]
    if "audience" in settings:
        form.audience = settings["audience"].value
    if "roles" in settings:
        kinds = list(dict.fromkeys(kind.value for kind in settings["roles"]))
        form.roles = f",{','.join(kinds)}," if kinds else ""
    if "cohort" in settings:
        form.cohort = settings["cohort"]
    form.opens_at = settings.get("opens_at", form.opens_at)
    form.closes_at = settings.get("closes_at", form.closes_at)
    form.kept_days = settings.get("kept_days", form.kept_days)
    form.smallest_group = settings.get("smallest_group", form.smallest_group)
    if form.cohort is not None and form.cohort.programme_id != form.programme_id:
        raise BadSetting("This cohort is of another programme.", field="cohort")
    if form.audience == Audience.ROLES and not form.roles:
        raise BadSetting("Say whose roles.", field="roles")
    if form.opens_at and form.closes_at and form.closes_at <= form.opens_at:
        raise BadSetting("It closes before it opens.", field="closes_at")
    if not 1 <= form.kept_days <= LONGEST_KEPT:
        raise BadSetting(f"Answers are kept for 1 to {LONGEST_KEPT} days.", field="kept_days")
    least = SMALLEST_GROUP if form.is_anonymous else 3
    if not least <= form.smallest_group <= 100:
        raise BadSetting(f"The smallest group is from {least} to 100.", field="smallest_group")
