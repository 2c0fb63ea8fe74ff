"""Where the data of the package lie, and who sees what."""

from __future__ import annotations

import pytest

from dashboard.domain import places
from dashboard.domain.scope import WHOLE_GROUP, Scope
from tests.support.repository import REPOSITORY


@pytest.mark.parametrize("name", ["queries", "sample_data"])
def test_a_checkout_finds_the_folder_beside_the_package(name):
    assert places.data_folder(name) == REPOSITORY / name
    assert places.data_folder(name).is_dir()


def test_an_installed_copy_finds_the_folder_inside_the_package(tmp_path, monkeypatch):
    packed = tmp_path / "dashboard" / "_data" / "queries"
    packed.mkdir(parents=True)
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "dashboard")

    assert places.data_folder("queries") == packed
    assert places.data_folder("sample_data") == tmp_path / "sample_data"


def test_today_everybody_round_the_table_sees_every_case():
    assert WHOLE_GROUP.case_ids is None
    assert Scope(name="own_cases", case_ids=frozenset({"C1"})) != WHOLE_GROUP
