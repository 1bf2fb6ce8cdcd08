"""People by the sheet: bring them in, and take them along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.people_sheet import LEAVE, Outcome, Proposal, Row
from hub.kit.tables import to_csv, to_xlsx
from hub.people import commands, exports, queries
from hub.people.access import person_of, team_page, up_to_4_mb
from hub.people.forms import SheetForm
from hub.people.models import Person, RoleKind, day_of
from hub.people.places import programme_or_404
from hub.programmes import queries as programmes
from hub.programmes.models import Programme
from hub.services import sheets

CHOICE = "row-"  # begins the name of the field in which a row is decided
MOST_SHOWN = 200  # rows of a kind a page shows
MOST_TO_DECIDE = 300
MOST_CHOSEN = 10_000


# -- bringing people in


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: HttpRequest, programme: str) -> HttpResponse:
    """Take a sheet of people: show first what each row would do, then, confirmed with `do=import`, do it."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    cohorts = {each.slug: each for each in programmes.cohorts_of(place)}
    offered = [(slug, each.name) for slug, each in cohorts.items()]
    if request.method != "POST":
        initial: dict[str, Any] = {"starts_on": day_of(at)}
        if (cohort := request.GET.get("cohort")) in cohorts:  # whoever comes from where its Experts are missing
            initial |= {"cohort": cohort, "role": RoleKind.EXPERT.value}
        form = SheetForm(cohorts=offered, initial=initial)
        return render(request, "people/import.html", {"programme": place, "form": form})
    form = SheetForm(request.POST, request.FILES, cohorts=offered)
    if not form.is_valid():
        return _proposed(request, place, form, None, status=422)
    sheet = _sheet(form)
    if sheet is None:
        return _proposed(request, place, form, None, status=422)
    otherwise = commands.Otherwise(
        role=RoleKind(form.cleaned_data["role"]),
        cohort=cohorts.get(form.cleaned_data["cohort"]),
        starts_on=form.cleaned_data["starts_on"],
    )
    status = 200
    if request.POST.get("do") == "import":
        try:
            done = commands.import_people(
                place, sheet, otherwise, decisions=_decisions(request.POST), seen=request.POST.get("seen", ""), by=by, at=at
            )
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            form.add_error(None, no.sentence)
            status = 409 if isinstance(no, ChangedMeanwhile) else 422
        else:
            messages.success(request, _said(done))
            return redirect("desk-people", programme)
    try:
        proposal = commands.propose_people(place, sheet, otherwise, by=by, at=at)
        _few_enough(proposal)
    except Refusal as no:
        form.add_error(None, no.sentence)
        return _proposed(request, place, form, None, status=422)
    return _proposed(request, place, form, Shown.of(proposal, sheet, _decisions(request.POST)), status=status)


def _sheet(form: SheetForm) -> sheets.Sheet | None:
    """Read what was given; None, with a sentence at its field, where it cannot be."""
    given = form.cleaned_data
    try:
        return sheets.read_given(file=given["file"], text=given["text"], carried=given["sheet"])
    except sheets.UnreadableSheet as no:
        form.add_error(no.field, no.sentence)
        return None


def _few_enough(proposal: Proposal) -> None:
    """Raise TooManyToDecide."""
    count = len(proposal.of(Outcome.PERHAPS))
    if count > MOST_TO_DECIDE:
        raise TooManyToDecide(
            f"{count} rows may be somebody you know already, by name only: more than anybody decides on one page. "
            "Give the sheet a column E-mail or ORCID, or bring it in parts."
        )


class TooManyToDecide(Refusal):
    """More rows ask who they are than anybody answers at once."""

    code = "too-many-to-decide"


def _decisions(given: QueryDict) -> dict[int, str]:
    """Give what was decided of rows, by their numbers."""
    found = {}
    for name, value in given.items():
        number = name.removeprefix(CHOICE)
        if name.startswith(CHOICE) and number.isdecimal() and len(number) < 6 and value:
            found[int(number)] = str(value)[:30]
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that may be somebody known, and what has been decided of it so far."""

    row: Row
    decided: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same outcome, as many as are shown."""

    key: str
    title: str
    rows: Sequence[Row]
    more: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as the page shows it."""

    proposal: Proposal
    text: str
    asked: Sequence[Asked]
    refused: Group
    groups: Sequence[Group]
    left: frozenset[int]
    button: str

    @classmethod
    def of(cls, proposal: Proposal, sheet: sheets.Sheet, decisions: dict[int, str]) -> Shown:
        """Sort the rows by what becomes of them."""
        added = proposal.of(Outcome.NEW)
        changed = [row for row in proposal.of(Outcome.SAME) if not row.steps.is_empty]

        def group(key: str, title: str, rows: Sequence[Row]) -> Group:
            return Group(key, title, rows[:MOST_SHOWN], max(len(rows) - MOST_SHOWN, 0))

        groups = (
            group("new", "Added", added),
            group("changed", "Changed", changed),
            group("unchanged", "As they are", proposal.unchanged),
        )
        return cls(
            proposal,
            sheet.to_text(),
            [Asked(row, decisions.get(row.number, "")) for row in proposal.of(Outcome.PERHAPS)],
            group("refused", "Left out, because they cannot be read", proposal.of(Outcome.REFUSED)),
            tuple(each for each in groups if each.rows),
            frozenset(number for number, choice in decisions.items() if choice == LEAVE),
            _button(proposal),
        )


def say_people(count: int) -> str:
    """Say how many people: "1 person"."""
    return "1 person" if count == 1 else f"{count} people"


def _button(proposal: Proposal) -> str:
    """Say on the button what it does."""
    does = [f"Add {say_people(proposal.added)}"] * bool(proposal.added)
    if proposal.changed:
        does.append(f"{'change' if does else 'Change'} {say_people(proposal.changed) if not does else proposal.changed}")
    if proposal.of(Outcome.PERHAPS):
        does.append("and do what you decided above" if does else "Do what you decided above")
    return ", ".join(does)


def _said(done: commands.Imported) -> str:
    parts = [f"{say_people(done.added)} added", f"{done.changed} changed"]
    if done.organisations:
        parts.append("1 organisation added" if done.organisations == 1 else f"{done.organisations} organisations added")
    for count, words in ((done.unchanged, "as they were"), (done.left, "left out"), (done.refused, "left out unread")):
        if count:
            parts.append(f"{count} {'row' if count == 1 else 'rows'} {words}")
    return ", ".join(parts) + "."


def _proposed(request: HttpRequest, place: Programme, form: SheetForm, shown: Shown | None, *, status: int) -> HttpResponse:
    context = {"programme": place, "form": form, "shown": shown}
    return render(request, "people/import.html", context, status=status)


# -- taking people along


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people of a programme somebody asks for: found by words, role, cohort and how they stand here; or those ticked.

    `is_chosen` says that it was for those ticked: then nothing ticked is nobody, and `is_everyone` is all that are found.
    """

    words: str
    role: str
    cohort: str
    here: queries.Here | None
    keys: frozenset[int]
    is_chosen: bool
    is_everyone: bool

    @classmethod
    def of(cls, given: QueryDict) -> Wanted:
        """Read it from an address or a form."""
        role, here = given.get("role", ""), str(given.get("here", ""))
        ticked = [key for each in given.getlist("who") for key in str(each).split(",")]
        return cls(
            given.get("q", "").strip()[:80],
            role if role in RoleKind.values else "",
            given.get("cohort", "")[:60],
            queries.Here(here) if here in set(queries.Here) else None,
            frozenset(int(key) for key in ticked[:MOST_CHOSEN] if key.isdecimal() and len(key) <= 18),
            given.get("of") == "chosen",
            bool(given.get("everyone")),
        )

    def people(self, place: Programme, by: Person | None, at: datetime) -> QuerySet[Person]:
        """Find them, cut to whom somebody may know of."""
        if self.is_chosen and not self.is_everyone:
            return queries.people_of(place, by, at=at).filter(pk__in=self.keys)
        return queries.people_of(place, by, words=self.words, role=self.role, cohort=self.cohort, here=self.here, at=at)


_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@team_page
@require_safe
def people_export(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """Give the people of the list as a file: those that are found, or with `of=chosen` those that are ticked."""
    if form not in _TYPES:
        raise Http404
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    wanted = Wanted.of(request.GET)
    if wanted.is_chosen and not wanted.is_everyone and not wanted.keys:
        return redirect(f"{reverse('desk-people-several', args=[programme])}?of=chosen")
    narrowed = {} if wanted.is_chosen and not wanted.is_everyone else {"role": wanted.role, "cohort": wanted.cohort}
    rows = exports.rows(wanted.people(place, by, at), place, **narrowed, at=at)
    answer: HttpResponse
    if form == "json":
        people = [dict(zip(exports.HEADER, row, strict=True)) for row in rows]
        told = {"programme": place.slug, "as of": at.isoformat(), "people": people}
        answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    else:
        write = to_csv if form == "csv" else to_xlsx
        answer = HttpResponse(write(exports.HEADER, rows), content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{place.slug}-people-{at:%Y-%m-%d}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
