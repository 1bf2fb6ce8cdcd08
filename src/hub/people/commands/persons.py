"""Write people: who they are, where they can be reached, what they link to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction

from hub.core.calendar import is_zone
from hub.core.erasure import AlreadyForgotten
from hub.core.errors import NotAllowed, Refusal
from hub.core.names import orcid as read_orcid
from hub.core.names import plain
from hub.kit import journal
from hub.people import permissions
from hub.people.models import AccessNeeds, Account, FormerName, Link, Merge, Person


class AddressTaken(Refusal):
    """Another account has this address."""

    code = "address-taken"


class BadAddress(Refusal):
    """The address can't be used."""

    code = "bad-address"


class OrcidTaken(Refusal):
    """Another person has this ORCID: perhaps the same one, in a second record."""

    code = "orcid-taken"


class BadPersonFact(Refusal):
    """A fact about a person is missing, too long or not what it should be; `field` says which."""

    code = "bad-person-fact"


class PersonFacts(TypedDict, total=False):
    """What people say of themselves. What is left out stays as it is."""

    name: str
    pronouns: str
    orcid: str
    zone: str
    about: str
    access_needs: str


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link as it is typed: what it is, and where."""

    label: str
    url: str


_LONGEST = {"name": 120, "pronouns": 40, "about": 4000, "access_needs": 2000}
_CALLED = {"name": "A name", "pronouns": "Pronouns", "about": "This text", "access_needs": "This text"}
_HAS_ORCID = "Another record has this ORCID. Perhaps it is the same person: look at the duplicates."
MOST_LINKS = 10
LONGEST_ALT = 200


@transaction.atomic
def add_person(
    name: str,
    *,
    email: str = "",
    by: Person | None,
    at: datetime,
    **facts: Unpack[_MoreFacts],
) -> Person:
    """Add a person; with an address, an account, so that a code sent there lets them in.

    Raises AddressTaken, BadAddress, BadPersonFact, OrcidTaken, BadOrcid.
    """
    checked = _checked({"name": name, **facts}, of=None)
    with _at_once():
        person = Person.objects.create(**checked, plain_name=plain_name_of(checked["name"]), added_at=at)
    if email:
        open_account(person, email)
    journal.record("added", person, by=by, at=at)
    return person


def open_account(person: Person, email: str) -> Account:
    """Give a person an account with an address that nobody has proved yet. Raises AddressTaken, BadAddress."""
    address = _free_address(email)
    account = Account(person=person, email=address)
    account.set_unusable_password()
    with _at_once():
        account.save()
        EmailAddress.objects.create(user=account, email=address, primary=True, verified=False)
    return account


def move_account(account: Account, email: str) -> None:
    """Let mail to an account go to another address, which nobody has proved yet. Raises AddressTaken, BadAddress.

    The row stays, so that a mail which waits for it goes there, too; the address may have come with a merged record already.
    """
    address = _free_address(email, of=account)
    theirs = EmailAddress.objects.filter(user=account)
    with _at_once():
        theirs.filter(email__iexact=address).delete()
        theirs.filter(email__iexact=account.email).update(email=address)
        account.email = address
        account.save(update_fields=["email"])


def _free_address(email: str, *, of: Account | None = None) -> str:
    """Give an address as it is stored, which no account has but perhaps the one it is of. Raises AddressTaken, BadAddress."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as no:
        raise BadAddress("Write the address in full, such as mara@example.org.", field="email") from no
    accounts, addresses = Account.objects.filter(email__iexact=address), EmailAddress.objects.filter(email__iexact=address)
    if of is not None:
        accounts, addresses = accounts.exclude(pk=of.pk), addresses.exclude(user=of)
    if accounts.exists() or addresses.exists():
        raise AddressTaken(f"Somebody already signs in with {address}.", field="email")
    return address


@contextmanager
def _at_once() -> Iterator[None]:
    """Refuse in words what somebody else has written since it was looked for. Raises AddressTaken, OrcidTaken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as no:
        if "orcid" in str(no):
            raise OrcidTaken(_HAS_ORCID, field="orcid") from no
        if "email" in str(no):
            raise AddressTaken("Somebody signs in with this address since a moment ago.", field="email") from no
        raise


@transaction.atomic
def prove_address(account: Account, *, by: Person | None, at: datetime) -> None:
    """Take the address mail goes to as proved, for who is known to read it. Only the program itself may. Raises NotAllowed."""
    if by is not None:
        raise NotAllowed("People prove their addresses themselves, with a code that goes there.")
    EmailAddress.objects.filter(user=account, email=account.email).update(verified=True)
    journal.record("proved-address", account.person, by=by, about=account.person, at=at)


class _MoreFacts(TypedDict, total=False):
    pronouns: str
    orcid: str
    zone: str
    about: str


@transaction.atomic
def edit_person(person: Person, *, by: Person | None, at: datetime, **facts: Unpack[PersonFacts]) -> Person:
    """Change what is said of a person: by themselves, or by the team of a programme they have or had a role in.

    The journal keeps which facts changed and not what they were: it must not outlive an erasure. A name that was theirs is kept
    beside the person, since texts may still say it. What they need only they say, and no team reads it by that alone
    (`share_needs`). Raises NotAllowed, AlreadyForgotten, BadPersonFact, OrcidTaken, BadOrcid.
    """
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team change what is said of a person.")
    if "access_needs" in facts and by is not None and by.pk != person.pk:
        raise NotAllowed("Only they themselves say what they need; a team notes what it was told.")
    locked = there(person)
    checked = _checked(facts, of=locked)
    changed = sorted(name for name, value in checked.items() if getattr(locked, name) != value)
    if changed:
        if "name" in changed:
            keep_former_name(locked, locked.name, at=at)
            names = {locked.name.split()[0]: checked["name"].split()[0], locked.name: checked["name"]}
            locked.photo_alt = said_with(locked.photo_alt, names, longest=LONGEST_ALT)
        for name in changed:
            setattr(locked, name, checked[name])
        locked.plain_name = plain_name_of(locked.name)
        with _at_once():
            locked.save(update_fields=[*changed, "plain_name", "photo_alt"])
        if open_to_teams := [name for name in changed if name != "access_needs"]:
            journal.record("edited", locked, by=by, at=at, fields=open_to_teams)
        if "access_needs" in changed:
            journal.record("needs-said" if locked.access_needs else "needs-taken-back", locked, by=by, at=at)
            if not locked.access_needs:
                _share_no_more(locked, at=at)
        if {"name", "pronouns", "orcid", "about"} & set(changed):
            shown_anew(locked)
    return locked


def _share_no_more(person: Person, *, at: datetime) -> None:
    """Let no team read what somebody says next without a new answer: they took back all they had said. A no stays."""
    rows = AccessNeeds.objects.filter(person=person, is_shared=True)
    rows.filter(noted="").delete()
    rows.update(is_shared=None, said_at=at)


@transaction.atomic
def give_account(person: Person, email: str, *, by: Person | None, at: datetime) -> Account:
    """Give somebody who has none the means to sign in with an address nobody has proved yet.

    Raises NotAllowed, AlreadyForgotten, AddressTaken, BadAddress.
    """
    if not permissions.answers_for(by, person, at=at):
        raise NotAllowed(f"{person.name} takes part in programmes of other teams, too: only they say where they sign in.")
    there(person)
    if Account.objects.filter(person=person).exists():
        raise AddressTaken("They sign in with another address already; only they themselves change it.", field="email")
    account = open_account(person, email)
    journal.record("account-given", person, by=by, at=at)
    return account


def plain_name_of(name: str) -> str:
    """Give a name as it is kept to be looked for and sorted by."""
    return plain(name)[:240]


def said_with(words: str, names: Mapping[str, str], *, longest: int) -> str:
    """Give the words of a picture with new names where they say the old ones, so that those are not read out for years.

    In one pass, the longest first: what stands there by then is not read as an old name again.
    """
    after = {old.lower(): new for old, new in names.items() if old.strip()}
    spelt = "|".join(re.escape(each) for each in sorted(after, key=len, reverse=True))
    said = re.compile(rf"(?<!\w)(?:{spelt})(?!\w)", re.IGNORECASE)
    return said.sub(lambda found: after[found.group().lower()], words)[:longest] if after else words


def keep_former_name(person: Person, name: str, *, merge: Merge | None = None, at: datetime) -> None:
    """Keep that a person had a name, or a record taken into theirs by a merge; in the transaction that changes it."""
    facts = {"plain_name": plain_name_of(name), "at": at}
    FormerName.objects.get_or_create(person=person, name=name, merge=merge, defaults=facts)


@transaction.atomic
def set_links(person: Person, links: Sequence[LinkFacts], *, by: Person | None, at: datetime) -> list[Link]:
    """Replace the links a person shows, in order; where they stand so already, nothing is written.

    Raises NotAllowed, AlreadyForgotten, BadPersonFact.
    """
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team change what is said of a person.")
    wanted = _checked_links(links)
    there(person)
    stand = list(Link.objects.filter(person=person).order_by("position", "pk"))
    if [(link.label, link.url) for link in stand] == wanted:
        return stand
    Link.objects.filter(person=person).delete()
    made = Link.objects.bulk_create(
        Link(person=person, label=label, url=url, position=place) for place, (label, url) in enumerate(wanted)
    )
    journal.record("edited", person, by=by, at=at, fields=["links"])
    shown_anew(person)
    return made


def _checked_links(links: Sequence[LinkFacts]) -> list[tuple[str, str]]:
    """Check links and give each as it is stored: label and address. Raises BadPersonFact."""
    if len(links) > MOST_LINKS:
        raise BadPersonFact(f"{MOST_LINKS} links at most.", field="links")
    seen: dict[str, str] = {}
    for link in links:
        label, url = link.label.strip(), link.url.strip()
        if not label or len(label) > 60 or "\x00" in label:
            raise BadPersonFact("Say in up to 60 letters what each link is.", field="links")
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError as no:
            raise BadPersonFact(f"“{url[:60]}” is no address on the web; one begins with https://.", field="links") from no
        if len(url) > 300 or url in seen:
            raise BadPersonFact("Each link once, and no longer than 300 letters.", field="links")
        seen[url] = label
    return [(label, url) for url, label in seen.items()]


def there(person: Person) -> Person:
    """Lock a person whose facts are written, so that nothing is written of somebody erased meanwhile."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.erased_at is not None:
        raise AlreadyForgotten("This person has been forgotten.")
    return locked


def shown_anew(person: Person) -> None:
    """Let every public answer that may show a person be made anew."""
    from hub.programmes.commands import public_changed
    from hub.programmes.queries import programmes_among

    for programme in programmes_among(person.roles.values_list("programme", flat=True).distinct()):
        public_changed(programme)


def checked_needs(text: str) -> str:
    """Check what somebody needs and give it as it is stored. Raises BadPersonFact."""
    return _checked({"access_needs": text}, of=None)["access_needs"]


def _checked(facts: Mapping[str, object], *, of: Person | None) -> dict[str, str]:
    """Check facts and give them as they are stored. Raises BadPersonFact, OrcidTaken, BadOrcid."""
    kept = {name: str(value).strip() for name, value in facts.items()}
    if "name" in kept and not " ".join(kept["name"].split()):
        raise BadPersonFact("A person has a name.", field="name")
    for name, longest in _LONGEST.items():
        if len(kept.get(name, "")) > longest:
            raise BadPersonFact(f"{_CALLED[name]} has at most {longest} letters.", field=name)
        if "\x00" in kept.get(name, ""):
            raise BadPersonFact("This has a character that is no letter.", field=name)
    if "name" in kept:
        kept["name"] = " ".join(kept["name"].split())
    if kept.get("zone") and not is_zone(kept["zone"]):
        raise BadPersonFact("Choose a time zone by its name, such as Europe/London.", field="zone")
    if "orcid" in kept:
        kept["orcid"] = read_orcid(kept["orcid"])
        others = Person.objects.exclude(pk=of.pk) if of else Person.objects.all()
        if kept["orcid"] and others.filter(orcid=kept["orcid"]).exists():
            raise OrcidTaken(_HAS_ORCID, field="orcid")
    return kept
