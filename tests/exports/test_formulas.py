"""Formulas in workbooks: a row counts where nothing that is used of it was computed."""

from __future__ import annotations

import io

import polars as pl
import pytest
import xlsxwriter

from dashboard.errors import SourceError
from dashboard.exports import sheet_errors
from dashboard.exports.dialects import TextForm
from dashboard.exports.drafting import draft_mapping
from dashboard.exports.files import sha256
from dashboard.exports.reading import read_export
from dashboard.exports.schemas import required_columns
from dashboard.exports.sheet_formulas import formula_rows
from dashboard.exports.sheets import read_sheet
from tests.support.uploading import added_to, packed

HEADER = ["Family", "Session", "Total", "Mean"]
ROWS = [HEADER, ["F1", 1, 30, "=C2/4"], ["F1", 2, "=15+16", "=C3/4"], ["F2", 1, 28, 7]]
SUM = ["All", None, "=SUM(C2:C4)", None]

EMPTY = pl.DataFrame({f"column {number}": [""] * 200_000 for number in range(1, 13)})


def book_of(rows, first_column=0, *, arrays=(), sheets=("Visits",)):
    """A workbook whose texts that begin with = are formulas with the stored result 31."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        pages = [book.add_worksheet(name) for name in sheets]
        for number, row in enumerate(rows):
            for column, value in enumerate(row, start=first_column):
                if str(value).startswith("="):
                    pages[0].write_formula(number, column, value, None, 31)
                elif value is not None:
                    pages[0].write(number, column, value)
        for area, formula in arrays:
            pages[0].write_array_formula(area, formula, None, 7)
        for page in pages[1:]:
            page.write_formula(0, 0, "=1+1", None, 2)
    return written.getvalue()


def drafted_export(folder, content, name="visits.xlsx"):
    """Read a workbook with the mapping that is drafted for it."""
    (folder / name).write_bytes(content)
    mapping = folder / "drafted.toml"
    mapping.write_text(draft_mapping(folder / name).text)
    return read_export(folder / name, mapping=mapping)


def aside_of(export):
    return export.set_aside.select("row_no", "column_name", "rule").rows()


def test_a_row_is_set_aside_where_a_used_cell_is_a_formula_and_other_formulas_do_not_matter(
    tmp_path,
):
    export = drafted_export(tmp_path, book_of([*ROWS, SUM], sheets=("Visits",)))

    # Mean is used by nothing; of Total the rows 3 (=15+16) and 5 (the sum below) are computed.
    assert aside_of(export) == [(3, "Total", "formula"), (5, "Total", "formula")]
    assert sorted(export.tables["ratings"]["score"]) == [28, 30]
    assert sorted(export.tables["families"]["family_id"]) == ["F1", "F2"]
    [file] = export.files.to_dicts()
    assert (file["row_count"], file["accepted_count"], file["set_aside_count"]) == (4, 2, 2)
    assert all("paste it as values" in mend for mend in export.set_aside["mend"])
    notes = export.notices.filter(pl.col("rule") == "formulas")["message"].to_list()
    assert any("Column 'Mean' holds formulas in 2 rows, first in row 2" in note for note in notes)


def test_values_pasted_over_the_formulas_come_in(tmp_path):
    pasted = [HEADER, ["F1", 1, 30, 7.5], ["F1", 2, 31, 7.75], ["F2", 1, 28, 7]]
    export = drafted_export(tmp_path, book_of(pasted))

    assert aside_of(export) == []
    assert sorted(export.tables["ratings"]["score"]) == [28, 30, 31]


def test_formulas_of_another_sheet_do_not_matter(tmp_path):
    content = book_of([HEADER, ["F1", 1, 30, 7]], sheets=("Visits", "Sums"))
    found = read_sheet("visits.xlsx", content, TextForm(), "Visits", sha256(content))

    assert found.refused.is_empty()


def test_a_table_that_begins_in_another_column_keeps_its_formulas_in_place():
    content = book_of(ROWS, first_column=3)
    found = read_sheet("visits.xlsx", content, TextForm(), None, sha256(content))

    assert sorted(found.refused.select("row_no", "column_name").rows()) == [
        (2, "Mean"),
        (3, "Mean"),
        (3, "Total"),
    ]


def test_every_cell_that_one_formula_fills_counts_as_computed():
    rows = [HEADER, ["F1", 1], ["F1", 2], ["F2", 1]]
    content = book_of(rows, arrays=[("C2:C4", "{=B2:B4*7}")])
    found = read_sheet("visits.xlsx", content, TextForm(), None, sha256(content))

    assert found.refused["row_no"].to_list() == [2, 3, 4]


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
MANIFEST = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
KIND = b"application/vnd.oasis.opendocument.spreadsheet"


def ods_cell(text, said=""):
    inner = f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="string"{said}>{inner}</table:table-cell>'


def ods_row(*cells, said=""):
    return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"


def ods_book(*rows):
    text = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet><table:table "
        f'table:name="Visits">{"".join(rows)}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return packed(
        {"mimetype": KIND, "META-INF/manifest.xml": MANIFEST, "content.xml": text.encode()}
    )


def test_an_open_document_sheet_tells_its_formulas_too():
    two = ' table:number-columns-repeated="2" table:formula="of:=IF(1&gt;0;30;1)"'
    other = "</table:table><table:table>" + ods_row(ods_cell("9", ' table:formula="of:=9"'))
    content = ods_book(
        ods_row(*(ods_cell(name) for name in HEADER[:3])),
        ods_row(ods_cell("F1"), ods_cell("30", two)),
        ods_row(
            *(ods_cell("F2"), ods_cell("1"), ods_cell("7", ' table:formula="of:=7"')),
            said=' table:number-rows-repeated="2"',
        ),
        other,
    )
    found = read_sheet("visits.ods", content, TextForm(), None, sha256(content))

    assert found.refused.select("row_no", "column_name").rows() == [
        (2, "Session"),
        (2, "Total"),
        (3, "Total"),
        (4, "Total"),
    ]


def test_a_formula_in_a_word_of_another_program_is_refused():
    content = ods_book(ods_row(ods_cell("Family", ' t:formula="of:=1"')))

    with pytest.raises(SourceError, match="cannot be told apart"):
        formula_rows("visits.ods", content, 0, EMPTY)


def test_what_is_no_workbook_has_no_formulas():
    assert formula_rows("visits.xlsx", b"none", 0, EMPTY) == {}


def test_a_native_sheet_goes_without_the_rows_that_were_computed(tmp_path):
    (tmp_path / "families.xlsx").write_bytes(
        book_of([["family_id", "remark"], ["F1", "=1+1"], ['="F"&2', "x"]])
    )
    for table in ("cases", "members", "sessions", "forms"):
        (tmp_path / f"{table}.csv").write_text(",".join(required_columns(table)) + "\n")
    export = read_export(tmp_path)

    assert export.tables["families"]["family_id"].to_list() == ["F1"]
    assert aside_of(export) == [(3, "family_id", "formula")]


def sheet_of(*rows):
    """A workbook whose sheet is written by hand."""
    text = b"<worksheet><sheetData>" + b"".join(rows) + b"</sheetData></worksheet>"
    return added_to(book_of([["Family"]]), "xl/worksheets/sheet1.xml", text)


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><f>1+1</f><v>2</v></c>",
        b'<x:c r="C2"><x:f>1+1</x:f><x:v>2</x:v></x:c>',
        b'<c r="A2"><f t="array" ref="A2:XFD1048576">1</f><v>1</v></c>',
    ],
)
def test_a_formula_whose_cell_cannot_be_told_is_refused_and_not_passed_over(cell):
    with pytest.raises(SourceError, match="cannot be told apart"):
        formula_rows("visits.xlsx", sheet_of(b'<row r="2">', cell, b"</row>"), 0, EMPTY)


def test_formulas_are_found_wherever_a_large_sheet_is_cut_into_pieces(monkeypatch):
    monkeypatch.setattr(sheet_errors, "_CHUNK", 10_000)
    rows = [
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><f>A%d</f><v>1</v></c></row>' % ((n,) * 4)
        for n in range(1, 5_001)
    ]
    found = formula_rows("visits.xlsx", sheet_of(*rows), 0, EMPTY)

    assert found == {"column 2": list(range(1, 5_001))}


def test_formulas_beside_the_cells_of_a_sheet_do_not_matter():
    text = b"</sheetData><extLst><xm:f>Lists!A1</xm:f></extLst><sheetData>"
    found = formula_rows("visits.xlsx", sheet_of(b'<c r="A1"><v>1</v></c>', text), 0, EMPTY)

    assert found == {}
