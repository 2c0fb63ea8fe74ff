"""Whatever is done in whatever order, the file says what a plain dictionary says."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from dashboard.errors import DecisionGone, RevisionConflict
from dashboard.meetings import Entry, MeetingsFile

CASES = ("C1", "C2", "C3")
FIRST_DAY = dt.date(2026, 11, 2)
MOMENT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)

days = st.integers(0, 20).map(lambda number: FIRST_DAY + dt.timedelta(days=number))
later_days = st.none() | st.integers(21, 40).map(
    lambda number: FIRST_DAY + dt.timedelta(days=number)
)
texts = st.text(st.sampled_from("ab æ\n'\";=家"), min_size=1, max_size=12).map(
    lambda text: "x" + text.strip() + "x"
)
sessions = st.none() | st.integers(1, 20)
states = st.sampled_from(["open", "done", "withdrawn"])
people = st.sampled_from(["SUP1", "SUP2"])


class TheFile(RuleBasedStateMachine):
    """Two browsers on one file; the model is what they were told."""

    decisions = Bundle("decisions")

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "meetings.sqlite"
        self.browsers = [MeetingsFile(path, clock=lambda: MOMENT) for _ in range(2)]
        self.standing: dict[str, dict[str, object]] = {}
        self.changes: dict[str, int] = {}
        self.kept_back: dict[str, list[str]] = {}
        self.removals: list[tuple[str, int, int]] = []

    @rule(
        target=decisions,
        browser=st.integers(0, 1),
        case_id=st.sampled_from(CASES),
        person=people,
        decided_on=days,
        text=texts,
        review_on=later_days,
        session_no=sessions,
    )
    def record(self, *, browser, case_id, person, decided_on, text, review_on, session_no):
        entry = Entry(
            *(case_id, "F1", person, decided_on, text),
            review_on=review_on,
            discussed_session_no=session_no,
        )
        kept = self.browsers[browser].record(entry)
        self.standing[kept.decision_id] = {**entry.values(), "revision": 1}
        self.changes[kept.decision_id] = 1
        return kept.decision_id

    @rule(
        browser=st.integers(0, 1),
        decision_id=decisions,
        behind=st.integers(0, 2),
        person=people,
        fields=st.fixed_dictionaries(
            {},
            optional={
                "decision": texts,
                "outcome": texts,
                "state": states,
                "review_on": later_days,
                "reviewed_on": later_days,
                "reviewed_session_no": sessions,
            },
        ),
    )
    def revise(self, browser, decision_id, behind, person, fields):
        if decision_id not in self.standing:
            with pytest.raises(DecisionGone):
                self.browsers[browser].revise(decision_id, 1, person, fields)
            return
        stands = self.standing[decision_id]
        revision = int(stands["revision"]) - behind
        differing = {name: value for name, value in fields.items() if stands[name] != value}
        if differing and behind:
            with pytest.raises(RevisionConflict):
                self.browsers[browser].revise(decision_id, revision, person, fields)
            self.kept_back.setdefault(decision_id, []).extend(sorted(differing))
        else:
            self.browsers[browser].revise(decision_id, revision, person, fields)
            if differing:
                self.standing[decision_id] = {**stands, **differing, "revision": revision + 1}
        self.changes[decision_id] += bool(differing)

    @rule(browser=st.integers(0, 1), case_id=st.sampled_from(CASES), person=people)
    def remove(self, browser, case_id, person):
        gone = [key for key, value in self.standing.items() if value["case_id"] == case_id]
        removed = self.browsers[browser].remove_case(case_id, person)

        change_count = sum(self.changes.pop(key) for key in gone)
        assert (removed.decision_count, removed.change_count) == (len(gone), change_count)
        if gone:
            self.removals.append((person, len(gone), change_count))
        for key in gone:
            del self.standing[key]
            self.kept_back.pop(key, None)

    @rule(target=decisions, decision_id=consumes(decisions))
    def forget(self, decision_id):
        return decision_id if decision_id in self.standing else multiple()

    @invariant()
    def both_browsers_read_what_stands(self):
        for browser in self.browsers:
            read = {row["decision_id"]: row for row in browser.decisions().iter_rows(named=True)}
            assert read.keys() == self.standing.keys()
            for key, stands in self.standing.items():
                assert {name: read[key][name] for name in stands} == stands

    @invariant()
    def a_case_asked_for_alone_is_the_same(self):
        of_one = self.browsers[0].decisions([CASES[0]])
        assert set(of_one["decision_id"]) == {
            key for key, stands in self.standing.items() if stands["case_id"] == CASES[0]
        }

    @invariant()
    def every_change_is_in_the_history(self):
        history = self.browsers[0].history()
        counted = history.group_by("decision_id").agg(pl.col("change_id").n_unique())
        assert dict(counted.rows()) == self.changes
        refused = history.filter(kind="refused")
        assert {
            key: sorted(rows["field"].to_list()) for (key,), rows in refused.group_by("decision_id")
        } == {key: sorted(names) for key, names in self.kept_back.items()}

    @invariant()
    def what_was_removed_is_counted(self):
        lines = self.browsers[0].removals()
        assert lines.select("declared_by", "decision_count", "change_count").rows() == self.removals

    @invariant()
    def due_and_discussed_follow_from_what_stands(self):
        browser, today = self.browsers[1], FIRST_DAY + dt.timedelta(days=25)
        due = {
            key
            for key, stands in self.standing.items()
            if stands["state"] == "open"
            and (stands["review_on"] or stands["decided_on"] + dt.timedelta(days=1)) <= today
        }
        assert set(browser.due(today)["decision_id"]) == due
        assert browser.last_discussed().rows() == self._discussed()
        assert browser.last_meeting_on() == max(map(_met_on, self.standing.values()), default=None)

    def _discussed(self):
        rows = []
        for case_id in CASES:
            kept = [
                stands
                for stands in self.standing.values()
                if stands["case_id"] == case_id and stands["state"] != "withdrawn"
            ]
            names = ("discussed_session_no", "reviewed_session_no")
            numbers = [stands[name] for stands in kept for name in names if stands[name]]
            if kept:
                rows.append((case_id, max(map(_met_on, kept)), max(numbers, default=None)))
        return rows

    def teardown(self):
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)


def _met_on(stands):
    return max(stands["decided_on"], stands["reviewed_on"] or stands["decided_on"])


TestTheFile = TheFile.TestCase
TestTheFile.settings = settings(max_examples=20, stateful_step_count=15)
