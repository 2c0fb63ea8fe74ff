"""What the group has discussed moves the agenda of the next page that is opened."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.domain.places import data_folder
from dashboard.domain.selection import Selection
from dashboard.meetings import Entry, MeetingsFile
from dashboard.panels.discussed import discussed_params
from dashboard.panels.shared import SharedPictures
from dashboard.store import open_source
from dashboard.views.language import language


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_source(data_folder("sample_data"), home=tmp_path_factory.mktemp("home")) as opened:
        yield opened


def test_without_a_file_nothing_counts_as_discussed(tmp_path):
    assert discussed_params(MeetingsFile(tmp_path / "none.sqlite")) == {}


def test_a_file_that_cannot_be_read_leaves_the_agenda_as_it_was(tmp_path):
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all, and long enough to be looked at" * 20)

    assert discussed_params(MeetingsFile(broken)) == {}


def test_a_case_that_was_discussed_comes_after_its_equals_on_the_next_page(store, tmp_path):
    meetings = MeetingsFile(tmp_path / "meetings.sqlite")
    shared = SharedPictures(store, language("en"), discussed=lambda: discussed_params(meetings))
    before = shared.loaded(Selection())
    first = before.block.facts["agenda"]["entries"][0]["case"]
    meetings.record(
        Entry(
            case_id="C-102",
            family_id="F-102",
            decision="Agree the goals again.",
            declared_by="S1",
            decided_on=dt.date(2026, 11, 23),
            discussed_session_no=11,
        )
    )
    after = shared.loaded(Selection())

    assert after is not before
    assert first != after.block.facts["agenda"]["entries"][0]["case"]
    assert shared.loaded(Selection()) is after
