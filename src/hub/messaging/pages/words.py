"""Variables and choices as pages list them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.core.letters import Variable


@dataclass(frozen=True, slots=True)
class Named:
    """A variable as it is listed beside a letter: how it is written, what it is, and an example."""

    name: str
    code: str
    label: str
    example: str
    is_link: bool


def named(variables: Mapping[str, Variable]) -> list[Named]:
    """List the variables of a letter, those of what it speaks of first."""
    own = ("you.", "programme.", "hub.")
    ordered = sorted(variables.items(), key=lambda item: item[0].startswith(own))
    return [
        Named(name, f"{{{{ {name} }}}}", each.label, each.example.replace("\n", "; "), each.kind == "url")
        for name, each in ordered
    ]
