"""What a document is made of while it is read: months, weeks, entries, and the words by which each is known.

Source: seeds/001; tests/core/plan/test_read_cases.py has the ways other teams write.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.core.plan.model import Kind
from hub.core.plan.read.dates import MONTH, find_dates, find_times
from hub.core.plan.read.entry import TO_BE_CONFIRMED, WEEK
from hub.core.plan.read.tree import Block, Shape
from hub.core.plan.read.words import kind_of, mask, plain, take_who

NUMBERED_MONTH = re.compile(
    rf"^month\s+(?P<number>\d{{1,2}})\b.{{0,12}}?\b(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>(?:19|20|21)\d\d))?", re.IGNORECASE
)
NAMED_MONTH = re.compile(rf"^(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>(?:19|20|21)\d\d)\b)?\s*(?:$|[-–—:(]|\bmonth\b)")
BARE_MONTH = re.compile(r"^month\s+(?P<number>\d{1,2})\b", re.IGNORECASE)
SEVERAL_MONTHS = re.compile(
    rf"\b{MONTH}\b\.?(?:,?\s+(?:19|20|21)\d\d)?\s*(?:-|–|—|/|&|\bto\b|\band\b|\buntil\b)\s*{MONTH}\b", re.IGNORECASE
)
MONTH_AND_YEAR = re.compile(rf"\b(?P<month>{MONTH})\b\.?,?\s+(?P<year>(?:19|20|21)\d\d)\b")
WEEK_HEADING = re.compile(
    r"^w(?:ee)?k\s+(?P<number>\d{1,2})\b\s*(?:\([^()]{0,60}\)\s*(?=[:–—-]))?[:.–—-]*\s*(?P<rest>.*)$", re.IGNORECASE
)
STAGE = re.compile(
    r"^(?P<title>[^()\n]{2,120}?)\s*\(\s*months?\s+(?P<first>\d{1,2})\s*(?:(?:-|–|—|to|and)\s*(?P<last>\d{1,2}))?\s*\)\s*:?\s*(?P<question>.*)$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_BULLET = re.compile(r"^[•‣◦▪●]\s*")
_LONGEST_HEAD = 600  # characters; what is longer is prose that mentions a date


@dataclass(slots=True)
class Entry:
    """An entry while it is read: where its words begin on its line, and the blocks beside it that belong to it."""

    block: Block
    after: int = 0
    extra: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class WeekRead:
    """A week while it is read; `level` is that of its heading, 0 where the label stands in an item."""

    number: int
    line: int
    level: int = 0
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Chapter:
    """A month while it is read."""

    number: int | None
    month: int
    year: int | None
    title: str
    level: int
    line: int
    weeks: list[WeekRead] = field(default_factory=list)
    loose: list[Entry] = field(default_factory=list)
    open_week: WeekRead | None = None  # whose heading we stand under
    open_entry: Entry | None = None  # whose heading we stand under
    is_aside: bool = False  # under a heading of the chapter that is neither

    @property
    def entries(self) -> list[Entry]:
        """The chapter's entries, those of its weeks last."""
        return [*self.loose, *(entry for week in self.weeks for entry in week.entries)]

    @property
    def last_entry(self) -> Entry | None:
        """The entry that stands last so far."""
        last = [*self.loose[-1:], *(self.weeks[-1].entries[-1:] if self.weeks else ())]
        return max(last, key=lambda entry: entry.block.line, default=None)


def is_entry(text: str) -> bool:
    """Say whether a paragraph in a chapter is an entry: it has a week's label, a date, or says that one is to be confirmed."""
    if len(text) > _LONGEST_HEAD or text.count("\n") > 2:
        return False
    masked = mask(text)
    return bool(WEEK.match(text) or TO_BE_CONFIRMED.search(masked) or (find_dates(masked) and len(masked.split()) < 40))


def is_rest(text: str) -> bool:
    """Say whether a paragraph only says that nobody meets: "No meeting this week"."""
    return len(text) < 120 and len(text.split()) <= 8 and kind_of(plain(text)) is Kind.REST


def is_dated(text: str) -> bool:
    """Say whether a text is surely an entry of its own: a short one with a date, and a time, a week's label or a kind."""
    if len(text) > _LONGEST_HEAD or text.count("\n") > 2 or take_who(text)[0] is not None:
        return False
    masked = mask(text)
    found = find_dates(masked)
    if not found or len(masked.split()) > 40:
        return False
    return bool(
        find_times(masked, found[0].end) or find_times(masked[: found[0].start]) or WEEK.match(text) or kind_of(plain(text))
    )


def is_part(text: str) -> bool:
    """Say whether an item can only be a part of an agenda: "Group: …"."""
    return take_who(text)[0] is not None and not is_dated(text)


def says_when_only(text: str) -> bool:
    """Say whether words hold a date and nothing else: "(3–7 July)"."""
    masked = mask(text)
    found = find_dates(masked)
    if not found or find_times(masked, found[0].end):
        return False
    rest = masked[: found[0].start] + masked[found[-1].end :]
    return not re.sub(r"\bw/c\b|\bweek (?:of|commencing|beginning)\b|\bfrom\b|\bto\b", "", rest).strip(" -–—:,()[]")


def split(block: Block) -> list[Block]:
    """Split a paragraph whose lines are entries of their own, as they come from a word processor: "Week 1: …", "• …"."""
    lines = block.text.split("\n")
    if len(lines) == 1 and not _BULLET.match(lines[0]):
        return [block]
    parts: list[Block] = []
    has_date = False
    for index, line in enumerate(lines):
        dated = bool(find_dates(mask(line)))
        bullet = _BULLET.match(line)
        if not parts or bullet or WEEK.match(line) or (dated and has_date):
            text = line[bullet.end() :] if bullet else line
            parts.append(
                Block(Shape.PARAGRAPH, block.line + index, block.line + index, text=text, text_line=block.text_line + index)
            )
            has_date = dated
        else:
            parts[-1].text += "\n" + line
            parts[-1].end_line = block.line + index
            has_date = has_date or dated
    parts[-1].end_line = max(parts[-1].end_line, block.end_line)
    return parts


def months_of_bare_headings(blocks: Sequence[Block]) -> dict[int, int]:
    """Give, by line, the month of each heading that only says "Month 2": that of its dates, or as far on as it is numbered.

    Empty where some of them cannot be known.
    """
    numbers: dict[int, int] = {}
    dated: dict[int, Counter[int]] = {}
    line = 0
    for block in blocks:
        if block.shape is Shape.HEADING:
            words = plain(block.text)
            bare = None if NUMBERED_MONTH.match(words) else BARE_MONTH.match(words)
            if bare:
                line = block.line
                numbers[line], dated[line] = int(bare["number"]), Counter()
            elif NUMBERED_MONTH.match(words) or NAMED_MONTH.match(words):
                line = 0
        if line:
            texts = [block.text, *(each.text for each in block.blocks)]
            dated[line].update(each.month for text in texts for each in find_dates(mask(text)) if 1 <= each.month <= 12)
    known = {line: counts.most_common(1)[0][0] for line, counts in dated.items() if counts}
    if not known:
        return {}
    first = next(iter(known))
    return {line: known.get(line, (known[first] + number - numbers[first] - 1) % 12 + 1) for line, number in numbers.items()}


def month_heading(words: str) -> re.Match[str] | None:
    """Match a heading that opens a month, "Month 1: July" or "July 2023"; one of several months is none."""
    return NUMBERED_MONTH.match(words) or (None if SEVERAL_MONTHS.match(words) else NAMED_MONTH.match(words))
