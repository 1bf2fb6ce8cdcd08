"""How the journal of forms reads, and who may read it: the team of their programme. What was answered stands in no line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hub.core.forms import FormState
from hub.forms.models import Form
from hub.forms.permissions import can_build
from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.people.models import Person

PLAINLY = {
    ("made", "forms.Form"): "made the form",
    ("edited", "forms.Form"): "edited the draft",
    ("not-asked", "forms.Form"): "stopped asking somebody",
    ("withdrawn", "forms.Answer"): "withdrew their answer",
}
_SETTINGS = {
    "is_anonymous": "whether it is anonymous",
    "audience": "who may answer",
    "roles": "whose roles it asks by",
    "cohort_id": "which cohort it asks",
    "opens_at": "when it opens",
    "closes_at": "when it closes",
    "kept_days": "how long answers are kept",
    "smallest_group": "the smallest group",
}


@journal.readers("forms.Form")
def reads_form(form: Form, person: Person | None, *, at: datetime) -> bool:
    """Let the team read the history of its forms."""
    return person is not None and can_build(person, form.programme, at=at)


def _saying(words: str) -> Callable[[Line], Told]:
    return lambda _: Told(words)


for (_verb, _thing), _words in PLAINLY.items():
    journal.presenter(_verb, _thing)(_saying(_words))


@journal.presenter("published", "forms.FormVersion")
def _published(line: Line) -> Told:
    return Told(f"published version {line.facts.get('number', '')} of the form".replace("  ", " "))


@journal.presenter("opened", "forms.Form")
def _opened(line: Line) -> Told:
    before = line.facts.get("before", {}).get("state")
    return Told("opened the form" if before == FormState.DRAFT else "opened the form again")


@journal.presenter("closed", "forms.Form")
def _closed(_: Line) -> Told:
    return Told("closed the form")


@journal.presenter("settings-changed", "forms.Form")
def _settings_changed(line: Line) -> Told:
    names = [_SETTINGS.get(name, name) for name in line.facts.get("fields", ())]
    return Told(f"changed {' and '.join([', '.join(names[:-1]), names[-1]] if len(names) > 1 else names or ['the settings'])}")


@journal.presenter("asked", "forms.Form")
def _asked(line: Line) -> Told:
    count = line.facts.get("count", 0)
    return Told(f"asked {count} {'person' if count == 1 else 'people'} to answer")


@journal.presenter("sent", "forms.Answer")
def _sent(line: Line) -> Told:
    return Told("changed their answer" if line.facts.get("again") else "answered the form")


@journal.presenter("imported", "forms.Form")
def _imported(line: Line) -> Told:
    added, changed = line.facts.get("added", 0), line.facts.get("changed", 0)
    return Told(f"brought in {added} new and {changed} changed answers from a file")


@journal.presenter("let-go", "forms.Form")
def _let_go(line: Line) -> Told:
    sent, uncounted = line.facts.get("sent", 0), line.facts.get("uncounted", 0)
    count = sent + uncounted + line.facts.get("drafts", 0)
    few = f"; {uncounted} of them uncounted, too few to be shown" if uncounted else ""
    return Told(f"kept the numbers of {sent} answers and let go of what {count} said{few}")


@journal.presenter("removed", "forms.Form")
def _removed(line: Line) -> Told:
    title = line.facts.get("title", "")
    return Told(f"deleted the form “{title}”" if title and title != journal.ERASED else "deleted a form")
