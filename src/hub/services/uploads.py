"""Files people give: what a file is its octets say, not its name; a name that says something else is refused.

Nothing is opened or unfolded here. What is kept is given back as a download only, so a file never becomes a page of ours.
Sources: issue 4, "file"; OWASP, uploads.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from hub.core.errors import Refusal

MOST_OCTETS = 8 * 1024 * 1024
MOST_PARTS = 5_000
LONGEST_NAME = 120


class BadFile(Refusal):
    """The file is none we take; the sentence says why."""

    code = "bad-file"


class FileKind(StrEnum):
    """What a file is; the value is the ending of its name."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    XLSX = "xlsx"
    PPTX = "pptx"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    TEXT = "txt"

    @property
    def media_type(self) -> str:
        """What a browser is told it is."""
        return _MEDIA[self]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: f"{_OFFICE}wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.XLSX: f"{_OFFICE}spreadsheetml.sheet",
    FileKind.PPTX: f"{_OFFICE}presentationml.presentation",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.TEXT: "text/plain; charset=utf-8",
}
ENDINGS = {kind.value: kind for kind in FileKind} | {"jpeg": FileKind.JPEG, "md": FileKind.TEXT, "csv": FileKind.TEXT}
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)
TAKEN = "PDF, Word (.docx), OpenDocument (.odt), Excel (.xlsx), PowerPoint (.pptx), pictures, or plain text; up to 8 MB"
_PARTS = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX, "ppt/presentation.xml": FileKind.PPTX}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: what it is, and its name without any path."""

    kind: FileKind
    name: str
    size: int


def check_file(data: bytes, filename: str) -> Checked:
    """Say what a file is. Raises BadFile for what is empty, too large, of another kind, or not what its name says."""
    name = re.sub(r"[\x00-\x1f\x7f]", "", PurePath(filename.replace("\\", "/")).name).strip()[-LONGEST_NAME:] or "file"
    if not data:
        raise BadFile(f"“{name}” is empty.", field="file")
    if len(data) > MOST_OCTETS:
        raise BadFile(f"“{name}” is larger than 8 MB.", field="file")
    ending = PurePath(name).suffix.lower().lstrip(".")
    wanted = ENDINGS.get(ending)
    if wanted is None:
        raise BadFile(f"We take no such file as “{name}”. {TAKEN}.", field="file")
    found = _kind_of(data)
    if found is not wanted:
        inside = f"inside it is {_article(found)}" if found else "inside it is something else"
        raise BadFile(f"This file is called “{name}”, and {inside}. Save it anew in its own kind.", field="file")
    return Checked(found, name, len(data))


def _article(kind: FileKind) -> str:
    return "text" if kind is FileKind.TEXT else f"{'an' if kind.value[0] in 'aeioux' else 'a'} .{kind.value} file"


def _kind_of(data: bytes) -> FileKind | None:
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data.startswith(b"PK"):
        return _packed(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\x00-\x08\x0e-\x1f]", text) else FileKind.TEXT


def _packed(data: bytes) -> FileKind | None:
    """Say which office file is packed here, by the names of its parts; macros are refused as something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist()[:MOST_PARTS])
            if any(name.endswith("vbaProject.bin") for name in names):
                return None
            if "mimetype" in names and packed.getinfo("mimetype").file_size < 100:
                is_text = packed.read("mimetype") == b"application/vnd.oasis.opendocument.text"
                return FileKind.ODT if is_text else None
    except Exception:  # what is damaged fails in many ways
        return None
    return next((kind for part, kind in _PARTS.items() if part in names), None)
