"""Templates and rules: written, checked when they are saved, switched on and off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from hub.core import letters
from hub.core.choices import Topic
from hub.core.errors import ChangedMeanwhile, NotFromHere, Refusal
from hub.core.outbox import Offset
from hub.kit import journal
from hub.messaging.commands.reconcile import ask_to_send, have_looked_at, look_again
from hub.messaging.happenings import Usual, happenings, variables_for
from hub.messaging.models import Hook, Message, Rule, Template
from hub.messaging.permissions import require_team
from hub.messaging.queries.rules import rule_mark
from hub.people.models import Person
from hub.programmes.models import Programme
from hub.programmes.queries import locked_programme

_DOING = "change what it writes to people"
LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000


class BadLetter(Refusal):
    """A letter that can't be sent as it is written: an unknown variable, no subject. `problems` lists all of them."""

    code: ClassVar[str] = "bad-letter"

    def __init__(self, sentence: str, *, field: str | None = None, problems: tuple[tuple[int, str], ...] = ()) -> None:
        """Keep the line and the sentence of each problem; line 0 is the subject."""
        super().__init__(sentence, field=field)
        self.problems = problems


class BadRule(Refusal):
    """A rule that can't be followed; `field` says what is wrong with it."""

    code: ClassVar[str] = "bad-rule"


class StillUsed(Refusal):
    """A template that rules write with."""

    code: ClassVar[str] = "still-used"


class RuleMakesOther(ChangedMeanwhile):
    """Switched on, a rule would make other messages than the person was shown."""

    code: ClassVar[str] = "rule-makes-other"


class RuleChangedMeanwhile(ChangedMeanwhile):
    """Somebody else changed the rule since the person began to edit it."""

    code: ClassVar[str] = "rule-changed-meanwhile"


class LetterChangedMeanwhile(ChangedMeanwhile):
    """Somebody else changed the letter since the person began to edit it."""

    code: ClassVar[str] = "letter-changed-meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote: a letter's subject and body, both with variables."""

    subject: str
    body: str


def check_letter(subject: str, body: str, *, happening: str) -> Written:
    """Tidy a letter and check it against the variables of what it speaks of. Raises BadLetter with every problem."""
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").replace("\r", "\n").strip()
    problems: list[tuple[int, str]] = []
    if not subject:
        problems.append((0, "Write a subject, so that people see what it is about."))
    if len(subject) > LONGEST_SUBJECT:
        problems.append((0, f"The subject has {len(subject)} characters and there is room for {LONGEST_SUBJECT}."))
    if not body:
        problems.append((1, "Write the letter."))
    if len(body) > LONGEST_BODY:
        problems.append((1, f"The letter has {len(body)} characters and there is room for {LONGEST_BODY}."))
    problems += [(each.line, each.sentence) for each in letters.check(subject, body, variables_for(happening))]
    if problems:
        line, sentence = problems[0]
        raise BadLetter(sentence, field="subject" if line == 0 else "body", problems=tuple(problems))
    return Written(subject=subject, body=body)


@transaction.atomic
def write_template(
    programme: Programme,
    *,
    title: str,
    subject: str,
    body: str,
    topic: Topic,
    happening: str = "",
    by: Person | None,
    at: datetime,
) -> Template:
    """Add a template. Raises NotAllowed, BadLetter, BadRule."""
    require_team(by, programme, at=at, doing=_DOING)
    _check_happening(happening)
    written = check_letter(subject, body, happening=happening)
    row = _insert_template(programme, _title(title), written, topic=topic, happening=happening, by=by, at=at)
    journal.record("template-written", row, by=by, at=at, part_of=programme, title=row.title)
    return row


@transaction.atomic
def edit_template(
    template: Template,
    *,
    title: str,
    subject: str,
    body: str,
    topic: Topic,
    seen_at: datetime,
    by: Person | None,
    at: datetime,
) -> Template:
    """Change a template; what waits is written with the new words when it goes.

    Raises NotAllowed, BadLetter, BadRule, LetterChangedMeanwhile.
    """
    require_team(by, template.programme, at=at, doing=_DOING)
    row = Template.objects.select_for_update(of=("self",)).select_related("programme").get(pk=template.pk)
    written = check_letter(subject, body, happening=row.happening)
    after = {"title": _title(title), "subject": written.subject, "body": written.body, "topic": topic.value}
    before = {name: getattr(row, name) for name in after}
    if after == before:
        return row
    if row.edited_at != seen_at:
        raise LetterChangedMeanwhile(
            "Somebody else changed this letter meanwhile, so yours is not saved yet. Compare the two, then save again."
        )
    for name, value in after.items():
        setattr(row, name, value)
    row.edited_at, row.edited_by = at, by
    row.save()
    if before["topic"] != after["topic"]:
        Message.objects.filter(rule__template=row, sent_at__isnull=True).update(topic=topic.value)
    journal.record("template-edited", row, by=by, at=at, part_of=row.programme, title=row.title)
    return row


@transaction.atomic
def remove_template(template: Template, *, by: Person | None, at: datetime) -> None:
    """Take a template away that no rule writes with. Raises NotAllowed, StillUsed."""
    require_team(by, template.programme, at=at, doing=_DOING)
    journal.record("template-removed", template, by=by, at=at, part_of=template.programme, title=template.title)
    try:
        with transaction.atomic():
            template.delete()
    except ProtectedError as used:
        raise StillUsed("A rule writes with this letter. Take the rule away first, or give it another letter.") from used


@transaction.atomic
def add_rule(
    template: Template,
    *,
    audience: str = "",
    hook: Hook | None = None,
    offset: Offset,
    needs_ok: bool = True,
    by: Person | None,
    at: datetime,
) -> Rule:
    """Add a rule that writes with a template, switched off. Raises NotAllowed, BadRule, BadOffset."""
    require_team(by, template.programme, at=at, doing=_DOING)
    rule = Rule(programme=template.programme, template=template, happening=template.happening, made_at=at, is_on=False)
    _put(rule, audience=audience, hook=hook, offset=offset, needs_ok=needs_ok)
    rule.save()
    journal.record("rule-added", rule, by=by, at=at, part_of=rule.programme, **_told(rule))
    return rule


@transaction.atomic
def edit_rule(
    rule: Rule,
    *,
    audience: str = "",
    hook: Hook | None = None,
    offset: Offset,
    needs_ok: bool,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> int:
    """Change to whom and when a rule writes; what waits follows.

    Where it is to be looked at first now, or no longer, what it made already follows at once: gives how many of its messages
    that concerns. What somebody held, let go or insisted on stays as they said. `seen` is the mark of what the person saw
    (`queries.rule_mark`; None: they saw no page); a rule that says so already is left alone, whoever changed it.
    Raises NotAllowed, RuleChangedMeanwhile, BadRule, BadOffset.
    """
    require_team(by, rule.programme, at=at, doing=_DOING)
    row = _locked(rule)
    before, needed_ok, stood = _told(row), row.needs_ok, rule_mark(row)
    _put(row, audience=audience, hook=hook, offset=offset, needs_ok=needs_ok)
    if rule_mark(row) == stood:
        return 0
    if seen is not None and seen != stood:
        raise RuleChangedMeanwhile(
            "Somebody else changed this rule meanwhile, so yours is not saved yet. Compare the two, then save again."
        )
    row.save()
    journal.record("rule-edited", row, by=by, at=at, part_of=row.programme, before=before, after=_told(row))
    turned = 0
    if needs_ok != needed_ok:
        turned = have_looked_at(Message.objects.filter(rule=row), needs_ok=needs_ok, at=at)
        ask_to_send(at=at)
    look_again(row.programme, at=at)
    return turned


@transaction.atomic
def switch_rule(rule: Rule, *, is_on: bool, by: Person | None, at: datetime) -> Rule:
    """Switch a rule on or off. On, it tells what comes from now on; off, what waits is withdrawn. Raises NotAllowed."""
    require_team(by, rule.programme, at=at, doing=_DOING)
    row = _locked(rule)
    if row.is_on == is_on:
        return row
    row.is_on, row.on_since = is_on, at if is_on else row.on_since
    row.save(update_fields=["is_on", "on_since"])
    journal.record("rule-switched", row, by=by, at=at, part_of=row.programme, title=row.template.title, is_on=is_on)
    look_again(row.programme, at=at)
    return row


@transaction.atomic
def switch_on_rules(rules: Sequence[Rule], *, by: Person | None, at: datetime) -> list[Rule]:
    """Switch on several rules of one programme, all or none; one that is on stays so. Raises NotAllowed, ChangedMeanwhile."""
    in_order = sorted(rules, key=lambda each: each.pk)  # so that two who do it wait, and do not lock each other out
    return [switch_rule(rule, is_on=True, by=by, at=at) for rule in in_order]


@transaction.atomic
def remove_rule(rule: Rule, *, by: Person | None, at: datetime) -> None:
    """Take a rule away that is switched off; what it sent stays in the outbox. Raises NotAllowed, NotFromHere."""
    require_team(by, rule.programme, at=at, doing=_DOING)
    row = _locked(rule)
    if row.is_on:
        raise NotFromHere("Switch the rule off first, and see what that takes back.")
    journal.record("rule-removed", row, by=by, at=at, part_of=row.programme, title=row.template.title, usual=row.usual)
    row.delete()


@transaction.atomic
def adopt_usual(programme: Programme, *, by: Person | None, at: datetime) -> list[Rule]:
    """Give a programme the usual letters and rules it has not yet, each switched off. Raises NotAllowed."""
    require_team(by, programme, at=at, doing=_DOING)
    there = set(Rule.objects.filter(programme=programme).exclude(usual="").values_list("usual", flat=True))
    made = []
    for happening in happenings().values():
        for usual in happening.usual:
            if usual.slug not in there:
                made.append(_adopt(programme, happening.name, usual, by=by, at=at))
    if made:
        journal.record("usual-rules-adopted", programme, by=by, at=at, count=len(made))
    return made


@transaction.atomic
def begin_telling(programme: Programme, usual: Collection[str], *, by: Person | None, at: datetime) -> list[Rule]:
    """Switch on the usual letters of something a programme begins to do, and add those it has not yet. Gives what changed.

    For commands of other rooms, which have asked who may. What people rely on (a place they are offered, a 1:1 that is
    cancelled) must reach them without the team's having to think of letters first; what was on and is off, stays off.
    """
    wanted = {each.slug: (happening.name, each) for happening in happenings().values() for each in happening.usual}
    locked_programme(programme)  # who begins at the same moment finds them there
    rows = Rule.objects.select_for_update(of=("self",)).filter(programme=programme, usual__in=usual)
    there = {rule.usual: rule for rule in rows.select_related("template", "programme")}
    begun = []
    for slug in usual:
        rule = there.get(slug) or _adopt(programme, *wanted[slug], by=by, at=at)
        if not rule.is_on and rule.on_since is None:
            rule.is_on, rule.on_since = True, at
            rule.save(update_fields=["is_on", "on_since"])
            journal.record("rule-switched", rule, by=by, at=at, part_of=programme, title=rule.template.title, is_on=True)
            begun.append(rule)
    if begun:
        look_again(programme, at=at)
    return begun


def _adopt(programme: Programme, happening: str, usual: Usual, *, by: Person | None, at: datetime) -> Rule:
    written = check_letter(usual.subject, usual.body, happening=happening)
    template = _insert_template(programme, usual.title, written, topic=usual.topic, happening=happening, by=by, at=at)
    rule = Rule(programme=programme, template=template, happening=happening, usual=usual.slug, made_at=at)
    _put(rule, audience=usual.audience, hook=None, offset=usual.offset, needs_ok=usual.needs_ok)
    rule.save()
    return rule


def _locked(rule: Rule) -> Rule:
    row = Rule.objects.select_for_update(of=("self",)).select_related("programme", "template").filter(pk=rule.pk).first()
    if row is None:
        raise ChangedMeanwhile("Somebody took this rule away meanwhile.")
    return row


def _put(rule: Rule, *, audience: str, hook: Hook | None, offset: Offset, needs_ok: bool) -> None:
    known = happenings().get(rule.happening)
    if known is None:
        raise BadRule("This letter speaks of nothing that happens, so no rule can send it.", field="template")
    if hook is None and audience not in known.audiences:
        raise BadRule("Choose who gets it.", field="audience")
    if hook is not None and hook.programme_id != rule.programme_id:
        raise BadRule("Choose one of the programme’s channels.", field="hook")
    if known.is_standing and (offset.days or offset.hours):
        raise BadRule("This is told as soon as it holds, so it has no distance in time.", field="days")
    rule.audience, rule.hook, rule.needs_ok = "" if hook else audience, hook, needs_ok
    rule.days, rule.hours, rule.clock = offset.days, offset.hours, offset.clock


def _told(rule: Rule) -> dict[str, Any]:
    clock: time | None = rule.clock
    return {
        "title": rule.template.title,
        "audience": rule.audience,
        "days": rule.days,
        "hours": rule.hours,
        "clock": clock.strftime("%H:%M") if clock else "",
        "needs_ok": rule.needs_ok,
    }


def _check_happening(name: str) -> None:
    if name and name not in happenings():
        raise BadRule("Choose what the letter speaks of.", field="happening")


def _title(title: str) -> str:
    tidy = " ".join(title.split())
    if not tidy or len(tidy) > 120:
        raise BadRule("Give the letter a name of 120 characters at most, by which the team finds it.", field="title")
    return tidy


def _insert_template(
    programme: Programme, title: str, written: Written, *, topic: Topic, happening: str, by: Person | None, at: datetime
) -> Template:
    base = slugify(title)[:50] or "letter"
    taken = set(Template.objects.filter(programme=programme, slug__startswith=base).values_list("slug", flat=True))
    slug = next(each for each in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if each not in taken)
    row = Template(
        programme=programme,
        slug=slug,
        title=title,
        happening=happening,
        topic=topic.value,
        subject=written.subject,
        body=written.body,
        made_at=at,
        edited_at=at,
        edited_by=by,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twice:
        raise ChangedMeanwhile("Somebody else wrote a letter of this name at the same moment. Save again.") from twice
    return row
