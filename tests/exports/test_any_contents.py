"""Workbooks, one-sheet exports, mappings, manifests: whatever stands there is rows or a reason."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.errors import AllianceError
from dashboard.exports import parquet_trial
from dashboard.exports.dialects import TextForm
from dashboard.exports.input_files import read_input
from dashboard.exports.manifest import read_manifest
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.profiles._grid import plain_spec
from dashboard.exports.reading import read_export
from tests.exports.memory import Memory, written

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
_TEXT = (EXAMPLES / "spreadsheet" / "sessions.csv").read_text(encoding="utf-8")
SHEET = list(csv.reader(io.StringIO(_TEXT, newline="")))
MAPPING = (EXAMPLES / "srs_wide" / "mapping.toml").read_text(encoding="utf-8").splitlines()
CELL = st.text("aZ09é-.,;'\"=", min_size=1, max_size=6)
WORDS = st.sampled_from(
    [
        *("", "0", "7,5", "-1", "11", "NaN", "1e400", "mother", "srs", "softa_o", "present"),
        *("2026-02-30", "03.02.2026", "46056", "X1", "T 1", "=1+1", "\x00", "x" * 40, "﻿"),
    ]
)


def outcome_of(read, *arguments):
    """Return what is read and an empty text, or nothing and the words of the refusal."""
    try:
        return read(*arguments), ""
    except AllianceError as refusal:
        return None, str(refusal)


def table_in(form, rows):
    """Return what is read of a table of texts in one form of file."""
    frame = pl.DataFrame(rows[1:], schema=[(name, pl.String) for name in rows[0]], orient="row")
    target = io.BytesIO()
    if form == "xlsx":
        frame.write_excel(target)
    elif form == "parquet":
        frame.write_parquet(target)
    else:
        target.write(written(rows).encode())
    listed = Memory(**{f"table__{form}": target.getvalue()})
    found = read_input(listed, f"table.{form}", plain_spec(f"table.{form}", TextForm(",")), None)
    return found.columns, found.rows.select("__row", *found.columns).rows()


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5))
def test_a_table_of_texts_is_the_same_in_every_form_of_file(rows):
    named = [("case", "nr", "remark"), *rows]
    with pytest.MonkeyPatch.context() as patch:  # a process for each of them would cost seconds
        patch.setattr(parquet_trial, "_tried", lambda each: b"r" * len(each))
        tables = [table_in(form, named) for form in ("csv", "xlsx", "parquet")]
    assert tables[0] == tables[1] == tables[2]
    assert [row[1:] for row in tables[0][1]] == rows


@settings(max_examples=25)
@given(
    changes=st.lists(
        st.tuples(st.integers(1, len(SHEET) - 1), st.integers(0, len(SHEET[0]) - 1), WORDS),
        max_size=6,
    )
)
@example(changes=[(place, 2, "x" * 40) for place in range(1, len(SHEET))])
def test_every_row_of_a_one_sheet_export_is_accepted_or_has_a_reason(tmp_path_factory, changes):
    rows = [list(row) for row in SHEET]
    for place, column, word in changes:
        rows[place][column] = word
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "sessions.csv").write_text(written(rows), encoding="utf-8", newline="")
    export, refusal = outcome_of(read_export, folder)
    if export is None:
        assert str(folder) not in refusal
        assert refusal.startswith("sessions.csv: ")
        return
    [account] = export.files.to_dicts()
    assert account["row_count"] == len(SHEET) - 1
    assert account["row_count"] == account["accepted_count"] + account["set_aside_count"]
    for row in export.set_aside.iter_rows(named=True):
        assert row["row_no"] in range(2, len(SHEET) + 1)
        assert row["rule"]
        assert row["mend"].strip()


@settings(max_examples=60)
@given(
    place=st.integers(0, len(MAPPING) - 1),
    line=st.one_of(
        st.sampled_from(MAPPING),
        st.text("[]={}\"'.,_ #abc12\n", max_size=20),
        st.builds('columns.{} = "{}"'.format, st.text("abc.", max_size=3), st.text(max_size=5)),
    ),
)
def test_a_mapping_with_any_line_in_place_of_one_is_a_mapping_or_a_refusal(place, line):
    lines = [*MAPPING[:place], line, *MAPPING[place + 1 :]]
    mapping, refusal = outcome_of(parse_mapping, "mapping.toml", "\n".join(lines).encode())
    assert refusal.startswith("mapping.toml") if mapping is None else mapping.files


ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)
STATED = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        [
            *("schema_version", "source_system", "exported_at", "timezone", "pseudonymised"),
            *("note", "row_counts", "sha256"),
        ],
        ANY_JSON,
    ),
)


@settings(max_examples=200)
@given(content=st.one_of(STATED.map(json.dumps).map(str.encode), st.binary(max_size=60)))
def test_a_manifest_of_any_content_is_one_or_a_refusal(content):
    name = "manifest.json"
    manifest, refusal = outcome_of(read_manifest, name, content)
    assert refusal.startswith(name) if manifest is None else manifest.name == name


@settings(max_examples=60)
@given(content=st.binary(max_size=80))
@example(content=b"schema_version,row_counts\n1,[\n")
@example(content=b'schema_version,row_counts\n1,"{""a"": -1}"\n')
def test_a_manifest_as_a_table_of_any_bytes_is_one_or_a_refusal(content):
    name = "manifest.csv"
    manifest, refusal = outcome_of(read_manifest, name, content)
    assert refusal.startswith(name) if manifest is None else manifest.name == name
