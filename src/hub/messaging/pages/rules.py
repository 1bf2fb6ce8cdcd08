"""Rules in words: what happens or is due, to whom, when, with which letter; switched on by somebody who saw what that makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.kit import journal
from hub.kit.fields import Differs, differing
from hub.messaging import commands, queries
from hub.messaging.forms import RuleForm, refuse
from hub.messaging.happenings import Happening, happenings
from hub.messaging.models import Hook, Rule, Template
from hub.messaging.pages.place import number, status_of
from hub.messaging.previews import would_make
from hub.messaging.wanted import offset_of
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Worded:
    """A rule in words."""

    rule: Rule
    when: str
    to: str

    @property
    def is_known(self) -> bool:
        """Whether some room can still tell of what it speaks of."""
        return self.rule.happening in happenings()


def worded(rule: Rule) -> Worded:
    """Put a rule in words: "2 weeks before, at 09:00", "The Experts of the cohort"."""
    known = happenings().get(rule.happening)
    if rule.hook is not None:
        to = f"the channel {rule.hook.name}"
    else:
        to = known.audiences.get(rule.audience, rule.audience) if known else rule.audience
        to = to[:1].lower() + to[1:]
    when = "as soon as it holds" if known and known.is_standing else offset_of(rule).say()
    return Worded(rule, when, to)


@dataclass(frozen=True, slots=True)
class About:
    """The rules that speak of one happening."""

    label: str
    rules: list[Worded]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, programme: str) -> HttpResponse:
    """List the rules by what they speak of, and the letters; POST takes over the usual ones, each switched off."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    if request.method == "POST":
        made = commands.adopt_usual(place, by=by, at=at)
        if made:
            words = f"{len(made)} letters with their rules are here now, each switched off: nobody gets anything yet."
            messages.success(request, words)
        else:
            messages.success(request, "You have all of the usual letters already.")
        return redirect("desk-message-rules", programme)
    grouped: dict[str, list[Worded]] = {}
    every = list(queries.rules_of(place))
    for rule in every:
        grouped.setdefault(rule.happening, []).append(worded(rule))
    known = happenings()
    usual = {each.slug for happening in known.values() for each in happening.usual}
    context = {
        "programme": place,
        "groups": [About(_label(known.get(name), name), found) for name, found in grouped.items()],
        "on": sum(rule.is_on for rule in every),
        "has_off": any(not rule.is_on and rule.happening in known for rule in every),
        "templates": list(queries.templates_of(place)),
        "missing": len(usual - {rule.usual for rule in every}),
    }
    return render(request, "messaging/rules.html", context)


def _label(happening: Happening | None, name: str) -> str:
    label = happening.label if happening else f"something no room tells of any more ({name})"
    return label[:1].upper() + label[1:]


def _offered(
    place: Programme, templates: list[Template]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], dict[str, Hook]]:
    """Give the letters a rule can write with, whom it can write to, and the channels."""
    known = happenings()
    usable = [each for each in templates if each.happening in known]
    letters = [(each.slug, f"{each.title} ({known[each.happening].label})") for each in usable]
    groups: dict[str, str] = {}
    for name in dict.fromkeys(each.happening for each in usable):
        groups |= {f"to:{key}": label for key, label in known[name].audiences.items() if f"to:{key}" not in groups}
    hooks = {f"hook:{hook.pk}": hook for hook in queries.hooks_of(place)}
    to = [*groups.items(), *((key, f"The channel {hook.name}") for key, hook in hooks.items())]
    return letters, to, hooks


def _to(value: str, hooks: dict[str, Hook]) -> dict[str, object]:
    if value in hooks:
        return {"hook": hooks[value]}
    return {"audience": value.removeprefix("to:")}


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest, programme: str) -> HttpResponse:
    """Add a rule, switched off; `?letter=` chooses its letter."""
    place = programme_or_404(programme)
    templates = list(queries.templates_of(place))
    letters, to, hooks = _offered(place, templates)
    form = RuleForm(request.POST or None, initial={"template": request.GET.get("letter", "")[:60]}, templates=letters, to=to)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        template = next(each for each in templates if each.slug == given["template"])
        try:
            made = commands.add_rule(
                template,
                offset=form.offset(),
                needs_ok=given["needs_ok"],
                by=whoever(request),
                at=timezone.now(),
                **_to(given["to"], hooks),  # type: ignore[arg-type]
            )
        except Refusal as no:
            _refuse(form, no)
        else:
            messages.success(request, "The rule is here, switched off. See what it would do, then switch it on.")
            return redirect("desk-rule", programme, made.pk)
    context = {"programme": place, "form": form, "has_letters": bool(letters)}
    return render(request, "messaging/rule_new.html", context, status=422 if request.method == "POST" else 200)


def _refuse(form: RuleForm, no: Refusal) -> None:
    field = {"audience": "to", "hook": "to"}.get(no.field or "", no.field)
    refuse(form, type(no)(no.sentence, field=field) if field != no.field else no)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show what a rule does, or would do; POST `do=on|off|edit|remove`."""
    place = programme_or_404(programme)
    found = queries.rule_of(place, pk)
    if found is None:
        raise Http404
    by, at = whoever(request), timezone.now()
    do = request.POST.get("do", "")
    refusal: Refusal | None = None
    form: RuleForm | None = None
    theirs: list[Differs] = []
    seen = (do == "edit" and request.POST.get("seen")) or queries.rule_mark(found)
    if request.method == "POST" and do in ("on", "off", "remove"):
        try:
            _decide(found, do, request.POST, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            words = {
                "on": "Switched on. Its messages are made within a minute.",
                "off": "Switched off. What waited is taken back.",
                "remove": "The rule is gone. What it sent stays in the outbox.",
            }
            messages.success(request, words[do])
            return redirect("desk-message-rules", programme) if do == "remove" else redirect("desk-rule", programme, pk)
    elif request.method == "POST":
        form = _form(place, found, request)
        if form.is_valid():
            given = form.cleaned_data
            _, _, hooks = _offered(place, [found.template])
            try:
                turned = commands.edit_rule(
                    found,
                    offset=form.offset(),
                    needs_ok=given["needs_ok"],
                    seen=seen,
                    by=by,
                    at=at,
                    **_to(given["to"], hooks),  # type: ignore[arg-type]
                )
            except commands.RuleChangedMeanwhile as no:
                _refuse(form, no)
                found = queries.rule_of(place, pk) or found
                theirs, seen = differing(form, _form(place, found, None).initial), queries.rule_mark(found)
            except Refusal as no:
                _refuse(form, no)
            else:
                messages.success(request, _kept(turned, needs_ok=given["needs_ok"]))
                return redirect("desk-rule", programme, pk)
    context = _context(place, found, form or _form(place, found, None), by=by, at=at)
    status = status_of(refusal) if refusal else 409 if theirs else 422 if form is not None else 200
    context |= {"refusal": refusal, "theirs": theirs, "seen": seen}
    return render(request, "messaging/rule.html", context, status=status)


def _kept(turned: int, *, needs_ok: bool) -> str:
    """Say what a change does to messages that were made already: how many are to be looked at now, or no longer."""
    if not turned:
        return "Kept. What waits follows within a minute."
    them, itself = f"{turned} message{'s' * (turned != 1)}", "itself" if turned == 1 else "themselves"
    if needs_ok:
        return f"Kept. {them} that would have gone by {itself} wait{'s' * (turned == 1)} for your look now."
    return f"Kept. {them} that waited for a look go{'es' * (turned == 1)} by {itself} when it is time."


def _decide(found: Rule, do: str, posted: QueryDict, *, by: Person, at: datetime) -> None:
    """Switch a rule on or off, or take it away; on only for what the person saw that it makes."""
    if do == "remove":
        commands.remove_rule(found, by=by, at=at)
        return
    if do == "on" and not found.is_on:
        would = would_make(found, at=at)
        if would.count != number(posted.get("count", "")):
            words = f"It would make {would.count} message{'s' * (would.count != 1)} now, which is not what this page showed."
            raise commands.RuleMakesOther(f"{words} Look again.")
        if would.mark != posted.get("would", ""):
            raise commands.RuleMakesOther("It would make as many messages as this page showed, but others. Look again.")
    commands.switch_rule(found, is_on=do == "on", by=by, at=at)


def _form(place: Programme, found: Rule, request: HttpRequest | None) -> RuleForm:
    letters, to, _ = _offered(place, [found.template])
    letters = letters or [(found.template.slug, found.template.title)]
    offset = offset_of(found)
    initial = {
        "template": found.template.slug,
        "to": f"hook:{found.hook_id}" if found.hook_id else f"to:{found.audience}",
        "days": abs(offset.days) or None,
        "hours": abs(offset.hours) or None,
        "side": "before" if offset.days < 0 or offset.hours < 0 else "after",
        "clock": offset.clock,
        "needs_ok": found.needs_ok,
    }
    form = RuleForm(request.POST if request else None, initial=initial, templates=letters, to=to)
    del form.fields["template"]  # another letter is another rule: its messages are known by it
    return form


def _context(place: Programme, found: Rule, form: RuleForm, *, by: Person, at: datetime) -> dict[str, object]:
    known = happenings().get(found.happening)
    numbers = next((each for each in queries.rules_of(place).filter(pk=found.pk)), found)
    return {
        "programme": place,
        "worded": worded(found),
        "rule": found,
        "about": _label(known, found.happening),
        "form": form,
        "would": would_make(found, at=at) if not found.is_on else None,
        "waiting": getattr(numbers, "waiting", 0),
        "to_look": getattr(numbers, "to_look", 0),
        "sent": getattr(numbers, "sent", 0),
        "history": journal.history_of(found, person=by, at=at),
    }
