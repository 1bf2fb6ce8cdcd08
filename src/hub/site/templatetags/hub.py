"""Template tags of the shell, loaded everywhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.utils import ErrorList
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hub.core import calendar
from hub.core.plan.model import Kind
from hub.core.week import say_near
from hub.kit import prose
from hub.people.access import person_of
from hub.site import icons, navigation

register = template.Library()


@register.simple_tag
def when(day: date | None, start: time | None = None, end: time | None = None, zone: str | None = None) -> str:
    """Say when something is, in the Hub's one way of writing a time."""
    return calendar.say(day, start, end, zone)


@register.simple_tag(takes_context=True)
def turned(context: Context, number: int, key: str, once: str) -> str:
    """Give the address of another page of a list, with all that was asked for but what is said `once`."""
    asked = context["request"].GET.copy()
    asked[key] = str(number)
    asked.pop(once, None)
    return f"?{asked.urlencode()}"


@register.filter
def moment(value: datetime, zone: str) -> str:
    """Say an aware moment in a zone."""
    return calendar.say_instant(value, zone)


@register.filter
def clock(value: datetime, zone: str) -> str:
    """Say only the time of an aware moment in a zone: "10:42"."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


@register.filter
def lately(value: datetime, zone: str) -> str:
    """Say an aware moment within a sentence: "at 10:42" of today in the zone, else "on" with its day."""
    return calendar.say_lately(value, zone, now=timezone.now())


@register.filter
def day(value: date) -> str:
    """Say a date: "Wed 5 July 2023"."""
    return calendar.say_date(value)


@register.filter
def near(value: date, today: date) -> str:
    """Say how far a day is from another: "yesterday", "in 3 days"."""
    return say_near(value, today=today)


@register.filter
def weekday_and_day(value: date) -> str:
    """Say a day where month and year are plain: "Wed 4 Sep"."""
    return f"{calendar.WEEKDAYS[value.weekday()][:3]} {value.day} {calendar.MONTHS[value.month - 1][:3]}"


@register.filter
def place(zone: str) -> str:
    """Name a zone by its place: "London"."""
    return calendar.place_of(zone)


@register.filter
def iso(value: datetime | date | None) -> str:
    """Write a moment (as UTC) or a date for a machine: the `datetime` of a <time>."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if value else ""


@register.filter
def markdown(text: str) -> SafeString:
    """Render Markdown as clean HTML blocks."""
    return prose.to_html(text)


@register.filter
def markdown_line(text: str) -> SafeString:
    """Render one line of Markdown as clean inline HTML."""
    return prose.to_inline_html(text)


@register.filter
def plain(text: str) -> str:
    """Give the words of a line of Markdown without its marks."""
    return prose.to_plain(text)


@register.filter
def bracketed(text: str) -> str:
    """Give what stands in the first brackets of a text: the condition beside "O" or "M" in a plan."""
    found = re.search(r"\(([^()]+)\)", text)
    return found[1] if found else ""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon. Without a label it is decoration: a word stands beside it."""
    told = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>', told, mark_safe(icons.drawing(name)))  # noqa: S308  our own files


@register.simple_tag
def avatar(name: str, photo: str = "", alt: str = "", size: str = "", shape: str = "", more: object = "") -> SafeString:
    """Draw somebody's photo, or a placeholder with their initials; `more` are further attributes, as a component has them.

    The component `avatar` draws by this. A table of many people uses it itself: a component costs more than the rest of a row.
    """
    size = format_html(' data-size="{}"', size) if size else ""
    shape = format_html(' data-shape="{}"', shape) if shape else ""
    if photo:
        drawn = '<img class="avatar"{}{} src="{}" alt="{}" width="480" height="480" loading="lazy" {}>'
        return format_html(drawn, size, shape, picture_url(photo), alt, str(more))
    bare = unescape(name) if isinstance(name, SafeString) else name  # a component is given what is escaped already
    drawn = '<span class="avatar" data-kind="{}"{}{} aria-hidden="true" {}>{}</span>'
    return format_html(drawn, hue(bare), size, shape, str(more), initials(bare))


@register.filter
def kind_label(kind: str) -> str:
    """Give the word people read for a kind of session."""
    return Kind(kind).label


@register.filter
def initials(name: str) -> str:
    """Give the one or two letters that stand for a name: "Polar Survey" is PS, "PULSE Infoframe" PI."""
    words = [word for word in re.findall(r"[^\W_]+", name) if word.lower() not in {"the", "of", "and", "for"}] or [name]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2].lower())) or "?"


@register.filter
def first_name(name: str) -> str:
    """Give the name one calls a person by: the first of their names."""
    return name.split(maxsplit=1)[0] if name.strip() else ""


@register.filter
def hue(name: str) -> str:
    """Give a name one of the kinds' hues, always the same one, for its placeholder."""
    return tuple(Kind)[sum(name.encode()) % len(Kind)].value


@register.filter
def browser(user_agent: str) -> str:
    """Name a browser and its system by what it says of itself: "Firefox on Windows"; unknown ones are "A browser"."""
    found = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{found} on {system}" if system else found


# The first mark that is there counts: browsers also name those they are like.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


@register.filter
def picture_url(stored: str) -> str:
    """Give the address of a stored picture: "photos/name.webp" is at "/pictures/photos/name.webp"."""
    return f"/pictures/{stored}"


@register.filter
def choice(field: BoundField) -> str:
    """Say how a field is laid out: "tick" (one box before its label), "choices" (a group) or "line"."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    return "tick" if isinstance(widget, CheckboxInput) else "line"


@register.filter
def fields_with_errors(form: Any) -> list[tuple[BoundField, ErrorList]]:
    """Give the fields of a form that have something wrong, in their order."""
    return [(field, field.errors) for field in form if field.errors]


@register.simple_tag(takes_context=True)
def rail(context: Context) -> navigation.Rail:
    """Give the places the person who asks may enter, for the desk's rail."""
    request = context["request"]
    return navigation.rail(person_of(request), at=timezone.now(), path=request.path)
