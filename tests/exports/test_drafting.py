"""A drafted mapping can be read as it is, says why it guesses, and leaves the rest to a person."""

from __future__ import annotations

from contextlib import suppress

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import AllianceError, SourceError
from dashboard.exports.drafting import draft_mapping
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.reading import read_export

SHEET = """\
Family;Role;Session;Session date;Therapist;Relationship;Goals and topics;Approach or method;Overall
F01;Mother;1;2026-01-05;T1;8,5;9;8;9
F01;Father;1;2026-01-05;T1;7;7;6;7
F01;Son;2;2026-01-12;T1;5;4;6;5
F02;Mother;1;2026-01-06;T2;9;8;9;9
"""


def written(tmp_path, name: str, text: str):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def read_by_draft(tmp_path, file):
    draft = draft_mapping(file)
    mapping = tmp_path / "drafted.toml"
    mapping.write_text(draft.text, encoding="utf-8")
    return draft, read_export(file, mapping=mapping)


def test_a_sheet_with_plain_names_is_read_by_its_draft_without_a_correction(tmp_path):
    file = written(tmp_path, "sheet.csv", SHEET)
    draft, export = read_by_draft(tmp_path, file)

    assert export.set_aside.is_empty()
    assert draft.missing == ()
    assert export.tables["members"].select("member_id", "role").rows() == [
        ("F01-Father", "parent"),
        ("F01-Mother", "parent"),
        ("F01-Son", "child"),
        ("F02-Mother", "parent"),
    ]
    assert export.tables["sessions"].height == 3
    assert export.tables["item_scores"].height == 4 * 4
    assert export.tables["item_scores"]["value"].max() == 9.0


def test_the_preview_shows_the_first_rows_as_understood(tmp_path):
    draft = draft_mapping(written(tmp_path, "sheet.csv", SHEET))

    assert draft.preview.height == 4
    assert draft.preview.columns[0] == "Family"


def test_a_word_that_is_no_role_is_left_to_a_person_and_its_row_set_aside(tmp_path):
    file = written(tmp_path, "sheet.csv", SHEET + "F02;Lodger;1;2026-01-06;T2;9;8;9;9\n")
    draft, export = read_by_draft(tmp_path, file)

    assert draft.missing == ("1 words of the role column are no role: add them to [map.roles]",)
    assert "Lodger" not in draft.text
    assert export.set_aside.filter(pl.col("rule") == "word_not_in_map")["row_no"].to_list() == [6]


def test_sessions_without_a_number_are_counted_by_their_day(tmp_path):
    text = "family_id,date,total\nF1,2026-01-05,30\nF1,2026-02-05,32\n"
    _, export = read_by_draft(tmp_path, written(tmp_path, "days.csv", text))

    assert export.tables["sessions"].select("session_no", "held_on").rows()[1][0] == 2
    assert export.tables["ratings"]["score"].to_list() == [30.0, 32.0]
    assert export.tables["forms"]["components_source"].unique().to_list() == ["total_split"]


def test_numbered_columns_are_offered_as_items_of_a_form_a_person_names(tmp_path):
    names = ",".join(f"wai_{number}" for number in range(1, 13))
    row = ",".join(["3"] * 12)
    text = f"case_id,session,{names}\nC1,1,{row}\n"
    draft = draft_mapping(written(tmp_path, "wai.csv", text))

    assert "'wai_1' to 'wai_12'" in " ".join(draft.guessed)
    assert any(line.startswith("which form") for line in draft.missing)
    assert '"wai_12" = 12' in draft.text


def test_what_is_not_found_is_said(tmp_path):
    draft = draft_mapping(written(tmp_path, "odd.csv", "colour,shape\nred,round\n"))

    assert len(draft.missing) == 4
    assert "FAMILY_COLUMN" in draft.text


@pytest.mark.parametrize("names", [(), ("a.csv", "b.csv")])
def test_a_mapping_is_drafted_for_one_table_at_a_time(tmp_path, names):
    folder = tmp_path / "export"
    folder.mkdir()
    for name in names:
        written(folder, name, "a,b\n1,2\n")

    with pytest.raises(SourceError):
        draft_mapping(folder)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=12) | (
    st.sampled_from(["family", "{family}", 'ro"le', "Session", "date", "total", "case id"])
)


@given(header=st.lists(CELLS, min_size=1, max_size=5), row=st.lists(CELLS, max_size=5))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_table_is_drafted_or_refused_with_a_reason(tmp_path, header, row):
    def line(cells):
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    cells = (row + [""] * len(header))[: len(header)]
    file = written(tmp_path, "any.csv", f"{line(header)}\n{line(cells)}\n")
    with suppress(AllianceError):
        draft = draft_mapping(file)
        assert list(parse_mapping("draft", draft.text.encode()).files) == ["table"]
