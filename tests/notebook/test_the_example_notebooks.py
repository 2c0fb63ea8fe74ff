"""The example notebooks run from end to end, hold no output, and carry nothing they may not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.repository import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "docs" / "notebooks"
NAMES = ["figure_for_a_paper", "first_look", "your_own_question"]
PATIENCE_SECONDS = 600
DRAWN = "application/vnd.holoviews_exec.v0+json"


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def run(name: str, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a kernel of its own, in an empty folder."""
    notebook = read(name)
    environment = {"resources": {"metadata": {"path": str(folder)}}}
    NotebookClient(
        notebook, timeout=PATIENCE_SECONDS, kernel_name="python3", **environment
    ).execute()
    return notebook


def said(notebook: nbformat.NotebookNode) -> str:
    """Return everything the cells said as plain text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.output_type == "error"] == []
    told = [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs
    ]
    assert not [text for text in told if "Warning" in text], told
    return "\n".join(told)


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")


def test_there_are_three_and_each_is_tested():
    assert sorted(file.stem for file in FOLDER.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_outputs_and_says_that_its_people_are_invented(name):
    notebook, text = read(name), (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert {cell.execution_count for cell in code} == {None}
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "**invented**" in notebook.cells[0].source
    assert json.loads(text)["nbformat_minor"] == 5
    for link in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (FOLDER / link).exists()


def test_the_first_look_shows_agenda_board_heatmap_and_trajectories(tmp_path):
    notebook = run("first_look", tmp_path)
    text = said(notebook)

    assert "Possible rupture" in text
    drawn = [
        cell
        for cell in notebook.cells
        if any(DRAWN in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    assert len(drawn) == len(["board", "heatmap", "trajectories"])
    assert "declined" in text
    assert list(tmp_path.iterdir()) == []


def test_a_question_has_one_answer_in_sql_and_in_polars(tmp_path):
    text = said(run("your_own_question", tmp_path))

    assert text.count("not_said") == len(["polars", "sql"])
    assert text.splitlines()[-1] == "True"
    assert list(tmp_path.iterdir()) == []


def test_a_figure_comes_with_a_caption_of_n_coverage_and_rules_and_no_id(tmp_path):
    text = said(run("figure_for_a_paper", tmp_path))
    drawing = (tmp_path / "alliance_by_session.svg").read_text(encoding="utf-8")

    assert (tmp_path / "alliance_by_session.pdf").read_bytes().startswith(b"%PDF")
    assert ">session (invented sample data)</text>" in drawing
    assert {"#0072b2", "#d55e00"} <= set(re.findall(r"#[0-9a-f]{6}", drawing))
    caption = next(line for line in text.splitlines() if line.startswith("SRS total"))
    assert re.search(r"\d+ members of \d+ cases", caption)
    assert re.search(r"\d+ of \d+ expected forms of these sessions exist \(\d+%\)", caption)
    assert "Rules 1.0, Alliance Board" in caption
    assert not re.search(r"\b[FMCT]-[0-9]{3}", text + drawing)
