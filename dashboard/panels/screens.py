"""The screens of the page, and which of them an address opens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from dashboard.views.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.views.language import Language

SCREENS = {
    "agenda": N_("Agenda"),
    "case": N_("Case"),
    "families": N_("Families"),
    "threats": N_("Threats and strategies"),
    "data": N_("Data"),
}
"""The screens in the order of the menu; the address names them, except the agenda and a case."""


PAGE_DIGITS = 6
"""Digits of a page in an address that are read."""


def screen_of(query: str, *, in_case: bool) -> str:
    """Return the screen that an address opens.

    Args:
        query: The query of the address.
        in_case: Whether it names a case of these data: a case is always its own screen.

    Returns:
        The agenda where the address names no screen or none that exists.
    """
    if in_case:
        return "case"
    asked = _asked_screen(query)
    return asked if asked in SCREENS and asked != "case" else "agenda"


def _asked_screen(query: str) -> str:
    return parse_qs(query.removeprefix("?")).get("screen", [""])[0]


def unmet_screen(query: str, *, in_case: bool, words: Language) -> str:
    """Return a sentence where an address asks for a screen that cannot be opened, else nothing.

    Args:
        query: The query of the address.
        in_case: Whether it names a case of these data.
        words: The language of the sentence.
    """
    asked = _asked_screen(query)
    if asked == "case" and not in_case:
        return words(
            "The address asks for a case and names none of these data: this is the agenda. Choose "
            "a case here, or under Families."
        )
    if asked and asked not in SCREENS:
        return words("The address asks for a page that does not exist: this is the agenda.")
    return ""


def page_of(query: str) -> int:
    """Return the page of families that an address names, from 0; people count from 1."""
    asked = parse_qs(query.removeprefix("?")).get("page", [""])[0]
    return max(int(asked) - 1, 0) if asked.isdecimal() and len(asked) <= PAGE_DIGITS else 0


def away_from(screen: str) -> Callable[[str], str]:
    """Return how a part of the page is dressed that belongs to some screens only."""
    return lambda wanted: "" if screen in wanted.split() else " away"
