"""``alliance snapshot`` by hand and as a scheduled job, when all is well and when not."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time

import pyrage
import pytest

from dashboard.errors import DisclosureError
from dashboard.exports.sample import write_sample
from dashboard.panels import snapshot as snapshots
from dashboard.panels.release import LOCK
from dashboard.shells import snapshotting
from dashboard.store import open_source
from dashboard.views.language import language

GOOD = "the last good file"
SEEDS = ("0", "1", "4242")


@pytest.fixture(scope="module")
def published(tmp_path_factory, alliance_home, sound):
    """A store folder of four families, so that nothing is imported anew."""
    with open_source(sound) as store:
        yield store.folder


@pytest.fixture(scope="module")
def undated(tmp_path_factory, alliance_home):
    """A service whose export does not say when it was made, and the day of its latest session."""
    export = tmp_path_factory.mktemp("undated") / "export"
    write_sample(export, families=4)
    manifest = json.loads((export / "manifest.json").read_text(encoding="utf-8"))
    del manifest["exported_at"]
    (export / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with open_source(export) as store:
        assert store.facts.exported_at is None
        return store.folder, store.facts.as_of


@pytest.fixture
def no_browser(monkeypatch):
    """A computer without a Chromium."""
    monkeypatch.setattr(snapshots, "chromium", lambda: None)


def command(*arguments):
    return [sys.executable, "-m", "dashboard", "snapshot", *(str(each) for each in arguments)]


def environment(**others):
    """The surroundings of a job on a computer without a Chromium."""
    kept = {name: value for name, value in os.environ.items() if name != "ALLIANCE_CHROMIUM"}
    return {**kept, "PATH": "", **others}


def visible(folder):
    return sorted(each.name for each in folder.iterdir() if each.name != LOCK)


@pytest.mark.usefixtures("no_browser")
def test_one_line_for_a_machine_says_what_was_written(alliance, published, tmp_path):
    file = tmp_path / "monday.html"
    ran = alliance("snapshot", published, "--out", file, "--json")
    assert ran.code == 0
    said = json.loads(ran.out)
    assert len(ran.out.splitlines()) == 1
    assert said["file"] == "monday.html"
    assert said["bytes"] == file.stat().st_size
    assert said["level"] == "B"
    assert said["cases"] == 4
    assert said["opened_in_browser"] is False
    assert said["pdf"] is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert visible(tmp_path) == ["monday.html"]


@pytest.mark.usefixtures("no_browser")
def test_a_folder_collects_dated_files_and_keeps_so_many(alliance, published, tmp_path):
    for name in ("alliance-2026-01-05-000001-b.html", "alliance-2026-01-12-000002-b.html"):
        (tmp_path / name).write_text(GOOD)
    (tmp_path / "my-own-notes.html").write_text(GOOD)
    ran = alliance("snapshot", published, "--out", tmp_path, "--keep", 2, "--json")
    assert ran.code == 0
    said = json.loads(ran.out)
    assert said["removed"] == ["alliance-2026-01-05-000001-b.html"]
    assert visible(tmp_path) == sorted(
        ["alliance-2026-01-12-000002-b.html", said["file"], "latest.html", "my-own-notes.html"]
    )
    latest = tmp_path / "latest.html"
    assert latest.is_symlink()
    assert latest.resolve() == (tmp_path / said["file"]).resolve()


@pytest.mark.usefixtures("no_browser")
def test_old_data_are_refused_and_the_last_file_stays(alliance, published, tmp_path):
    file = tmp_path / "monday.html"
    file.write_text(GOOD)
    asked = ("snapshot", published, "--out", file, "--max-age-days", 3, "--today")
    with open_source(published) as store:
        day = store.facts.as_of
    assert alliance(*asked, day.replace(year=day.year + 1)).code == 5
    assert file.read_text() == GOOD
    assert alliance(*asked, day.isoformat()).code == 0
    assert file.read_text() != GOOD


@pytest.mark.usefixtures("no_browser")
def test_a_refused_file_leaves_the_old_one_and_says_the_rule(
    alliance, published, tmp_path, monkeypatch
):
    original = snapshots.still_page
    monkeypatch.setattr(
        snapshots,
        "still_page",
        lambda *given, **more: original(*given, **more).replace("</main>", "F-101</main>"),
    )
    file = tmp_path / "monday.html"
    file.write_text(GOOD)
    ran = alliance("snapshot", published, "--out", file)
    assert ran.code == 4
    assert "no id or day of the export" in ran.sentence
    assert "F-101" not in ran.err
    assert file.read_text() == GOOD
    assert visible(tmp_path) == ["monday.html"]


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--pdf",), 4),
        (("--level", "C", "--therapist", "T01"), 2),
        (("--family", "F-999"), 4),
        (("--age", "age1nobody"), 4),
        (("--today", "monday", "--max-age-days", "3"), 2),
        (("--level", "D"), 2),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    alliance, published, tmp_path, options, code
):
    ran = alliance("snapshot", published, "--out", tmp_path / "monday.html", *options)
    assert ran.code == code
    assert ran.err
    assert visible(tmp_path) == []


@pytest.mark.usefixtures("no_browser")
def test_which_code_stands_for_which_id_is_written_for_its_owner_alone(
    alliance, published, tmp_path
):
    codes = tmp_path / "codes.csv"
    file = tmp_path / "monday.html"
    assert alliance("snapshot", published, "--out", file, "--codes", codes).code == 0
    lines = codes.read_text().splitlines()
    assert lines[0] == "kind,id,code"
    family = next(line for line in lines if line.startswith("family,F-101,"))
    assert family.split(",")[2] in file.read_text()
    assert stat.S_IMODE(codes.stat().st_mode) == 0o600


@pytest.mark.usefixtures("no_browser")
def test_a_file_for_two_readers_is_read_by_both_with_their_keys_and_by_nobody_else(
    alliance, published, tmp_path
):
    readers = [pyrage.x25519.Identity.generate() for _ in range(2)]
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    asked = ("snapshot", published, "--out")
    assert alliance(*asked, plain / "monday.html").code == 0
    given = [each for reader in readers for each in ("--age", str(reader.to_public()))]
    ran = alliance(*asked, closed / "monday.html", *given, "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["file"] == "monday.html.age"
    assert visible(closed) == ["monday.html.age"]
    file = closed / "monday.html.age"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    whole = (plain / "monday.html").read_bytes()
    for reader in readers:
        assert pyrage.decrypt(file.read_bytes(), [reader]) == whole
    assert b"Alliance" not in file.read_bytes()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(file.read_bytes(), [pyrage.x25519.Identity.generate()])


def test_what_is_handed_over_encrypted_is_readable_nowhere_in_its_folder(
    alliance, published, tmp_path, monkeypatch
):
    reader, seen = pyrage.x25519.Identity.generate(), []

    def look(file, *_):
        seen.append(file)
        assert visible(tmp_path) == []
        assert file.parent.stat().st_mode & 0o077 == 0

    def prints(file, paper, _):
        look(file)
        paper.write_bytes(b"%PDF of a case")

    monkeypatch.setattr(snapshots, "chromium", lambda: "a-browser")
    monkeypatch.setattr(snapshots, "require_no_request", look)
    monkeypatch.setattr(snapshots, "print_pdf", prints)
    asked = ("--pdf", "--age", str(reader.to_public()))
    assert alliance("snapshot", published, "--out", tmp_path / "monday.html", *asked).code == 0
    assert visible(tmp_path) == ["monday.html.age", "monday.pdf.age"]
    paper = (tmp_path / "monday.pdf.age").read_bytes()
    assert pyrage.decrypt(paper, [reader]) == b"%PDF of a case"
    assert len(seen) == 2
    assert not any(file.exists() for file in seen)


def test_a_browser_that_does_not_print_leaves_the_new_file_and_no_half_of_a_print(
    alliance, published, tmp_path, monkeypatch
):
    def fails(*_):
        message = "The browser of this machine did not print the file; the HTML file is there."
        raise DisclosureError(message)

    monkeypatch.setattr(snapshots, "chromium", lambda: "a-browser")
    monkeypatch.setattr(snapshots, "require_no_request", lambda *_: None)
    monkeypatch.setattr(snapshots, "print_pdf", fails)
    ran = alliance("snapshot", published, "--out", tmp_path / "monday.html", "--pdf")
    assert ran.code == 4
    assert "the HTML file is there" in ran.sentence
    assert visible(tmp_path) == ["monday.html"]


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(("level", "is_told"), [("A", True), ("B", False), ("C", False)])
def test_the_day_of_the_latest_session_stands_in_no_file_and_no_name_but_the_groups_own(
    alliance, undated, tmp_path, level, is_told
):
    """The export does not say when it was made: its data are of the day of its latest session."""
    folder, day = undated
    out = tmp_path / "files"
    ran = alliance("snapshot", folder, "--out", out, "--level", level, "--json")
    assert ran.code == 0, ran.err
    name = json.loads(ran.out)["file"]
    text = (out / name).read_text(encoding="utf-8")
    assert (day.isoformat() in name) is is_told
    assert (language("en").export_date(day) in text) is is_told


@pytest.mark.usefixtures("no_browser")
def test_a_second_run_in_the_same_folder_waits_for_its_turn(alliance, published, tmp_path):
    with (tmp_path / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = alliance("snapshot", published, "--out", tmp_path / "monday.html")
    assert ran.code == 3
    assert "another snapshot is being written" in ran.sentence
    assert visible(tmp_path) == []


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("call", ["fsync", "replace", "write_text"])
def test_a_disk_that_fails_at_any_step_leaves_the_last_good_file(
    alliance, published, tmp_path, monkeypatch, call
):
    def full(*_given, **_more):
        raise OSError(28, "No space left on device")

    place = {"fsync": "os.fsync", "replace": "pathlib.Path.replace",
             "write_text": "pathlib.Path.write_text"}[call]  # fmt: skip
    file = tmp_path / "monday.html"
    file.write_bytes(GOOD.encode())
    snapshots.service_codes()
    monkeypatch.setattr(place, full)
    ran = alliance("snapshot", published, "--out", file)
    monkeypatch.undo()
    assert ran.code == 4
    assert "No space left" in ran.sentence
    assert file.read_text() == GOOD
    assert visible(tmp_path) == ["monday.html"]


def limit_files():
    """Let no file grow beyond a megabyte, as on a disk that is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_leaves_the_last_good_file_and_no_stray_one(published, tmp_path):
    file = tmp_path / "monday.html"
    file.write_text(GOOD)
    ran = subprocess.run(
        command(published, "--out", file),
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        preexec_fn=limit_files,
    )
    assert ran.returncode == 4, ran.stderr
    assert "could not be written" in ran.stderr
    assert file.read_text() == GOOD
    assert visible(tmp_path) == ["monday.html"]


SLOW_DISK = """
import os, sys, time
from pathlib import Path
from dashboard.panels import snapshot
from dashboard.shells.command import main
snapshot.chromium = lambda: None
real = os.fsync
def slowly(handle):
    Path(sys.argv[1]).touch()
    time.sleep(60)
    real(handle)
snapshot.service_codes()
os.fsync = slowly
sys.exit(main(sys.argv[2:]))
"""


def test_a_run_that_is_killed_while_writing_leaves_the_last_good_file(published, tmp_path):
    folder, reached = tmp_path / "files", tmp_path / "reached"
    folder.mkdir()
    file = folder / "monday.html"
    file.write_text(GOOD)
    started = [sys.executable, "-c", SLOW_DISK, reached, "snapshot", published, "--out", file]
    running = subprocess.Popen([str(each) for each in started], env=environment())
    end = time.monotonic() + 120
    while not reached.exists():
        assert time.monotonic() < end
        assert running.poll() is None
        time.sleep(0.05)
    second = subprocess.run(
        command(published, "--out", file), capture_output=True, check=False, env=environment()
    )
    assert second.returncode == 3
    assert file.read_text() == GOOD
    running.kill()
    running.wait()
    assert file.read_text() == GOOD
    third = subprocess.run(
        command(published, "--out", file), capture_output=True, check=False, env=environment()
    )
    assert third.returncode == 0
    assert file.read_text() != GOOD
    assert visible(folder) == ["monday.html"]


@pytest.mark.slow
@pytest.mark.parametrize("level", ["B"])
def test_the_same_data_give_the_same_bytes_whatever_the_hash_seed(published, tmp_path, level):
    written = []
    for seed in SEEDS:
        file = tmp_path / f"{seed}.html"
        subprocess.run(
            command(published, "--out", file, "--level", level, "--json"),
            check=True,
            capture_output=True,
            env=environment(PYTHONHASHSEED=seed),
        )
        written.append(file.read_bytes())
    assert len(written) == 3
    assert written[0] == written[1] == written[2]


def test_what_the_help_says_of_exit_codes_is_what_the_errors_carry():
    from dashboard.errors import (  # noqa: PLC0415
        DisclosureError,
        PendingSource,
        SelectionError,
        StaleDataError,
    )

    known = [SelectionError, PendingSource, DisclosureError, StaleDataError]
    assert [each.exit_code for each in known] == [2, 3, 4, 5]
    assert snapshotting.PATTERN == "alliance-*.html"
