"""The team keeps people: adds them, changes what is said of them, gives and ends their roles, says where they work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.affiliation import Days
from hub.core.calendar import say_date
from hub.core.consent import Use
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.meanwhile import BothChanged, marks_of
from hub.core.roles import Gives
from hub.core.words import listed
from hub.kit.fields import refuse, show_both, with_what_stands
from hub.people import appearances, commands, organisations, permissions, queries
from hub.people.access import person_of, team_page
from hub.people.forms import (
    AddPersonForm,
    AffiliationForm,
    EditPersonForm,
    EndForm,
    EndRoleForm,
    RoleForm,
    StandInForm,
    TakeBackForm,
    WorkForm,
)
from hub.people.models import Affiliation, Organisation, Person, Role, RoleKind, day_of
from hub.people.places import programme_or_404
from hub.programmes import queries as programmes
from hub.programmes.models import Programme


def cohorts_offered(place: Programme) -> list[tuple[str, str]]:
    """Give the cohorts of a programme for a field: slug and name."""
    return [(each.slug, each.name) for each in programmes.cohorts_of(place)]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest, programme: str) -> HttpResponse:
    """Add somebody with a role here; where a name like theirs stands already, ask first whether it is them."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    cohorts = {each.slug: each for each in programmes.cohorts_of(place)}
    offered = [(slug, each.name) for slug, each in cohorts.items()]
    form = AddPersonForm(request.POST if request.method == "POST" else None, cohorts=offered, today=day_of(at))
    alike: list[Person] = []
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        is_somebody_else = said.pop("is_somebody_else")
        known = queries.account_proved_at(said["email"]) if said["email"] else None
        wrote = queries.wrote_down(said["email"])
        alike, why = _perhaps_here(place, by, said["name"], wrote, at) if known is None else ([], "")
        if alike and not is_somebody_else:
            form.add_error(None, f"{why} Open their page, or say that this is somebody else.")
        else:
            without = said["email"] if wrote else ""
            said |= {"kind": RoleKind(said["kind"]), "cohort": cohorts.get(said["cohort"])}
            said |= {"email": ""} if wrote else {}
            try:
                found, is_new = commands.bring_person(place, **said, by=by, at=at)
            except Refusal as no:
                refuse(form, no)
            else:
                words = "was added." if is_new else "was known to the Hub by this address, and has the role now."
                messages.success(request, f"{found.name} {words}")
                if without:
                    messages.info(request, f"They have no address yet: {without} stands in another record, not proved.")
                return redirect("desk-person", programme, found.pk)
    context = {"programme": place, "form": form, "alike": alike, "organisations": organisations.names_of(place)}
    return render(request, "people/add.html", context, status=422 if form.errors else 200)


def _perhaps_here(
    place: Programme, by: Person | None, name: str, wrote: Sequence[Person], at: datetime
) -> tuple[list[Person], str]:
    """Give who of a programme may be meant by a name or by an address nobody has proved, and what makes one think so.

    Of people only other programmes know, nothing is said.
    """
    keys = [each.pk for each in wrote]
    theirs = [each for key in keys if (each := queries.person_of_programme(place, by, key, at=at)) is not None]
    alike = [each for each in queries.named_like(place, by, name, at=at) if each.pk not in keys]
    why = "This address stands with somebody here, not proved." if theirs else "Somebody of this name is here already."
    return [*theirs, *alike], why


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Change what is said of somebody."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    found = queries.person_of_programme(place, by, pk, at=at)
    if found is None:
        raise Http404
    told = queries.needs_told(by, place, [pk], at=at).get(pk)
    given = {name: getattr(found, name, "") for name in EditPersonForm.base_fields} | {"noted": told.noted if told else ""}
    form, status = EditPersonForm(request.POST) if request.method == "POST" else EditPersonForm(initial=given), 200
    shown = request.POST.get("shown", "") if form.is_bound else marks_of(queries.said_of(found, place))
    if form.is_bound and form.is_valid():
        try:
            commands.edit_person_of(found, place, shown=shown, by=by, at=at, **form.cleaned_data)
        except BothChanged as no:
            form, shown, status = EditPersonForm(with_what_stands(request.POST, no)), marks_of(no.stands), 409
            show_both(form, no)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, "Saved.")
            return redirect("desk-person", programme, pk)
    can_put_right = permissions.can_put_address_right(by, found, at=at)
    context = {"programme": place, "one": found, "form": form, "shown": shown, "can_put_right": can_put_right}
    return render(request, "people/edit.html", context, status=422 if form.errors and status == 200 else status)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role as the person's page shows it; `end` is the form that ends it, None where it is over or of another programme.

    `take_back` is the form that takes it back, None where it has been held for a day; `is_only` where it is all that lets the
    team know of them.
    """

    role: Role
    end: EndForm | None
    stand_in: StandInForm | None = None
    take_back: TakeBackForm | None = None
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class HeldWork:
    """Where somebody is or was, as the person's page shows it, with the forms that end, change and take it back."""

    affiliation: Affiliation
    end: EndForm | None
    change: WorkForm
    take_back: TakeBackForm
    shown: str  # marks of what `change` shows


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is and where they work, with the small forms that change it; `is_wrong` where one was refused.

    `is_other` where that was because somebody else changed or took away the same meanwhile.
    """

    roles: tuple[HeldRole, ...]
    works: tuple[HeldWork, ...]
    give: RoleForm
    join: AffiliationForm
    organisations: tuple[str, ...]
    is_other: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether one of the forms has something to say."""
        ends = [*(each.end for each in self.roles if each.end), *(each.end for each in self.works if each.end)]
        others = [form for each in self.roles for form in (each.stand_in, each.take_back) if form]
        works = [form for each in self.works for form in (each.change, each.take_back)]
        return any(form.errors for form in (self.give, self.join, *ends, *others, *works))


_TOLD = 3  # how many places a message names before it counts the rest
OF_WORK = ("leave", "change-work", "take-back-work")
DOES = ("give-role", "end-role", "take-back-role", "stand-in", "join", *OF_WORK)


def standing(request: HttpRequest, place: Programme, one: Person, by: Person | None, at: datetime) -> Standing | str:
    """Show what somebody is and where they work; a form that was sent is carried out, and gives what to say of it."""
    does = request.POST.get("do", "") if request.method == "POST" else ""
    key = request.POST.get("key", "") if does in ("end-role", "take-back-role", "stand-in", *OF_WORK) else ""
    day = day_of(at)
    worked = list(queries.affiliations_of(one))
    with_it: dict[Organisation, list[Days]] = {}  # past, present and to come: a role may be of any day
    for each in sorted(worked, key=lambda one: (one.organisation.plain_name, one.pk)):
        with_it.setdefault(each.organisation, []).append(Days(each.starts_on, each.ends_on))
    with_now = [its for its, days in with_it.items() if any(each.holds_on(day) for each in days)]
    give = RoleForm(
        request.POST if does == "give-role" else None,
        cohorts=cohorts_offered(place),
        organisations=[(str(its.pk), its.name, days) for its, days in with_it.items()],
        initial={"starts_on": day, "organisation": str(with_now[0].pk) if len(with_now) == 1 else ""},
        auto_id="give_%s",
    )
    join = AffiliationForm(request.POST if does == "join" else None, auto_id="join_%s")

    def end(what: str, row: Role | Affiliation) -> EndForm | None:
        if row.ends_on is not None and row.ends_on <= day:
            return None
        is_it = does == what and key == str(row.pk)
        form = EndRoleForm if isinstance(row, Role) else EndForm
        return form(request.POST if is_it else None, initial={"on": day}, auto_id=f"{what}_{row.pk}_%s")

    def stand_in(role: Role) -> StandInForm | None:
        if (role.ends_on is not None and role.ends_on <= day) or role.stands_in_for_id is not None:
            return None
        is_it = does == "stand-in" and key == str(role.pk)
        return StandInForm(request.POST if is_it else None, initial={"starts_on": day}, auto_id=f"stand-in_{role.pk}_%s")

    def take_back(role: Role) -> TakeBackForm | None:
        if role.starts_on < day:
            return None
        is_it = does == "take-back-role" and key == str(role.pk)
        return TakeBackForm(request.POST if is_it else None, auto_id=f"take-back_{role.pk}_%s")

    held = list(queries.roles_of(one))
    is_only = sum(role.programme_id == place.pk for role in held) == 1
    roles = tuple(
        HeldRole(role, end("end-role", role), stand_in(role), take_back(role), is_only)
        if role.programme_id == place.pk
        else HeldRole(role, None)
        for role in held
    )

    def change(row: Affiliation) -> WorkForm:
        is_it = does == "change-work" and key == str(row.pk)
        given = {"job": row.job, "starts_on": row.starts_on, "ends_on": row.ends_on}
        return WorkForm(request.POST if is_it else None, initial=given, auto_id=f"change-work_{row.pk}_%s")

    def unsay(row: Affiliation) -> TakeBackForm:
        is_it = does == "take-back-work" and key == str(row.pk)
        return TakeBackForm(request.POST if is_it else None, auto_id=f"take-back-work_{row.pk}_%s")

    works = tuple(
        HeldWork(each, end("leave", each), change(each), unsay(each), marks_of(queries.facts_of_work(each))) for each in worked
    )
    shown = Standing(roles, works, give, join, tuple(organisations.names_of(place)))

    def carried_out(form: forms.Form | None, change: Callable[[dict[str, Any]], str]) -> Standing | str:
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                return change(dict(form.cleaned_data))
            except BothChanged:
                raise
            except Refusal as no:
                refuse(form, no)
                return replace(shown, is_other=isinstance(no, ChangedMeanwhile))
        return shown

    if does == "give-role":
        return carried_out(give, lambda said: _give(one, place, list(with_it), said, by, at))
    if does == "join":
        return carried_out(join, lambda said: _join(one, said, by, at))
    if does == "end-role":
        role_form, role = next(((each.end, each.role) for each in roles if str(each.role.pk) == key), (None, None))
        return carried_out(role_form, lambda said: _end(role, said, by, at) if role else "")
    if does == "take-back-role":
        back_form, role = next(((each.take_back, each.role) for each in roles if str(each.role.pk) == key), (None, None))
        return carried_out(back_form, lambda _: _take_back(role, by, at) if role else "")
    if does == "stand-in":
        stand_form, role = next(((each.stand_in, each.role) for each in roles if str(each.role.pk) == key), (None, None))
        return carried_out(stand_form, lambda said: _stand_in(role, place, said, by, at) if role else "")
    if does in OF_WORK:
        held_work = next((each for each in works if str(each.affiliation.pk) == key), None)
        if held_work is None:
            raise Http404
        work = held_work.affiliation
        if does == "leave":
            return carried_out(held_work.end, lambda said: _leave(work, said, by, at))
        if does == "change-work":
            marks = request.POST.get("shown", "")
            mine = replace(held_work, shown=marks)  # what was wrong is mended as of what was shown then
            shown = replace(shown, works=tuple(mine if each is held_work else each for each in works))
            try:
                return carried_out(held_work.change, lambda said: _change(work, said, marks, by, at))
            except BothChanged as no:
                again = WorkForm(with_what_stands(request.POST, no), auto_id=held_work.change.auto_id)
                show_both(again, no)
                mine = replace(held_work, change=again, shown=marks_of(no.stands))
                return replace(shown, works=tuple(mine if each is held_work else each for each in works), is_other=True)
        return carried_out(held_work.take_back, lambda _: _unsay(work, by, at))
    return shown


def _give(
    one: Person, place: Programme, with_it: Sequence[Organisation], said: dict[str, Any], by: Person | None, at: datetime
) -> str:
    kind = RoleKind(said["kind"])
    cohort = programmes.cohort(place.slug, said["cohort"]) if said["cohort"] else None
    for_it = next((each for each in with_it if str(each.pk) == said.get("organisation")), None)
    days = {"starts_on": said["starts_on"], "ends_on": said["ends_on"]}
    given = queries.role_given(one, kind, place, cohort, organisation=for_it, **days)
    is_there = given.what is Gives.HELD and given.held is not None and given.held.starts_on < said["starts_on"]
    role = commands.give_role(one, kind, place, cohort=cohort, organisation=for_it, **days, by=by, at=at)
    if is_there:  # from the same day on it is given again, and may change whom it is for
        raise commands.BadRole(f"They have {given.words(role.label)}", field="starts_on")
    whom = f" for {role.organisation.name}" if role.organisation else ""
    since = f" since {say_date(role.starts_on, weekday=False)}" if role.starts_on < said["starts_on"] else ""
    until = f" until {role.ends_on:%-d %B %Y}" if role.ends_on else ""
    return f"{one.name} has the role {role.label}{whom}{since}{until}."


def _end(role: Role, said: dict[str, Any], by: Person | None, at: datetime) -> str:
    commands.end_role(role, on=said["on"], by=by, at=at)
    done = f"{RoleKind(role.kind).label} ends on {said['on']:%-d %B %Y}."
    if role.kind != RoleKind.TEAM or role.cohort_id is not None:
        return done
    gap = queries.nobody_runs_from(role.programme, on=said["on"])
    warning = f" From {gap:%-d %B %Y} on nobody is on the team: put somebody else on it before." if gap else ""
    return done + warning


def _take_back(role: Role, by: Person | None, at: datetime) -> str:
    one, place = role.person, role.programme
    commands.take_back_role(role, by=by, at=at)
    done = f"The role {role.label} was taken back from {one.name}."
    if queries.roles_of(one).filter(programme=place).exists() or queries.has_answered(one, Use.NAME, place):
        return done
    # nobody asked them, and without a part here they are a word the team wrote: no veil knows it (decision 12)
    named = [f"“{each.what}”" for each in appearances.of(Use.NAME, place, person=one, at=at) if not each.is_at_desk]
    if not named:
        return done
    return (
        f"{done} Everybody reads their name in {listed(named, most=_TOLD)} now: take it out there, unless they agreed to that."
    )


def _stand_in(role: Role, place: Programme, said: dict[str, Any], by: Person | None, at: datetime) -> str:
    found = queries.called(place, by, said["person"], at=at)
    if len(found) != 1:
        many = "Several people here have this name; write the mail address."
        none = "Nobody of this programme has this name or address; add them first."
        raise commands.BadRole(many if found else none, field="person")
    commands.stand_in(role, found[0], starts_on=said["starts_on"], ends_on=said["ends_on"], by=by, at=at)
    return f"{found[0].name} stands in for {role.person.name} until {said['ends_on']:%-d %B %Y}."


def _join(one: Person, said: dict[str, Any], by: Person | None, at: datetime) -> str:
    from django.db import transaction

    with transaction.atomic():  # an organisation that is added for somebody who then cannot join it is not added
        organisation = commands.organisation_named(said.pop("organisation"), by=by, at=at)
        days = {name: said.pop(name) for name in ("starts_on", "ends_on")}
        made = None if any(days.values()) else commands.affiliate_by(one, organisation, on=day_of(at), **said, by=by, at=at)
        if made is None:  # with these days, or to be told which stand there
            made = commands.affiliate(one, organisation, **days, **said, by=by, at=at)
    since = f" again, from {say_date(made.starts_on, weekday=False)}" if made.starts_on and not days["starts_on"] else ""
    return f"{one.name} is with {organisation.name}{since}."


def _leave(affiliation: Affiliation, said: dict[str, Any], by: Person | None, at: datetime) -> str:
    commands.end_affiliation(affiliation, on=said["on"], by=by, at=at)
    return f"With {affiliation.organisation.name} until {said['on']:%-d %B %Y}."


def _change(affiliation: Affiliation, said: dict[str, Any], shown: str, by: Person | None, at: datetime) -> str:
    changed = commands.edit_affiliation(affiliation, **said, shown=shown, by=by, at=at)
    days = Days(changed.starts_on, changed.ends_on).words
    return " ".join(filter(None, (f"Saved: with {changed.organisation.name}", days))) + "."


def _unsay(affiliation: Affiliation, by: Person | None, at: datetime) -> str:
    commands.take_back_affiliation(affiliation, by=by, at=at)
    return f"That {affiliation.person.name} is with {affiliation.organisation.name} was taken back."
