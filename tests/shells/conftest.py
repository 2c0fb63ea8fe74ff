"""The command as a process of its own and in this one, with exports sound and faulty."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.exports.sample import write_sample
from dashboard.shells.command import main
from tests.support.rich_service import rich_service
from tests.support.served import served as served_board

GOLDEN = Path(__file__).with_name("golden")


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The sentence a failure says."""
        return next(line for line in self.err.splitlines() if line.startswith("alliance: "))


@pytest.fixture
def alliance(capfdbinary):
    """Run the command in this process."""

    def run(*arguments: object) -> Ran:
        capfdbinary.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(errors="replace"), err.decode())

    return run


def process(*arguments: object, text: bool = True) -> subprocess.CompletedProcess:
    """Run ``python -m dashboard`` as a person would."""
    command = [sys.executable, "-m", "dashboard", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=text, check=False)


def golden(name: str) -> str:
    """Return what a command is known to print."""
    return (GOLDEN / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """A sound export of four families, in a folder called ``sound``."""
    folder = tmp_path_factory.mktemp("exports") / "sound"
    write_sample(folder, families=4)
    return folder


@pytest.fixture
def faulty(tmp_path):
    """The same export without its manifest and with three faults: a word, a value, an id."""
    folder = tmp_path / "faulty"
    write_sample(folder, families=4)
    (folder / "manifest.json").unlink()
    replace(folder / "sessions.csv", 3, "held", "hold")
    replace(folder / "item_scores.csv", 5, "10.0", "11.0")
    replace(folder / "item_scores.csv", 9, "R-101", "R-901")
    return folder


def replace(file, row_no, before, after):
    """Change one word in one row; the header is row 1."""
    lines = file.read_text().splitlines()
    assert before in lines[row_no - 1]
    lines[row_no - 1] = lines[row_no - 1].replace(before, after)
    file.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A served board of a service with some of everything."""
    with (
        rich_service().open(tmp_path_factory.mktemp("board") / "store") as store,
        served_board(store) as running,
    ):
        yield running
