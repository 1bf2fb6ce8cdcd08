"""Which team reads what somebody needs to take part."""

from __future__ import annotations

from django.db import models

from hub.people.models.person import Person
from hub.programmes.models import Programme


class AccessNeeds(models.Model):
    """What the team of a programme may know of what a person needs: whether it reads their own words, and what it noted.

    No row and `is_shared` None alike: they have not said whether it reads their own words, so it does not.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="needs")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(null=True)
    noted = models.TextField(blank=True)  # what this team wrote down; no other one reads it
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "programme"], name="access_needs_once")]
        verbose_name_plural = "access needs"

    def __str__(self) -> str:
        return f"{self.person_id} in {self.programme_id}"
