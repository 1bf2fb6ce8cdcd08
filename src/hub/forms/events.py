"""What happens in this room that a later room may have to know. Receivers only write rows, in the same transaction.

Each is sent with `answer` and `at`. Nothing is sent of anonymous answers: whoever listened could tell whose they are.
"""

from __future__ import annotations

from django.dispatch import Signal

answer_sent = Signal()
answer_withdrawn = Signal()
