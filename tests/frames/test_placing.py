"""What is handed over is whole and private, or as it was before."""

from __future__ import annotations

import os
import stat

import pytest

from dashboard.errors import DisclosureError, PendingSource
from dashboard.frames.placing import new_file, new_folder

MARK = "# Made in a test"
NO_ROOM = r"^out: could not be written \(No space left on device\)\. What was there before"


def fill_folder(place, text="new"):
    with new_folder(place, MARK, {"README.md"}) as beside:
        assert list(beside.iterdir()) == []
        (beside / "README.md").write_text(text, encoding="utf-8")


def fill_file(file, content, stops=None):
    with new_file(file) as beside:
        beside.write_bytes(content)
        if stops is not None:
            raise stops


def lost(_handle):
    raise OSError


def last_good(place):
    place.mkdir()
    (place / "README.md").write_text(f"{MARK}\nlast good", encoding="utf-8")


def told(place):
    return (place / "README.md").read_text(encoding="utf-8").splitlines()[-1]


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_full_disk_leaves_the_last_good_folder_and_nothing_else(tmp_path, monkeypatch, fails_at):
    last_good(tmp_path / "out")
    real, calls = os.rename, []

    def rename(source, target):
        calls.append(target)
        if len(calls) == fails_at:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr("os.rename", rename)
    with pytest.raises(DisclosureError, match=NO_ROOM):
        fill_folder(tmp_path / "out")

    assert told(tmp_path / "out") == "last good"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_run_killed_between_two_names_is_put_right_by_the_next(tmp_path, monkeypatch):
    last_good(tmp_path / ".out.before")
    (tmp_path / ".out.new").mkdir()
    (tmp_path / ".out.new" / "forms.csv").write_text("half", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", lost)
        with pytest.raises(DisclosureError, match="OSError"):
            fill_folder(tmp_path / "out")

    assert told(tmp_path / "out") == "last good"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    fill_folder(tmp_path / "out", f"{MARK}\nnewer")
    assert told(tmp_path / "out") == "newer"


def test_two_runs_never_write_the_same_folder(tmp_path):
    with (
        new_folder(tmp_path / "out", MARK, set()),
        pytest.raises(PendingSource, match="out: another run is writing it"),
    ):
        fill_folder(tmp_path / "out")
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_two_runs_never_write_the_same_file(tmp_path):
    with (
        new_file(tmp_path / "out.xlsx"),
        pytest.raises(PendingSource, match=r"out\.xlsx: another run is writing it"),
    ):
        fill_file(tmp_path / "out.xlsx", b"second")
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_file_keeps_what_it_held_until_the_new_one_is_whole(tmp_path):
    file = tmp_path / "out.xlsx"
    fill_file(file, b"last good")
    with pytest.raises(RuntimeError, match="stopped"):
        fill_file(file, b"half", RuntimeError("stopped"))
    assert file.read_bytes() == b"last good"
    fill_file(file, b"new")

    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_place_that_is_not_there_is_told_by_its_own_name_only(tmp_path):
    with pytest.raises(DisclosureError, match=r"^x: could not be written") as caught:
        fill_file(tmp_path / "nowhere" / "x", b"")
    assert "nowhere" not in str(caught.value)


@pytest.mark.parametrize("readme", [None, b"# Another page", b"\xff"])
def test_a_folder_that_was_not_made_here_is_left_alone(tmp_path, readme):
    (tmp_path / "out").mkdir()
    name = "letter.txt" if readme is None else "README.md"
    (tmp_path / "out" / name).write_bytes(readme or b"keep")
    with pytest.raises(DisclosureError, match="out: expected a new or empty folder"):
        fill_folder(tmp_path / "out")
    assert (tmp_path / "out" / name).read_bytes() == (readme or b"keep")


def test_a_file_in_the_place_of_a_folder_is_left_alone(tmp_path):
    (tmp_path / "out").write_bytes(b"keep")
    with pytest.raises(DisclosureError, match="out: expected a new or empty folder"):
        fill_folder(tmp_path / "out")
