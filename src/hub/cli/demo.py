"""`hub demo`: the Hub with the first programme in it, served at once. Loads once; a second run only serves.

What it loads stands in examples/: the facts are the programme's own, the sentences and the people are ours. All of it is
loaded in one transaction, so an interrupted load leaves nothing behind.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hub.cli.demo_people import EXAMPLES, cast, welcome, welcome_second
from hub.cli.output import complain

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort, Programme

PROGRAMME = "practitioners-hub"
MARK = "this-is-the-demo"  # a file beside the database: only where it stands does --fresh empty anything
_LONDON = ZoneInfo("Europe/London")

# When the programme did these things; the demo's journal and releases carry these moments, not today's.
_FOUNDED = datetime(2023, 1, 9, 10, 0, tzinfo=_LONDON)
_INVITED = datetime(2023, 5, 15, 10, 0, tzinfo=_LONDON)
_PLANNED = datetime(2023, 6, 5, 10, 0, tzinfo=_LONDON)
_RELEASED = datetime(2023, 6, 12, 9, 30, tzinfo=_LONDON)
_MOVED = datetime(2023, 11, 6, 11, 15, tzinfo=_LONDON)
_YEAR_PLANNED = datetime(2024, 1, 8, 14, 0, tzinfo=_LONDON)
_BOXED = datetime(2024, 7, 15, 10, 0, tzinfo=_LONDON)
_INVITED_2024 = datetime(2024, 7, 22, 10, 0, tzinfo=_LONDON)
_RELEASED_2024 = datetime(2024, 8, 5, 9, 0, tzinfo=_LONDON)

# The plan first had the café of November on its series' day; the second release moved it to where it was held.
_HELD = "**14 November (14:00–17:00 Europe/London)**"
_FIRST_PLANNED = "**15 November (15:00–17:00)**"

Say = Callable[[str], None]


def run(args: argparse.Namespace) -> int:
    """Set the demo up where that is still to be done, and serve it. Gives 1, with a sentence, where it cannot.

    `args.fresh` starts over; `args.load_only` stops before serving.
    """
    os.environ["HUB_DEMO"] = "1"
    from hub.cli.manage import set_up_django
    from hub.cli.serve import address_problem
    from hub.core.errors import Refusal

    if not (EXAMPLES / "practitioners-hub-2023" / "plan.md").is_file():
        complain(f"the demo's plans are not at {EXAMPLES}; run “hub demo” from a copy of the project's repository.")
        return 1
    set_up_django()
    from django.conf import settings
    from django.db import DatabaseError

    if not args.load_only and (problem := address_problem()):
        complain(problem)
        return 1
    started = time.monotonic()
    print(f"The demo stands in {settings.DATA}", flush=True)
    try:
        is_older = _is_of_an_older_hub()
        if is_older and not args.fresh:
            print("  The demo's data are of an older Hub; starting over", flush=True)
        if (args.fresh or is_older) and (problem := _empty()):
            complain(problem)
            return 1
        with _step("Bringing the database up to date"):
            _migrate()
        if problem := _set_up(lambda words: print(f"  {words}", flush=True)):
            complain(problem)
            return 1
    except (Refusal, DatabaseError) as no:
        complain(f"the demo could not be loaded: {no} “hub demo --fresh” starts over.")
        return 1
    print(f"Ready after {time.monotonic() - started:.1f} s.", flush=True)
    if args.load_only:
        return 0
    for line in invitation(settings.BASE_URL):
        print(line, flush=True)
    # What loaded the data makes way for the server: its threads would be missing in the processes the server forks.
    os.execv(sys.executable, [sys.executable, "-m", "hub.cli", "serve"])  # noqa: S606  our own interpreter, no words from outside


def invitation(address: str) -> Iterator[str]:
    """Yield the lines that say where the demo is, and as whom one can sign in."""
    yield ""
    yield f"  Open         {address}/{PROGRAMME}/2023/schedule/"
    yield "  Sign in as"
    for person in cast():
        if not person.get("has_been_here", True):
            continue  # a second record of somebody else of that first name
        first = person["name"].split()[0].lower()
        yield f"    {person['name']:<18} {person['is']:<44} {address}/dev/as/{first}/"
    yield ""


@contextmanager
def _step(words: str) -> Iterator[None]:
    print(f"  {words} …", end="", flush=True)
    started = time.monotonic()
    yield
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _mark() -> Path:
    from django.conf import settings

    return Path(settings.DATA) / MARK


def _tables() -> str:
    """Give a mark of the tables this Hub expects. While nothing is released, migrations are rewritten in place."""
    found = blake2b(digest_size=8)
    for path in sorted(Path(__file__).resolve().parents[1].glob("*/migrations/0*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _is_of_an_older_hub() -> bool:
    """Say whether the demo's own SQLite file was made for other tables than today's."""
    from django.db import connection

    mark = _mark()
    return connection.vendor == "sqlite" and mark.exists() and _tables() not in mark.read_text()


def _empty() -> str | None:
    """Take the demo's data away; give a sentence where what stands there is not the demo's."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "sqlite":
        if not _mark().exists():
            return "this database may hold more than the demo, so it is not emptied. Name another with HUB_DATABASE_URL."
        _migrate()
        call_command("flush", interactive=False, verbosity=0)
        return None
    database = Path(settings.DATABASES["default"]["NAME"])
    if database.exists() and not _mark().exists():
        return f"{database} was not made by “hub demo”, so it is not emptied. Name another folder with HUB_DATA."
    connection.close()
    for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal"))):
        path.unlink(missing_ok=True)
    return None


def _set_up(say: Say) -> str | None:
    """Load the demo where it is not loaded yet; give a sentence where other programmes stand there."""
    from hub.programmes import queries

    if queries.programme(PROGRAMME) is not None:
        if _mark().exists():
            say("The demo is loaded already; “hub demo --fresh” starts over.")
            return None
        return "a programme of the demo's name stands here that the demo did not make. Name another folder with HUB_DATA."
    if queries.public_programmes().exists():
        return "other programmes stand here, and the demo would mix with them. Name another folder with HUB_DATA."
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    words = "Everything in this folder was made by “hub demo”; “hub demo --fresh” may take it away.\n"
    mark.write_text(f"{words}Tables: {_tables()}\n")
    load(say)
    return None


def load(say: Say) -> Programme:
    """Load programme, people, the cohorts, their releases and the year plan, in one transaction; `say` is told each step.

    Raises the refusals of the commands it calls; then nothing has been written.
    """
    from django.db import transaction
    from django.utils import timezone

    from hub.cli.demo_bookings import give_out_places
    from hub.cli.demo_leaving import come_and_go
    from hub.cli.demo_messages import tell_people
    from hub.cli.demo_one_to_ones import coach_people
    from hub.cli.demo_promises import promise
    from hub.cli.demo_room import learn_from_runs, open_rooms, share_notes
    from hub.cli.demo_week import bring_to_today
    from hub.programmes.commands import import_year_plan

    with transaction.atomic():
        say("Founding the programme")
        facts = tomllib.loads((EXAMPLES / "practitioners-hub-2023" / "programme.toml").read_text(encoding="utf-8"))
        programme, cohorts = _found(facts)
        say("Welcoming its people")
        mara, yusuf = welcome(programme, cohorts, at=_FOUNDED)
        say("Importing the plan of 2023, and releasing its schedule twice")
        _plan_2023(cohorts["2023"], mara)
        say("Writing down the year plan of 2024")
        year_plan = (EXAMPLES / "practitioners-hub-2024" / "year-plan.md").read_text(encoding="utf-8")
        import_year_plan(programme, year_plan, year=2024, by=mara, at=_YEAR_PLANNED)
        say("Deriving the cohort of 2024 from that of 2023, and releasing it")
        cohort_2024 = _cohort_2024(cohorts["2023"], mara)
        say("Welcoming the people of 2024")
        welcome_second(programme, cohort_2024, at=_BOXED)
        say("Beginning the cohort that runs today, its run-sheets half done")
        today = bring_to_today(programme, cohort_2024, mara, at=timezone.now())
        say("Telling people what the rules ask for, into the demo's mailbox")
        tell_people(programme, today, mara, at=timezone.now())
        say("Giving out places in a training that is given twice, and in a webinar")
        training = give_out_places(today, mara, at=timezone.now())
        say("Merging a second record, and letting a role end soon")
        come_and_go(today, training, mara, at=timezone.now())
        say("Letting coaches be there for 1:1s")
        coach_people(today, mara, at=timezone.now())
        say("Listening to what was said of a session")
        _feedback(programme, mara)
        say("Asking the Experts of today something that closes soon")
        _ask_today(today, mara, at=timezone.now())
        say("Taking the Experts through their onboarding")
        _onboarding(programme, today, mara, at=timezone.now())
        say("Keeping registers, and what each Expert promised")
        promise(programme, mara, at=timezone.now())
        say("Opening the room of a café that is on now")
        open_rooms(programme, today, mara, at=timezone.now())
        say("Letting the notes of past cafés leave, and learning from trainings")
        share_notes(today, mara, yusuf, at=timezone.now())
        learn_from_runs(programme, mara, at=timezone.now())
    return programme


def _onboarding(programme: Programme, today: Cohort, mara: Person, *, at: datetime) -> None:
    from hub.cli.demo_onboarding import onboard
    from hub.programmes.queries import cohort

    answered = {each["name"]: each["typed"] for each in _answers()["survey"]}
    for slug, made_at, unfinished in (("2023", _INVITED, 0), ("2024", _INVITED_2024, 3)):
        found = cohort(programme.slug, slug)
        if found is not None:
            typed = answered if slug == "2023" else {}
            onboard(found, mara, answered=typed, made_at=made_at, unfinished=unfinished)
    onboard(today, mara, answered={}, made_at=at - timedelta(days=32), unfinished=2)


def _found(facts: dict[str, Any]) -> tuple[Programme, dict[str, Cohort]]:
    from hub.programmes import commands

    programme = commands.create_programme(
        slug=facts["slug"],
        name=facts["name"],
        tagline=facts["tagline"],
        about=facts["about"],
        website=facts["website"],
        contact_email=facts["contact_email"],
        colour=facts["colour"],
        zone=facts["zone"],
        by=None,
        at=_FOUNDED,
    )
    cohorts = {}
    for each in facts["cohorts"]:
        cohort = commands.create_cohort(
            programme,
            slug=each["slug"],
            name=each["name"],
            about=each["about"],
            starts_on=each["starts_on"],
            ends_on=each["ends_on"],
            by=None,
            at=_FOUNDED,
        )
        partners = [commands.Partner(name=partner["name"], website=partner["website"]) for partner in each["partners"]]
        commands.name_partners(cohort, partners, by=None, at=_FOUNDED)
        cohorts[cohort.slug] = cohort
    return programme, cohorts


def _plan_2023(cohort: Cohort, mara: Person) -> None:
    from hub.schedule.commands.plans import import_plan
    from hub.schedule.commands.releases import release_schedule

    text = (EXAMPLES / "practitioners-hub-2023" / "plan.md").read_text(encoding="utf-8")
    first = import_plan(cohort, text.replace(_HELD, _FIRST_PLANNED), seen=0, by=mara, at=_PLANNED)
    release_schedule(cohort, note="The whole six months. Welcome!", seen=0, by=mara, at=_RELEASED)
    import_plan(cohort, text, seen=first.number, note="The café of week 3 moves for the workshop", by=mara, at=_MOVED)
    note = "The café of the third week of November moves to the Tuesday: an hour earlier, and an hour longer for the workshop."
    release_schedule(cohort, note=note, seen=1, by=mara, at=_MOVED)


def _cohort_2024(source: Cohort, mara: Person) -> Cohort:
    from hub.schedule.commands.boxes import create_cohort_from
    from hub.schedule.commands.releases import release_schedule
    from hub.schedule.queries.boxes import propose_cohort

    first_month = date(2024, 9, 1)
    answers = propose_cohort(source, first_month=first_month).proposed_answers
    cohort = create_cohort_from(
        source,
        slug="2024",
        name="Cohort 2024",
        about="The second cohort, planned from the first: September 2024 to February 2025.",
        first_month=first_month,
        answers=answers,
        by=mara,
        at=_BOXED,
    )
    release_schedule(cohort, note="Dates for the second cohort.", seen=0, by=mara, at=_RELEASED_2024)
    return cohort


def _answers() -> dict[str, Any]:
    """Give what the invented people answered: to the onboarding survey of 2023, and to anonymous feedback."""
    return tomllib.loads((EXAMPLES / "practitioners-hub-2023" / "forms.toml").read_text(encoding="utf-8"))


def _feedback(programme: Programme, mara: Person) -> None:
    """Take anonymous feedback on a session."""
    from hub.core.forms import Audience
    from hub.forms import commands, library

    feedback = commands.create_form(
        programme,
        library.ready_made()["session-feedback"].content,
        is_anonymous=True,
        audience=Audience.ANYBODY,
        kept_days=3650,
        by=mara,
        at=_PLANNED,
    )
    commands.publish_form(feedback, seen=feedback.draft_at, by=mara, at=_PLANNED)
    for typed in _answers()["feedback"]:
        commands.answer_anonymously(feedback, typed, version=1, by=None, at=_MOVED)


def _ask_today(cohort: Cohort, mara: Person, *, at: datetime) -> None:
    """Ask the Experts of the cohort that runs today what comes next; two have answered, and it closes in four days."""
    from hub.core.forms import Audience, Content, Kind, Question, Section
    from hub.forms import commands, queries
    from hub.people.models import RoleKind

    wish = Question(key="q2", kind=Kind.LONG, label="What should the next two months bring you?", is_required=True, most=80)
    content = Content(
        title="What comes next",
        purpose="To plan the next two months with you.",
        readers="The team of the programme.",
        sections=(Section(key="s1", title="The next two months", questions=(wish,)),),
        next_key=3,
    )
    asked_at = at - timedelta(days=3)
    form = commands.create_form(
        cohort.programme,
        content,
        audience=Audience.ROLES,
        roles=[RoleKind.EXPERT],
        cohort=cohort,
        closes_at=at + timedelta(days=4),
        by=mara,
        at=asked_at,
    )
    commands.publish_form(form, seen=form.draft_at, by=mara, at=asked_at)
    form.refresh_from_db()
    for person, words in zip(queries.people_asked(form, at=at), ("A second pair of eyes.", "Time to write."), strict=False):
        begun = commands.start_answer(form, person, by=person, at=at)
        commands.save_answer(begun, {"q2": [words]}, by=person, at=at)
        commands.send_answer(begun, by=person, at=at)
