"""Words of a column as the words of the native tables: age bands, ways of coming, yes and no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.vocabulary import AgeBand, Referral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_YES = frozenset({"1", "yes", "ja", "y", "j", "true", "sann", "x"})
_NO = frozenset({"0", "no", "nei", "n", "false", "usann"})
_REFERRALS = {
    "voluntary": Referral.VOLUNTARY,
    "frivillig": Referral.VOLUNTARY,
    "mandated": Referral.MANDATED,
    "pålagt": Referral.MANDATED,
    "mixed": Referral.MIXED,
    "blandet": Referral.MIXED,
    "unknown": Referral.UNKNOWN,
    "not known": Referral.UNKNOWN,
    "ukjent": Referral.UNKNOWN,
}
_AGES = {"unknown": AgeBand.UNKNOWN, "ukjent": AgeBand.UNKNOWN}
_UNTIL = (
    (6, AgeBand.UP_TO_5),
    (13, AgeBand.FROM_6_TO_12),
    (18, AgeBand.FROM_13_TO_17),
    (65, AgeBand.FROM_18_TO_64),
)
_OLDEST = 120


def age_band(word: str) -> str:
    """Return the age band of a word or a whole number of years; empty where it is none."""
    plain = word.strip().casefold().replace("–", "-").replace(" ", "")
    if plain in {str(band) for band in AgeBand}:
        return plain
    if is_age(plain):
        years = int(plain)
        return str(next((band for end, band in _UNTIL if years < end), AgeBand.FROM_65))
    return str(_AGES.get(plain, ""))


def is_age(word: str) -> bool:
    """Return whether a word is a whole number of years."""
    plain = word.strip()
    return plain.isascii() and plain.isdecimal() and len(plain) < 4 and int(plain) <= _OLDEST


def _referral(word: str) -> str:
    plain = " ".join(word.split()).casefold()
    return str(_REFERRALS.get(plain, ""))


def _yes_or_no(word: str) -> str:
    plain = word.strip().casefold()
    return "true" if plain in _YES else "false" if plain in _NO else ""


PLACED: dict[str, Callable[[str], str]] = {
    "age": age_band,
    "referral": _referral,
    "index": _yes_or_no,
}
"""By kind of column, how one of its words is placed; empty where a person has to say it."""

UNPLACED = {"age": "unknown", "referral": "unknown", "index": "false"}
"""What a word that nobody has placed counts as until somebody does."""

CHOICES = {
    "age": tuple(map(str, AgeBand)),
    "referral": tuple(map(str, Referral)),
    "index": ("true", "false"),
}
"""What a word of such a column can mean."""


def placed_words(kind: str, words: Iterable[str]) -> dict[str, str]:
    """Return each word with its meaning, empty where it has none; every age where one is.

    Args:
        kind: One of ``PLACED``.
        words: Different words of the column.
    """
    given = list(words)
    found = {word: PLACED[kind](word) for word in given}
    if kind == "age" and any(is_age(word) for word in given):
        found |= {str(years): age_band(str(years)) for years in range(_OLDEST + 1)}
    return found
