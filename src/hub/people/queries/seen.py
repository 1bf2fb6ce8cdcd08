"""Read people as others see them: by name, photo and logo, and only as far as they allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from hub.core.consent import Standing, Use
from hub.core.veil import Veil
from hub.people.models import (
    Affiliation,
    Consent,
    FormerName,
    Link,
    Organisation,
    Person,
    Role,
    RoleKind,
    day_of,
    held_at,
    with_it_on,
)
from hub.people.queries.persons import roles_at
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import programmes_among


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as the public may see them: by name because they said so, with a photo where they allow that too."""

    name: str
    pronouns: str
    organisation: str  # whom they stand for
    photo: str = ""  # the name of the stored file
    photo_alt: str = ""
    orcid: str = ""
    about: str = ""  # Markdown
    links: tuple[tuple[str, str], ...] = ()  # words and address

    @property
    def has_more(self) -> bool:
        """Whether they say more of themselves than what stands beside their name."""
        return bool(self.orcid or self.about or self.links)


def experts_shown(cohort: Cohort, *, at: datetime) -> list[Shown]:
    """Give the Experts of a cohort who allow their name, by organisation and name; present or past, from their first day on.

    Two queries.

    A stand-in is shown like any Expert. An organisation is a fact of the role; nobody's name hangs on it.
    """
    roles = Role.objects.filter(cohort=cohort, kind=RoleKind.EXPERT, starts_on__lte=day_of(at))
    return sorted(_shown(roles, cohort.programme), key=lambda each: (each.organisation.lower() or "~", each.name.lower()))


def team_shown(programme: Programme, *, at: datetime) -> list[Shown]:
    """Give who runs a programme now and allows their name, by name. Two queries."""
    roles = Role.objects.filter(held_at(at), programme=programme, kind=RoleKind.TEAM, cohort__isnull=True)
    return sorted(_shown(roles, programme), key=lambda each: each.name.lower())


def named_in(text: str, programme: Programme, *, at: datetime) -> list[Shown]:
    """Give those a text names ("led by …") who have or had a part in a programme and allow their name there. Two queries."""
    if not text:
        return []
    begun = Role.objects.filter(programme=programme, starts_on__lte=day_of(at))
    shown = {each.name: each for each in _shown(begun, programme)}
    return [shown[name] for name in Veil({name: name for name in shown}).named(text)]


def _shown(roles: QuerySet[Role], programme: Programme) -> list[Shown]:
    """Give the people of some roles who allow their name in a programme, each once, by their newest role. Two queries."""
    named = Person.objects.allowing(Use.NAME, programme)
    pictured = Person.objects.allowing(Use.PHOTO, programme).filter(pk=OuterRef("person"))
    rows = roles.filter(person__in=named).annotate(is_pictured=Exists(pictured)).select_related("person", "organisation")
    newest = {role.person_id: role for role in rows.order_by("starts_on", "pk")}
    links: dict[int, list[tuple[str, str]]] = {}
    for link in Link.objects.filter(person__in=newest).order_by("position", "pk"):
        links.setdefault(link.person_id, []).append((link.label, link.url))
    found = []
    for key, role in newest.items():
        one, place = role.person, role.organisation.name if role.organisation else ""
        photo, alt = (one.photo, one.photo_alt) if role.is_pictured else ("", "")
        more = tuple(links.get(key, ()))
        found.append(Shown(one.name, one.pronouns, place, photo, alt, orcid=one.orcid, about=one.about, links=more))
    return found


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


def pictured_in(person: Person, *, at: datetime) -> list[Programme]:
    """Give the programmes in which a person may be shown with a photo now: they allow name and photo there. One query."""
    shown = _pictured(Role.objects.filter(person=person), at=at).values_list("programme", flat=True)
    return list(programmes_among(shown).order_by("name", "slug"))


def shows_logo_of(organisation: Organisation, programme: Programme) -> bool:
    """Say whether an organisation allows its logo in a programme."""
    rows = Consent.objects.filter(organisation=organisation, programme=programme, use=Use.LOGO.value)
    return rows.filter(standing=Standing.GIVEN.value).exists()


def sees_photo(by: Person | None, stored: str, *, at: datetime) -> bool:
    """Say whether somebody may see a stored photo now: everybody while it may stand in public, else who knows of its person.

    In a programme that is not public it may stand before all its people. `reach.photo_reach` tells its person the same.
    """
    theirs = Person.objects.filter(photo=stored, erased_at__isnull=True)
    shown = _pictured(Role.objects.filter(person__in=theirs), at=at)
    if shown.filter(programme__is_public=True).exists():
        return True
    if by is None:
        return False
    is_among = shown.filter(programme__in=roles_at(by, at=at).values("programme")).exists()
    return is_among or Person.objects.visible_to(by, at=at).filter(pk__in=theirs).exists()


def sees_logo(by: Person | None, stored: str, *, at: datetime) -> bool:
    """Say whether somebody may see a stored logo now: everybody while it is allowed, else teams and who speaks for it."""
    owners = Organisation.objects.filter(logo=stored)
    given = Consent.objects.filter(organisation__in=owners, use=Use.LOGO.value, standing=Standing.GIVEN.value)
    if given.filter(programme__is_public=True).exists():
        return True
    if by is None:
        return False
    keeps = roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).exists()
    speaks = Affiliation.objects.filter(with_it_on(day_of(at)), person=by, organisation__in=owners, is_contact=True)
    contact = roles_at(by, at=at).filter(kind=RoleKind.PARTNER_CONTACT, organisation__in=owners)
    return owners.exists() and (keeps or speaks.exists() or contact.exists())


def _pictured(roles: QuerySet[Role], *, at: datetime) -> QuerySet[Role]:
    """Keep the roles in programmes where their person allows name and photo, from their first day in it on."""
    roles = roles.filter(starts_on__lte=day_of(at))
    for use in (Use.NAME, Use.PHOTO):
        allowing = Person.objects.allowing(use, OuterRef(OuterRef("programme"))).filter(pk=OuterRef("person"))
        roles = roles.filter(Exists(allowing))
    return roles


def instead_of(kind: str) -> str:
    """Give the words that stand where somebody's name may not, by what they are to the programme."""
    return {RoleKind.EXPERT.value: "an Expert", RoleKind.TEAM.value: "one of the team"}.get(kind, "a guest")


def names_withheld(
    programmes: Collection[int] | QuerySet[Any, Any],
) -> QuerySet[Role, tuple[int, str, str, str, int]]:
    """Give programme, name, kind of role and a former name of everybody with a part in some programmes, now or before, who does
    not allow their name there: who said no, took a yes back, was never asked, or is to be forgotten. One query.

    Who has no part there and still answered, for their role was taken back or an open form asked them, is there as well, with
    "" for the kind. Who had several names is there with each; the former one is "" where there is none, or where somebody who
    allows their name in the programme bears it today: then it is theirs. The number at the end is only what they are sorted by.
    """
    named = Person.objects.allowing(Use.NAME, OuterRef(OuterRef("programme"))).filter(pk=OuterRef("person"))
    held = Role.objects.filter(person=OuterRef("person"), programme=OuterRef("programme"))
    answers = Consent.objects.filter(~Exists(held), use=Use.NAME.value, person__isnull=False)
    borne = _bearing("person__former_names__", OuterRef(OuterRef("programme")))
    former = Case(
        When(Q(person__former_names__isnull=True) | Exists(borne), then=Value("")),
        default=F("person__former_names__name"),
        output_field=CharField(),
    )

    def of(rows: QuerySet[Any, Any], kind: F | Value) -> QuerySet[Any, Any]:
        here = rows.filter(~Exists(named), programme__in=programmes, person__erased_at__isnull=True)
        said = ("programme_id", "person__name", "what", "former", "place")
        return here.annotate(what=kind, former=former, place=F("pk")).order_by().values_list(*said)  # type: ignore[no-any-return]

    return of(Role.objects.all(), F("kind")).union(of(answers, Value("")), all=True).order_by("place", "former")


def stand_ins(withheld: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Give the words that stand for each name withheld in one programme, from name, kind of role and former name."""
    rows = list(withheld)
    found = {name: instead_of(kind) for name, kind, _ in reversed(rows)}  # of several roles the first says it
    for _, kind, former in rows:
        found.setdefault(former, instead_of(kind))
    found.pop("", None)
    return found


def names_in(programme: Programme, person: Person) -> list[str]:
    """Give the names by which words of a programme may mean a person: theirs, and those they had before. One query."""
    return [person.name, *former_names_in(programme).filter(person=person).order_by("pk").values_list("name", flat=True)]


def former_names_in(programme: Programme) -> QuerySet[FormerName]:
    """Give the former names that mean nobody else in a programme: none who allows their name there bears it today."""
    return FormerName.objects.filter(~Exists(_bearing("", programme)))


def _bearing(way: str, programme: Programme | OuterRef) -> QuerySet[Person]:
    """Give who allows their name in a programme and bears, whatever its case, the former name at the end of a way."""
    there = Person.objects.allowing(Use.NAME, programme).filter(plain_name=OuterRef(f"{way}plain_name"))
    return there.annotate(small=Lower("name")).filter(small=Lower(OuterRef(f"{way}name")))
