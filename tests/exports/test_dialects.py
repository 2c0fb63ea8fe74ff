"""Encodings, separators, quotes, line ends, titles and names: found, shown, and correctable."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm, found_encoding
from dashboard.exports.files import export_files
from dashboard.exports.headers import ROW
from dashboard.exports.input_files import read_input
from dashboard.exports.mapping_model import FileSpec
from dashboard.exports.reading import read_export
from dashboard.exports.report import report_json, report_text
from dashboard.exports.text_tables import read_text_table
from tests.exports.practice import PRACTICE, practice, table

OPEN = TextForm(
    separator=None, skip_rows=None, quote=None, is_forgiving=True, needs_final_newline=False
)
SHAPES = {
    "csv-spectrum/csvs/comma_in_quotes.csv": (1, 5),
    "csv-spectrum/csvs/empty.csv": (2, 3),
    "csv-spectrum/csvs/empty_crlf.csv": (2, 3),
    "csv-spectrum/csvs/escaped_quotes.csv": (2, 2),
    "csv-spectrum/csvs/json.csv": (1, 2),
    "csv-spectrum/csvs/location_coordinates.csv": (1, 4),
    "csv-spectrum/csvs/newlines.csv": (3, 3),
    "csv-spectrum/csvs/newlines_crlf.csv": (3, 3),
    "csv-spectrum/csvs/quotes_and_newlines.csv": (2, 2),
    "csv-spectrum/csvs/simple.csv": (1, 3),
    "csv-spectrum/csvs/simple_crlf.csv": (1, 3),
    "csv-spectrum/csvs/utf8.csv": (2, 3),
    "csvkit/bad.csv": (3, 3),
    "csvkit/bad_skip_lines.csv": (3, 3),
    "csvkit/blanks.csv": (1, 6),
    "csvkit/date_like_number.csv": (1, 1),
    "csvkit/mac_newlines.csv": (2, 3),
    "csvkit/optional_quote_characters.csv": (1, 3),
    "csvkit/realdata/FY09_EDU_Recipients_by_State.csv": (52, 9),
    "csvkit/realdata/ks_1033_data.csv": (1575, 14),
    "csvkit/test.xlsx": (5, 7),
    "csvkit/test_date_format.csv": (2, 1),
    "csvkit/test_empty_columns.csv": (2, 3),
    "csvkit/test_empty_columns_long_row.csv": (0, 3),
    "csvkit/test_empty_columns_short_row.csv": (0, 3),
    "csvkit/test_extra_header.csv": (1, 4),
    "csvkit/test_header_newline.csv": (1, 3),
    "csvkit/test_ignore_case.csv": (5, 3),
    "csvkit/test_locale.csv": (1, 3),
    "csvkit/test_no_leading_zeroes.csv": (1, 3),
    "csvkit/test_numeric_date_format.csv": (2, 1),
    "csvkit/test_precision.csv": (1, 1),
    "csvkit/test_skip_lines.csv": (1, 3),
    "csvkit/test_skip_lines.xlsx": (5, 7),
    "csvkit/test_utf16_big.csv": (2, 3),
    "csvkit/test_utf16_little.csv": (2, 3),
    "csvkit/test_utf8.csv": (2, 3),
    "csvkit/test_utf8_bom.csv": (2, 3),
    "tabulator/accent.csv": (2, 17),
    "tabulator/bom.csv": (2, 2),
    "tabulator/doublequote.csv": (5, 17),
    "tabulator/escaping.csv": (3, 2),
    "tabulator/long.csv": (6, 2),
    "tabulator/merged-cells.xlsx": (0, 1),
    "tabulator/multiline-headers.xlsx": (3, 3),
    "tabulator/number_format_multicode.xlsx": (3, 1),
    "tabulator/preserve-formatting.xlsx": (1, 12),
    "tabulator/skip-blank-at-the-end.csv": (2, 2),
    "tabulator/skip-rows-before-headers.csv": (2, 2),
}
REFUSED = {
    "csvkit/empty.csv": "row 1; that row is blank",
    "csvkit/no_header_row.csv": "row 1, columns 1 to 3 hold numbers",
    "csvkit/null_byte.csv": "line 2 holds NUL",
    "csvkit/sheets.xlsx": "has 3 sheets: name one with 'sheet'",
    "csvkit/test_latin1.csv": "line 3 is not utf-8 text, from its byte 5 on",
    "tabulator/latin1.csv": "line 3 is not utf-8 text, from its byte 3 on",
}


def spec_of(file, form=OPEN):
    return FileSpec(
        "mapping.toml: file[1]", "x", file, None, form, None, None, None, (), (), (), False
    )


def read(content, form=OPEN):
    return read_text_table("visits.csv", content, form, "")


def plain(content, form=OPEN):
    found = read(content, form)
    return [tuple(found.columns), *found.rows.drop(ROW).rows()]


@pytest.mark.real_data
def test_every_polluted_file_has_its_right_shape_or_a_reason(real_data):
    folder = real_data / "csv"
    seen = 0
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".csv", ".xlsx"):
            continue
        name = file.relative_to(folder).as_posix()
        seen += 1
        if name in REFUSED:
            with pytest.raises(SourceError) as refusal:
                read_input(export_files(file), file.name, spec_of(file.name), None)
            assert REFUSED[name] in str(refusal.value), name
            continue
        found = read_input(export_files(file), file.name, spec_of(file.name), None)
        assert (found.row_count, len(found.columns)) == SHAPES[name], name
    assert seen == len(SHAPES) + len(REFUSED)


@pytest.mark.real_data
def test_the_spectrum_of_csv_reads_as_its_authors_say(real_data):
    folder = real_data / "csv" / "csv-spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    for file in [file for file in files if file.stem != "location_coordinates"]:
        found = read(file.read_bytes())
        rows = [
            {name: cell or "" for name, cell in row.items()}
            for row in found.rows.drop(ROW).to_dicts()
        ]
        expected = json.loads((folder / "json" / f"{file.stem}.json").read_text(encoding="utf-8"))
        expected = expected if isinstance(expected, list) else [expected]
        trimmed = [{key: str(value).strip() for key, value in row.items()} for row in expected]
        assert rows == trimmed, file.name


@pytest.mark.real_data
def test_characters_that_were_lost_before_the_export_are_told(real_data):
    file = real_data / "csv" / "csv-spectrum" / "csvs" / "location_coordinates.csv"
    assert [rule for rule, _ in read(file.read_bytes()).notes] == ["lost_characters"]


@pytest.mark.real_data
def test_workbooks_with_several_sheets_are_read_by_the_name_of_one(real_data):
    file = real_data / "csv" / "csvkit" / "sheets.xlsx"
    spec = FileSpec("k", "x", file.name, None, OPEN, "data", None, None, (), (), (), False)
    found = read_input(export_files(file), file.name, spec, None)
    assert (found.row_count, len(found.columns)) == (5, 7)


TABLE = [("case", "nr", "score"), ("A", "1", "7,5"), ("B", "2", "8")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("case;nr;score\nA;1;7,5\nB;2;8\n", "semicolon"),
        ("case\tnr\tscore\nA\t1\t7,5\nB\t2\t8\n", "tab"),
        ("case|nr|score\nA|1|7,5\nB|2|8\n", "bar"),
        ('case,nr,score\nA,1,"7,5"\nB,2,8\n', "comma"),
        ("'case','nr','score'\n'A','1','7,5'\n'B','2','8'\n", "quotes '"),
        ('case, nr, score\nA, 1, "7,5"\nB, 2, 8\n', "comma"),
        ("case;nr;score\r\nA;1;7,5\r\nB;2;8\r\n", "line ends CRLF"),
        ("case;nr;score\rA;1;7,5\rB;2;8\r", "line ends CR"),
        ("Our export\n\ncase;nr;score\nA;1;7,5\nB;2;8\n", "names in row 3"),
        ("Our export;;\ncase;nr;score\nA;1;7,5\nB;2;8\n", "names in row 2"),
    ],
)
def test_how_a_text_is_written_is_found_and_told(text, words):
    found = read(text.encode())
    assert plain(text.encode()) == TABLE
    assert words in found.dialect.words()
    is_told = any(rule == "read_as" for rule, _ in found.notes)
    assert is_told != found.dialect.is_plain


@pytest.mark.parametrize(
    ("content", "declared", "encoding"),
    [
        ("\ufeffcase;é\n".encode(), "cp1252", "utf-8"),
        ("case;é\n".encode("utf-16"), "cp1252", "utf-16"),
        ("case;é\n".encode("utf-32"), "utf-8", "utf-32"),
        ("case;é\n".encode(), "cp1252", "utf-8"),
        ("case;é\n".encode("cp1252"), "cp1252", "cp1252"),
        ("case;é\n".encode("utf-16-le"), "utf-16-le", "utf-16-le"),
        (b"case;e\n", "cp1252", "cp1252"),
    ],
)
def test_a_mark_goes_before_utf_8_and_that_before_the_declared_encoding(
    content, declared, encoding
):
    assert found_encoding(content, declared) == encoding


def test_names_that_are_asked_for_tell_the_header_from_the_lines_above_it():
    text = "Exported,2026-01-05,by,nobody\ncase,nr,date,score\nA,1,2026-01-05,7\n"
    form = TextForm(None, "utf-8", None, quote=None, sought=("case", "nr"), is_forgiving=True)
    assert plain(text.encode(), form)[0] == ("case", "nr", "date", "score")
    assert plain(text.encode())[0] == ("Exported", "2026-01-05", "by", "nobody")


def test_a_name_that_a_profile_makes_stands_for_the_one_it_is_made_of():
    text = b"Our export\n\nrole,score\n1,7\n"
    form = TextForm(
        None, "utf-8", None, quote=None, sought=("label:role", "score"), is_forgiving=True
    )
    assert plain(text, form)[0] == ("role", "score")


def test_a_second_header_row_is_suspected_and_left_to_the_person():
    text = "case,nr,score\nwho,visit,0 to 10\nA,1,7\nB,2,8\n"
    [(rule, message)] = read(text.encode()).notes
    assert rule == "perhaps_a_header"
    assert message.startswith("Row 2 holds words where every row below holds numbers")
    assert "header_rows = 2" in message
    assert read(b"case,nr,score\nA,1,7\nB,2,8\n").notes == []


def test_columns_without_a_name_of_their_own_are_noted_and_may_be_named():
    text = b"case,,score,score,\nA,x,1,2,\n"
    found = read(text)
    assert found.columns == ["case"]
    assert [rule for rule, _ in found.notes] == ["unnamed_column", *["doubled_column"] * 2]
    assert "names = { 2 =" in found.notes[0][1]
    named = TextForm(
        None, "utf-8", None, quote=None, names={2: "note", 4: "score_child"}, is_forgiving=True
    )
    assert plain(text, named) == [("case", "note", "score", "score_child"), ("A", "x", "1", "2")]


def test_a_doubled_name_that_is_asked_for_is_refused_with_the_key_that_mends_it(tmp_path):
    visits = "case,nr,date,q1,q1\nA,1,03/02/2026,8.5,9\n"
    with pytest.raises(SourceError, match=r"columns 4 and 5 have the same name.*names = \{ 5 ="):
        read_export(practice(tmp_path, visits=visits))


def test_a_service_with_semicolons_commas_and_titles_comes_in_and_is_told_so(tmp_path):
    visits = "Our visits\n\ncase;nr;date;q1;q2\nA;1;03/02/2026;8,5;9\nB;1;05/03/2026;3;4,25\n"
    export = read_export(practice(tmp_path, visits=visits))
    assert [value for (value,) in table(export, "item_scores", "value")] == [8.5, 9, 3, 4.25]
    assert "semicolon, line ends LF, names in row 3" in report_text(export)
    told = [
        note for note in json.loads(report_json(export))["notices"] if note["rule"] == "read_as"
    ]
    assert [note["file"] for note in told] == ["visits.csv", "visits.csv"]
    assert "decimal comma" in told[0]["message"] + told[1]["message"]


def test_what_was_found_gives_way_to_what_the_mapping_says(tmp_path):
    visits = "case|x;nr;date;q1;q2\nA|1;1;03/02/2026;8,5;9\n"
    mapping = PRACTICE["mapping"].replace(
        'path = "visits.csv"',
        'path = "visits.csv"\nseparator = ";"\nnames = { 1 = "case" }\n'
        'quote = "\'"\nskip_rows = 0\ndecimal = ","',
    )
    export = read_export(practice(tmp_path, visits=visits, mapping=mapping))
    assert "id_pattern" in export.set_aside["rule"].to_list()


def test_commas_that_may_stand_before_thousands_are_not_taken_for_decimals(tmp_path):
    visits = 'case,nr,date,q1,q2\nA,1,03/02/2026,"1,234",9\n'
    export = read_export(practice(tmp_path, visits=visits))
    assert export.set_aside.select("row_no", "column_name", "rule").rows() == [
        (2, "q1", "not_a_number")
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_reason(content):
    for form in (OPEN, TextForm()):
        try:
            found = read(content, form)
        except (SourceError, PendingSource) as reason:
            words, counted, rows = str(reason), 0, 0
        else:
            words, counted = "visits.csv", found.row_count
            rows = found.rows.height + len(found.ragged_rows)
        assert words.startswith("visits.csv")
        assert counted == rows


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.sampled_from(",;\t|"))
def test_any_quoted_cells_come_back_as_they_were_written(rows, separator):
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    text = "".join(separator.join(row) + "\n" for row in [["case", "nr", "q1"], *quoted])
    form = TextForm(None, "utf-8", None, quote=None, sought=("case", "nr", "q1"), is_forgiving=True)
    filled = [tuple(cell.strip() or None for cell in row) for row in rows]
    assert plain(text.encode(), form)[1:] == [row for row in filled if any(row)]
