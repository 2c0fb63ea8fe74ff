"""Whatever call fails, at whatever moment: the last good generation, and nothing left behind."""

from __future__ import annotations

import itertools
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pytest

from dashboard.errors import SourceError, StoreError
from dashboard.exports.writing import write_native
from dashboard.store import (
    Store,
    documents,
    publishing,
    query_contracts,
    renew_store,
    store_folder_of,
)
from dashboard.store.contracts import documented_contracts, macro_contracts
from tests.store.conftest import small_service

MEGABYTE = 1_000_000
NO_SPACE = "No space left on device"
OF_A_STORE = re.compile(
    r"CURRENT|display_limits\.json|import\.lock|source\.json|generation-\d{6}\.duckdb"
)


def deliver(folder: Path, total: int) -> None:
    """Lay an export with its manifest into a folder, in place of what lies there."""
    shutil.rmtree(folder, ignore_errors=True)
    service = small_service(total)
    write_native(service.export().tables, folder, service.facts)


@pytest.fixture
def inbox(tmp_path):
    """An export whose mother gave 30 points, imported; then one with 31 in its place."""
    folder, home = tmp_path / "inbox", tmp_path / "home"
    deliver(folder, 30)
    renew_store(folder, home=home)
    deliver(folder, 31)
    return folder


def served(inbox: Path, home: Path) -> float:
    """Return what is served: the first score; the store must be whole and hold no other file."""
    folder = store_folder_of(inbox, home)
    stray = [file.name for file in folder.iterdir() if not OF_A_STORE.fullmatch(file.name)]
    assert stray == []
    with Store(folder) as store:
        assert store.stale_reason == ""
        return store.query("alliance_cells", scale="total")["score"].to_list()[0]


def failure(inbox: Path, home: Path) -> str:
    """Import; return what was said, empty where it succeeded. Any other error fails the test."""
    try:
        renew_store(inbox, home=home)
    except (SourceError, StoreError) as error:
        return str(error)
    return ""


class FailingDisk:
    """Lets some calls pass by which files are read and written, and fails one."""

    CALLS = (
        *((os, "fsync"), (os, "open"), (duckdb, "connect")),
        *((Path, "open"), (Path, "read_bytes"), (Path, "replace"), (Path, "chmod")),
        *((Path, "mkdir"), (Path, "unlink")),
        (duckdb.DuckDBPyConnection, "execute"),
        (duckdb.DuckDBPyRelation, "create"),
    )

    def __init__(self, patch: pytest.MonkeyPatch, fail_at: int) -> None:
        self.calls = 0
        self.fail_at = fail_at
        for owner, name in self.CALLS:
            is_own = owner in (os, Path)
            error = OSError(28, NO_SPACE) if is_own else duckdb.IOException(NO_SPACE)
            patch.setattr(owner, name, self._counting(getattr(owner, name), error))

    def _counting(self, operation, error):
        def counted(*args, **kwargs):
            self.calls += 1
            if self.calls == self.fail_at:
                raise error
            return operation(*args, **kwargs)

        return counted


@pytest.fixture
def few_tables(monkeypatch):
    """Publish only the tables that are looked at here: each more is the same call once more."""
    wanted = {"case_forms", "cells", "display_limits", *query_contracts()["alliance_cells"].reads}
    for macro in macro_contracts().values():
        wanted |= set(macro.reads)
    few = []
    for contract in reversed(publishing.publishing_order()):
        if contract.name in wanted:
            few.insert(0, contract)
            wanted |= set(contract.reads)
    monkeypatch.setattr(publishing, "publishing_order", lambda: tuple(few))
    read = documented_contracts()["case_list"]
    assert set(read.reads) - set(macro_contracts()) <= wanted
    monkeypatch.setattr(documents, "documented_contracts", lambda: {read.name: read})
    monkeypatch.setattr(publishing, "kept_contracts", dict)
    monkeypatch.setattr(publishing, "told_contracts", dict)
    return few


@pytest.mark.slow
def test_every_single_failing_call_leaves_a_whole_generation_and_nothing_beside(
    few_tables, inbox, tmp_path
):
    scores, said = [], []
    for fail_at in itertools.count(1):
        home = shutil.copytree(tmp_path / "home", tmp_path / f"home-{fail_at}")
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, fail_at)
            said.append(failure(inbox, home))
        scores.append(served(inbox, home))
        shutil.rmtree(home)
        if disk.calls < fail_at:
            break
    assert len(scores) > 40
    assert set(scores) == {30, 31}
    assert (scores[-1], said[-1]) == (31, "")
    assert [score for score, message in zip(scores, said, strict=True) if not message] == (
        [31] * said.count("")
    )
    assert not any(str(tmp_path) in message for message in said)
    assert sum(NO_SPACE in message or "disk is full" in message for message in said) > 20


class TinyDisk:
    """A disk of its own of a few megabytes; where none may be mounted, a limit on every file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = self._mount("size=6m")

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(self.folder)]
        try:
            return subprocess.run(command, check=False, capture_output=True).returncode == 0
        except OSError:
            return False

    def leave(self, free: int) -> None:
        """Leave some bytes free, and no more."""
        if self.is_mounted:
            used = sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())
            assert self._mount(f"remount,size={used + free}")
        else:
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (free, hard))

    def give_back(self) -> None:
        """Take the disk away again, or the limit."""
        if self.is_mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
        else:
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@pytest.fixture(params=["disk", "limit"])
def tiny_disk(request, tmp_path, monkeypatch):
    folder = tmp_path / "tiny"
    folder.mkdir()
    if request.param == "limit":
        monkeypatch.setattr(TinyDisk, "_mount", lambda *_: False)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    disk = TinyDisk(folder)
    disk.leave(6 * MEGABYTE)
    yield disk
    disk.give_back()
    signal.signal(signal.SIGXFSZ, before)


def test_a_disk_of_six_megabytes_keeps_what_was_good_and_nothing_else(tiny_disk, tmp_path):
    inbox, home = tmp_path / "inbox", tiny_disk.folder / "home"
    deliver(inbox, 30)
    assert "The last good generation stays in use" in failure(inbox, home)
    assert sorted(store_folder_of(inbox, home).iterdir()) == [
        store_folder_of(inbox, home) / "import.lock"
    ]
    tiny_disk.leave(60 * MEGABYTE)
    assert failure(inbox, home) == ""
    tiny_disk.leave(6 * MEGABYTE)
    deliver(inbox, 31)
    assert "free space" in failure(inbox, home)
    assert served(inbox, home) == 30
    tiny_disk.leave(60 * MEGABYTE)
    assert failure(inbox, home) == ""
    assert served(inbox, home) == 31


RIGHTS_LOST = """
import os, shutil, sys, tempfile
from pathlib import Path
from dashboard.shells.importing_apart import ImportOrder, import_here
from dashboard.store import Store, store_folder_of
from tests.store.test_every_failing_call import deliver, served

place = Path(sys.argv[1])
os.environ["ALLIANCE_HOME"] = str(place / "home")
inbox, home, order = place / "inbox", place / "home", ImportOrder(place / "inbox")
deliver(inbox, 30)
assert import_here(order).kind == "done"
deliver(inbox, 31)
store = store_folder_of(inbox)
if os.geteuid() == 0:  # root may do everything: go on as somebody who may not
    for each in [place, *place.rglob("*")]:
        os.chown(each, 65534, 65534)
    os.seteuid(65534)
store.chmod(0o500)
print(import_here(order), served(inbox, home))
store.chmod(0o700)
(inbox / "sessions.csv").chmod(0)
print(import_here(order), served(inbox, home))
(inbox / "sessions.csv").chmod(0o600)
print(import_here(order), served(inbox, home))
"""


def plain_environment() -> dict[str, str]:
    """Leave out what would measure coverage: somebody without rights may not write that down."""
    measured = {"COVERAGE_PROCESS_START", "COVERAGE_FILE"}
    kept = {name: value for name, value in os.environ.items() if name not in measured}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path)}


def test_lost_rights_leave_the_last_good_data_until_they_are_back():
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        ran = subprocess.run(
            [sys.executable, "-c", RIGHTS_LOST, place],
            check=False,
            capture_output=True,
            text=True,
            env=plain_environment(),
        )
    assert ran.stderr == ""
    unwritable, unreadable, mended = ran.stdout.splitlines()
    assert unwritable.startswith("Outcome(kind='failed'")
    assert "rights are missing" in unwritable
    assert unwritable.endswith(" 30.0")
    assert "sessions.csv: the file cannot be read; check its rights" in unreadable
    assert unreadable.endswith(" 30.0")
    assert mended == "Outcome(kind='done', reason='') 31.0"


class EarlierClock(publishing.dt.datetime):
    """A clock that somebody set back by decades."""

    @classmethod
    def now(cls, tz=None):
        return cls(1999, 3, 28, 2, 30, tzinfo=tz)


def test_a_clock_that_was_set_back_changes_neither_order_nor_what_is_served(
    inbox, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    with Store(store_folder_of(inbox, home)) as store:
        monkeypatch.setattr(publishing.dt, "datetime", EarlierClock)
        assert failure(inbox, home) == ""
        assert store.refresh()
        assert store.facts.generation == 2
        assert store.facts.loaded_at.year == 1999
    assert served(inbox, home) == 31
