"""The account of an import: nothing is lost, and what the data are is always said."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.domain.scope import Scope
from dashboard.exports.manifest import ExportFacts
from tests.support.drawn_service import FIRST_DAY

MEASURES = ["import_files", "set_aside_rows", "import_notices"]


@pytest.fixture
def store(service, opened):
    service.facts = ExportFacts(source_system="drawn", note="invented in a test")
    service.draw_case("C1", "sessions held held\nmother/srs 36 38", first_day=FIRST_DAY)
    for file, row_count, aside in (("forms.csv", 10, 2), ("cases.csv", 3, 0)):
        service.add(
            "import_files", file=file, table_names=[file.removesuffix(".csv")],
            row_count=row_count, accepted_count=row_count - aside, set_aside_count=aside,
            sha256="0" * 64,
        )  # fmt: skip
    for row_no, column in ((9, None), (4, "state")):
        service.add(
            "import_set_aside", file="forms.csv", row_no=row_no, table_name="forms",
            column_name=column, rule="unknown_word", mend="Correct it.",
        )  # fmt: skip
    service.add("import_notices", file="cases.csv", rule="no_manifest", message="Add one.")
    return opened(service)


def test_rows_in_are_rows_accepted_and_set_aside_for_every_file(store):
    files = store.query("import_files")

    assert files["file"].to_list() == ["cases.csv", "forms.csv"]
    assert (files["accepted_count"] + files["set_aside_count"]).equals(files["row_count"])
    assert files["table_names"].to_list() == [["cases"], ["forms"]]


def test_each_row_set_aside_says_where_it_is_and_how_to_mend_it(store):
    rows = store.query("set_aside_rows")

    assert rows.rows() == [
        (1, "forms.csv", 4, "forms", "state", "unknown_word", "Correct it."),
        (2, "forms.csv", 9, "forms", None, "unknown_word", "Correct it."),
    ]


def test_notices_stand_beside(store):
    assert store.query("import_notices").rows() == [
        (1, "cases.csv", None, None, None, "no_manifest", "Add one.")
    ]


@pytest.mark.parametrize("name", MEASURES)
def test_who_sees_some_cases_only_sees_no_account_of_the_whole_import(store, name):
    assert store.query(name, scope=Scope("own", frozenset({"C1"}))).is_empty()


def test_a_generation_says_what_it_is(store):
    row = store.query("generation_facts").row(0, named=True)

    assert (row["generation"], row["note"], row["source_system"]) == (
        1,
        "invented in a test",
        "drawn",
    )
    assert row["as_of"] == FIRST_DAY + dt.timedelta(weeks=1)
    assert row["has_dates"] is True
    assert len(row["content_hash"]) == 64
