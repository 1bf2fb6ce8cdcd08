"""Whom each presence may mean: an exact address is sure, a decision is remembered, everything else is put before a person.

Names are compared only where they share a part, or a part that differs in one letter, so the work grows with their number.
Sources: issue 5, item 2; lessons, "an exact e-mail match is automatic, a name never is".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hub.core.attendance.model import Candidate, Likeness, Match, Presence, Sort, Sureness
from hub.core.attendance.naming import Folded, read_name
from hub.core.names import address as folded_address
from hub.core.names import is_a_slip, plain

MOST_CANDIDATES = 5
MOST_PARTS = 8  # of a name that are looked at
LARGEST_BLOCK = 60  # names that share a part; a larger number says nothing unless another part fits too

_BORNE = frozenset([Likeness.NAME, Likeness.TOGETHER, Likeness.ALSO, Likeness.INITIAL, Likeness.ONE])  # the name may be theirs
_ORDER = {likeness: place for place, likeness in enumerate(Likeness)}


def propose(
    presences: Iterable[Presence],
    *,
    known: Mapping[str, int],
    remembered: Mapping[str, int | None],
    names: Sequence[tuple[int, str]],
) -> tuple[Match, ...]:
    """Say of each presence whom it means or may mean, in the order given.

    `known` gives persons by exact address, `remembered` what a person decided of a presence's key before (None: nobody we
    count), `names` the persons that are expected and their names. A decision outweighs an address. What was decided of a name
    without an address settles only where nobody else that is expected may be called so, and where it was not there several
    times at once: a namesake is a person's to tell. Rooms and telephones are never settled. Where it does not settle, what was
    decided before comes first among the candidates. An address that came with several names is settled only for the name its
    owner has.
    """
    here = tuple(presences)
    folded = Folded()

    def together(name: str) -> str:
        return " ".join(sorted(folded[name].split()))

    people = {folded_address(at): person for at, person in known.items()}
    names_of: dict[int, list[str]] = defaultdict(list)
    for person, name in names:
        names_of[person].append(name)
    settled = [_settled(each, people, remembered, names_of) for each in here]
    index = _Index(folded)
    for person, name in names:
        index.add(person, name)
    for match in settled:  # who is known by an address is known by the name it came with
        if match is not None and match.person is not None:
            index.add(match.person, match.presence.name)
    index.close()
    settled = [match or _by_name(each, remembered, index) for each, match in zip(here, settled, strict=True)]
    twins: dict[str, list[str]] = defaultdict(list)
    for each in here:
        if each.sort is Sort.PERSON and folded[each.name]:
            twins[together(each.name)].append(each.key)
    for keys in twins.values():
        keys.sort()
    return tuple(
        match or _asked(each, people, remembered, index, _others(each.key, twins.get(together(each.name), ())))
        for each, match in zip(here, settled, strict=True)
    )


def reconsider(
    presence: Presence, *, known: Mapping[str, int], remembered: Mapping[str, int | None], names: Sequence[tuple[int, str]]
) -> Match:
    """Say whom a presence may mean without settling it, whatever is known of it: somebody wants to decide again."""
    index = _Index(Folded())
    for person, name in names:
        index.add(person, name)
    index.close()
    return _asked(presence, {folded_address(at): person for at, person in known.items()}, remembered, index, ())


def _settled(
    presence: Presence, people: Mapping[str, int], remembered: Mapping[str, int | None], names_of: Mapping[int, list[str]]
) -> Match | None:
    """Settle what has an address."""
    if presence.sort is not Sort.PERSON or not presence.address:
        return None
    if presence.key in remembered:
        return Match(presence=presence, sureness=Sureness.REMEMBERED, person=remembered[presence.key])
    person = people.get(presence.address)
    if person is None:
        return None
    if presence.shares_address and not any(_together(name) == _together(presence.name) for name in names_of.get(person, ())):
        return None
    return Match(presence=presence, sureness=Sureness.SURE, person=person)


def _by_name(presence: Presence, remembered: Mapping[str, int | None], index: _Index) -> Match | None:
    """Settle a name that was decided before and can mean nobody else who is expected."""
    if presence.sort is not Sort.PERSON or presence.address or presence.key not in remembered or presence.apart:
        return None
    person = remembered[presence.key]
    if index.others_called(presence.name, presence.also, person):
        return None
    return Match(presence=presence, sureness=Sureness.REMEMBERED, person=person)


def _asked(
    presence: Presence,
    people: Mapping[str, int],
    remembered: Mapping[str, int | None],
    index: _Index,
    twins: Sequence[str],
) -> Match:
    found: dict[int, Candidate] = {}
    why = ""
    if presence.sort is Sort.ROOM:
        why = "This is a room: say who sat in it, or that it is nobody we count."
    elif presence.sort is Sort.PHONE:
        why = "A phone or a device without a name: say whose it was, or that it is nobody we count."
    before = remembered.get(presence.key)
    if before is not None:
        found[before] = Candidate(person=before, likeness=Likeness.REMEMBERED)
        if presence.sort is Sort.PERSON and not presence.address and index.others_called(presence.name, presence.also, before):
            why = "Somebody else who is expected may be called so, so what was decided before does not settle it."
    elif presence.key in remembered:
        why = f"{why} Before, it was nobody we count.".strip()
    owner = people.get(presence.address) if presence.address else None
    if owner is not None:
        found.setdefault(owner, Candidate(person=owner, likeness=Likeness.ADDRESS))
        if presence.shares_address:
            why = why or "This address came with several names, so it does not say who."
    if presence.sort is not Sort.PHONE:
        for candidate in index.like(presence.name, presence.also):
            held = found.get(candidate.person)
            if held is None or _ORDER[candidate.likeness] < _ORDER[held.likeness]:
                found[candidate.person] = candidate
    ranked = sorted(found.values(), key=index.rank)
    return Match(
        presence=presence,
        sureness=Sureness.PROPOSED if ranked else Sureness.UNKNOWN,
        candidates=tuple(ranked[:MOST_CANDIDATES]),
        twins=tuple(twins) if presence.sort is Sort.PERSON else (),
        why=why,
    )


def _others(key: str, keys: Sequence[str]) -> list[str]:
    """Give some keys without one of them; a name that thousands share is not listed whole for each of them."""
    return [each for each in keys[: MOST_CANDIDATES + 1] if each != key][:MOST_CANDIDATES]


def _together(name: str) -> str:
    return " ".join(sorted(plain(name).split()))


def _without_a_letter(word: str) -> Iterator[str]:
    """Give a word with each of its letters left out in turn, and whole: two that share one differ in a letter at most."""
    yield word
    for place in range(min(len(word), 24)):
        yield word[:place] + word[place + 1 :]


@dataclass(slots=True)
class _Index:
    """The names of people by their parts. `close` once all are added."""

    folded: Folded
    people: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)  # person, name, its parts
    by_part: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # all parts, in the order of letters
    by_letters: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # all parts, written together
    near: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # parts by what is left without a letter
    in_order: list[str] = field(default_factory=list)  # all parts, to find those that begin alike
    loose: set[int] = field(default_factory=set)  # names of one part, or with an initial: one part may be all that fits
    seen: set[tuple[int, str]] = field(default_factory=set)
    blocks: dict[str, set[int]] = field(default_factory=dict)
    answers: dict[tuple[str, ...], tuple[Candidate, ...]] = field(default_factory=dict)

    def add(self, person: int, name: str) -> None:
        """Take in a name of somebody; the same one again changes nothing."""
        words = self.folded[read_name(name).name]
        if not words or (person, words) in self.seen:
            return
        self.seen.add((person, words))
        parts = tuple(words.split())
        place = len(self.people)
        self.people.append((person, name, parts))
        for part in parts:
            self.by_part[part].add(place)
        self.by_letters["".join(parts)].append(place)
        self.by_name[" ".join(sorted(parts))].append(place)
        if len(parts) == 1 or min(map(len, parts)) == 1:
            self.loose.add(place)

    def close(self) -> None:
        """Make what finds parts that are nearly the same."""
        for part in self.by_part:
            if len(part) >= 4 and part.isalpha():
                for rest in _without_a_letter(part):
                    self.near[rest].append(part)
        self.in_order = sorted(self.by_part)

    def like(self, name: str, also: Sequence[str]) -> tuple[Candidate, ...]:
        """Give who may bear a name, each once with the best reason, the likeliest first; few more than are shown."""
        asked = (name, *also)
        if asked not in self.answers:
            best: dict[int, Candidate] = {}
            for number, shown in enumerate(asked):
                for candidate in self._alike(tuple(self.folded[shown].split()[:MOST_PARTS]), is_also=number > 0):
                    held = best.get(candidate.person)
                    if held is None or _ORDER[candidate.likeness] < _ORDER[held.likeness]:
                        best[candidate.person] = candidate
            self.answers[asked] = tuple(sorted(best.values(), key=self.rank)[: MOST_CANDIDATES + 2])
        return self.answers[asked]

    def others_called(self, name: str, also: Sequence[str], person: int | None) -> bool:
        """Say whether somebody but one person may be called so: by the same name, or by what is only a part or an initial."""
        parts = self.folded[name].split()
        places = set(self.by_name.get(" ".join(sorted(parts)), ())) | set(self.by_letters.get("".join(parts), ()))
        if len(parts) == 1:  # `like` leaves out a part that very many share
            places |= self.by_part.get(parts[0], set())
        if any(self.people[place][0] != person for place in places):
            return True
        return any(each.person != person and each.likeness in _BORNE for each in self.like(name, also))

    def rank(self, candidate: Candidate) -> tuple[int, str, int]:
        """Give what puts candidates in order."""
        return _ORDER[candidate.likeness], self.folded[candidate.name], candidate.person

    def _alike(self, parts: tuple[str, ...], *, is_also: bool) -> Iterator[Candidate]:
        for place in self._places(parts):
            person, name, theirs = self.people[place]
            likeness = _likeness(parts, theirs)
            if likeness is not None:
                is_weaker = is_also and _ORDER[likeness] < _ORDER[Likeness.ALSO]
                yield Candidate(person=person, likeness=Likeness.ALSO if is_weaker else likeness, name=name)

    def _places(self, parts: Sequence[str]) -> Iterable[int]:
        """Give the names worth comparing: two parts fit, or one does and the other name is short or has an initial."""
        places = set(self.by_letters.get("".join(parts), ())[:LARGEST_BLOCK])
        blocks = [self._sharing(part) for part in dict.fromkeys(parts)]
        if len(blocks) == 1:  # one common name alone says nothing
            return places | blocks[0] if len(blocks[0]) <= LARGEST_BLOCK else places
        has_initial = any(len(part) == 1 for part in parts)
        for number, block in enumerate(blocks):
            for other in blocks[number + 1 :]:
                places |= block & other
            alone = block if has_initial else block & self.loose
            places |= alone if len(alone) <= LARGEST_BLOCK else set()
        if len(places) > LARGEST_BLOCK:  # so many are nearly alike that only the very same name tells
            return self.by_name.get(" ".join(sorted(parts)), ())[:LARGEST_BLOCK]
        return places

    def _sharing(self, part: str) -> set[int]:
        """Give the names that have a part, or one that differs in a letter, or one it is short for."""
        if part not in self.blocks:
            alike = {part}
            if len(part) >= 4 and part.isalpha():
                blocks = (self.near.get(rest, ()) for rest in set(_without_a_letter(part)))
                close = {each for block in blocks if len(block) <= LARGEST_BLOCK for each in block}
                alike |= {each for each in close if is_a_slip(part, each)}
            if len(part) >= 3:
                alike |= {part[:end] for end in range(3, min(len(part), 24))}
                first, last = bisect_left(self.in_order, part), bisect_left(self.in_order, f"{part}\U0010ffff")
                if last - first <= LARGEST_BLOCK:
                    alike |= set(self.in_order[first:last])
            self.blocks[part] = set().union(*(self.by_part.get(each, ()) for each in alike))
        return self.blocks[part]


def _is_short_for(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and short != long and long.startswith(short)


def _likeness(parts: Sequence[str], theirs: Sequence[str]) -> Likeness | None:
    """Say why two names, as their parts, may be one person's; None where they are not alike."""
    if sorted(parts) == sorted(theirs):
        return Likeness.NAME
    if "".join(parts) == "".join(theirs):
        return Likeness.TOGETHER
    mine, other = set(parts), set(theirs)
    if len(mine) == 1 or len(other) == 1:
        if mine <= other or other <= mine:
            return Likeness.ONE
        if len(mine) == len(other) == 1 and is_a_slip(parts[0], theirs[0]) and len(parts[0]) >= 4:
            return Likeness.SLIP
        return None
    if mine <= other or other <= mine:
        return Likeness.PART
    shared = mine & other
    left, right = sorted(mine - shared), sorted(other - shared)
    if not shared or (any(len(each) == 1 for each in shared) and len(shared) == 1):
        return Likeness.SLIP if is_a_slip(" ".join(sorted(parts)), " ".join(sorted(theirs))) else None
    if _all_pair(left, right, lambda a, b: min(len(a), len(b)) == 1 and a[0] == b[0]):
        return Likeness.INITIAL
    if _all_pair(left, right, lambda a, b: min(len(a), len(b)) >= 3 and is_a_slip(a, b)):
        return Likeness.SLIP
    if _all_pair(left, right, _is_short_for):
        return Likeness.SHORT
    return None


def _all_pair(one: Sequence[str], other: Sequence[str], fits: Callable[[str, str], bool]) -> bool:
    """Say whether every part of the shorter list fits one of the other's; what is over there may be more names."""
    few, many = sorted((one, other), key=len)
    return bool(few) and all(any(fits(each, theirs) for theirs in many) for each in few)
