"""The mapping file: its form, and errors that name the key."""

from __future__ import annotations

import pytest

from dashboard.errors import MappingError
from dashboard.exports.mapping_format import parse_mapping

HEAD = 'format = "alliance-mapping"\nversion = 1\n'
FILE = '[[file]]\nid = "sheet"\npath = "sheet.csv"\n'
BLOCK = '[[table.families]]\nfile = "sheet"\ncolumns.family_id = "family"\n'


def parsed(text):
    return parse_mapping("mapping.toml", text.encode())


def refusal(text):
    with pytest.raises(MappingError) as raised:
        parsed(text)
    return str(raised.value)


def test_a_mapping_needs_a_file_and_a_block_and_nothing_else():
    mapping = parsed(HEAD + FILE + BLOCK)
    assert list(mapping.files) == ["sheet"]
    assert mapping.files["sheet"].text_form.separator is None
    assert mapping.files["sheet"].text_form.sought == ("family",)
    assert [block.table for block in mapping.blocks] == ["families"]
    assert mapping.blocks[0].columns["family_id"].column == "family"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version = 1", 'expected format = "alliance-mapping" and version = 1'),
        (HEAD.replace("1", "2") + FILE + BLOCK, "version = 1 at the top"),
        ("format = ", "not valid TOML"),
        (HEAD + BLOCK, "mapping.toml: file takes at least one [[file]] table."),
        (HEAD + FILE, "mapping.toml: table takes at least one [[table.NAME]] block."),
        (HEAD + FILE + BLOCK + "\n[extra]\n", "mapping.toml: extra is no key here. Known:"),
        (HEAD + FILE + FILE + BLOCK, "mapping.toml: file[2].id names two files"),
        (HEAD + '[[file]]\nid = "a"\n' + BLOCK, "mapping.toml: file[1].path takes a text."),
        (HEAD + FILE + 'separator = ";;"\n' + BLOCK, "file[1].separator takes one plain character"),
        (HEAD + FILE + "header_rows = 0\n" + BLOCK, "file[1].columns names the columns of a file"),
        (HEAD + FILE + "name_row = 2\n" + BLOCK, "file[1].name_row takes one of the header rows"),
        (HEAD + FILE + "skip_rows = -1\n" + BLOCK, "file[1].skip_rows takes a whole number from 0"),
        (HEAD + FILE + 'date_order = "ymd"\n' + BLOCK, "date_order takes one of: iso, dmy, mdy"),
        (HEAD + FILE + 'reader = "sav"\n' + BLOCK, "file[1].reader takes one of: csv, xlsx"),
        (HEAD + FILE + "optional = 1\n" + BLOCK, "file[1].optional takes true or false"),
        (HEAD + FILE + 'missing = "NA"\n' + BLOCK, "file[1].missing takes a list of texts"),
        (HEAD + FILE + BLOCK.replace("families", "couples"), "table.couples[1]: no such native"),
        (HEAD + FILE + BLOCK.replace('"sheet"', '"other"'), "file takes the id of a [[file]]"),
        (HEAD + FILE + '[[table.families]]\nfile = "sheet"\n', "columns takes the columns of"),
        (HEAD + FILE + "[table.families]\nx = 1\n", "takes tables, written [[table"),
        (HEAD + FILE + BLOCK + 'columns.colour = "x"\n', "columns.colour is no column of"),
        (
            HEAD + FILE + BLOCK.replace('"family"', '{ value = "F", column = "f" }'),
            "table.families[1].columns.family_id takes one of 'column', 'value'",
        ),
        (
            HEAD + FILE + BLOCK.replace('"family"', '{ column = "f", map = "words" }'),
            "columns.family_id.map takes the name of a [map.NAME] table: none yet",
        ),
        (HEAD + FILE + BLOCK + 'unpivot = { value = "v" }\n', "unpivot.columns takes the wide"),
        (
            HEAD + FILE + BLOCK + 'unpivot = { value = "v", pattern = "q" }\n',
            "unpivot.pattern holds a {placeholder}",
        ),
        (HEAD + FILE + BLOCK + 'where = [{ column = "a" }]\n', "where[1] takes one of 'is'"),
        (HEAD + FILE + BLOCK + 'join = [{ file = "sheet" }]\n', "join[1].on takes the key columns"),
        (HEAD + "[map.a]\nYes = 1\nyes = 2\n" + FILE + BLOCK, "map.a.yes stands twice"),
        (HEAD + "[map.a]\nYes = [1]\n" + FILE + BLOCK, "map.a.Yes takes a text or a number"),
        (HEAD + "map = 3\n" + FILE + BLOCK, "mapping.toml: map takes a table."),
        (HEAD + '[facts]\ntimezone = "Mars"\n' + FILE + BLOCK, "'timezone' takes an IANA name"),
    ],
)
def test_an_error_names_the_file_and_the_key(text, words):
    assert words in refusal(text)


def test_a_mapping_that_is_no_text_is_refused():
    with pytest.raises(MappingError, match="a mapping is UTF-8 text"):
        parse_mapping("mapping.toml", b"\xff\xfe")


@pytest.mark.parametrize(
    "column",
    [
        '{ value = "mum" }',
        '{ column = "r", default = "mum" }',
        '{ column = "r", map = { a = "m" } }',
    ],
)
def test_a_word_that_no_row_could_ever_hold_is_refused_at_once(column):
    block = f'[[table.members]]\nfile = "sheet"\ncolumns.role = {column}\n'
    assert "columns.role may only yield one of: parent, step_parent" in refusal(HEAD + FILE + block)


def test_all_blocks_of_a_table_merge_rows_in_one_way():
    blocks = BLOCK + 'distinct = "last"\n' + BLOCK + 'distinct = "identical"\n'
    assert "table.families takes one way of 'distinct'" in refusal(HEAD + FILE + blocks)


def test_numbers_and_truth_values_stand_for_their_texts():
    block = '[[table.members]]\nfile = "sheet"\ncolumns.index_client = { value = true }\n'
    mapping = parsed(HEAD + "[map.w]\nOften = 5\nHalf = 2.5\n" + FILE + block)
    assert mapping.blocks[0].columns["index_client"].value == "true"


def test_the_fingerprint_changes_with_the_file():
    assert parsed(HEAD + FILE + BLOCK).fingerprint != parsed(HEAD + FILE + BLOCK + "\n").fingerprint
