"""The meetings file itself: older and newer forms, other programs, kills, a full disk, a lock."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import polars as pl
import pytest

from benchmarks import meeting_writers
from dashboard.errors import EntryError, MeetingsError, RevisionConflict
from dashboard.meetings import MeetingsFile, connecting, migrations
from dashboard.meetings.migrations import APPLICATION_ID, MIGRATIONS, bring_up_to_date
from tests.meetings.conftest import MEETING

WORDS = "Kept between the four of us"

CHILD = """
import datetime as dt, sys
from pathlib import Path
from dashboard.meetings import Entry, MeetingsFile
meetings = MeetingsFile(Path(sys.argv[1]))
number = 0
while True:
    day = dt.date(2026, 11, 2)
    text = f"{number} " + "x" * 3000 + f" {number}"
    kept = meetings.record(Entry("C1", "F1", "SUP1", day, decision=text))
    meetings.revise(kept.decision_id, 1, "SUP1", {"outcome": text})
    print(kept.decision_id, flush=True)
    number += 1
"""


def raw(path):
    return closing(sqlite3.connect(path))


def old_file(path, version):
    path.parent.mkdir(parents=True)
    with raw(path) as connection:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"pragma user_version = {version}")
        connection.commit()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_file_of_any_older_form_keeps_its_rows_and_gains_the_rest(path, entry, version):
    old_file(path, version)
    with raw(path) as connection:
        connection.execute(
            """
            insert into decisions (
                decision_id, case_id, family_id, revision, question, decision, decided_on,
                declared_by, state, recorded_at, revised_at
            )
            values (
                'old1', 'C1', 'F1', 1, 'Q', 'D', '2026-10-05', 'SUP1', 'open',
                '2026-10-05T10:00:00+00:00', '2026-10-05T10:00:00+00:00'
            )
            """
        )
        connection.commit()
    meetings = MeetingsFile(path)

    changed = meetings.revise("old1", 1, "SUP2", {"state": "done"})
    meetings.record(entry())

    assert changed.question == "Q"
    assert changed.revision == 2
    assert meetings.remove_case("C1", "SUP1").decision_count == 1 + 1
    with raw(path) as connection:
        assert connection.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_step_to_a_newer_form_that_fails_leaves_the_older_one_whole(path, entry, monkeypatch):
    old_file(path, 1)
    broken = (*MIGRATIONS[1], "create table changes (doubled text)")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (MIGRATIONS[0], broken))
        with pytest.raises(MeetingsError, match="the database refused"):
            MeetingsFile(path).record(entry())

    with raw(path) as connection:
        assert connection.execute("pragma user_version").fetchone() == (1,)
        tables = connection.execute("select name from sqlite_schema where name = 'removals'")
        assert tables.fetchall() == []
    MeetingsFile(path).record(entry())
    assert MeetingsFile(path).decision_count() == 1


def test_many_processes_may_make_the_file_at_once(path):
    command = [sys.executable, "-c", CHILD.replace("while True", "while number < 3"), str(path)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    said = [child.communicate()[0].split() for child in children]

    assert [len(lines) for lines in said] == [3, 3]
    assert set(MeetingsFile(path).decisions()["decision_id"]) == {*said[0], *said[1]}


def test_a_file_of_a_newer_form_is_refused_in_words_and_not_touched(meetings, path, entry):
    meetings.record(entry())
    with raw(path) as connection:
        connection.execute(f"pragma user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()

    for work in (meetings.decisions, lambda: meetings.record(entry())):
        with pytest.raises(MeetingsError, match=r"newer version of the board.*Update the board"):
            work()

    assert path.read_bytes() == before


@pytest.mark.parametrize("marked", [True, False])
def test_the_file_of_another_program_is_refused_and_not_touched(path, entry, marked):
    path.parent.mkdir()
    with raw(path) as connection:
        if marked:
            connection.execute(f"pragma application_id = {APPLICATION_ID + 1}")
        else:
            connection.execute("create table theirs (word text)")
        connection.commit()

    with pytest.raises(MeetingsError, match="not a meetings file of the board"):
        MeetingsFile(path).record(entry())

    with raw(path) as connection:
        assert connection.execute("select name from sqlite_schema").fetchall() == (
            [] if marked else [("theirs",)]
        )


def test_what_is_no_database_is_refused_in_words(path):
    path.parent.mkdir()
    path.write_bytes(b"case,decision\n" * 500)

    with pytest.raises(MeetingsError, match=r"^meetings.sqlite: it is no meetings file"):
        MeetingsFile(path).decisions()

    assert path.read_bytes() == b"case,decision\n" * 500


def test_no_change_can_be_rewritten_or_taken_out(meetings, path, entry):
    meetings.record(entry())

    with raw(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="never rewritten"):
            connection.execute("update changes set new_values = '{}'")
        with pytest.raises(sqlite3.IntegrityError, match="only with its case"):
            connection.execute("delete from changes")


def test_a_full_disk_says_so_and_what_was_kept_stays(meetings, path, entry, monkeypatch):
    meetings.record(entry(decision="the last good one"))
    pages = path.stat().st_size // 4096
    full = (*connecting._PRAGMAS, f"pragma max_page_count = {pages}")

    def fill():
        for _ in range(20):
            meetings.record(entry(question="x" * 4000, decision="y" * 4000))

    with monkeypatch.context() as patch:
        patch.setattr(connecting, "_PRAGMAS", full)
        with pytest.raises(MeetingsError, match=r"^meetings.sqlite: the disk is full\. Make room"):
            fill()

    assert "the last good one" in meetings.decisions()["decision"].to_list()
    meetings.record(entry(decision="after room was made"))
    with raw(path) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_folder_that_cannot_be_made_says_so_without_its_path(tmp_path, entry):
    (tmp_path / "secret_place").write_text("a file where a folder should be")

    with pytest.raises(MeetingsError, match="cannot be made or written") as refused:
        MeetingsFile(tmp_path / "secret_place" / "meetings.sqlite").record(entry())

    assert "secret_place" not in str(refused.value)


def test_a_file_that_may_not_be_made_says_so_without_its_path(meetings, entry, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "/secret_place/meetings.sqlite")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(MeetingsError, match=r"\(Permission denied\)") as refused:
        meetings.record(entry())

    assert "secret_place" not in str(refused.value)


def test_a_file_that_cannot_be_opened_any_more_says_so_and_is_read_again_later(
    meetings, path, entry
):
    meetings.record(entry())
    aside = path.rename(path.with_name("aside"))
    path.mkdir()

    for work in (meetings.decisions, lambda: meetings.record(entry())):
        with pytest.raises(MeetingsError, match="it cannot be opened"):
            work()

    path.rmdir()
    aside.rename(path)
    assert meetings.decision_count() == 1


def test_a_file_that_may_only_be_read_says_so_on_writing(meetings, entry, monkeypatch):
    meetings.record(entry())
    read_only = (*connecting._PRAGMAS, "pragma query_only = on")

    with monkeypatch.context() as patch:
        patch.setattr(connecting, "_PRAGMAS", read_only)
        with pytest.raises(MeetingsError, match="it may not be written"):
            meetings.record(entry())

    assert meetings.decision_count() == 1


def test_a_file_others_can_read_is_closed_to_them_by_the_next_entry(meetings, path, entry):
    meetings.record(entry())
    path.chmod(0o644)

    meetings.record(entry())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lock_held_too_long_ends_in_words_after_the_stated_time(meetings, path, entry):
    meetings.record(entry())
    patient = MeetingsFile(path, wait_seconds=0.3)

    with raw(path) as other:
        other.execute("begin immediate")
        began = time.monotonic()
        with pytest.raises(MeetingsError, match=r"in use for 0\.3 seconds. Nothing was written"):
            patient.record(entry())
        waited = time.monotonic() - began
        assert patient.decision_count() == 1

    assert waited >= 0.3


def test_a_lock_that_is_let_go_in_time_is_waited_for(meetings, path, entry):
    meetings.record(entry())
    with raw(path) as other:
        other.execute("begin immediate")
        writer = threading.Thread(target=meetings.record, args=[entry()])
        writer.start()
        time.sleep(0.3)
        assert writer.is_alive()
        other.rollback()
        writer.join(10)

    assert meetings.decision_count() == 2


def test_nothing_is_held_between_calls(meetings, path, entry):
    meetings.record(entry())

    with raw(path) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin exclusive")
        assert other.in_transaction


class Interrupted(sqlite3.Connection):
    """Lets another connection make the file just after this one read whose it is."""

    def execute(self, statement, *given):
        found = super().execute(statement, *given)
        if statement == "pragma application_id":
            rows = iter(found.fetchall())
            with raw(self.path) as other:
                other.isolation_level = None
                bring_up_to_date(other, "meetings.sqlite")
            return SimpleNamespace(fetchone=lambda: next(rows))
        return found


def test_a_file_that_another_is_just_making_is_not_taken_for_a_strange_one(path):
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("pragma journal_mode = wal").fetchall()
    with closing(sqlite3.connect(path, isolation_level=None, factory=Interrupted)) as connection:
        connection.path = path
        bring_up_to_date(connection, "meetings.sqlite")

    with raw(path) as connection:
        found = connection.execute("pragma user_version").fetchone()
    assert found == (len(MIGRATIONS),)


def test_threads_may_share_one_object(meetings, entry):
    with ThreadPoolExecutor(8) as threads:
        texts = [f"thread {number}" for number in range(40)]
        list(threads.map(lambda text: meetings.record(entry(decision=text)), texts))

    assert sorted(meetings.decisions()["decision"]) == sorted(texts)


def test_of_many_who_change_one_decision_at_once_one_wins_and_no_text_is_lost(meetings, entry):
    written = meetings.record(entry())

    def change(number):
        try:
            text = {"outcome": f"by {number}"}
            meetings.revise(written.decision_id, 1, f"SUP{number}", text)
        except RevisionConflict:
            return "second"
        return "first"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(change, range(8)))

    assert sorted(answers) == ["first"] + ["second"] * 7
    outcomes = meetings.history().filter(field="outcome").drop_nulls("new_value")
    assert sorted(outcomes["new_value"]) == [f"by {number}" for number in range(8)]


def test_a_killed_writer_leaves_no_torn_record_and_loses_nothing_it_was_told(path):
    acknowledged = []
    for wait in (0.05, 0.2, 0.35):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True
        )
        acknowledged.append(child.stdout.readline().strip())
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        acknowledged += child.communicate()[0].split()

    meetings = MeetingsFile(path)
    decisions = meetings.decisions()

    assert set(acknowledged) <= set(decisions["decision_id"])
    for row in decisions.iter_rows(named=True):
        number = row["decision"].split()[0]
        assert row["decision"] == f"{number} {'x' * 3000} {number}"
        assert row["outcome"] == (row["decision"] if row["revision"] == 2 else None)
    revisions = dict(decisions.select("decision_id", "revision").rows())
    assert all(revisions[decision_id] == 2 for decision_id in acknowledged)
    changes = meetings.history().group_by("decision_id").agg(pl.col("change_id").n_unique())
    assert dict(changes.rows()) == revisions
    with raw(path) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_ten_processes_that_write_at_once_lose_nothing():
    tally = meeting_writers.run(writers=10, seconds=2)

    assert tally.written > 10
    assert tally.read_back == tally.written
    assert (tally.lost, tally.errors) == (0, 0)


def test_no_word_of_the_group_gets_into_a_log_or_an_error(meetings, path, entry, caplog):
    said = []
    with caplog.at_level(logging.DEBUG):
        written = meetings.record(entry(question=WORDS))
        meetings.revise(written.decision_id, 1, "SUP1", {"outcome": WORDS})
        with pytest.raises(RevisionConflict) as second:
            meetings.revise(written.decision_id, 1, "SUP1", {"outcome": WORDS + "!"})
        said.append(second)
        with pytest.raises(EntryError) as wrong:
            meetings.revise(written.decision_id, 2, "SUP1", {"state": WORDS})
        said.append(wrong)
        with raw(path) as other:
            other.execute("begin immediate")
            with pytest.raises(MeetingsError) as late:
                MeetingsFile(path, wait_seconds=0).record(entry(decision=WORDS))
            said.append(late)

    assert WORDS not in caplog.text
    assert all(WORDS not in str(each.value) for each in said)
    assert MEETING.isoformat() not in caplog.text
