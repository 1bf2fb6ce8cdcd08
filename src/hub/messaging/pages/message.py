"""One message: what it says to this very person, where it stands, and what can be decided about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import Refusal
from hub.core.outbox import MOVES, Outgoing
from hub.kit import journal
from hub.kit.fields import Differs, differing
from hub.messaging import commands, queries
from hub.messaging.forms import WordsForm, refuse
from hub.messaging.happenings import variables_for
from hub.messaging.models import Message
from hub.messaging.pages.place import as_mail, status_of, way_back, with_frame
from hub.messaging.pages.words import named
from hub.messaging.posting import letter_of
from hub.messaging.previews import preview_of
from hub.messaging.showing import as_shown
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever

_EDITABLE = (Outgoing.PREPARED, Outgoing.HELD, Outgoing.WAITING, Outgoing.GATHERED)
_DECISIONS: dict[str, tuple[Callable[..., Message], str]] = {
    "hold": (commands.hold_message, "Held. It goes when somebody lets it."),
    "discard": (commands.discard_message, "Thrown away. It is not made again."),
    "release": (commands.release_message, "It goes at its time."),
    "again": (commands.send_again, "It is sent again."),
    "arrived": (commands.say_arrived, "Noted: it did arrive."),
}


def _message(programme: str, pk: int) -> Message:
    found = queries.message_of(programme_or_404(programme), pk)
    if found is None:
        raise Http404
    return found


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show a message; POST `do=hold|discard|release|again|arrived` decides about it, `do=words` gives it words of its own."""
    found = _message(programme, pk)
    by, at = whoever(request), timezone.now()
    form: WordsForm | None = None
    refusal: Refusal | None = None
    status, theirs = 422, None
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "words":
            form = WordsForm(request.POST)
            if form.is_valid():
                given = form.cleaned_data
                try:
                    seen = request.POST.get("words")
                    commands.edit_message(found, subject=given["subject"], body=given["body"], seen=seen, by=by, at=at)
                except commands.WordsChangedMeanwhile as no:
                    refuse(form, no)
                    found = _message(programme, pk)
                    status, theirs = 409, differing(form, {"subject": found.own_subject, "body": found.own_body})
                except Refusal as no:
                    refuse(form, no)
                else:
                    back = "This message says the same as the others again." if not (given["subject"] or given["body"]) else ""
                    messages.success(request, back or "Kept. Only this message has these words.")
                    return redirect(way_back(request, reverse("desk-message", args=[programme, pk])))
        elif do in _DECISIONS:
            try:
                _decide(found, do, request.POST, by=by, at=at)
            except Refusal as no:
                refusal = no
                found = _message(programme, pk)
            else:
                messages.success(request, _DECISIONS[do][1])
                return redirect(way_back(request, reverse("desk-message", args=[programme, pk])))
        else:
            return redirect("desk-message", programme, pk)
    if form is None or not form.errors:
        status = status_of(refusal) if refusal else 200
    seen = request.POST.get("words", "") if status == 422 else commands.mark_of_words(found)
    return with_frame(_page(request, found, form, refusal, by=by, at=at, status=status, words=seen, theirs=theirs))


def _decide(found: Message, do: str, posted: QueryDict, *, by: Person, at: datetime) -> None:
    """Do what somebody decided, for the state and the words they saw; a message that moved on meanwhile is refused."""
    seen = posted.get("seen", "")
    if seen in {state.value for state in Outgoing}:
        found.state = seen
    words = {"seen": posted.get("shown", "")} if do == "release" else {}
    _DECISIONS[do][0](found, **words, by=by, at=at)


def _page(
    request: HttpRequest,
    found: Message,
    form: WordsForm | None,
    refusal: Refusal | None,
    *,
    by: Person,
    at: datetime,
    status: int,
    words: str,
    theirs: Sequence[Differs] | None,
) -> HttpResponse:
    state = Outgoing(found.state)
    possible = set(MOVES.possible(state))
    is_editable = state in _EDITABLE and found.happening != "digest"
    if form is None and is_editable:
        try:
            subject, body = letter_of(found)
        except LookupError:
            subject, body = "", ""
        form = WordsForm(initial={"subject": subject, "body": body})
    context = {
        "programme": found.programme,
        "message": found,
        "state": state,
        "preview": preview_of(found, at=at),
        "parts": queries.parts_of(found),
        "form": form,
        "is_editable": is_editable,
        "words": words,
        "theirs": theirs,
        "has_own_words": bool(found.own_subject or found.own_body),
        "variables": named(variables_for(found.happening)),
        "may_release": "released" in possible,
        "shown": as_shown([found], at=at) if "released" in possible else "",
        "may_hold": "held" in possible,
        "may_discard": "discarded" in possible,
        "may_send_again": "sent_again" in possible,
        "is_doubtful": state is Outgoing.UNCERTAIN,
        "refusal": refusal,
        "history": journal.history_of(found, person=by, at=at),
        "at": at,
    }
    return render(request, "messaging/message.html", context, status=status)


@team_page
@require_safe
def message_html(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Give a message's HTML as it would go now, for the frame of its page."""
    preview = preview_of(_message(programme, pk), at=timezone.now())
    if not preview.html:
        raise Http404
    return as_mail(preview.html)
