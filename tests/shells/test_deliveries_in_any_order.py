"""Deliveries whole or half, twice, or in the wrong order: what is served ends the same."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dashboard.errors import StoreError
from dashboard.exports.manifest import ExportFacts
from dashboard.exports.reading import read_export
from dashboard.exports.writing import write_native
from dashboard.shells.importing_apart import ImportOrder, import_here
from dashboard.shells.watching import Watch
from dashboard.store import sources, store_folder_of
from tests.support.drawn_service import FIRST_DAY, DrawnService

FILES = 7
"""Five tables, the scores and the manifest."""

WEEKS = (0, 1, 2)
EXPORTED = dt.datetime(2026, 10, 18, 2, 30, tzinfo=dt.UTC)


class PlainStore:
    """Stands for a store: one file that says what was published last; whole stores are slow."""

    stale_reason = ""

    def __init__(self, folder, *, stale_reason=""):
        del stale_reason
        try:
            self.content = (folder / "content").read_text()
        except OSError:
            raise StoreError("There is no finished import.") from None

    def close(self):
        """Close nothing."""


def publish_plainly(export, folder, *, progress=None):
    """Keep the content hash in place of the tables."""
    del progress
    before = folder / "content"
    assert not before.exists() or before.read_text() != export.content_hash, "published twice"
    before.write_text(export.content_hash)


@pytest.fixture(scope="module")
def weekly(tmp_path_factory):
    """Three exports, each a week after the other; the second week gives a key another value."""
    folder = tmp_path_factory.mktemp("weekly")
    for week in WEEKS:
        facts = ExportFacts(exported_at=EXPORTED + dt.timedelta(days=7 * week))
        service = DrawnService(facts=facts)
        service.draw_family("F1", {"mother": "parent"})
        picture = f"sessions held held\nmother/srs 3{week} 38"
        service.draw_case("C1", picture, first_day=FIRST_DAY)
        write_native(service.export().tables, folder / str(week), facts)
        assert len(list((folder / str(week)).iterdir())) == FILES
    return folder


class Deliveries(RuleBasedStateMachine):
    """A folder into which three weekly exports are copied in any way, and the board beside it."""

    weekly: Path
    hashes: list[str]
    ends: list[int]

    def __init__(self):
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.inbox = self.place / "inbox"
        self.inbox.mkdir()
        self.newest_at_rest = -1
        self.watch = self.start()

    def start(self):
        """Start a board that watches."""
        return Watch(self.inbox, partial(import_here, ImportOrder(self.inbox)), clock=self.later)

    def later(self):
        """Return a moment at which every pause is over."""
        self.now = getattr(self, "now", 0) + 1000
        return self.now

    @property
    def served(self):
        """The week that is served, or none."""
        file = store_folder_of(self.inbox) / "content"
        return self.hashes.index(file.read_text()) if file.exists() else -1

    @rule(week=st.sampled_from(WEEKS), order=st.permutations(range(FILES)))
    def an_export_arrives(self, week, order):
        files = sorted((self.weekly / str(week)).iterdir())
        for number in order:
            shutil.copy(files[number], self.inbox)

    @rule(
        week=st.sampled_from(WEEKS),
        order=st.permutations(range(FILES)),
        whole=st.integers(0, FILES - 1),
        share=st.floats(0, 1),
    )
    def a_copy_breaks_off(self, week, order, whole, share):
        files = sorted((self.weekly / str(week)).iterdir())
        for number in order[:whole]:
            shutil.copy(files[number], self.inbox)
        half = files[order[whole]].read_bytes()
        (self.inbox / files[order[whole]].name).write_bytes(half[: int(share * len(half))])

    @rule()
    def the_clock_is_set_back(self):
        for file in self.inbox.iterdir():
            os.utime(file, (0, 0))

    @rule()
    def the_board_is_started_again(self):
        self.watch = self.start()

    @rule(times=st.integers(1, 3))
    def the_board_looks(self, times):
        for _ in range(times):
            self.watch.look()
        at_rest = self.whole_week()
        if times == 3:
            self.newest_at_rest = max(self.newest_at_rest, at_rest)
            assert self.served == self.newest_at_rest
            assert bool(self.watch.state.stale or self.watch.state.pending) == (
                at_rest != self.served or at_rest < 0
            )

    def whole_week(self):
        """Return which export lies there to the last byte; -1 where none does."""
        lying = {file.name: file.read_bytes() for file in self.inbox.iterdir()}
        for week in WEEKS:
            files = (self.weekly / str(week)).iterdir()
            if lying == {file.name: file.read_bytes() for file in files}:
                return week
        return -1

    @invariant()
    def nothing_half_is_served_and_nothing_goes_back(self):
        week = self.served
        assert week >= getattr(self, "was", -1)
        self.newest_at_rest = max(self.newest_at_rest, week)
        self.was = week

    def teardown(self):
        """Deliver everything once more: all ways end with the newest export."""
        for week in reversed(WEEKS):
            self.an_export_arrives(week, range(FILES))
            self.the_board_looks(3)
        self.ends.append(self.served)
        assert self.served == WEEKS[-1]
        shutil.rmtree(self.place)


def test_deliveries_in_any_order_converge_to_the_newest_whole_export(weekly, tmp_path, monkeypatch):
    monkeypatch.setenv("ALLIANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sources, "Store", PlainStore)
    monkeypatch.setattr(sources, "publish", publish_plainly)
    hashes = [read_export(weekly / str(week)).content_hash for week in WEEKS]
    monkeypatch.setattr(Deliveries, "weekly", weekly, raising=False)
    monkeypatch.setattr(Deliveries, "hashes", hashes, raising=False)
    monkeypatch.setattr(Deliveries, "ends", [], raising=False)
    Deliveries.TestCase.settings = settings(max_examples=15, stateful_step_count=12)
    Deliveries.TestCase().runTest()
    assert set(Deliveries.ends) == {WEEKS[-1]}
