"""Sessions with simulated clients: files that nobody here wrote, through the worked example."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from dashboard.exports.reading import read_export

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "simulated_wai_srs"
ANSWERS = ["Never", "Rarely", "Occasionally", "Sometimes", "Often", "Very Often", "Always"]


@pytest.fixture(scope="module")
def export(real_data):
    return read_export(
        real_data / "simulated_wai_srs",
        mapping=EXAMPLE / "mapping.toml",
        instruments=EXAMPLE / "instruments.toml",
    )


@pytest.mark.real_data
def test_every_pairing_is_a_case_and_every_surveyed_session_has_both_forms(export):
    heights = {name: rows.height for name, rows in export.tables.items() if rows.height}
    assert heights == {
        "therapists": 6,
        "families": 180,
        "cases": 180,
        "case_therapists": 180,
        "members": 180,
        "sessions": 277,
        "forms": 554,
        "item_scores": 277 * (36 + 4),
    }
    assert export.set_aside.is_empty()
    assert export.facts.note == "simulated clients"
    sessions = export.tables["sessions"]
    assert sessions["case_id"].n_unique() == 180 - 30
    assert sessions["held_on"].null_count() == 277


@pytest.mark.real_data
def test_case_and_session_keep_the_ids_of_the_files(export, real_data):
    with (real_data / "simulated_wai_srs" / "survey_wai_logs.csv").open(newline="") as file:
        surveyed = sorted(
            (row["pairing_id"], int(row["session_id"])) for row in csv.DictReader(file)
        )
    assert sorted(export.tables["sessions"].select("case_id", "session_no").rows()) == surveyed


@pytest.mark.real_data
def test_every_answer_word_is_its_number_and_every_line_its_score(export, real_data):
    folder = real_data / "simulated_wai_srs"
    expected = {}
    with (folder / "survey_wai_logs.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            form = f"{row['pairing_id']}-{row['session_id']}-wai"
            for number in range(1, 37):
                expected[form, number] = float(ANSWERS.index(row[f"question{number}"]) + 1)
    with (folder / "survey_srs_logs.csv").open(newline="") as file:
        lines = ("relationship", "goals_and_topics", "approach_or_method", "overall")
        for row in csv.DictReader(file):
            form = f"{row['pairing_id']}-{row['session_id']}-srs"
            for number, line in enumerate(lines, start=1):
                expected[form, number] = float(row[line])
    items = export.tables["item_scores"]
    found = {(form, number): value for form, number, value in items.rows()}
    assert found == expected


@pytest.mark.real_data
def test_four_equal_lines_below_the_maximum_are_noted_as_not_interpretable(export):
    equal = (
        export.tables["item_scores"]
        .filter(pl.col("form_id").str.ends_with("-srs"))
        .group_by("form_id")
        .agg(pl.col("value").n_unique().alias("values"), pl.col("value").first())
        .filter(pl.col("values") == 1, pl.col("value") < 10)
    )
    notes = export.notices.filter(pl.col("rule") == "components_not_interpretable")
    assert notes.height == equal.height > 0


def test_the_service_key_uses_each_item_once_and_its_own_reversals():
    from dashboard.domain.instruments import load_registry  # noqa: PLC0415

    service = load_registry(EXAMPLE / "instruments.toml")["wai_36_service"]
    parts = [service.scale(name) for name in ("bond", "goals", "tasks")]
    assert sorted(item for part in parts for item in part.items) == list(range(1, 37))
    total = service.scale("total")
    assert set(total.reversed_items) == {item for part in parts for item in part.reversed_items}
    assert (total.minimum, total.maximum) == (36.0, 252.0)
