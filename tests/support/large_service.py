"""A service that is larger than a browser may hold, because a browser holds little here."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from dashboard.panels import shared as shared_module
from tests.support.drawn_service import DrawnService

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILIES = 90
SMALL_LIMIT = 600
SHORT_LIST = 20


def service_of(families: int) -> DrawnService:
    """Return a service of families numbered from 1, each with one case and two sessions.

    T1 leads the first five, T2 every other; trust is coded as lacking in every third case.
    """
    service = DrawnService()
    for name in ("T1", "T2"):
        service.add("therapists", therapist_id=name)
    for number in range(1, families + 1):
        case = f"C-{number}"
        service.draw_family(f"F-{number}", {f"m-{number}": "parent"})
        picture = f"sessions held held\nm-{number}/srs {30 + number % 9} 36"
        day = dt.date(2026, 3, 2) + dt.timedelta(weeks=number % 20)
        service.draw_case(case, picture, family_id=f"F-{number}", first_day=day)
        lead = "T1" if number <= 5 else "T2"
        service.add("case_therapists", case_id=case, therapist_id=lead)
        if number % 3 == 0:
            service.add("threats", threat_id=f"X{number}", case_id=case, session_id=f"{case}-1")
    return service


def cases(first: int, last: int) -> set[str]:
    """Return the codes of the cases from one number to another."""
    return {f"C-{number}" for number in range(first, last + 1)}


@contextmanager
def small_limits() -> Iterator[None]:
    """Let a browser hold forty of these families, and a person read twenty codes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_module, "CELL_LIMIT", SMALL_LIMIT)
        patch.setattr(shared_module, "LISTED", SHORT_LIST)
        yield
