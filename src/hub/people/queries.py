"""Read people, their accounts and their roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from hub.core.consent import Standing, Use
from hub.core.names import Reason
from hub.people.models import (
    Account,
    Affiliation,
    Consent,
    ConsentEntry,
    LikelyPair,
    Merge,
    Person,
    Role,
    RoleKind,
    Term,
    Token,
    WithdrawalTask,
)
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme


def roles_at(person: Person | None, *, at: datetime) -> QuerySet[Role]:
    """Give the roles a person has at an aware moment; the day is London's until a role says otherwise."""
    if person is None:
        return Role.objects.none()
    day = at.astimezone(ZoneInfo("Europe/London")).date()
    return Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), person=person, starts_on__lte=day)


def programmes_run_by(person: Person | None, *, at: datetime) -> QuerySet[Programme]:
    """Give the programmes whose team a person is on, by slug."""
    held = roles_at(person, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True)
    return programmes.programmes_among(held.values_list("programme", flat=True))


def roles_of(person: Person) -> QuerySet[Role]:
    """Give every role a person has or had, newest first, with programme and cohort."""
    return Role.objects.filter(person=person).select_related("programme", "cohort").order_by("-starts_on", "pk")


def person_of(account: Account) -> Person:
    """Give the person an account signs in."""
    return account.person


def account_named(name: str) -> Account | None:
    """Find the account of the one person with this first name, whatever its case; for the demo's cast."""
    named = Q(person__name__istartswith=f"{name} ") | Q(person__name__iexact=name)
    return Account.objects.filter(named, is_active=True).select_related("person").order_by("pk").first()


def cast() -> QuerySet[Person]:
    """Give everybody who can sign in, in the order they came, with their roles at hand; for the demo's list."""
    held = Role.objects.select_related("programme", "cohort").order_by("programme__slug", "cohort__slug", "pk")
    able = Person.objects.filter(account__is_active=True).select_related("account")
    return able.prefetch_related(Prefetch("roles", queryset=held)).order_by("pk")


def account_at(email: str) -> Account | None:
    """Find the account with an address, whatever its case."""
    return Account.objects.filter(email__iexact=email).select_related("person").first()


# -- consent


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
    """Give what the programmes a person has a role in ask of them, or asked; programme by programme. Three queries."""
    mine = Role.objects.filter(person=person).values_list("programme", flat=True).distinct()
    asked = _standings(person, newest_terms(mine))
    by: dict[int, list[Asked]] = {}
    for each in asked:
        by.setdefault(each.term.programme_id, []).append(each)
    return [
        AskedBy(
            rows[0].term.programme,
            tuple(each for each in rows if each.use.is_needed),
            tuple(each for each in rows if not each.use.is_needed),
        )
        for rows in by.values()
    ]


def term_asked_of(person: Person, key: str, *, at: datetime) -> Term | None:
    """Find words by their key among those a person is asked about; None where they are not."""
    if not key.isdecimal() or len(key) > 18:
        return None
    mine = Role.objects.filter(person=person).values("programme")
    return Term.objects.filter(pk=int(key), programme__in=mine).select_related("programme").first()


def allows(person: Person, use: Use, programme: Programme) -> bool:
    """Say whether a person allows a use in a programme now."""
    return Person.objects.filter(pk=person.pk).allowing(use, programme).exists()


def has_withdrawn(person: Person, use: Use, programme: Programme) -> bool:
    """Say whether a person took a yes back and stands by that."""
    found = Consent.objects.filter(person=person, use=use.value, programme=programme, standing=Standing.WITHDRAWN.value)
    return found.exists()


def open_tasks(person: Person, use: Use, programme: Programme) -> QuerySet[WithdrawalTask]:
    """Give what people still have to do because of a withdrawal."""
    entries = ConsentEntry.objects.filter(person=person, use=use.value, programme=programme)
    return WithdrawalTask.objects.filter(entry__in=entries, done_at__isnull=True).order_by("made_at", "pk")


def tasks_of(programme: Programme) -> QuerySet[WithdrawalTask]:
    """Give what withdrawals in a programme left to do and nobody has done, oldest first."""
    found = WithdrawalTask.objects.filter(entry__programme=programme, done_at__isnull=True)
    return found.select_related("entry__person").order_by("made_at", "pk")


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


# -- people as others see them


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as the public may see them: by name because they said so, and the organisation they stand for."""

    name: str
    pronouns: str
    organisation: str


def experts_shown(cohort: Cohort) -> list[Shown]:
    """Give the Experts of a cohort who allow their name, by organisation and name; present or past. One query.

    A stand-in is shown like any Expert. An organisation is a fact of the role; nobody's name hangs on it.
    """
    named = Person.objects.allowing(Use.NAME, cohort.programme)
    roles = Role.objects.filter(cohort=cohort, kind=RoleKind.EXPERT, person__in=named).select_related("person", "organisation")
    found: dict[int, Shown] = {}
    for role in roles.order_by("starts_on", "pk"):
        organisation = role.organisation.name if role.organisation else ""
        found[role.person_id] = Shown(role.person.name, role.person.pronouns, organisation)
    return sorted(found.values(), key=lambda each: (each.organisation.lower() or "~", each.name.lower()))


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the team's list: what they are in the programme, where they work, what they have still to answer."""

    person: Person
    roles: tuple[Role, ...]
    organisations: tuple[str, ...]
    open_questions: int


def people_of(
    programme: Programme, by: Person | None, *, words: str = "", role: str = "", cohort: str = "", at: datetime
) -> QuerySet[Person]:
    """Find the people of a programme that somebody may know of, by name; each word is looked for in name and organisation."""
    held = Role.objects.filter(person=OuterRef("pk"), programme=programme)
    if role:
        held = held.filter(kind=role)
    if cohort:
        held = held.filter(cohort__slug=cohort)
    found = Person.objects.visible_to(by, at=at).filter(Exists(held))
    for word in words.split()[:6]:
        there = Affiliation.objects.filter(person=OuterRef("pk"), organisation__name__icontains=word)
        found = found.filter(Q(name__icontains=word) | Exists(there))
    return found.order_by(Lower("name"), "pk")


def with_facts(people: list[Person], programme: Programme) -> list[Row]:
    """Give rows for a page of people. Four queries, however many there are."""
    keys = [person.pk for person in people]
    roles: dict[int, list[Role]] = {key: [] for key in keys}
    for role in Role.objects.filter(person__in=keys, programme=programme).select_related("cohort").order_by("starts_on", "pk"):
        roles[role.person_id].append(role)
    works: dict[int, list[str]] = {key: [] for key in keys}
    for each in Affiliation.objects.filter(person__in=keys, ends_on__isnull=True).select_related("organisation").order_by("pk"):
        works[each.person_id].append(each.organisation.name)
    terms = [term for term in newest_terms([programme.pk]) if not Use(term.use).is_organisations]
    closed = {Standing.GIVEN.value, Standing.REFUSED.value, Standing.WITHDRAWN.value}
    answered: dict[int, int] = dict.fromkeys(keys, 0)
    for key in Consent.objects.filter(person__in=keys, programme=programme, standing__in=closed).values_list(
        "person", flat=True
    ):
        if key is not None:
            answered[key] += 1
    return [
        Row(person, tuple(roles[person.pk]), tuple(works[person.pk]), max(len(terms) - answered[person.pk], 0))
        for person in people
    ]


def person_of_programme(programme: Programme, by: Person | None, pk: int, *, at: datetime) -> Person | None:
    """Find a person of a programme, present or past, whom somebody may know of."""
    held = Role.objects.filter(person=OuterRef("pk"), programme=programme)
    return Person.objects.visible_to(by, at=at).filter(Exists(held), pk=pk).first()


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """Give where a person works and worked, newest first."""
    found = Affiliation.objects.filter(person=person).select_related("organisation")
    return found.order_by(F("starts_on").desc(nulls_last=True), "-pk")


# -- tokens


def programmes_of(person: Person, *, at: datetime) -> list[Programme]:
    """Give the programmes a person has a role in, by name."""
    held = roles_at(person, at=at).values_list("programme", flat=True)
    return sorted(programmes.programmes_among(held), key=lambda each: each.name)


def tokens_of(person: Person) -> QuerySet[Token]:
    """Give a person's tokens, newest first, those that ended too."""
    return Token.objects.filter(person=person).select_related("programme").order_by("-made_at", "-pk")


def token_of(person: Person, key: str) -> Token | None:
    """Find a token of a person by its number."""
    return Token.objects.filter(person=person, pk=int(key)).first() if key.isdecimal() and len(key) <= 18 else None


def token_of_key(digest: str, *, at: datetime) -> Token | None:
    """Find the token a key belongs to by the key's fingerprint, while it lasts. One query."""
    found = Token.objects.filter(digest=digest, revoked_at__isnull=True, expires_at__gt=at, person__erased_at__isnull=True)
    return found.select_related("person").first()


# -- records that are one person


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two records that may be one person, why, and what tells them apart: their rows and addresses."""

    pair: LikelyPair
    reasons: tuple[str, ...]
    records: tuple[tuple[Row, str], ...]  # each with the address it signs in with, "" where it can't


def known_to_team(by: Person | None, *, at: datetime) -> QuerySet[Person]:
    """Give whom somebody knows of as one of a team: everybody with a role, once or now, in a programme they run."""
    theirs = Role.objects.filter(person=OuterRef("pk"), programme__in=programmes_run_by(by, at=at).order_by())
    return Person.objects.visible_to(by, at=at).filter(Exists(theirs))


def likely_pairs_of(programme: Programme, by: Person | None, *, at: datetime) -> QuerySet[LikelyPair]:
    """Give the pairs nobody has said are two people, of whom somebody may know both and one is of a programme; surest first."""
    known = known_to_team(by, at=at).values("pk")
    here = Role.objects.filter(programme=programme)
    is_here = Exists(here.filter(person=OuterRef("first"))) | Exists(here.filter(person=OuterRef("second")))
    found = LikelyPair.objects.filter(is_here, apart_at__isnull=True, first__in=known, second__in=known)
    return found.select_related("first", "second").order_by("rank", "found_at", "pk")


def with_reasons(pairs: list[LikelyPair], programme: Programme) -> list[PairRow]:
    """Give rows for a page of pairs. Five queries, however many there are."""
    people = {person.pk: person for pair in pairs for person in (pair.first, pair.second)}
    rows = {row.person.pk: row for row in with_facts(list(people.values()), programme)}
    addresses = dict(Account.objects.filter(person__in=people).values_list("person", "email"))
    return [
        PairRow(
            pair,
            tuple(Reason(reason).label for reason in pair.reasons),
            tuple((rows[key], addresses.get(key, "")) for key in (pair.first_id, pair.second_id)),
        )
        for pair in pairs
    ]


def which_stays(pair: LikelyPair, by: Person | None) -> Person:
    """Propose which record of a pair stays: that of the one who asks, one with an account, with more roles, the older."""
    both = (pair.first, pair.second)
    if by is not None and by in both:
        return by
    able = set(Account.objects.filter(person__in=both, is_active=True).values_list("person", flat=True))
    roles = Role.objects.filter(person__in=both).values_list("person").annotate(count=Count("pk")).order_by()
    counts: dict[int, int] = dict(roles)
    return max(both, key=lambda person: (person.pk in able, counts.get(person.pk, 0), -person.pk))


def merges_of(programme: Programme, by: Person | None, *, at: datetime) -> QuerySet[Merge]:
    """Give the merges that stand, of people of a programme somebody may know of, newest first."""
    here = Role.objects.filter(person=OuterRef("kept"), programme=programme)
    found = Merge.objects.filter(Exists(here), undone_at__isnull=True, kept__in=known_to_team(by, at=at).values("pk"))
    return found.select_related("kept", "by").order_by("-at", "-pk")
