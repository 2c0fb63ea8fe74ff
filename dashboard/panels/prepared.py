"""Texts that many sessions are sent: packed once, and asked for by an address that names them.

They hold data of families. Nobody may keep them, and they are gone from here once neither a
session nor the board itself has a use for them.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from functools import cached_property
from weakref import WeakValueDictionary

_PACKED_AT = 6
_DIGEST_LENGTH = 32


class PreparedText:
    """A text with its address, and the text as gzip once somebody asked for it.

    Args:
        text: The text, JSON of any kind.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._lock = threading.Lock()

    @cached_property
    def digest(self) -> str:
        """The start of the SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:_DIGEST_LENGTH]

    @property
    def address(self) -> str:
        """Where a page finds it, relative to the page."""
        return f"pictures/{self.digest}.json"

    def packed(self) -> bytes:
        """Return the text as gzip, made once however many ask at a time."""
        with self._lock:
            return self._packed

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self.text.encode(), _PACKED_AT, mtime=0)


class PreparedTexts:
    """The texts that can be asked for just now, by the digest in their address."""

    def __init__(self) -> None:
        self._by_digest: WeakValueDictionary[str, PreparedText] = WeakValueDictionary()

    def keep(self, text: str) -> PreparedText:
        """Return a text that can be asked for as long as the caller holds what is returned."""
        prepared = PreparedText(text)
        return self._by_digest.setdefault(prepared.digest, prepared)

    def find(self, digest: str) -> PreparedText | None:
        """Return a text by its digest; none where nobody holds it any more."""
        return self._by_digest.get(digest)
