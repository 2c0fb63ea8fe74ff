"""Families in which nothing happens, so that a drawn case can be judged against a known spread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.support.drawn_service import FIRST_DAY
from tests.support.rich_service import rich_service

if TYPE_CHECKING:
    from tests.support.drawn_service import DrawnService

QUIET_FAMILIES = 40
LOW, HIGH = (33, 35), (37, 39)
RATINGS = QUIET_FAMILIES * 2 * 6
SD_BETWEEN = math.sqrt((3**2 + 1 + 1 + 3**2) / 4 * RATINGS / (RATINGS - 1))
"""Of the quiet ratings alone, 33, 35, 37 and 39 in equal number around 36: about 2.24 points."""

SD_WITHIN = math.sqrt(6 * 1**2 / (6 - 1))
"""Each quiet series goes up and down by one point around its mean: about 1.10 points."""


def add_quiet_families(service: DrawnService, count: int = QUIET_FAMILIES) -> None:
    """Add families of two adults whose six ratings go up and down by one point, and no more.

    Together they give an instrument enough members for its spread; see ``SD_BETWEEN``.
    """
    for number in range(1, count + 1):
        family = f"Q{number:02d}"
        service.draw_family(family, {f"{family}-a": "partner", f"{family}-b": "partner"})
        lines = [
            "sessions " + "held " * 6,
            f"{family}-a/srs " + " ".join(str(score) for score in LOW * 3),
            f"{family}-b/srs " + " ".join(str(score) for score in HIGH * 3),
        ]
        service.draw_case(f"CQ{number:02d}", "\n".join(lines), family_id=family)
        service.add("case_therapists", case_id=f"CQ{number:02d}", therapist_id="T03")


def service_with_signals() -> DrawnService:
    """Return the rich service among quiet families, with a case in which every signal fires."""
    service = rich_service()
    add_quiet_families(service)
    service.draw_family("F3", {"mum": "parent", "dad": "parent", "kid": "youth,13-17"})
    service.add("members", member_id="gran", family_id="F3", role="grandparent", age_band="65+")
    service.draw_case(
        "C5",
        """
        sessions  held held held held held held held held
        mum/srs   36   36   36   36   36   25   35   36
        dad/srs   40   40   40   40   39   38   36   34
        kid/srs   36   35   36   35   36   28   24   20
        came/mum  present present present present present present present present
        came/gran .    .    .    .    .    absent present partial
        """,
        family_id="F3",
        first_day=FIRST_DAY,
    )
    for session in (6, 7, 8):
        form_id = service.therapist_form(f"C5-{session}", "srs", rater_id="T01")
        service.answer(form_id, [10, 9, 10, 10])
    service.add("case_therapists", case_id="C5", therapist_id="T01")
    return service
