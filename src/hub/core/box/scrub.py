"""Take out of a text what belongs to the cohort it was written for: dates, years, links, names, attendance, recordings.

What is left reads as a text for any year, or nothing is left. Names are those the cohort knows (who led, its people, its
partner organisations), and what the words around mark as one ("facilitated by …", "… (name@example.org)").
Source: issue 2, "no old date, name, link or recording carried along".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from hub.core.calendar import MONTHS, WEEKDAYS
from hub.core.plan.model import AgendaItem, LinkKind

_MONTH = r"(?:" + "|".join(MONTHS) + r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_DAY = r"(?:" + "|".join(WEEKDAYS) + r"|Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\b\.?,?\s+"
_BEFORE = r"(?:\b(?:on|by|from|until|till|since|before|after|for|in|of|during|early|late|the|and)\s+){0,6}"
_CAPITALISED = r"[A-Z][\w'’&.-]*"
_PHRASE = rf"{_CAPITALISED}(?:\s+(?:(?:of|for|and|the)\s+)?{_CAPITALISED})*"
_DONE = (
    r"facilitated|delivered|led|run|given|hosted|presented|chaired|taught|prepared|written|made|put\s+together|organised"
    r"|moderated|supported|recorded|introduced"
)

_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\s*\)|!?\[([^\[\]]*)\]\[[^\[\]]*\]")
_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
_ADDRESS = re.compile(
    rf"<?(?:https?://|www\.|mailto:)(?:[^\s<>()\]]|\([^\s<>()]*\))*>?|\bdoi:?\s*10\.\d+/[^\s)]+|\b10\.\d{{4,}}/[^\s)]+|{_MAIL}"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,8}(?:com|org|net|io|uk|eu|app|dev|edu|info|design)(?:/[^\s)]*)?(?!\w)",
    re.IGNORECASE,
)
_NAME_BEFORE_MAIL = re.compile(rf"\b(?:[A-Z][\w'’-]+\s+){{1,4}}\(\s*{_MAIL}\s*\)")
_NAME_ALONE = re.compile(r"\((?:[A-Z][a-z'’-]+\s+){1,2}[A-Z][a-z'’-]+\)")
_BY = re.compile(rf"\b(?:(?i:{_DONE})\s+)?\bby\s+(?:the\s+)?\**{_PHRASE}\**(?:,\s+[A-Z][\w ]*(?=[.,;)]|$))?")
_LED_BY = re.compile(r"[-–—,(]?\s{0,9}\b(?:led|facilitated|hosted)\s+by\b[^.,;()]*\)?", re.IGNORECASE)
_DATES = (
    re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,2}[/.]\d{1,2}[/.]\d{2,4}(?!\d)"),
    re.compile(rf"{_BEFORE}(?:{_DAY})?\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}\b)?"),
    re.compile(rf"{_BEFORE}(?:{_DAY})?\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"),
    re.compile(rf"{_BEFORE}(?:\b{_MONTH}\s+)?(?<!\d)(?:19|20)\d\d(?!\d)(?:[-/–]\d{{2,4}}(?!\d))?"),
    re.compile(rf"\b(?:in|since|until|from|by|during)\s+{_MONTH}(?!\w)"),
)
_TIMES = re.compile(r"\(?\b\d{1,2}:\d{2}(?:\s*[ap]m)?(?:\s*[-–—]\s*\d{1,2}:\d{2}(?:\s*[ap]m)?)?(?:\s+[A-Z][\w/]+)?\)?")
_CAME = re.compile(
    r"\(?\battended\s+by\s+\w+(?:\s+(?:people|persons|participants|experts|members))?\b\)?"
    r"|\(?\b\d+\s+(?:people\s+|participants\s+)?(?:attended|came|joined)\b\)?",
    re.IGNORECASE,
)
_RECORDED = re.compile(r"\(\s*record(?:ed|ings?)\s*\)", re.IGNORECASE)
_RECORDING = re.compile(r"\brecordings?\b", re.IGNORECASE)
_DANGLING = re.compile(
    r"(?:\s|^)(?:and/or|and|or|by|with|at|from|to|the|of|for|on|in|led|facilitated|delivered)\s*(?=[.,;:)]|$)", re.IGNORECASE
)
_NO_NAMES = frozenset({"team", "experts", "everyone", "all", "group", "facilitators", "coaches", "tbc", "you", "we"})


class Scrubber:
    """Takes stale words out of texts; knows the names of one cohort."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Keep the names that are names: with a capital letter, and no word for a role."""
        self.names = tuple(sorted(_names(names), key=len, reverse=True))
        known = "|".join(map(re.escape, self.names))
        self._known = (
            re.compile(
                rf"(?:\b(?:(?i:{_DONE})\s+)?(?:by|with|from|at|and|for|of|to)\s+)?(?:\b[Tt]he\s+)?(?<!\w)(?:{known})(?:['’]s?)?(?!\w)"
            )
            if known
            else None
        )

    def text(self, text: str, *, has_times: bool = False) -> str:
        """Give the text without what is stale; `has_times` takes out times of day too. Empty when nothing is left to say."""
        stripped = self._stripped(text)
        if has_times:
            stripped = _TIMES.sub(" ", stripped)
        if stripped == text:
            return text.strip()
        return _tidy(stripped, starts_high=text.lstrip("*_ ")[:1].isupper())

    def is_clean(self, text: str) -> bool:
        """Say whether nothing in the text is stale."""
        return self._stripped(text) == text

    def items(self, items: Iterable[AgendaItem], *, is_action: bool = False) -> tuple[AgendaItem, ...]:
        """Give the parts of an agenda without what is stale; a part of which nothing is left goes.

        In an agenda a part that is only a link is a paper of that year and goes; in a list of actions (`is_action`, the
        steps before and after a cohort) its words say what to do and stay. Minutes and who does a part stay.
        """
        kept: list[AgendaItem] = []
        for item in items:
            children = self.items(item.items, is_action=is_action)
            text = "" if not is_action and _is_paper(item) else self.text(item.text)
            if _is_label(text) and not children:
                continue
            kept.append(replace(item, text=text, led_by=None, links=(), items=children))
        return tuple(kept)

    def _stripped(self, text: str) -> str:
        text = _NAME_BEFORE_MAIL.sub(" ", _LINK.sub(lambda match: match.group(1) or match.group(2) or "", text))
        text = _ADDRESS.sub(" ", text)
        for pattern in (_CAME, _RECORDED, _NAME_ALONE):
            text = pattern.sub(" ", text)
        for pattern in _DATES:
            text = pattern.sub(" ", text)
        if self._known:
            text = self._known.sub(" ", text)
        return _LED_BY.sub(" ", _BY.sub(" ", text))


def _names(given: Iterable[str]) -> set[str]:
    names: set[str] = set()
    for text in given:
        whole = re.sub(r"^[Tt]he\s+", "", " ".join(text.split()))
        parts = re.split(r"\s*(?:,|&|/|\band\b)\s*", whole)
        names.update([whole], parts if all(len(part.split()) <= 2 for part in parts) else ())
    return {name for name in names if len(name) > 1 and name[0].isupper() and name.lower() not in _NO_NAMES}


def _is_paper(item: AgendaItem) -> bool:
    """Say whether a part is a link and little else: "Panel recording: [...](...)", "[Slides](...)"."""
    if not item.links:
        return bool(_RECORDING.search(item.text)) and item.text.rstrip().endswith(":")
    if any(link.kind is LinkKind.RECORDING for link in item.links):
        return True
    rest = _ADDRESS.sub("", _LINK.sub("", item.text)).strip(" *_/|,;.-–—")
    return not rest or rest.endswith(":")


def _is_label(text: str) -> bool:
    """Say whether a text announces something and says nothing: "Agenda:", "Panel recording", "**:**"."""
    words = re.sub(r"[*_`\s]+", " ", text).strip(" -–—.,;")
    return (
        not re.search(r"\w", words)
        or words.endswith(":")
        or words.lower() in {"agenda", "programme", "recording", "panel recording"}
    )


def _tidy(text: str, *, starts_high: bool) -> str:
    """Mend what a gap leaves behind: empty brackets, lonely stars, spaces, words that led to what has gone."""
    for _ in range(4):
        before = text
        text = re.sub(r"\(\s*[,;:–—-]*\s*\)|\[\s*\]|\*\*\s*\*\*|(?<!\w)__\s*__(?!\w)|<\s*>", " ", text)
        text = _DANGLING.sub(" ", text)
        text = re.sub(r"\s+", " ", text)
        text = re.sub(r"\s+([,.;:!?)])", r"\1", text)
        text = re.sub(r"([(])\s+", r"\1", text)
        text = re.sub(r"([,;:–—-])(?:\s*[,;:–—-])+(?=\s|$)", r"\1", text)
        text = re.sub(r"[,;:–—-]\s*([.)])", r"\1", text)
        text = re.sub(r"^[\s,.;:–—)-]+|[\s,;:–—(-]+$", "", text)
        if text == before:
            break
    for mark in ("**", "__", "`"):
        if text.count(mark) % 2:
            text = text.replace(mark, "")
    plain = text.replace("**", "")
    if plain.count("*") % 2 or len(re.findall(r"(?<!\w)_|_(?!\w)", plain)) % 2:
        text = re.sub(r"(?<!\*)\*(?!\*)|(?<!\w)_|_(?!\w)", "", text)
    if text.count("(") != text.count(")"):
        text = re.sub(r"[()]", "", text)
    text = re.sub(r"\*\*\s*(.*?)\s*\*\*", r"**\1**", text)
    text = re.sub(r"^([*_]+)\s+|\s+([*_]+)$", r"\1\2", text).strip()
    first = re.search(r"\w", text)
    if starts_high and first:
        text = text[: first.start()] + text[first.start()].upper() + text[first.start() + 1 :]
    return text
