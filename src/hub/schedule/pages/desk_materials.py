"""Materials at the desk: those of a session, one of them edited, and all of a programme."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.materials import LICENCES, Access, MaterialKind, say_reach
from hub.kit.fields import Differs, refuse
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.models import Person
from hub.people.places import cohort_or_404, programme_or_404, whoever
from hub.schedule.commands.sessions import add_material, edit_material, remove_material
from hub.schedule.forms import MaterialForm
from hub.schedule.models import Material, Session
from hub.schedule.pages.desk_place import session_or_404
from hub.schedule.queries.materials import materials_of, possible_keepers
from hub.schedule.queries.told import released_now

_ACCESS = [each.value for each in Access]
BROKEN = "broken"


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def materials(request: Request, programme: str, cohort: str, slug: str) -> HttpResponse:
    """List a session's materials and recordings, add one, take one off (`do=remove`), say who sees one (`do=cohort`)."""
    place = cohort_or_404(programme, cohort)
    found = session_or_404(place, slug)
    by, at = whoever(request), timezone.now()
    people = possible_keepers(place.programme, at=at)
    form = MaterialForm(initial={"access": Access.PUBLIC.value}, people=people)
    do = request.POST.get("do") if request.method == "POST" else None
    if do in ("remove", *_ACCESS):
        material = _material_or_404(found, request.POST.get("material", ""))
        try:
            if do in _ACCESS:
                title, url, kind = material.title, material.url, material.kind
                edited = edit_material(material, title=title, url=url, kind=kind, access=do, by=by, at=at)
                messages.success(request, f"{title}: {_reach(found, edited, was=material)}.")
                return redirect("desk-session-materials", programme, cohort, slug)
            remove_material(material, by=by, at=at)
        except Refusal as no:
            form = MaterialForm({}, people=people)
            form.errors.clear()
            refuse(form, no)
        else:
            messages.success(request, f"{material.title} is taken off: nobody finds it here any more.")
            return redirect("desk-session-materials", programme, cohort, slug)
    elif request.method == "POST":
        form = MaterialForm(request.POST, people=people)
        if form.is_valid():
            try:
                added = add_material(found, **form.facts(), by=by, at=at)
            except Refusal as no:
                refuse(form, no)
            else:
                messages.success(request, f"{added.title} is added: {_reach(found, added, was=None)}.")
                return redirect("desk-session-materials", programme, cohort, slug)
    listed = found.materials.select_related("owner").order_by("position", "pk")
    context = {"programme": place.programme, "cohort": place, "session": found, "materials": listed, "form": form}
    context |= {"licences": LICENCES, "access": list(Access)}
    return render(request, "schedule/desk/session_materials.html", context, status=422 if form.errors else 200)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def material(request: Request, programme: str, cohort: str, slug: str, pk: int) -> HttpResponse:
    """Edit a material of a session: its words, its address, who may see it, its licence, and who looks after it."""
    place = cohort_or_404(programme, cohort)
    session = session_or_404(place, slug)
    found = _material_or_404(session, str(pk))
    by, at = whoever(request), timezone.now()
    people = _with(possible_keepers(place.programme, at=at), found.owner)
    seen, status, theirs = found.mark, 200, None
    form = MaterialForm(request.POST if request.method == "POST" else None, initial=_initial(found), people=people)
    if request.method == "POST":
        seen, status = request.POST.get("seen", ""), 422
        if form.is_valid():
            try:
                edited = edit_material(found, **form.facts(), seen=seen, by=by, at=at)
            except ChangedMeanwhile as no:
                refuse(form, no)
                found = _material_or_404(session, str(pk))
                seen, theirs, status = found.mark, _differs(found, form), 409
            except Refusal as no:
                refuse(form, no)
            else:
                gone = "" if edited.url == found.url else " The address it had leads nobody there any more."
                messages.success(request, f"{edited.title} is saved: {_reach(session, edited, was=found)}.{gone}")
                return redirect("desk-session-materials", programme, cohort, slug)
    context = {"programme": place.programme, "cohort": place, "session": session, "material": found, "form": form}
    context |= {"seen": seen, "theirs": theirs, "licences": LICENCES}
    return render(request, "schedule/desk/material.html", context, status=status)


@team_page
@require_safe
def all_materials(request: Request, programme: str) -> HttpResponse:
    """List the materials of every cohort of a programme; `?kind=`, `?access=` and `?link=broken` say which."""
    place = programme_or_404(programme)
    kind, access, link = (request.GET.get(name, "") for name in ("kind", "access", "link"))
    every = materials_of(place)
    shown = [
        each for each in every if kind in ("", each.kind) and access in ("", each.access) and (link != BROKEN or each.is_broken)
    ]
    context: dict[str, Any] = {
        "programme": place,
        "materials": shown,
        "total": len(every),
        "kind": kind,
        "access": access,
        "link": link,
        "kinds": [(each, sum(one.kind == each for one in every)) for each in MaterialKind],
        "accesses": [(each, sum(one.access == each for one in every)) for each in Access],
        "broken": sum(each.is_broken for each in every),
    }
    return render(request, "schedule/desk/materials.html", context)


def _material_or_404(session: Session, pk: str) -> Material:
    found = next((each for each in session.materials.select_related("owner") if str(each.pk) == pk), None)
    if found is None:
        raise Http404
    return found


def _reach(session: Session, row: Material, *, was: Material | None) -> str:
    before = Access(was.access) if was else None
    return say_reach(Access(row.access), was=before, is_released=released_now(session) is not None)


def _with(people: list[Person], owner: Person | None) -> list[Person]:
    """Offer who looks after it now as well, though they may have left."""
    return people if owner is None or owner in people else [*people, owner]


def _initial(row: Material) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("title", "url", "kind", "access", "licence")}
    return facts | {"owner": str(row.owner_id or "")}


def _differs(row: Material, form: MaterialForm) -> list[Differs]:
    """Give the fields in which a form differs from what was saved meanwhile, in words."""
    theirs, mine = _initial(row), form.data
    found = []
    for name, field in form.fields.items():
        one, other = str(theirs[name]), str(mine.get(name, "")).strip()
        if one != other:
            said = dict(getattr(field, "choices", ()))
            found.append(Differs(str(field.label), str(said.get(one, one)) or "–", str(said.get(other, other)) or "–"))
    return found
