"""Answers packed once for everybody: files named by their content, and data by theirs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tornado.web import HTTPError, RequestHandler

from dashboard.panels.files import served_files

if TYPE_CHECKING:
    from dashboard.panels.prepared import PreparedTexts

FOR_GOOD = "public, max-age=31536000, immutable"
"""A file under its digest never changes: a browser need not ask again for a year."""

NOT_KEPT = "no-store"
"""Data of families are kept by nobody on the way, and not by the browser either."""


class _Packed(RequestHandler):
    """Writes bytes, as gzip to whoever takes it; ``Vary`` comes with every answer of the server."""

    def compute_etag(self) -> str | None:
        """Return none: the address says which content it is."""
        return None

    def takes_gzip(self) -> bool:
        """Whether the browser said so."""
        return "gzip" in self.request.headers.get("Accept-Encoding", "")

    def write_packed(self, packed: bytes) -> None:
        """Write what is gzip already."""
        self.set_header("Content-Encoding", "gzip")
        self.write(packed)


class Files(_Packed):
    """Gives a file of the page under the address that names its content."""

    async def get(self, digest: str, name: str) -> None:
        """Write the file; an address of another version of the board gives 404, never this one."""
        file = served_files().get(name)
        if file is None or file.digest != digest:
            raise HTTPError(404)
        self.set_header("Content-Type", file.kind)
        self.set_header("Cache-Control", FOR_GOOD)
        packed = await asyncio.to_thread(lambda: file.packed)
        if packed is not None and self.takes_gzip():
            self.write_packed(packed)
        else:
            self.write(file.content)


class Pictures(_Packed):
    """Gives the figures or the data block that a page was told of."""

    def initialize(self, texts: PreparedTexts) -> None:
        """Keep where they are."""
        self._texts = texts

    async def get(self, digest: str) -> None:
        """Write the text; 404 once neither a page nor the board holds it any more."""
        prepared = self._texts.find(digest)
        if prepared is None:
            raise HTTPError(404)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", NOT_KEPT)
        if self.takes_gzip():
            self.write_packed(await asyncio.to_thread(prepared.packed))
        else:
            self.write(prepared.text)
