"""A meetings file of its own for each test, and an entry to write into it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from dashboard.meetings import Entry, MeetingsFile

MEETING = dt.date(2026, 11, 2)


@pytest.fixture
def path(tmp_path):
    """Where the file will be; its folder is not there yet."""
    return tmp_path / "kept" / "meetings.sqlite"


@pytest.fixture
def meetings(path):
    """A meetings file nobody has written to."""
    return MeetingsFile(path)


@pytest.fixture
def entry():
    """Make an entry about case C1 of family F1; fields may be given."""
    usual = Entry("C1", "F1", "SUP1", MEETING, question="How to begin?", decision="Ask the youth.")
    return lambda **fields: replace(usual, **fields)
