"""Tables that leave this room as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import Http404, HttpResponse

from hub.kit.tables import Cell, to_csv, to_xlsx

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(form: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, at: datetime) -> HttpResponse:
    """Answer with a table as CSV or as a workbook, named for what it is and the day. Raises Http404 for another form."""
    if form not in TYPES:
        raise Http404
    write = to_csv if form == "csv" else to_xlsx
    answer = HttpResponse(write(header, rows), content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}-{at:%Y-%m-%d}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
