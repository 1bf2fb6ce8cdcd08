"""Bring somebody into a programme by hand, and give or end a role of several people at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from hub.core.affiliation import stands_for
from hub.core.erasure import AlreadyForgotten
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.names import plain
from hub.core.people_sheet import same_organisation
from hub.core.roles import BEFORE_IT, Given, Gives, gives, say_days
from hub.core.taking_part import Days
from hub.core.words import listed
from hub.kit import journal
from hub.people import events, queries
from hub.people.commands.newcomers import tell_newcomers
from hub.people.commands.organisations import add_organisation, affiliate_by
from hub.people.commands.persons import add_person
from hub.people.commands.roles import BadRole, cut_stand_ins, delete_roles, end_role, ended_line, give_role, take_back_role
from hub.people.models import Organisation, Person, Role, RoleKind, day_of
from hub.programmes import permissions as programmes
from hub.programmes.commands import public_changed
from hub.programmes.models import Cohort, Programme

MOST_NAMED = 12  # of those a sentence is about


class NobodyChosen(Refusal):
    """A change of several people that names nobody reaches nobody."""

    code = "nobody-chosen"


@transaction.atomic
def bring_person(
    programme: Programme,
    *,
    name: str,
    email: str = "",
    pronouns: str = "",
    orcid: str = "",
    kind: RoleKind,
    cohort: Cohort | None,
    starts_on: date,
    organisation: str = "",
    job: str = "",
    by: Person | None,
    at: datetime,
) -> tuple[Person, bool]:
    """Give somebody a role in a programme, adding them where nobody has their address; say whether they were added.

    Of who stands already nothing is changed but the role, and the organisation where they are not with it on the first day
    or later: who left it before is with it again from that day. An address
    somebody wrote down and has not proved is refused: whoever is new comes in without it.
    Raises NotAllowed, BadRole, and the refusals of `add_person`, `add_organisation` and `affiliate`.
    """
    if not programmes.can_run(by, programme, at=at):
        raise NotAllowed("Only the team of a programme brings people into it.")
    account = queries.account_proved_at(email) if email else None  # an unproved one may be anybody's
    person = add_person(name, email=email, pronouns=pronouns, orcid=orcid, by=by, at=at) if account is None else account.person
    place = organisation_named(organisation, by=by, at=at) if organisation.strip() else None
    named_on, ends_on = starts_on, None
    if held := _going_on(person, kind, programme, cohort, starts_on, at):  # they have it already: until when stays as it is
        starts_on, ends_on = held.starts_on, held.ends_on
    give_role(person, kind, programme, cohort=cohort, organisation=place, starts_on=starts_on, ends_on=ends_on, by=by, at=at)
    if place is not None:
        affiliate_by(person, place, on=named_on, job=job, by=by, at=at)
    return person, account is None


def _going_on(
    person: Person, kind: RoleKind, programme: Programme, cohort: Cohort | None, day: date, at: datetime
) -> Role | None:
    """Give the role of their own that somebody has on a day and that has not ended at a moment."""
    held = Role.objects.filter(person=person, kind=kind, programme=programme, cohort=cohort, stands_in_for__isnull=True)
    until = max(day, day_of(at))
    return held.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=until), starts_on__lte=day).order_by("-starts_on").first()


@transaction.atomic
def organisation_named(name: str, *, by: Person | None, at: datetime) -> Organisation:
    """Give the organisation of a name, whatever its case, adding it where there is none. Raises NotAllowed, BadOrganisation."""
    wanted = same_organisation(name)
    for each in Organisation.objects.filter(plain_name=plain(name)[:320]).order_by("pk"):
        if same_organisation(each.name) == wanted:
            return each
    return add_organisation(name, by=by, at=at)


@dataclass(frozen=True, slots=True)
class GivenRoles:
    """What it came to that several people were given a role: how many got it, and how many had it already.

    `longer` names who had it and goes on in it, with the days it had before.
    """

    got: int
    longer: tuple[tuple[str, Days], ...]
    had: int


@transaction.atomic
def give_roles(
    people: Sequence[Person],
    kind: RoleKind,
    programme: Programme,
    *,
    cohort: Cohort | None,
    starts_on: date,
    ends_on: date | None = None,
    by: Person | None,
    at: datetime,
) -> GivenRoles:
    """Give a role to several people who do not have it; all of them or nobody. What is there counts as with `give_role`.

    Experts and partner contacts stand for the organisation they are with on that day, for none where they are with several.
    Nobody is put on the team this way.
    Raises NotAllowed, NobodyChosen, BadRole, AlreadyForgotten, ChangedMeanwhile.
    """
    _may(people, programme, by, at)
    if kind == RoleKind.TEAM:
        raise BadRole("Put people on the team one by one, on their own pages.", field="kind")
    if cohort is not None and cohort.programme_id != programme.pk:
        raise BadRole("This cohort is of another programme.", field="cohort")
    if ends_on is not None and ends_on <= starts_on:
        raise BadRole("A role ends after it starts.", field="ends_on")
    keys = [person.pk for person in people]
    if any(one.erased_at is not None for one in Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")):
        raise AlreadyForgotten("One of these people has been forgotten.")
    given = _given(people, kind, programme, cohort, Days(starts_on, ends_on))
    works = queries.organisations_on(keys, starts_on) if kind in queries.STAND_FOR else {}
    wanted, longer = [], []
    for person in people:
        there = given[person.pk]
        if there.what is Gives.NEW:
            role = Role(person=person, programme=programme, cohort=cohort, kind=kind, starts_on=starts_on, ends_on=ends_on)
            role.organisation = stands_for(works.get(person.pk, []))
            wanted.append(role)
        elif there.what is Gives.LONGER and there.held is not None:
            give_role(person, kind, programme, cohort=cohort, starts_on=starts_on, ends_on=ends_on, by=by, at=at)
            longer.append((person.name, there.held))
    try:
        with transaction.atomic():
            made = Role.objects.bulk_create(wanted)
    except IntegrityError as no:
        raise ChangedMeanwhile("Somebody gave one of them this role a moment ago. Look again, please.") from no
    told = {"kind": str(kind), "cohort": cohort.name if cohort else ""}
    journal.record_all([journal.Written("role-given", role, told, about=role.person) for role in made], by=by, at=at)
    if made:
        public_changed(programme)  # who has a part in it is named only while they allow it
        events.roles_changed.send(Role, roles=made, by=by, at=at)
        tell_newcomers(made, by, at=at)
    return GivenRoles(len(made), tuple(longer), len(people) - len(made) - len(longer))


def _given(
    people: Sequence[Person], kind: RoleKind, programme: Programme, cohort: Cohort | None, wanted: Days
) -> dict[int, Given]:
    """Say for each of some people what it comes to that they are given a role. One query. Raises BadRole and names who."""
    rows = Role.objects.filter(programme=programme, cohort=cohort, kind=kind, person__in=[person.pk for person in people])
    own: dict[int, list[Days]] = {}
    stand_in: set[int] = set()  # from the same day on: there is one role of a kind from a day on
    for pk, instead_of, starts_on, ends_on in rows.values_list("person", "stands_in_for", "starts_on", "ends_on"):
        if instead_of is None:
            own.setdefault(pk, []).append(Days(starts_on, ends_on))
        elif starts_on == wanted.starts_on:
            stand_in.add(pk)
    given = {person.pk: gives(own.get(person.pk, ()), wanted) for person in people}
    label = Role(kind=kind, cohort=cohort).label
    ahead = [(person, there.held) for person in people if (there := given[person.pk]).what is Gives.IN_THE_WAY and there.held]
    if ahead:
        who = listed([f"{person.name} ({say_days(days)})" for person, days in ahead], most=MOST_NAMED)
        have = "has" if len(ahead) == 1 else "have"
        raise BadRole(f"{who} {have} the role {label} already. {BEFORE_IT}, or leave them out.", field="ends_on")
    if standing := [person.name for person in people if person.pk in stand_in and given[person.pk].what is Gives.NEW]:
        does = "stands" if len(standing) == 1 else "stand"
        who = listed(standing, most=MOST_NAMED)
        raise BadRole(
            f"{who} {does} in for somebody in this role from that day on. Give it from another day, or leave them out.",
            field="starts_on",
        )
    return given


@transaction.atomic
def end_roles(
    people: Sequence[Person],
    kind: RoleKind,
    programme: Programme,
    *,
    cohort: Cohort | None,
    on: date,
    by: Person | None,
    at: datetime,
) -> int:
    """Let a role of several people end on a day, the first it no longer holds; give how many ended. All of them or none.

    Who stands in for one of them ends by then as well. Raises NotAllowed, NobodyChosen, BadRole, LastOfTheTeam.
    """
    _may(people, programme, by, at)
    keys = [person.pk for person in people]
    held = Role.objects.select_for_update(of=("self",)).filter(programme=programme, cohort=cohort, kind=kind, person__in=keys)
    roles = list(held.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).select_related("person", "cohort").order_by("pk"))
    if not roles:
        raise BadRole("None of them has this role on that day.", field="on")
    if early := [role.person.name for role in roles if on <= role.starts_on]:
        who = listed(early, most=MOST_NAMED)
        raise BadRole(f"For {who} it starts on that day or later. A role ends after it starts.", field="on")
    if kind == RoleKind.TEAM:  # one by one: somebody must be left
        for role in roles:
            end_role(role, on=on, by=by, at=at)
        return len(roles)
    lines = [ended_line(role, on=on) for role in roles]
    Role.objects.filter(pk__in=[role.pk for role in roles]).update(ends_on=on)
    journal.record_all(lines, by=by, at=at)
    cut = cut_stand_ins(roles, on=on, by=by, at=at)
    public_changed(programme)
    events.roles_changed.send(Role, roles=[*roles, *cut], by=by, at=at)
    return len(roles)


@transaction.atomic
def take_back_roles(roles: Sequence[Role], programme: Programme, *, by: Person | None, at: datetime) -> int:
    """Take back roles of a programme that have not begun, or began today, as `take_back_role` does; give of how many people.

    All of them or none. Raises NotAllowed, NobodyChosen, BadRole, LastOfTheTeam, ChangedMeanwhile.
    """
    _may(list({role.person_id: role.person for role in roles}.values()), programme, by, at)
    related = ("person", "programme", "cohort")
    rows = Role.objects.select_for_update(of=("self",)).filter(programme=programme, pk__in=[role.pk for role in roles])
    held = list(rows.select_related(*related).order_by("pk"))
    if len(held) != len(roles):
        raise ChangedMeanwhile("Somebody took one of these roles back a moment ago. Look again, please.")
    people, own = {role.person_id for role in held}, {role.pk for role in held}
    if any(role.starts_on < day_of(at) for role in held):
        raise BadRole("One of these roles has been held for a day or more, so it can’t be taken back. Let it end instead.")
    if any(role.kind == RoleKind.TEAM for role in held):  # one by one: somebody must be left
        for role in held:
            if role.stands_in_for_id not in own:  # goes with the one it stands in for
                take_back_role(role, by=by, at=at)
        return len(people)
    stands_in = Role.objects.filter(stands_in_for__in=own).exclude(pk__in=own).select_related(*related).order_by("pk")
    delete_roles([*stands_in, *held], by=by, at=at)
    return len(people)


def _may(people: Sequence[Person], programme: Programme, by: Person | None, at: datetime) -> None:
    """Raise NotAllowed, NobodyChosen."""
    if not programmes.can_run(by, programme, at=at):
        raise NotAllowed("Only the team of a programme says who is who in it.")
    if not people:
        raise NobodyChosen("Nobody is chosen, so nothing was done. Tick the people you mean.")
    keys = [person.pk for person in people]
    if by is not None and Person.objects.visible_to(by, at=at).filter(pk__in=keys).count() != len(set(keys)):
        raise NotAllowed("One of these people is not known to this programme’s team.")
