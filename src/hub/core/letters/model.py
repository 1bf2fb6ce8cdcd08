"""What a letter is made of: words, variables, and parts that depend on one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_IF = re.compile(rf"#\s*if\s+({_NAME.pattern})")
_END = re.compile(r"/\s*if")


@dataclass(frozen=True, slots=True)
class Variable:
    """Something a letter can say: what it is, an example, and its kind.

    A "text" is one line; a "url" an address of the web; "lines" are several, shown as a list where they stand alone.
    """

    label: str
    example: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a letter, and on which line of its body; line 0 is the subject."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Words:
    """Markdown as it was written, from a line on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Use:
    """A variable."""

    name: str
    line: int


@dataclass(slots=True)
class Part:
    """What is left out where the variable `name` is empty; at the top `name` is empty and all of it holds."""

    name: str = ""
    line: int = 1
    pieces: list[Words | Use | Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """A text as a tree, with what could not be understood."""

    root: Part
    problems: tuple[Problem, ...]


def read(text: str, *, first_line: int = 1) -> Read:
    """Read a letter's text. What can't be understood is a problem and stays out of the tree. Never raises."""
    root = Part()
    stack, problems, line, at = [root], [], first_line, 0
    for found in _MARK.finditer(text):
        before = text[at : found.start()]
        problems += _stray(before, line)
        _add(stack[-1], before, line)
        line += before.count("\n")
        inner = found.group(1).strip()
        if opened := _IF.fullmatch(inner):
            part = Part(opened.group(1), line)
            stack[-1].pieces.append(part)
            stack.append(part)
        elif _END.fullmatch(inner):
            if len(stack) == 1:
                problems.append(Problem(line, "{{/ if }} ends a part that was never begun. Take it out."))
            else:
                stack.pop()
        elif _NAME.fullmatch(inner):
            stack[-1].pieces.append(Use(inner, line))
        else:
            problems.append(
                Problem(
                    line, f"“{{{{ {_short(inner)} }}}}” is not a variable. Write its name alone, such as {{{{ you.name }}}}."
                )
            )
        line += found.group(0).count("\n")
        at = found.end()
    rest = text[at:]
    problems += _stray(rest, line)
    _add(stack[-1], rest, line)
    problems += [
        Problem(part.line, f"The part that begins with {{{{# if {part.name} }}}} never ends. Write {{{{/ if }}}} after it.")
        for part in stack[1:]
    ]
    return Read(root, tuple(problems))


_GREETING = re.compile(r"\s*[^\n{}]{0,40}\{\{\s*you\.(?:first_)?name\s*\}\}[ \t]*[,.!:]?[ \t]*\n[ \t]*\n\s*")


def without_greeting(body: str) -> str:
    """Give a letter without a first paragraph that only greets its reader by name, for where several read it.

    What follows a comma begins a sentence then.
    """
    greeting = _GREETING.match(body)
    rest = body[greeting.end() :] if greeting else ""
    return rest[:1].upper() + rest[1:] if rest else body


def uses(part: Part) -> Iterator[tuple[str, int]]:
    """Yield every variable a part names, conditions included, with its line."""
    for piece in part.pieces:
        if isinstance(piece, Use):
            yield piece.name, piece.line
        elif isinstance(piece, Part):
            yield piece.name, piece.line
            yield from uses(piece)


def conditions(part: Part) -> Iterator[str]:
    """Yield the variables that decide whether something is said."""
    for piece in part.pieces:
        if isinstance(piece, Part):
            yield piece.name
            yield from conditions(piece)


def _add(part: Part, text: str, line: int) -> None:
    if text:
        part.pieces.append(Words(text, line))


def _stray(text: str, line: int) -> list[Problem]:
    if "{{" in text:
        return [
            Problem(
                line + text[: text.index("{{")].count("\n"),
                "A variable begins with {{ and never ends. Write }} after its name.",
            )
        ]
    if "}}" in text:
        return [
            Problem(line + text[: text.index("}}")].count("\n"), "There is a }} that ends nothing. Write {{ before the name.")
        ]
    return []


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else f"{flat[:39]}…"
