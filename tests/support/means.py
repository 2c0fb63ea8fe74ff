"""What some tests need beyond Python: real export files and a Chromium.

A test says so by its marker (``real_data``, ``browser``) or by asking for the fixture. Where the
means is missing the test is deselected and the last lines of the run say it loudly. Under
``CI=true`` nothing may be missing and nothing may be skipped: the run fails.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.repository import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Means:
    """Something outside Python that a test may need."""

    marker: str
    fixtures: frozenset[str]
    find: Callable[[], Path | None]
    advice: str

    def is_needed_by(self, item: pytest.Item) -> bool:
        """Return whether a test is marked for this means or asks for one of its fixtures."""
        asked_for = self.fixtures.intersection(getattr(item, "fixturenames", ()))
        return bool(asked_for) or item.get_closest_marker(self.marker) is not None


def find_real_data() -> Path | None:
    """Return the folder of real export files, or none where this machine has no such folder."""
    named = os.environ.get("ALLIANCE_REAL_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "real_data"
    return folder.resolve() if folder.is_dir() else None


def find_chromium() -> Path | None:
    """Return the Chromium named by ALLIANCE_CHROMIUM, else one on the PATH, else none."""
    named = os.environ.get("ALLIANCE_CHROMIUM")
    places = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES]
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


EVERY_MEANS = (
    Means(
        marker="real_data",
        fixtures=frozenset({"real_data"}),
        find=find_real_data,
        advice="set ALLIANCE_REAL_DATA to a folder of real export files",
    ),
    Means(
        marker="browser",
        fixtures=frozenset({"chromium", "browser", "page"}),
        find=find_chromium,
        advice="install chromium, or set ALLIANCE_CHROMIUM to its program file",
    ),
)

_missing = pytest.StashKey[dict[str, int]]()


def pytest_configure(config: pytest.Config) -> None:
    """Start a run with nothing missing."""
    config.stash[_missing] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests whose means is missing, and remember how many."""
    for means in EVERY_MEANS:
        needing = [item for item in items if means.is_needed_by(item)]
        if needing and means.find() is None:
            config.hook.pytest_deselected(items=needing)
            items[:] = [item for item in items if item not in needing]
            line = f"marker '{means.marker}': {means.advice}"
            config.stash[_missing][line] = len(needing)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in CI that left something out."""
    if _in_ci() and _left_out(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out, and that this is a failure in CI."""
    left_out = _left_out(config)
    if not left_out:
        return
    terminalreporter.section("LEFT OUT", sep="!", red=True, bold=True)
    for line in left_out:
        terminalreporter.write_line(line, red=True)
    if _in_ci():
        terminalreporter.write_line("CI=true: a run that leaves tests out fails.", red=True)


def _left_out(config: pytest.Config) -> list[str]:
    missing = config.stash[_missing]
    lines = [f"{count} tests were NOT run, {reason}" for reason, count in missing.items()]
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    return [*lines, f"{skipped} tests were SKIPPED"] if skipped else lines


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of export files that nobody here wrote; read only."""
    folder = find_real_data()
    assert folder is not None
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The program file of a Chromium."""
    program = find_chromium()
    assert program is not None
    return program
