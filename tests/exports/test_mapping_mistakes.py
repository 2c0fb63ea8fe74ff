"""Mistakes in a mapping that are refused by the name of the key, before any row is read."""

from __future__ import annotations

import pytest

from dashboard.errors import MappingError
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.reading import read_export
from tests.exports.practice import PRACTICE, practice

SCORES = 'unpivot = { pattern = "q{item_no}", value = "score" }'
SESSION = 'columns.session_id = { template = "{case}-{nr}" }'
STATUS = 'columns.session_no = "nr"'


def refusal(text):
    with pytest.raises(MappingError) as raised:
        parse_mapping("mapping.toml", text.encode())
    return str(raised.value)


def changed(old, new):
    assert old in PRACTICE["mapping"]
    return PRACTICE["mapping"].replace(old, new, 1)


@pytest.mark.parametrize("template", ["x", "{fam", "fam}", "{case}-{nr", "{}-{case}", "{{case}}"])
def test_a_template_without_whole_placeholders_is_refused(template):
    text = changed(SESSION, f'columns.session_id = {{ template = "{template}" }}')
    assert "table.sessions[1].columns.session_id.template holds whole {column} " in refusal(text)


@pytest.mark.parametrize(
    ("unpivot", "words"),
    [
        ('{ pattern = "q{item_no", value = "score" }', "unpivot.pattern holds whole {column} "),
        ('{ pattern = "q{__id}", value = "score" }', "unpivot.pattern takes names that do not"),
        ('{ pattern = "q{a}", value = "__row" }', "unpivot.value takes names that do not begin"),
        ('{ pattern = "q{a}_{a}", value = "v" }', "unpivot takes a different name for each new"),
        ('{ pattern = "q{v}", value = "v" }', "unpivot takes a different name for each new column"),
        (
            '{ key = "v", value = "v", columns = { q1 = 1 } }',
            "unpivot takes a different name for each new column",
        ),
    ],
)
def test_new_columns_of_an_unpivot_have_names_of_their_own(unpivot, words):
    assert words in refusal(changed(SCORES, f"unpivot = {unpivot}"))


@pytest.mark.parametrize(
    "unpivot",
    [
        '{ pattern = "q{item_no}", value = "date" }',
        '{ pattern = "q{case}", value = "score" }',
        '{ key = "nr", value = "score", columns = { q1 = 1 } }',
    ],
)
def test_a_new_column_named_like_one_of_the_file_is_refused(unpivot, tmp_path):
    source = practice(tmp_path, mapping=changed(SCORES, f"unpivot = {unpivot}"))
    with pytest.raises(MappingError, match="has a column of that name already"):
        read_export(source)


@pytest.mark.parametrize("distinct", ["", 'distinct = "last"\n'])
@pytest.mark.parametrize(
    ("column", "spec", "words"),
    [
        ("session_no", '{ column = "nr", default = "x" }', "session_no may only yield whole"),
        ("session_no", '{ column = "nr", map = { a = 1.5 } }', "session_no may only yield whole"),
        ("held_on", '{ column = "date", default = "soon" }', "held_on may only yield days"),
    ],
)
def test_a_value_the_column_cannot_hold_is_refused(distinct, column, spec, words):
    block = '[[table.sessions]]\nfile = "visits"\n' + distinct + SESSION + "\n"
    text = PRACTICE["mapping"] + f"\n{block}columns.{column} = {spec}\n"
    assert words in refusal(text)


def test_a_late_default_means_what_the_word_says(tmp_path):
    text = changed(
        'file = "cases"\ncolumns.member_id', 'file = "cases"\ndistinct = "last"\ncolumns.member_id'
    ).replace(
        "columns.index_client = { value = true }",
        'columns.index_client = { column = "index", default = "yes" }',
    )
    export = read_export(
        practice(tmp_path, mapping=text, cases="case,therapist,index\nA,T1,\nB,T2,no\n")
    )
    assert export.tables["members"]["index_client"].to_list() == [True, False]


@pytest.mark.parametrize(
    "encoding",
    ["rot13", "base64", "hex", "zlib", "undefined", "punycode", "idna", "a\\u0000b", "none-such"],
)
def test_an_encoding_that_is_none_of_texts_is_refused(encoding):
    text = changed('date_order = "dmy"', f'encoding = "{encoding}"')
    assert "file[2].encoding takes the name of a text encoding" in refusal(text)


def test_names_of_columns_beside_a_header_are_refused():
    text = changed('date_order = "dmy"', 'columns = ["a"]\nheader_rows = 1')
    assert "file[2].columns is for a file without header" in refusal(text)


@pytest.mark.parametrize("value", ["[" * 5000 + "]" * 5000, "9" * 5000])
def test_a_mapping_that_no_reader_can_take_in_is_refused(value):
    assert "mapping.toml: not valid TOML" in refusal(f"title = {value}\n")
