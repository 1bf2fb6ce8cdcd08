"""A whole document into a plan: title, stages, steps before and after, months with their weeks, tables, and the prose between.

Source: seeds/001 (cohort plan), seeds/000 (year plan and the two other tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hub.core.calendar import MONTHS, is_zone
from hub.core.plan.model import Accepted, Blemish, Month, Plan, Prose, Session, Stage, Step, Table, Week
from hub.core.plan.read.blemishes import unbalanced_emphasis
from hub.core.plan.read.dates import MONTH, find_dates, month_number
from hub.core.plan.read.entry import TO_BE_CONFIRMED, WEEK, Setting, directives, offset_of, own_texts, read_agenda, read_entry
from hub.core.plan.read.tables import read_table
from hub.core.plan.read.tree import Block, Shape, read_tree
from hub.core.plan.read.words import COMMENT, links_of, mask, plain
from hub.core.plan.read.years import Evidence, base_year, nearest_year, offsets

_NUMBERED_MONTH = re.compile(
    rf"^month\s+(?P<number>\d{{1,2}})\b.{{0,12}}?\b(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>(?:19|20|21)\d\d))?", re.IGNORECASE
)
_NAMED_MONTH = re.compile(rf"^(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>(?:19|20|21)\d\d)\b)?\s*(?:$|[-–—:(]|\bmonth\b)")
_BEFORE = re.compile(
    r"^pre[- ]?(?:cohort|programme|launch)\b|^before (?:the )?(?:cohort|programme|start|launch)\b|^onboarding$", re.IGNORECASE
)
_AFTER = re.compile(
    r"^post[- ]?(?:cohort|programme)\b|^after (?:the )?(?:cohort|programme|end)\b|\bstaying connected\b", re.IGNORECASE
)
_STAGE = re.compile(
    r"^(?P<title>[^()\n]{2,120}?)\s*\(\s*months?\s+(?P<first>\d{1,2})\s*(?:(?:-|–|—|to|and)\s*(?P<last>\d{1,2}))?\s*\)\s*:?\s*(?P<question>.*)$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_WEEK_HEADING = re.compile(r"^week\s+(?P<number>\d{1,2})\b\s*[:.–—-]*\s*(?P<rest>.*)$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)")
STAGES, BEFORE_MONTHS = "Stages", "Schedule"  # headings of the canonical form that hold no prose of their own


@dataclass(slots=True)
class _Chapter:
    """A month while it is read."""

    number: int | None
    month: int
    year: int | None
    title: str
    level: int
    line: int
    weeks: list[_Week] = field(default_factory=list)
    loose: list[_Entry] = field(default_factory=list)
    open_week: _Week | None = None


@dataclass(slots=True)
class _Week:
    number: int
    label: str
    line: int
    level: int = 0  # of its heading, 0 where the label stands in an item
    entries: list[_Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Entry:
    block: Block
    after: int = 0
    extra: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Section:
    """A stretch of prose: a heading and the lines after it that nothing else took."""

    heading: str
    level: int
    line: int
    first: int
    last: int = 0
    is_structured: bool = False


class _Reader:
    """The state of reading one document: which chapter is open, which lines are taken."""

    def __init__(self, text: str, zone: str, default_year: int | None) -> None:
        self.settings, self.body_line, self.stated_subtitle = _front_matter(text)
        stated = dict(self.settings)
        self.zone = stated["zone"] if is_zone(stated.get("zone", "")) else zone
        year = stated.get("year", "")
        self.stated_year = int(year) if re.fullmatch(r"(?:19|20|21)\d\d", year) else None
        self.default_year = default_year
        self.lines = text.split("\n")
        if self.body_line > 1:
            text = "\n" * (self.body_line - 1) + "\n".join(self.lines[self.body_line - 1 :])
        self.text = text
        self.title, self.title_line, self.title_level = "", 0, 0
        self.subtitle = self.stated_subtitle
        self.chapters: list[_Chapter] = []
        self.chapter: _Chapter | None = None
        self.place: str = "prose"  # prose, before, after
        self.section_level = 0
        self.before: list[Block] = []
        self.after: list[Block] = []
        self.before_heading = self.after_heading = ("", 0)
        self.stages: list[tuple[Block, re.Match[str]]] = []
        self.tables: list[Table] = []
        self.sections = [_Section("", 0, 1, self.body_line)]
        self.taken: set[int] = set(range(1, self.body_line))
        self.blemishes: list[Blemish] = []
        self.accepted: list[Accepted] = []

    # -- the walk over the blocks

    def walk(self, blocks: list[Block]) -> None:
        """Give every top-level block to the part of the plan it belongs to."""
        for index, block in enumerate(blocks):
            if block.shape is Shape.HEADING:
                self._heading(block, blocks[index + 1] if index + 1 < len(blocks) else None)
            elif block.shape is Shape.TABLE:
                self.tables.append(read_table(self.lines, block.line, block.end_line))
                self._take(block)
            elif self.chapter is not None:
                self._in_chapter(block)
            elif self.place in ("before", "after") and block.shape is Shape.ITEM:
                (self.before if self.place == "before" else self.after).append(block)
                self._take(block)
            elif block.shape is Shape.ITEM and "month" in block.text.lower() and (stage := _STAGE.match(plain(block.text))):
                self.stages.append((block, stage))
                self._take(block)
                self._said_of_plan(block)
            else:
                self._said_of_plan(block)
        self.sections[-1].last = len(self.lines)

    def _heading(self, block: Block, following: Block | None) -> None:
        words = plain(block.text)
        month = _NUMBERED_MONTH.match(words) or _NAMED_MONTH.match(words)
        week = _WEEK_HEADING.match(words) if self.chapter is not None else None
        self._take(block)
        if week is None:
            self._said_of_plan(block)
        if week is not None and self.chapter is not None and block.level > self.chapter.level:
            opened = _Week(int(week.group("number")), f"Week {int(week.group('number'))}", block.line, block.level)
            self.chapter.weeks.append(opened)
            self.chapter.open_week = opened
            if week.group("rest"):
                label = WEEK.match(block.text)
                opened.entries.append(_Entry(block, label.end() if label else 0))
            self._section("", 0, block, is_structured=True)
            return
        if month is not None:
            self._open_chapter(block, month, words)
            return
        if not self.title and not self.chapters:
            self.title, self.title_line, self.title_level = words, block.line, block.level
            self._section("", 0, block)
            return
        if self.chapter is not None and block.level > self.chapter.level:
            open_week = self.chapter.open_week
            if open_week is not None and open_week.level and block.level > open_week.level and find_dates(mask(block.text)):
                open_week.entries.append(_Entry(block))  # a heading of its own for each session of a week
                self._section("", 0, block, is_structured=True)
                return
        self.chapter, self.place = None, "prose"
        if _BEFORE.match(words) and not self.before_heading[1]:
            self.place, self.before_heading = "before", (words, block.line)
            self._section("", 0, block, is_structured=True)
        elif _AFTER.search(words) and not self.after_heading[1]:
            self.place, self.after_heading = "after", (words, block.line)
            self._section("", 0, block, is_structured=True)
        elif self._is_subtitle(block, following):
            self.subtitle = words
            self._section("", 0, block)
        else:
            self._section(block.text.strip(), block.level, block)

    def _is_subtitle(self, block: Block, following: Block | None) -> bool:
        """Say whether a heading right under the title, one level below, with a paragraph after it, is the subtitle."""
        return (
            not self.subtitle
            and bool(self.title_line)
            and block.level == self.title_level + 1
            and all(not line.strip() for line in self.lines[self.title_line : block.line - 1])
            and following is not None
            and following.shape is Shape.PARAGRAPH
        )

    def _open_chapter(self, block: Block, match: re.Match[str], words: str) -> None:
        parts = match.groupdict()
        year = parts["year"]
        self.chapter = _Chapter(
            int(parts["number"]) if parts.get("number") else None,
            month_number(parts["month"]),
            int(year) if year else None,
            words,
            block.level,
            block.line,
        )
        self.chapters.append(self.chapter)
        self.place = "prose"
        self._section("", 0, block, is_structured=True)

    def _section(self, heading: str, level: int, block: Block, *, is_structured: bool = False) -> None:
        self.sections[-1].last = block.line - 1
        self.sections.append(_Section(heading, level, block.line, block.end_line + 1, is_structured=is_structured))

    def _take(self, block: Block) -> None:
        self.taken.update(range(block.line, block.end_line + 1))

    def _in_chapter(self, block: Block) -> None:
        chapter = self.chapter
        if chapter is None:
            return
        if block.shape is Shape.ITEM:
            self._take(block)
            label = WEEK.match(block.text)
            if label is not None:
                self._labelled(chapter, block, label)
            elif not self._belongs_above(chapter, block):
                self._unlabelled(chapter, block)
        elif block.shape is Shape.PARAGRAPH and _is_entry(block.text):
            self._take(block)
            label = WEEK.match(block.text)
            if label is not None:
                self._labelled(chapter, block, label)
            else:
                self._unlabelled(chapter, block)
        elif (above := self._right_above(chapter, block)) is not None:
            self._take(block)
            above.extra.append(block)
        else:
            self._said_of_plan(block)

    @staticmethod
    def _right_above(chapter: _Chapter, block: Block) -> _Entry | None:
        """Give the entry that a comment to the Hub stands right under, without an empty line between."""
        if block.shape is not Shape.OTHER or not block.text.lstrip().startswith("<!--") or "hub" not in block.text.lower():
            return None
        entries = [*chapter.loose[-1:], *(chapter.weeks[-1].entries[-1:] if chapter.weeks else ())]
        above = max(entries, key=lambda each: each.block.line, default=None)
        last = max(each.end_line for each in (above.block, *above.extra)) if above else 0
        return above if last == block.line - 1 else None

    def _said_of_plan(self, block: Block) -> None:
        """Read what a block outside every entry says to the Hub; it can only accept findings of the plan as a whole."""
        self.accepted += directives(own_texts(block), self.blemishes).accepted

    def _labelled(self, chapter: _Chapter, block: Block, label: re.Match[str]) -> None:
        number = int(label.group("number"))
        rest = plain(block.text[label.end() :])
        week = chapter.weeks[-1] if chapter.weeks and chapter.weeks[-1].number == number else None
        if week is None:
            week = _Week(number, f"Week {number}", block.line)
            chapter.weeks.append(week)
        chapter.open_week = None
        if rest:
            week.entries.append(_Entry(block, label.end()))
        else:
            week.entries.extend(
                _Entry(each) for each in block.blocks if each.shape in (Shape.ITEM, Shape.PARAGRAPH) and each.text
            )

    def _belongs_above(self, chapter: _Chapter, block: Block) -> bool:
        """Say whether an item without a week is meant to stand in the entry above it: indented, though too little."""
        if chapter.open_week is not None or not chapter.weeks or not chapter.weeks[-1].entries:
            return False
        above = chapter.weeks[-1].entries[-1]
        line = self.lines[block.line - 1]
        indent = len(line) - len(line.lstrip())
        if not indent or chapter.loose or above.block.list_line == block.list_line or find_dates(mask(block.text)):
            return False
        if not above.extra:
            self.blemishes.append(Blemish(code="indentation", line=block.line, column=1, end_column=indent + 1))
        above.extra.append(block)
        return True

    def _unlabelled(self, chapter: _Chapter, block: Block) -> None:
        if chapter.open_week is not None:
            chapter.open_week.entries.append(_Entry(block))
        else:
            chapter.loose.append(_Entry(block))

    # -- what was found, as a plan

    def plan(self) -> Plan:
        """Give the plan, with the year of each chapter settled where it can be."""
        years = self._years()
        first_year = years[0] if years else self.stated_year or self.default_year
        months = tuple(self._month(chapter, year) for chapter, year in zip(self.chapters, years, strict=True))
        if self.chapters and first_year is None:
            self.blemishes.append(Blemish(code="no-year", line=self.chapters[0].line))
        first = self.chapters[0] if self.chapters else None
        last = self.chapters[-1] if self.chapters else None
        before = self._steps(self.before, first, first_year)
        after = self._steps(self.after, last, years[-1] if years else first_year)
        return Plan(
            title=self.title,
            subtitle=self.subtitle,
            zone=self.zone,
            year=first_year,
            stages=tuple(_stage(block, match) for block, match in self.stages),
            before=before,
            before_title=self.before_heading[0],
            months=months,
            after=after,
            after_title=self.after_heading[0],
            tables=tuple(self.tables),
            prose=self._prose(),
            settings=self.settings,
            accepted=tuple(self.accepted),
            blemishes=tuple(sorted(self.blemishes, key=lambda each: (each.line, each.column or 0))),
            before_line=self.before_heading[1],
            after_line=self.after_heading[1],
        )

    def _years(self) -> list[int | None]:
        passed = offsets([chapter.month for chapter in self.chapters])
        evidence = list(self._evidence(passed))
        needs_mentions = self.stated_year is None and not any(each.year for each in evidence)
        mentioned = {int(year) for year in _YEAR.findall(self.text)} if needs_mentions else set()
        base = base_year(evidence, stated=self.stated_year, mentioned=mentioned, default=self.default_year)
        return [
            chapter.year if chapter.year is not None else base + offset if base is not None else None
            for chapter, offset in zip(self.chapters, passed, strict=True)
        ]

    def _evidence(self, passed: list[int]) -> Iterable[Evidence]:
        for chapter, offset in zip(self.chapters, passed, strict=True):
            if chapter.year is not None:
                yield Evidence(offset, chapter.month, 1, chapter.year, None)
            for entry in (*chapter.loose, *(each for week in chapter.weeks for each in week.entries)):
                for written in find_dates(mask(entry.block.text))[:1]:
                    if 1 <= written.month <= 12 and (written.year is not None or written.weekday is not None):
                        shift = nearest_year(written.month, 0, chapter.month)
                        yield Evidence(offset + shift, written.month, written.day, written.year, written.weekday)
        if self.chapters:
            for block in self.before:
                for written in find_dates(mask(block.text))[:1]:
                    if 1 <= written.month <= 12 and (written.year is not None or written.weekday is not None):
                        shift = nearest_year(written.month, 0, self.chapters[0].month)
                        yield Evidence(shift, written.month, written.day, written.year, written.weekday)

    def _setting(self, **where: object) -> Setting:
        return Setting(zone=self.zone, lines=self.lines, blemishes=self.blemishes, **where)  # type: ignore[arg-type]

    def _month(self, chapter: _Chapter, year: int | None) -> Month:
        weeks = []
        for week in chapter.weeks:
            setting = self._setting(year=year, month=chapter.month, week=week.number, chapter=chapter.title)
            sessions = tuple(self._session(entry, setting) for entry in week.entries)
            weeks.append(Week(number=week.number, label=week.label, sessions=sessions, line=week.line))
        setting = self._setting(year=year, month=chapter.month, chapter=chapter.title)
        return Month(
            number=chapter.number,
            month=chapter.month,
            year=year,
            title=chapter.title,
            weeks=tuple(weeks),
            sessions=tuple(self._session(entry, setting) for entry in chapter.loose),
            line=chapter.line,
        )

    def _session(self, entry: _Entry, setting: Setting) -> Session:
        self._ambiguous(entry.block)
        return read_entry(entry.block, setting, after=entry.after, extra=entry.extra)

    def _ambiguous(self, block: Block) -> None:
        for written in find_dates(mask(block.text)) if "/" in block.text or "." in block.text else []:
            if written.is_ambiguous and 1 <= written.month <= 12 and written.day <= 12 and written.day != written.month:
                shift = offset_of(block, self.lines)
                facts = (
                    ("date", written.text.strip()),
                    ("better", f"{written.day} {MONTHS[written.month - 1]} {written.year}"),
                )
                columns = {} if shift is None else {"column": shift + written.start + 1, "end_column": shift + written.end + 1}
                self.blemishes.append(Blemish(code="ambiguous-date", line=block.text_line, facts=facts, **columns))

    def _steps(self, blocks: list[Block], chapter: _Chapter | None, year: int | None) -> tuple[Step, ...]:
        steps = []
        for index, block in enumerate(blocks, 1):
            self._ambiguous(block)
            text = " ".join(COMMENT.sub("", block.text).split())
            session = None
            if find_dates(mask(block.text)):
                setting = self._setting(base_year=year)
                if chapter is not None and year is not None:
                    setting = self._setting(year=year, month=chapter.month)
                session = replace(read_entry(block, setting), year=None, month=None)
            else:
                self._said_of_plan(block)
            steps.append(
                Step(
                    number=block.number if block.number is not None else index,
                    text=session.title if session else text,
                    items=() if session else read_agenda(block.blocks),
                    links=() if session else links_of(text, block.line),
                    session=session,
                    line=block.line,
                )
            )
        return tuple(steps)

    def _prose(self) -> tuple[Prose, ...]:
        """Give the prose: first, in one piece, what stands under no heading of its own, then each heading with its text."""
        loose: list[str] = []
        headed = []
        first_line = 0
        for section in self.sections:
            kept = [self.lines[n - 1] for n in range(section.first, section.last + 1) if n not in self.taken]
            text = "\n".join(kept).strip("\n")
            text = text if text.strip() else ""
            if section.level:
                is_ours = plain(section.heading) in (STAGES, BEFORE_MONTHS)
                if text or not is_ours:
                    headed.append(Prose(heading=section.heading, level=section.level, text=text, line=section.line))
            elif text:
                loose.append(text)
                first_line = first_line or section.first
        if loose:
            return (Prose(heading="", level=0, text="\n\n".join(loose), line=first_line), *headed)
        return tuple(headed)


def read_document(text: str, *, default_zone: str, default_year: int | None) -> Plan:
    """Read a text whose line ends are line feeds and which is known to be of a plan's size."""
    reader = _Reader(text, default_zone, default_year)
    root = read_tree(reader.text)
    _look_for_emphasis(root, reader)
    reader.walk(root.blocks)
    return reader.plan()


def _look_for_emphasis(block: Block, reader: _Reader) -> None:
    for each in block.blocks:
        if each.text and each.shape in (Shape.ITEM, Shape.PARAGRAPH, Shape.HEADING):
            for blemish in unbalanced_emphasis(each.text, each.text_line):
                line = reader.lines[blemish.line - 1]
                part = each.text.split("\n")[blemish.line - each.text_line]
                shift = max(line.find(part), 0)
                column = (blemish.column or 1) + shift
                reader.blemishes.append(
                    replace(blemish, column=column, end_column=column + (blemish.end_column or 0) - (blemish.column or 0))
                )
        _look_for_emphasis(each, reader)


def _front_matter(text: str) -> tuple[tuple[tuple[str, str], ...], int, str]:
    """Give the settings at the top of the document, the line after them, and the subtitle among them."""
    if not text.startswith("---\n"):
        return (), 1, ""
    end = text.find("\n---", 3)
    if end < 0 or (end + 4 < len(text) and text[end + 4] != "\n"):
        return (), 1, ""
    settings, subtitle = [], ""
    for line in text[4:end].split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or name[0].isspace() or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if name.strip().lower() == "subtitle":
            subtitle = value
        else:
            settings.append((name.strip(), value))
    return tuple(settings), text.count("\n", 0, end + 1) + 2, subtitle


def _is_entry(text: str) -> bool:
    """Say whether a paragraph in a chapter is an entry: it has a date or says that one is to be confirmed."""
    if len(text) > 600 or text.count("\n") > 2:
        return False
    masked = mask(text)
    return bool(WEEK.match(text) or TO_BE_CONFIRMED.search(masked) or (find_dates(masked) and len(masked.split()) < 40))


def _stage(block: Block, match: re.Match[str]) -> Stage:
    first = int(match.group("first"))
    return Stage(
        title=match.group("title").strip(" -–:"),
        first_month=first,
        last_month=int(match.group("last") or first),
        question=" ".join(match.group("question").split()),
        topics=read_agenda(block.blocks),
        line=block.line,
    )


def month_names() -> tuple[str, ...]:
    """Give the names months are written with."""
    return MONTHS
