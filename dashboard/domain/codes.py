"""What an identifier may look like, everywhere."""

from __future__ import annotations

import re

ID_PATTERN = r"^[A-Za-z0-9._-]{1,32}$"
"""Ids are opaque text: leading zeros and eighteen-digit numbers survive unchanged."""

_ID = re.compile(ID_PATTERN)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def natural_order(code: str) -> tuple[tuple[int, str], ...]:
    """Return the key that puts codes in the order people count: ``9`` before ``10``."""
    parts = re.findall(r"\d+|\D+", code)
    return tuple((int(part), part) if part.isdigit() else (-1, part) for part in parts)


def is_code(text: str) -> bool:
    """Return whether a text may serve as an identifier in tables, URLs and snapshots."""
    return _ID.fullmatch(text) is not None


def plain_text(text: str) -> str:
    """Return a free text without marks that nobody sees: control characters and text direction.

    A direction mark in one sentence would turn the order of the words around it.

    Args:
        text: As a service wrote it: a note, the name of its system or of an instrument.
    """
    return _UNSEEN.sub("", re.sub(r"\s", " ", text))
