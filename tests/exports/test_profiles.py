"""One interface for every system: what a profile offers, and how a mapping asks for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import MappingError, SourceError
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.profile import profile_named, profile_names
from dashboard.exports.reading import read_export
from tests.exports.practice import PRACTICE


def test_every_profile_recognises_and_reads():
    profiles = [profile_named(name) for name in profile_names()]
    assert all(callable(each.recognise) and callable(each.read) for each in profiles)


def test_helpers_of_profiles_are_no_profiles():
    assert not [name for name in profile_names() if name.startswith("_")]


def test_a_mapping_that_asks_for_an_unknown_profile_is_told_the_known_ones():
    text = PRACTICE["mapping"].replace('path = "cases.csv"', 'path = "x.csv"\nreader = "fitbit"')
    with pytest.raises(MappingError, match=r"reader takes one of: csv, xlsx, ods, parquet"):
        parse_mapping("mapping.toml", text.encode())


def test_options_of_a_profile_are_texts_or_lists_of_texts():
    given = 'path = "x.csv"\noptions = { carry = ["role", "age"], skip_state = "declined" }'
    text = PRACTICE["mapping"].replace('path = "cases.csv"', given)
    mapping = parse_mapping("mapping.toml", text.encode())
    assert mapping.files["cases"].options == {
        "carry": ("role", "age"),
        "skip_state": ("declined",),
    }


def test_every_profile_has_its_place_in_the_page_and_an_example_that_asks_for_it():
    docs = Path(__file__).parents[2] / "docs"
    page = (docs / "profiles.md").read_text(encoding="utf-8")
    mine = ("qualtrics", "redcap", "srs_wide", "surveymonkey")
    assert set(mine) <= set(profile_names())
    for name in mine:
        content = (docs / "examples" / name / "mapping.toml").read_bytes()
        mapping = parse_mapping("mapping.toml", content)
        assert [spec.reader for spec in mapping.files.values()] == [name]
        assert f"`{name}`" in page


def test_an_export_that_only_a_profile_knows_is_refused_with_the_way_in(tmp_path):
    example = Path(__file__).parents[2] / "docs" / "examples" / "redcap"
    for file in example.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(SourceError, match=r'records\.csv seems to be redcap \(.*reader = "redcap"'):
        read_export(tmp_path)
