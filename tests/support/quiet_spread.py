"""The spread of a service of quiet families and what a test draws beside them, by plain sums."""

from __future__ import annotations

import math
import statistics

from tests.support.quiet_service import HIGH, LOW, QUIET_FAMILIES

QUIET_SERIES = [list(LOW * 3), list(HIGH * 3)] * QUIET_FAMILIES
"""The ratings of the quiet members, a list for each."""


def sd_between_with(*drawn: float) -> float:
    """Return the standard deviation (n - 1) of the quiet ratings and those drawn beside them."""
    quiet = [score for series in QUIET_SERIES for score in series]
    return statistics.stdev([*quiet, *drawn])


def s_diff_with(*drawn: list[float]) -> float:
    """Return the standard error of a difference, pooled over the quiet series and drawn ones."""
    series = [*QUIET_SERIES, *(one for one in drawn if len(one) >= 4)]
    squares = sum((len(one) - 1) * statistics.variance(one) for one in series)
    return math.sqrt(2) * math.sqrt(squares / sum(len(one) - 1 for one in series))
