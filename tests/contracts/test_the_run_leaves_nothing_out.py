"""The suite's own rule: what was not run is said loudly, and in CI it is a failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.outside import OutsideRequests, is_outside
from tests.support.repository import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

TWO_TESTS = """
import pytest

@pytest.mark.real_data
def test_that_reads_real_files():
    assert True

def test_that_needs_nothing():
    assert True
"""
ONE_BY_FIXTURE = """
def test_that_asks_for_a_browser(chromium):
    assert chromium

def test_that_needs_nothing():
    assert True
"""
ONE_SKIPPED = """
import pytest

def test_that_gives_up():
    pytest.skip("no reason at all")

def test_that_needs_nothing():
    assert True
"""


def run_suite(folder: Path, suite: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_drawn.py").write_text(suite)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    real_data\n    browser\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.means", "-q", str(folder)]
    inherited = {key: value for key, value in os.environ.items() if key != "CI"}
    settings = {
        "PYTHONPATH": str(REPOSITORY),
        "COLUMNS": "120",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    return subprocess.run(
        command,
        env=inherited | settings | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("suite", "variable", "said"),
    [
        (TWO_TESTS, "ALLIANCE_REAL_DATA", "1 tests were NOT run, marker 'real_data'"),
        (ONE_BY_FIXTURE, "ALLIANCE_CHROMIUM", "1 tests were NOT run, marker 'browser'"),
    ],
)
def test_a_missing_means_is_said_on_a_laptop_and_fails_in_ci(tmp_path, suite, variable, said):
    missing = {variable: str(tmp_path / "nowhere")}

    laptop = run_suite(tmp_path, suite, **missing)
    ci = run_suite(tmp_path, suite, CI="true", **missing)

    assert (laptop.returncode, ci.returncode) == (0, 1), laptop.stdout + ci.stdout
    assert said in laptop.stdout
    assert "1 passed, 1 deselected" in laptop.stdout
    assert "CI=true: a run that leaves tests out fails." in ci.stdout


def test_a_skipped_test_is_said_on_a_laptop_and_fails_in_ci(tmp_path):
    laptop = run_suite(tmp_path, ONE_SKIPPED)
    ci = run_suite(tmp_path, ONE_SKIPPED, CI="true")

    assert (laptop.returncode, ci.returncode) == (0, 1), laptop.stdout + ci.stdout
    assert "1 tests were SKIPPED" in laptop.stdout


def test_a_complete_run_passes_in_ci_and_says_nothing(tmp_path):
    (tmp_path / "real").mkdir()

    ci = run_suite(tmp_path, TWO_TESTS, CI="true", ALLIANCE_REAL_DATA=str(tmp_path / "real"))

    assert ci.returncode == 0, ci.stdout
    assert "LEFT OUT" not in ci.stdout


def test_a_run_by_a_chosen_marker_is_no_omission(tmp_path):
    suite = TWO_TESTS.replace("real_data", "browser")
    (tmp_path / "chromium").touch()
    program = str(tmp_path / "chromium")

    ci = run_suite(tmp_path, suite, CI="true", ALLIANCE_CHROMIUM=program, PYTEST_ADDOPTS="-k needs")

    assert ci.returncode == 0, ci.stdout
    assert "1 passed, 1 deselected" in ci.stdout


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://127.0.0.1:5006/", False),
        ("ws://127.0.0.1:5006/ws", False),
        ("data:image/png;base64,AA==", False),
        ("blob:http://127.0.0.1:5006/1", False),
        ("about:blank", False),
        ("http://localhost:5006/", True),
        ("https://fonts.example/a.woff2", True),
        ("wss://relay.example/ws", True),
        ("http://127.0.0.1.example/", True),
    ],
)
def test_only_the_loopback_address_is_inside(url, outside):
    assert is_outside(url) is outside


@pytest.mark.browser
def test_a_page_that_asks_another_host_is_caught(browser):
    requests = OutsideRequests()
    opened = browser.new_page()
    requests.watch(opened)
    opened.set_content("<img src='http://elsewhere.example/a.png' alt=''>")
    opened.wait_for_function("document.images[0].complete")
    opened.close()

    with pytest.raises(AssertionError, match=re.escape("http://elsewhere.example/a.png")):
        requests.require_none()


@pytest.mark.browser
def test_a_page_of_its_own_words_asks_nobody(page: Page, no_outside_requests: OutsideRequests):
    page.set_content("<h1>Alliance</h1>")

    assert page.inner_text("h1") == "Alliance"
    assert no_outside_requests.urls == []


def test_no_test_touches_the_stores_of_the_person_at_work(alliance_home):
    assert os.environ["ALLIANCE_HOME"] == str(alliance_home)
    assert alliance_home.is_dir()
