"""Ready-made forms to begin from, as data: each a TOML file beside this one, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from hub.core.forms import Content, load


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A form to begin from: what it is for in a sentence, and what it sets besides its questions.

    `keys` gives the keys of the questions that have a name in the file ("goal"), for rooms that read what they say.
    """

    name: str
    says: str
    icon: str
    content: Content
    is_anonymous: bool
    kept_days: int
    keys: Mapping[str, str]


@lru_cache(maxsize=1)
def ready_made() -> dict[str, ReadyMade]:
    """Give the ready-made forms by name, in the order in which they are offered."""
    found = []
    for path in files(__package__).iterdir():
        if path.name.endswith(".toml"):
            found.append(_read(path.name.removesuffix(".toml"), tomllib.loads(path.read_text(encoding="utf-8"))))
    return {each.name: each for _, each in sorted(found, key=lambda pair: pair[0])}


def _read(name: str, facts: dict[str, Any]) -> tuple[int, ReadyMade]:
    """Read one file: questions get keys in their order; conditions and options are named by words a person can write."""
    number = 0
    named: dict[str, str] = {}
    sections = []
    for section in facts.get("sections", ()):
        number += 1
        questions = []
        key = f"s{number}"
        for each in section.get("questions", ()):
            number += 1
            question = {name: value for name, value in each.items() if name not in ("name", "options", "rows", "only_if")}
            question["key"] = f"q{number}"
            named[each.get("name", question["key"])] = question["key"]
            for names, letter in (("options", "o"), ("rows", "r")):
                question[names] = [{"key": f"{letter}{at}", "label": label} for at, label in enumerate(each.get(names, ()), 1)]
            for day in ("first_on", "last_on"):
                if isinstance(question.get(day), date):
                    question[day] = question[day].isoformat()
            if condition := each.get("only_if"):
                question["only_if"] = condition | {"question": named[condition["question"]]}
            questions.append(question)
        sections.append(
            {"key": key, "title": section.get("title", ""), "intro": section.get("intro", ""), "questions": questions}
        )
    words = {name: facts[name] for name in ("title", "intro", "purpose", "readers") if name in facts}
    content = load(words | {"sections": sections, "next_key": number + 1})
    made = ReadyMade(
        name,
        facts["says"],
        facts.get("icon", "file-text"),
        content,
        facts.get("is_anonymous", False),
        facts.get("kept_days", 365),
        {name: key for name, key in named.items() if name != key},
    )
    return facts.get("place", 99), made
