"""Stores for these tests: one made once and read only, one to be changed."""

from __future__ import annotations

import pytest

from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.rich_service import rich_service


@pytest.fixture(scope="package")
def rich_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rich") / "store"
    rich_service().open(folder).close()
    return folder


def small_service(total: int = 36) -> DrawnService:
    service = DrawnService()
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", f"sessions held held\nmother/srs {total} 38", first_day=FIRST_DAY)
    return service
