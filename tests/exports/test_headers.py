"""Headers that are not there, stand elsewhere, or hold names of the board's own."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.reading import read_export
from tests.exports.practice import practice
from tests.exports.support import SOUND, export_with

HEADLESS = "\n".join((SOUND / "item_scores.csv").read_text().splitlines()[1:]) + "\n"


def refusal(source):
    with pytest.raises(SourceError) as raised:
        read_export(source)
    assert not isinstance(raised.value, PendingSource)
    return str(raised.value)


def test_a_file_without_a_header_is_refused_without_a_word_of_its_first_row(tmp_path):
    source = export_with(tmp_path / "export", item_scores="R1,8.5,8.5\nR1,2,7.5\n")
    assert refusal(source) == (
        "item_scores.csv: row 1 holds none of the columns expected there "
        "(form_id, item_no, value). Write the header as row 1."
    )


def test_a_name_that_stands_twice_is_told_by_its_numbers_unless_the_format_knows_it(tmp_path):
    head = "family_id,Ann Example,Ann Example\nF1,a,b\n"
    words = refusal(export_with(tmp_path / "one", families=head))
    assert "columns 2 and 3" in words
    assert "Ann" not in words
    head = "family_id,label,label\nF1,a,b\n"
    assert "names column 'label' twice" in refusal(export_with(tmp_path / "two", families=head))


@pytest.mark.parametrize(
    "name", ["row_no", "__row", "__id", "__file", "__cell", "__column_2", "*", "^.*$"]
)
def test_a_column_named_like_one_of_the_board_is_an_ordinary_unknown_column(name, tmp_path):
    families = (SOUND / "families.csv").read_text().splitlines()
    lines = [f"{families[0]},{name}", *[f"{line},5" for line in families[1:]]]
    source = export_with(tmp_path / "export", families="\n".join(lines) + "\n")
    for export in (read_export(source), read_export(as_parquet(source))):
        assert export.tables["families"].height == 2
        assert export.notices.select("table_name", "column_name", "rule").rows() == [
            ("families", name, "unknown_column")
        ]


def as_parquet(source):
    families = pl.read_csv(source / "families.csv")
    families.write_parquet(source / "families.parquet")
    (source / "families.csv").unlink()
    return source


@pytest.mark.parametrize("name", ["row_no", "__row", "__id", "__cell", "__order", "*", "^q.$"])
def test_a_mapping_passes_over_a_column_named_like_one_of_the_board(name, tmp_path):
    visits = f"case,nr,date,q1,q2,{name}\nA,1,03/02/2026,8.5,9,5\n"
    export = read_export(practice(tmp_path, visits=visits))
    assert export.tables["item_scores"].height == 2
    unused = export.notices.filter(pl.col("rule") == "column_not_used")
    assert unused["column_name"].to_list() == [name]


def test_a_column_the_mapping_misses_is_told_without_the_names_the_file_holds(tmp_path):
    words = refusal(practice(tmp_path, visits="A,1,03/02/2026,8.5,9.5\n"))
    assert "has no column 'case'" in words
    assert "8.5" not in words
    words = refusal(practice(tmp_path, visits="case,number,date,8.5,9\nA,1,03/02/2026,8,9\n"))
    assert "'nr'" in words
    assert "case, date" in words
    assert "8.5" not in words


def test_wide_columns_the_mapping_misses_are_told_without_the_names_the_file_holds(tmp_path):
    words = refusal(practice(tmp_path, visits="case,nr,date,Ann,8.5\nA,1,03/02/2026,8,9\n"))
    assert "unpivot.pattern: no column of file 'visits' has such a name" in words
    assert "Ann" not in words


def test_an_empty_table_is_said_to_be_empty(tmp_path):
    words = refusal(export_with(tmp_path / "export", therapists=""))
    assert words == "therapists.csv: the file is empty; expected a header and rows. Export it anew."


def test_a_header_beyond_the_end_of_the_file_is_refused(tmp_path):
    source = practice(tmp_path)
    text = (source / "mapping.toml").read_text()
    text = text.replace('date_order = "dmy"', 'date_order = "dmy"\nheader_rows = 9')
    (source / "mapping.toml").write_text(text)
    assert refusal(source) == (
        "visits.csv: expected a header in rows 1 to 9; the file ends before its header does."
    )


def test_the_one_column_of_a_table_with_another_separator_is_told_by_that_separator(tmp_path):
    words = refusal(export_with(tmp_path / "export", families="family_id;label\nF1;\nF2;\n"))
    assert "its separator seems to be the semicolon" in words
