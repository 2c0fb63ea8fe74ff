"""A service to draw on, and the store it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.drawn_service import DrawnService

if TYPE_CHECKING:
    from dashboard.store import Store


@pytest.fixture
def service() -> DrawnService:
    """A service of one family: a mother, a father, a youth, and a child of ten."""
    drawn = DrawnService()
    drawn.draw_family(
        "F1",
        {
            "mother": "parent",
            "father": "step_parent",
            "youth": "youth,13-17",
            "child": "child,6-12",
        },
    )
    return drawn


@pytest.fixture
def two_families(service: DrawnService) -> DrawnService:
    """Two families: missing forms and a therapist's own form in one, another instrument."""
    service.draw_case(
        "C1",
        """
        sessions   held held cancelled
        mother/srs 36   d    .
        youth/srs  21   p    .
        """,
    )
    service.draw_family("F2", {"ann": "partner"})
    service.draw_case("C2", "sessions held\nann/ors 20", family_id="F2")
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [1, 2, 1, 2])
    return service


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[DrawnService], Store]]:
    """Publish a drawn service and open it; closed at the end of the test."""
    stores: list[Store] = []

    def open_service(drawn: DrawnService) -> Store:
        stores.append(drawn.open(tmp_path / f"store-{len(stores)}"))
        return stores[-1]

    yield open_service
    for store in stores:
        store.close()
