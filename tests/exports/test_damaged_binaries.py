"""Workbooks, Parquet and SPSS files that are damaged or meant to break the reader."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import polars as pl
import pytest
import xlsxwriter

from dashboard.errors import PendingSource, SourceError
from dashboard.exports import parquet_trial, sheet_extent
from dashboard.exports.dialects import TextForm
from dashboard.exports.foreign_code import foreign_code, limit_memory
from dashboard.exports.manifest import read_manifest
from dashboard.exports.native import read_parquet_table
from dashboard.exports.parquet_trial import readable_files
from dashboard.exports.profiles._near import misfit
from dashboard.exports.sheets import read_sheet, sheet_names, sheet_width


class PanicException(BaseException):
    """What a compiled library raises where it gave up."""


def workbook(*cells):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("S")
        for row, column, text in cells:
            sheet.write(row, column, text)
    return content.getvalue()


def sheet_of(content):
    return read_sheet("visits.xlsx", content, TextForm(), None, "")


def test_a_panic_of_a_library_is_a_refusal_in_words_and_an_interruption_is_not():
    refusal = SourceError("visits.xlsx: not readable.")
    with pytest.raises(SourceError, match="not readable"), foreign_code(refusal):
        raise PanicException
    with pytest.raises(KeyboardInterrupt), foreign_code(refusal, ValueError):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (1_048_575, 99, "reaches to row 1048576, column 100"),
        (1_048_575, 16_383, "reaches to row 1048576, column 16384"),
    ],
)
def test_a_forgotten_cell_far_below_the_table_is_refused_by_its_place(row, column, words):
    with pytest.raises(SourceError, match=words):
        sheet_of(workbook((0, 0, "case"), (1, 0, "A"), (row, column, "x")))


def test_formats_far_below_the_table_are_no_cells():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["case", "nr"])
        sheet.write_row(1, 0, ["A", "1"])
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert sheet_of(content.getvalue()).rows.rows() == [(2, "A", "1")]


def test_a_large_sheet_is_taken_at_its_word(monkeypatch):
    content = workbook((0, 0, "case"), (1_048_575, 99, "x"))
    monkeypatch.setattr(sheet_extent, "_SCANNED_BYTES", 250)
    with pytest.raises(SourceError, match="reaches to row 1048576, column 100"):
        sheet_of(content)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_extent, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(SourceError, match="unpacks to more than 2 GiB"):
        sheet_of(workbook((0, 0, "case")))


def test_a_damaged_archive_is_left_to_its_reader_which_refuses_it():
    whole = workbook((0, 0, "case"), (1, 0, "A"))
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        place = book.getinfo("xl/worksheets/sheet1.xml").header_offset
    damaged = whole[: place + 80] + b"\xff" * 40 + whole[place + 120 :]
    with pytest.raises(SourceError, match=r"^visits\.xlsx: "):
        sheet_of(damaged)
    assert sheet_names(b"nothing") == []
    assert sheet_width(b"nothing", None) == 0
    assert sheet_width(whole, "S") == sheet_width(whole, "T") == 1


def damaged(content, count):
    chance = random.Random(20260302)  # noqa: S311 - damage, no secrets
    for _ in range(count):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield bytes(changed)


def parquet():
    """Return a file whose only page says at byte 12 that it holds two values."""
    target = io.BytesIO()
    rows = pl.DataFrame({"q1": [7.5, None]})
    rows.write_parquet(target, compression="uncompressed", statistics=False)
    assert target.getvalue()[11:13] == b"\x15\x04"
    return target.getvalue()


def test_damaged_parquet_files_are_tables_or_refused():
    contents = [each for each in damaged(parquet(), 300) if each.endswith(b"PAR1")]
    outcomes = set()
    for content, is_readable in zip(contents, readable_files(contents), strict=True):
        if is_readable:
            outcomes.add(read_parquet_table("visits.parquet", content, "").row_count)
        else:
            outcomes.add("refused")
    assert {2, "refused"} <= outcomes


def test_a_parquet_file_that_ends_the_process_of_its_reader_is_refused_and_ends_no_other():
    whole = parquet()
    deadly = whole[:12] + b"\x01" + whole[13:]  # a page of minus one value
    assert readable_files([whole, deadly, b"PAR1", deadly, whole]) == [
        *(True, False, False, False, True)
    ]
    with pytest.raises(SourceError, match=r"^visits\.parquet: not a readable Parquet file"):
        read_parquet_table("visits.parquet", deadly, "")
    assert misfit("visits.parquet", deadly, ("family", "session"), (",",)) is None
    with pytest.raises(PendingSource, match=r"^manifest\.parquet: not a readable table"):
        read_manifest("manifest.parquet", deadly)


def test_a_parquet_file_is_tried_once_and_a_refused_one_each_time(monkeypatch):
    tried = []
    monkeypatch.setattr(parquet_trial, "_readable", set())
    monkeypatch.setattr(
        parquet_trial, "_tried", lambda contents: tried.append(contents) or b"rx"[: len(contents)]
    )
    assert readable_files([b"sound", b"bad"]) == [True, False]
    assert readable_files([b"sound", b"bad"]) == [True, True]  # the first letter is now of b"bad"
    assert readable_files([b"sound"]) == [True]
    assert tried == [[b"sound", b"bad"], [b"bad"]]


def test_what_is_known_of_parquet_files_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(parquet_trial, "_readable", {str(number) for number in range(1_001)})
    monkeypatch.setattr(parquet_trial, "_tried", lambda _: b"r")
    assert readable_files([b"one"]) == [True]
    assert len(parquet_trial._readable) == 1


def test_a_trial_that_takes_too_long_is_a_refusal(monkeypatch):
    def late(*_, **options):
        raise subprocess.TimeoutExpired("python", options["timeout"])

    monkeypatch.setattr(subprocess, "run", late)
    assert readable_files([b"slow"]) == [False]


def test_the_letter_of_a_file_says_whether_it_can_be_read_here():
    assert parquet_trial.verdict(parquet()) == b"r"
    assert parquet_trial.verdict(b"PAR1 nothing PAR1") == b"x"


@pytest.mark.parametrize(("allowed", "bound"), [(-1, 8), (4, 4), (16, 8)])
def test_a_process_that_may_take_less_memory_does_not_ask_for_more(monkeypatch, allowed, bound):
    limits = []
    system = SimpleNamespace(
        RLIMIT_AS="memory",
        RLIM_INFINITY=-1,
        getrlimit=lambda _: (allowed, allowed),
        setrlimit=lambda kind, pair: limits.append((kind, pair)),
    )
    monkeypatch.setitem(sys.modules, "resource", system)
    limit_memory(8)
    assert limits == [("memory", (bound, bound))]


def test_damaged_workbooks_are_tables_or_refused():
    outcomes = set()
    for content in damaged(workbook((0, 0, "case"), (0, 1, "nr"), (1, 0, "A")), 300):
        try:
            sheet_of(content)
        except SourceError as refusal:
            outcomes.add(str(refusal).partition(":")[0])
        else:
            outcomes.add("table")
    assert outcomes == {"visits.xlsx", "table"}
