"""The front door and the rules of the house: what is public, what is promised, what is measured."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys
import tomllib

import pytest

import dashboard
from dashboard import errors
from tests.support.repository import REPOSITORY, place

SETTLED_BARS = {"everything": 95, "domain": 100, "exports": 100, "store": 100}
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def settings() -> dict[str, dict]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


def test_the_package_offers_exactly_its_stable_names():
    assert dashboard.__all__ == ["Board", "Selection", "__version__"]
    assert dir(dashboard) == sorted(dashboard.__all__)


def test_every_offered_name_can_be_had():
    assert inspect.isclass(dashboard.Board)
    assert inspect.isclass(dashboard.Selection)


def test_a_name_that_is_not_offered_is_refused_in_words():
    with pytest.raises(AttributeError, match="module 'dashboard' has no attribute 'Boards'"):
        _ = dashboard.Boards


def test_the_front_door_loads_no_user_interface():
    snippet = "import sys, dashboard; print('panel' in sys.modules or 'bokeh' in sys.modules)"
    command = [sys.executable, "-c", snippet]

    loaded = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "False"


def test_pyarrow_is_absent_because_its_presence_changes_behaviour():
    assert importlib.util.find_spec("pyarrow") is None


def test_the_version_is_the_same_everywhere():
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    released = re.findall(r"^## \[(\d[^\]]*)\]", changelog, flags=re.MULTILINE)

    assert dashboard.__version__ == settings()["project"]["version"]
    assert "## [Unreleased]" in changelog
    assert not released or released[0] == dashboard.__version__


def drawn_tree(docstring: str) -> dict[str, str]:
    """Return parent by child as the docstring of the errors draws them."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in docstring.splitlines():
        drawn = re.match(r"([│├└─ ]*)([A-Z]\w+) {2,}\S", line)
        if drawn:
            depth = len(drawn[1]) // 4
            above[depth:] = [drawn[2]]
            if depth:
                parents[drawn[2]] = above[depth - 1]
    return parents


def test_the_tree_of_errors_is_drawn_as_it_is():
    classes = dict(inspect.getmembers(errors, inspect.isclass))
    parents = {name: kind.__base__.__name__ for name, kind in classes.items()}
    root = parents.pop("AllianceError")

    assert root == "Exception"
    assert drawn_tree(errors.__doc__) == parents


def test_a_source_that_is_still_written_has_an_exit_code_of_its_own():
    assert errors.PendingSource.exit_code == 3
    assert {errors.SourceError.exit_code, errors.StoreError.exit_code} == {2}


@pytest.mark.parametrize("name", SETTLED_BARS)
def test_a_lowered_coverage_bar_gives_its_reason(name):
    bar = settings()["tool"]["alliance"]["coverage"][name]

    assert bar["bar"] >= SETTLED_BARS[name] or len(bar.get("reason", "")) > 20


def test_every_page_of_the_documentation_is_in_its_index():
    index = REPOSITORY / "docs" / "README.md"
    pages = {file.relative_to(index.parent).as_posix() for file in index.parent.rglob("*.md")}

    assert pages - {"README.md"} <= set(LINK.findall(index.read_text()))


def test_every_link_between_pages_leads_somewhere():
    pages = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    links = [(page, target) for page in pages for target in LINK.findall(page.read_text())]

    dead = [f"{place(page)}: {to}" for page, to in links if not (page.parent / to).exists()]

    assert links
    assert dead == []


def test_the_lint_command_runs_every_tool_of_the_house():
    script = (REPOSITORY / ".ci" / "lint").read_text()
    run = re.findall(r"^check '[^']+' (\S+)", script, flags=re.MULTILINE)

    assert run == ["ruff", "ruff", "mypy", "lint-imports", "sqlfluff", "codespell", "deptry"]
    assert ".ci/lint" in (REPOSITORY / ".ci" / "run").read_text()
