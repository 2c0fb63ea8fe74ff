"""A watched folder, look by look: nothing is loaded before it is whole, nothing good is lost."""

from __future__ import annotations

import os
import shutil

import pytest

from dashboard.exports.sample import write_sample
from dashboard.shells import importing_apart, watching
from dashboard.shells.importing_apart import ImportOrder, import_apart, import_here
from dashboard.shells.watching import Outcome, Watch, Watched

DONE = Outcome("done")
ARRIVING = Watched(pending="inbox: files are arriving.")


class Importer:
    """Says what it was told to say, and counts how often it was asked."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


class Clock:
    """Goes on when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "cases.csv").write_text("case_id\n")
    return folder


def looked(watch, times):
    """Look some times; return what was known after each."""
    states = []
    for _ in range(times):
        watch.look()
        states.append(watch.state)
    return states


def test_files_are_imported_at_the_second_look_that_finds_them_the_same(inbox):
    importer = Importer(DONE)
    watch = Watch(inbox, importer)
    assert looked(watch, 3) == [ARRIVING, Watched(), Watched()]
    assert importer.calls == 1


def test_a_file_that_grows_between_looks_is_not_touched(inbox):
    importer = Importer(DONE)
    watch = Watch(inbox, importer)
    for _ in range(4):
        with (inbox / "cases.csv").open("a") as copied:
            copied.write("C-1\n")
        assert looked(watch, 1) == [ARRIVING]
    assert importer.calls == 0
    assert looked(watch, 1) == [Watched()]


def test_other_bytes_of_the_same_size_and_an_earlier_time_are_new_all_the_same(inbox):
    importer = Importer(DONE)
    watch = Watch(inbox, importer)
    looked(watch, 2)
    (inbox / "cases.csv").write_text("Case_id\n")
    os.utime(inbox / "cases.csv", (0, 0))
    looked(watch, 2)
    assert importer.calls == 2


def test_a_refused_export_is_read_once_and_again_when_it_changed(inbox):
    importer = Importer(Outcome("refused", "cases.csv: no column."), DONE)
    watch = Watch(inbox, importer)
    refused = Watched(stale="cases.csv: no column.")
    assert looked(watch, 4)[1:] == [refused] * 3
    assert importer.calls == 1
    (inbox / "cases.csv").write_text("case_id,family_id\n")
    arriving = Watched(stale=refused.stale, pending=ARRIVING.pending)
    assert looked(watch, 2) == [arriving, Watched()]


@pytest.mark.parametrize(
    ("kind", "known"),
    [("failed", Watched(stale="No space.")), ("pending", Watched(pending="No space."))],
)
def test_what_may_mend_itself_is_tried_again_after_longer_and_longer_pauses(inbox, kind, known):
    clock, importer = Clock(), Importer(*[Outcome(kind, "No space.")] * 9, DONE)
    watch = Watch(inbox, importer, clock=clock)
    assert looked(watch, 3) == [ARRIVING, known, known]
    pauses = []
    while importer.calls < 9:
        tried, began = importer.calls, clock.now
        while importer.calls == tried:
            clock.now += 5
            watch.look()
        pauses.append(clock.now - began)
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
    clock.now += 300
    assert looked(watch, 1) == [Watched()]


def test_a_folder_out_of_reach_or_empty_is_said_and_read_anew_when_it_is_back(inbox, tmp_path):
    importer = Importer(DONE)
    watch = Watch(inbox, importer)
    looked(watch, 2)
    inbox.rename(tmp_path / "away")
    assert looked(watch, 1) == [Watched(stale="inbox: it cannot be reached.")]
    inbox.mkdir()
    assert looked(watch, 1) == [Watched(stale="inbox: no file lies in it.")]
    shutil.copy(tmp_path / "away" / "cases.csv", inbox)
    assert looked(watch, 2)[-1] == Watched()
    assert importer.calls == 2


def test_a_share_that_answers_with_an_error_is_out_of_reach(inbox, monkeypatch):
    def hung_up(_):
        raise OSError(112, "Host is down")

    monkeypatch.setattr(watching, "sight_of", hung_up)
    assert looked(Watch(inbox, Importer(DONE)), 1) == [
        Watched(stale="inbox: it cannot be reached.")
    ]


def test_an_import_is_told_as_an_outcome_whatever_happens(tmp_path, monkeypatch):
    export = tmp_path / "inbox"
    write_sample(export, families=4)
    order = ImportOrder(export)
    assert import_here(order) == DONE
    (export / "cases.csv").write_bytes((export / "cases.csv").read_bytes()[:-9])
    assert import_here(order).kind == "pending"
    (export / "manifest.json").unlink()
    (export / "cases.csv").write_text("case\nC-1\n")
    refused = import_here(order)
    assert (refused.kind, "column" in refused.reason) == ("refused", True)
    (export / "rules.toml").write_text("unknown = 1\n")
    assert import_here(order).kind == "refused"
    for error, reason in (
        (OSError(28, "No space left on device", str(export)), "No space left on device"),
        (ValueError("C-104 has 9.5"), "ValueError"),
    ):
        monkeypatch.setattr("dashboard.store.renew_store", failing(error))
        outcome = import_here(order)
        assert (outcome.kind, reason in outcome.reason) == ("failed", True)
        assert "C-104" not in outcome.reason
        assert str(tmp_path) not in outcome.reason


def failing(error):
    def fail(*_, **__):
        raise error

    return fail


def die(order, answer):
    os.kill(os.getpid(), 9)


def test_an_import_in_a_process_of_its_own_ends_the_same_way_and_may_be_killed(
    tmp_path, monkeypatch
):
    export = tmp_path / "inbox"
    write_sample(export, families=4)
    (export / "cases.csv").unlink()
    outcome = import_apart(ImportOrder(export))
    assert (outcome.kind, "cases" in outcome.reason) == ("pending", True)
    monkeypatch.setattr(importing_apart, "_work", die)
    assert import_apart(ImportOrder(export)) == Outcome(
        "failed", "The import was stopped from outside; it will be tried again."
    )
