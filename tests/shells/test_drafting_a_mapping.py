"""``alliance map``: the draft is written once, shown with its reasons, and can be used at once."""

from __future__ import annotations

from dashboard.shells.command import main
from tests.exports.test_drafting import SHEET
from tests.exports.test_drafting_redcap import DICTIONARY, RECORDS
from tests.support.repository import REPOSITORY


def test_the_draft_is_written_and_its_guesses_are_said(tmp_path, capsys):
    file, out = tmp_path / "sheet.csv", tmp_path / "mapping.toml"
    file.write_text(SHEET, encoding="utf-8")

    assert main(["map", str(file), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "role: the column is called 'Role'" in said
    assert main(["check", str(file), "--mapping", str(out)]) == 0


def test_what_to_do_next_stands_at_the_end_with_where_an_example_stands(tmp_path, capsys):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
    (folder / "records.csv").write_text(RECORDS, encoding="utf-8")

    assert main(["map", str(folder), "--out", str(tmp_path / "mapping.toml")]) == 0
    said = capsys.readouterr().out
    _, _, next_steps = said.partition("What to do next\n")
    assert f"alliance check {folder} --mapping {tmp_path / 'mapping.toml'}" in next_steps
    assert f"alliance serve {folder} --mapping {tmp_path / 'mapping.toml'}" in next_steps
    assert "page Import" in next_steps
    assert "docs/examples/redcap" in next_steps
    assert (REPOSITORY / "docs" / "examples" / "redcap").is_dir()


def test_what_a_person_has_to_say_is_said_with_its_place_in_the_mapping(tmp_path, capsys):
    file = tmp_path / "odd.csv"
    file.write_text("colour,shape\nred,round\n", encoding="utf-8")

    assert main(["map", str(file), "--out", str(tmp_path / "mapping.toml")]) == 0
    said = capsys.readouterr().out
    assert "number or the day of the session (in the mapping: columns.session_no)" in said
    assert "What each key means: docs/mapping.md." in said


def test_a_mapping_that_is_there_is_never_overwritten(tmp_path, capsys):
    file, out = tmp_path / "sheet.csv", tmp_path / "mapping.toml"
    file.write_text(SHEET, encoding="utf-8")
    out.write_text("corrected by hand", encoding="utf-8")

    assert main(["map", str(file), "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == "corrected by hand"
    assert "is there already" in capsys.readouterr().err
