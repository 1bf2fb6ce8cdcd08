"""Static files as the server gives them out: hashed, packed, and the style sheet in one piece.

While we write, `hub.css` imports its parts one by one. When static files are collected the imports are folded into it, so that
a page waits for one request and not for two rounds of eighteen. No build step: `collectstatic` runs before every start anyway.
Source: docs/decisions/0006.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'@import "(?P<path>[^"]+)" layer\((?P<layer>[a-z]+)\);')
_URL = re.compile(r'url\("(?P<path>\.\.?/[^"]+)"\)')


def folded(sheet: str, name: str, read: Callable[[str], str]) -> str:
    """Put the parts a sheet imports into it, each in its layer. `read` gives a file's text by its name.

    Addresses in a part are relative to the part; they are rewritten to be relative to the sheet.
    """
    folder = posixpath.dirname(name)

    def part(found: re.Match[str]) -> str:
        source = posixpath.normpath(posixpath.join(folder, found["path"]))

        def address(inner: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(source), inner["path"]))
            return f'url("{posixpath.relpath(target, folder)}")'

        return f"@layer {found['layer']} {{\n{_URL.sub(address, read(source))}}}"

    return _IMPORT.sub(part, sheet)


class OneSheetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """whitenoise's storage, with the imports of every sheet folded in before files are named by their content."""

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Fold the sheets, then let whitenoise hash and pack everything."""

        def source(name: str) -> str:  # as written: what was collected before may be folded from older parts
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        if not options.get("dry_run"):
            whole = {name: folded(source(name), name, source) for name in paths if name.endswith(".css")}
            for name, text in whole.items():
                if text != source(name):
                    self.delete(name)
                    self._save(name, ContentFile(text.encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, **options)
