"""What an import changed is counted by key against the generation before it."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.store import Store, publish
from dashboard.store import changes as store_changes
from tests.support.drawn_service import DrawnService


def family(totals: str) -> DrawnService:
    service = DrawnService()
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", f"sessions held held held\nmother/srs {totals}")
    return service


def counted(folder) -> dict[str, tuple[object, ...]]:
    with Store(folder) as store:
        rows = store.query("import_changes")
    return {
        row["table_name"]: tuple(
            row[name] for name in ("before_count", "added_count", "changed_count", "vanished_count")
        )
        for row in rows.iter_rows(named=True)
    }


def test_a_first_import_compares_with_nothing(tmp_path):
    publish(family("30 31 32").export(), tmp_path / "store")

    assert counted(tmp_path / "store")["forms"] == (None, None, None, None)


def test_added_changed_and_vanished_rows_are_counted_by_key(tmp_path):
    publish(family("30 31 .").export(), tmp_path / "store")
    publish(family("30 . 32").export(), tmp_path / "store")
    found = counted(tmp_path / "store")

    assert found["forms"] == (2, 1, 0, 1)
    assert found["item_scores"] == (8, 4, 0, 4)
    assert found["sessions"] == (3, 0, 0, 0)


def test_a_corrected_answer_is_a_change_and_no_new_row(tmp_path):
    publish(family("30 31 32").export(), tmp_path / "store")
    publish(family("30 31 36").export(), tmp_path / "store")

    assert counted(tmp_path / "store")["item_scores"] == (12, 0, 4, 0)


def test_a_very_large_table_is_counted_and_not_compared(tmp_path, monkeypatch):
    monkeypatch.setattr(store_changes, "COMPARED_ROWS", 5)
    publish(family("30 31 .").export(), tmp_path / "store")
    publish(family("30 31 32").export(), tmp_path / "store")
    found = counted(tmp_path / "store")

    assert found["item_scores"] == (None, None, None, None)
    assert found["forms"] == (2, 1, 0, 0)


def test_a_generation_that_cannot_be_read_is_compared_with_nothing(tmp_path):
    damaged = tmp_path / "generation-000001.duckdb"
    damaged.write_bytes(b"no database")
    tables = family("30 31 32").export().tables

    found = store_changes.changes_since(damaged, tables)

    assert found["before_count"].is_null().all()
    assert found.filter(pl.col("table_name") == "forms")["now_count"].to_list() == [3]


@pytest.mark.parametrize("order", [False, True])
def test_the_order_of_rows_changes_nothing(tmp_path, order):
    service = family("30 31 32")
    publish(service.export(), tmp_path / "store")
    tables = service.export().tables
    turned = {name: rows.reverse() if order else rows for name, rows in tables.items()}
    file = tmp_path / "store" / "generation-000001.duckdb"

    found = store_changes.changes_since(file, turned)

    assert found["changed_count"].sum() + found["added_count"].sum() == 0
