"""A row of sums pasted below a table is set aside; what may be a code never is."""

from __future__ import annotations

import pytest

from dashboard.exports.mapping_sums import RULE
from dashboard.exports.reading import read_export
from tests.exports.test_drafting import read_by_draft, written

HEADER = "family,member,role,session,date,instrument,item_1,item_2,item_3,item_4"
ROWS = f"""\
{HEADER}
X1,mother,parent,1,2026-02-03,srs,8,9,8,9
X1,son,youth,1,2026-02-03,srs,4,5,3,4
"""


def read(tmp_path, *more):
    return read_export(written(tmp_path, "sheet.csv", ROWS + "".join(f"{row}\n" for row in more)))


def families(export):
    return export.tables["families"]["family_id"].to_list()


@pytest.mark.parametrize("word", ["Total", "TOTALT:", "Sum", "I alt"])
def test_a_row_of_sums_is_set_aside_with_its_reason(tmp_path, word):
    export = read(tmp_path, f"{word},,,,,,12,14,11,13")

    assert families(export) == ["X1"]
    assert export.set_aside.select("row_no", "column_name", "rule").rows() == [(4, "family", RULE)]
    assert export.files["set_aside_count"].to_list() == [1]


@pytest.mark.parametrize(
    "row",
    [
        "Total,mother,parent,1,2026-02-03,srs,8,9,8,9",
        "Sum,mother,parent,,,,,,,",
        "Total1,,,1,2026-02-03,srs,8,9,8,9",
        "Sumatra,,,1,,,,,,",
    ],
)
def test_a_code_that_is_like_a_word_for_a_sum_is_none_where_a_session_or_member_is_given(
    tmp_path, row
):
    export = read(tmp_path, row)

    assert RULE not in export.set_aside["rule"].to_list()


def test_a_family_that_has_sessions_under_such_a_code_keeps_its_other_rows(tmp_path):
    export = read(
        tmp_path, "Total,mother,parent,1,2026-02-03,srs,8,9,8,9", "Total,,,,,,,,,"
    )  # fmt: skip

    assert families(export) == ["Total", "X1"]
    assert RULE not in export.set_aside["rule"].to_list()


def test_a_list_of_families_without_sessions_keeps_every_code(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    written(folder, "families.csv", "family_id,therapist\nF1,T1\nTotal,T2\n")
    written(folder, "forms.csv", "family_id,session,member,total\nF1,1,ann,30\n")
    _, export = read_by_draft(tmp_path, folder)

    assert families(export) == ["F1", "Total"]


def test_a_sheet_read_by_a_draft_has_no_family_of_sums(tmp_path):
    text = "Familie;Rolle;Time;Total\nF1;Mor;1;30\nF1;Far;1;31\nSum;;;61\n"
    _, export = read_by_draft(tmp_path, written(tmp_path, "ark.csv", text))

    assert families(export) == ["F1"]
    assert export.set_aside["rule"].to_list() == [RULE]
