"""``alliance map``: the draft is written once, shown with its reasons, and can be used at once."""

from __future__ import annotations

from dashboard.shells.command import main
from tests.exports.test_drafting import SHEET


def test_the_draft_is_written_and_its_guesses_are_said(tmp_path, capsys):
    file, out = tmp_path / "sheet.csv", tmp_path / "mapping.toml"
    file.write_text(SHEET, encoding="utf-8")

    assert main(["map", str(file), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "role: the column is called 'Role'" in said
    assert main(["check", str(file), "--mapping", str(out)]) == 0


def test_a_mapping_that_is_there_is_never_overwritten(tmp_path, capsys):
    file, out = tmp_path / "sheet.csv", tmp_path / "mapping.toml"
    file.write_text(SHEET, encoding="utf-8")
    out.write_text("corrected by hand", encoding="utf-8")

    assert main(["map", str(file), "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == "corrected by hand"
    assert "is there already" in capsys.readouterr().err
