"""Forms with their numbered versions, and the answers to them: those of people, and those of nobody."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from hub.core.forms import SMALLEST_GROUP, AnswerState, AskedAs, Asks, Audience, FormState
from hub.people.models import Person, RoleKind, held_at, on_team_at
from hub.programmes.models import Cohort, Programme
from hub.services.uploads import FileKind

# Words that are addresses of the room within a programme's forms.
RESERVED_FORM_SLUGS = frozenset(["new", "library", "mine"])


class FormQuerySet(models.QuerySet["Form"]):
    """Forms, cut by who asks."""

    def visible_to(self, person: Person | None, *, at: datetime) -> FormQuerySet:
        """Keep the forms somebody may know of: a team's own, those that ask them or anybody, and those they have answered."""
        from hub.forms.queries.parts import answered_by, asks_by
        from hub.people.queries import roles_at

        is_out = ~Q(state=FormState.DRAFT.value)
        to_all = Q(audience=Audience.ANYBODY.value) & is_out
        if person is None:
            return self.filter(to_all, is_anonymous=True)
        run = roles_at(person, at=at).filter(on_team_at(at)).values("programme")
        theirs = asks_by(person, at=at) | answered_by(person)
        return self.filter(Q(programme__in=run) | (is_out & theirs) | to_all)


class Form(models.Model):
    """A set of questions a programme asks. `draft` is what the team is editing; what people answer is a version.

    `kept_days` after an answer was sent what it says is purged, and only numbers stay, in `frozen`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="forms")
    slug = models.SlugField(max_length=60)
    draft = models.JSONField()  # core.forms.dump
    draft_at = models.DateTimeField()
    draft_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(each.value, each.label) for each in FormState], default=FormState.DRAFT.value
    )
    state_at = models.DateTimeField()
    is_anonymous = models.BooleanField(default=False)
    audience = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Audience])
    roles = models.CharField(max_length=200, blank=True)  # ",expert,coach,": whose roles, where it asks by role
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="forms")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)  # exclusive
    began_at = models.DateTimeField(null=True, blank=True)  # when it began to ask, where `opens_at` says something else since
    audience_at = models.DateTimeField(null=True, blank=True)  # when it was said last whom it asks; None: never
    kept_days = models.PositiveIntegerField(default=365)
    smallest_group = models.PositiveSmallIntegerField(default=SMALLEST_GROUP)
    frozen = models.JSONField(default=dict, blank=True)  # core.forms.freeze of what was purged
    frozen_count = models.PositiveIntegerField(default=0)  # how many answers that is
    uncounted = models.PositiveIntegerField(default=0)  # anonymous ones that went before there were enough of them to be shown
    imported = models.JSONField(default=list, blank=True)  # core.forms.sheet.Proposal.marks of what was brought in, sorted
    made_at = models.DateTimeField()

    objects = FormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="form_slug_in_programme"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(closes_at__gt=models.F("opens_at")),
                name="form_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(smallest_group__gte=SMALLEST_GROUP), name="anonymous_form_has_its_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.slug}/{self.slug}"

    @property
    def title(self) -> str:
        """What the team calls it now."""
        return str(self.draft.get("title", "")) or self.slug

    @property
    def kept(self) -> str:
        """How long answers are kept, as people say it: "90 days", "2 years"."""
        if self.kept_days % 365:
            return f"{self.kept_days} day{'' if self.kept_days == 1 else 's'}"
        years = self.kept_days // 365
        return "a year" if years == 1 else f"{years} years"

    @property
    def says_whom(self) -> bool:
        """Whether somebody said whom it asks; of one that is published, its being so says it."""
        return self.audience_at is not None or self.state != FormState.DRAFT

    @property
    def asks(self) -> Asks:
        """How it asks, for the rule that says whom it goes on asking."""
        return Asks(self.cohort_id, self.closes_at is not None, frozenset(kind.value for kind in self.role_kinds))

    @property
    def role_kinds(self) -> tuple[RoleKind, ...]:
        """Whose roles it asks by."""
        return tuple(RoleKind(each) for each in self.roles.split(",") if each in RoleKind.values)


class FormVersion(models.Model):
    """What a form asked, frozen when it was published, and numbered. Rows are added and never changed."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form.slug} {self.number}"


class Asked(models.Model):
    """That a person is asked to answer a form: by hand, or as who has a `role` (in a `cohort`), for as long as they have it."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="asked")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="asked_to_answer")
    asked_at = models.DateTimeField()
    role = models.CharField(max_length=20, blank=True, choices=RoleKind.choices)  # empty: by hand
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "asked to answer"
        constraints = [models.UniqueConstraint(fields=["form", "person"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.form_id}"

    @property
    def asked_as(self) -> AskedAs:
        """As what they are asked."""
        return AskedAs(self.role, self.cohort_id)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers, cut by who asks."""

    def visible_to(self, person: Person | None, *, at: datetime) -> AnswerQuerySet:
        """Keep one's own, and for a team what was sent to its programme; what is not sent yet is one's own alone."""
        if person is None:
            return self.none()
        run = person.roles.filter(held_at(at), kind=RoleKind.TEAM, cohort__isnull=True).values("programme")
        return self.filter(Q(person=person) | Q(form__programme__in=run, sent_at__isnull=False))


class Answer(models.Model):
    """What one person answers to a form: `typed` while they write, letter for letter; `values` of the version they sent."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="answers")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="form_answers")
    state = models.CharField(max_length=10, choices=[(each.value, each.label) for each in AnswerState])
    typed = models.JSONField(default=dict, blank=True)
    values = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    is_imported = models.BooleanField(default=False)
    is_taken_back = models.BooleanField(default=False)  # they withdrew what was sent, and have not sent anything since

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "person"], name="one_answer_of_a_person"),
            models.CheckConstraint(
                condition=~Q(state=AnswerState.SENT.value) | Q(sent_at__isnull=False), name="sent_answer_says_when"
            ),
        ]
        indexes = [models.Index(fields=["form", "state", "sent_at"], name="answers_of_form")]

    def __str__(self) -> str:
        return f"{self.form.slug} {self.pk}"


class Upload(models.Model):
    """A file somebody gave with an answer: the name they gave it, and the stored file."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="uploads")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="uploads")
    question = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)  # services.uploads.FileKind
    size = models.PositiveIntegerField()  # octets
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def media_type(self) -> str:
        """What a browser is told it is."""
        return FileKind(self.kind).media_type


class Taken(models.Model):
    """That a person has answered an anonymous form: nothing of what, and not when. See docs/decisions/0014."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="taken")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="anonymous_forms_answered")

    class Meta:
        verbose_name = "anonymous form answered"
        verbose_name_plural = "anonymous forms answered"
        constraints = [models.UniqueConstraint(fields=["form", "person"], name="taken_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.form_id}"


class AnonymousAnswer(models.Model):
    """What nobody in particular answered, and on which day. The pile is shuffled with each that comes.

    `is_shown` is set for all that wait when there are enough of them, so that no single one can be told by when it appears;
    from then on `day` is that of the first of them, so that they go together.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="anonymous_answers")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="anonymous_answers")
    values = models.JSONField()
    day = models.DateField()
    is_shown = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.form.slug} (anonymous)"
