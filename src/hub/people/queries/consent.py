"""Read what people are asked, and where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub.core.consent import Answer, Means, Standing, Use
from hub.people.models import (
    Affiliation,
    Consent,
    ConsentEntry,
    Organisation,
    Person,
    Role,
    RoleKind,
    Term,
    WithdrawalTask,
    day_of,
    with_it_on,
)
from hub.people.queries.persons import roles_at
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Asked:
    """A use somebody is asked about in a programme: the newest words, where they stand, and since when."""

    use: Use
    term: Term
    standing: Standing
    since: datetime | None


@dataclass(frozen=True, slots=True)
class AskedBy:
    """What one programme asks of a person."""

    programme: Programme
    needed: tuple[Asked, ...]
    free: tuple[Asked, ...]

    @property
    def open(self) -> int:
        """How many answers are still to be given."""
        return sum(each.standing.is_open for each in (*self.needed, *self.free))


def newest_terms(programme_ids: Iterable[int]) -> QuerySet[Term]:
    """Give the newest words of each use in some programmes."""
    later = Term.objects.filter(programme=OuterRef("programme"), use=OuterRef("use"), number__gt=OuterRef("number"))
    found = Term.objects.filter(~Exists(later), programme__in=list(programme_ids)).select_related("programme")
    return found.order_by("programme__name", "pk")


def standings(person: Person, programme: Programme) -> list[Asked]:
    """Say where a person stands on each use a programme has words for, in the order of the uses. Two queries."""
    return _standings(person, newest_terms([programme.pk]))


def _standings(person: Person, terms: Iterable[Term]) -> list[Asked]:
    now = {(row.programme_id, row.use): row for row in Consent.objects.filter(person=person)}
    order = list(Use)
    found = []
    for term in terms:
        use, row = Use(term.use), now.get((term.programme_id, term.use))
        if not use.is_organisations:
            found.append(Asked(use, term, Standing(row.standing) if row else Standing.NOT_ASKED, row.since if row else None))
    return sorted(found, key=lambda each: (each.term.programme.name, order.index(each.use)))


def asked_of(person: Person, *, at: datetime) -> list[AskedBy]:
    """Give what the programmes a person has a role in ask of them, or asked; programme by programme. Four queries.

    Where they have no role and answered all the same, as an open form lets anybody, it is what they answered: nobody keeps a
    yes that its person can't see and take back.
    """
    mine = set(Role.objects.filter(person=person).values_list("programme", flat=True))
    answered = set(Consent.objects.filter(person=person).values_list("programme", flat=True))
    asked = _standings(person, newest_terms(mine | answered))
    by: dict[int, list[Asked]] = {}
    for each in asked:
        if each.term.programme_id not in mine and each.since is None:
            continue
        by.setdefault(each.term.programme_id, []).append(each)
    return [
        AskedBy(
            rows[0].term.programme,
            tuple(each for each in rows if each.use.is_needed),
            tuple(each for each in rows if not each.use.is_needed),
        )
        for rows in by.values()
    ]


def asked_of_contact(person: Person, *, at: datetime) -> list[tuple[Organisation, Asked]]:
    """Give what programmes ask of the organisations a person speaks for: about their logo. Five queries.

    Asked are those in which the organisation stands behind somebody, or the person has a part; a partner contact is asked by
    the programmes they are that in.
    """
    contact = Affiliation.objects.filter(with_it_on(day_of(at)), person=person, is_contact=True)
    owners = {each.organisation_id: each.organisation for each in contact.select_related("organisation").order_by("pk")}
    contacts = roles_at(person, at=at).filter(kind=RoleKind.PARTNER_CONTACT, organisation__isnull=False)
    held = list(contacts.select_related("organisation").order_by("pk"))
    parts: dict[int, set[int]] = {key: set() for key in (*owners, *(role.organisation_id for role in held)) if key}
    if not parts:
        return []
    of = Role.objects.filter(Q(organisation__in=owners) | Q(person=person))
    for owner, programme in of.values_list("organisation", "programme"):
        for key in [owner] if owner in owners else list(owners):
            parts[key].add(programme)
    for role in held:
        if role.organisation is not None:
            parts[role.organisation.pk].add(role.programme_id)
            owners.setdefault(role.organisation.pk, role.organisation)
    terms = [term for term in newest_terms(set().union(*parts.values())) if Use(term.use).is_organisations]
    rows = Consent.objects.filter(organisation__in=owners, use__in=[use.value for use in Use if use.is_organisations])
    now = {(row.organisation_id, row.programme_id, row.use): row for row in rows}
    found = []
    for key, organisation in owners.items():
        for term in terms:
            if term.programme_id in parts[key]:
                row = now.get((key, term.programme_id, term.use))
                standing = Standing(row.standing) if row else Standing.NOT_ASKED
                found.append((organisation, Asked(Use(term.use), term, standing, row.since if row else None)))
    return found


def questions_open_to(person: Person, *, at: datetime) -> int:
    """Count what programmes somebody takes part in now ask and have no answer to, also for organisations they speak for.

    Nine queries.
    """
    here = set(roles_at(person, at=at).values_list("programme", flat=True))
    for_others = sum(each.standing.is_open for _, each in asked_of_contact(person, at=at))
    return sum(each.open for each in asked_of(person, at=at) if each.programme.pk in here) + for_others


def term_asked_of(person: Person, key: str, *, at: datetime) -> Term | None:
    """Find words by their key among those a person is asked about, or has answered to; None where they are not."""
    if not key.isdecimal() or len(key) > 18:
        return None
    mine = Role.objects.filter(person=person, programme=OuterRef("programme"))
    answered = Consent.objects.filter(person=person, programme=OuterRef("programme"), use=OuterRef("use"))
    found = Term.objects.filter(Exists(mine) | Exists(answered), pk=int(key))
    return found.select_related("programme").first()


def answered_without_a_part(programme: Programme) -> QuerySet[Person]:
    """Give who answered to what a programme asks and never had a part in it, by name: an open form asks anybody."""
    part = Role.objects.filter(person=OuterRef("pk"), programme=programme)
    answered = Consent.objects.filter(person=OuterRef("pk"), programme=programme)
    found = Person.objects.filter(Exists(answered), ~Exists(part), erased_at__isnull=True)
    return found.order_by("plain_name", "pk")


def who_answered(programme: Programme, by: Person | None, pk: int, *, at: datetime) -> Person | None:
    """Find somebody who answered to what a programme asks and has no part in it: for its team, and for nobody else."""
    if not roles_at(by, at=at).filter(kind=RoleKind.TEAM, programme=programme, cohort__isnull=True).exists():
        return None
    return answered_without_a_part(programme).filter(pk=pk).first()


def allows(person: Person, use: Use, programme: Programme) -> bool:
    """Say whether a person allows a use in a programme now."""
    return Person.objects.filter(pk=person.pk).allowing(use, programme).exists()


def not_allowing(people: Collection[int], use: Use, programme: Programme | int) -> frozenset[int]:
    """Give those of some people who don't allow a use their programme asks about: who said no, and who has not answered.

    Nobody where the programme has no words for the use: it asked nobody. Two queries.
    """
    if not people or not Term.objects.filter(programme=programme, use=use.value).exists():
        return frozenset()
    given = Consent.objects.filter(programme=programme, use=use.value, standing=Standing.GIVEN.value, person__isnull=False)
    return frozenset(people) - frozenset(given.values_list("person", flat=True))


def has_withdrawn(whose: Person | Organisation, use: Use, programme: Programme) -> bool:
    """Say whether a person or an organisation took a yes back and stands by that."""
    found = Consent.objects.filter(_of(whose), use=use.value, programme=programme, standing=Standing.WITHDRAWN.value)
    return found.exists()


def means_of_last_no(person: Person, use: Use, programme: Programme) -> Means | None:
    """Say how a person's last no to a use reached the ledger, None where there was none."""
    noes = ConsentEntry.objects.filter(person=person, use=use.value, programme=programme).exclude(answer=Answer.GIVEN.value)
    found = noes.order_by("-at", "-pk").values_list("means", flat=True).first()
    return Means(found) if found else None


def open_tasks(whose: Person | Organisation, use: Use, programme: Programme) -> QuerySet[WithdrawalTask]:
    """Give what people still have to do because a person or an organisation took a yes back."""
    entries = ConsentEntry.objects.filter(_of(whose), use=use.value, programme=programme)
    return WithdrawalTask.objects.filter(entry__in=entries, done_at__isnull=True).order_by("made_at", "pk")


def _of(whose: Person | Organisation) -> Q:
    return Q(person=whose) if isinstance(whose, Person) else Q(organisation=whose)


def standing_of(organisation: Organisation, programme: Programme) -> Asked | None:
    """Say where an organisation stands on its logo in a programme; None where the programme has no words. Two queries."""
    terms = [term for term in newest_terms([programme.pk]) if Use(term.use).is_organisations]
    row = Consent.objects.filter(organisation=organisation, programme=programme, use=Use.LOGO.value).first()
    now, since = (Standing(row.standing), row.since) if row else (Standing.NOT_ASKED, None)
    return Asked(Use.LOGO, terms[0], now, since) if terms else None


def ledger_of(organisation: Organisation, programme: Programme) -> QuerySet[ConsentEntry]:
    """Give every answer of an organisation in a programme, newest first, with the words and who recorded it."""
    found = ConsentEntry.objects.filter(organisation=organisation, programme=programme)
    return found.select_related("term", "recorded_by").order_by("-at", "-pk")


def tasks_of(programme: Programme) -> QuerySet[WithdrawalTask]:
    """Give what withdrawals in a programme left to do and nobody has done, oldest first."""
    found = WithdrawalTask.objects.filter(entry__programme=programme, done_at__isnull=True)
    return found.select_related("entry__person", "entry__organisation").order_by("made_at", "pk")


def task_of(programme: Programme, key: str) -> WithdrawalTask | None:
    """Find a task of a programme by its key."""
    if not key.isdecimal() or len(key) > 18:
        return None
    return WithdrawalTask.objects.filter(entry__programme=programme, pk=int(key)).select_related("entry__programme").first()


def counts_of_standings(programme: Programme) -> dict[str, dict[Standing, int]]:
    """Count how people and organisations stand on each use of a programme. One query."""
    rows = Consent.objects.filter(programme=programme).values_list("use", "standing").annotate(count=Count("pk")).order_by()
    counts: dict[str, dict[Standing, int]] = {}
    for use, standing, count in rows:
        counts.setdefault(use, {})[Standing(standing)] = count
    return counts


def ledger(person: Person, programme: Programme) -> QuerySet[ConsentEntry]:
    """Give every answer of a person in a programme, newest first, with the words and who recorded it."""
    found = ConsentEntry.objects.filter(person=person, programme=programme)
    return found.select_related("term", "recorded_by").order_by("-at", "-pk")
