"""What a store holds, written as native tables and imported again, is the same store."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.instruments import load_registry
from dashboard.domain.rules import load_rules
from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError, QueryError
from dashboard.exports.guarding import guarded, original_text
from dashboard.exports.native import NATIVE_FINGERPRINT
from dashboard.exports.reading import content_hash, read_export
from dashboard.frames.native_export import write_native_export
from dashboard.store import Store, publish, query_contracts
from tests.support.random_service import RandomService
from tests.support.repository import REPOSITORY
from tests.support.rich_service import rich_service

OF_THE_IMPORT = {"generation_facts", "import_files", "import_changes", "import_notices"}
"""What is told of an import itself: the files are others and the moment is later."""

HOSTILE = ["=1+1", "'=1", "-1", "@x", "＝1", "a;b", 'say "no"', "two\nlines", "NA", "007", "1,5"]
TEXTS = st.one_of(st.none(), st.sampled_from(HOSTILE))
PRACTICE = REPOSITORY / "docs" / "examples" / "simulated_wai_srs" / "instruments.toml"
RULES = """
format = "alliance-rules"
version = "clinic-2"

[[rule]]
id = "falls_in_a_row"
value = 4
"""


def as_native(service):
    """Return an export as the reader of the native format would hand it on."""
    export = service.export()
    return replace(
        export,
        mapping_fingerprint=NATIVE_FINGERPRINT,
        content_hash=content_hash(
            export.tables, export.facts, export.registry, NATIVE_FINGERPRINT, export.rules
        ),
    )


def measures(store):
    """Return the rows of every measure and signal of a store by name."""
    asked = [
        name
        for name, contract in query_contracts().items()
        if contract.folder != "publish" and name not in OF_THE_IMPORT
    ]
    with_instrument = {"instrument_id": "srs"}
    return {
        name: store.query(name, **(with_instrument if name == "form_totals" else {}))
        for name in asked
    }


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    with rich_service().open(tmp_path_factory.mktemp("rich") / "store") as store:
        yield store


@given(
    seed=st.integers(0, 10_000),
    labels=st.lists(TEXTS, min_size=3, max_size=3),
    file_format=st.sampled_from(["csv", "parquet"]),
)
@settings(max_examples=3, deadline=None)
def test_every_table_and_every_measure_comes_back(seed, labels, file_format, tmp_path_factory):
    service = RandomService(seed).draw()
    named = ("families", "label"), ("members", "label"), ("forms", "instrument_version")
    for (table, column), label in zip(named, labels, strict=True):
        for row in service.rows[table]:
            row[column] = label
    folder = tmp_path_factory.mktemp("again")
    export = as_native(service)
    publish(export, folder / "store")
    with Store(folder / "store") as store:
        write_native_export(store, folder / "out", file_format=file_format)
        again = read_export(folder / "out")
        publish(again, folder / "second")
        with Store(folder / "second") as second:
            found, expected = measures(second), measures(store)

    assert again.set_aside.is_empty()
    assert [
        name for name in export.tables if not again.tables[name].equals(export.tables[name])
    ] == []
    assert again.facts == export.facts
    assert again.content_hash == export.content_hash
    assert [name for name in expected if not found[name].equals(expected[name])] == []


def test_instruments_and_rules_of_a_service_go_along(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(RULES, encoding="utf-8")
    service = rich_service()
    service.registry, service.rules = load_registry(PRACTICE), load_rules(own)
    export = as_native(service)
    publish(export, tmp_path / "store")
    with Store(tmp_path / "store") as store:
        write_native_export(store, tmp_path / "out")

    again = read_export(tmp_path / "out")
    assert again.rules["falls_in_a_row"].value == 4
    assert again.content_hash == export.content_hash


def test_a_part_of_a_service_is_whole_in_itself(rich, tmp_path):
    write_native_export(rich, tmp_path / "out", selection=Selection(families=("F2",)))
    again = read_export(tmp_path / "out")

    assert again.set_aside.is_empty()
    assert again.tables["families"]["family_id"].to_list() == ["F2"]
    assert again.tables["cases"]["case_id"].to_list() == ["C3", "C4"]
    assert again.tables["members"]["member_id"].to_list() == ["ann", "bob"]
    assert again.tables["therapists"]["therapist_id"].to_list() == ["T03"]
    assert again.tables["threats"]["threat_id"].to_list() == ["X3"]


def test_cases_out_of_scope_are_not_written(rich, tmp_path):
    write_native_export(rich, tmp_path / "out", scope=Scope("own", frozenset({"C2"})))
    tables = read_export(tmp_path / "out").tables

    assert tables["cases"]["case_id"].to_list() == ["C2"]
    assert tables["sessions"]["case_id"].unique().to_list() == ["C2"]


def test_no_case_chosen_writes_nothing(rich, tmp_path):
    with pytest.raises(DisclosureError, match="No case passes these filters"):
        write_native_export(rich, tmp_path / "out", selection=Selection(therapists=("T99",)))
    assert list(tmp_path.iterdir()) == []


def test_no_text_of_a_csv_file_can_run_in_a_spreadsheet(tmp_path):
    service = rich_service()
    service.rows["families"][0]["label"] = "=HYPERLINK(A1)"
    with service.open(tmp_path / "store") as store:
        write_native_export(store, tmp_path / "out")
    written = (tmp_path / "out" / "families.csv").read_text(encoding="utf-8")

    assert written.splitlines()[1] == "F1,'=HYPERLINK(A1)"
    assert read_export(tmp_path / "out").tables["families"]["label"][0] == "=HYPERLINK(A1)"


def test_files_are_readable_by_their_owner_only_and_nothing_lies_beside_them(rich, tmp_path):
    write_native_export(rich, tmp_path / "out")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "out").iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_an_earlier_export_is_replaced_whole(rich, tmp_path):
    write_native_export(rich, tmp_path / "out", file_format="parquet")
    write_native_export(rich, tmp_path / "out", selection=Selection(cases=("C2",)))

    assert not list((tmp_path / "out").glob("*.parquet"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["row_counts"]["cases"] == 1


@pytest.mark.parametrize("name", ["letter.txt", "forms.csv"])
def test_a_folder_of_somebody_else_is_left_alone(rich, tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("keep", encoding="utf-8")
    with pytest.raises(DisclosureError, match="out: expected a new or empty folder"):
        write_native_export(rich, tmp_path / "out")
    assert (tmp_path / "out" / name).read_text(encoding="utf-8") == "keep"


def test_a_table_that_cannot_be_read_is_refused_in_words(rich, monkeypatch):
    def lost(_cursor, _chosen):
        message = "no such table"
        raise duckdb.CatalogException(message)

    monkeypatch.setattr("dashboard.store.reading.native_content", lost)
    with pytest.raises(QueryError, match="native tables cannot be read"):
        rich.native(Selection())


def test_guarding_leaves_what_is_no_text(rich):
    rows = pl.DataFrame({"note": ["=1", "a", None], "score": [-1.0, 2.0, None]})
    assert guarded(rows).rows() == [("'=1", -1.0), ("a", 2.0), (None, None)]
    assert original_text(guarded(rows)["note"]).to_list() == ["=1", "a", None]
