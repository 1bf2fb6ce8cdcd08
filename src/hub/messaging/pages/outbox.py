"""The outbox: what waits to be looked at, what waits for its time, what went, and what did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import Refusal
from hub.core.outbox import NobodyChosen, Outgoing
from hub.core.shown import write_shown
from hub.messaging import commands, outside, queries
from hub.messaging.commands import people as said
from hub.messaging.commands.outbox import FAILED, GO_AGAIN
from hub.messaging.deciding import who_gets
from hub.messaging.models import Message
from hub.messaging.pages.place import ON_A_PAGE, number, numbers, status_of
from hub.messaging.previews import Preview, lines_of, previews_of
from hub.messaging.queries import Batch
from hub.messaging.showing import as_shown, batches_shown
from hub.people import queries as people
from hub.people.access import team_page
from hub.people.places import programme_or_404, whoever
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Heap:
    """Messages that are listed together: the word in the address, what people read, and the states."""

    name: str
    label: str
    states: tuple[Outgoing, ...]
    empty: str
    is_always_shown: bool = False
    may_go_again: bool = False


SOON = timedelta(days=14)  # what is due later is folded away
O = Outgoing  # noqa: E741  the table below reads better
HEAPS = (
    Heap("look", "To look at", (O.PREPARED,), "", is_always_shown=True),
    Heap("waiting", "Waiting", (O.WAITING, O.SENDING), "Nothing waits for its time.", is_always_shown=True),
    Heap("digest", "In digests", (O.GATHERED,), "Nothing waits for a daily or weekly mail."),
    Heap("sent", "Sent", (O.SENT,), "Nothing was sent yet.", is_always_shown=True),
    Heap("perhaps", "Perhaps sent", (O.UNCERTAIN,), "No message is in doubt."),
    Heap("failed", "Did not arrive", FAILED, "Everything arrived, as far as we know.", may_go_again=True),
    Heap("missed", "Too late", (O.MISSED,), "Nothing was too late.", may_go_again=True),
    Heap("held", "Held", (O.HELD,), "Nothing is held."),
    Heap("discarded", "Thrown away", (O.DISCARDED,), "Nothing was thrown away."),
    Heap("unneeded", "Not needed", (O.WITHDRAWN, O.UNWANTED), "Nothing was taken back by the facts, or not wanted."),
)
_BY_NAME = {heap.name: heap for heap in HEAPS}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A heap in the row of heaps: how many there are, and whether it is the one shown."""

    heap: Heap
    count: int
    is_here: bool
    query: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch to be looked at, with what one of its messages says, and what of it would go to whom."""

    batch: Batch
    like: Preview | None
    marks: Mapping[str, str]

    @property
    def goes(self) -> int:
        """How many would get it."""
        return len(self.marks)

    @property
    def shown(self) -> str:
        """What the page says it shows."""
        return write_shown(self.marks)

    @property
    def rest(self) -> int:
        """How many would not get it."""
        return self.batch.count - self.goes


@team_page
@require_safe
def outbox(request: HttpRequest, programme: str) -> HttpResponse:
    """List the messages of a programme; `?show=` names a heap, `?q=` finds words, `?person=` keeps to one person."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    heap = _BY_NAME.get(request.GET.get("show", ""), HEAPS[0])
    words = request.GET.get("q", "").strip()[:80]
    key = number(request.GET.get("person", ""))
    who = people.person_of_programme(place, by, key, at=at) if key is not None else None
    is_filtered = bool(words or who)
    filters = {name: value for name, value in (("q", words), ("person", str(who.pk) if who else "")) if value}
    counts = queries.counts(place)
    context: dict[str, object] = {
        "programme": place,
        "heap": heap,
        "shelves": _shelves(counts, heap, filters),
        "words": words,
        "who": who,
        "is_filtered": is_filtered,
        "is_set_up": outside.is_mail_set_up(),
        "trouble": queries.trouble_of(place),
        "failing": [hook for hook in queries.hooks_of(place) if hook.is_on and hook.failed_at],
        "at": at,
    }
    if heap.name == "look" and not is_filtered:
        context |= _to_look_at(place, counts, at)
    else:
        found = queries.found_messages(place, heap.states, words=words, person=who.pk if who else None)
        page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": lines_of(list(page.object_list), at=at)}
    return render(request, "messaging/outbox.html", context)


def _shelves(counts: dict[Outgoing, int], here: Heap, filters: dict[str, str]) -> list[Shelf]:
    shelves = []
    for heap in HEAPS:
        count = sum(counts[state] for state in heap.states)
        if count or heap.is_always_shown or heap is here:
            shelves.append(Shelf(heap, count, heap is here, urlencode({"show": heap.name, **filters})))
    return shelves


def _to_look_at(place: Programme, counts: dict[Outgoing, int], at: datetime) -> dict[str, object]:
    """Give what waits for somebody's word: batches, letters half written, what is in doubt, what did not arrive."""
    found = queries.batches(place)
    samples = {
        each.message.pk: each for each in lines_of(list(queries.messages_among(place, [b.sample for b in found])), at=at)
    }
    marks = batches_shown(place, at=at) if found else {}
    ready = [Ready(each, samples.get(each.sample), marks.get((each.rule, each.subject), {})) for each in found]
    letters = [each for each in queries.mailings_of(place) if each.released_at is None]
    doubtful = list(queries.messages_of(place, [Outgoing.UNCERTAIN])[:ON_A_PAGE]) if counts[Outgoing.UNCERTAIN] else []
    return {
        "batches": [each for each in ready if each.batch.send_at <= at + SOON],
        "later": [each for each in ready if each.batch.send_at > at + SOON],
        "letters": letters,
        "doubtful": lines_of(doubtful, at=at),
        "failed_count": sum(counts[state] for state in FAILED),
        "is_empty": not (found or letters or doubtful or sum(counts[state] for state in FAILED)),
        "has_rules": bool(found) or queries.rules_of(place).exists(),
    }


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, programme: str, rule: int) -> HttpResponse:
    """Show the very messages of a rule about one thing (`?about=`), and send them all or throw them away."""
    place = programme_or_404(programme)
    about = request.GET.get("about", "")[:160]
    by, at = whoever(request), timezone.now()
    refusal: Refusal | None = None
    if request.method == "POST":
        do = request.POST.get("do")
        # Sent are those who would get it, thrown away are all.
        count = number(request.POST.get("all" if do == "discard" else "count", "")) or 0
        seen = request.POST.get("shown", "")
        try:
            if do == "discard":
                gone = commands.discard_batch(place, rule=rule, subject=about, count=count, seen=seen, by=by, at=at)
                messages.success(request, f"Thrown away: {gone} message{'s' * (gone != 1)}. They are not made again.")
            elif do == "send":
                sent = commands.release_batch(place, rule=rule, subject=about, count=count, seen=seen, by=by, at=at)
                messages.success(request, f"On its way to {said(sent)}.")
        except Refusal as no:
            refusal = no
        else:
            return redirect("desk-messages", programme)
    found = queries.messages_of_batch(place, rule, about)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = previews_of(list(page.object_list), at=at)
    prepared = found.filter(state=Outgoing.PREPARED.value)
    ready, goes = list(prepared), who_gets(prepared, at=at)
    made_by = queries.rule_of(place, rule)
    context = {
        "programme": place,
        "rule": made_by,
        "about": about,
        "page": page,
        "rows": rows,
        "ready": len(ready),
        "count": len(goes),
        "rest": len(ready) - len(goes),
        "shown": as_shown(ready, goes=goes, at=at),
        "send_at": rows[0].message.send_at if rows else None,
        "refusal": refusal,
        "here": request.get_full_path(),
    }
    return render(request, "messaging/batch.html", context, status=status_of(refusal) if refusal else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, programme: str) -> HttpResponse:
    """Show which of the ticked messages did not arrive or were too late, then send those; nobody ticked is nobody."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    ticked = numbers((request.POST if request.method == "POST" else request.GET).getlist("which"))[:500]
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            count = number(request.POST.get("count", ""))
            seen = request.POST.get("shown", "")
            sent = commands.send_failed_again(place, ticked, count=count, seen=seen, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, f"Sent again to {said(sent)}.")
            return redirect("desk-messages", programme)
    failed: list[Message] = list(queries.messages_among(place, ticked).filter(state__in=[s.value for s in GO_AGAIN]))
    if not failed and refusal is None:
        words = (
            "Nobody is ticked, so nothing is sent again." if not ticked else "None of these messages failed or was too late."
        )
        refusal = NobodyChosen(words)
    heap = "missed" if failed and all(each.state == Outgoing.MISSED for each in failed) else "failed"
    context = {
        "programme": place,
        "rows": lines_of(failed, at=at),
        "shown": as_shown(failed, at=at),
        "refusal": refusal,
        "heap": _BY_NAME[heap],
    }
    status = status_of(refusal) if refusal and request.method == "POST" else 200
    return render(request, "messaging/again.html", context, status=status)
