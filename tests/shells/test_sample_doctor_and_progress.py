"""Inventing a service, examining an installation, and showing that long work goes on."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import json

import pytest

from dashboard.shells import doctor, progress
from dashboard.shells.progress import progress as shown


def test_a_sample_says_that_nobody_in_it_is_real(alliance, tmp_path):
    ran = alliance("sample", tmp_path / "invented", "--families", 3, "--seed", 9)
    assert ran.code == 0
    assert "invented: an invented service of 5 therapists and 3 families" in ran.out
    assert "Nobody in it is real." in ran.out
    assert "--seed 9" in (tmp_path / "invented" / "README.md").read_text()


def test_the_counts_of_a_sample_for_a_machine(alliance, tmp_path):
    ran = alliance("sample", tmp_path, "--families", 3, "--format", "parquet", "--json")
    assert json.loads(ran.out)["families"] == 3
    assert (tmp_path / "forms.parquet").is_file()


def test_a_folder_in_use_is_refused(alliance, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    ran = alliance("sample", tmp_path)
    assert ran.code == 2
    assert "not an earlier sample" in ran.sentence


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("ALLIANCE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_doctor_names_versions_paths_and_stores(alliance, home, sound):
    alliance("query", "case_list", sound)
    ran = alliance("doctor")
    assert ran.code == 0
    for name in doctor.LIBRARIES:
        assert f"{name} " in ran.out
    assert str(home) in ran.out
    assert str(sound) in ran.out
    assert "MB in all" in ran.out


def test_the_doctor_removes_stores_and_leaves_exports(alliance, home, sound):
    alliance("query", "case_list", sound)
    (home / "figures.json").write_text("as drawn")
    ran = alliance("doctor", "--purge")
    assert "Stores removed" in ran.out
    assert "Stores kept for exports: none" in ran.out
    assert [file.name for file in home.rglob("*")] == ["stores"]
    assert (sound / "forms.csv").is_file()


def test_the_doctor_speaks_to_machines(alliance, home, sound):
    alliance("query", "case_list", sound)
    told = json.loads(alliance("doctor", "--json").out)
    assert told["stores"][0]["source"] == str(sound)
    assert told["stores"][0]["generation"] == 1
    assert told["purged"] == []
    assert {finding["name"].split(",")[0] for finding in told["findings"]} == {
        "Chromium",
        "jupyter_bokeh",
        "An environment without pyarrow",
    }


def test_a_missing_library_is_a_finding_with_an_exit_code(alliance, home, monkeypatch):
    known = importlib.metadata.version

    def version(name):
        if name in {"fastexcel", "jupyter_bokeh"}:
            raise importlib.metadata.PackageNotFoundError
        return known(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    ran = alliance("doctor")
    assert ran.code == 1
    assert "fastexcel       missing" in ran.out
    assert "pip install 'alliance-board[notebook]'" in ran.out


def test_what_is_missing_comes_with_how_to_get_it(alliance, home, monkeypatch):
    monkeypatch.setenv("ALLIANCE_CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    ran = alliance("doctor")
    assert "[look] Chromium, for the browser tests: not found" in ran.out
    assert "name one with ALLIANCE_CHROMIUM" in ran.out
    assert "pyarrow can be imported" in ran.out


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self):
        return True


def test_work_over_a_second_shows_its_step(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0)
    with shown() as report:
        report("reading", 0.1)
        report("building", 0.5)
    assert "building" in terminal.getvalue()


def test_quick_work_shows_nothing(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with shown() as report:
        report("reading", 0.5)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(("stream", "silent"), [(io.StringIO, False), (Terminal, True)])
def test_machines_and_files_see_no_progress(monkeypatch, stream, silent):
    errors = stream()
    monkeypatch.setattr("sys.stderr", errors)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0)
    with shown(silent=silent) as report:
        report("reading", 0.5)
    assert errors.getvalue() == ""
