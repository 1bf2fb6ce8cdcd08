"""What this room tells later ones, in the transaction in which it happens. Receivers write rows, or raise a Refusal."""

from __future__ import annotations

from django.dispatch import Signal

released = Signal()  # programme: key of it, at: sessions of a cohort are moved, cancelled or on again from now on
series_parted = (
    Signal()
)  # cohort, series, follower: keys; the later days of a series keep another rule and are one of their own
series_goes = Signal()  # cohort, series: keys; a series is taken away, with a Refusal it is not
