"""What is built is read back before it counts; what does not fit together is refused."""

from __future__ import annotations

import dataclasses
import shutil

import duckdb
import pytest

from dashboard.errors import QueryError, StoreError
from dashboard.store import contracts, folder, publish, publishing, query_contracts
from dashboard.store.contracts import contracts_of, read_contract
from dashboard.store.folder import StoreFolder, sync_folder
from dashboard.store.publishing import publishing_order
from tests.store.conftest import small_service
from tests.support.repository import REPOSITORY


@pytest.fixture
def queries(tmp_path, monkeypatch):
    """A copy of the query files that a test may change."""
    copy = shutil.copytree(REPOSITORY / "queries", tmp_path / "queries")
    monkeypatch.setattr(contracts, "data_folder", lambda _: copy)
    for cached in (query_contracts, publishing_order, contracts.publishing_fingerprint):
        cached.cache_clear()
    yield copy
    monkeypatch.undo()
    for cached in (query_contracts, publishing_order, contracts.publishing_fingerprint):
        cached.cache_clear()


def test_a_table_with_other_rows_than_were_imported_is_found(tmp_path, monkeypatch):
    store = tmp_path / "store"
    publish(small_service(30).export(), store)
    original = publishing._load

    def losing(connection, name, rows):
        original(connection, name, rows.head(1) if name == "native_item_scores" else rows)

    monkeypatch.setattr(publishing, "_load", losing)
    with pytest.raises(StoreError, match="found 1 rows in 'native_item_scores', expected 8"):
        publish(small_service(31).export(), store)
    assert [file.name for file in store.glob("generation-*")] == ["generation-000001.duckdb"]


def test_a_failure_of_the_database_is_named_in_kind_and_not_in_its_words(tmp_path, monkeypatch):
    def failing(*_):
        raise duckdb.ConversionException("the value 'secret' cannot be read")

    monkeypatch.setattr(publishing, "_load", failing)
    with pytest.raises(StoreError, match=r"the import stopped \(ConversionException\)") as error:
        publish(small_service().export(), tmp_path / "store")
    assert "secret" not in str(error.value)


def test_another_content_hash_than_was_imported_is_found(tmp_path, monkeypatch):
    original = publishing.generation_row
    monkeypatch.setattr(
        publishing,
        "generation_row",
        lambda export, *rest: original(dataclasses.replace(export, content_hash="0" * 64), *rest),
    )
    with pytest.raises(StoreError, match="verification found another content hash"):
        publish(small_service().export(), tmp_path / "store")


@pytest.mark.parametrize("name", ["publish/threat_periods", "measures/case_list", "signals/falls"])
def test_a_changed_publishing_query_makes_a_new_generation(tmp_path, queries, name):
    store = tmp_path / "store"
    publish(small_service().export(), store)
    changed = queries / f"{name}.sql"
    changed.write_text(changed.read_text() + "-- another word\n")
    for cached in (query_contracts, publishing_order, contracts.publishing_fingerprint):
        cached.cache_clear()

    assert publish(small_service().export(), store) == 2
    assert publish(small_service().export(), store) == 2


def test_queries_that_need_each_other_are_refused(queries):
    file = queries / "publish" / "form_scores.sql"
    file.write_text(file.read_text().replace("-- reads: native_forms", "-- reads: cells"))
    query_contracts.cache_clear()
    publishing_order.cache_clear()

    with pytest.raises(StoreError, match="need each other's tables"):
        publishing_order()


def test_two_files_of_one_name_are_refused(queries):
    (queries / "measures" / "cells.sql").write_text((queries / "publish" / "cells.sql").read_text())
    query_contracts.cache_clear()

    with pytest.raises(QueryError, match="Two query files are called 'cells'"):
        query_contracts()


def test_a_file_whose_name_is_not_the_one_in_its_header_is_refused(queries):
    file = queries / "measures" / "case_list.sql"
    other = file.rename(file.with_name("other.sql"))

    with pytest.raises(QueryError, match="expected '-- name: other'"):
        read_contract(other, "measures")


def test_a_comment_after_the_header_is_no_part_of_it():
    assert contracts_of("publish")["cells"].order == ("case_id", "session_id", "row_key", "scale")


def test_an_old_generation_that_is_still_open_elsewhere_stays(tmp_path, monkeypatch):
    store = tmp_path / "store"
    for total in (30, 31):
        publish(small_service(total).export(), store)
    original = type(store).unlink

    def held(self, *args, **kwargs):
        if self.name == "generation-000001.duckdb":
            raise PermissionError(13, "in use")
        original(self, *args, **kwargs)

    monkeypatch.setattr(type(store), "unlink", held)
    publish(small_service(32).export(), store)

    assert StoreFolder(store).numbers() == [1, 2, 3]


def test_where_the_system_cannot_sync_a_folder_nothing_is_asked_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(folder.os, "name", "nt")
    monkeypatch.setattr(folder.os, "fsync", lambda _: pytest.fail("a folder was synced"))

    assert sync_folder(tmp_path) is None
