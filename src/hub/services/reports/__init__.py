"""Attendance files: what Zoom, Teams, Eventbrite, forms, shared notes and tables say of who was there.

`read_report` gives rows or a refusal, whatever the octets are. What a file is, its structure and its heads say, not its name.
Times in such files have no zone: they are wall times of the host, until `in_zone` makes instants of them.
Sources: issue 5, item 2; the forms are those that public parsers of these files meet; lessons, "Attendance and commitments".
"""

from hub.services.reports.model import MOST_OCTETS, MOST_ROWS, BadReport, Finding, Kind, Report
from hub.services.reports.reading import read_report
from hub.services.reports.zones import in_zone

__all__ = ["MOST_OCTETS", "MOST_ROWS", "BadReport", "Finding", "Kind", "Report", "in_zone", "read_report"]
