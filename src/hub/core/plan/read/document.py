"""A whole document into a plan: title, stages, steps before and after, months with their weeks, tables, and the prose between.

Source: seeds/001 (cohort plan), seeds/000 (year plan and the two other tables).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hub.core.calendar import MONTHS, is_zone
from hub.core.plan.model import Accepted, Blemish, Month, Plan, Prose, Session, Stage, Step, Table, TableKind, Week, Who
from hub.core.plan.read.blemishes import unbalanced_emphasis
from hub.core.plan.read.chapters import (
    BARE_MONTH,
    MONTH_AND_YEAR,
    SEVERAL_MONTHS,
    STAGE,
    WEEK_HEADING,
    Chapter,
    Entry,
    WeekRead,
    is_dated,
    is_entry,
    is_part,
    is_rest,
    month_heading,
    months_of_bare_headings,
    says_when_only,
    split,
)
from hub.core.plan.read.dates import find_dates, find_times, month_number
from hub.core.plan.read.directives import directives, own_texts
from hub.core.plan.read.entry import WEEK, Setting, offset_of, read_agenda, read_entry
from hub.core.plan.read.tables import read_table
from hub.core.plan.read.tree import Block, Shape, read_tree
from hub.core.plan.read.words import links_of, mask, plain, take_who, without_comments
from hub.core.plan.read.years import Evidence, base_year, nearest_year, offsets

_BEFORE = re.compile(
    r"^pre[- ]?(?:cohort|programme|launch)\b|^before (?:the )?(?:cohort|programme|start|launch)\b|^onboarding$", re.IGNORECASE
)
_AFTER = re.compile(
    r"^post[- ]?(?:cohort|programme)\b|^after (?:the )?(?:cohort|programme|end)\b|\bstaying connected\b", re.IGNORECASE
)
_WHEN = re.compile(r"\b(?:date|dates|when|day)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)")
STAGES, BEFORE_MONTHS = "Stages", "Schedule"  # headings of the canonical form that hold no prose of their own


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
        self.subtitle = self.stated_subtitle or ""
        self.spans: list[str] = []  # headings of several months: "September 2024 – February 2025"
        self.chapters: list[Chapter] = []
        self.chapter: Chapter | None = None
        self.bare_months: dict[int, int] = {}
        self.has_no_months = False  # a list of dated entries without any chapter
        self.open_entry: Entry | None = None  # whose heading we stand under in such a document
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
        self.bare_months = months_of_bare_headings(blocks)
        headings = [plain(block.text) for block in blocks if block.shape is Shape.HEADING]
        if not self.bare_months and not any(month_heading(words) for words in headings):
            texts = [part.text for block in blocks for part in _parts(block)]
            self.has_no_months = any(is_dated(text) and find_times(mask(text)) for text in texts)
        for index, block in enumerate(blocks):
            if block.shape is Shape.HEADING:
                self._heading(block, blocks, index)
            elif block.shape is Shape.TABLE:
                self._table(block)
            elif self.chapter is not None:
                self._in_chapter(self.chapter, block)
            elif self.place in ("before", "after") and block.shape is Shape.ITEM:
                (self.before if self.place == "before" else self.after).append(block)
                self._take(block)
            elif block.shape is Shape.ITEM and "month" in block.text.lower() and (stage := STAGE.match(plain(block.text))):
                self.stages.append((block, stage))
                self._take(block)
                self._said_of_plan(block)
            elif not self.has_no_months or not self._undivided(block):
                self._said_of_plan(block)
        self.sections[-1].last = len(self.lines)

    def _heading(self, block: Block, blocks: list[Block], index: int) -> None:
        words = plain(block.text)
        chapter = self.chapter if self.chapter is not None and block.level > self.chapter.level else None
        if chapter is not None:
            chapter.open_entry, chapter.is_aside = None, False
        self.open_entry = None
        self._take(block)
        if chapter is not None and (week := WEEK_HEADING.match(words)) is not None:
            self._open_week(chapter, block, week, blocks, index)
            return
        if self.has_no_months and is_dated(block.text) and self._undivided(block):
            self._section("", 0, block, is_structured=True)
            return
        if month_heading(words) is not None or block.line in self.bare_months:
            self._open_chapter(block, words)
        elif not self.title and not self.chapters:
            self.title, self.title_line, self.title_level = words, block.line, block.level
            self._section("", 0, block)
        elif _BEFORE.match(words) and not self.before_heading[1]:
            self.chapter, self.place, self.before_heading = None, "before", (words, block.line)
            self._section("", 0, block, is_structured=True)
        elif _AFTER.search(words) and not self.after_heading[1]:
            self.chapter, self.place, self.after_heading = None, "after", (words, block.line)
            self._section("", 0, block, is_structured=True)
        elif chapter is not None and is_entry(block.text):
            self._open_entry(chapter, block)
            return
        elif chapter is not None:
            chapter.is_aside, chapter.open_week = True, None
            self._section(block.text.strip(), block.level, block)
        else:
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            self.chapter, self.place = None, "prose"
            if self._is_subtitle(block, following):
                self.subtitle = words
                self._section("", 0, block)
            else:
                self._section(block.text.strip(), block.level, block)
                self.spans += [words] if SEVERAL_MONTHS.match(words) else []
        self._said_of_plan(block)

    def _is_subtitle(self, block: Block, following: Block | None) -> bool:
        """Say whether a heading right under the title, one level below, with a paragraph after it, is the subtitle."""
        return (
            not self.subtitle
            and self.stated_subtitle is None
            and bool(self.title_line)
            and block.level == self.title_level + 1
            and all(not line.strip() for line in self.lines[self.title_line : block.line - 1])
            and following is not None
            and following.shape is Shape.PARAGRAPH
        )

    def _open_chapter(self, block: Block, words: str) -> None:
        match = month_heading(words)
        if match is not None:
            parts = match.groupdict()
            number, month, year = parts.get("number"), month_number(parts["month"]), parts["year"]
        else:
            bare = BARE_MONTH.match(words)
            number, month, year = bare["number"] if bare else None, self.bare_months[block.line], None
        self.chapter = Chapter(
            int(number) if number else None, month, int(year) if year else None, words, block.level, block.line
        )
        self.chapters.append(self.chapter)
        self.place = "prose"
        self._section("", 0, block, is_structured=True)

    def _open_week(self, chapter: Chapter, block: Block, match: re.Match[str], blocks: list[Block], index: int) -> None:
        """Open the week of a heading; what it says besides is an entry, unless it is the theme of the dated ones below it."""
        week = WeekRead(int(match.group("number")), block.line, block.level)
        chapter.weeks.append(week)
        chapter.open_week = week
        self._section("", 0, block, is_structured=True)
        rest = match.group("rest")
        if not rest or says_when_only(rest):
            return
        below = itertools.takewhile(lambda each: each.shape is not Shape.HEADING, blocks[index + 1 :])
        if find_dates(mask(rest)) or not any(is_dated(part.text) for each in below for part in _parts(each)):
            label = WEEK.match(block.text)
            chapter.open_entry = Entry(block, label.end() if label else 0)
            week.entries.append(chapter.open_entry)

    def _open_entry(self, chapter: Chapter, block: Block) -> None:
        """Take a heading of its own for an entry; what stands below belongs to it."""
        week = chapter.open_week
        if week is not None and block.level <= week.level:
            week = chapter.open_week = None
        chapter.open_entry = Entry(block)
        (week.entries if week is not None else chapter.loose).append(chapter.open_entry)
        self._section("", 0, block, is_structured=True)

    def _section(self, heading: str, level: int, block: Block, *, is_structured: bool = False) -> None:
        self.sections[-1].last = block.line - 1
        self.sections.append(_Section(heading, level, block.line, block.end_line + 1, is_structured=is_structured))

    def _take(self, block: Block) -> None:
        self.taken.update(range(block.line, block.end_line + 1))

    def _table(self, block: Block) -> None:
        table = read_table(self.lines, block.line, block.end_line)
        self.tables.append(table)
        self._take(block)
        if table.kind is TableKind.OTHER and any(_WHEN.search(cell) for cell in table.header):
            rows = [row.line for row in table.rows if any(find_dates(mask(cell)) for cell in row.cells)]
            if rows:
                self.blemishes.append(Blemish(code="unread-table", line=table.line, facts=(("rows", str(len(rows))),)))

    def _in_chapter(self, chapter: Chapter, block: Block) -> None:
        if block.shape is Shape.ITEM:
            if chapter.is_aside and not is_dated(block.text):
                self._said_of_plan(block)
                return
            self._take(block)
            label = WEEK.match(block.text)
            if label is not None:
                self._labelled(chapter, block, label)
            elif (above := self._entry_above(chapter, block)) is not None:
                above.extra.append(block)
            else:
                (chapter.open_week.entries if chapter.open_week else chapter.loose).append(Entry(block))
        elif block.shape is Shape.PARAGRAPH:
            for part in split(block):
                self._paragraph(chapter, part)
        elif (entry := self._right_above(chapter, block)) is not None:
            self._take(block)
            entry.extra.append(block)
        else:
            self._said_of_plan(block)

    def _paragraph(self, chapter: Chapter, block: Block) -> None:
        label = WEEK.match(block.text)
        if chapter.open_entry is not None and label is None and not is_dated(block.text):
            self._take(block)
            chapter.open_entry.extra.append(block)
        elif is_entry(block.text) or (chapter.open_week is not None and not chapter.open_week.entries and is_rest(block.text)):
            self._take(block)
            if label is not None:
                self._labelled(chapter, block, label)
            else:
                (chapter.open_week.entries if chapter.open_week else chapter.loose).append(Entry(block))
        else:
            self._said_of_plan(block)

    def _labelled(self, chapter: Chapter, block: Block, label: re.Match[str]) -> None:
        number = int(label.group("number"))
        week = chapter.weeks[-1] if chapter.weeks and chapter.weeks[-1].number == number else None
        if week is None:
            week = WeekRead(number, block.line)
            chapter.weeks.append(week)
        chapter.open_week = chapter.open_entry = None
        if plain(block.text[label.end() :]):
            week.entries.append(Entry(block, label.end()))
        else:
            week.entries.extend(
                Entry(each) for each in block.blocks if each.shape in (Shape.ITEM, Shape.PARAGRAPH) and each.text
            )

    def _entry_above(self, chapter: Chapter, block: Block) -> Entry | None:
        """Give the entry that an item without a week's label is a part of, None where it is an entry itself."""
        if chapter.open_entry is not None:
            return None if is_dated(block.text) else chapter.open_entry
        if chapter.open_week is not None:
            return chapter.open_week.entries[-1] if chapter.open_week.entries and is_part(block.text) else None
        above = chapter.weeks[-1].entries[-1] if chapter.weeks and chapter.weeks[-1].entries else None
        if above is None or chapter.loose or find_dates(mask(block.text)):
            return None
        line = self.lines[block.line - 1]
        indent = len(line) - len(line.lstrip())
        is_too_little = bool(indent) and above.block.list_line != block.list_line
        if not is_too_little and take_who(block.text)[0] is not Who.GROUP:
            return None
        if not above.extra:
            self.blemishes.append(
                Blemish(code="indentation", line=block.line, column=1, end_column=indent + 1 if indent else None)
            )
        return above

    @staticmethod
    def _right_above(chapter: Chapter, block: Block) -> Entry | None:
        """Give the entry that a comment to the Hub stands right under, without an empty line between."""
        if block.shape is not Shape.OTHER or not block.text.lstrip().startswith("<!--") or "hub" not in block.text.lower():
            return None
        above = chapter.last_entry
        last = max(each.end_line for each in (above.block, *above.extra)) if above else 0
        return above if last == block.line - 1 else None

    def _undivided(self, block: Block) -> bool:
        """Read a dated block of a document without months as an entry of its date's month; say whether it is one."""
        if self.open_entry is not None and block.shape in (Shape.ITEM, Shape.PARAGRAPH) and not is_dated(block.text):
            self.open_entry.extra.append(block)
            self._take(block)
            return True
        parts = _parts(block)
        if not parts or not all(is_dated(part.text) or (self.chapters and is_entry(part.text)) for part in parts):
            return False
        for part in parts:
            dates = [each.month for each in find_dates(mask(part.text)) if 1 <= each.month <= 12]
            month = dates[0] if dates else self.chapters[-1].month if self.chapters else 1
            if not self.chapters or self.chapters[-1].month != month:
                self.chapters.append(Chapter(None, month, None, MONTHS[month - 1], 7, part.line))
            label = WEEK.match(part.text)
            entry = Entry(part, label.end() if label else 0)
            self.chapters[-1].loose.append(entry)
            self.open_entry = entry if block.shape is Shape.HEADING else self.open_entry
            self._take(part)
        return True

    def _said_of_plan(self, block: Block) -> None:
        """Read what a block outside every entry says to the Hub; it can only accept findings of the plan as a whole."""
        self.accepted += directives(own_texts(block), self.blemishes).accepted

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
        titled = _year_of_title(f"{self.title} {self.subtitle}")
        default = titled if titled is not None else self.default_year
        base = base_year(evidence, stated=self.stated_year, mentioned=mentioned, default=default)
        return [
            chapter.year if chapter.year is not None else base + offset if base is not None else None
            for chapter, offset in zip(self.chapters, passed, strict=True)
        ]

    def _evidence(self, passed: list[int]) -> Iterable[Evidence]:
        for chapter, offset in zip(self.chapters, passed, strict=True):
            if chapter.year is not None:
                yield Evidence(offset, chapter.month, 1, chapter.year, None)
            for entry in chapter.entries:
                yield from _evidence_of(entry.block, chapter.month, offset)
        for block in self.before if self.chapters else ():
            yield from _evidence_of(block, self.chapters[0].month, 0)
        first_of = {chapter.month: offset for chapter, offset in reversed(list(zip(self.chapters, passed, strict=True)))}
        for named in MONTH_AND_YEAR.finditer(" ".join([self.title, self.subtitle, *self.spans])):
            month = month_number(named["month"])
            if month in first_of:
                yield Evidence(first_of[month], month, 1, int(named["year"]), None)

    def _setting(self, **where: object) -> Setting:
        return Setting(zone=self.zone, lines=self.lines, blemishes=self.blemishes, **where)  # type: ignore[arg-type]

    def _month(self, chapter: Chapter, year: int | None) -> Month:
        weeks = []
        for week in chapter.weeks:
            setting = self._setting(year=year, month=chapter.month, week=week.number, chapter=chapter.title)
            sessions = tuple(self._session(entry, setting) for entry in week.entries)
            weeks.append(Week(number=week.number, label=f"Week {week.number}", sessions=sessions, line=week.line))
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

    def _session(self, entry: Entry, setting: Setting) -> Session:
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

    def _steps(self, blocks: list[Block], chapter: Chapter | None, year: int | None) -> tuple[Step, ...]:
        steps = []
        for index, block in enumerate(blocks, 1):
            self._ambiguous(block)
            text = " ".join(without_comments(block.text).split())
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


def _front_matter(text: str) -> tuple[tuple[tuple[str, str], ...], int, str | None]:
    """Give the settings at the top of the document, the line after them, and the subtitle among them: "" says there is none."""
    if not text.startswith("---\n"):
        return (), 1, None
    end = text.find("\n---", 3)
    if end < 0 or (end + 4 < len(text) and text[end + 4] != "\n"):
        return (), 1, None
    settings: list[tuple[str, str]] = []
    subtitle: str | None = None
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


def _parts(block: Block) -> list[Block]:
    """Give what of a block may be an entry: an item, a heading, each line of a paragraph that stands for itself."""
    if block.shape in (Shape.ITEM, Shape.HEADING):
        return [block]
    return split(block) if block.shape is Shape.PARAGRAPH else []


def _year_of_title(title: str) -> int | None:
    """Give the year a title names: "Cohort 2024", "2024/25", "2024–2025"."""
    years = sorted({int(year) for year in _YEAR.findall(title)})
    return years[0] if len(years) == 1 or (len(years) == 2 and years[1] == years[0] + 1) else None


def _evidence_of(block: Block, month: int, offset: int) -> Iterable[Evidence]:
    for written in find_dates(mask(block.text))[:1]:
        if 1 <= written.month <= 12 and (written.year is not None or written.weekday is not None):
            yield Evidence(
                offset + nearest_year(written.month, 0, month), written.month, written.day, written.year, written.weekday
            )


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
