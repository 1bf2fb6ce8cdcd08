"""Read what people are asked, and where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from hub.core.asking import Part, by_kinds, kinds_asked, outlasts, part_on, uses_asked_of
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
    held_at,
    with_it_on,
)
from hub.people.queries.persons import roles_at
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Asked:
    """A use somebody is asked about in a programme, or has answered: the newest words, where they stand, and since when.

    `is_asked` says whether what they are in the programme asks for it now.
    """

    use: Use
    term: Term
    standing: Standing
    since: datetime | None
    is_asked: bool = True

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to be given."""
        return self.is_asked and self.standing.is_open


@dataclass(frozen=True, slots=True)
class AskedBy:
    """What one programme asks of a person, and in `said` what they answered that it does not ask of them (any more)."""

    programme: Programme
    needed: tuple[Asked, ...]
    free: tuple[Asked, ...]
    said: tuple[Asked, ...]

    @property
    def every(self) -> tuple[Asked, ...]:
        """All of it."""
        return (*self.needed, *self.free, *self.said)

    @property
    def open(self) -> int:
        """How many answers are still to be given."""
        return sum(each.is_open for each in self.every)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of those with a part in a programme who are asked for a use: how many have not answered, and how many are asked again."""

    not_answered: int
    again: int


def newest_terms(programme_ids: Iterable[int]) -> QuerySet[Term]:
    """Give the newest words of each use in some programmes."""
    later = Term.objects.filter(programme=OuterRef("programme"), use=OuterRef("use"), number__gt=OuterRef("number"))
    found = Term.objects.filter(~Exists(later), programme__in=list(programme_ids)).select_related("programme")
    return found.order_by("programme__name", "pk")


def standings(person: Person, programme: Programme, *, at: datetime) -> list[Asked]:
    """Say where a person stands on each use a programme asks of them, or they answered, in the order of the uses.

    Three queries.
    """
    rows = Consent.objects.filter(person=person, programme=programme)
    return _standings(rows, newest_terms([programme.pk]), parts_of(person, at=at))


def parts_of(person: Person, *, at: datetime) -> dict[int, list[Part]]:
    """Give the parts somebody has, had or is to have, by programme: what each asks is in `core.asking`. One query."""
    day = day_of(at)
    found: dict[int, list[Part]] = {}
    rows = Role.objects.filter(person=person).values_list("programme", "kind", "ends_on", "cohort__ends_on")
    for programme, kind, ends_on, cohort_last in rows:
        found.setdefault(programme, []).append(part_on(day, kind, ends_on=ends_on, cohort_last=cohort_last))
    return found


def _standings(rows: Iterable[Consent], terms: Iterable[Term], parts: Mapping[int, Iterable[Part]]) -> list[Asked]:
    now = {(row.programme_id, row.use): row for row in rows}
    asked = {programme: uses_asked_of(theirs) for programme, theirs in parts.items()}
    order = list(Use)
    found = []
    for term in terms:
        use, row = Use(term.use), now.get((term.programme_id, term.use))
        is_asked = use in asked.get(term.programme_id, ())
        if use.is_organisations or not (is_asked or row):
            continue
        standing = Standing(row.standing) if row else Standing.NOT_ASKED
        found.append(Asked(use, term, standing, row.since if row else None, is_asked))
    return sorted(found, key=lambda each: (each.term.programme.name, order.index(each.use)))


def asked_of(person: Person, *, at: datetime) -> list[AskedBy]:
    """Give what the programmes a person has, had or is to have a part in ask of them; programme by programme. Three queries.

    What they answered is there whatever their parts are now, also where they never had one, as an open form lets anybody:
    nobody keeps a yes that its person can't see and take back.
    """
    parts = parts_of(person, at=at)
    rows = list(Consent.objects.filter(person=person))
    by: dict[int, list[Asked]] = {}
    for each in _standings(rows, newest_terms({*parts, *(row.programme_id for row in rows)}), parts):
        by.setdefault(each.term.programme_id, []).append(each)
    return [
        AskedBy(
            found[0].term.programme,
            tuple(each for each in found if each.is_asked and each.use.is_needed),
            tuple(each for each in found if each.is_asked and not each.use.is_needed),
            tuple(each for each in found if not each.is_asked),
        )
        for found in by.values()
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

    Eight queries.
    """
    here = set(roles_at(person, at=at).values_list("programme", flat=True))
    for_others = sum(each.standing.is_open for _, each in asked_of_contact(person, at=at))
    return sum(each.open for each in asked_of(person, at=at) if each.programme.pk in here) + for_others


def term_asked_of(person: Person, key: str, *, at: datetime) -> Term | None:
    """Find words by their key among those a person is asked about, or has answered to; None where they are not."""
    if not key.isdecimal() or len(key) > 18:
        return None
    term = Term.objects.filter(pk=int(key)).select_related("programme").first()
    if term is None:
        return None
    asked = uses_asked_of(parts_of(person, at=at).get(term.programme_id, ()))
    return term if Use(term.use) in asked or has_answered(person, Use(term.use), term.programme) else None


def has_answered(person: Person, use: Use, programme: Programme) -> bool:
    """Say whether a person ever answered for a use in a programme."""
    return Consent.objects.filter(person=person, use=use.value, programme=programme).exists()


CLOSED = (Standing.GIVEN.value, Standing.REFUSED.value, Standing.WITHDRAWN.value)


def uses_worded(programme: Programme) -> list[Use]:
    """Give the uses a programme has words for that people answer each for themselves. One query."""
    worded = set(Term.objects.filter(programme=programme).values_list("use", flat=True).distinct())
    return [use for use in Use if use.value in worded and not use.is_organisations]


def asked_for(use: Use, *, at: datetime) -> Q:
    """Give the condition that a role asks for a use, whether or not its programme has words for it."""
    return _asking(kinds_asked(use), also_over=outlasts(use), at=at)


def _asking(kinds: Collection[str], *, also_over: bool, at: datetime) -> Q:
    asking = Q(kind__in=sorted(kinds))
    if also_over:
        return asking
    cohort_goes_on = Q(cohort__isnull=True) | Q(cohort__ends_on__gte=day_of(at))  # as core.asking.part_on has it
    return asking & (Q(ends_on__gt=day_of(at)) | (Q(ends_on__isnull=True) & cohort_goes_on))


def has_something_to_answer(programme: Programme, *, at: datetime) -> Q:
    """Give the condition that somebody has not answered to all that a programme asks of them by what they are. One query."""
    found = Q(pk__in=[])
    for kinds, also_over, uses in by_kinds(uses_worded(programme)):
        answered = Consent.objects.filter(person=OuterRef("pk"), programme=programme, standing__in=CLOSED, use__in=uses)
        count = answered.order_by().values("person").annotate(count=Count("pk")).values("count")
        asking = Role.objects.filter(_asking(kinds, also_over=also_over, at=at), programme=programme)
        found |= Q(pk__in=asking.values("person")) & Q(LessThan(Coalesce(Subquery(count), 0), len(uses)))
    return found


def is_asked_again(programme: Programme, *, at: datetime) -> Q:
    """Give the condition that somebody said yes to words that have changed since, and is asked for that still. One query."""
    found = Q(pk__in=[])
    again = Consent.objects.filter(programme=programme, standing=Standing.ASK_AGAIN.value, person__isnull=False)
    for kinds, also_over, uses in by_kinds(uses_worded(programme)):
        asking = Role.objects.filter(_asking(kinds, also_over=also_over, at=at), programme=programme)
        found |= Q(pk__in=asking.values("person")) & Q(pk__in=again.filter(use__in=uses).values("person"))
    return found


def waiting_for_answers(programme: Programme, *, at: datetime) -> dict[Use, Waiting]:
    """Count who has a part in a programme now and has still to answer, by the uses it has words for. Three queries.

    Organisations are not counted.
    """
    alike = by_kinds(uses_worded(programme))
    if not alike:
        return {}
    here = Role.objects.filter(held_at(at), programme=programme, person__erased_at__isnull=True).values("person")
    totals: dict[str, Count] = {}
    asked = Q(pk__in=[])
    for number, (kinds, also_over, uses) in enumerate(alike):
        asking = _asking(kinds, also_over=also_over, at=at)
        asked |= Q(use__in=uses, person__in=Role.objects.filter(asking, programme=programme).values("person"))
        totals[str(number)] = Count("person", distinct=True, filter=asking)
    people = Role.objects.filter(programme=programme, person__in=here).aggregate(**totals)
    rows = Consent.objects.filter(asked, programme=programme, person__in=here).exclude(standing=Standing.NOT_ASKED.value)
    said: dict[str, dict[str, int]] = {}  # a merge leaves rows of who is to be asked: they said nothing yet
    for use, standing, count in rows.values_list("use", "standing").annotate(count=Count("pk")).order_by():
        said.setdefault(use, {})[standing] = count
    found = {}
    for number, (_, _, uses) in enumerate(alike):
        for use in uses:
            answers = said.get(use.value, {})
            again = answers.get(Standing.ASK_AGAIN.value, 0)
            found[use] = Waiting(people[str(number)] - sum(answers.values()), again)
    return found


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


def logos_without_a_contact(programme: Programme, *, at: datetime) -> QuerySet[Organisation]:
    """Give the organisations whose logo a programme shows, and for which nobody may take that back any more, by name.

    Their contact people left, or are no longer that (`permissions.speaks_for` says who may): the team hears of it for them.
    """
    allowed = Consent.objects.filter(programme=programme, use=Use.LOGO.value, standing=Standing.GIVEN.value)
    with_it = Affiliation.objects.filter(with_it_on(day_of(at)), is_contact=True, person__erased_at__isnull=True)
    by_role = Role.objects.filter(held_at(at), programme=programme, kind=RoleKind.PARTNER_CONTACT)
    speaks = (with_it, by_role.filter(person__erased_at__isnull=True))
    nobody = Q(*(~Exists(each.filter(organisation=OuterRef("pk"))) for each in speaks))
    shown = Organisation.objects.filter(nobody, pk__in=allowed.values("organisation")).exclude(logo="")
    return shown.order_by("plain_name", "pk")


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
