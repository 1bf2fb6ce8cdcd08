"""Forget people: asked for, taken back within the window, carried out in one transaction when it has passed."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from hub.core import erasure as core
from hub.core.errors import NotAllowed
from hub.core.veil import Veil
from hub.kit import jobs, journal, personal
from hub.people import events, permissions, queries
from hub.people.commands.persons import shown_anew
from hub.people.commands.roles import LastOfTheTeam, cut_stand_ins, delete_roles, team_locked
from hub.people.models import Account, Erasure, Merge, Person, Role, RoleKind, day_of

JOB = "erase-person"
TELL = "tell-of-erasure"
_AT_A_TIME = 500


@transaction.atomic
def ask_erasure(person: Person, *, by: Person | None, at: datetime) -> Erasure:
    """Ask that a person be forgotten when the window of HUB_ERASURE_DAYS has passed; asked for twice it is one.

    From now on nothing public names them, and they are told by mail. Asked for by a team first and by themselves then, it is
    theirs to take back alone. Raises NotAllowed, AlreadyForgotten, LastOfTheTeam.
    """
    if not permissions.can_ask_erasure(by, person, at=at):
        raise NotAllowed(
            "Only they themselves ask this, or the team of their programme where they take part in no programme of others."
        )
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.erased_at is not None:
        raise core.AlreadyForgotten("Nothing of this person is left to erase.")
    asked = queries.open_erasure(locked)
    is_self = by is not None and by.pk == locked.pk
    if asked is not None:
        if is_self and not asked.asked_by_self:
            asked.asked_by_self = True
            asked.save(update_fields=["asked_by_self"])
            journal.record("erasure-asked", locked, by=by, at=at, due_at=asked.due_at.isoformat())
        return asked
    due = core.due_at(at, days=settings.ERASURE_DAYS)
    _check_team(locked, on=day_of(due), at=at)
    asked = Erasure.objects.create(person=locked, asked_at=at, due_at=due, asked_by_self=is_self)
    jobs.enqueue(JOB, key=str(asked.pk), payload={"erasure": asked.pk}, due_at=due)
    jobs.enqueue(TELL, key=str(asked.pk), payload={"erasure": asked.pk}, due_at=at)
    journal.record("erasure-asked", locked, by=by, at=at, due_at=due.isoformat())
    shown_anew(locked)
    return asked


@transaction.atomic
def take_back_erasure(erasure: Erasure, *, by: Person | None, at: datetime) -> Erasure:
    """Keep a person after all, while they are still there: all is as it was. Raises NotAllowed, NothingToTakeBack."""
    locked = Erasure.objects.select_for_update(of=("self",)).select_related("person").get(pk=erasure.pk)
    if locked.done_at is not None or locked.taken_back_at is not None or locked.person is None:
        raise core.NothingToTakeBack("This was taken back or carried out before.")
    if not permissions.can_take_back_erasure(by, locked, at=at):
        raise NotAllowed("Who asked to be forgotten takes that back themselves.")
    locked.taken_back_at = at
    locked.save(update_fields=["taken_back_at"])
    jobs.withdraw(JOB, key=str(locked.pk))
    journal.record("erasure-taken-back", locked.person, by=by, at=at)
    shown_anew(locked.person)
    return locked


@transaction.atomic
def carry_out_erasure(erasure: Erasure, *, by: Person | None, at: datetime) -> Erasure:
    """Forget a person: every field as its class says (kit.personal), in one transaction. Done or taken back, nothing happens.

    What stays is an empty record that deeds and dated roles point at, so that counts are what they were.
    Raises NotAllowed, NotDueYet, LastOfTheTeam.
    """
    if by is not None:
        raise NotAllowed("The Hub carries this out itself when the window has passed.")
    asked = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    if asked.done_at is not None or asked.taken_back_at is not None or asked.person_id is None:
        return asked
    core.check_due(asked.due_at, at=at)
    person = Person.objects.select_for_update().get(pk=asked.person_id)
    today = day_of(at)
    _check_team(person, on=today, at=at)
    words = queries.known_as(person)
    merged = list(Merge.objects.filter(kept=person, undone_at__isnull=True).values_list("gone_key", flat=True))
    ended = _end_roles(person, on=today, at=at)
    sessions = _end_sessions(person)
    person.consent_entries.filter(recorded_by=person).update(recorded_by=None)
    shown_anew(person)
    parts = list(Role.objects.filter(person=person).order_by("pk").values_list("programme", "kind"))
    veil = _veil_for_good(words, parts[0][1] if parts else "")
    done = personal.erase(person, words=words, veil=veil, programmes={each for each, _ in parts}, also=merged, at=at)
    for name in done.files:
        jobs.delete_file(name, at=at)
    Person.objects.filter(pk=person.pk).update(erased_at=at)
    for programme in sorted({each for each, _ in parts}):
        events.parts_changed.send(sender=Person, programme=programme, at=at)
    counts = {**done.counts, **({"sessions.Session": sessions} if sessions else {})}
    asked.person, asked.done_at, asked.counts = None, at, counts
    asked.save(update_fields=["person", "done_at", "counts"])
    journal.record("erased", person, by=None, at=at, roles_ended=ended)
    return asked


@transaction.atomic
def postpone_erasure(erasure: Erasure, *, to: datetime, by: Person | None, at: datetime) -> None:
    """Try again at a moment: nobody else runs the programme of the person yet. Raises NotAllowed."""
    if by is not None:
        raise NotAllowed("The Hub does this itself.")
    Erasure.objects.filter(pk=erasure.pk, done_at__isnull=True, taken_back_at__isnull=True).update(due_at=to)
    journal.record("erasure-postponed", erasure, by=by, at=at, due_at=to.isoformat())
    jobs.enqueue(JOB, key=str(erasure.pk), payload={"erasure": erasure.pk}, due_at=to)


def _check_team(person: Person, *, on: date, at: datetime) -> None:
    """Raises LastOfTheTeam where a programme a person runs at a moment would have nobody on a day; locks those teams."""
    for programme in queries.programmes_run_by(person, at=at).order_by("pk"):
        team = [core.TeamRole(role.person_id, role.ends_on, role.starts_on) for role in team_locked(programme)]
        leaving = queries.leaving(role.person for role in team)
        if not core.somebody_stays(team, without=person.pk, leaving=leaving, on=on):
            raise LastOfTheTeam(f"Nobody would be left to run {programme.name}. Put somebody else on its team first.")


def _veil_for_good(words: list[str], kind: str) -> Veil:
    """Give what stands where a person was named, written as a name is, so that a plan that says who leads still says so."""
    instead = {RoleKind.EXPERT.value: "An Expert", RoleKind.TEAM.value: "A Colleague"}.get(kind, "A Guest")
    return Veil(dict.fromkeys(words, instead), addresses=words, in_slugs=f"somebody-{secrets.token_hex(3)}")


def _end_roles(person: Person, *, on: date, at: datetime) -> int:
    """Let roles that go on end: nobody is there to have them. The rows stay, and so do counts of who had them.

    Who stands in for them does so no longer, as when a role is ended; what they were to stand in for later is not theirs.
    """
    ended = 0
    held = Role.objects.select_for_update(of=("self",)).filter(person=person).select_related("person", "programme", "cohort")
    for role in held.order_by("pk"):
        if role.stands_in_for_id is not None and role.starts_on > on:
            delete_roles([role], by=None, at=at)
            continue
        last = core.ends_by(role.starts_on, role.ends_on, on=on)
        if last != role.ends_on:
            Role.objects.filter(pk=role.pk).update(ends_on=last)
            ended += 1
        if cut := cut_stand_ins([role], on=last, by=None, at=at):
            events.roles_changed.send(Role, roles=cut, by=None, at=at)
    return ended


def _end_sessions(person: Person) -> int:
    """Delete the sessions of Django's that sign a person in; found by reading them, for nothing in them can be asked for."""
    account = Account.objects.filter(person=person).first()
    if account is None:
        return 0
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    theirs = [
        row.session_key
        for row in sessions.objects.order_by("session_key").iterator(chunk_size=_AT_A_TIME)
        if row.get_decoded().get("_auth_user_id") == str(account.pk)
    ]
    for start in range(0, len(theirs), _AT_A_TIME):
        sessions.objects.filter(session_key__in=theirs[start : start + _AT_A_TIME]).delete()
    return len(theirs)
