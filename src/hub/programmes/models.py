"""Programmes, their cohorts, and what a programme plans before dates exist."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from hub.core.statements import StatementKind
from hub.kit.home import home_zone

# Words that are addresses of the Hub itself and can never be a programme's.
RESERVED_SLUGS = frozenset(
    [
        "api",
        "dev",
        "me",
        "team",
        "sign-in",
        "sign-out",
        "static",
        "healthz",
        "readyz",
        "privacy",
        "accessibility",
        "admin",
        "files",
        "feeds",
        "robots.txt",
        "sitemap.xml",
        "favicon.ico",
        "gallery",
        "search",
        "about",
        "help",
        "cards",
        "calendars",
        "come-in",
        "see-as",
        "stop",
        "forms",
        "book",
        "certificates",
        "join",
        "check-in",
        "one-to-ones",
    ]
)
# Words that are addresses of a programme and can never be a cohort's.
RESERVED_COHORT_SLUGS = frozenset(
    [
        "apply",
        "case-studies",
        "opportunities",
        "events",
        "year-plan",
        "cohorts",
        "people",
        "about",
        "atom.xml",
        "card.png",
        "look.css",
        "privacy",
        "accessibility",
        "team",
        "rules",
        "agreements",
        "statements",
        "organisations",
        "history",
        "duplicates",
        "run-sheets",
        "materials",
        "tasks",
        "messages",
        "forms",
        "trainings",
        "known-names",
    ]
)

colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour is written as #RRGGBB.")


class Programme(models.Model):
    """A lasting endeavour with its own team, rules and look."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    tagline = models.CharField(max_length=200, blank=True)  # one breath: what it is
    about = models.TextField(blank=True)  # Markdown: for whom, what, how to join in
    website = models.URLField(blank=True)
    contact_email = models.EmailField(blank=True)
    colour = models.CharField(max_length=7, default="#0f766e", validators=[colour])  # checked for contrast by the command
    zone = models.CharField(max_length=64, default=home_zone)
    rules = models.TextField(blank=True)  # TOML, see docs/plan-language.md; empty means the Hub's own
    is_public = models.BooleanField(default=True)
    public_version = models.PositiveBigIntegerField(default=1)  # rises whenever something the public sees changes

    def __str__(self) -> str:
        return self.slug


class Cohort(models.Model):
    """One run of a programme, from launch to celebration."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)  # Markdown
    zone = models.CharField(max_length=64, default=home_zone)
    starts_on = models.DateField()
    ends_on = models.DateField()
    derived_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="derived")
    # Rises whenever something the public sees changes; the one indexed read that tells whether a rendered page is fresh.
    public_version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="cohort_slug_in_programme"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="cohort_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.programme.slug}/{self.slug}"


class PartnerName(models.Model):
    """A partner organisation of a cohort by name. Organisations with their facts belong to the room of people."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="partner_names")
    name = models.CharField(max_length=120)
    website = models.URLField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "name"], name="partner_name_once_in_cohort")]

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """What a programme states in its own words: a numbered version, never changed; the newest holds.

    Who published it stands in the journal: people come after this room.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in StatementKind])
    number = models.PositiveIntegerField()
    text = models.TextField()  # Markdown
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "kind", "number"], name="statement_number_once")]

    def __str__(self) -> str:
        return f"{self.programme.slug} {self.kind} {self.number}"


class YearPlanLine(models.Model):
    """A line of the year plan: month or months, activity, objectives, comments. Markdown as the team wrote it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="year_plan")
    year = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    months = models.CharField(max_length=60)  # as written: "June - August"
    first_month = models.PositiveSmallIntegerField(null=True)  # 1 to 12, None where it can't be read
    last_month = models.PositiveSmallIntegerField(null=True)
    activity = models.TextField(blank=True)
    objectives = models.TextField(blank=True)
    comments = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "year", "position"], name="year_plan_line_place")]

    def __str__(self) -> str:
        return f"{self.programme.slug} {self.year} {self.months}"


class Activity(models.Model):
    """A kind of thing the programme offers, why, and whether it is mandatory."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    objectives = models.TextField(blank=True)
    is_mandatory = models.BooleanField(null=True)  # None where the plan does not say
    share_percent = models.PositiveSmallIntegerField(null=True)  # "M: 50%"
    duty_note = models.TextField(blank=True)  # the cell as written

    class Meta:
        verbose_name_plural = "activities"
        constraints = [models.UniqueConstraint(fields=["programme", "position"], name="activity_place")]

    def __str__(self) -> str:
        return self.name


class CatalogueTraining(models.Model):
    """A training of the programme's catalogue: when it was given, its materials, changes wanted."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="catalogue")
    position = models.PositiveSmallIntegerField()
    month = models.CharField(max_length=60, blank=True)  # as written: "Month 2 (August)"
    title = models.CharField(max_length=300)  # plain text
    text = models.TextField(blank=True)  # the cell as written
    materials = models.TextField(blank=True)
    changes = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "position"], name="catalogue_training_place")]

    def __str__(self) -> str:
        return self.title
