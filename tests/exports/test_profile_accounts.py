"""Whole imports through every worked example: labels or codes, any cells, any account adds up."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import AllianceError
from dashboard.exports.reading import read_export
from tests.exports.memory import written

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FILES = {
    "qualtrics": ("responses.csv", 3),
    "redcap": ("records.csv", 1),
    "srs_wide": ("sessions.csv", 1),
    "surveymonkey": ("responses.csv", 2),
}


def records_of(profile):
    name, header = FILES[profile]
    text = (EXAMPLES / profile / name).read_text(encoding="utf-8")
    records = list(csv.reader(io.StringIO(text, newline="")))
    return records[:header], records[header:]


def imported(folder, profile, content):
    name, _ = FILES[profile]
    shutil.copytree(EXAMPLES / profile, folder, dirs_exist_ok=True)
    (folder / name).write_bytes(content)
    return read_export(folder, mapping=EXAMPLES / profile / "mapping.toml")


def tables_of(export):
    return {name: rows.rows() for name, rows in export.tables.items()}


@pytest.mark.parametrize("profile", FILES)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separator_and_encoding_change_nothing(tmp_path, profile, separator, encoding):
    plain = read_export(EXAMPLES / profile, mapping=EXAMPLES / profile / "mapping.toml")
    header, rows = records_of(profile)
    export = imported(tmp_path, profile, written([*header, *rows], separator).encode(encoding))
    assert tables_of(export) == tables_of(plain)


@pytest.mark.parametrize("profile", FILES)
def test_blank_rows_and_further_columns_change_nothing(tmp_path, profile):
    plain = read_export(EXAMPLES / profile, mapping=EXAMPLES / profile / "mapping.toml")
    header, rows = records_of(profile)
    named = [[*row, "remark" if place == 0 else ""] for place, row in enumerate(header)]
    more = [record for row in rows for record in ([*row, "x"], [""] * (len(row) + 1))]
    export = imported(tmp_path, profile, written([*named, *more]).encode())
    assert tables_of(export) == tables_of(plain)
    assert export.files["row_count"][0] == len(rows)


@pytest.mark.parametrize("profile", FILES)
@pytest.mark.parametrize("name", ["*", "^.*$", "__row"])
def test_a_column_whose_name_stands_for_others_is_passed_over(tmp_path, profile, name):
    plain = read_export(EXAMPLES / profile, mapping=EXAMPLES / profile / "mapping.toml")
    header, rows = records_of(profile)
    named = [[*row, name if place == 0 else ""] for place, row in enumerate(header)]
    export = imported(tmp_path, profile, written([*named, *([*row, "x"] for row in rows)]).encode())
    assert tables_of(export) == tables_of(plain)
    assert name in export.notices["column_name"].to_list()


LABELS = {
    "referral": {"1": "Voluntary", "2": "Mandated", "3": "Not known"},
    "member_role": {"1": "Parent", "2": "Young person", "3": "Child"},
    "age_band": {"3": "13-17", "4": "18-64"},
    "index_client": {"0": "No", "1": "Yes"},
    "redcap_repeat_instrument": {"members": "Members", "session_rating": "Session Rating"},
}
STATES = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}


def test_an_export_of_redcap_with_labels_makes_the_tables_of_the_one_with_codes(tmp_path):
    plain = read_export(EXAMPLES / "redcap", mapping=EXAMPLES / "redcap" / "mapping.toml")
    [names], rows = records_of("redcap")
    dictionary = (EXAMPLES / "redcap" / "dictionary.csv").read_text(encoding="utf-8")
    labels = {row[0]: row[4] for row in csv.reader(io.StringIO(dictionary))}
    labels |= {name: name.removeprefix("redcap_").replace("_", " ").title() for name in names[1:4]}
    head = ["Complete?" if name.endswith("_complete") else labels[name] for name in names]
    words = [LABELS.get(name, STATES if name.endswith("_complete") else {}) for name in names]
    body = [[known.get(cell, cell) for known, cell in zip(words, row, strict=True)] for row in rows]
    export = imported(tmp_path, "redcap", written([head, *body]).encode())
    assert tables_of(export) == tables_of(plain)


@pytest.mark.parametrize("profile", FILES)
@settings(max_examples=40)
@given(data=st.data())
def test_every_row_is_accepted_or_set_aside_whatever_stands_in_its_cells(
    tmp_path_factory, profile, data
):
    header, rows = records_of(profile)
    cells = st.one_of(
        st.sampled_from(sorted({cell for row in rows for cell in row})),
        st.text(max_size=6).filter(lambda text: "\0" not in text),
    )
    width = len(header[0])
    any_rows = st.lists(st.lists(cells, min_size=width, max_size=width + 1), max_size=5)
    body = data.draw(any_rows) + data.draw(st.lists(st.sampled_from(rows), max_size=4))
    content = written([*header, *body]).encode("utf-8", "surrogatepass")
    folder = tmp_path_factory.mktemp("any")
    try:
        export = imported(folder, profile, content)
    except AllianceError as refusal:
        said = str(refusal)
    else:
        said = "mapping.toml or a file: read"
        counts = export.files.select(
            (pl.col("row_count") - pl.col("accepted_count") - pl.col("set_aside_count")).alias(
                "off"
            )
        )
        assert counts["off"].to_list() == [0] * counts.height
        per_file = export.set_aside.group_by("file").agg(pl.col("row_no").n_unique())
        known = dict(export.files.select("file", "set_aside_count").iter_rows())
        assert all(known[file] == count for file, count in per_file.iter_rows())
        assert export.set_aside["mend"].str.len_chars().gt(0).all()
    assert ":" in said
