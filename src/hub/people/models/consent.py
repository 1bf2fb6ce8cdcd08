"""The consent ledger: the words, every answer to them, and where each person stands."""

from __future__ import annotations

from django.db import models

from hub.core.consent import Answer, Means, Standing, Use
from hub.people.models.organisation import Organisation
from hub.people.models.person import Person
from hub.programmes.models import Programme

USES = [(use.value, use.label) for use in Use]
_one_subject = models.Q(person__isnull=False, organisation__isnull=True) | models.Q(
    person__isnull=True, organisation__isnull=False
)


class Term(models.Model):
    """The words of a use in a programme, numbered. A yes to words before `holds_from` counts no longer."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="terms")
    use = models.CharField(max_length=20, choices=USES)
    number = models.PositiveIntegerField()
    holds_from = models.PositiveIntegerField()
    text = models.TextField()  # Markdown
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "use", "number"], name="term_number_once"),
            models.CheckConstraint(
                condition=models.Q(holds_from__gte=1, holds_from__lte=models.F("number")), name="term_holds_from_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.number}"


class ConsentEntry(models.Model):
    """One answer, as it was given. Rows are added and never changed; erasing a person keeps them without the person."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="consent_entries")
    use = models.CharField(max_length=20, choices=USES)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="consent_entries")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="consent_entries"
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="entries")
    answer = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Answer])
    means = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Means])
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=300, blank=True)  # "signed sheet of 27 June, in the folder"

    class Meta:
        indexes = [models.Index(fields=["person", "programme", "use", "at"], name="consent_entry_of")]

    def __str__(self) -> str:
        return f"{self.use} {self.answer}"


class Consent(models.Model):
    """Where somebody stands on a use now; kept in step with the ledger by the commands, so that queries can ask it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="consents")
    use = models.CharField(max_length=20, choices=USES)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="consents")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="consents")
    standing = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Standing])
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_subject, name="consent_of_one_subject"),
            models.UniqueConstraint(
                fields=["programme", "use", "person"], name="consent_of_a_person_once", condition=models.Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["programme", "use", "organisation"],
                name="consent_of_an_organisation_once",
                condition=models.Q(organisation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.standing}"


class WithdrawalTask(models.Model):
    """Something a program can't undo after a withdrawal: a place where a person must act."""

    entry = models.ForeignKey(ConsentEntry, on_delete=models.CASCADE, related_name="tasks")
    what = models.CharField(max_length=300)  # "Take the name out of the case study's PDF"
    where = models.CharField(max_length=300, blank=True)  # an address
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.what
