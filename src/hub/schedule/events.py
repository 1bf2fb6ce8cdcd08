"""What this room tells later ones, in the transaction in which it happens. Receivers only write rows."""

from __future__ import annotations

from django.dispatch import Signal

released = Signal()  # programme: key of it, at: sessions of a cohort are moved, cancelled or on again from now on
