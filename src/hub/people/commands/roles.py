"""Write roles: what a person is to a programme or a cohort, from when until when, and who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub.core.erasure import TeamRole
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.roles import Gives
from hub.kit import journal
from hub.people import events, queries
from hub.people.commands.newcomers import tell_newcomers
from hub.people.commands.persons import there
from hub.people.models import Organisation, Person, Role, RoleKind, day_of
from hub.programmes import permissions as programmes
from hub.programmes.commands import public_changed
from hub.programmes.models import Cohort, Programme


class BadRole(Refusal):
    """The role cannot be as it is said."""

    code = "bad-role"


class LastOfTheTeam(Refusal):
    """Nobody would be left to run the programme."""

    code = "last-of-the-team"


@transaction.atomic
def give_role(
    person: Person,
    kind: RoleKind,
    programme: Programme,
    *,
    cohort: Cohort | None = None,
    organisation: Organisation | None = None,
    starts_on: date,
    ends_on: date | None = None,
    by: Person | None,
    at: datetime,
) -> Role:
    """Give a person a dated role on a programme or one of its cohorts; giving what they have changes nothing (`core.roles`).

    `ends_on` is exclusive; None lets it go on. One they have on the first day that ends sooner goes on until then, one they
    have later on is in the way. Given again from the same day, one that stands for nobody stands for `organisation`; None
    says nothing of that.
    Raises NotAllowed, BadRole, AlreadyForgotten.
    """
    if not programmes.can_run(by, programme, at=at):
        raise NotAllowed("Only the team of a programme says who is who in it.")
    if cohort is not None and cohort.programme_id != programme.pk:
        raise BadRole("This cohort is of another programme.")
    if ends_on is not None and ends_on <= starts_on:
        raise BadRole("A role ends after it starts.", field="ends_on")
    there(person)
    role = Role(person=person, programme=programme, cohort=cohort, kind=kind, starts_on=starts_on, ends_on=ends_on)
    role.organisation = organisation
    same = Role.objects.filter(person=person, programme=programme, cohort=cohort, kind=kind)
    given = queries.role_given(person, kind, programme, cohort, organisation=organisation, starts_on=starts_on, ends_on=ends_on)
    if given.what is Gives.IN_THE_WAY:
        raise BadRole(f"They have {given.words(role.label)}", field="ends_on")
    if given.held is not None:
        role = same.get(starts_on=given.held.starts_on)
        return _given_again(role, organisation, starts_on=starts_on, ends_on=ends_on, by=by, at=at)
    if same.filter(starts_on=starts_on).exists():
        raise BadRole("They stand in for somebody in this role from that day on. Give it from another day.", field="starts_on")
    role.save()
    journal.record("role-given", role, by=by, about=person, at=at, kind=str(kind), cohort=cohort.name if cohort else "")
    public_changed(programme)  # who has a part in it is named only while they allow it
    events.roles_changed.send(Role, roles=[role], by=by, at=at)
    tell_newcomers([role], by, at=at)
    return role


def _given_again(
    role: Role, organisation: Organisation | None, *, starts_on: date, ends_on: date | None, by: Person | None, at: datetime
) -> Role:
    """Change a role that is there to what it is given as. Raises BadRole where that would end it or change whom it is for."""
    held = Role.objects.select_for_update(of=("self",)).select_related("person", "cohort", "organisation").get(pk=role.pk)
    place = held.organisation if organisation is None else organisation
    if (held.ends_on, held.organisation) == (ends_on, place):
        return held
    if held.organisation != place and (held.organisation is not None or held.starts_on < starts_on):
        whom = held.organisation.name if held.organisation else "nobody but themselves"
        raise BadRole(
            f"From that day on they stand for {whom} in this role. Let it end, and give it anew from then.",
            field="organisation",
        )
    if ends_on is not None and (held.ends_on is None or ends_on < held.ends_on):
        until = f"until {held.ends_on:%-d %B %Y}" if held.ends_on else "without an end"
        raise BadRole(f"They have this role from that day on already, {until}. To let it end sooner, end it.", field="ends_on")
    told: dict[str, str] = {"kind": str(held.kind), "cohort": held.cohort.name if held.cohort else ""}
    if held.ends_on != ends_on:
        told |= {"before": held.ends_on.isoformat() if held.ends_on else "", "after": ends_on.isoformat() if ends_on else ""}
    held.ends_on, held.organisation = ends_on, place
    held.save(update_fields=["ends_on", "organisation"])
    journal.record_all([journal.Written("role-changed", held, told, about=held.person)], by=by, at=at)
    public_changed(role.programme)
    events.roles_changed.send(Role, roles=[held], by=by, at=at)
    return held


@transaction.atomic
def end_role(role: Role, *, on: date, by: Person | None, at: datetime) -> Role:
    """Let a role end on a day, which is the first it no longer holds. The last of a team can't go.

    Who stands in for it ends by then as well. Raises NotAllowed, BadRole, LastOfTheTeam.
    """
    if not programmes.can_run(by, role.programme, at=at):
        raise NotAllowed("Only the team of a programme says who is who in it.")
    if on <= role.starts_on:
        instead = " Where it was given by mistake, take it back." if role.starts_on >= day_of(at) else ""
        raise BadRole(f"A role ends after it starts.{instead}", field="ends_on")
    if role.stands_in_for and role.stands_in_for.ends_on and on > role.stands_in_for.ends_on:
        raise BadRole("Who stands in for a role does not have it longer than it goes on.", field="ends_on")
    _check_team(role, on=on)
    line = ended_line(role, on=on)
    role.ends_on = on
    role.save(update_fields=["ends_on"])
    journal.record_all([line], by=by, at=at)
    cut = cut_stand_ins([role], on=on, by=by, at=at)
    public_changed(role.programme)  # who runs it is said while they do
    events.roles_changed.send(Role, roles=[role, *cut], by=by, at=at)
    return role


def ended_line(role: Role, *, on: date) -> journal.Written:
    """Give the line of the journal that says a role, not yet changed, ends on a day."""
    told = {
        "kind": str(role.kind),
        "cohort": role.cohort.name if role.cohort else "",
        "before": role.ends_on and role.ends_on.isoformat(),
        "after": on.isoformat(),
    }
    return journal.Written("role-ended", role, told, about=role.person)


def cut_stand_ins(roles: Sequence[Role], *, on: date, by: Person | None, at: datetime) -> list[Role]:
    """Let who stands in for some roles of one programme end by a day as well; who was to begin later never does.

    Gives those that end.
    """
    held = Role.objects.select_for_update(of=("self",)).select_related("person", "programme", "cohort")
    beyond = list(held.filter(stands_in_for__in=[role.pk for role in roles], ends_on__gt=on).order_by("pk"))
    ended = [role for role in beyond if role.starts_on < on]
    journal.record_all([ended_line(role, on=on) for role in ended], by=by, at=at)
    Role.objects.filter(pk__in=[role.pk for role in ended]).update(ends_on=on)
    if never := [role for role in beyond if role.starts_on >= on]:
        delete_roles(never, by=by, at=at)
    return ended


@transaction.atomic
def take_back_role(role: Role, *, by: Person | None, at: datetime) -> None:
    """Take back a role that has not begun, or began today: it is as if it had never been given, and its stand-ins go with it.

    The last of a team can't go. Raises NotAllowed, BadRole, LastOfTheTeam, ChangedMeanwhile.
    """
    if not programmes.can_run(by, role.programme, at=at):
        raise NotAllowed("Only the team of a programme says who is who in it.")
    related = ("person", "programme", "cohort")
    held = Role.objects.select_for_update(of=("self",)).select_related(*related).filter(pk=role.pk).first()
    if held is None:
        raise ChangedMeanwhile("Somebody took this role back a moment ago. Look again, please.")
    if held.starts_on < day_of(at):
        raise BadRole("This role has been held for a day or more, so it can’t be taken back. Let it end instead.")
    _check_team(held, on=held.starts_on)
    delete_roles([*held.stand_ins.select_related(*related).order_by("pk"), held], by=by, at=at)


def delete_roles(roles: Sequence[Role], *, by: Person | None, at: datetime) -> None:
    """Delete roles of one programme that nobody has had; those that stand in before those they stand in for."""
    journal.record_all(
        [
            journal.Written(
                "role-taken-back",
                role,
                {"kind": str(role.kind), "cohort": role.cohort.name if role.cohort else "", "from": role.starts_on.isoformat()},
                about=role.person,
            )
            for role in roles
        ],
        by=by,
        at=at,
    )
    Role.objects.filter(pk__in=[role.pk for role in roles]).delete()
    public_changed(roles[0].programme)
    events.roles_changed.send(Role, roles=list(roles), by=by, at=at)


def _check_team(role: Role, *, on: date) -> None:
    """Raise LastOfTheTeam where nobody would run the programme on a day without a role, nor who stands in for it."""
    if role.kind != RoleKind.TEAM or role.cohort_id is not None:
        return
    team = list(team_locked(role.programme))
    leaving = queries.leaving(each.person_id for each in team)
    others = (each for each in team if role.pk not in (each.pk, each.stands_in_for_id) and each.person_id not in leaving)
    if not any(TeamRole(each.person_id, each.ends_on, each.starts_on).holds(on) for each in others):
        raise LastOfTheTeam("Nobody would be left on the team. Put somebody else on it first.")


def team_locked(programme: Programme) -> QuerySet[Role]:
    """Lock and give the roles of a programme's team, those of people who were erased left out; in a transaction."""
    return (
        Role.objects.select_for_update(of=("self",))
        .filter(programme=programme, kind=RoleKind.TEAM, cohort__isnull=True, person__erased_at__isnull=True)
        .order_by("pk")
    )


@transaction.atomic
def stand_in(role: Role, person: Person, *, starts_on: date, ends_on: date, by: Person | None, at: datetime) -> Role:
    """Let a person take over a role for some days (`ends_on` exclusive). Raises NotAllowed, BadRole, AlreadyForgotten."""
    if not programmes.can_run(by, role.programme, at=at):
        raise NotAllowed("Only the team of a programme says who is who in it.")
    there(person)
    if person.pk == role.person_id:
        raise BadRole("Nobody stands in for themselves.", field="person")
    if role.stands_in_for_id is not None:
        raise BadRole("A stand-in has no stand-in: name one for the role itself.")
    if not role.starts_on <= starts_on < ends_on or (role.ends_on is not None and ends_on > role.ends_on):
        raise BadRole("A stand-in starts before they end, within the days of the role.", field="starts_on")
    try:
        with transaction.atomic():
            made = Role.objects.create(
                person=person,
                programme=role.programme,
                cohort=role.cohort,
                kind=role.kind,
                organisation=role.organisation,
                stands_in_for=role,
                starts_on=starts_on,
                ends_on=ends_on,
            )
    except IntegrityError as no:
        raise BadRole("They have this role already from that day on.", field="person") from no
    journal.record("stood-in", made, by=by, about=person, at=at, role=role.pk, person=person.pk)
    public_changed(role.programme)
    events.roles_changed.send(Role, roles=[made], by=by, at=at)
    tell_newcomers([made], by, at=at)
    return made
