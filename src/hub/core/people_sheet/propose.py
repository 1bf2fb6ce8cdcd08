"""What becomes of each row of a sheet: somebody new, somebody known, perhaps somebody known, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hub.core.affiliation import Begins, begins, stands_for
from hub.core.affiliation import Days as WorkDays
from hub.core.calendar import say_date
from hub.core.names import Known, Reason, address, folded, is_a_slip, likely_pairs
from hub.core.people_sheet.model import (
    LEAVE,
    NEW,
    Candidate,
    Change,
    Column,
    Ground,
    Held,
    HeldOrganisation,
    HeldRole,
    HeldWork,
    NewOrganisation,
    Outcome,
    Proposal,
    Row,
    Steps,
    Typed,
    same_organisation,
)
from hub.core.people_sheet.read import WrongCell, find_heads, read_row
from hub.core.roles import Gives, gives, say_days
from hub.core.taking_part import Days

MOST_CANDIDATES = 5
NOT_PROVED = "The address stands with them, not proved"


def propose(
    rows: Sequence[Sequence[str]], ground: Ground, *, first: int = 1, decisions: Mapping[int, str] | None = None
) -> Proposal:
    """Say what a sheet would do. With `decisions` (row number to "new", "leave" or a candidate's choice), what it then does.

    `first` is the number people count the first row as. Raises NoHeads.
    """
    heads = find_heads(rows)
    reading = _Reading(ground, decisions or {})
    for index, row in enumerate(rows[heads.row + 1 :], heads.row + 1):
        cells = {column: row[place] for column, place in heads.columns.items() if place < len(row) and row[place]}
        if any(row):
            reading.take(first + index, cells, heads.columns)
    reading.look_for_names()
    settled = tuple(reading.settle())
    return Proposal(
        rows=settled,
        columns=tuple(column.value for column in sorted(heads.columns, key=lambda each: heads.columns[each])),
        unknown=heads.unknown,
        organisations=tuple(reading.organisations(settled)),
    )


@dataclass(slots=True)
class _Reading:
    """One pass over a sheet: who stands grows as rows add and change people."""

    ground: Ground
    decisions: Mapping[int, str]
    rows: list[Typed | Row] = field(default_factory=list)
    people: dict[str, Held] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)  # "address …" and "orcid …" to whom it belongs: a key, "row-4", or LEAVE
    unproved: dict[str, list[str]] = field(default_factory=dict)  # an address nobody has proved, to who wrote it down: keys
    alike: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # who a row may be, and why
    goes: dict[str, str] = field(default_factory=dict)  # a row that turned out to be somebody who stands
    held_organisations: dict[str, HeldOrganisation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.held_organisations = {same_organisation(each.name): each for each in self.ground.organisations}
        for each in self.ground.people:
            self.people[str(each.key)] = each
            for email in (each.email, *each.addresses):
                for mark in _marks(email, each.orcid):
                    self.by[mark] = str(each.key)
        for each in self.ground.people:
            for mark in (mark for email in each.unproved for mark in _marks(email, "")):
                if mark not in self.by:
                    self.unproved.setdefault(mark, []).append(str(each.key))

    def take(self, number: int, cells: Mapping[Column, str], columns: Mapping[Column, int]) -> None:
        """Read one row, or say why it cannot be."""
        try:
            self.rows.append(read_row(number, cells, columns, self.ground))
        except WrongCell as no:
            name = cells.get(Column.NAME) or f"{cells.get(Column.FIRST, '')} {cells.get(Column.LAST, '')}".strip()
            self.rows.append(
                Row(
                    number=number,
                    outcome=Outcome.REFUSED,
                    name=name[:120],
                    email=cells.get(Column.EMAIL, "")[:254],
                    organisation=cells.get(Column.ORGANISATION, "")[:160],
                    sentence=f"Row {number}, {no.column.value}: {no}",
                )
            )

    def look_for_names(self) -> None:
        """Find whose name is alike for each row that no address and no ORCID settles: people the team knows, earlier rows."""
        places: dict[str, int] = {}

        def place(organisation: str) -> int:
            return places.setdefault(same_organisation(organisation), len(places) + 1)

        asking = [
            row
            for row in self.rows
            if isinstance(row, Typed) and row.name and not any(mark in self.by for mark in _marks(row.email, row.orcid))
        ]
        if not asking:
            return
        for row in asking:
            theirs = [(key, NOT_PROVED) for key in self._unproved_by(row) if self.people[key].is_ours]
            self.alike[row.number] = theirs
        records = [
            Known(key=-row.number - 1, name=row.name, orcid=row.orcid, organisations=_one(place, row.organisation))
            for row in asking
        ]
        emails = {row.number: row.email for row in asking}
        wanted = {" ".join(sorted(folded(row.name).split())) for row in asking}
        there = {same_organisation(row.organisation) for row in asking if row.organisation}
        for each in self.ground.people:
            works = frozenset(place(work.organisation) for work in each.works if not work.is_over)
            is_near = any(work.organisation in there for work in each.works if not work.is_over)
            if each.is_ours and (is_near or " ".join(sorted(folded(each.name).split())) in wanted):
                records.append(Known(key=each.key, name=each.name, orcid=each.orcid, organisations=works))
        for pair in likely_pairs(records):
            low, high = pair.first, pair.second  # rows have keys below nought, later rows the lower ones
            if low >= 0:
                continue
            if high < 0 and pair.reasons[0] is Reason.ALIKE and emails[-low - 1] and emails[-high - 1]:
                continue  # two names, two addresses, one sheet: two people
            other = str(high) if high >= 0 else f"row-{-high - 1}"
            self.alike.setdefault(-low - 1, []).append((other, pair.reasons[0].label))

    def settle(self) -> Iterable[Row]:
        """Yield what becomes of each row, in order; people change as it goes on."""
        for row in self.rows:
            yield row if isinstance(row, Row) else self._settled(row)

    def _settled(self, row: Typed) -> Row:
        def told(outcome: Outcome, **more: object) -> Row:
            base = Row(number=row.number, outcome=outcome, name=row.name, email=row.email, organisation=row.organisation)
            unproved = bool(self._unproved_by(row))
            return replace(base, **{"typed": row, "is_unproved": unproved, **more})  # type: ignore[arg-type]

        def refused(column: Column, words: str) -> Row:
            return told(Outcome.REFUSED, sentence=f"Row {row.number}, {column.value}: {words}", typed=None)

        marks = _marks(row.email, row.orcid)
        owners = {self.by[mark] for mark in marks if mark in self.by}
        decided = self.decisions.get(row.number, "")
        if decided == LEAVE or LEAVE in owners:
            for mark in marks:
                self.by.setdefault(mark, LEAVE)
            return told(Outcome.LEFT)
        if len(owners) > 1:
            return refused(
                Column.ORCID, "the address is one person’s and the ORCID another’s. Perhaps they are one, in two records."
            )
        if owners:
            (target,) = owners
            return self._same(row, target, told, refused)
        if not row.name:
            known = "nobody we know has this address, and somebody new needs a name." if marks else "this row names nobody."
            if self._unproved_by(row):
                known = "this address is not proved, so it does not say who is meant: write the name."
            return refused(Column.NAME, known)
        candidates = self._candidates(row)
        if candidates and decided != NEW:
            chosen = self.goes.get(decided, decided)
            if decided in {target for target, _ in self.alike[row.number]} and chosen in self.people:
                return self._same(row, chosen, told, refused)
            self._add(row)  # for the rows after it that have its address
            return told(Outcome.PERHAPS, target=f"row-{row.number}", candidates=candidates)
        if row.role in self.ground.never_given:
            return refused(
                Column.ROLE, f"a sheet gives nobody the role “{self.ground.roles[row.role]}”; give it on their page."
            )
        self._add(row)
        return told(Outcome.NEW, target=f"row-{row.number}", steps=self._steps(row, None))

    def _same(self, row: Typed, target: str, told: Callable[..., Row], refused: Callable[[Column, str], Row]) -> Row:
        held = self.people[target]
        if row.orcid and held.orcid and row.orcid != held.orcid:
            return refused(Column.ORCID, f"{held.name if held.is_ours else 'who has this address'} has another ORCID with us.")
        if target.startswith("row-") and row.name and not _is_alike(row.name, held.name):
            column = Column.EMAIL if row.email else Column.ORCID
            return refused(column, f"row {target[4:]} has the same one under another name, “{held.name}”.")
        steps = self._steps(row, held)
        if steps.wrong:
            return refused(Column.STARTS, steps.wrong)
        if steps.gives_role and row.role in self.ground.never_given:
            return refused(
                Column.ROLE, f"a sheet gives nobody the role “{self.ground.roles[row.role]}”; give it on their page."
            )
        for mark in _marks(row.email, row.orcid):
            self.by.setdefault(mark, target)
        self.people[target] = _after(held, row, steps)
        self.goes[f"row-{row.number}"] = target
        return told(Outcome.SAME, target=target, steps=steps, name=row.name or (held.name if held.is_ours else ""))

    def _add(self, row: Typed) -> None:
        target = f"row-{row.number}"
        self.people[target] = _after(Held(key=0, name=row.name), row, self._steps(row, None))
        for mark in _marks(row.email, row.orcid):
            self.by.setdefault(mark, target)

    def _candidates(self, row: Typed) -> tuple[Candidate, ...]:
        found: dict[str, Candidate] = {}
        for alike, reason in self.alike.get(row.number, ()):
            target = self.goes.get(alike, alike)
            held = self.people.get(target)
            if held is None or (row.orcid and held.orcid and row.orcid != held.orcid):
                continue
            if target not in found and len(found) < MOST_CANDIDATES:
                choice, name = (target, held.name) if held.is_ours else (alike, row.name)
                found[target] = Candidate(choice, name, reason, self._steps(row, held))
        return tuple(found.values())

    def _unproved_by(self, row: Typed) -> list[str]:
        """Give the keys of those who wrote the address of a row down and have not proved it; nobody's where it is settled."""
        return [key for mark in _marks(row.email, "") for key in self.unproved.get(mark, ())]

    def _steps(self, row: Typed, held: Held | None) -> Steps:
        """Say what a row does to somebody; an address that stands unproved in a record is given to nobody."""
        by = self._unproved_by(row)
        if not by:
            return _steps(row, held, self.ground)
        steps = _steps(replace(row, email=""), held, self.ground)
        if held is None or not held.email:
            note = f"Without {row.email}: it stands in another record, not proved."
        elif str(held.key) in by:
            note = f"{row.email} stands with them and is not proved; the address {held.email} stays."
        else:
            note = f"The sheet says {row.email}; the address {held.email} stays."
        return replace(steps, notes=(*steps.notes, note)) if held is None or held.is_ours else steps

    def organisations(self, settled: Iterable[Row]) -> Iterable[NewOrganisation]:
        """Yield the organisations the rows that count would add, or fill: the first row that says a fact has it."""
        facts: dict[str, dict[str, str]] = {}
        names: dict[str, str] = {}
        for row in settled:
            if row.outcome in (Outcome.NEW, Outcome.SAME) and row.typed and row.typed.organisation:
                key = same_organisation(row.typed.organisation)
                names.setdefault(key, row.typed.organisation)
                for name, value in row.typed.facts:
                    facts.setdefault(key, {}).setdefault(name, value)
        for key, name in names.items():
            held, said = self.held_organisations.get(key), facts.get(key, {})
            if held is None:
                yield NewOrganisation(name=name, facts=tuple(said.items()))
                continue
            missing = tuple((fact, value) for fact, value in said.items() if not getattr(held, fact))
            if missing:
                yield NewOrganisation(name=held.name, facts=missing, key=held.key)


def _one(place: Callable[[str], int], organisation: str) -> frozenset[int]:
    return frozenset([place(organisation)]) if organisation else frozenset()


def _marks(email: str, identifier: str) -> tuple[str, ...]:
    """Give what settles who somebody is."""
    return tuple(f"{kind} {value}" for kind, value in (("address", address(email)), ("orcid", identifier)) if value)


def _is_alike(one: str, other: str) -> bool:
    """Whether two names may well be one: the same words in any order, one within the other, or a slip of the pen."""
    a, b = folded(one), folded(other)
    first, second = set(a.split()), set(b.split())
    return first <= second or second <= first or is_a_slip(a, b)


def _steps(row: Typed, held: Held | None, ground: Ground) -> Steps:
    """Say what a row does to somebody who stands, or (None) to somebody it adds."""
    facts: list[tuple[str, str]] = []
    changes: list[Change] = []
    notes: list[str] = []
    email = ""
    if held is None:
        facts = [(name, value) for name, value in (("pronouns", row.pronouns), ("orcid", row.orcid)) if value]
        email = row.email
    elif held.is_ours:
        if row.name and row.name != held.name:
            if _is_alike(row.name, held.name):
                facts.append(("name", row.name))
                changes.append(Change("Name", held.name, row.name))
            else:
                notes.append(f"The sheet says “{row.name}”; the name “{held.name}” stays.")
        for name, label in (("pronouns", "Pronouns"), ("orcid", "ORCID")):
            value, before = getattr(row, name), getattr(held, name)
            if value and value != before:
                facts.append((name, value))
                changes.append(Change(label, before, value))
        if row.email and not held.email:
            email = row.email
            changes.append(Change("E-mail", "", row.email))
        elif row.email and address(row.email) not in map(address, (held.email, *held.addresses)):
            notes.append(f"The sheet says {row.email}; the address {held.email} stays.")
    else:
        notes.append("The Hub knows them from another programme: what they say of themselves stays.")
    cohort = next((each.name for each in ground.cohorts if each.key == row.cohort), "")
    label = ground.roles[row.role] + (f", {cohort}" if cohort else "")
    there, wrong = _role_there(row, held, label)
    ends_role_from, for_whom = None, ""
    if there is None and not wrong:
        for_whom, whom = _for_whom(row, held, ground)
        until = f" to {say_date(row.ends_on, weekday=False)}" if row.ends_on else ""
        changes.append(Change("Role", "", f"{label}{whom} from {say_date(row.starts_on, weekday=False)}{until}"))
    elif there is not None and row.ends_on and there.ends_on != row.ends_on and row.role not in ground.never_given:
        ends_role_from = there.starts_on
        until = f" to {say_date(there.ends_on, weekday=False)}" if there.ends_on else ""
        changes.append(Change("Role", label + until, f"{label} to {say_date(row.ends_on, weekday=False)}"))
    elif there is not None and there.ends_on and not row.ends_on:
        notes.append(f"{label} {say_days(_days(there))}: that stays.")
    is_with = is_job = False
    if row.organisation:
        works = [each for each in held.works if each.organisation == same_organisation(row.organisation)] if held else []
        goes_on = [each for each in works if not each.is_over]
        if new := begins([each.days for each in works], on=row.starts_on):
            is_with = True
            changes.append(_joins(row, new))
        elif not goes_on:
            until = say_date(max(each.days.ends_on for each in works if each.days.ends_on), weekday=False)
            notes.append(f"They were with {row.organisation} until {until}; that stays.")
        elif row.job and row.job not in {each.job for each in goes_on} and (held is None or held.is_ours):
            is_job = True
            changes.append(Change("Job", goes_on[0].job, row.job))
    return Steps(
        facts=tuple(facts),
        email=email,
        gives_role=there is None and not wrong,
        for_whom=for_whom,
        ends_role_from=ends_role_from,
        wrong=wrong,
        is_with=is_with,
        is_job=is_job,
        changes=tuple(changes),
        notes=tuple(notes),
    )


def _joins(row: Typed, new: Begins) -> Change:
    """Say that somebody is with an organisation, or is again after they had left it."""
    job = f", {row.job}" if row.job else ""
    if new.starts_on is None or new.was_until is None:
        return Change("Works with", "", row.organisation + job)
    since, until = (say_date(day, weekday=False) for day in (new.starts_on, new.was_until))
    return Change("Works with", "", f"{row.organisation} again, from {since} (was there until {until}){job}")


def _role_there(row: Typed, held: Held | None, label: str) -> tuple[HeldRole | None, str]:
    """Give the role a row speaks of that is there, None for none; and why the row can't be, "" where it can (`core.roles`).

    A first day that was only filled in does not say that who came later was here before.
    """
    same = [each for each in held.roles if (each.kind, each.cohort) == (row.role, row.cohort)] if held else []
    own = {each.starts_on: each for each in same if not each.is_stand_in}
    wanted = Days(row.starts_on, row.ends_on)
    given = gives(map(_days, own.values()), wanted)
    if given.held is not None:
        there = own[given.held.starts_on]
        if given.what is Gives.IN_THE_WAY and row.is_day_typed:
            return None, f"they have {given.words(label)}"
        if given.what is Gives.IN_THE_WAY and there.is_over:
            return None, f"they had the role {label} {say_days(given.held)}. Write from which day on they have it again."
        return there, ""
    instead = next((each for each in same if each.is_stand_in and each.starts_on == row.starts_on), None)
    if instead is not None and _days(instead) != wanted:
        return None, "they stand in for somebody in this role from that day on; give it from another day."
    return instead, ""


def _days(role: HeldRole) -> Days:
    return Days(role.starts_on, role.ends_on)


def _for_whom(row: Typed, held: Held | None, ground: Ground) -> tuple[str, str]:
    """Give whom somebody stands for in a role that is given, as it is compared, and in words; "" for nobody."""
    if row.organisation:
        return same_organisation(row.organisation), f" for {row.organisation}"
    if held is None or row.role not in ground.stand_for:
        return "", ""
    works = {each.organisation: each.name for each in held.works if each.days.holds_on(row.starts_on)}
    its = stands_for(list(works))
    return (its, f" for {works[its]}") if its else ("", "")


def _after(held: Held, row: Typed, steps: Steps) -> Held:
    """Give somebody as they are once a row is done, for the rows after it."""
    facts = dict(steps.facts)
    roles, works = held.roles, held.works
    if steps.gives_role:
        given = HeldRole(kind=row.role, cohort=row.cohort, starts_on=row.starts_on, ends_on=row.ends_on)
        roles = (*roles, given)
    if steps.ends_role_from:
        ended = (row.role, row.cohort, steps.ends_role_from)
        roles = tuple(
            replace(each, ends_on=row.ends_on) if (each.kind, each.cohort, each.starts_on) == ended else each for each in roles
        )
    if steps.is_with:
        before = [each.days for each in works if each.organisation == same_organisation(row.organisation)]
        new = begins(before, on=row.starts_on) or Begins()
        works = (
            *works,
            HeldWork(
                organisation=same_organisation(row.organisation),
                name=row.organisation,
                job=row.job,
                days=WorkDays(new.starts_on, None),
            ),
        )
    if steps.is_job:
        first = next(each for each in works if each.organisation == same_organisation(row.organisation) and not each.is_over)
        works = tuple(replace(each, job=row.job) if each is first else each for each in works)
    return replace(
        held,
        name=facts.get("name", held.name),
        pronouns=facts.get("pronouns", held.pronouns),
        orcid=facts.get("orcid", held.orcid),
        email=steps.email or held.email,
        roles=roles,
        works=works,
    )
