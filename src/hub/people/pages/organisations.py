"""The team's organisations: found by name, sector, size and region; one with its facts, its people and its cohorts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.consent import Means
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.meanwhile import BothChanged, marks_of
from hub.kit import journal
from hub.kit.fields import refuse, show_both, with_what_stands
from hub.people import commands, queries
from hub.people import organisations as read
from hub.people.access import person_of, team_page
from hub.people.forms import AnswerForm, JoinForm, OrganisationForm
from hub.people.models import Sector, Size
from hub.people.pages.comparing import key_of
from hub.people.places import programme_or_404

ON_A_PAGE = 50
MOST = 20


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest, programme: str) -> HttpResponse:
    """List the organisations of a programme; `?q=`, `?sector=`, `?size=` and `?region=` filter. POST adds one."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = commands.add_organisation(by=by, at=at, **form.cleaned_data)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{made.name} was added.")
            return redirect("desk-organisation", programme, made.pk)
    words = request.GET.get("q", "").strip()[:80]
    chosen = {
        "sector": request.GET.get("sector", "") if request.GET.get("sector") in Sector.values else "",
        "size": request.GET.get("size", "") if request.GET.get("size") in Size.values else "",
        "region": request.GET.get("region", "").strip()[:80],
    }
    page = Paginator(read.organisations_of(place, words=words, **chosen), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": place,
        "form": form,
        "page": page,
        "rows": read.with_facts(list(page.object_list), place, at=at),
        "words": words,
        **chosen,
        "sectors": Sector.choices,
        "sizes": Size.choices,
        "regions": read.regions_of(place),
        "is_filtered": bool(words or any(chosen.values())),
    }
    return render(request, "people/organisations.html", context, status=422 if form.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show one organisation; POST saves its facts, `do=contact` who speaks for it, `do=answer` what it says of its logo.

    `do=remove` removes one that nothing refers to.
    """
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    found = read.organisation_of(place, pk)
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "contact":
        affiliation = read.affiliation_of(found, place, by, request.POST.get("key", ""), at=at)
        if affiliation is None:
            raise Http404
        is_contact = request.POST.get("is") == "yes"
        commands.edit_affiliation(affiliation, is_contact=is_contact, by=by, at=at)
        name = affiliation.person.name
        said = f"{name} speaks for {found.name}." if is_contact else f"{name} no longer speaks for {found.name}."
        messages.success(request, said)
        return redirect("desk-organisation", programme, pk)
    if request.method == "POST" and request.POST.get("do") == "remove":
        try:
            commands.remove_organisation(found, by=by, at=at)
        except Refusal as no:
            messages.error(request, no.sentence)
            return redirect("desk-organisation", programme, pk)
        messages.success(request, f"{found.name} was removed.")
        return redirect("desk-organisations", programme)
    asked = queries.standing_of(found, place)
    is_answer = request.method == "POST" and request.POST.get("do") == "answer"
    offered = [(str(asked.term.pk), asked.use.label)] if asked else []
    answer = AnswerForm(request.POST if is_answer else None, terms=offered, auto_id="answer_%s")
    if asked and answer.is_bound and answer.is_valid():
        told = answer.cleaned_data
        means, wish = Means(told["means"]), told["wish"] == "yes"
        try:
            commands.answer_for_organisation(found, asked.term, wish=wish, means=means, note=told["note"], by=by, at=at)
        except Refusal as no:
            refuse(answer, no)
        else:
            messages.success(request, f"Recorded: {asked.use.label}.")
            if asked.standing.allows and not wish:
                return redirect("desk-withdrawn-logo", programme, pk)
            return redirect("desk-organisation", programme, pk)
    given = {name: getattr(found, name) for name in OrganisationForm.base_fields}
    is_facts = request.method == "POST" and not is_answer
    form, status = OrganisationForm(request.POST) if is_facts else OrganisationForm(initial=given), 200
    shown = request.POST.get("shown", "") if is_facts else marks_of(queries.facts_of(found))
    if form.is_bound and form.is_valid():
        try:
            commands.edit_organisation(found, shown=shown, by=by, at=at, **form.cleaned_data)
        except BothChanged as no:
            form, shown, status = OrganisationForm(with_what_stands(request.POST, no)), marks_of(no.stands), 409
            show_both(form, no)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, "Saved.")
            return redirect("desk-organisation", programme, pk)
    context = {
        "programme": place,
        "one": found,
        "form": form,
        "shown": shown,
        "members": read.members(found, place, by, at=at),
        "cohorts": read.cohorts_with(found, place, by, at=at),
        "asked": asked,
        "answer": answer,
        "nobody_answers": queries.logos_without_a_contact(place, at=at).filter(pk=found.pk).exists(),
        "ledger": queries.ledger_of(found, place),
        "history": journal.history_of(found, person=by, at=at),
        "can_remove": not commands.is_referred_to(found),
    }
    is_wrong = bool(form.errors or answer.errors)
    return render(request, "people/organisation.html", context, status=422 if is_wrong and status == 200 else status)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_same(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Find which organisation is the same, written otherwise; with `?other=` show all that would move, and POST joins it."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    found = read.organisation_of(place, pk)
    if found is None:
        raise Http404
    other = read.organisation_of(place, key_of(request.GET.get("other", "")))
    words = request.GET.get("q", "").strip()[:80]
    context: dict[str, Any] = {"programme": place, "one": found, "words": words}
    if other is None or other == found:
        others = read.organisations_of(place, words=words).exclude(pk=found.pk) if words else read.alike(found, place)
        rows = read.with_facts(list(others[:MOST]), place, at=at)
        status = 422 if request.method == "POST" else 200  # the other is not there any more, or is this one
        return render(request, "people/organisation_same.html", context | {"rows": rows}, status=status)
    preview = commands.preview_join(other, found)
    names = read.names_of_contacts(preview.contacts, by, at=at)
    form = JoinForm(
        request.POST if request.method == "POST" else None, preview=preview, contacts=names, initial={"seen": preview.seen}
    )
    status = 200 if request.method != "POST" else 422
    if form.is_bound and form.is_valid():
        try:
            commands.join_organisations(other, found, choices=form.choices(), seen=form.cleaned_data["seen"], by=by, at=at)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
            status = 403 if isinstance(no, NotAllowed) else 409 if isinstance(no, ChangedMeanwhile) else 422
            form.data = {**form.data.dict(), "seen": preview.seen} if isinstance(form.data, QueryDict) else form.data
        else:
            messages.success(request, f"{found.name} is one with {other.name} now.")
            return redirect("desk-organisation", programme, other.pk)
    mine = set(queries.programmes_run_by(by, at=at))
    logos = [each for each in preview.logos if each.programme in mine]
    taken = [(each.label, each.gone) for each in preview.facts if each.gone and not each.kept and each.name != "logo"]
    context |= {"other": other, "preview": preview, "form": form, "logos": logos, "taken": taken}
    return render(request, "people/organisation_join.html", context, status=status)
