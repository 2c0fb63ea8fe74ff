"""What comes of an upload: as understood, corrected, with its account; asked without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.exports.drafting import MISSING
from dashboard.exports.guessing import FOUND
from dashboard.exports.word_maps import CHOICES
from dashboard.panels.upload_screen import KINDS, MISSING_WORDS, WORDS_OF
from dashboard.shells.upload_child import answer as answer_to
from tests.support.uploading import SHEET

EXAMPLES = sorted(
    file.parent for file in (Path(__file__).parents[2] / "docs/examples").glob("*/mapping.toml")
)
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def read(tmp_path):
    """Read files as the process of an upload does, each time in a folder of its own."""

    def reading(files, **asked):
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}" / "upload"
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return answer_to({"folder": str(folder), **asked})

    return reading


def test_a_sheet_is_told_as_understood_with_reasons_a_mapping_and_its_account(read):
    answer = read({"sheet.csv": SHEET.encode("cp1252")})

    [table] = answer["tables"]
    assert (table["settled"]["separator"], table["settled"]["decimal"]) == (";", ",")
    assert table["rows"][0][:3] == ["F01", "Mother", "1"]
    kinds = {column["name"]: column["kind"] for column in table["columns"]}
    assert (kinds["Family"], kinds["Overall"]) == ("family", "item:4")
    assert all(column["reason"] for column in table["columns"] if column["kind"])
    [file] = answer["report"]["files"]
    assert file["row_count"] == file["accepted_count"] + file["set_aside_count"] == 6
    assert answer["mapping"].startswith("# A draft")
    assert "published" not in answer


def test_what_is_corrected_is_read_anew_and_the_mapping_serves_the_next_upload(read):
    text = "kind,who,nr,q,w,e,r\nF1,Lodger,1,8,8,9,9\n"
    kinds = {"kind": "family", "who": "role", "nr": "session_no", "q": "item:1", "w": "item:2"}
    kinds |= {"e": "item:3", "r": "item:4"}
    said = {"columns": {"table": kinds}, "roles": {"Lodger": "other"}, "instrument": "srs"}
    first = read({"odd.csv": text.encode()}, corrections=said)
    more = text + "F2,Lodger,1,5,5,5,5\n"
    again = {"odd.csv": more.encode(), "mapping.toml": first["mapping"].encode()}
    second = read(again)

    assert first["report"]["set_aside"] == []
    assert (second["kind"], second["report"]["set_aside"]) == ("mapped", [])
    assert second["report"]["tables"]["families"] == 2


def test_a_row_set_aside_says_where_why_and_how_to_mend_it_and_comes_in_when_it_is_mended(read):
    broken = SHEET.replace(
        "F02;Mother;1;2026-01-06;T2;9;8;9;9", "F02;Mother;1;2026-01-06;T2;9;8;9;99"
    )
    before = read({"sheet.csv": broken.encode()})["report"]
    after = read({"sheet.csv": SHEET.encode()})["report"]

    [row] = [row for row in before["set_aside"] if row["rule"] != "reference_set_aside"]
    assert (row["file"], row["row_no"], row["column_name"]) == ("sheet.csv", 7, "Overall")
    assert "99" not in row["mend"]
    assert row["mend"]
    assert "7" in before["as_file"]["csv"].splitlines()[1]
    assert after["set_aside"] == []


def test_a_file_of_another_encoding_says_so_and_is_read_when_that_is_said(read):
    lines = SHEET.splitlines()
    text = "\n".join([f"{lines[0]};Note", *(f"{line};né" for line in lines[1:]), ""])
    content = text.encode("cp1252")
    before = read({"sheet.csv": content})
    said = {"forms": {"table": {"encoding": "cp1252"}}}
    after = read({"sheet.csv": content}, corrections=said)

    assert "cp1252" in before["tables"][0]["refused"]
    assert after["report"]["set_aside"] == []
    assert after["tables"][0]["settled"]["encoding"] == "cp1252"


def test_columns_without_a_name_of_their_own_are_shown_and_can_be_named(read):
    text = "Family,Session,Total,Total,\nF1,1,30,31,x\nF1,2,30,31,y\n"
    before = read({"sheet.csv": text.encode()})
    names = {"3": "points", "4": "Total"}
    after = read({"sheet.csv": text.encode()}, corrections={"forms": {"table": {"names": names}}})

    assert before["tables"][0]["unread"] == [3, 4, 5]
    assert [column["name"] for column in after["tables"][0]["columns"]][2:] == [
        "points",
        "Total",
    ]
    assert after["report"]["tables"]["ratings"] == 2


def test_formulas_and_markup_in_a_text_file_are_texts_and_come_back_as_texts(read):
    text = f"Family,Session,Total,=1+1\n{HOSTILE},1,30,=cmd|' /C calc'!A0\n"
    answer = read({"sheet.csv": text.encode()})

    assert answer["tables"][0]["rows"][0][0] == HOSTILE
    assert HOSTILE not in answer["report"]["as_file"]["text"]
    assert not any(line.startswith("=") for line in answer["report"]["as_file"]["csv"].splitlines())


def of_folder(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    "example",
    [each for each in EXAMPLES if each.name != "simulated_wai_srs"],
    ids=lambda folder: folder.name,
)
def test_first_rows_are_shown_as_the_mapping_of_the_example_reads_them(read, example):
    answer = read(of_folder(example))

    assert answer["kind"] in ("mapped", "known")
    assert answer["tables"]
    for table in answer["tables"]:
        assert table["refused"] == ""
        assert 0 < len(table["rows"]) <= 8
        assert any(column["goes_to"] for column in table["columns"])
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


@pytest.mark.parametrize("name", ["redcap", "surveymonkey", "fhir", "srs_wide"])
def test_first_rows_are_shown_of_every_system_without_a_mapping(read, name):
    [folder] = [each for each in EXAMPLES if each.name == name]
    files = {file: content for file, content in of_folder(folder).items() if ".toml" not in file}
    answer = read(files)

    shown = [table for table in answer["tables"] if table["profile"] == name]
    assert answer["kind"] == "drafted"
    assert shown
    assert all(table["rows"] and table["reasons"] for table in shown)


def test_a_mapping_says_where_each_column_goes_and_which_is_not_used(read):
    text = "Family,Session,Total,Room\nF1,1,30,a\nF1,2,31,b\n"
    first = read({"s.csv": text.encode()})
    again = read({"s.csv": text.encode(), "mapping.toml": first["mapping"].encode()})

    [table] = again["tables"]
    goes = {column["name"]: column["goes_to"] for column in table["columns"]}
    assert table["rows"][0] == ["F1", "1", "30", "a"]
    assert "sessions.session_no" in goes["Session"]
    assert goes["Total"] == ["forms", "ratings.score"]
    assert goes["Room"] == []


def test_native_tables_are_shown_too(read, sound):
    answer = read(of_folder(sound))

    shown = {table["id"]: table for table in answer["tables"]}
    assert answer["kind"] == "known"
    assert {"sessions", "forms", "members"} <= shown.keys()
    assert shown["forms"]["row_count"] == answer["report"]["tables"]["forms"]
    [column] = [each for each in shown["forms"]["columns"] if each["name"] == "form_id"]
    assert column["goes_to"] == ["forms.form_id"]


def test_a_text_that_is_no_mapping_is_refused_and_shows_no_table(read):
    answer = read({"s.csv": b"a,b\n1,2\n"}, mapping="nonsense")

    assert "tables" not in answer
    assert "mapping.toml" in answer["refusal"]


def test_a_mapping_of_another_file_says_so_where_the_rows_would_stand(read):
    text = "Family,Session,Total\nF1,1,30\n"
    mapping = read({"s.csv": text.encode()})["mapping"]
    answer = read({"other.csv": text.encode()}, mapping=mapping)

    assert "expected such a file" in answer["tables"][0]["refused"]
    assert "expected such a file" in answer["refusal"]


def test_a_foreign_file_that_is_only_named_like_a_native_table_is_drafted(read):
    text = "Family,Session,Total\nF1,1,30\n"
    answer = read({"sessions.csv": text.encode()})

    assert answer["kind"] == "drafted"
    assert answer["report"]["tables"]["ratings"] == 1


def test_a_native_table_that_lacks_its_companions_says_what_is_missing(read, sound):
    answer = read({"sessions.csv": (sound / "sessions.csv").read_bytes()})

    assert answer["kind"] == "known"
    assert "missing: " in answer["refusal"]


def test_a_native_table_that_cannot_be_read_says_so_beside_the_others(read, sound):
    files = {file.name: file.read_bytes() for file in sound.iterdir() if file.suffix == ".csv"}
    answer = read({**files, "forms.csv": b"form_id\nR1\n"})

    refused = {table["id"]: table["refused"] for table in answer["tables"]}
    assert "missing column" in refused["forms"]
    assert refused["sessions"] == ""
    assert "missing column" in answer["refusal"]


def test_what_has_to_be_said_first_is_asked_in_codes_and_no_row_is_tried(read):
    answer = read({"odd.csv": b"colour,shape\nred,round\n"})

    asked = [each["code"] for each in answer["missing"]]
    assert asked == ["family", "session", "member", "score"]
    assert set(asked) <= set(MISSING_WORDS)
    assert "report" not in answer
    assert "refusal" not in answer


def test_ages_referrals_and_sites_are_chosen_and_their_words_placed_without_a_line_of_toml(read):
    text = "Family,Who,Session,Total,a,b,c,d,e\nF1,ann,1,30,grown-up,1,by court,x,T1\n"
    kinds = {"Who": "member", "a": "age", "b": "index", "c": "referral", "d": "site"}
    kinds["e"] = "therapist"
    first = read({"s.csv": text.encode()}, corrections={"columns": {"table": kinds}})
    words = {"age": {"grown-up": "18-64"}, "referral": {"by court": "mandated"}}
    said = {"columns": {"table": kinds}, "words": words}
    second = read({"s.csv": text.encode()}, corrections=said)

    assert first["words"] == {
        "age": {"grown-up": ""},
        "index": {"1": "true"},
        "referral": {"by court": ""},
    }
    assert first["report"]["set_aside"] == []
    assert second["report"]["set_aside"] == []
    assert '"grown-up" = "18-64"' in second["mapping"]
    assert '"by court" = "mandated"' in second["mapping"]
    assert "columns.group_id" in second["mapping"]


def test_each_question_and_each_word_of_a_column_has_its_words_on_the_page():
    assert set(MISSING_WORDS) == set(MISSING)
    assert set(WORDS_OF) == set(CHOICES)
    assert set(KINDS) == set(FOUND)
