"""What a manifest lists: entries of no file, and entries of another form."""

from __future__ import annotations

import json

import pytest

from dashboard.errors import SourceError
from dashboard.exports.files import sha256
from dashboard.exports.reading import read_export
from tests.exports.practice import practice
from tests.exports.support import export_with


def with_manifest(folder, **facts):
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


@pytest.mark.parametrize("lay", [export_with, practice])
def test_every_entry_that_names_no_file_is_noted(lay, tmp_path):
    source = with_manifest(
        lay(tmp_path / "export"),
        sha256={"session.csv": "0" * 64},
        row_counts={"sesions": 3, "session.csv": 3},
    )
    notes = read_export(source).notices.filter(rule="manifest_entry_unused")
    assert notes.select("file", "message").rows() == [
        ("manifest.json", f"No file or table is named '{name}', so nothing was checked against it.")
        for name in ("sesions", "session.csv")
    ]


def test_entries_of_files_that_are_there_are_not_noted(tmp_path):
    source = export_with(tmp_path / "export")
    digest = sha256((source / "sessions.csv").read_bytes())
    with_manifest(source, sha256={"sessions.csv": digest}, row_counts={"sessions": 4})
    assert read_export(source).notices.is_empty()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"row_counts": {"sessions": True}}, "'row_counts' takes whole numbers from 0"),
        ({"row_counts": [4]}, "'row_counts' takes an object, for instance {\"sessions\": 12}"),
        ({"row_counts": []}, "'row_counts' takes an object"),
        ({"sha256": ["0"]}, '\'sha256\' takes an object, for instance {"sessions.csv": "9f86'),
        ({"sha256": {"sessions.csv": 5}}, "'sha256' takes 64 hexadecimal digits for each file"),
        ({"sha256": {"sessions.csv": "9f86"}}, "'sha256' takes 64 hexadecimal digits"),
    ],
)
def test_entries_of_another_form_are_refused(facts, words, tmp_path):
    with pytest.raises(SourceError) as refusal:
        read_export(with_manifest(export_with(tmp_path / "export"), **facts))
    assert words in str(refusal.value)


def test_a_manifest_nested_beyond_reading_is_refused(tmp_path):
    source = export_with(tmp_path / "export")
    (source / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(SourceError, match=r"manifest\.json"):
        read_export(source)
