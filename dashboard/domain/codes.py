"""What an identifier may look like, everywhere."""

from __future__ import annotations

import re

ID_PATTERN = r"^[A-Za-z0-9._-]{1,32}$"
"""Ids are opaque text: leading zeros and eighteen-digit numbers survive unchanged."""

_ID = re.compile(ID_PATTERN)


def natural_order(code: str) -> tuple[tuple[int, str], ...]:
    """Return the key that puts codes in the order people count: ``9`` before ``10``."""
    parts = re.findall(r"\d+|\D+", code)
    return tuple((int(part), part) if part.isdigit() else (-1, part) for part in parts)


def is_code(text: str) -> bool:
    """Return whether a text may serve as an identifier in tables, URLs and snapshots."""
    return _ID.fullmatch(text) is not None
