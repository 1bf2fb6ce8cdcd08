"""What a programme states to everybody: how it treats what it knows of people, and how accessible its pages are.

Until a team writes its own words, these stand: they say what the Hub does, filled with what is set and who answers.
Sources: GDPR Art. 13; the European Commission's model accessibility statement, Decision (EU) 2018/1523.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 30_000  # letters


class StatementKind(StrEnum):
    """What a statement is about; its value stands in its address."""

    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"

    @property
    def label(self) -> str:
        """What people read: "Privacy notice"."""
        return {"privacy": "Privacy notice", "accessibility": "Accessibility statement"}[self]

    @property
    def short(self) -> str:
        """What a footer says: "Privacy"."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFacts:
    """What the Hub does, as the words need it.

    `kept` are pairs of what is kept for a time and for how long; `stays` sentences on what an erasure leaves; `cookies` pairs
    of a cookie's name and what it is for, until when. `contact_email` may be empty.
    """

    programme: str
    contact_email: str
    base_url: str
    held: Sequence[str]
    kept: Sequence[tuple[str, str]]
    stays: Sequence[str]
    erasure_days: int
    cookies: Sequence[tuple[str, str]]


def words_of(kind: StatementKind, facts: HubFacts) -> str:
    """Give the Hub's own words of a statement, as Markdown."""
    return privacy_notice(facts) if kind is StatementKind.PRIVACY else accessibility_statement(facts)


def privacy_notice(facts: HubFacts) -> str:
    """Say what is held about people, who reads it, for how long, and what they can do about it; Markdown."""
    name, days = plain_line(facts.programme), facts.erasure_days
    soon = f"{days} {'day' if days == 1 else 'days'} later" if days else "at once"
    return f"""This notice is about {name}, a programme that runs on the Practitioners Hub. Its team decides what is \
done with what \
is known here of people. \
{_contact(facts, "Questions, and anything you want put right, go to the team")}

## If you only read these pages

The Hub keeps nothing of you. There are no trackers, no statistics about visitors, and nothing is loaded from anywhere \
else. Your \
browser keeps what you choose here (light or dark, whose time is shown), and sends it to nobody.

## What is held about who takes part

{_bullets(facts.held)}

You say most of it yourself, under *You*; some of it the team was told. The Hub uses it to run the programme, passes it \
on to nobody, \
and lets no program decide anything about you.

## Who reads it

- **Everybody**, on public pages: your name and what you say of yourself, and only while you agree to it. Not asked \
counts as no.
- **Who takes part in the same cohort**: your name.
- **The team**: what you need to take part, what you agreed to, what you are and were here, and the address mail goes to. \
Nobody else reads what you need.
- **You alone**: how you sign in. Keys and codes are read by no person at all.
- **Whoever runs this server** keeps it going and can reach its database; mail goes through their mail server.

Signed in, you see it person by person, as it is now, under *Who sees what*.

## For how long

As long as you take part. After that these go by themselves:

{_bullets(f"{what}: {how_long}" for what, how_long in facts.kept)}

## What you can do

- **Read and take along** all of it, as a file, under *What is held about you*.
- **Change it** under *You*, or ask the team.
- **Take an agreement back** under *What you agreed to*. It takes effect at once.
- **Be forgotten**: ask for it under *What is held about you*. Your name leaves every public page at once, and the rest \
goes {soon}.
- **Complain** to the data-protection authority of your country, if you think this is not right.

What stays when you are forgotten, and tells nobody who you were:

{_bullets(facts.stays)}

## Cookies

Only these, all needed for the pages to work, none read by anybody else:

{_bullets(f"`{cookie}`: {use}" for cookie, use in facts.cookies)}
"""


def accessibility_statement(facts: HubFacts) -> str:
    """Say what accessibility is aimed at, what is done for it, and where a barrier is reported; Markdown."""
    name = plain_line(facts.programme)
    return f"""The pages of {name} at {facts.base_url} are for everybody. We want you to be able to read them and use them \
whatever device, browser or assistive technology you have.

## What we aim for

The [Web Content Accessibility Guidelines 2.2](https://www.w3.org/TR/WCAG22/), level AA.

## What that means here

- Everything works with the keyboard alone, and without scripts; only passkeys need them.
- Text can be made twice as large, and pages fit the screen of a phone, without anything being lost.
- Colours keep their contrast by day and by night, and colour never says something alone.
- Headings, landmarks, labels and messages are named for screen readers.
- Pictures of dates have a list with the same facts beside them; times are said with the place whose clock it is.
- Nothing moves where your device asks for less motion, and what you typed is not lost when your sign-in ends.

## How it is checked

Pages are checked by a program for every version of the Hub, in a real browser, with the rules of axe for WCAG 2.0 to \
2.2, A and AA. A \
program finds only some of what can be wrong; people find the rest, and we are glad of every word.

## What may not be accessible

Slides, recordings and documents that people of the programme made, and sites we link to, may not meet these \
guidelines. Ask, and we \
will find another way for you.

## If something is in your way

{_contact(facts, "Tell the team")} Say which page it was and what you wanted to do. If you need something to take part \
(captions, \
a seat near the front, papers in large print), say so under *You*, once you are signed in; only the team reads it.
"""


def plain_line(text: str) -> str:
    """Give a line in which Markdown finds no marks: a name is a name."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|!~&" else letter for letter in " ".join(text.split()))


def _contact(facts: HubFacts, sentence: str) -> str:
    if not facts.contact_email:
        return f"{sentence}; who that is stands on the programme’s home page."
    return f"{sentence}: <{facts.contact_email}>."


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
