"""Chat channels, and who reads answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.messaging import commands, queries
from hub.messaging.forms import AnswersForm, HookForm, refuse
from hub.messaging.models import Hook, HookKind, Message
from hub.messaging.pages.place import status_of
from hub.people.access import team_page
from hub.people.places import programme_or_404, whoever
from hub.people.queries.reached import team_of


@dataclass(frozen=True, slots=True)
class Channel:
    """A chat channel with the last hello written to it."""

    hook: Hook
    hello: Message | None

    @property
    def kind(self) -> str:
        """The name of the chat."""
        return HookKind(self.hook.kind).label


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest, programme: str) -> HttpResponse:
    """List the chat channels and say who reads answers; POST `do=add` adds a channel, `do=answers` names somebody."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    team = [(str(person.pk), person.name) for person in team_of(place, at=at)]
    now, named = queries.correspondent(place, at=at), queries.named_correspondent(place)
    reads = queries.reads_answers(place, at=at)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = HookForm(request.POST if do == "add" else None)
    answers = AnswersForm(request.POST if do == "answers" else None, team=team, initial={"person": now.pk if now else by.pk})
    if do == "answers" and answers.is_valid():
        person = next(each for each in team_of(place, at=at) if each.pk == answers.cleaned_data["person"])
        try:
            commands.answer_by(place, person, by=by, at=at)
        except Refusal as no:
            refuse(answers, no)
        else:
            messages.success(request, f"{person.name} reads the answers from now on.")
            return redirect("desk-channels", programme)
    if do == "add" and form.is_valid():
        try:
            made = commands.add_hook(place, **form.cleaned_data, by=by, at=at)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{made.name} is here. Write a hello to see that it works.")
            return redirect("desk-channels", programme)
    hellos = queries.last_hellos(place)
    context = {
        "programme": place,
        "channels": [Channel(hook, hellos.get(hook.pk)) for hook in queries.hooks_of(place)],
        "form": form,
        "answers": answers,
        "correspondent": now,
        "left": named if now is None else None,
        "reads": reads,
    }
    return render(request, "messaging/channels.html", context, status=422 if form.errors or answers.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Change one channel. POST `do=hello|on|off|remove|edit`."""
    place = programme_or_404(programme)
    found = queries.hook_of(place, pk)
    if found is None:
        raise Http404
    by, at = whoever(request), timezone.now()
    do = request.POST.get("do", "") if request.method == "POST" else ""
    refusal: Refusal | None = None
    form = HookForm(
        request.POST if do == "edit" else None, initial={"name": found.name, "room": found.room}, is_new=False, kind=found.kind
    )
    said = {
        "hello": "A hello is on its way. Look here again in a moment.",
        "on": "Switched on.",
        "off": "Switched off. What waits for it is taken back.",
        "remove": f"{found.name} is gone, with the rules that wrote to it.",
        "edit": "Kept.",
    }
    if do in said and (do != "edit" or form.is_valid()):
        try:
            if do == "hello":
                commands.say_hello(found, by=by, at=at)
            elif do == "remove":
                commands.remove_hook(found, by=by, at=at)
            elif do == "edit":
                commands.edit_hook(found, **form.cleaned_data, by=by, at=at)
            else:
                commands.switch_hook(found, is_on=do == "on", by=by, at=at)
        except Refusal as no:
            if do == "edit":
                refuse(form, no)
            else:
                refusal = no
        else:
            messages.success(request, said[do])
            return redirect("desk-channels", programme)
    writing = [each for each in queries.rules_of(place) if each.hook_id == found.pk]
    context = {"programme": place, "channel": Channel(found, None), "form": form, "rules": writing, "refusal": refusal}
    return render(
        request, "messaging/channel.html", context, status=status_of(refusal) if refusal else 422 if form.errors else 200
    )
