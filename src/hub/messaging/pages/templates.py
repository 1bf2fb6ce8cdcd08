"""Letters rules write with: checked while they are written, shown with a real person's and a real thing's facts."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.choices import Topic
from hub.core.errors import Refusal
from hub.kit.request import Request
from hub.messaging import commands, queries
from hub.messaging.forms import TemplateForm, refuse
from hub.messaging.happenings import happenings, variables_for
from hub.messaging.models import Template
from hub.messaging.pages.place import number, status_of
from hub.messaging.pages.words import named
from hub.messaging.previews import draft_of, instances_of
from hub.people import queries as people
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever
from hub.programmes.models import Programme

_OFFERED = 100


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request: Request, programme: str) -> HttpResponse:
    """Write a new letter; `?about=` chooses what it speaks of. POST `do=preview` shows it, else it is saved."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    kinds = [(each.name, _capital(each.label)) for each in happenings().values()]
    if request.method != "POST":
        form = TemplateForm(initial={"happening": request.GET.get("about", "")[:60]}, happenings=kinds, is_new=True)
        return _editor(request, place, None, form, by=by, at=at)
    form = TemplateForm(request.POST, happenings=kinds, is_new=True)
    if request.POST.get("do") == "preview" or not form.is_valid():
        return _editor(request, place, None, form, by=by, at=at, is_preview=request.POST.get("do") == "preview")
    given = dict(form.cleaned_data)
    del given["seen_at"]
    given["topic"] = Topic(given["topic"])
    try:
        made = commands.write_template(place, **given, by=by, at=at)
    except Refusal as no:
        refuse(form, no)
        return _editor(request, place, None, form, by=by, at=at, status=status_of(no))
    messages.success(request, "The letter is here. A rule sends it.")
    return redirect("desk-template", programme, made.slug)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: Request, programme: str, slug: str) -> HttpResponse:
    """Change a letter. POST `do=preview` shows it, `do=remove` takes it away, else it is saved."""
    place = programme_or_404(programme)
    found = queries.template_of(place, slug)
    if found is None:
        raise Http404
    by, at = whoever(request), timezone.now()
    do = request.POST.get("do", "save")
    if request.method != "POST":
        form = TemplateForm(
            initial={
                "title": found.title,
                "topic": found.topic,
                "subject": found.subject,
                "body": found.body,
                "seen_at": found.edited_at,
            },
            is_new=False,
        )
        return _editor(request, place, found, form, by=by, at=at)
    form = TemplateForm(request.POST, is_new=False)
    if do == "remove":
        try:
            commands.remove_template(found, by=by, at=at)
        except Refusal as no:
            form.is_valid()
            refuse(form, no)
            return _editor(request, place, found, form, by=by, at=at, status=status_of(no))
        messages.success(request, "The letter is gone.")
        return redirect("desk-message-rules", programme)
    if do == "preview" or not form.is_valid():
        return _editor(request, place, found, form, by=by, at=at, is_preview=do == "preview")
    given = dict(form.cleaned_data)
    given["topic"] = Topic(given["topic"])
    try:
        commands.edit_template(found, **given, by=by, at=at)
    except Refusal as no:
        found = queries.template_of(place, slug) or found
        values = request.POST.copy()
        values["seen_at"] = found.edited_at.isoformat()  # saved again, it takes the place of what was saved meanwhile
        form = TemplateForm(values, is_new=False)
        form.is_valid()
        refuse(form, no)
        return _editor(request, place, found, form, by=by, at=at, status=status_of(no))
    messages.success(request, "Kept. What waits is written with these words when it goes.")
    return redirect("desk-template", programme, slug)


def _editor(
    request: Request,
    place: Programme,
    found: Template | None,
    form: TemplateForm,
    *,
    by: Person,
    at: datetime,
    is_preview: bool = False,
    status: int = 0,
) -> HttpResponse:
    """Show a letter beside its variables and what it would say."""
    happening = found.happening if found else str(form["happening"].value() or "")
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    real = instances_of(place, happening, subject, at=at)
    wanted = request.POST.get("of", "")
    fact = next((fact for instance, fact in real if instance.subject == wanted), real[0][1] if real else None)
    its = {key for keys in fact.audiences.values() for key in keys} if fact else set()
    everybody = list(people.people_of(place, by, at=at))
    offered = ([person for person in everybody if person.pk in its] or everybody)[:_OFFERED]
    key = number(request.POST.get("as", ""))
    person = next((each for each in offered if each.pk == key), offered[0] if offered else None)
    context = {
        "programme": place,
        "letter": found,
        "form": form,
        "about": happenings().get(happening),
        "draft": draft_of(subject, body, happening=happening, programme=place, person=person, fact=fact),
        "variables": named(variables_for(happening)),
        "real": [instance for instance, _ in real],
        "of": fact.subject if fact else "",
        "offered": offered,
        "shown_for": person,
        "rules": list(queries.rules_of(place).filter(template=found)) if found else [],
        "is_changed": status == 409,
    }
    if is_preview and request.htmx:
        return render(request, "messaging/_template_preview.html", context)
    wrong = 422 if form.is_bound and form.errors and not is_preview else 200
    return render(request, "messaging/template.html", context, status=status or wrong)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
