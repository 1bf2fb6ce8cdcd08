"""What a cell of a table of answers means: the choices it names, a number, a day or words, as if they had been typed.

Nothing is guessed: what a cell says and the form does not know, or knows more than one thing by, is refused.
Sources: issue 4, "Import of answers collected elsewhere"; Microsoft Forms' export to Excel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from hub.core.forms.answers import said
from hub.core.forms.days import read_days
from hub.core.forms.model import OTHER, Kind, Option, Question
from hub.core.names import plain

Meant = dict[str, Sequence[str]] | str  # what would be typed for a cell, or a sentence that says what is wrong with it


def meant(question: Question, part: str, text: str) -> Meant:
    """Give what would be typed for a cell, by the names of inputs, or a sentence that says what is wrong with it.

    `part` is the key of a row, where the column is one of a matrix.
    """
    key = question.key
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            pieces = [text.rstrip(";").strip()] if question.kind is Kind.ONE else _pieces(text, question.options)
            found = [(each, _called(each, question.options)) for each in pieces]
            if wrong := _in_doubt(found):
                return wrong
            unknown = [piece for piece, options in found if not options]
            chosen = [options[0].key for _, options in found if options]
            if unknown and question.has_other:
                other = "; ".join(re.sub(r"^Other:\s*", "", each) for each in unknown)
                return {key: [*chosen, OTHER], f"{key}.{OTHER}": [other]}
            return f"“{unknown[0][:60]}” is not among its choices." if unknown else {key: chosen}
        case Kind.MATRIX:
            columns = _called(text, question.columns)
            if wrong := _in_doubt([(text, columns)]):
                return wrong
            return {f"{key}.{part}": [columns[0].key]} if columns else f"“{text[:60]}” is not among its columns."
        case Kind.SCALE:
            number = re.match(r"(\d+)(?:[.,]0+)?(?![.,/]?\d)", text)  # "4 (good)" and "4.0", but neither "4.5" nor "4/10"
            return {key: [number[1] if number else text]}
        case Kind.DATE:
            return _day(key, text)
        case Kind.AVAILABILITY:
            slots = [Option(slot.key, said(question, [slot.key])) for slot in question.slots]
            times = [(each.strip(), _called(each.strip(), slots)) for each in text.split(";") if each.strip()]
            if wrong := _in_doubt(times):
                return wrong
            if missing := [piece for piece, options in times if not options]:
                return f"“{missing[0][:60]}” is not among its times."
            return {key: [options[0].key for _, options in times]}
        case _:
            return {key: [text]}


def _day(key: str, text: str) -> Meant:
    """Read a day as a spreadsheet writes it, maybe with a time behind it, or as people and our own export do."""
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return {key: [text[:10]]}
    days, wrong = read_days(" ".join(text.split()))
    return wrong[0] if wrong else {key: [each.isoformat() for each in days]}


def _pieces(text: str, options: Sequence[Option]) -> list[str]:
    """Split a cell at its semicolons, but not inside of a choice whose own words have some; the longest such choice first."""
    parts = text.split(";")
    for option in sorted((each for each in options if ";" in each.label), key=lambda each: -len(each.label)):
        count = option.label.count(";") + 1
        for at in range(len(parts) - count + 1):
            whole, end = ";".join(parts[at : at + count]), at + count
            if _loose(whole) == _loose(option.label):
                return [*_pieces(";".join(parts[:at]), options), whole.strip(), *_pieces(";".join(parts[end:]), options)]
    return [each.strip() for each in parts if each.strip()]


def _called(text: str, options: Sequence[Option]) -> list[Option]:
    """Give the options a text may mean: by its very words or key, else but for case and spaces, else but for punctuation.

    A sign that says something is never left out: “C++” is neither “C” nor “C#”, and “< 5” is not “> 5”.
    """
    for alike in (_exact, _loose, _bare):
        if found := [each for each in options if alike(each.label) == alike(text)]:
            return found
        if alike is _exact and (found := [each for each in options if each.key == text]):
            return found
    return []


def _exact(text: str) -> str:
    return text.strip()


def _loose(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _bare(text: str) -> tuple[str, str]:
    """Give words without marks and punctuation, and the signs that say something, in their order."""
    normal = unicodedata.normalize("NFKC", text)
    below_nought = "-" * len(re.findall(r"(?<!\w)[-\u2212\u2013]\s?(?=\d)", normal))
    signs = [each for each in normal if each in "#%&@*/\\" or unicodedata.category(each) in ("Sm", "Sc", "So")]
    return plain(text) or text, below_nought + "".join(signs).replace("\u2212", "")


def _in_doubt(found: Sequence[tuple[str, Sequence[Option]]]) -> str:
    """Say what a cell says that may mean more than one thing; "" where nothing does."""
    for piece, options in found:
        if len(options) > 1:
            either = " or ".join(f"“{each.label[:60]}”" for each in options[:3])
            return f"“{piece[:60]}” may be {either}. Write it as the form does."
    return ""
