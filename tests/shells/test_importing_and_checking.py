"""Loading exports into a store, and accounting for every row of them."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from dashboard.domain.places import data_folder
from dashboard.exports.schemas import NATIVE_TABLES
from dashboard.shells import checking, importing
from tests.shells.conftest import replace


def test_an_export_becomes_the_first_generation_of_a_store(alliance, sound, tmp_path):
    ran = alliance("import", sound, "--store", tmp_path / "store")
    assert ran.code == 0
    assert ran.out == (
        "store: generation 1 is in use: 1115 rows in the native tables, "
        "0 rows of the files set aside. Rules of signals: 1.0.\n"
    )


def test_an_export_that_is_in_use_already_is_not_loaded_again(alliance, sound, tmp_path):
    outcomes = [
        json.loads(alliance("import", sound, "--store", tmp_path / "store", "--json").out)
        for _ in range(3)
    ]
    assert outcomes[1] == outcomes[2]


def test_half_a_copy_is_pending_and_not_loaded(alliance, faulty, tmp_path, monkeypatch):
    forms, store = faulty / "forms.csv", tmp_path / "store"
    whole = forms.read_bytes()
    rows = whole.splitlines(keepends=True)
    forms.write_bytes(b"".join(rows[:9]) + rows[9][:-4])
    cut = alliance("import", faulty, "--store", store)
    assert (cut.code, "forms.csv: the last line has no line end" in cut.sentence) == (3, True)
    read = importing.read_export

    def read_while_it_is_copied(*args, **kwargs):
        export = read(*args, **kwargs)
        forms.write_bytes(whole)
        return export

    forms.write_bytes(b"".join(rows[:9]))
    monkeypatch.setattr(importing, "read_export", read_while_it_is_copied)
    growing = alliance("import", faulty, "--store", store)
    assert (growing.code, "a copy is still under way" in growing.sentence) == (3, True)
    assert not list(tmp_path.glob("store/generation-*"))


def test_the_outcome_of_an_import_for_a_machine(alliance, faulty, tmp_path):
    ran = alliance("import", faulty, "--store", tmp_path / "store", "--json")
    outcome = json.loads(ran.out)
    assert (ran.code, outcome["generation"], outcome["set_aside_count"]) == (0, 1, 26)
    assert outcome["native_row_count"] == sum(f["accepted_count"] for f in outcome["files"])


def test_an_import_with_rows_set_aside_says_where_to_read_why(alliance, faulty, tmp_path):
    store = tmp_path / "store"
    ran = alliance("import", faulty, "--store", store)
    assert "26 rows of the files set aside" in ran.out
    assert f"alliance check {store}" in ran.out


def test_a_store_accounts_for_its_import_like_the_export_itself(alliance, faulty, tmp_path):
    store = tmp_path / "store"
    alliance("import", faulty, "--store", store)
    of_export, of_store = (
        json.loads(alliance("check", source, "--json").out) for source in (faulty, store)
    )
    for part in ("files", "set_aside", "notices"):
        order = lambda row: tuple(map(str, row.values()))  # noqa: E731
        assert sorted(of_store[part], key=order) == sorted(of_export[part], key=order)


def test_the_rows_set_aside_as_csv_for_a_spreadsheet(alliance, faulty):
    ran = alliance("check", faulty, "--format", "csv")
    told = json.loads(alliance("check", faulty, "--format", "json").out)
    lines = list(csv.DictReader(ran.out.splitlines()))
    assert (ran.code, ran.err, len(lines)) == (1, "", 26)
    assert [{**row, "row_no": str(row["row_no"])} for row in told["set_aside"]] == [
        {name: text or None for name, text in line.items()} for line in lines
    ]


def test_a_sound_export_as_csv_is_the_header_alone(alliance, sound):
    ran = alliance("check", sound, "--format", "csv")
    assert (ran.code, ran.out) == (0, "file,row_no,table_name,column_name,rule,mend\n")


def test_a_row_corrected_in_the_export_comes_in_at_the_next_import(alliance, faulty, tmp_path):
    store = tmp_path / "store"
    alliance("import", faulty, "--store", store)
    replace(faulty / "sessions.csv", 3, "hold", "held")
    ran = alliance("import", faulty, "--store", store)
    assert ran.code == 0
    assert "generation 2 is in use" in ran.out
    assert "2 rows of the files set aside" in ran.out  # 26, without the session and the 23 under it
    assert "Beside the generation before: " in ran.out
    assert "sessions 1 new" in ran.out
    told = json.loads(alliance("check", store, "--format", "json").out)
    assert sorted((row["file"], row["row_no"]) for row in told["set_aside"]) == [
        ("item_scores.csv", 5),
        ("item_scores.csv", 9),
    ]


def test_an_import_of_the_same_rows_in_another_form_says_so(alliance, sound, tmp_path):
    store = tmp_path / "store"
    alliance("import", sound, "--store", store)
    again = tmp_path / "again"
    shutil.copytree(sound, again)
    replace(again / "manifest.json", 3, "generator", "maker")
    ran = alliance("import", again, "--store", store)
    assert "Beside the generation before: the same rows.\n" in ran.out


def test_several_files_are_one_export(alliance, sound, tmp_path):
    files = [sound / f"{table}.csv" for table in NATIVE_TABLES]
    ran = alliance(
        "import", *files, sound / "manifest.json", "--store", tmp_path / "store", "--json"
    )
    assert ran.code == 0
    alone = alliance("import", sound, "--store", tmp_path / "other", "--json")
    hashes = {json.loads(each.out)["content_hash"] for each in (ran, alone)}
    assert len(hashes) == 1


def test_folders_and_files_are_taken_together(alliance, sound, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    for number, table in enumerate(NATIVE_TABLES):
        file = sound / f"{table}.csv"
        ((first, second)[number % 2] / file.name).write_bytes(file.read_bytes())
    ran = alliance("import", first, second, "--store", tmp_path / "store")
    assert ran.code == 0


def test_two_files_of_one_name_are_refused_and_nothing_is_loaded(alliance, sound, tmp_path):
    ran = alliance("import", sound, sound, "--store", tmp_path / "store")
    assert ran.code == 2
    assert "two of the sources hold a file of this name" in ran.sentence
    assert not (tmp_path / "store").exists()


def test_one_of_several_sources_that_is_missing_is_named(alliance, sound, tmp_path):
    ran = alliance("import", sound, tmp_path / "more.csv", "--store", tmp_path / "store")
    assert "more.csv: there is no such file or folder" in ran.sentence


def test_files_are_copied_where_they_cannot_be_linked(monkeypatch, sound):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr("os.link", refuse)
    with importing.gathered([sound / "forms.csv", sound / "cases.csv"]) as together:
        assert (together / "forms.csv").read_bytes() == (sound / "forms.csv").read_bytes()
    assert not together.exists()


def test_a_sound_account_is_told_to_people_with_its_note(alliance):
    ran = alliance("check", data_folder("sample_data"))
    assert ran.code == 0
    assert ran.out.startswith("sample_data: invented sample data\n")
    assert "components_not_interpretable     24  " in ran.out
    assert ran.out.endswith("Every row is sound.\n")


def test_an_account_without_anything_to_know_says_so_in_one_sentence(alliance, sound):
    ran = alliance("check", sound)
    assert ran.code == 0
    assert "worth knowing" not in ran.out
    assert ran.out.endswith("1115 rows = 1115 accepted + 0 set aside\n\nEvery row is sound.\n")


def test_a_long_account_stops_and_says_how_to_get_the_rest(alliance, faulty, monkeypatch):
    monkeypatch.setattr(checking, "SHOWN_ROWS", 1)
    ran = alliance("check", faulty)
    assert "2 more; --format csv prints every one." in ran.err


def test_an_account_without_followers_names_causes_only(alliance, faulty):
    (faulty / "sessions.csv").write_text(
        (faulty / "sessions.csv").read_text().replace("hold", "held")
    )
    ran = alliance("check", faulty)
    assert ran.code == 1
    assert "further rows only belong to these" not in ran.out


@pytest.mark.parametrize("inside", ["", "store", "../faulty", "deep/store"])
def test_a_store_is_never_made_in_the_folder_of_its_export(alliance, faulty, inside):
    before = sorted(file.name for file in faulty.iterdir())
    ran = alliance("import", faulty, "--store", faulty / inside)
    assert ran.code == 2
    assert "a store needs a folder of its own" in ran.sentence
    assert sorted(file.name for file in faulty.iterdir()) == before


def test_a_store_is_never_made_beside_the_files_of_an_export(alliance, sound, faulty):
    for source in (sound, faulty / "cases.csv"):
        ran = alliance("import", source, "--store", faulty)
        assert (ran.code, (faulty / "CURRENT").exists()) == (2, False)
        assert "a store needs a folder of its own" in ran.sentence


@pytest.mark.parametrize("file", ["sessions.csv", "MANIFEST.json", "all.ZIP"])
def test_a_folder_that_is_store_and_export_at_once_is_refused(alliance, sound, tmp_path, file):
    store = tmp_path / "store"
    alliance("import", sound, "--store", store)
    (store / "notes.txt").write_text("a text of ours")
    assert alliance("check", store).code == 0
    (store / file).write_text("session_id\n")
    for command in (("check",), ("query", "case_list")):
        ran = alliance(*command, store)
        assert ran.code == 2
        assert "Move the export into a folder of its own" in ran.sentence
