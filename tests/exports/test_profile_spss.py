"""SPSS files: numbers, labels, days, and why a value is missing."""

from __future__ import annotations

import builtins
import importlib
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import ExportFiles, export_files
from dashboard.exports.profile import profile_named
from dashboard.exports.profiles import _spss_child
from dashboard.exports.profiles._grid import plain_spec
from dashboard.exports.profiles._spss_values import Variable, written_texts
from dashboard.exports.reading import read_export

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PROFILE = profile_named("spss")
DAY = 86_400
FIFTH_OF_JANUARY_2026 = 13_986_950_400


class Bytes(ExportFiles):
    """One file that lies nowhere."""

    def content(self, name):
        return self.paths[name]


def read(content, name="cases.sav"):
    listed = Bytes(name=name, folder=None, paths={name: content})
    return PROFILE.read(listed, name, plain_spec(name, TextForm()), None)


def saved(tmp_path, columns, name="cases.sav", **about):
    file = tmp_path / name
    frame = pl.DataFrame(columns)
    pyreadstat.write_sav(frame, file, row_compress=name.endswith("zsav"), **about)
    return file.read_bytes()


def texts(values, kind="F", labels=None, missing=()):
    cells = pl.Series(values, dtype=pl.String if any(isinstance(v, str) for v in values) else None)
    return written_texts(cells, Variable(kind, labels or {}, missing))


@pytest.mark.real_data
def test_a_user_missing_value_never_becomes_a_rating(real_data):
    listed = export_files(real_data / "spss" / "sample_missing.sav")
    assert [found.profile for found in PROFILE.recognise(listed)] == ["spss"]
    reading = PROFILE.read(listed, "sample_missing.sav", plain_spec("x", TextForm()), None)
    assert reading.table.row_count == 7
    tail = reading.table.rows.tail(2).select(
        "mynum", "missing:mynum", "mylabl", "missing:mylabl", "myord", "missing:myord"
    )
    assert tail.rows() == [
        (None, "-1", None, "undetermined", None, "missing"),
        (None, "2500", None, None, None, "-3"),
    ]
    assert reading.notices["column_name"].to_list() == ["mynum", "mylabl", "myord"]


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["sample.sav", "sample.zsav"])
def test_days_labels_and_numbers_are_those_its_authors_say(real_data, name):
    listed = export_files(real_data / "spss" / name)
    rows = PROFILE.read(listed, name, plain_spec(name, TextForm()), None).table.rows
    assert rows.select("mychar", "mynum", "mydate", "dtime", "mytime", "label:mylabl").row(1) == (
        "b", "1.2", "1880-05-06", "1880-05-06T10:10:10", "23:10:10", "Female",
    )  # fmt: skip


@pytest.mark.real_data
def test_every_file_of_the_suite_is_read_whole(real_data):
    counts = {
        file.name: PROFILE.read(
            export_files(file), file.name, plain_spec(file.name, TextForm()), None
        ).table.row_count
        for file in (real_data / "spss").glob("*sav")
    }
    assert counts == {
        "hebrews.sav": 99,
        "missing_test.sav": 2,
        "ordered_category.sav": 4,
        "sample.sav": 5,
        "sample.zsav": 5,
        "sample_missing.sav": 7,
        "simple_alltypes.sav": 6,
    }


@pytest.mark.parametrize("name", ["cases.sav", "cases.zsav"])
def test_labels_in_any_language_and_missing_ranges_are_kept(tmp_path, name):
    content = saved(
        tmp_path,
        {
            "rolle": [1.0, 2.0, 9.0],
            "srs1": [7.5, 99.0, -1.0],
            "id": ["007", "0123456789" * 2, "NA"],
        },
        name,
        variable_value_labels={"rolle": {1.0: "Mutter", 2.0: "בן", 9.0: "verweigert"}},
        missing_ranges={"rolle": [9.0], "srs1": [{"lo": 90.0, "hi": 99.0}, -1.0], "id": ["NA"]},
    )
    rows = read(content, name).table.rows
    assert rows.select("rolle", "label:rolle", "missing:rolle").rows() == [
        ("1", "Mutter", None),
        ("2", "בן", None),
        (None, None, "verweigert"),
    ]
    assert rows.select("srs1", "missing:srs1").rows() == [("7.5", None), (None, "99"), (None, "-1")]
    assert rows.select("id", "missing:id").rows() == [
        ("007", None),
        ("0123456789" * 2, None),
        (None, "NA"),
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("EDATE", "2026-01-05"),
        ("ADATE", "2026-01-05"),
        ("SDATE", "2026-01-05"),
        ("JDATE", "2026-01-05"),
        ("MOYR", "2026-01"),
        ("QYR", "2026-Q1"),
        ("WKYR", "2026-W02"),
        ("DATETIME", "2026-01-05T10:30:00"),
        ("F", "13986988200"),
    ],
)
def test_a_day_is_written_as_its_format_means_it(kind, text):
    assert texts([FIFTH_OF_JANUARY_2026 + 10.5 * 3600], kind).values.to_list() == [text]


def test_a_length_of_time_may_exceed_a_day():
    assert texts([DAY + 3661.0, None], "DTIME").values.to_list() == ["25:01:01", None]


def test_numbers_are_as_short_as_they_can_be():
    found = texts([7.0, 7.25, -0.0, 1e20, float("nan"), None]).values.to_list()
    assert found == ["7", "7.25", "0", "1e+20", None, None]


def test_a_day_outside_every_calendar_is_set_aside():
    found = texts([-5.0, 1e18, float("inf"), FIFTH_OF_JANUARY_2026 * 1.0], "DATE")
    assert found.is_refused.to_list() == [True, True, True, False]


def test_a_missing_range_holds_both_its_ends_and_may_be_open():
    found = texts([-999.0, 0.0, 0.5, 1e9], missing=[(float("-inf"), 0.0), (1e9, float("inf"))])
    assert found.values.to_list() == [None, None, "0.5", None]
    assert found.missing.to_list() == ["-999", "0", None, "1000000000"]


def test_a_text_declared_for_a_variable_of_numbers_stands_for_none_of_them():
    found = texts([1.0, 2.0], labels={"a": "Never", 2.0: "Often"}, missing=[("a", "b"), (1.0, 1.0)])
    assert found.values.to_list() == [None, "2"]
    assert found.labels.to_list() == [None, "Often"]
    assert found.missing.to_list() == ["1", None]


def test_a_missing_day_is_a_reason_and_no_day():
    found = texts([99.0, FIFTH_OF_JANUARY_2026 * 1.0], "EDATE", {99.0: "unknown"}, [(99.0, 99.0)])
    assert found.values.to_list() == [None, "2026-01-05"]
    assert found.missing.to_list() == ["unknown", None]
    assert not found.is_refused.any()


def test_a_file_that_is_not_whole_is_waited_for(tmp_path):
    content = saved(tmp_path, {"srs1": [7.5, 8.0]})
    for end in (4, 100, len(content) - 8):
        with pytest.raises(PendingSource, match=r"^cases\.sav: begins as an SPSS file and cannot"):
            read(content[:end])
    with pytest.raises(SourceError, match="does not begin as an SPSS file"):
        read(b"srs1\n7.5\n")


def test_a_file_that_kills_the_library_ends_its_own_process_only(monkeypatch, tmp_path):
    content = saved(tmp_path, {"srs1": [7.5, 8.0]})
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    apart = subprocess.run
    monkeypatch.setattr(
        _spss_child.subprocess,
        "run",
        lambda _, **more: apart([sys.executable, "-c", killed], **more),
    )
    with pytest.raises(PendingSource, match="cannot be read to its end"):
        read(content)


def test_what_the_process_of_its_own_says_comes_back_whole(tmp_path):
    labels, ranges = {"q": {1.0: "a"}}, {"q": [{"lo": 9.0, "hi": 9.0}]}
    content = saved(
        tmp_path, {"q": [1.0, None]}, variable_value_labels=labels, missing_ranges=ranges
    )
    cases, about = _spss_child.unpacked(_spss_child.packed(content, "utf-8"))
    assert cases["q"].to_list() == [1.0, None]
    assert about.variable_value_labels == labels
    assert about.missing_ranges == ranges
    with pytest.raises(ValueError, match="line 1"):
        _spss_child.unpacked(b"")


def test_without_the_extra_its_name_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(SourceError, match=r"the extra 'spss'"):
        read(b"$FL2")


def test_the_reader_of_spss_files_brings_no_pyarrow():
    importlib.import_module("pyreadstat")
    assert "pyarrow" not in sys.modules
    with pytest.raises(ImportError):
        builtins.__import__("pyarrow")


def test_the_worked_example_comes_in_as_its_page_says():
    export = read_export(EXAMPLES / "spss")
    assert export.set_aside.is_empty()
    forms = export.tables["forms"].select("form_id", "state")
    assert forms.rows() == [
        ("0001-2026-02-02-1", "complete"),
        ("0001-2026-02-02-2", "complete"),
        ("0001-2026-02-16-1", "complete"),
        ("0001-2026-02-16-2", "declined"),
        ("0002-2026-02-03-1", "complete"),
        ("0002-2026-02-03-2", "absent"),
    ]
    assert export.tables["item_scores"]["value"].max() == 9
    assert export.tables["members"]["role"].to_list() == ["parent", "youth", "parent", "child"]


@settings(max_examples=6)
@given(st.binary(max_size=300), st.sampled_from([b"$FL2", b"$FL3", b""]))
def test_any_bytes_are_cases_or_a_reason(tail, head):
    with pytest.raises((SourceError, PendingSource), match=r"^cases\.sav"):
        read(head + tail)
