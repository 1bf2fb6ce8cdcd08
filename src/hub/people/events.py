"""What this room tells later ones, in the transaction in which it happens. Receivers only write rows."""

from __future__ import annotations

from django.dispatch import Signal

roles_changed = Signal()  # roles: rows of one programme, new, changed, just ended or just taken back; by, at
parts_changed = Signal()  # programme: key of it, at: who takes part in it, or how they are reached, is not as it was
# kept, gone, at: two records become one; sent before anything of `gone` moves. Who listens may give changes of rows
# (kit.joining.Change) that are made with it, and taken back when it is undone.
merging = Signal()
withdrawn = Signal()  # person, programme: keys, use, at: somebody took back what they allowed in a programme
consents_changed = Signal()  # programme: key of it, at: what people or organisations allow in it is not as it was
