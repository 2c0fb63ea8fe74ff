"""What an identifier may look like, everywhere."""

from __future__ import annotations

import re

ID_PATTERN = r"^[A-Za-z0-9._-]{1,32}$"
"""Ids are opaque text: leading zeros and eighteen-digit numbers survive unchanged."""

_ID = re.compile(ID_PATTERN)


def is_code(text: str) -> bool:
    """Return whether a text may serve as an identifier in tables, URLs and snapshots."""
    return _ID.fullmatch(text) is not None
