"""What is wrong with a letter, said when it is saved and not when it goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from hub.core.letters.model import Problem, Variable, read, uses

_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
_GOOD_LINK = re.compile(r"(https?://|mailto:)\S+|\{\{.*", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\]\(")


def check(subject: str, body: str, known: Mapping[str, Variable]) -> list[Problem]:
    """Give what is wrong with a letter, in the order of its lines; line 0 is the subject. Nothing wrong: nothing.

    Every variable must be one of `known`; links lead to the web or to an address; a subject is one line.
    """
    head, text = read(subject, first_line=0), read(body)
    problems = [Problem(0, each.sentence) for each in head.problems] + list(text.problems)
    if "\n" in subject or "\r" in subject:
        problems.append(Problem(0, "A subject is one line."))
    for name, line in [*((name, 0) for name, _ in uses(head.root)), *uses(text.root)]:
        if name not in known:
            problems.append(Problem(line, _unknown(name, known)))
        elif line == 0 and known[name].kind == "lines":
            problems.append(Problem(0, f"{{{{ {name} }}}} is several lines, and a subject is one. Say it in the letter."))
    problems += _links(body)
    return sorted(problems, key=lambda each: each.line)


def _unknown(name: str, known: Mapping[str, Variable]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"There is no {{{{ {name} }}}}. Do you mean {{{{ {near[0]} }}}}?"
    return f"There is no {{{{ {name} }}}} in this letter. The list beside it has all there are."


def _links(body: str) -> list[Problem]:
    found = []
    for number, line in enumerate(body.split("\n"), 1):
        if _PICTURE.search(line):
            found.append(
                Problem(number, "A letter carries no pictures: many programs hide them. Link to the page that has it.")
            )
        for link in _LINK.finditer(line):
            if not _GOOD_LINK.fullmatch(link.group(1)):
                found.append(Problem(number, f"“{link.group(1)}” leads nowhere from a mail. Begin with https://."))
    return found
