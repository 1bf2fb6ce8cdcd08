"""Read people, their accounts and their roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from hub.core.consent import Standing, Use
from hub.core.names import Reason, plain
from hub.core.retention import Rule, Sort
from hub.core.veil import Veil
from hub.kit import personal
from hub.people.models import (
    Account,
    Affiliation,
    Consent,
    ConsentEntry,
    Erasure,
    FeedAddress,
    LikelyPair,
    Link,
    Merge,
    Organisation,
    Person,
    Role,
    RoleKind,
    Term,
    Token,
    WithdrawalTask,
    day_of,
    held_at,
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


_OF_A_ROLE = ("programme", "cohort", "person", "stands_in_for__person")


def roles_of(person: Person) -> QuerySet[Role]:
    """Give every role a person has or had, newest first, with programme and cohort."""
    return Role.objects.filter(person=person).select_related(*_OF_A_ROLE).order_by("-starts_on", "pk")


def person_of(account: Account) -> Person:
    """Give the person an account signs in."""
    return account.person


def account_named(name: str) -> Account | None:
    """Find the account of the one person with this first name, whatever its case; for the demo's cast."""
    named = Q(person__name__istartswith=f"{name} ") | Q(person__name__iexact=name)
    return Account.objects.filter(named, is_active=True).select_related("person").order_by("pk").first()


def cast() -> QuerySet[Person]:
    """Give everybody who has proved an address, in the order they came, with their roles at hand; for the demo's list."""
    held = Role.objects.select_related("programme", "cohort").order_by("programme__slug", "cohort__slug", "pk")
    proved = EmailAddress.objects.filter(user__person=OuterRef("pk"), verified=True)
    able = Person.objects.filter(Exists(proved), account__is_active=True).select_related("account")
    return able.prefetch_related(Prefetch("roles", queryset=held)).order_by("pk")


def account_at(email: str) -> Account | None:
    """Find the account one of whose addresses this is, whatever its case."""
    theirs = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
    return Account.objects.filter(theirs).select_related("person").order_by("pk").first()


def address_by_key(key: int) -> tuple[str, str] | None:
    """Give the name of the person an address belongs to, and the address; None where it is gone."""
    row = EmailAddress.objects.filter(pk=key).values_list("user__person__name", "email").first()
    return (str(row[0]), str(row[1])) if row else None


def address_that_lets_in(account: Account, typed: str) -> str | None:
    """Give the stored spelling of an address of an account, None where a code or a provider that names it may not let in.

    A proved one may, and any while none of the account's is proved yet: one that came with a merged record is proved first.
    """
    theirs = list(EmailAddress.objects.filter(user=account))
    asked = next((each for each in theirs if each.email.lower() == typed.strip().lower()), None)
    if asked is None or not (asked.verified or not any(each.verified for each in theirs)):
        return None
    return str(asked.email)


def links_of(person: Person) -> QuerySet[Link]:
    """Give what a person links to, in their order."""
    return Link.objects.filter(person=person).order_by("position", "pk")


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


def asked_of_contact(person: Person, *, at: datetime) -> list[tuple[Organisation, Asked]]:
    """Give what programmes ask of the organisations a person speaks for: about their logo. Four queries.

    Asked are those in which the organisation stands behind somebody, or the person has a part.
    """
    day = day_of(at)
    contact = Affiliation.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), person=person, is_contact=True)
    owners = {each.organisation_id: each.organisation for each in contact.select_related("organisation").order_by("pk")}
    if not owners:
        return []
    parts: dict[int, set[int]] = {key: set() for key in owners}
    of = Role.objects.filter(Q(organisation__in=owners) | Q(person=person))
    for owner, programme in of.values_list("organisation", "programme"):
        for key in [owner] if owner in owners else list(owners):
            parts[key].add(programme)
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


# -- people as others see them


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as the public may see them: by name because they said so, with a photo where they allow that too."""

    name: str
    pronouns: str
    organisation: str  # whom they stand for
    photo: str = ""  # the name of the stored file
    photo_alt: str = ""


def experts_shown(cohort: Cohort) -> list[Shown]:
    """Give the Experts of a cohort who allow their name, by organisation and name; present or past. One query.

    A stand-in is shown like any Expert. An organisation is a fact of the role; nobody's name hangs on it.
    """
    roles = Role.objects.filter(cohort=cohort, kind=RoleKind.EXPERT)
    return sorted(_shown(roles, cohort.programme), key=lambda each: (each.organisation.lower() or "~", each.name.lower()))


def team_shown(programme: Programme, *, at: datetime) -> list[Shown]:
    """Give who runs a programme now and allows their name, by name. One query."""
    roles = Role.objects.filter(held_at(at), programme=programme, kind=RoleKind.TEAM, cohort__isnull=True)
    return sorted(_shown(roles, programme), key=lambda each: each.name.lower())


def named_in(text: str, programme: Programme) -> list[Shown]:
    """Give those a text names ("led by …") who have or had a part in a programme and allow their name there. One query."""
    if not text:
        return []
    shown = {each.name: each for each in _shown(Role.objects.filter(programme=programme), programme)}
    return [shown[name] for name in Veil({name: name for name in shown}).named(text)]


def _shown(roles: QuerySet[Role], programme: Programme) -> list[Shown]:
    """Give the people of some roles who allow their name in a programme, each once, by their newest role. One query."""
    named = Person.objects.allowing(Use.NAME, programme)
    pictured = Person.objects.allowing(Use.PHOTO, programme).filter(pk=OuterRef("person"))
    rows = roles.filter(person__in=named).annotate(is_pictured=Exists(pictured)).select_related("person", "organisation")
    found: dict[int, Shown] = {}
    for role in rows.order_by("starts_on", "pk"):
        one = role.person
        photo, alt = (one.photo, one.photo_alt) if role.is_pictured else ("", "")
        found[one.pk] = Shown(one.name, one.pronouns, role.organisation.name if role.organisation else "", photo, alt)
    return list(found.values())


def logos_shown(programme: Programme, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give the logos organisations allow in a programme, by names as asked for: the stored file and its words. One query."""
    asked = {" ".join(name.split()).lower(): name for name in names}
    given = Consent.objects.filter(programme=programme, use=Use.LOGO.value, standing=Standing.GIVEN.value)
    rows = given.exclude(organisation__logo="").filter(organisation__isnull=False)
    found = {}
    for name, logo, alt in rows.values_list("organisation__name", "organisation__logo", "organisation__logo_alt"):
        if name.lower() in asked:
            found[asked[name.lower()]] = (logo, alt)
    return found


def shows_photo_of(person: Person) -> bool:
    """Say whether a public page may show a person's photo: beside their name, in a programme the public sees."""
    return Person.objects.filter(_is_pictured_in_public(), pk=person.pk).exists()


def shows_logo_of(organisation: Organisation, programme: Programme) -> bool:
    """Say whether an organisation allows its logo in a programme."""
    rows = Consent.objects.filter(organisation=organisation, programme=programme, use=Use.LOGO.value)
    return rows.filter(standing=Standing.GIVEN.value).exists()


def sees_photo(by: Person | None, stored: str, *, at: datetime) -> bool:
    """Say whether somebody may see a stored photo now: everybody while it may stand in public, else who knows of its person."""
    theirs = Person.objects.filter(photo=stored, erased_at__isnull=True)
    if theirs.filter(_is_pictured_in_public()).exists():
        return True
    return by is not None and Person.objects.visible_to(by, at=at).filter(pk__in=theirs).exists()


def sees_logo(by: Person | None, stored: str, *, at: datetime) -> bool:
    """Say whether somebody may see a stored logo now: everybody while it is allowed, else teams and who speaks for it."""
    owners = Organisation.objects.filter(logo=stored)
    given = Consent.objects.filter(organisation__in=owners, use=Use.LOGO.value, standing=Standing.GIVEN.value)
    if given.filter(programme__is_public=True).exists():
        return True
    if by is None:
        return False
    keeps = roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).exists()
    speaks = Affiliation.objects.filter(person=by, organisation__in=owners, is_contact=True)
    return owners.exists() and (keeps or speaks.exists())


def _is_pictured_in_public() -> Q:
    """Give the condition that a person allows name and photo in a programme of theirs that is public."""
    theirs = Role.objects.filter(person=OuterRef("pk"), programme__is_public=True)
    for use in (Use.NAME, Use.PHOTO):
        allowing = Person.objects.allowing(use, OuterRef(OuterRef("programme"))).filter(pk=OuterRef("person"))
        theirs = theirs.filter(Exists(allowing))
    return Q(Exists(theirs))


def instead_of(kind: str) -> str:
    """Give the words that stand where somebody's name may not, by what they are to the programme."""
    return {RoleKind.EXPERT.value: "an Expert", RoleKind.TEAM.value: "one of the team"}.get(kind, "a guest")


def names_withheld(programmes: Collection[int] | QuerySet[Any, Any]) -> QuerySet[Role, tuple[int, str, str]]:
    """Give programme, name and kind of role of everybody with a part in some programmes, now or before, who does not allow
    their name there: who said no, took a yes back, was never asked, or is to be forgotten. One query.
    """
    named = Person.objects.allowing(Use.NAME, OuterRef(OuterRef("programme"))).filter(pk=OuterRef("person"))
    roles = Role.objects.filter(~Exists(named), programme__in=programmes, person__erased_at__isnull=True)
    return roles.order_by("pk").values_list("programme_id", "person__name", "kind")


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the team's list: what they are in the programme, where they work, what they have still to answer."""

    person: Person
    roles: tuple[Role, ...]
    organisations: tuple[str, ...]
    open_questions: int
    is_leaving: bool  # asked to be forgotten, and not yet


def people_of(
    programme: Programme, by: Person | None, *, words: str = "", role: str = "", cohort: str = "", at: datetime
) -> QuerySet[Person]:
    """Find the people of a programme that somebody may know of, by name; each word is looked for in name and organisation."""
    held = Role.objects.filter(programme=programme)
    if role:
        held = held.filter(kind=role)
    if cohort:
        held = held.filter(cohort__slug=cohort)
    found = Person.objects.visible_to(by, at=at).filter(pk__in=held.values("person"))
    looked_for = plain(words).split()[:6]
    if words.strip() and not looked_for:
        return found.none()
    for word in looked_for:
        there = Affiliation.objects.filter(organisation__plain_name__contains=word).values("person")
        found = found.filter(Q(plain_name__contains=word) | Q(pk__in=there))
    return found.order_by("plain_name", "pk")


def with_facts(people: list[Person], programme: Programme) -> list[Row]:
    """Give rows for a page of people. Five queries, however many there are."""
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
    gone_soon = leaving(keys)
    return [
        Row(
            person,
            tuple(roles[person.pk]),
            tuple(works[person.pk]),
            max(len(terms) - answered[person.pk], 0),
            person.pk in gone_soon,
        )
        for person in people
    ]


@dataclass(frozen=True, slots=True)
class HeldByMany:
    """A role several people have: what it is, in which cohort, and how many have it."""

    kind: RoleKind
    cohort: Cohort | None
    count: int

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.kind.label}, {self.cohort.name}" if self.cohort else self.kind.label


def roles_held(people: Iterable[Person], programme: Programme, *, at: datetime) -> dict[str, HeldByMany]:
    """Give the roles in a programme that have not ended for some people, by a key ("expert:2024"). One query."""
    keys = [person.pk for person in people]
    going_on = Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at)), programme=programme, person__in=keys)
    held: dict[str, set[int]] = {}
    rows: dict[str, Role] = {}
    for role in going_on.select_related("cohort").order_by("kind", "cohort__starts_on", "pk"):
        key = f"{role.kind}:{role.cohort.slug if role.cohort else ''}"
        rows.setdefault(key, role)
        held.setdefault(key, set()).add(role.person_id)
    return {key: HeldByMany(RoleKind(role.kind), role.cohort, len(held[key])) for key, role in rows.items()}


def named_like(programme: Programme, by: Person | None, name: str, *, at: datetime) -> list[Person]:
    """Give up to five people of a programme whose name has all the words of a name."""
    return list(people_of(programme, by, at=at).filter(_has_words(name))[:5]) if plain(name) else []


def _has_words(name: str) -> Q:
    found = Q()
    for word in plain(name).split()[:6]:
        found &= Q(plain_name__contains=word)
    return found


def called(programme: Programme, by: Person | None, words: str, *, at: datetime) -> list[Person]:
    """Find the people of a programme that somebody may know of by their whole name, or by an address. Two at most."""
    held = Role.objects.filter(person=OuterRef("pk"), programme=programme)
    address = EmailAddress.objects.filter(user__person=OuterRef("pk"), email__iexact=words.strip())
    theirs = Q(plain_name=plain(words)) | Q(Exists(address))
    return list(Person.objects.visible_to(by, at=at).filter(theirs, Exists(held)).order_by("pk")[:2])


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
    """Find the token a key belongs to by the key's fingerprint, while it and its person's account are open. One query."""
    found = Token.objects.filter(digest=digest, revoked_at__isnull=True, expires_at__gt=at, person__erased_at__isnull=True)
    found = found.filter(person__account__is_active=True)
    return found.select_related("person").first()


# -- the calendar of one's own


def feed_address_of(person: Person) -> FeedAddress | None:
    """Give the secret address of a person's calendar, None before they made one."""
    return FeedAddress.objects.filter(person=person).first()


def person_of_feed(secret: str) -> Person | None:
    """Find whose calendar stands at a secret address; None for one that is none, or a closed account's. One query."""
    open_ones = FeedAddress.objects.filter(person__erased_at__isnull=True).exclude(person__account__is_active=False)
    found = open_ones.filter(secret=secret).select_related("person").first()
    return found.person if found else None


# -- being forgotten


def open_erasure(person: Person) -> Erasure | None:
    """Give the erasure a person or their team asked for and nobody took back, until it is carried out."""
    return Erasure.objects.filter(person=person, taken_back_at__isnull=True, done_at__isnull=True).first()


def leaving(people: Iterable[int]) -> frozenset[int]:
    """Give those of some people who are to be forgotten."""
    found = Erasure.objects.filter(person__in=list(people), taken_back_at__isnull=True, done_at__isnull=True)
    return frozenset(key for key in found.values_list("person", flat=True) if key is not None)


def known_as(person: Person) -> list[str]:
    """Give the words a person was known by here: name (as written and in addresses), identifiers, mail addresses."""
    words = [person.name, person.orcid, *personal.addresses_of(person)]
    for facts in Merge.objects.filter(kept=person, undone_at__isnull=True).values_list("facts", flat=True):
        words += _known_in(facts)
    words += ["-".join(plain(name).split()) for name in words if " " in name]  # as it stands in the addresses of sessions
    return [word for word in dict.fromkeys(words) if word.strip()]


def _known_in(facts: object) -> Iterator[str]:
    """Yield what stands in facts, however deep, under the names of fields somebody is known by."""
    if isinstance(facts, Mapping):
        for name, value in facts.items():
            if name in ("name", "orcid", "email") and isinstance(value, str):
                yield value
            else:
                yield from _known_in(value)
    elif isinstance(facts, list):
        for each in facts:
            yield from _known_in(each)


def still_named(person: Person, among: Iterable[Programme]) -> list[tuple[str, int]]:
    """Say where words of some programmes name a person, in texts no erasure touches: what kind of thing, and how many."""
    return personal.still_named(known_as(person), programmes=[programme.pk for programme in among])


def erasure_of(pk: int) -> Erasure | None:
    """Find an erasure by its key."""
    return Erasure.objects.filter(pk=pk).first()


# -- how long things are kept


def retention_rules() -> list[Rule]:
    """Give for how long this Hub keeps each sort of what is personal."""
    return [
        Rule(Sort.ACCESS_NEEDS, settings.RETENTION_ACCESS_NEEDS_DAYS),
        Rule(Sort.INVITATIONS, settings.RETENTION_INVITATIONS_DAYS),
        Rule(Sort.TOKENS, settings.RETENTION_TOKENS_DAYS),
        Rule(Sort.LIKELY_PAIRS, settings.RETENTION_LIKELY_PAIRS_DAYS),
        Rule(Sort.MERGES, settings.RETENTION_MERGES_DAYS),
        Rule(Sort.SESSIONS, settings.RETENTION_SESSIONS_DAYS),
    ]


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
