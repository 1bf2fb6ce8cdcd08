"""Letters by hand: written and kept as drafts, looked at message by message, sent by somebody's word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.calendar import instant, say_instant
from hub.core.choices import Topic
from hub.core.errors import Refusal
from hub.core.outbox import OtherNumber, Outgoing
from hub.core.shown import OtherThanShown
from hub.kit import journal
from hub.kit.among import among
from hub.kit.request import Request
from hub.messaging import commands, queries
from hub.messaging.commands import people as said
from hub.messaging.deciding import who_gets, would_not_go
from hub.messaging.forms import MailingForm, SendForm, refuse
from hub.messaging.happenings import variables_for
from hub.messaging.models import Mailing
from hub.messaging.pages.place import ON_A_PAGE, number, status_of
from hub.messaging.pages.words import named
from hub.messaging.previews import Group, chosen_among, draft_of, groups_of, previews_of
from hub.messaging.showing import as_shown
from hub.people import queries as people
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever
from hub.programmes.models import Programme

_OFFERED = 100  # people a preview can be shown for


def _mailing(place: Programme, pk: int) -> Mailing:
    found = queries.mailing_of(place, pk)
    if found is None:
        raise Http404
    return found


@team_page
@require_safe
def letters(request: Request, programme: str) -> HttpResponse:
    """List the letters of a programme, the newest first."""
    place = programme_or_404(programme)
    page = Paginator(queries.mailings_of(place), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/letters.html", {"programme": place, "page": page})


_FEW = 60  # where there are more people, they are found by their name: nobody reads a longer list, nor waits for it
_FOUND = 20
_BY_NAME = (
    ("besides", "Also to people by name", "Find somebody"),
    ("without", "Leave people out", "Find somebody to leave out"),
)


@dataclass(slots=True)
class _Desk:
    """What the editor of a letter needs to know of its programme: its groups with who is in them, and its people by name."""

    groups: list[Group]
    place: Programme
    by: Person
    at: datetime
    are_many: bool

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The groups as they are chosen, with the number of people in each."""
        return [_offer(group) for group in self.groups if not group.is_over]

    @property
    def ended(self) -> list[tuple[str, str]]:
        """The groups of cohorts that have ended, likewise."""
        return [_offer(group) for group in self.groups if group.is_over]

    @property
    def people(self) -> QuerySet[Person]:
        """The people of the programme."""
        return people.people_of(self.place, self.by, at=self.at)

    def named(self, keys: Collection[str], words: str) -> list[tuple[int, str]]:
        """Give people as they are chosen by name: all where they are few, else those that are chosen, then who is found."""
        if not self.are_many:
            return [(person.pk, person.name) for person in self.people]
        numbers = [key for key in map(number, keys) if key is not None]
        chosen = list(self.people.filter(among("pk", numbers))) if numbers else []
        found = list(people.people_of(self.place, self.by, words=words, at=self.at)[:_FOUND]) if words else []
        return list({person.pk: person.name for person in [*chosen, *found]}.items())

    def form(self, typed: QueryDict | None = None, initial: dict[str, object] | None = None, *, is_new: bool) -> MailingForm:
        """Make the form of a letter, which offers these."""
        kept = initial or {}
        offered = {
            name: self.named(
                typed.getlist(name) if typed is not None else cast("list[str]", kept.get(name, [])),
                typed.get(f"find-{name}", "").strip()[:100] if typed is not None else "",
            )
            for name, _, _ in _BY_NAME
        }
        return MailingForm(typed, initial=initial, groups=self.offered, ended=self.ended, people=offered, is_new=is_new)


def _offer(group: Group) -> tuple[str, str]:
    return group.name, f"{group.label} ({len(group.people)})"


def _desk(place: Programme, by: Person, *, at: datetime) -> _Desk:
    are_many = len(people.people_of(place, by, at=at).values_list("pk")[: _FEW + 1]) > _FEW
    return _Desk(groups_of(place, at=at), place, by, at, are_many)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def letter_new(request: Request, programme: str) -> HttpResponse:
    """Begin a letter; `?from=` takes a template's words, `?like=` an earlier letter's. POST `do=preview|save|prepare`."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    desk = _desk(place, by, at=at)
    if request.method == "POST":
        return _typed(request, place, None, desk, by=by, at=at)
    initial: dict[str, object] = {"topic": Topic.NEWS.value}
    template = queries.template_of(place, request.GET.get("from", "")[:60])
    like = queries.mailing_of(place, number(request.GET.get("like", "")) or 0)
    if template is not None and not template.happening:
        initial = {"topic": template.topic, "subject": template.subject, "body": template.body}
    elif like is not None:
        initial = {"topic": like.topic, "subject": like.subject, "body": like.body}
    form = desk.form(initial=initial, is_new=True)
    return _editor(request, place, None, form, desk, at=at)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: Request, programme: str, pk: int) -> HttpResponse:
    """Write a letter further; once it was sent, show who got it. POST `do=preview|save|prepare|throw|stop|release`."""
    place = programme_or_404(programme)
    found = _mailing(place, pk)
    by, at = whoever(request), timezone.now()
    if found.released_at is not None:
        return _sent(request, place, found, by=by, at=at)
    desk = _desk(place, by, at=at)
    if request.method == "POST":
        return _typed(request, place, found, desk, by=by, at=at)
    initial = {
        "audiences": found.audiences,
        "ended": found.audiences,
        "besides": [str(each) for each in found.besides.values_list("pk", flat=True)],
        "without": [str(each) for each in found.without.values_list("pk", flat=True)],
        "topic": found.topic,
        "subject": found.subject,
        "body": found.body,
        "seen_at": found.edited_at,
    }
    form = desk.form(initial=initial, is_new=False)
    return _editor(request, place, found, form, desk, at=at)


def _typed(request: Request, place: Programme, found: Mailing | None, desk: _Desk, *, by: Person, at: datetime) -> HttpResponse:
    """Take what was typed into a letter: show it, keep it, make its messages, or throw it away."""
    do = request.POST.get("do", "save")
    if do == "throw" and found is not None:
        commands.remove_mailing(found, by=by, at=at)
        messages.success(request, "Thrown away.")
        return redirect("desk-letters", place.slug)
    form = desk.form(request.POST, is_new=found is None)
    if do in ("preview", "find") or not form.is_valid():
        return _editor(request, place, found, form, desk, at=at, is_preview=do in ("preview", "find"))
    given = dict(form.cleaned_data)
    seen_at = given.pop("seen_at")
    given["topic"] = Topic(given["topic"])
    try:
        if found is None:
            kept = commands.write_mailing(place, **given, by=by, at=at)
        else:
            kept = commands.edit_mailing(found, **given, seen_at=seen_at, by=by, at=at)
    except Refusal as no:
        again = queries.mailing_of(place, found.pk) if found is not None else None
        return _refused(request, place, again, no, desk, at=at)
    if do != "prepare":
        messages.success(request, f"Kept as a draft at {say_instant(at, place.zone)}. Nobody got it.")
        return redirect("desk-letter", place.slug, kept.pk)
    try:
        commands.prepare_mailing(kept, by=by, at=at)
    except Refusal as no:
        return _refused(request, place, kept, no, desk, at=at)
    return redirect("desk-letter-look", place.slug, kept.pk)


def _refused(
    request: Request, place: Programme, now: Mailing | None, no: Refusal, desk: _Desk, *, at: datetime
) -> HttpResponse:
    """Show what was typed with the refusal, over the letter as it is saved now: saved again, it takes its place."""
    values = request.POST.copy()
    if now is not None:
        values["seen_at"] = now.edited_at.isoformat()
        left_out = map(str, now.without.values_list("pk", flat=True))  # whom somebody left out meanwhile stays so
        values.setlist("without", sorted({*values.getlist("without"), *left_out}))
    form = desk.form(values, is_new=now is None)
    form.is_valid()
    refuse(form, no)
    return _editor(request, place, now, form, desk, at=at, status=status_of(no))


def _editor(
    request: Request,
    place: Programme,
    found: Mailing | None,
    form: MailingForm,
    desk: _Desk,
    *,
    at: datetime,
    is_preview: bool = False,
    status: int = 0,
) -> HttpResponse:
    chosen, reached, shown_for = _reached(form, desk, request.POST.get("as", ""))
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    context = {
        "programme": place,
        "letter": found,
        "form": form,
        "draft": draft_of(subject, body, happening="", programme=place, person=shown_for),
        "count": len(chosen),
        "some": [person.name for person in reached][:12],
        "shown_for": shown_for,
        "offered": reached or desk.people[:_OFFERED],
        "by_name": [
            {"field": form[name], "words": request.POST.get(f"find-{name}", ""), "label": label, "find": find}
            for name, label, find in _BY_NAME
        ],
        "are_many": desk.are_many,
        "variables": named(variables_for("")),
        "templates": [each for each in queries.templates_of(place) if not each.happening] if found is None else [],
        "has_ended_chosen": bool({str(each) for each in form["ended"].value() or ()} & {name for name, _ in desk.ended}),
        "is_changed": found is not None and status == 409,
    }
    if is_preview and request.htmx and request.POST.get("do") == "preview":
        return render(request, "messaging/_letter_preview.html", context)
    wrong = 422 if form.is_bound and form.errors and not is_preview else 200
    return render(request, "messaging/letter.html", context, status=status or wrong)


def _reached(form: MailingForm, desk: _Desk, wanted: str) -> tuple[frozenset[int], list[Person], Person | None]:
    """Give who would get what is typed, the first of them by name, and for whom it is shown."""

    def several(name: str) -> list[str]:
        return [str(each) for each in form[name].value() or []]

    keys = {name: [key for key in map(number, several(name)) if key is not None] for name, _, _ in _BY_NAME}
    names = [*several("audiences"), *several("ended")]
    chosen = chosen_among(desk.groups, names, besides=keys["besides"], without=keys["without"])
    reached = list(desk.people.filter(among("pk", chosen)).order_by("name", "pk")[:_OFFERED]) if chosen else []
    asked_for = desk.people.filter(pk=number(wanted) or 0).first() if wanted else None
    return chosen, reached, asked_for or next(iter(reached), None)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def letter_look(request: Request, programme: str, pk: int) -> HttpResponse:
    """Show the very messages of a letter to the very people; POST sends them, now or at a time."""
    place = programme_or_404(programme)
    found = _mailing(place, pk)
    by, at = whoever(request), timezone.now()
    if found.released_at is not None or found.prepared_at is None:
        return redirect("desk-letter", programme, pk)
    form = SendForm()
    status = 200
    if request.method == "POST":
        form = SendForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            send_at = instant(given["day"], given["clock"], place.zone) if given["when"] == "later" else None
            if send_at is not None and send_at <= at:
                form.add_error("clock", f"That time is over: it is {say_instant(at, place.zone)} now.")
            else:
                try:
                    sent = commands.send_mailing(
                        found, count=given["count"], seen=given["shown"], send_at=send_at, by=by, at=at
                    )
                except (OtherThanShown, OtherNumber) as no:
                    commands.prepare_mailing(found, by=by, at=at)  # who came and who went are shown before it is sent
                    refuse(form, no)
                    status = status_of(no)
                except Refusal as no:
                    refuse(form, no)
                    status = status_of(no)
                else:
                    when = f"goes on {say_instant(send_at, place.zone)}" if send_at else "is on its way"
                    messages.success(request, f"It {when} to {said(sent)}.")
                    return redirect("desk-letter", programme, pk)
        status = status if status != 200 else 422
    prepared = queries.messages_of(place, [Outgoing.PREPARED], mailing=found)
    ready, goes = prepared.count(), who_gets(prepared, at=at)
    all_of_them = queries.messages_of(place, mailing=found).order_by("person__plain_name", "pk")
    page = Paginator(all_of_them, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": place,
        "letter": found,
        "page": page,
        "rows": previews_of(list(page.object_list), at=at),
        "ready": ready,
        "count": len(goes),
        "rest": ready - len(goes),
        "shown": as_shown(goes, at=at),
        "left_out": queries.left_out_of(found),
        "form": form,
        "tomorrow": at.astimezone(ZoneInfo(place.zone)),
        "here": request.get_full_path(),
    }
    return render(request, "messaging/letter_look.html", context, status=status)


def _sent(request: Request, place: Programme, found: Mailing, *, by: Person, at: datetime) -> HttpResponse:
    """Show who got a letter, and stop what has not left; let go what was stopped."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "release":
                count = number(request.POST.get("count", "")) or 0
                seen = request.POST.get("shown", "")
                sent = commands.release_held(found, count=count, seen=seen, by=by, at=at)
                messages.success(request, f"On its way to {said(sent)}.")
            elif request.POST.get("do") == "stop":
                stopped = commands.stop_mailing(found, by=by, at=at)
                messages.success(request, f"Stopped for {said(stopped)}. They are held until somebody lets them go.")
            else:
                raise commands.SentAlready("This letter was sent already. Write a new one, or stop what has not left yet.")
        except Refusal as no:
            refusal = no
        else:
            return redirect("desk-letter", place.slug, found.pk)
    counts = queries.counts_of_mailing(found)
    held = who_gets(queries.messages_of(place, [Outgoing.HELD], mailing=found), at=at)
    all_of_them = queries.messages_of(place, mailing=found).order_by("person__plain_name", "pk")
    page = Paginator(all_of_them, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": place,
        "letter": found,
        "counts": [(state, count) for state, count in sorted(counts.items())],
        "waiting": counts.get(Outgoing.WAITING, 0) + counts.get(Outgoing.GATHERED, 0),
        "would_not": would_not_go(found, at=at),
        "held": len(held),
        "shown": as_shown(held, at=at),
        "page": page,
        "rows": page.object_list,
        "refusal": refusal,
        "history": journal.history_of(found, person=by, at=at),
        "at": at,
    }
    return render(request, "messaging/letter_sent.html", context, status=status_of(refusal) if refusal else 200)
