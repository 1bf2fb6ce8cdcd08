"""Building a form: its questions and sections, each edited in its place, by two at a time too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.forms import Content, Finding, Kind, check, difference, load, sensitive_since
from hub.core.forms.compare import say_condition
from hub.core.forms.edit import (
    NoSuchQuestion,
    add_question,
    add_section,
    change_question,
    change_section,
    copy_question,
    lost_conditions,
    move_question,
    move_section,
    put_back,
    remove_question,
    remove_section,
)
from hub.core.forms.model import (
    Question,
    Section,
    dump_condition,
    dump_question,
    every_question,
    load_condition,
    load_question,
)
from hub.forms import commands, queries
from hub.forms.forms import AboutForm, QuestionForm, SectionForm
from hub.forms.models import Form
from hub.forms.pages.place import draft_seen, form_or_404
from hub.kit.fields import Differs, refuse
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import whoever


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the builder, with what is said of it."""

    question: Question
    condition: str
    findings: tuple[Finding, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section in the builder."""

    section: Section
    rows: tuple[Row, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """What somebody was editing while a colleague removed it: its words and icon, where it is sent, what goes along unseen."""

    what: str
    icon: str
    url: str
    near: str  # the section the keyboard goes on in when it is closed
    carried: Mapping[str, str]


def _builder(
    request: Request,
    form: Form,
    *,
    focus: str = "",
    editing: str = "",
    edit_form: Any = None,
    gone: Gone | None = None,
    theirs: Sequence[Differs] = (),
    undo: str = "",
    said: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the builder, or for a script its part. `focus` is the key of the question or section where the keyboard goes on."""
    content = load(form.draft)
    published = queries.contents(form)
    findings = check(content, is_anonymous=form.is_anonymous, published=published)
    first, last = (content.questions[0].key, content.questions[-1].key) if content.questions else ("", "")
    several = len(content.sections) > 1
    sections = [
        SectionRow(
            section,
            tuple(
                Row(
                    question,
                    say_condition(question.only_if, content) if question.only_if else "",
                    tuple(each for each in findings if each.question == question.key),
                    question.key == first and (not several or place == 0),
                    question.key == last and (not several or place == len(content.sections) - 1),
                )
                for question in section.questions
            ),
            place == 0,
            place == len(content.sections) - 1,
        )
        for place, section in enumerate(content.sections)
    ]
    newest = max(published, default=0)
    context = {
        "programme": form.programme,
        "form": form,
        "content": content,
        "sections": sections,
        "kinds": [kind for kind in Kind if not (form.is_anonymous and kind in (Kind.FILE, Kind.CONSENT))],
        "findings": [each for each in findings if not each.question],
        "wrong": sum(each.is_wrong for each in findings),
        "newest": newest,
        "is_changed": newest > 0 and bool(difference(published[newest], content)),
        "count": queries.counts_of([form])[form.pk],
        "focus": focus,
        "editing": editing,
        "edit_form": edit_form,
        "gone": gone,
        "theirs": theirs,
        "undo": undo,
        "said": said,
        "refusal": refusal,
        "tab": "questions",
    }
    template = "forms/desk/_builder.html" if request.htmx else "forms/desk/builder.html"
    return render(request, template, context, status=status)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def builder(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show the questions; POST `do=` adds, moves, copies, removes or puts back one of them, or a section."""
    form = form_or_404(programme, slug)
    if request.method != "POST":
        return _builder(request, form, focus=request.GET.get("at", ""))
    before = load(form.draft)
    try:
        deed = _deed(before, request.POST)
        saved = commands.edit_draft(form, deed.content, seen=draft_seen(request, form), by=whoever(request), at=timezone.now())
    except Refusal as no:
        now = form_or_404(programme, slug)
        focus = request.POST.get("key", "")
        return _builder(request, now, focus=focus, refusal=no, status=409 if isinstance(no, ChangedMeanwhile) else 422)
    said = deed.said + _said_of_conditions(before, deed.content)
    if not request.htmx:
        if deed.edits:
            return redirect("desk-form-question", programme, slug, deed.edits)
        if said:
            messages.success(request, said)
        return redirect(f"{reverse('desk-form', args=[programme, slug])}#{deed.focus}")
    question = load(saved.draft).question(deed.edits) if deed.edits else None
    edit_form = QuestionForm(question, load(saved.draft)) if question else None
    return _builder(request, saved, focus=deed.focus, editing=deed.edits, edit_form=edit_form, undo=deed.undo, said=said)


def _said_of_conditions(before: Content, after: Content) -> str:
    """Say which questions are shown always now, and why, and which have their condition again."""
    had = {each.key: each.only_if for each in before.questions}
    said = ""
    for each in lost_conditions(before, after):
        spoke_of = had[each.key]
        is_there = spoke_of is not None and after.question(spoke_of.question) is not None
        said += (
            f" “{each.label}” is shown always now: what its condition spoke of {'comes after it' if is_there else 'is gone'}."
        )
    for each in lost_conditions(after, before):
        said += f" “{each.label}” has its condition again."
    return said


@dataclass(frozen=True, slots=True)
class Deed:
    """What a press of a button made of the form, and where the keyboard goes on."""

    content: Content
    focus: str = ""
    edits: str = ""
    undo: str = ""
    said: str = ""


def _deed(content: Content, given: QueryDict) -> Deed:
    """Do what a button says. Raises BadRequest for what is no button, and what the edit refuses with."""
    do, key = given.get("do", ""), given.get("key", "")
    if given.get("kind"):
        try:
            kind = Kind(str(given["kind"]))
        except ValueError:
            raise BadRequest("There is no such button.") from None
        changed, new = add_question(content, kind, section=given.get("section", ""), after=given.get("after", ""))
        return Deed(changed, new.key, new.key)
    simple: dict[str, Callable[[], Deed]] = {
        "up": lambda: Deed(move_question(content, key, "up"), key),
        "down": lambda: Deed(move_question(content, key, "down"), key),
        "copy": lambda: _copied(content, key),
        "remove": lambda: _removed(content, key),
        "put-back": lambda: _put_back(content, given.get("what", "")),
        "add-section": lambda: _section_added(content),
        "section-up": lambda: Deed(move_section(content, key, "up"), key),
        "section-down": lambda: Deed(move_section(content, key, "down"), key),
        "section-remove": lambda: _section_removed(content, key),
    }
    if do not in simple:
        raise BadRequest("There is no such button.")
    return simple[do]()


def _copied(content: Content, key: str) -> Deed:
    changed, new = copy_question(content, key)
    return Deed(changed, new.key, said="Copied.")


def _removed(content: Content, key: str) -> Deed:
    changed = remove_question(content, key)
    section, question = content.section_of(key), content.question(key)
    assert section is not None  # removing it would have refused
    assert question is not None
    place = section.questions.index(question)
    focus = _beside([each.key for each in content.questions], key) or section.key
    lost = {each.key: content.question(each.key) for each in lost_conditions(content, changed)}
    conditions = {key: dump_condition(was.only_if) for key, was in lost.items() if was is not None and was.only_if}
    undo = json.dumps(
        {"question": dump_question(question), "section": section.key, "at": place, "conditions": conditions},
        ensure_ascii=False,
    )
    return Deed(changed, focus, undo=undo, said=f"“{question.label or question.kind.label}” is gone.")


def _beside(keys: list[str], key: str) -> str:
    """Give the key after one, of the last the one before it; "" where there is no other."""
    at = keys.index(key)
    return next(iter(keys[at + 1 :] or keys[:at][::-1]), "")


def _put_back(content: Content, what: str) -> Deed:
    try:
        facts = json.loads(what)
        question = load_question(facts["question"])
        conditions = {str(key): load_condition(each) for key, each in facts.get("conditions", {}).items()}
        changed = put_back(content, question, section=str(facts["section"]), at=int(facts["at"]), conditions=conditions)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadRequest("There is no such button.") from None
    return Deed(changed, question.key, said="It is back.")


def _section_added(content: Content) -> Deed:
    changed = add_section(content, "New section")
    return Deed(changed, changed.sections[-1].key)


def _section_removed(content: Content, key: str) -> Deed:
    changed = remove_section(content, key)
    focus = _beside([each.key for each in content.sections], key)
    return Deed(changed, focus, said="The section is gone with its questions.")


def _question_form(form: Form, found: Question, content: Content, *given: QueryDict) -> QuestionForm:
    """Give the fields of a question, with what the versions of its form say of it."""
    published = queries.contents(form)
    past = every_question([published[number] for number in sorted(published)]).get(found.key)
    return QuestionForm(found, content, *given, past=past, sensitive_since=sensitive_since(published).get(found.key))


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, programme: str, slug: str, key: str) -> HttpResponse:
    """Edit one question, in its place in the builder."""
    form = form_or_404(programme, slug)
    content = load(form.draft)
    found = content.question(key)
    if found is None:
        return _question_gone(request, form, key)
    if request.method != "POST":
        return _builder(request, form, editing=key, edit_form=_question_form(form, found, content), focus=key)
    edit_form = _question_form(form, found, content, request.POST)
    if not edit_form.is_valid():
        return _builder(request, form, editing=key, edit_form=edit_form, status=422)
    try:
        return _saved(request, form, lambda now: change_question(now, edit_form.changed()), edit_form, key)
    except NoSuchQuestion:
        return _question_gone(request, form, key)


def _question_gone(request: Request, form: Form, key: str) -> HttpResponse:
    """Show what was typed into a question that is not there, by the kind that was sent with it."""
    now = form_or_404(form.programme.slug, form.slug)
    try:
        kind = Kind(request.POST.get("kind", ""))
    except ValueError:
        return _nothing_there(request, now, "This question")
    section = request.POST.get("section", "")
    edit_form = QuestionForm(Question(key=key, kind=kind, label=""), load(now.draft), request.POST)
    url = reverse("desk-form-question", args=[form.programme.slug, form.slug, key])
    gone = Gone("question", kind.icon, url, section, {"kind": kind.value, "section": section})

    def again(content: Content) -> tuple[Content, str]:
        added, new = add_question(content, kind, section=section)
        return change_question(added, replace(edit_form.changed(), key=new.key)), new.key

    return _gone(request, now, gone, edit_form, again)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: Request, programme: str, slug: str, key: str) -> HttpResponse:
    """Edit the words of a section, in its place in the builder."""
    form = form_or_404(programme, slug)
    found = next((each for each in load(form.draft).sections if each.key == key), None)
    if found is None:
        return _section_gone(request, form, key)
    given = request.POST if request.method == "POST" else None
    edit_form = SectionForm(given, initial={"title": found.title, "intro": found.intro})
    if given is None or not edit_form.is_valid():
        return _builder(request, form, editing=key, edit_form=edit_form, focus=key, status=422 if edit_form.errors else 200)
    try:
        return _saved(request, form, lambda now: change_section(now, key, **edit_form.words()), edit_form, key)
    except NoSuchQuestion:
        return _section_gone(request, form, key)


def _section_gone(request: Request, form: Form, key: str) -> HttpResponse:
    """Show what was typed into a section that is not there."""
    now = form_or_404(form.programme.slug, form.slug)
    if request.method != "POST":
        return _nothing_there(request, now, "This section")
    edit_form = SectionForm(request.POST)
    url = reverse("desk-form-section", args=[form.programme.slug, form.slug, key])

    def again(content: Content) -> tuple[Content, str]:
        added = add_section(content)
        new = added.sections[-1].key
        return change_section(added, new, **edit_form.words()), new

    return _gone(request, now, Gone("section", "menu", url, "", {}), edit_form, again)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: Request, programme: str, slug: str) -> HttpResponse:
    """Edit the words about the form, at the top of the builder."""
    form = form_or_404(programme, slug)
    edit_form = AboutForm.of(load(form.draft), request.POST if request.method == "POST" else None)
    if request.method != "POST" or not edit_form.is_valid():
        return _builder(
            request, form, editing="about", edit_form=edit_form, focus="about", status=422 if edit_form.errors else 200
        )
    return _saved(request, form, edit_form.content, edit_form, "about")


def _saved(request: Request, form: Form, change: Callable[[Content], Content], edit_form: Any, key: str) -> HttpResponse:
    """Save what was typed, or show it beside what a colleague saved meanwhile. Raises NoSuchQuestion where it was removed."""
    by, at = whoever(request), timezone.now()
    try:
        saved = commands.edit_draft(form, change(load(form.draft)), seen=draft_seen(request, form), by=by, at=at)
    except (ChangedMeanwhile, NotAllowed) as no:
        refuse(edit_form, no)
        now = form_or_404(form.programme.slug, form.slug)
        content = load(now.draft)
        facts = [fact for each in difference(content, change(content)) for fact in each.facts]
        theirs = [Differs(each.label, each.before or "–", each.after or "–") for each in facts]
        return _builder(request, now, editing=key, edit_form=edit_form, theirs=theirs, status=409)
    return _on_to(request, saved, key)


def _on_to(request: Request, saved: Form, key: str) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('desk-form', args=[saved.programme.slug, saved.slug])}#{key}")
    return _builder(request, saved, focus=key)


def _nothing_there(request: Request, form: Form, what: str) -> HttpResponse:
    """Say to a script, which shows no page of its own, that what was pressed is gone. Raises Http404."""
    if not request.htmx:
        raise Http404
    no = NoSuchQuestion(f"{what} is not in the form any more: somebody removed it meanwhile.")
    return _builder(request, form, refusal=no, status=409)


def _gone(
    request: Request, form: Form, gone: Gone, edit_form: Any, again: Callable[[Content], tuple[Content, str]]
) -> HttpResponse:
    """Keep what was typed into what a colleague removed meanwhile in sight; `do=again` adds it, under a key of its own."""
    if not edit_form.is_valid() and request.POST.get("do") == "again":
        return _builder(request, form, edit_form=edit_form, gone=gone, status=422)
    try:
        if request.POST.get("do") != "again":
            raise NoSuchQuestion(
                f"Somebody removed this {gone.what} meanwhile, so it can’t be saved. Add it as a new {gone.what},"
                " or copy what you typed."
            )
        content, key = again(load(form.draft))
        saved = commands.edit_draft(form, content, seen=draft_seen(request, form), by=whoever(request), at=timezone.now())
    except Refusal as no:
        refuse(edit_form, no)
        return _builder(request, form_or_404(form.programme.slug, form.slug), edit_form=edit_form, gone=gone, status=409)
    return _on_to(request, saved, key)
