"""A wheel, an editable install and a plain checkout: each finds its queries and its sample.

Every environment here sees the libraries of the one that runs the tests, but not its copy of the
board: what is found is what was installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.repository import REPOSITORY

WAYS = ["wheel", "editable", "checkout"]
FOLDERS = ("queries", "sample_data")
WHERE = """
import json
import dashboard
from dashboard.domain.places import data_folder
folders = {name: str(data_folder(name).resolve()) for name in ("queries", "sample_data")}
print(json.dumps({"package": dashboard.__file__, **folders}))
"""
QUERY = """
from dashboard.domain.places import data_folder
from dashboard.store import open_source
store = open_source(data_folder("sample_data"))
print(store.query("coverage_total")["family_count"].item())
store.close()
"""


SPEAK = """
from dashboard.views.language import language, languages
print(*languages(), language("nb")("Families"))
"""


@dataclass(frozen=True)
class Installation:
    """A Python that has the board in one way, and the folder it is started in."""

    python: Path
    folder: Path
    expected_package: Path

    def run(self, *arguments: str) -> str:
        """Run this Python with warnings as errors and return what it prints."""
        command = [str(self.python), "-W", "error", *arguments]
        return printed(command, self.folder)

    def alliance(self, *arguments: str) -> str:
        """Run the command of this installation."""
        return printed([str(self.python.with_name("alliance")), *arguments], self.folder)


def printed(command: list[str], folder: Path) -> str:
    clean = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def bare_environment(folder: Path) -> Path:
    """Return the Python of a new environment that sees the libraries of this one."""
    printed([sys.executable, "-m", "venv", "--without-pip", str(folder)], REPOSITORY)
    (libraries,) = folder.glob("lib/python*/site-packages")
    outer = [place for place in sys.path if Path(place).name in {"site-packages", "dist-packages"}]
    (libraries / "libraries.pth").write_text("\n".join(outer) + "\n")
    return folder / "bin" / "python"


def install(python: Path, *what: str) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    printed([*command, "--no-deps", "--no-index", "--no-build-isolation", *what], REPOSITORY)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    printed(command, REPOSITORY)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installations(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Installation]:
    """The board, installed in each of the three ways."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    pythons = {way: bare_environment(tmp_path_factory.mktemp("venvs") / way) for way in WAYS}
    install(pythons["wheel"], str(wheel))
    install(pythons["editable"], "--editable", str(REPOSITORY))
    (libraries,) = pythons["wheel"].parents[1].glob("lib/python*/site-packages")
    return {
        "wheel": Installation(pythons["wheel"], elsewhere, libraries),
        "editable": Installation(pythons["editable"], elsewhere, REPOSITORY),
        "checkout": Installation(pythons["checkout"], REPOSITORY, REPOSITORY),
    }


def files_under(folder: Path) -> set[str]:
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


@pytest.mark.parametrize("name", FOLDERS)
def test_the_wheel_holds_every_file_of_the_queries_and_the_sample(wheel, name):
    packed = f"dashboard/_data/{name}/"
    held = {
        entry.removeprefix(packed)
        for entry in zipfile.ZipFile(wheel).namelist()
        if entry.startswith(packed)
    }

    assert held == files_under(REPOSITORY / name)
    assert held


def test_the_wheel_holds_what_a_page_loads_and_the_words_of_the_field(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    assets = {
        f"dashboard/panels/assets/{file}"
        for file in files_under(REPOSITORY / "dashboard" / "panels" / "assets")
    }

    assert len(assets) > 3
    assert assets <= held
    assert "dashboard/domain/instruments.toml" in held


def test_the_wheel_holds_the_sentences_of_every_language(wheel):
    sentences = REPOSITORY / "dashboard" / "views" / "locale"
    catalogues = {f"dashboard/views/locale/{name}" for name in files_under(sentences)}

    assert "dashboard/views/locale/nb/LC_MESSAGES/board.po" in catalogues
    assert catalogues <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_nothing_but_the_board_and_its_licences(wheel):
    tops = {entry.partition("/")[0] for entry in zipfile.ZipFile(wheel).namelist()}
    licences = {Path(entry).name for entry in zipfile.ZipFile(wheel).namelist()}

    assert len(tops) == 2
    assert "dashboard" in tops
    assert {"LICENSE", "NOTICE"} <= licences


@pytest.mark.parametrize("way", WAYS)
def test_the_queries_and_the_sample_are_found(installations, way):
    installation = installations[way]

    found = {name: Path(place) for name, place in json.loads(installation.run("-c", WHERE)).items()}

    assert found["package"].is_relative_to(installation.expected_package)
    for name in FOLDERS:
        assert found[name].is_relative_to(installation.expected_package)
        assert files_under(found[name]) == files_under(REPOSITORY / name)


@pytest.mark.parametrize("way", WAYS)
def test_a_query_over_the_sample_runs(installations, way):
    assert installations[way].run("-c", QUERY).strip() == "60"


@pytest.mark.parametrize("way", WAYS)
def test_norwegian_is_spoken(installations, way):
    said = installations[way].run("-c", SPEAK)

    assert said.split() == ["en", "nb", "Familier"]


@pytest.mark.parametrize("way", ["wheel", "editable"])
def test_the_command_is_there(installations, way):
    assert "serve" in installations[way].alliance("--help")


@pytest.mark.parametrize("way", WAYS)
def test_the_package_runs_as_the_command(installations, way):
    assert "serve" in installations[way].run("-m", "dashboard", "--help")
