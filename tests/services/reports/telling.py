"""How tests of attendance files say what a file says, short enough to be compared at a glance."""

from __future__ import annotations

from hub.services.reports import BadReport, Report, read_report


def clock(report: Report) -> list[tuple[int, str, str, str]]:
    """Line, name, and times of day of each row."""
    return [
        (
            row.number,
            row.name,
            f"{row.joined:%H:%M:%S}" if row.joined else "",
            f"{row.left:%H:%M:%S}" if row.left else "",
        )
        for row in report.rows
    ]


def found(report: Report) -> list[str]:
    return [finding.sentence for finding in report.findings]


def refusal(data: bytes, **how: object) -> tuple[int, str]:
    """Line and sentence a file is refused with."""
    try:
        report = read_report(data, **how)  # type: ignore[arg-type]
    except BadReport as no:
        return no.line, no.sentence
    raise AssertionError(f"was read as {report.kind}")


def rows(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def tabs(*lines: str, encoding: str = "utf-16") -> bytes:
    return "".join(f"{line}\r\n" for line in lines).replace("|", "\t").encode(encoding)
