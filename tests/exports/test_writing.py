"""Writing native tables: what goes out comes back the same."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain import vocabulary as words
from dashboard.errors import SourceError
from dashboard.exports.manifest import ExportFacts
from dashboard.exports.reading import read_export
from dashboard.exports.schemas import REQUIRED_TABLES, empty_table, polars_schema
from dashboard.exports.writing import write_native
from tests.exports.support import SOUND

FACTS = ExportFacts(
    source_system="a system, with comma",
    exported_at=dt.datetime(2026, 3, 31, 18, tzinfo=dt.UTC),
    timezone="Europe/Oslo",
    pseudonymised=True,
    note="invented",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)
LABELS = st.one_of(st.none(), TEXTS.filter(bool), st.sampled_from(['a "b", c', "two\nlines", "=1"]))
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


def frame(table, rows):
    return pl.DataFrame(rows, schema=polars_schema(table), orient="row")


@st.composite
def exports(draw):
    """Return native tables of a few families that keep every rule."""
    tables = {name: [] for name in ("families", "cases", "members", "sessions", "forms")}
    items, ratings = [], []
    for number in range(draw(st.integers(0, 3))):
        family, case = f"F{number}", f"C.{number}"
        tables["families"].append((family, draw(LABELS)))
        days = sorted(draw(st.lists(DAYS, min_size=1, max_size=4)))
        tables["cases"].append((case, family, "family", "unknown", days[0], None, "ongoing"))
        role = str(draw(st.sampled_from(words.Role)))
        tables["members"].append(
            (f"M{number}", family, draw(LABELS), role, "unknown", draw(st.booleans()))
        )
        for place, day in enumerate(days, start=1):
            session, form = f"{case}-{place}", f"{case}-{place}-f"
            held = draw(st.sampled_from([day, None]))
            tables["sessions"].append((session, case, place, held, None, None, "held"))
            moment = draw(st.one_of(st.none(), st.datetimes(dt.datetime(2020, 1, 1))))  # noqa: DTZ001
            tables["forms"].append(
                (
                    *(form, session, f"M{number}", "self", None, "srs", None, "complete", None),
                    *(moment, "items"),
                )
            )
            score = st.floats(0, 10).map(abs)
            items += [(form, item_no, draw(score)) for item_no in range(1, 5)]
            ratings.append((form, "total", draw(st.floats(0, 40).map(abs))))
    frames = {name: frame(name, rows) for name, rows in tables.items()}
    return {
        **frames,
        "item_scores": frame("item_scores", items),
        "ratings": frame("ratings", ratings),
    }


@given(tables=exports(), file_format=st.sampled_from(["csv", "parquet"]))
@settings(max_examples=60, deadline=None)
def test_an_export_that_is_written_comes_back_the_same(tables, file_format, tmp_path_factory):
    folder = tmp_path_factory.mktemp("round") / "export"
    write_native(tables, folder, FACTS, file_format=file_format)
    export = read_export(folder)
    assert export.set_aside.is_empty()
    assert export.facts == FACTS
    for name, rows in tables.items():
        key = rows.columns[:2]
        assert export.tables[name].equals(rows.sort(key))


def test_the_manifest_counts_and_signs_every_file(tmp_path):
    export = read_export(SOUND)
    write_native(export.tables, tmp_path / "export", export.facts)
    manifest = json.loads((tmp_path / "export" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["row_counts"]["item_scores"] == 24
    assert sorted(manifest["sha256"]) == sorted(file.name for file in SOUND.glob("*.csv"))
    assert read_export(tmp_path / "export").content_hash == export.content_hash


def test_required_tables_are_written_even_when_empty_and_others_are_not(tmp_path):
    write_native({"threats": empty_table("threats")}, tmp_path / "export", ExportFacts())
    written = {file.stem for file in (tmp_path / "export").glob("*.csv")}
    assert written == set(REQUIRED_TABLES)
    assert read_export(tmp_path / "export").files["row_count"].sum() == 0


def test_a_folder_that_holds_files_is_never_written_into(tmp_path):
    (tmp_path / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(SourceError, match="expected an empty folder"):
        write_native({}, tmp_path, ExportFacts())


def test_a_table_nobody_knows_is_refused(tmp_path):
    with pytest.raises(SourceError, match="No native table is named"):
        write_native({"letters": pl.DataFrame()}, tmp_path / "export", ExportFacts())
