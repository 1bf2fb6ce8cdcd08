"""The rules of a cohort programme: pure, strictly typed; no Django, no I/O, no clock."""
