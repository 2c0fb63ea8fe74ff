"""Chance that is the same everywhere: a number follows from a seed and codes, not from order."""

from __future__ import annotations

import polars as pl

_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MASK = (1 << 64) - 1


def mixed(number: int) -> int:
    """Return 64 well-mixed bits of a whole number (the finaliser known as splitmix64)."""
    bits = (number + _GOLDEN) & _MASK
    bits = ((bits ^ (bits >> 30)) * _FIRST) & _MASK
    bits = ((bits ^ (bits >> 27)) * _SECOND) & _MASK
    return bits ^ (bits >> 31)


def salted(seed: int, purpose: str) -> int:
    """Return the bits that start every draw made with a seed for one purpose."""
    bits = mixed(seed)
    for letter in purpose.encode():
        bits = mixed(bits ^ letter)
    return bits


class Chance:
    """Draws for hand-sized work, one after the other, from a seed and a purpose."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._bits = salted(seed, purpose)

    def unit(self) -> float:
        """Return the next number, at least 0 and under 1."""
        self._bits = mixed(self._bits)
        return (self._bits >> 11) / (1 << 53)

    def below(self, count: int) -> int:
        """Return a whole number of 0 to ``count - 1``."""
        return int(self.unit() * count)

    def spread(self, size: float) -> float:
        """Return a draw around 0 with standard deviation ``size`` and no far tails."""
        return (sum(self.unit() for _ in range(6)) - 3) * size * 2**0.5


def unit_column(seed: int, purpose: str, *codes: str) -> pl.Expr:
    """Return draws of 0 to 1 for rows, each from the seed and the row's own code columns.

    Args:
        seed: The seed of the sample.
        purpose: What the draw is for; another purpose gives independent numbers.
        codes: Names of whole-number columns that tell the rows apart.
    """
    start = salted(seed, purpose)
    columns = [pl.col(code).cast(pl.UInt64) for code in codes]
    return pl.map_batches(
        columns, lambda series: _units(start, list(series)), return_dtype=pl.Float64
    )


def pick(words: tuple[str | None, ...], share: pl.Expr) -> pl.Expr:
    """Return one of the words, each as likely, by a number of 0 to 1."""
    return pl.lit(list(words)).list.get((share * len(words)).cast(pl.Int64))


def spread_column(seed: int, purpose: str, size: float, *codes: str) -> pl.Expr:
    """Return draws around 0 with standard deviation ``size``, as ``Chance.spread`` makes them."""
    draws = [unit_column(seed, f"{purpose}{place}", *codes) for place in range(6)]
    return (pl.sum_horizontal(draws) - 3) * (size * 2**0.5)


def _units(start: int, codes: list[pl.Series]) -> pl.Series:
    bits = _whole(start)
    for code in codes:
        bits = _mixed_series(code ^ bits)
    return (bits // _whole(1 << 11)).cast(pl.Float64) / float(1 << 53)


def _mixed_series(bits: pl.Series) -> pl.Series:
    bits = bits + _whole(_GOLDEN)
    bits = (bits ^ (bits // _whole(1 << 30))) * _whole(_FIRST)
    bits = (bits ^ (bits // _whole(1 << 27))) * _whole(_SECOND)
    return bits ^ (bits // _whole(1 << 31))


def _whole(number: int) -> pl.Series:
    return pl.Series([number], dtype=pl.UInt64)
