"""Write a plan as canonical Markdown: what the reader reads back as an equal plan, and what is written again as the same bytes.

`write_plan` writes a whole document, `write_entry` one entry of it. What a head line can't say plainly (a title that looks
like a date, a kind its words don't tell) goes into a `<!-- hub: … -->` comment. docs/plan-language.md is the reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hub.core.calendar import WEEKDAYS, say_date
from hub.core.plan.model import AgendaItem, Kind, Link, Minutes, Month, Plan, Session, Stage, Status, Step, Table
from hub.core.plan.read.document import BEFORE_MONTHS, STAGES
from hub.core.plan.read.entry import UNDATED, WEEK, Setting, read_entry
from hub.core.plan.read.tree import read_tree
from hub.core.plan.read.words import take_minutes, take_who

_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_INDENT = "    "


def write_plan(plan: Plan) -> str:
    """Write a plan as canonical Markdown, ending in one line feed. `read_plan(write_plan(plan)) == plan`."""
    return "\n\n".join(part for part in _parts(plan) if part) + "\n"


def _parts(plan: Plan) -> Iterator[str]:
    yield _front_matter(plan)
    if plan.title:
        yield f"# {escape(plan.title)}"
    loose = [each for each in plan.prose if not each.level]
    headed = [each for each in plan.prose if each.level]
    for prose in loose:
        yield prose.text
    if plan.stages:
        yield f"## {STAGES}" if plan.title else ""
        yield "\n".join(line for stage in plan.stages for line in _stage(stage))
    if plan.before_title or plan.before:
        yield f"## {escape(plan.before_title or 'Before the cohort')}"
        yield "\n".join(line for step in plan.before for line in _step(step, plan))
    if plan.months and plan.title:
        yield f"## {BEFORE_MONTHS}"
    for month in plan.months:
        yield f"### {escape(month.title)}"
        yield "\n".join(_month(month, plan))
    if plan.after_title or plan.after:
        yield f"## {escape(plan.after_title or 'After the cohort')}"
        yield "\n".join(line for step in plan.after for line in _step(step, plan))
    for prose in headed:
        yield f"{'#' * prose.level} {prose.heading}".rstrip()
        yield prose.text
    for table in plan.tables:
        yield "\n".join(_table(table))


def escape(text: str) -> str:
    """Write plain words so that Markdown takes none of them for marks."""
    return _SPECIAL.sub(r"\\\1", text)


# -- entries


def write_entry(session: Session, *, zone: str, label: str = "", bullet: str = "- ", indent: str = "") -> list[str]:
    """Give the lines of one entry: its head after a label such as "Week 2: ", then its agenda.

    `zone` is the plan's; a session in another one names its own. What the reader would not take from the plain words is said
    in words of its own, and what words can't say in a comment.
    """
    inner = " " * max(len(bullet), 4)
    agenda = [line for item in session.agenda for line in _agenda(item, inner)]
    head = _head(session, agenda, zone=zone, label=label)
    return [f"{indent}{bullet}{head}", *(f"{indent}{line}" for line in agenda)]


def _head(session: Session, agenda: Sequence[str], *, zone: str, label: str) -> str:
    """Write the head line: plain words first, and for what they can't say a comment in their place."""
    segments: dict[str, str] = {}
    own = {"title": session.title, "topic": session.topic, "place": session.place or "", "led-by": session.led_by or ""}
    said = {name: in_comment(words) for name, words in own.items() if "<!--" in words or "-->" in words}
    if WEEK.match(session.title):  # a label of its own would take the entry to another week
        said["title"] = in_comment(session.title)
    text = _line(session, zone, segments, said)
    while (step := _missing(session, _read_back([label + text, *agenda], label, session, zone), segments, said)) is not None:
        name, words, is_comment = step
        if is_comment:
            said[name] = words
            segments.pop(name, None)
        else:
            segments[name] = words
        text = _line(session, zone, segments, said)
    return label + text


def _line(session: Session, zone: str, segments: Mapping[str, str], said: Mapping[str, str]) -> str:
    title = "Session" if "title" in said else escape(session.title)
    topic = escape(session.topic) if session.topic and "topic" not in said else ""
    when = _when(session, zone)
    if when == UNDATED and not topic and not said:
        parts = [title, *segments.values()]
    elif when == UNDATED and session.kind is Kind.REST and not said:
        parts = [f"{title}: {topic}", *segments.values()]
    else:
        parts = [f"{title}: **{when}**", *([topic] if topic else []), *segments.values()]
    parts += [_link(link) for link in session.links]
    comments = [f"<!-- hub: {name}: {words} -->".replace(":  -->", ": -->") for name, words in said.items()]
    comments += [
        f"<!-- hub: accept {each.code}{f': {in_comment(each.reason)}' if each.reason else ''} -->" for each in session.accepted
    ]
    return " ".join([" - ".join(parts), *comments])


def _when(session: Session, zone: str) -> str:
    if session.status is Status.TO_BE_CONFIRMED and session.status_note:
        return session.status_note if not session.date else f"{_date(session.date)} ({session.status_note})"
    if session.date is None:
        if session.written.text:
            return session.written.text  # a date that can't be, or one whose year nobody knows: the author's words stay
        return UNDATED + (f" ({_times(session, zone)})" if session.start else "")
    times = _times(session, zone)
    return _date(session.date) + (f" ({times})" if times else "")


def _date(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {say_date(day, weekday=False)}"


def _times(session: Session, zone: str) -> str:
    if session.start is None:
        return ""
    named = f" {session.zone}" if session.zone != zone else ""
    return f"{session.start:%H:%M}" + (f"–{session.end:%H:%M}" if session.end else "") + named


def _link(link: Link) -> str:
    return link.url if link.text == link.url and not re.search(r"[\s()<>]", link.url) else f"[{escape(link.text)}]({link.url})"


def _read_back(lines: Sequence[str], label: str, session: Session, zone: str) -> Session:
    """Read an entry, its head behind its label, as it would be read where it stands."""
    where = session.date
    text = "\n".join((f"- {lines[0]}", *lines[1:]))
    setting = Setting(
        zone=zone,
        lines=text.split("\n"),
        year=session.year or (where.year if where else None),
        month=session.month or (where.month if where else None),
        week=session.week,
    )
    return read_entry(read_tree(f"{text}\n").blocks[0], setting, after=len(label))


_WORDS = ("title", "topic", "place", "led-by")


def _missing(
    session: Session, read: Session, segments: Mapping[str, str], said: Mapping[str, str]
) -> tuple[str, str, bool] | None:
    """Give what is missing for the line to be read as the session: its name, its words, and whether as a comment.

    A segment of the line where one exists and was not tried, else a comment; None when nothing is missing, or nothing helps.
    """
    if session.status is Status.CANCELLED and (read.status is not Status.CANCELLED or read.status_note != session.status_note):
        return None if "cancelled" in said else ("cancelled", in_comment(session.status_note), True)
    words = {
        "title": session.title,
        "topic": session.topic,
        "mode": session.mode.value if session.mode else "",
        "place": session.place or "",
        "led-by": session.led_by or "",
        "kind": session.kind.value,
    }
    tries: list[tuple[bool, str, str]] = [
        (read.title != session.title, "title", ""),
        (read.topic != session.topic, "topic", ""),
        (read.mode is not session.mode, "mode", session.mode.label if session.mode else ""),
        (read.place != session.place, "place", f"at {session.place}" if session.place else ""),
        (read.led_by != session.led_by, "led-by", f"led by {session.led_by}" if session.led_by else ""),
        (read.stated_minutes != session.stated_minutes, "minutes", f"{session.stated_minutes} min"),
        (read.attended != session.attended, "attended", f"attended by {session.attended} people"),
        (read.kind is not session.kind, "kind", ""),
    ]
    for differs, name, segment in tries:
        if not differs or name in said:
            continue
        if segment and name not in segments and (name not in ("minutes", "attended") or not segment.startswith("None")):
            return name, segment, False
        if name in words:
            return name, in_comment(words[name]), True
    if _rest(read) != _rest(session):  # a date, a link, a minute read out of words: they go where they can't be misread
        for name in _WORDS:
            if words[name] and name not in said:
                return name, in_comment(words[name]), True
    return None


def _rest(session: Session) -> tuple[object, ...]:
    return (
        session.date,
        session.start,
        session.end,
        session.zone,
        session.status,
        session.status_note,
        session.stated_minutes,
        session.attended,
        session.links,
        session.accepted,
    )


def in_comment(text: str | None) -> str:
    """Write words so that a comment can hold them: neither its end nor a code span comes about. `out_of_comment` undoes it."""
    words = re.sub(r"&(?=(?:amp|gt|#96);)", "&amp;", " ".join((text or "").split()))
    return words.replace("`", "&#96;").replace("-->", "--&gt;")


def _agenda(item: AgendaItem, indent: str) -> Iterator[str]:
    who = f"{item.who.value.capitalize()}: " if item.who else ""
    read_who, rest = take_who(item.text)
    minutes = take_minutes(rest)
    says_it = read_who is None and minutes == (item.minutes, item.text)
    yield f"{indent}* {who}{item.text}{'' if says_it or not item.minutes else f' ({_minutes(item.minutes)})'}".rstrip()
    for each in item.items:
        yield from _agenda(each, indent + _INDENT)


def _minutes(minutes: Minutes) -> str:
    return f"{minutes.low}–{minutes.high} mins" if minutes.low != minutes.high else f"{minutes.low} mins"


# -- the other parts of a document


def _front_matter(plan: Plan) -> str:
    settings = [f"{name}: {_quoted(value)}" for name, value in plan.settings]
    if plan.subtitle or _seems_to_have_a_subtitle(plan):
        settings.append(f"subtitle: {_quoted(plan.subtitle)}".rstrip())
    return "\n".join(["---", *settings, "---"]) if settings else ""


def _seems_to_have_a_subtitle(plan: Plan) -> bool:
    """Say whether the heading of a section would stand right under the title, where a subtitle stands."""
    is_between = plan.stages or plan.before or plan.before_title or plan.months or plan.after or plan.after_title
    first = plan.prose[0] if plan.prose else None
    return bool(plan.title and not is_between and first and first.level == 2)


def _quoted(value: str) -> str:
    return f'"{value}"' if value != value.strip() or (len(value) > 1 and value[0] == value[-1] and value[0] in "\"'") else value


def _stage(stage: Stage) -> Iterator[str]:
    months = f"{stage.first_month}" + (f"-{stage.last_month}" if stage.last_month not in (None, stage.first_month) else "")
    question = f": {stage.question}" if stage.question else ""
    yield f"* **{escape(stage.title)} (Month {months})**{question}"
    for topic in stage.topics:
        yield from _agenda(topic, _INDENT)


def _step(step: Step, plan: Plan) -> Iterator[str]:
    if step.session:
        yield from write_entry(step.session, zone=plan.zone, bullet=f"{step.number}. ")
        return
    yield f"{step.number}. {step.text}"
    for item in step.items:
        yield from _agenda(item, _INDENT)


def _month(month: Month, plan: Plan) -> Iterator[str]:
    for week in month.weeks:
        if not week.sessions:
            yield f"- {week.label}:"
        for session in week.sessions:
            yield from write_entry(session, zone=plan.zone, label=f"{week.label}: ")
    for session in month.sessions:
        yield from write_entry(session, zone=plan.zone)


def _table(table: Table) -> Iterator[str]:
    yield _row(table.header)
    yield "|" + " --- |" * max(len(table.header), 1)
    for row in table.rows:
        yield _row(row.cells)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |" if cells else "| |"
