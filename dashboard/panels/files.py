"""The files a served page loads: each under an address that names its content, packed once.

An address holds the digest of what it gives, so a browser may keep the answer for good: another
content has another address. Only the scripts that the page uses are here; nothing of them is data.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import bokeh

from dashboard.panels.engine import ASSETS, served_source

LIBRARIES = ("bokeh.min.js", "bokeh-widgets.min.js")
"""The bundles of Bokeh that the page uses; the board's own module does the rest."""

SHEETS = ("tokens.css", "board.css", "case.css")
_OWN = (*SHEETS, "start.js", "upload.css", "upload.js")
_BOKEH = Path(bokeh.__file__).parent / "server" / "static" / "js"
_KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
_DIGEST_LENGTH = 16
_PACKED_AT = 9
_PACKED_ALREADY = frozenset({".woff2"})
_FONT = re.compile(r'url\("fonts/([^"]+)"\)')


@dataclass(frozen=True)
class ServedFile:
    """One file of the page.

    Attributes:
        name: Its name, the last part of its address.
        content: Its bytes.
    """

    name: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """The start of the SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()[:_DIGEST_LENGTH]

    @property
    def address(self) -> str:
        """Where the page finds it, relative to the page."""
        return f"assets/{self.digest}/{self.name}"

    @property
    def kind(self) -> str:
        """Its media type."""
        return _KINDS[Path(self.name).suffix]

    @cached_property
    def packed(self) -> bytes | None:
        """The content as gzip; none where it is packed already, as fonts are."""
        if Path(self.name).suffix in _PACKED_ALREADY:
            return None
        return gzip.compress(self.content, _PACKED_AT, mtime=0)


@cache
def served_files() -> dict[str, ServedFile]:
    """Return every file of the page by its name."""
    fonts = [ServedFile(file.name, file.read_bytes()) for file in _fonts()]
    places = {font.name: f'url("../../{font.address}")' for font in fonts}
    own = [ServedFile(name, _with_fonts(name, places)) for name in _OWN]
    libraries = [ServedFile(name, (_BOKEH / name).read_bytes()) for name in LIBRARIES]
    module = ServedFile("board.js", served_source().encode())
    return {file.name: file for file in (*fonts, *own, *libraries, module)}


def address_of(name: str) -> str:
    """Return where the page finds a file.

    Args:
        name: Its name, for instance ``board.css``.
    """
    return served_files()[name].address


def pack_files() -> None:
    """Pack every file, so that no page has to wait for it."""
    for file in served_files().values():
        _ = file.packed


def _fonts() -> list[Path]:
    return sorted((ASSETS / "fonts").glob("*.woff2"))


def _with_fonts(name: str, places: dict[str, str]) -> bytes:
    text = (ASSETS / name).read_text(encoding="utf-8")
    return _FONT.sub(lambda found: places[found[1]], text).encode()
