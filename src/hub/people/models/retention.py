"""What is let go when it has been kept for its time."""

from __future__ import annotations

from django.db import models


class RetentionRun(models.Model):
    """A night on which something was let go: how many rows of which sort. Nights without anything leave no row."""

    at = models.DateTimeField()
    counts = models.JSONField(default=dict)  # core.retention.Sort: how many

    def __str__(self) -> str:
        return f"retention {self.at:%Y-%m-%d}"
