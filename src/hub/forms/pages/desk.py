"""The desk of forms: the list, a new one, its settings, the preview, publishing, deleting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.forms import Audience, Content, check, difference, load, read, typed_in
from hub.core.forms.compare import scales_changed
from hub.core.forms.edit import (
    add_section,
)
from hub.forms import commands, library, queries
from hub.forms.forms import NewForm, SettingsForm
from hub.forms.models import Form
from hub.forms.pages.place import draft_seen, form_or_404, terms_of
from hub.forms.showing import shown
from hub.kit import journal
from hub.kit.fields import Differs, differing, refuse
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import programme_or_404, whoever
from hub.programmes.queries import cohorts_of
from hub.services.uploads import ACCEPT, TAKEN


@team_page
@require_safe
def forms(request: Request, programme: str) -> HttpResponse:
    """List the forms of a programme: what is open first."""
    place = programme_or_404(programme)
    found = list(queries.forms_of(place))
    at = timezone.now()
    counts = queries.counts_of(found)
    order = {"open": 0, "draft": 1, "closed": 2}
    rows = [(each, counts[each.pk], queries.is_open(each, at=at)) for each in found]
    rows.sort(key=lambda row: order[row[0].state])
    return render(request, "forms/desk/forms.html", {"programme": place, "rows": rows})


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, programme: str) -> HttpResponse:
    """Offer the ready-made forms and a blank one; POST makes it and leads to its questions."""
    place = programme_or_404(programme)
    form = NewForm(request.POST) if request.method == "POST" and "ready" not in request.POST else NewForm()
    if request.method == "POST":
        ready = library.ready_made().get(request.POST.get("ready", ""))
        by, at = whoever(request), timezone.now()
        if ready is not None:
            made = commands.create_form(
                place, ready.content, is_anonymous=ready.is_anonymous, kept_days=ready.kept_days, by=by, at=at
            )
            return redirect("desk-form", programme, made.slug)
        if form.is_bound and form.is_valid():
            content = add_section(Content(title=form.cleaned_data["title"].strip()))
            made = commands.create_form(place, content, by=by, at=at)
            return redirect("desk-form", programme, made.slug)
        if not form.is_bound:
            raise Http404
    context = {"programme": place, "form": form, "ready": library.ready_made().values()}
    return render(request, "forms/desk/new.html", context, status=422 if form.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request, programme: str, slug: str) -> HttpResponse:
    """Set who is asked, from when to when, how long answers are kept; POST `do=` opens, closes, copies and asks as well."""
    form = form_or_404(programme, slug)
    zone = ZoneInfo(form.programme.zone)
    by, at = whoever(request), timezone.now()
    asked = queries.people_asked(form, at=at) if form.audience != "anybody" else None
    initial = {
        "audience": form.audience if form.says_whom or asked else "",
        "roles": [kind.value for kind in form.role_kinds],
        "cohort": form.cohort.slug if form.cohort else "",
        "is_anonymous": form.is_anonymous,
        "opens_at": form.opens_at and form.opens_at.astimezone(zone).replace(tzinfo=None),
        "closes_at": form.closes_at and form.closes_at.astimezone(zone).replace(tzinfo=None),
        "kept_days": form.kept_days,
        "smallest_group": form.smallest_group,
    }
    given = request.POST if request.method == "POST" and request.POST.get("do", "save") == "save" else None
    typed = SettingsForm(given, initial=initial, cohorts=cohorts_of(form.programme), zone=form.programme.zone)
    refusal, status = None, 0
    theirs: list[Differs] = []
    seen = request.POST.get("seen") or queries.settings_mark(form)
    if request.method == "POST" and given is None:
        try:
            return _done(request, form, request.POST.get("do", ""), at)
        except Refusal as no:
            refusal = no
    elif typed.is_bound and typed.is_valid():
        try:
            commands.edit_settings(form, seen=seen, by=by, at=at, **typed.settings())
        except ChangedMeanwhile as no:
            refuse(typed, no)
            theirs, seen, status = differing(typed, initial), queries.settings_mark(form), 409
        except Refusal as no:
            refuse(typed, no)
        else:
            messages.success(request, "Saved.")
            return redirect("desk-form-settings", programme, slug)
    context = _frame(form, "settings") | {
        "typed": typed,
        "seen": seen,
        "theirs": theirs,
        "refusal": refusal,
        "history": journal.history_of(form, person=by, at=at),
        "zone": form.programme.zone,
        "asked": asked,
        "by_hand": queries.asked_by_hand(form) if form.audience == Audience.ASKED.value else (),
        "can_ask": form.audience == Audience.ASKED.value and form.says_whom,
        "names": request.POST.get("names", ""),
    }
    return render(request, "forms/desk/settings.html", context, status=status or (422 if typed.errors or refusal else 200))


def _done(request: Request, form: Form, do: str, at: datetime) -> HttpResponse:
    by = whoever(request)
    if do == "close":
        commands.close_form(form, by=by, at=at)
        messages.success(request, "Closed: no more answers are taken.")
    elif do == "open":
        commands.open_form(form, by=by, at=at)
        messages.success(request, "Open again.")
    elif do == "copy":
        made = commands.copy_form(form, by=by, at=at)
        messages.success(request, "This is the copy. Nobody is asked by it yet.")
        return redirect("desk-form", form.programme.slug, made.slug)
    elif do == "ask":
        count = commands.ask_by_name(form, request.POST.get("names", ""), by=by, at=at)
        said = "1 person is asked." if count == 1 else f"{count} people are asked." if count else "They were asked already."
        messages.success(request, said)
    elif do == "ask-no-more":
        person = queries.person_asked(form, request.POST.get("person", ""))
        if person is None:
            raise Http404
        commands.ask_no_more(form, person, by=by, at=at)
        messages.success(request, f"{person.name} is asked no more. What they sent stays.")
    else:
        raise Http404
    return redirect("desk-form-settings", form.programme.slug, form.slug)


def _frame(form: Form, tab: str) -> dict[str, Any]:
    """Give what the frame of a form's pages shows."""
    return {
        "programme": form.programme,
        "form": form,
        "tab": tab,
        "count": queries.counts_of([form])[form.pk],
    }


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show the draft as whoever answers will see it. It can be tried out; nothing is kept."""
    form = form_or_404(programme, slug)
    content = load(form.draft)
    is_tried = request.method == "POST"
    typed = (
        typed_in(content, {name: [str(each) for each in values] for name, values in request.POST.lists()}) if is_tried else {}
    )
    reading = read(content, typed)
    sections = shown(content, typed, reading, terms=terms_of(form.programme), is_checked=is_tried)
    context = _frame(form, "preview") | {
        "content": content,
        "sections": sections,
        "is_tried": is_tried,
        "wrong": [each for section in sections for each in section.questions if each.wrong],
        "zone": form.programme.zone,
        "accept": ACCEPT,
        "taken": TAKEN,
        "findings": [
            each for each in check(content, is_anonymous=form.is_anonymous, published=queries.contents(form)) if each.is_wrong
        ],
    }
    return render(request, "forms/desk/preview.html", context)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show what would change for whoever answers; POST publishes it as the next version."""
    form = form_or_404(programme, slug)
    refusal = None
    if request.method == "POST":
        try:
            version = commands.publish_form(form, seen=draft_seen(request, form), by=whoever(request), at=timezone.now())
        except Refusal as no:
            refusal = no
            form = form_or_404(programme, slug)
        else:
            messages.success(request, f"Version {version.number} is published.")
            return redirect("desk-form-settings", programme, slug)
    content = load(form.draft)
    newest = queries.newest(form)
    before = load(newest.content) if newest else None
    published = queries.contents(form)
    findings = (*check(content, is_anonymous=form.is_anonymous, published=published), *scales_changed(before, content))
    context = _frame(form, "publish") | {
        "content": content,
        "newest": newest,
        "next": newest.number + 1 if newest else 1,
        "changes": difference(before, content),
        "wrong": [(each, content.question(each.question)) for each in findings if each.is_wrong],
        "doubtful": [(each, content.question(each.question)) for each in findings if not each.is_wrong],
        "refusal": refusal,
        "versions": queries.versions(form),
        "zone": form.programme.zone,
        "asked": (asked := len(queries.people_asked(form, at=timezone.now()))),
        "nobody": "" if asked else _why_nobody(form),
    }
    status = 200 if refusal is None else 409 if isinstance(refusal, ChangedMeanwhile) else 422
    return render(request, "forms/desk/publish.html", context, status=status)


def _why_nobody(form: Form) -> str:
    """Say why no one could answer a form that asks nobody; nothing of one that is open to anybody."""
    if not form.says_whom:
        return "Nobody has said who may answer it."
    if form.audience == Audience.ASKED.value:
        return "It is for people who are asked one by one, such as in an onboarding, and so far nobody is."
    return "Nobody has such a role now." if form.audience == Audience.ROLES.value else ""


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, programme: str, slug: str) -> HttpResponse:
    """Say what would be gone with the form; POST deletes it, its answers where that was said."""
    form = form_or_404(programme, slug)
    refusal = None
    if request.method == "POST":
        try:
            commands.remove_form(
                form, with_answers=request.POST.get("answers") == "too", by=whoever(request), at=timezone.now()
            )
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, f"“{form.title}” is deleted.")
            return redirect("desk-forms", programme)
    return render(request, "forms/desk/remove.html", _frame(form, "") | {"refusal": refusal}, status=422 if refusal else 200)
