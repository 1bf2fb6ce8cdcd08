"""What I hear: how often of what, for each programme I have a part in, and what I was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.choices import Topic
from hub.core.errors import Refusal
from hub.core.outbox import Outgoing
from hub.messaging import commands, queries
from hub.messaging.forms import ChoicesForm, refuse
from hub.messaging.models import Message
from hub.messaging.previews import Preview, lines_of, previews_of
from hub.people import queries as people
from hub.people.access import member_page
from hub.people.models import RoleKind
from hub.people.places import whoever
from hub.programmes.models import Programme

_ON_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Hears:
    """A programme and how often somebody hears of what."""

    programme: Programme
    form: ChoicesForm


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_messages(request: HttpRequest) -> HttpResponse:
    """Show what somebody hears and was sent; POST keeps what they chose for one programme."""
    person, at = whoever(request), timezone.now()
    roles = list(people.roles_at(person, at=at).select_related("programme").order_by("programme__name", "pk"))
    theirs = {role.programme.slug: role.programme for role in roles}
    runs = {role.programme.slug for role in roles if role.kind == RoleKind.TEAM and role.cohort_id is None}
    chosen = queries.choices_of(person, list(theirs.values()))
    wanted = request.POST.get("programme", "") if request.method == "POST" else ""
    if request.method == "POST" and wanted not in theirs:
        raise Http404
    rows = []
    for slug, programme in theirs.items():
        topics = [topic for topic in Topic if not topic.is_duty and (topic is not Topic.DESK or slug in runs)]
        form = ChoicesForm(
            request.POST if slug == wanted else None,
            topics=topics,
            chosen=chosen[programme.pk],
            auto_id=f"id_{slug}_%s",
            prefix=slug,
        )
        if slug == wanted and form.is_valid():
            try:
                for topic, cadence in form.changes(chosen[programme.pk]).items():
                    commands.choose(person, programme, topic, cadence, by=person, at=at)
            except Refusal as no:
                refuse(form, no)
            else:
                messages.success(request, f"Kept, for {programme.name}. It holds from the next message on.")
                return redirect("my-messages")
        rows.append(Hears(programme, form))
    page = Paginator(queries.heard_by(person), _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "hears": rows,
        "duty": Topic.DUTY,
        "page": page,
        "rows": lines_of_several(list(page.object_list), at=at),
        "zone": person.clock,
    }
    is_wrong = any(row.form.errors for row in rows)
    return render(request, "messaging/my_messages.html", context, status=422 if is_wrong else 200)


def lines_of_several(found: list[Message], *, at: datetime) -> list[Preview]:
    """Write messages of several programmes, in their order."""
    by_programme: dict[int, list[Message]] = {}
    for message in found:
        by_programme.setdefault(message.programme_id, []).append(message)
    written = {each.message.pk: each for some in by_programme.values() for each in lines_of(some, at=at)}
    return [written[message.pk] for message in found]


@member_page
@require_safe
def my_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of somebody's own messages, as text."""
    person, at = whoever(request), timezone.now()
    found = queries.heard_by(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "preview": previews_of([found], at=at)[0],
        "message": found,
        "is_waiting": found.state == Outgoing.GATHERED,
        "topic": Topic(found.topic),
        "zone": person.clock,
    }
    return render(request, "messaging/my_message.html", context)
