"""Answering a form: fill it in, come back, look it over, send it, change or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.forms import (
    AnswerState,
    Audience,
    Content,
    FormState,
    Kind,
    NotOpen,
    Reading,
    Typed,
    Wrong,
    closed_at,
    difference,
    load,
    read,
    typed_again,
    typed_in,
    veiled,
)
from hub.core.forms.compare import Verb
from hub.core.veil import Veil
from hub.forms import commands, permissions, queries
from hub.forms.models import Answer, Form, FormVersion, Upload
from hub.forms.pages.place import terms_of
from hub.forms.showing import as_text, as_typed, in_words, shown
from hub.kit.request import Request
from hub.people.access import member_page, own_page, person_of, public_page, seen_as, to_sign_in, up_to_4_mb, with_own_eyes
from hub.people.models import Person
from hub.people.permissions import belongs
from hub.services.uploads import ACCEPT, MOST_OCTETS, TAKEN, BadFile

_TRIES = {"answer_form": "200/h/ip"}  # an anonymous form anybody may answer; a whole room may share an address


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: the form, what it asks now, and who they are (nobody, in an anonymous one)."""

    form: Form
    version: FormVersion
    content: Content
    person: Person | None
    at: datetime
    veil: Veil  # over the words of the form, as they read it

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        return queries.is_open(self.form, at=self.at)

    @property
    def address(self) -> str:
        """Its own address."""
        return reverse("form", args=[self.form.programme.slug, self.form.slug])

    @property
    def cookie(self) -> str:
        """The name of the mark a browser gets when it has answered a form anybody may answer."""
        return f"answered-{self.form.pk}"


def enter(request: HttpRequest, programme: str, slug: str) -> Place | HttpResponse:
    """Let in whom the form asks. Signed out: to the sign-in, unless anybody may answer it. Its team is led to the preview.

    Whoever is not of the programme is told nothing (404), whoever is and is not asked, that they are not (403).
    """
    person, at = person_of(request), timezone.now()
    if seen := seen_as(request):  # a draft is read by nobody but whose it is
        return with_own_eyes(request, seen)
    form = queries.form_named(programme, slug)
    if form is None or not permissions.can_answer(person, form, at=at):
        if person is None and form is not None and form.is_anonymous:
            return redirect_to_login(request.path)  # what was typed stays in the browser alone
        if person is None:
            return to_sign_in(request)
        if form is None or not belongs(person, form.programme, at=at):
            raise Http404
        if permissions.can_build(person, form.programme, at=at):
            return redirect("desk-form-preview", programme, slug)
        raise PermissionDenied
    version = queries.newest(form)
    if version is None:
        raise Http404
    veil = queries.veil_over(form, person, at=at)
    return Place(form, version, veiled(version.content, veil), person, at, veil)


# -- filling in


@up_to_4_mb
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show the form with what was typed so far; POST keeps it (`do=save`, `autosave`) or looks it over (`do=review`).

    Once the form is closed nothing is kept, and what was typed is shown, to be read and copied.
    """
    place = enter(request, programme, slug)
    if isinstance(place, HttpResponse):
        return place
    if place.form.is_anonymous:
        return _fill_anonymously(request, place)
    assert place.person is not None  # only an anonymous form asks nobody in particular
    answer = queries.answer_of(place.form, place.person)
    if not place.is_open:
        return _over(request, place, answer, _lists(request.POST) if request.method == "POST" else None)
    if request.method != "POST":
        typed = _typed_so_far(place, answer)
        is_checked = "check" in request.GET
        reading = read(place.content, typed)
        return _page(request, place, typed, reading, answer, is_checked=is_checked)
    return _keep(request, place)


def _keep(request: Request, place: Place) -> HttpResponse:
    person, at = place.person, place.at
    assert person is not None
    do = request.POST.get("do", "save")
    faults: list[Wrong] = []
    typed: dict[str, list[str]] = _lists(request.POST)
    try:
        answer = commands.start_answer(place.form, person, by=person, at=at)
        seen = parse_datetime(request.POST.get("seen", "")) or None
        typed |= _uploaded(request, place, answer, faults)
        answer = commands.save_answer(answer, typed, seen=seen, by=person, at=at)
    except ChangedMeanwhile as no:
        now = queries.answer_of(place.form, person)
        if request.htmx:
            return _not_saved(request, place, now, no, status=409)
        reading = read(place.content, typed)
        return _page(request, place, typed, reading, now, refusal=no, status=409)
    except NotOpen as no:
        place, now = _as_it_is(place), queries.answer_of(place.form, person)
        if not place.is_open:
            return _over(request, place, now, typed)
        if request.htmx:
            return _not_saved(request, place, now, no, status=422)
        return _page(request, place, typed, read(place.content, typed), now, refusal=no, status=422)
    if request.htmx:
        return render(request, "forms/_saved.html", {"answer": answer, "zone": _zone(place)})
    if faults:
        reading = read(place.content, answer.typed, is_complete=False)
        wrong = Reading(reading.values, (*faults,), reading.shown)
        return _page(request, place, answer.typed, wrong, answer, is_checked=True, status=422)
    if do == "review":
        reading = read(place.content, answer.typed)
        if (changed := _other_version(request, place)) is not None:
            return _page(request, place, answer.typed, reading, answer, refusal=changed, status=409)
        if reading.wrong:
            return _page(request, place, answer.typed, reading, answer, is_checked=True, status=422)
        return redirect("form-review", place.form.programme.slug, place.form.slug)
    messages.success(request, "Saved. You can come back to it here at any time.")
    return redirect(place.address)


def _not_saved(request: HttpRequest, place: Place, answer: Answer | None, refusal: Refusal, *, status: int) -> HttpResponse:
    """Say, where a script asked, that it is not saved and why: beside the buttons, so that all that was typed stays."""
    context = {
        "answer": answer,
        "refusal": refusal,
        "may_keep": isinstance(refusal, ChangedMeanwhile),
        "zone": _zone(place),
    }
    return render(request, "forms/_saved.html", context, status=status)


def _as_it_is(place: Place) -> Place:
    """Give the place with its form as it stands now, after a command refused."""
    return replace(place, form=queries.form_named(place.form.programme.slug, place.form.slug) or place.form)


def _version_seen(request: HttpRequest) -> int:
    """Give the number of the version the page showed; nought where it does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 9 else 0


def _other_version(request: HttpRequest, place: Place) -> commands.QuestionsChanged | None:
    """Give what is said to who looks over what they typed into an earlier version; None where it is this one."""
    if _version_seen(request) in (0, place.version.number):
        return None
    return commands.QuestionsChanged(commands.CHANGED)


def _changes(request: HttpRequest, place: Place) -> list[tuple[str, str]]:
    """Say what is asked otherwise since the version the page showed, as (key of the question, sentence)."""
    before = queries.versions(place.form).filter(number=_version_seen(request)).first()
    if before is None or before.number == place.version.number:
        return []
    words = {Verb.ADDED: "New", Verb.CHANGED: "Changed", Verb.REMOVED: "Asked no more"}
    found = []
    for each in difference(load(before.content), place.content):
        if each.verb in words:
            was = next((f" (it was “{fact.before}”)" for fact in each.facts if fact.label == "Question"), "")
            key = each.key if each.verb is not Verb.REMOVED and place.content.question(each.key) else ""
            found.append((key, f"{words[each.verb]}: {each.title}{was}"))
    return found


def _lists(given: QueryDict) -> dict[str, list[str]]:
    return {name: [str(each) for each in values] for name, values in given.lists()}


def _typed_so_far(place: Place, answer: Answer | None) -> Typed:
    """Give what stands in the form: what was saved, else what was sent."""
    if answer is None or answer.state == AnswerState.WITHDRAWN:
        return {}
    return answer.typed or typed_again(place.content, answer.values)


def _uploaded(request: HttpRequest, place: Place, answer: Answer, faults: list[Wrong]) -> dict[str, list[str]]:
    """Keep the files that came along; those that can't be kept go into `faults`. A ticked “remove” leaves a question empty."""
    typed: dict[str, list[str]] = {}
    for question in place.content.asked:
        if question.kind is not Kind.FILE:
            continue
        file = request.FILES.get(question.key)
        if f"{question.key}.remove" in request.POST:
            typed[question.key] = []
        if isinstance(file, UploadedFile):
            try:
                data = file.read() if (file.size or 0) <= MOST_OCTETS else b"x" * (MOST_OCTETS + 1)
                upload = commands.add_upload(answer, question.key, data, file.name or "", by=place.person, at=place.at)
                typed[question.key] = [str(upload.pk)]
            except BadFile as no:
                faults.append(Wrong(question.key, no.sentence, question.key))
    return typed


def _page(
    request: HttpRequest,
    place: Place,
    typed: Typed,
    reading: Reading,
    answer: Answer | None,
    *,
    is_checked: bool = False,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    uploads: Mapping[str, Upload] = {str(each.pk): each for each in answer.uploads.all()} if answer else {}
    sections = shown(
        place.content,
        typed,
        reading,
        uploads=uploads,
        terms=terms_of(place.form.programme) if any(each.use for each in place.content.asked) else {},
        is_checked=is_checked,
    )
    is_other_version = isinstance(refusal, commands.QuestionsChanged)
    context = _context(place) | {
        "sections": sections,
        "wrong": [each for section in sections for each in section.questions if each.wrong],
        "answer": answer,
        "refusal": refusal,
        "may_keep": isinstance(refusal, ChangedMeanwhile) and not is_other_version,
        "is_other_version": is_other_version,
        "changes": _changes(request, place) if is_other_version else [],
        "is_sent": answer is not None and answer.state == AnswerState.SENT,
        "is_changed": answer is not None and answer.state == AnswerState.SENT and bool(answer.typed),
        "accept": ACCEPT,
        "taken": TAKEN,
        "has_files": any(each.kind is Kind.FILE for each in place.content.asked),
    }
    return render(request, "forms/fill.html", context, status=status)


def _context(place: Place) -> dict[str, Any]:
    return {
        "programme": place.form.programme,
        "form": place.form,
        "content": place.content,
        "version": place.version,
        "zone": _zone(place),
        "is_public_form": place.form.audience == Audience.ANYBODY,
    }


def _zone(place: Place) -> str:
    return (place.person.zone if place.person else "") or place.form.programme.zone


def _over(request: Request, place: Place, answer: Answer | None, given: Typed | None = None) -> HttpResponse:
    """Say that the form takes no answers, and since or until when; with what one sent, and what was typed and is not sent.

    `given` is what came too late: it is not kept, and must not be lost on its way back.
    """
    form = place.form
    if given is not None and request.htmx:
        no = NotOpen("This form takes no answers now, so this is not saved.")
        return _not_saved(request, place, answer, no, status=422)
    over_at = closed_at(FormState(form.state), form.state_at, form.closes_at, at=place.at)
    saved: Typed = answer.typed if answer is not None else {}
    typed = saved if given is None else typed_in(place.content, given)
    uploads = {str(each.pk): each.name for each in answer.uploads.all()} if answer is not None else {}
    too_late = {key: file.name or "A file" for key, file in request.FILES.items() if isinstance(file, UploadedFile)}
    sections = as_typed(place.content, typed, uploads=uploads, too_late=too_late)
    context = _context(place) | {
        "answer": answer,
        "is_early": over_at is None and form.opens_at is not None and place.at < form.opens_at,
        "over_at": over_at,
        "sections": sections,
        "text": as_text(sections),
        "is_late": given is not None and bool(sections) and (typed != saved or bool(too_late)),
        "has_saved": any(saved.values()),
    }
    return render(request, "forms/over.html", context, status=200 if given is None else 422)


# -- looking it over and sending


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show what would be sent; POST sends it."""
    place = enter(request, programme, slug)
    if isinstance(place, HttpResponse):
        return place
    answer = queries.answer_of(place.form, place.person) if place.person and not place.form.is_anonymous else None
    if answer is None or answer.state == AnswerState.WITHDRAWN or not place.is_open:
        return redirect(place.address)
    if request.method == "POST":
        try:
            commands.send_answer(answer, seen=_version_seen(request), by=place.person, at=place.at)
        except commands.QuestionsChanged as no:
            typed = _typed_so_far(place, answer)
            return _page(request, place, typed, read(place.content, typed), answer, refusal=no, status=409)
        except commands.NotComplete as no:
            typed = _typed_so_far(place, answer)
            return _page(request, place, typed, no.reading, answer, is_checked=True, status=422)
        except NotOpen as no:
            messages.error(request, no.sentence)
            return redirect(place.address)
        return redirect("form-sent", programme, slug)
    if answer.state == AnswerState.SENT and not answer.typed:
        return redirect("form-sent", programme, slug)  # nothing waits to be looked over
    typed = _typed_so_far(place, answer)
    reading = read(place.content, typed)
    if reading.wrong:
        return redirect(f"{place.address}?check")
    uploads = {str(each.pk): each.name for each in answer.uploads.all()}
    values = {
        key: value | {"name": uploads.get(value["file"], "A file")} if isinstance(value, dict) and "file" in value else value
        for key, value in reading.values.items()
    }
    context = _context(place) | {"sections": in_words(place.content, values, visible=reading.shown), "answer": answer}
    return render(request, "forms/review.html", context)


@public_page
@require_safe
def sent(request: Request, programme: str, slug: str) -> HttpResponse:
    """Say that it is sent, what was, and what one can still do with it."""
    place = enter(request, programme, slug)
    if isinstance(place, HttpResponse):
        return place
    if place.form.is_anonymous:
        return render(request, "forms/sent.html", _context(place) | {"has_answered": _has_answered(request, place)})
    assert place.person is not None
    answer = queries.answer_of(place.form, place.person)
    if answer is None or answer.state != AnswerState.SENT:
        return redirect(place.address)
    content = veiled(answer.version.content, place.veil)
    visible = read(content, typed_again(content, answer.values), is_complete=False).shown
    context = _context(place) | {
        "answer": answer,
        "sections": in_words(content, answer.values, visible=visible) if answer.purged_at is None else (),
        "is_open": place.is_open,
    }
    return render(request, "forms/sent.html", context)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, programme: str, slug: str) -> HttpResponse:
    """Ask whether an answer is really to be taken back; POST takes it back."""
    place = enter(request, programme, slug)
    if isinstance(place, HttpResponse):
        return place
    answer = queries.answer_of(place.form, place.person) if place.person and not place.form.is_anonymous else None
    if answer is None or answer.state == AnswerState.WITHDRAWN:
        return redirect(place.address)
    if answer.purged_at is not None:  # the page of what was sent says what became of it
        return redirect("form-sent", place.form.programme.slug, place.form.slug)
    if request.method == "POST":
        commands.withdraw_answer(answer, by=place.person, at=place.at)
        messages.success(request, "Withdrawn. What you had answered is deleted.")
        return redirect("my-forms")
    return render(request, "forms/withdraw.html", _context(place) | {"answer": answer, "is_open": place.is_open})


# -- anonymously


def _has_answered(request: HttpRequest, place: Place) -> bool:
    if place.form.audience == Audience.ANYBODY:
        return request.get_signed_cookie(place.cookie, default="") == "yes"
    return place.person is not None and queries.has_taken(place.form, place.person)


def _fill_anonymously(request: Request, place: Place) -> HttpResponse:
    """Take an anonymous form through: nothing is kept here before it is sent, so that no draft tells whose it is."""
    if not place.is_open:
        return _over(request, place, None, _lists(request.POST) if request.method == "POST" else None)
    if _has_answered(request, place):
        return redirect("form-sent", place.form.programme.slug, place.form.slug)
    if request.method != "POST":
        return _page(request, place, {}, read(place.content, {}), None)
    typed = typed_in(place.content, _lists(request.POST))
    reading = read(place.content, typed)
    do = request.POST.get("do")
    if do == "change":
        return _page(request, place, typed, reading, None)
    if do != "send" and (changed := _other_version(request, place)) is not None:
        return _page(request, place, typed, reading, None, refusal=changed, status=409)
    if reading.wrong:
        return _page(request, place, typed, reading, None, is_checked=True, status=422)
    if do != "send":
        fields = [(name, text) for name, texts in typed.items() for text in texts]
        context = _context(place) | {
            "sections": in_words(place.content, reading.values, visible=reading.shown),
            "fields": fields,
        }
        return render(request, "forms/review.html", context)
    return _send_anonymously(request, place, typed, reading)


def _send_anonymously(request: Request, place: Place, typed: Typed, reading: Reading) -> HttpResponse:
    by = None if place.form.audience == Audience.ANYBODY else place.person
    if by is None and not ratelimit.consume(request, app="hub.forms", action="answer_form", config=_TRIES):
        no: Refusal = NotOpen("Many answers have come from your network in the last hour. Try again later; nothing is lost.")
        return _page(request, place, typed, reading, None, refusal=no, status=422)
    try:
        commands.answer_anonymously(place.form, typed, version=_version_seen(request), by=by, at=place.at)
    except commands.AlreadyAnswered:
        return redirect("form-sent", place.form.programme.slug, place.form.slug)
    except NotOpen:
        return _over(request, _as_it_is(place), None, typed)
    except commands.QuestionsChanged as no:
        return _page(request, place, typed, reading, None, refusal=no, status=409)
    answer = redirect("form-sent", place.form.programme.slug, place.form.slug)
    if place.form.audience == Audience.ANYBODY:
        secure = request.is_secure()
        answer.set_signed_cookie(
            place.cookie, "yes", max_age=180 * 86400, httponly=True, samesite="Lax", secure=secure, path="/forms/"
        )
    return answer


# -- what is mine, and files


@member_page
@require_safe
def my_forms(request: HttpRequest) -> HttpResponse:
    """List the forms that ask the person, what waits for them first."""
    person = person_of(request)
    assert person is not None  # the decorator let them in
    mine = queries.asked_of(person, at=timezone.now())
    waiting = [each for each in mine if each.is_open and each.state != AnswerState.SENT]
    others = [each for each in mine if each not in waiting]
    context = {"waiting": waiting, "others": others, "zone": person.clock}
    return render(request, "forms/mine.html", context)


@own_page
@require_safe
def file(request: HttpRequest, programme: str, slug: str, pk: int) -> HttpResponseBase:
    """Give a file of an answer to whose it is, and once it was sent to the team; as a download, whatever it is."""
    person, at = person_of(request), timezone.now()
    found = queries.upload(programme, slug, pk)
    if found is None or not permissions.can_read(person, found.answer, at=at) or not default_storage.exists(found.stored):
        raise Http404
    is_own = person is not None and person.pk == found.person_id
    if not is_own and found.answer.values.get(found.question, {}).get("file") != str(found.pk):
        raise Http404  # chosen, and not sent
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    stored = default_storage.open(found.stored)
    return FileResponse(stored, as_attachment=True, filename=found.name, content_type=found.media_type, headers=headers)
