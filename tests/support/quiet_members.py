"""Members of other families whose ratings say nothing, so that the service has a spread."""

from __future__ import annotations

from statistics import stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.drawn_service import DrawnService

QUIET_PAIRS = 20
"""40 members: more than the 30 from which on the spread of a service is used."""
MIDDLE, APART = 20.0, 4.0


def add_quiet_members(
    service: DrawnService, *, instrument_id: str = "srs", scale: str = "total"
) -> None:
    """Add 40 families of one member, each with one rating: half at 16 points, half at 24.

    No session of theirs is joint, so they add to the spread and to no signal of a family.
    """
    for number in range(2 * QUIET_PAIRS):
        name = f"{instrument_id}-{number:02d}"
        service.draw_family(f"F-{name}", {name: "other,unknown"})
        service.draw_case(f"Q-{name}", "sessions held", family_id=f"F-{name}")
        score = MIDDLE + (APART if number % 2 else -APART)
        service.rate(f"Q-{name}-1", instrument_id, {scale: score}, member_id=name)


def spread_with(*scores: float) -> float:
    """Return the standard deviation of the quiet members' ratings together with some others."""
    quiet = [MIDDLE - APART, MIDDLE + APART] * QUIET_PAIRS
    return stdev([*quiet, *scores])


def range_at(cut: float, raters: int) -> float:
    """Return the points between lowest and highest that are exactly `cut` standard deviations.

    The session counted is the only one beside the quiet members; lowest and highest lie as far
    below as above 20 points, the other raters at 20. With SS the sum of squares of the quiet
    members and n all ratings: range = cut x sqrt((SS + range^2 / 2) / (n - 1)), solved.
    """
    squares = 2 * QUIET_PAIRS * APART**2
    others = 2 * QUIET_PAIRS + raters - 1
    return cut * (squares / (others - cut**2 / 2)) ** 0.5
