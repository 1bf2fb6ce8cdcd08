"""Names as call tools show them: what is a name, what a suffix, what a telephone or a device, what a room.

Sources: issue 5, item 2; the forms are those that parsers of such files meet ("iPhone (Brian Smith)", "Last, First",
"(Unverified)", the S and W before names in Open Seeds calls, who would rather speak or write).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.core.attendance.model import Sort
from hub.core.names import plain

LONGEST = 200  # letters of a name that are looked at

# what call tools and people put in brackets after a name; only the first says that somebody is a guest
_IS_GUEST = frozenset(
    [
        *("guest", "unverified", "external", "anonymous"),
        *("gast", "extern", "externe", "externer", "anonym", "nicht überprüft", "nicht verifiziert"),
        *("invité", "invitée", "non vérifié", "anonyme"),
        *("invitado", "invitada", "externo", "externa", "no comprobado", "sin verificar", "anónimo"),
        *("convidado", "convidada", "não verificado", "anônimo"),
        *("vieras", "vahvistamaton", "ulkoinen"),
    ]
)
_ROLE = frozenset(
    [
        *("host", "co-host", "cohost", "me", "host, me", "co-host, me", "organizer", "organiser", "presenter"),
        *("ich", "moi", "yo", "eu", "minä"),
    ]
)
_PRONOUN = (
    r"(?:she|hers|her|he|him|his|they|theirs|them|ze|zir|hir|xem|xe|ey|em|its|it|any|all|ella|elles|elle|él|il|lui|sie|er|hän)"
)
_PRONOUNS = re.compile(rf"^{_PRONOUN}(?:\s*[/,|]\s*{_PRONOUN})*(?:\s+pronouns)?$", re.I)
_BRACKETS = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]?\s*")
_DEVICE = (
    r"(?:i-?phone|i-?pad|android|galaxy|samsung|pixel|oneplus|huawei|xiaomi|redmi|mac-?book|imac|laptop|desktop|computer|tablet"
    r"|mobile|phone|handy|téléphone|chromebook|surface|zoom user|user|guest|pc|web)"
)
_STARTS_AS_DEVICE = re.compile(rf"^(?:{_DEVICE})(?![a-z])", re.I)
_MODELS = frozenset(["pro", "air", "max", "mini", "plus", "ultra", "user", "note", "tab"])
_OF_DEVICE = re.compile(rf"^(.+?)(?:['’`]s?|s')\s+{_DEVICE}\b.*$", re.I)
_MARK = re.compile(r"^(?:\d{1,2}\s*[.)_:-]\s*|[SW](?:/[SW])?\s*[-_:)|]\s*|\[[SW]\]\s*)(?=\w)")
_SPEAKS = re.compile(r"^(?:[SW]|S/W|W/S)\s+(?=\w+[\s-]+\w)")
_PHONE = re.compile(r"^(?:tel:)?\+?[\s\d().*xX/•-]{6,}$")
_CALLER = re.compile(
    r"^(?:call[\s-]?in|dial[\s-]?in|phone|anonymous|unknown|pstn|audio)[\s_-]*(?:user|caller|participant|number)(?![a-z])|^(?:caller|phone)[\s_#-]*\d*$",
    re.I,
)
_ROOM = re.compile(
    r"\b(?:(?:zoom|teams|meeting|conference|board|seminar|lecture|training|class|breakout|meet)[\s-]?rooms?|auditorium|huddle"
    r"|lecture theatre|mtr|besprechungsraum|sitzungszimmer|konferenzraum|salle de réunion|salle de conférence"
    r"|sala de (?:reunión|reuniones|reunião|reuniões|juntas|conferencias)|kokoushuone|neuvotteluhuone)\b"
    r"|^(?:room|raum|salle|sala|huone)\s+\S*\d|^.+\sroom(?:\s+\S*\d\S*)?$",
    re.I,
)
_CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d|d\.?\s?phil|m\.?d|m\.?sc|b\.?sc|m\.?a|b\.?a|mba|frs|obe|mbe|cbe|jr|sr|ii|iii|esq|pmp|cpa|rn)\.?$", re.I
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name without what a tool or a person added to it. `also` are other names it carried, as in brackets."""

    name: str
    also: tuple[str, ...] = ()
    sort: Sort = Sort.PERSON
    is_guest: bool = False


def read_name(shown: str) -> Named:
    """Read a name as a call tool shows it. Where nothing of it is a name, it stays as it is shown."""
    whole = " ".join(shown.split())[:LONGEST].strip()
    if _is_phone(whole):
        return Named(whole, sort=Sort.PHONE)
    inside: list[str] = []
    is_guest = False
    for piece in _BRACKETS.findall(whole):
        words = piece.strip()
        if words.casefold() in _IS_GUEST:
            is_guest = True
        elif words and words.casefold() not in _ROLE and not _PRONOUNS.match(words):
            inside.append(words)
    bare = " ".join(_BRACKETS.sub(" ", whole).split())
    name = _tidy(bare)
    if _is_phone(name):
        spoken = [each for each in map(_tidy, inside) if not _is_phone(each) and plain(each)]
        return Named(spoken[0], tuple(spoken[1:])) if spoken else Named(whole, sort=Sort.PHONE)
    of_device = _OF_DEVICE.match(name)
    if of_device:
        name = _tidy(of_device[1])
    also = [each for each in map(_tidy, inside) if each and not _is_phone(each)]
    if also and (not plain(name) or _is_device(name)):
        name, *also = also
    name = name or whole
    sort = Sort.ROOM if _ROOM.search(name) else Sort.PERSON
    if sort is Sort.PERSON and _is_device(name) and _is_model(name):
        sort = Sort.PHONE
    others = tuple(dict.fromkeys(each for each in also if len(plain(each)) > 1 and plain(each) != plain(name)))
    return Named(name, others, sort, is_guest)


def folded_key(named: Named) -> str:
    """Give what two names are the same by: whatever their case, marks and order of "Last, First"."""
    if named.sort is Sort.PHONE:
        return f"phone:{re.sub('[^0-9*+]', '', named.name) if _PHONE.match(named.name) else plain(named.name)}"
    words = plain(named.name) or " ".join(named.name.casefold().split())
    return f"room:{words}" if named.sort is Sort.ROOM else f"name:{words}"


class Folded(dict[str, str]):
    """Words as `plain` gives them, each looked up once; it lives as long as one call, because it holds names."""

    def __missing__(self, words: str) -> str:
        """Fold what was not asked for before."""
        self[words] = found = plain(words)
        return found


def _tidy(name: str) -> str:
    """Take off numbers and marks people put before their names, and turn "Last, First" around."""
    words = _MARK.sub("", name.strip(), count=1)
    words = _SPEAKS.sub("", words, count=1).strip()
    last, comma, first = words.partition(",")
    last, first = last.strip(), first.strip()
    if comma and "," not in first and last and first:
        words = last if _CREDENTIAL.match(first) else f"{first} {last}"
    elif comma:
        pieces = [each.strip() for each in words.split(",")]
        kept = [each for each in pieces if each and not _CREDENTIAL.match(each)]
        words = f"{kept[1]} {kept[0]}" if len(kept) == 2 and len(pieces) > 2 and pieces[0] and pieces[1] else " ".join(kept)
    return words.strip(" ,;")


def _is_device(words: str) -> bool:
    return bool(_STARTS_AS_DEVICE.match(words)) and len(words.split()) <= 4


def _is_model(words: str) -> bool:
    """Say whether a name that begins with a device says nothing else: "iPhone", "Galaxy S21"; but "iPhone de Ana" does."""
    rest = _STARTS_AS_DEVICE.sub("", words, count=1).casefold()
    return all(each in _MODELS or any(char.isdigit() for char in each) for each in re.split(r"[\s_-]+", rest) if each)


def _is_phone(words: str) -> bool:
    return bool(_CALLER.match(words)) or (bool(_PHONE.match(words)) and sum(char.isdigit() for char in words) >= 3)
