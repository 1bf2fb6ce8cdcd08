"""What rooms can tell of: each room registers its happenings and its groups of people in its `messages.py`.

A happening gives facts: what it is about, the moment it counts from, who is concerned, and the words for its variables. Rules
and templates are written against these; nothing is told that no facts ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from hub.core.calendar import say_instant
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.outbox import Offset
from hub.core.veil import Veil
from hub.kit.rooms import load_modules
from hub.people.models import Person
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Invite:
    """What goes into a calendar with a message: the text of one event, the zones it needs, and how it is known.

    `method` is REQUEST or CANCEL. `vevent` has no attendee yet: whoever sends adds it.
    """

    uid: str
    sequence: int
    method: str
    vevent: str
    vtimezones: str


_NONE = Veil()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened or is due.

    `subject` is its key for ever ("session:12"). `moment` (aware) is what rules count from, None where it has none yet, and
    then nothing is sent. `audiences` names the people (by key) of each group the happening declares. `values` are the words
    for the variables; `personal` adds to them for one person, `moments` are said by the recipient's own clock (and once more
    as `…_elsewhere`, empty where that is the clock of `zone`). `over_at` ends the sense of a reminder. `is_again` says what was
    told before once more, to who has another address now: for as long as that holds, and to no channel. `instead_of` are the
    subjects it overtakes: nothing asks for these any more, and what a person said of such a message counts for the new one. A
    channel hears what concerns somebody, or as `is_news_in` says of it, by key. Only those in `invited` get the `invite`;
    None: all. `thing` ("form:7") is what several subjects are of, of which the people in `anew` are
    told once whatever subject they are under, but for what was told them in their time there (from, to): see `messaging.once`.
    `tells` are the keys of what a message lists for each person ("12 15"), kept with it when it goes (`queries.told_under`), so
    that a fact that lists several things tells nobody of one of them twice.

    `veil` is drawn over all it says, but to the people `among` those it is of, by key, who read it as it was written (decision
    12); a channel is read by who knows whom. What a variable `as_written` says stays: it is the name of who has to do with it.
    """

    subject: str
    moment: datetime | None
    zone: str
    audiences: Mapping[str, Collection[int]]
    values: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    moments: Mapping[str, datetime] = field(default_factory=dict)
    over_at: datetime | None = None
    cohort_id: int | None = None
    invite: Invite | None = None
    invited: Collection[int] | None = None
    is_again: bool = False
    instead_of: Collection[str] = ()
    is_news_in: Mapping[int, bool] = field(default_factory=dict)
    thing: str = ""
    anew: Mapping[int, tuple[datetime, datetime]] = field(default_factory=dict)
    tells: Mapping[int, str] = field(default_factory=dict)
    veil: Veil = _NONE
    among: Collection[int] = ()
    as_written: Collection[str] = ()
    _drawn: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)  # each text once

    def values_for(self, person: int | None) -> Mapping[str, str]:
        """Give the words for the variables as one person reads them; None: who reads a channel."""
        return self._shown(self.values, person)

    def personal_for(self, person: int) -> Mapping[str, str]:
        """Give what adds to them for one person, as they read it."""
        return self._shown(self.personal.get(person, {}), person)

    def invite_for(self, person: int | None) -> Invite | None:
        """Give what goes into the calendar of one person with it; None for nothing."""
        if self.invite is None or not (self.invited is None or person in self.invited):
            return None
        if not self.veil or person in self.among:
            return self.invite
        return replace(self.invite, vevent=self._once(self.invite.vevent, self.veil.calendar))

    def _shown(self, values: Mapping[str, str], person: int | None) -> Mapping[str, str]:
        if not self.veil or person in self.among:
            return values
        kept = self.as_written
        return {name: said if name in kept else self._once(said, self.veil.text) for name, said in values.items()}

    def _once(self, text: str, draw: Callable[[str], str]) -> str:
        """Draw the veil over a text; a fact says the same to hundreds."""
        if text not in self._drawn:
            self._drawn[text] = draw(text)
        return self._drawn[text]


class Facts(Protocol):
    """What reads the facts of a happening in a programme.

    `subjects` limits them to some keys (those that are no more are left out). What counts from a moment before `since` may be
    left out, too; without it nothing is for its age, and so it is read where subjects are named: a message that waits keeps
    its fact. The number of queries must not grow with them.
    """

    def __call__(
        self, programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
    ) -> Iterable[Fact]:
        """Give the facts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """A rule teams usually want, with its letter: switched off until a team switches it on."""

    slug: str
    title: str
    topic: Topic
    subject: str
    body: str
    audience: str
    offset: Offset
    needs_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something messages can speak of. `label` reads in a sentence: "a session begins"."""

    name: str
    label: str
    variables: Mapping[str, Variable]
    audiences: Mapping[str, str]
    facts: Facts
    usual: tuple[Usual, ...] = ()
    is_standing: bool = False  # holds for as long as it does, so a rule switched on later tells it, too
    is_once: bool = False  # who passes from one of its groups to another is not told the same by the rule for that one, too
    names_somebody: bool = False  # the third part of its subjects, where they have one, is the key of a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A group of people of a programme a letter can be written to: `people(programme, *, at)` gives their keys.

    `is_over` puts the groups of a cohort that has ended apart.
    """

    name: str
    label: str
    people: Callable[[], Collection[int]]
    is_over: bool = False


class Audiences(Protocol):
    """What gives the groups of a programme a room knows of ("the Experts of 2024", "who has not answered …")."""

    def __call__(self, programme: Programme, *, at: datetime) -> Iterable[Audience]:
        """Give them; `people` is asked only where a group is chosen."""
        ...


_happenings: dict[str, Happening] = {}
_audiences: dict[str, Audiences] = {}


def register(happening: Happening) -> Happening:
    """Make a happening known. Raises ValueError where a name is taken."""
    known = _happenings.get(happening.name)
    if known is not None and known.facts is not happening.facts:
        raise ValueError(f"there is a happening called {happening.name} already")
    _happenings[happening.name] = happening
    return happening


def audiences(name: str) -> Callable[[Audiences], Audiences]:
    """Register what gives groups of people, under the name of a room."""

    def put(give: Audiences) -> Audiences:
        _audiences[name] = give
        return give

    return put


def happenings() -> Mapping[str, Happening]:
    """Give every happening of every room, by name."""
    load_modules("messages")
    return _happenings


def audiences_of(programme: Programme, *, at: datetime) -> list[Audience]:
    """Give every group of people of a programme that a letter can be written to: those by part first, then each room's."""
    load_modules("messages")
    rooms = sorted(_audiences, key=lambda room: room != "people")
    return [each for room in rooms for each in _audiences[room](programme, at=at)]


YOURS: Mapping[str, Variable] = {
    "you.name": Variable("the recipient’s name", "Ada Lindqvist"),
    "you.first_name": Variable("the recipient’s first name", "Ada"),
    "you.can_answer": Variable("says something where somebody reads the answers: in a mail, not in a chat channel", "yes"),
    "programme.name": Variable("the programme’s name", "The Practitioners Hub"),
    "programme.link": Variable("the programme’s page", "https://example.org/practitioners-hub/", kind="url"),
    "hub.me": Variable("their own page, “What is next”", "https://example.org/me/", kind="url"),
    "hub.agreements": Variable("where they say what they agree to", "https://example.org/me/agreements/", kind="url"),
    "hub.choices": Variable("where they choose what they hear", "https://example.org/me/messages/", kind="url"),
}


def variables_for(happening: str) -> dict[str, Variable]:
    """Give the variables a letter about a happening may use; those of nobody in particular for an unknown one."""
    known = happenings().get(happening)
    return {**YOURS, **(known.variables if known else {})}


def words_of_moments(fact: Fact, zone: str) -> dict[str, str]:
    """Give the words for the moments of a fact, by a clock.

    Each is said once more as `…_elsewhere`, which is empty where that clock shows the time the fact itself is told in.
    """
    said = {}
    for name, moment in fact.moments.items():
        is_same = moment.astimezone(ZoneInfo(zone)).utcoffset() == moment.astimezone(ZoneInfo(fact.zone)).utcoffset()
        said[name] = say_instant(moment, zone)
        said[f"{name}_elsewhere"] = "" if is_same else said[name]
    return said


def own_values(person: Person, programme: Programme, *, base_url: str, can_answer: bool = True) -> dict[str, str]:
    """Give the words for the variables every letter may use. `can_answer`: somebody reads what is answered."""
    return {
        "you.name": person.name,
        "you.first_name": person.name.split(maxsplit=1)[0] if person.name.split() else "",
        "you.can_answer": "yes" if can_answer else "",
        "programme.name": programme.name,
        "programme.link": f"{base_url}/{programme.slug}/",
        "hub.me": f"{base_url}/me/",
        "hub.agreements": f"{base_url}/me/agreements/",
        "hub.choices": f"{base_url}/me/messages/",
    }
