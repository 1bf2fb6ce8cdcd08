"""Log lines as JSON, one object a line, ready for any collector; secrets and bodies never go in."""

from __future__ import annotations

import logging
import re

import structlog
from structlog.typing import Processor

# Addresses that let somebody in: invitations, and secret feeds.
SECRET_PATH = re.compile(r"(/(?:come-in|calendars)/)[\w%-]+")


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """Format the standard library's records as structlog would."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Take the arguments `logging.config` gives and none of our own."""
        shared: list[Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
        ]
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
            foreign_pre_chain=shared,
        )

    def format(self, record: logging.LogRecord) -> str:
        """Format one record, without the request object Django attaches."""
        record.__dict__.pop("request", None)
        return SECRET_PATH.sub(r"\1…", super().format(record))
