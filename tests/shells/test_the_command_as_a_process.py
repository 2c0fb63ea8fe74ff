"""What a person at a terminal, or a script, gets from the command itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import polars as pl
import pytest

import dashboard
from dashboard.domain.places import data_folder
from dashboard.store import open_source
from tests.shells.conftest import golden, process

COMMANDS = (
    *(
        "serve",
        "check",
        "map",
        "import",
        "query",
        "rules",
        "sample",
        "snapshot",
        "calibrate",
        "export",
    ),
    "doctor",
)


def test_the_version_is_that_of_the_package():
    assert process("--version").stdout.strip() == dashboard.__version__


def test_help_names_every_command():
    said = process("--help").stdout
    listed = {line.split()[1] for line in said.splitlines() if line.startswith("│ ")}
    assert {word for word in listed if word.isalpha()} >= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_ends_with_an_example(command):
    said = process(command, "--help")
    assert said.returncode == 0
    assert f"alliance {command}" in said.stdout.split("Example")[-1]


def test_a_sound_export_is_accounted_for_file_by_file(sound):
    run = process("check", sound)
    assert run.stdout == golden("check_sound.txt")
    assert run.returncode == 0


def test_a_faulty_export_shows_causes_before_what_hangs_on_them(faulty):
    run = process("check", faulty)
    assert run.stdout == golden("check_faulty.txt")
    assert run.returncode == 1


def test_a_machine_gets_every_set_aside_row(faulty):
    run = process("check", faulty, "--json")
    account = json.loads(run.stdout)
    assert (run.returncode, account["exit_code"]) == (1, 1)
    assert len(account["set_aside"]) == sum(file["set_aside_count"] for file in account["files"])
    assert account["set_aside"][0] == {
        "file": "sessions.csv",
        "row_no": 3,
        "table_name": "sessions",
        "column_name": "status",
        "rule": "not_in_list",
        "mend": "Column 'status' takes one of: held, cancelled, no_show.",
    }


@pytest.mark.parametrize("file_format", ["table", "csv", "json"])
def test_a_query_prints_the_known_rows(file_format):
    run = process(
        "query", "case_list", "--param", "family_ids=F-104,F-121", "--format", file_format
    )
    assert run.stdout == golden(f"query_case_list.{file_format}")
    assert run.returncode == 0


def test_parquet_on_standard_output_is_the_frame_of_the_query():
    run = process("query", "threat_spans", "--format", "parquet", text=False)
    with open_source(data_folder("sample_data")) as store:
        assert pl.read_parquet(io.BytesIO(run.stdout)).height == store.query("threat_spans").height


def test_a_failure_is_one_sentence_without_a_traceback():
    run = process("query", "case_lisst")
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith(
        "alliance: No query is named 'case_lisst'. Did you mean 'case_list'? Known queries: "
    )
    assert "Traceback" not in run.stderr


def test_a_reader_that_stops_early_is_no_failure_to_speak_of():
    command = f"{sys.executable} -m dashboard query alliance_cells --format csv | head -n 1"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert run.stdout.startswith("case_id,")
    assert "Traceback" not in run.stderr
    assert "BrokenPipe" not in run.stderr


def test_the_command_starts_without_the_heavy_libraries():
    program = (
        "import sys, dashboard.shells.command; "
        "print([name for name in ('panel', 'bokeh', 'holoviews', 'duckdb', 'polars', 'numpy') "
        "if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


HELP = "from dashboard.shells.command import main\ntry: main(['--help'])\nexcept SystemExit: pass"
RARELY_NEEDED = ("pandas", "scipy", "playwright", "pyreadstat", "xlsxwriter", "IPython", "pyarrow")


NOT_OF_A_PAGE = (
    *("dashboard.panels.snapshot", "dashboard.panels.still", "dashboard.panels.notebook"),
    *("dashboard.views.figure", "holoviews", "bokeh.plotting", "matplotlib", "PIL"),
)
"""What a page needs neither to be put together nor to be drawn: its figures are drawn already."""


BEGUN = """
import threading
from dashboard.domain.places import data_folder
from dashboard.shells.pictures import ServedPictures
from dashboard.store import open_source
pictures = ServedPictures(open_source(data_folder("sample_data"))).begin("en")
for thread in threading.enumerate():
    if thread.name == "first page":
        thread.join()
assert pictures("en").loaded
"""
"""What is begun in a thread while the server is imported: it may not import the same libraries."""


@pytest.mark.parametrize(
    ("start", "left_out"),
    [
        ("import dashboard", ("panel", "bokeh", "holoviews", "duckdb", "polars", "numpy", "rich")),
        (HELP, ("panel", "bokeh", "holoviews", "duckdb", "polars", "numpy")),
        ("import dashboard.frames", ("panel", "bokeh", "holoviews", "param")),
        (BEGUN, ("panel", "bokeh", "holoviews", "param", "tornado", "jinja2")),
        ("import dashboard.shells.serve", NOT_OF_A_PAGE),
    ],
    ids=["the package", "the help", "the frames", "the first page", "the server"],
)
def test_a_start_imports_nothing_that_its_first_answer_does_not_need(start, left_out):
    told = f"[name for name in {left_out + RARELY_NEEDED} if name in sys.modules]"
    program = f"{start}\nimport sys\nprint('loaded', {told})"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert run.stdout.splitlines()[-1] == "loaded []"
