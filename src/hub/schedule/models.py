"""The schedule of a cohort: the plan's versions, series, sessions, and the numbered releases the public sees."""

from __future__ import annotations

import uuid
from hashlib import blake2b

from django.conf import settings
from django.db import models

from hub.core.materials import LONGEST_LICENCE, Access, LinkState, MaterialKind
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.runsheet import LONGEST, LONGEST_KEY, Applies, Owner, TaskState
from hub.programmes.models import Cohort, Programme

KINDS = [(kind.value, kind.label) for kind in Kind]
MODES = [(mode.value, mode.label) for mode in Mode]
STATES = [(state.value, state.label) for state in SessionState]
OWNERS = [(owner.value, owner.label) for owner in Owner]


class PlanVersion(models.Model):
    """The text of a cohort's plan at one moment. Never changed; the newest is the working text.

    `origin` says how it came: saved at the desk, imported (applied to the sessions), or written back after an edit in the web.
    """

    class Origin(models.TextChoices):
        SAVED = "saved", "Saved at the desk"
        IMPORTED = "imported", "Imported"
        WRITTEN_BACK = "written-back", "Written back after an edit"
        DERIVED = "derived", "Made from an earlier cohort"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="plan_versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    origin = models.CharField(max_length=20, choices=Origin.choices)
    is_applied = models.BooleanField(default=False)  # the sessions say what this text says
    note = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.PERSON_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "number"], name="plan_version_number")]

    def __str__(self) -> str:
        return f"{self.cohort} plan {self.number}"


class Series(models.Model):
    """The rule that gives dates: which weekdays of the month, when, from and to which day, with its exceptions."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="series")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS, default=Kind.CAFE.value)
    mode = models.CharField(max_length=20, choices=MODES, blank=True)
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    nths = models.JSONField(default=list)  # [1, 3]; -1 is the last of the month
    start = models.TimeField()
    end = models.TimeField()
    zone = models.CharField(max_length=64)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="series_ends_after_start"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="series_last_after_first"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} {self.title}"


class SeriesException(models.Model):
    """A date the rule gives and the series leaves out (`moved_to` empty) or holds on another day."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="exceptions")
    on = models.DateField()
    moved_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="series_exception_once_a_day")]

    def __str__(self) -> str:
        return f"{self.series} {self.on}"


class Session(models.Model):
    """One gathering (or rest week, or own-time work) of the working schedule, dated or not.

    Wall date and times in `zone` are the truth; `starts_at` and `ends_at` are derived (UTC) whenever the command writes them.
    A session that came from a plan remembers it: `plan_facts` are the facts the plan last gave it, the base against which
    both a changed plan and an edit in the web are compared, so that neither overwrites the other.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    topic = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    state = models.CharField(max_length=20, choices=STATES, default=SessionState.SCHEDULED.value)
    date = models.DateField(null=True, blank=True)
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField(null=True, editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    proposed_date = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=20, choices=MODES, blank=True)
    place = models.CharField(max_length=200, blank=True)
    led_by = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)  # Markdown, added in the web
    status_note = models.CharField(max_length=200, blank=True)
    joining_link = models.URLField(blank=True, max_length=500)  # for those who take part; never public, never in a release
    agenda = models.JSONField(default=list)  # core.occurrence.Part as facts
    chapter = models.CharField(max_length=120, blank=True)  # "Month 1: July"
    chapter_number = models.PositiveSmallIntegerField(null=True)
    week = models.PositiveSmallIntegerField(null=True)
    place_in_chapter = models.PositiveSmallIntegerField(default=0)
    attended = models.PositiveIntegerField(null=True, blank=True)  # as the plan reports it
    plan_facts = models.JSONField(null=True, blank=True)  # None: added in the web
    plan_line = models.PositiveIntegerField(null=True)  # in the newest applied plan version
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "slug"], name="session_slug_in_cohort"),
            models.CheckConstraint(
                condition=models.Q(start__isnull=False) | models.Q(end__isnull=True), name="session_end_needs_start"
            ),
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gt=models.F("start")), name="session_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["cohort", "date", "start"], name="session_in_order")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.slug}"


class Material(models.Model):
    """A paper or recording of a session: words, address, who may see it, whose it is, and how its link was found last.

    `link` is empty until the worker looked. A link found broken once is looked at again before anybody is told.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=1000)
    kind = models.CharField(
        max_length=20, choices=[(each.value, each.label) for each in MaterialKind], default=MaterialKind.MATERIAL.value
    )
    access = models.CharField(max_length=8, choices=[(each.value, each.label) for each in Access], default=Access.PUBLIC.value)
    owner = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    licence = models.CharField(max_length=LONGEST_LICENCE, blank=True)
    link = models.CharField(max_length=8, choices=[(each.value, each.label) for each in LinkState], blank=True)
    link_trouble = models.CharField(max_length=200, blank=True)  # a sentence, where it is broken or to be looked at again
    link_looked_at = models.DateTimeField(null=True, blank=True)
    is_from_plan = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "url"], name="material_once_in_session")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it."""
        return self.access == Access.PUBLIC

    @property
    def icon(self) -> str:
        """The sign of its kind."""
        return MaterialKind(self.kind).icon

    @property
    def mark(self) -> str:
        """What tells this state of it from any other: a form gives it back, so that two who edit at once hear of each other."""
        facts = (self.title, self.url, self.kind, self.access, self.licence, self.owner_id)
        return blake2b(repr(facts).encode(), digest_size=8).hexdigest()

    @property
    def is_broken(self) -> bool:
        """Whether its link led nowhere when it was looked at last, and the time before."""
        return self.link == LinkState.BROKEN


class Release(models.Model):
    """A numbered, dated state of the schedule with its difference from the one before. The public sees the newest."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.PERSON_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    difference = models.JSONField(default=list)  # core.release.Change as facts
    plan_version = models.ForeignKey(PlanVersion, null=True, on_delete=models.SET_NULL, related_name="releases")
    vtimezones = models.TextField(blank=True)  # RFC 5545 text of every zone its events need
    vevents = models.TextField(blank=True)  # that of all its events in order, so that a calendar is one read of one row
    # The public versions of cohort and programme right after the release: while they stand, nothing else has changed since.
    cohort_version = models.PositiveBigIntegerField(default=0)
    programme_version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "number"], name="release_number")]

    def __str__(self) -> str:
        return f"{self.cohort} release {self.number}"


class ReleasedSession(models.Model):
    """A session as a release froze it. Surfaces read `facts` (core.occurrence) and `vevent`, serialised once, when released."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="released")
    uid = models.UUIDField()
    slug = models.SlugField(max_length=80)
    position = models.PositiveIntegerField()  # order on the page
    kind = models.CharField(max_length=20, choices=KINDS)
    starts_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()  # the moment of the release that last changed any of its facts
    facts = models.JSONField()
    vevent = models.TextField(blank=True)  # folded RFC 5545 text, empty where there is no date

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "uid"], name="released_session_once"),
            models.UniqueConstraint(fields=["release", "slug"], name="released_slug_once"),
        ]
        indexes = [models.Index(fields=["release", "position"], name="released_in_order")]

    def __str__(self) -> str:
        return f"{self.release} {self.slug}"


class RunSheet(models.Model):
    """That a programme has a countdown of its own for a kind of session; where there is none, the Hub's own holds."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="run_sheets")
    kind = models.CharField(max_length=20, choices=KINDS)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "kind"], name="run_sheet_once_for_a_kind")]

    def __str__(self) -> str:
        return f"{self.programme} {self.kind}"


class RunSheetLine(models.Model):
    """A line of a programme's own countdown: what, how many days after the session (before where negative), whose."""

    sheet = models.ForeignKey(RunSheet, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=LONGEST_KEY)
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=LONGEST["what"])
    note = models.CharField(max_length=LONGEST["note"], blank=True)
    days = models.SmallIntegerField()
    applies = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Applies])
    owner_role = models.CharField(max_length=12, choices=OWNERS)
    owner = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "key"], name="run_sheet_key_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.key}"


class RunSheetTask(models.Model):
    """A task of a session: of a line of its countdown, or made by hand (`line` empty).

    An open one follows its line and its session, but for what a person settled: `is_fixed` is its date, `is_handed_over`
    whose it is. `days` is None for one made by hand with a date of its own.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="tasks")
    line = models.CharField(max_length=LONGEST_KEY, blank=True)
    what = models.CharField(max_length=LONGEST["what"])
    note = models.CharField(max_length=LONGEST["note"], blank=True)
    days = models.SmallIntegerField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    is_fixed = models.BooleanField(default=False)
    owner_role = models.CharField(max_length=12, choices=OWNERS, default=Owner.TEAM.value)
    owner = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_handed_over = models.BooleanField(default=False)
    hand_over_note = models.CharField(max_length=LONGEST["note"], blank=True)
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in TaskState], default=TaskState.OPEN.value
    )
    state_at = models.DateTimeField()  # when it was made, done, skipped or opened again
    state_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=LONGEST["note"], blank=True)  # why it was skipped

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "line"], name="task_of_a_line_once", condition=~models.Q(line="")),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="task_due")]

    def __str__(self) -> str:
        return self.what
