"""One interface for every system: what a profile offers, and how a mapping asks for one."""

from __future__ import annotations

import pytest

from dashboard.errors import MappingError
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.profile import profile_named, profile_names
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
