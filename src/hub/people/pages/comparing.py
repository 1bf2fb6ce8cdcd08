"""Two records side by side, with all that merging them would do; and merging them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hub.core.consent import Standing
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.kit.joining import Collision, known_counting
from hub.people import commands, queries
from hub.people.commands.foreseeing import ConsentOutcome, Preview, in_words
from hub.people.forms import MergeForm
from hub.people.models import Account, Affiliation, Consent, FeedAddress, LikelyPair, Link, Person, Role
from hub.programmes.models import Programme

UNTOLD = ("people.AccessNeeds.person",)  # who merges two records does not learn that somebody said what they need
KNOWN_BY_WORDS = (Account, Affiliation, Consent, FeedAddress, Link, Role)  # each is told of; of others only how many


@dataclass(frozen=True, slots=True)
class Moving:
    """Rows of one sort that move, in words, and what is there already."""

    label: str
    count: int
    twice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Where the two differ in a programme, in words: what each says, and what will hold."""

    programme: Programme
    what: str
    kept: str
    gone: str
    holds: str
    tone: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What stays as it is in a programme, where no answer differs from the other: "Appear by name, Quote me (given)"."""

    programme: Programme
    words: str


def compared(
    request: HttpRequest,
    place: Programme,
    one: Person,
    other: Person,
    *,
    pair: LikelyPair | None = None,
    of: Person | None = None,
    by: Person | None,
    at: datetime,
) -> HttpResponse:
    """Show two records side by side (`?keep=` says which stays); POST merges them.

    They are a `pair` that was proposed, or chosen by hand on the page `of` one of them. Whoever calls has asked who may know.
    """
    wish = key_of((request.POST if request.method == "POST" else request.GET).get("keep", ""))
    kept = {one.pk: one, other.pk: other}.get(wish) or queries.which_stays(one, other, by)
    gone = other if kept.pk == one.pk else one
    preview = commands.preview_merge(kept, gone)
    offered = [each for each in preview.fields if each.differs and not each.is_fixed]
    form = MergeForm(request.POST if request.method == "POST" else None, keep=kept.pk, fields=offered)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            merge = commands.merge_people(kept, gone, choices=form.choices(), by=by, at=at)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
            status = 403 if isinstance(no, NotAllowed) else 409 if isinstance(no, ChangedMeanwhile) else 422
        else:
            return redirect(f"{reverse('desk-duplicates', args=[place.slug])}?merged={merge.pk}")
    elif form.is_bound:
        status = 422
    rows = queries.records_of([one, other], place, at=at)
    context = {
        "programme": place,
        "pair": pair,
        "of": of,
        "reasons": queries.reasons_of(pair) if pair else (),
        "kept": kept,
        "gone": gone,
        "records": [(rows[kept.pk], True), (rows[gone.pk], False)],
        "form": form,
        "same": [each.label for each in preview.fields if not each.differs and each.kept and not each.is_fixed],
        "since": next(each.holds for each in preview.fields if each.name == "added_at"),
        **_moves(preview, by, at),
        **_answers(preview, by, at),
    }
    return render(request, "people/duplicate.html", context, status=status)


def _moves(preview: Preview, by: Person | None, at: datetime) -> dict[str, object]:
    """Say what moves, sort by sort; what only says who did something is counted together."""
    mine = {each.pk for each in queries.programmes_run_by(by, at=at)}
    moving = []
    for each in preview.relations:
        if each.is_theirs and (each.count or each.collisions) and each.name not in UNTOLD:
            moving.append(Moving(each.label, each.count, tuple(_twice(each.collisions, mine))))
    return {"moving": moving, "mentions": sum(each.count for each in preview.relations if not each.is_theirs)}


def _twice(collisions: Sequence[Collision], mine: Collection[int]) -> Iterator[str]:
    """Say what becomes of what both have: one by one what a team knows by words, together what it does not.

    What later rooms say of which counts is told to the team of the programme it is in. `mine` are the keys of programmes.
    """
    told = [_both_have(each) for each in collisions if isinstance(each.stays, KNOWN_BY_WORDS)]
    told += _say_which_counts(collisions, mine)
    yield from told
    if rest := len(collisions) - len(told):
        yield (
            "Both have one; it is there once afterwards." if rest == 1 else f"Both have {rest}; each is there once afterwards."
        )


def _say_which_counts(collisions: Sequence[Collision], mine: Collection[int]) -> Iterator[str]:
    """Say which of two rows counts, in the words of their room. A query for each sort of row."""
    for label, counting in known_counting().items():
        here = [each for each in collisions if each.model._meta.label == label]
        if counting.say is None or not here:
            continue
        rows = here[0].model._base_manager.filter(pk__in=[each.stays.pk for each in here])
        places = dict(rows.values_list("pk", counting.programme))
        yield from (counting.say(each.stays, each.goes) for each in here if places.get(each.stays.pk) in mine)


def _both_have(collision: Collision) -> str:
    """Say what becomes of something both have and only one can."""
    stays, goes = in_words(collision.stays), in_words(collision.goes)
    if collision.model is Account:
        return f"Mail goes to {stays}, which lets them in. {goes} does, too, once they have proved it."
    if collision.model is FeedAddress:
        return "Both have one. That of the record that stays goes on working; the other ends."
    if stays == goes:
        return f"Both have it, and it is there once afterwards: {stays}"
    return f"Only one of these can be: {stays} stays, and {goes} goes."


def _answers(preview: Preview, by: Person | None, at: datetime) -> dict[str, object]:
    """Show consents and choices in the programmes of the one who asks; of others only how many there are."""
    mine = set(queries.programmes_run_by(by, at=at))
    consents = [each for each in preview.consents if each.programme in mine]
    choices = [each for each in preview.outcomes if each.programme in mine]
    return {
        "consents": [
            Held(each.programme, each.use.label, each.kept.label, each.gone.label, each.holds.label, _tone(each.holds))
            for each in consents
            if each.kept is not each.gone
        ],
        "agreed": _agreed([each for each in consents if each.kept is each.gone]),
        "other_consents": len(preview.consents) - len(consents),
        "choices": [Held(each.programme, each.what, each.kept, each.gone, each.holds, "quiet") for each in choices],
        "other_choices": len(preview.outcomes) - len(choices),
        "has_several": len({each.programme for each in consents} | {each.programme for each in choices}) > 1,
    }


def _tone(standing: Standing) -> str:
    return "good" if standing.allows else "attention" if standing.is_open else "quiet"


def _agreed(alike: Sequence[ConsentOutcome]) -> list[Agreed]:
    """Say what stays as it is, programme by programme."""
    by: dict[Programme, dict[Standing, list[str]]] = {}
    for each in alike:
        by.setdefault(each.programme, {}).setdefault(each.holds, []).append(each.use.label)
    return [
        Agreed(place, "; ".join(f"{', '.join(uses)} ({standing.label.lower()})" for standing, uses in said.items()))
        for place, said in by.items()
    ]


def key_of(written: str) -> int:
    """Read a key as it stands in a form or an address; 0, which no row has, where it is none."""
    return int(written) if written.isdecimal() and len(written) <= 18 else 0
