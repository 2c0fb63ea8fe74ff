"""Counts before a noun, in the English of reports: "1 row", "2 rows"."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, which has an s for all counts but one.

    Args:
        count: How many; 0 is said as "0 rows".
        noun: For one of them, for instance "row".
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
