"""Mail: how it goes out, how what was kept is read, and what a returned message says."""

from hub.services.mail.bounces import Bounce, parse_bounce
from hub.services.mail.folder import FolderTransport
from hub.services.mail.memory import MemoryTransport
from hub.services.mail.model import (
    Envelope,
    MailError,
    MailSession,
    Misconfigured,
    Receipt,
    Refused,
    Transport,
    TryLater,
    Uncertain,
    idle,
    nothing_more,
)
from hub.services.mail.reading import Attachment, Listed, Mail, list_mail, read_mail
from hub.services.mail.smtp import SmtpSettings, SmtpTransport, read_url

__all__ = [
    "Attachment",
    "Bounce",
    "Envelope",
    "FolderTransport",
    "Listed",
    "Mail",
    "MailError",
    "MailSession",
    "MemoryTransport",
    "Misconfigured",
    "Receipt",
    "Refused",
    "SmtpSettings",
    "SmtpTransport",
    "Transport",
    "TryLater",
    "Uncertain",
    "idle",
    "list_mail",
    "nothing_more",
    "parse_bounce",
    "read_mail",
    "read_url",
]
