"""Every failure: one sentence on standard error, and an exit code that says what kind it was."""

from __future__ import annotations

import json
import os
import runpy

import pytest

from dashboard.errors import PendingSource, StoreError
from dashboard.shells import checking, command
from tests.shells.conftest import replace


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chek"], 'Unknown command "chek". Did you mean "check"?'),
        (["check"], "parameter SOURCE requires an argument"),
        (["check", "--jsn", "x"], "Unknown option: --jsn. Did you mean --json?"),
        (["query", "case_list", "--format", "xml"], "Choose from"),
        (
            ["sample", "x", "--families", "many"],
            'Invalid value for --families: unable to convert "many" into int.',
        ),
        (["serve", "--address", "0.0.0.0"], "listens on this machine only"),  # noqa: S104
        (["serve", "--address", "my-laptop"], "listens on this machine only"),
    ],
)
def test_a_slip_of_the_keyboard_is_answered_in_words(alliance, arguments, sentence):
    ran = alliance(*arguments)
    assert ran.code == 2
    assert sentence in ran.sentence
    assert ran.out == ""


def test_a_source_that_is_not_there_is_named_without_its_folder(alliance, tmp_path):
    ran = alliance("check", tmp_path / "exports")
    assert ran.code == 2
    assert "exports: there is no such folder or file" in ran.sentence
    assert str(tmp_path) not in ran.err


def test_an_export_still_being_written_is_pending(alliance, sound, tmp_path):
    half = tmp_path / "half"
    half.mkdir()
    for file in sound.iterdir():
        (half / file.name).write_bytes(file.read_bytes())
    replace(half / "forms.csv", 2, "complete", "declined")
    ran = alliance("check", half, "--json")
    assert ran.code == 3
    told = json.loads(ran.out)
    assert (told["exit_code"], told["error"]["kind"]) == (3, "PendingSource")
    assert told["error"]["message"] in ran.sentence


def test_a_folder_without_a_table_is_refused_for_people_too(alliance, tmp_path):
    (tmp_path / "letter.txt").write_text("hello")
    ran = alliance("check", tmp_path)
    assert ran.code == 2
    assert ran.out == ""


def test_a_defect_asks_for_a_report_and_shows_no_traceback(alliance, monkeypatch, sound):
    monkeypatch.setattr(checking, "check_source", lambda *_, **__: 1 / 0)
    ran = alliance("check", sound)
    assert ran.code == 70
    assert "defect of the board" in ran.sentence
    assert "ZeroDivisionError" in ran.sentence
    assert "Traceback" not in ran.err


def test_with_debugging_on_the_failure_itself_is_raised(monkeypatch, sound):
    monkeypatch.setenv("ALLIANCE_DEBUG", "1")
    monkeypatch.setattr(checking, "check_source", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        command.main(["check", str(sound)])


@pytest.mark.parametrize(("error", "code"), [(StoreError("No."), 2), (PendingSource("Wait."), 3)])
def test_the_exit_code_is_that_of_the_error(alliance, monkeypatch, sound, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(checking, "check_source", fail)
    ran = alliance("check", sound)
    assert (ran.code, ran.sentence) == (code, f"alliance: {error}")


def test_a_file_that_cannot_be_read_is_named(alliance, monkeypatch, sound):
    def fail(*_, **__):
        raise PermissionError(13, "Permission denied", "/somewhere/else/forms.csv")

    monkeypatch.setattr(checking, "check_source", fail)
    ran = alliance("check", sound)
    assert ran.code == 2
    assert ran.sentence == "alliance: forms.csv: cannot be read or written (Permission denied)."


def test_an_operating_system_that_names_no_file_is_quoted(alliance, monkeypatch, sound):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checking, "check_source", fail)
    assert "No space left on device" in alliance("check", sound).sentence


def test_stopping_a_command_is_not_a_failure_to_explain(alliance, monkeypatch, sound):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "check_source", stop)
    ran = alliance("check", sound)
    assert (ran.code, ran.err) == (130, "")


def test_a_closed_pipe_ends_quietly(monkeypatch, sound):
    def close(*_, **__):
        raise BrokenPipeError

    pointed = []
    monkeypatch.setattr(checking, "check_source", close)
    monkeypatch.setattr(os, "dup2", lambda *numbers: pointed.append(numbers))
    assert command.main(["check", str(sound)]) == 141
    assert len(pointed) == 1


def test_without_a_command_the_help_is_shown(alliance):
    ran = alliance()
    assert ran.code == 0
    assert "Usage: alliance COMMAND" in ran.out


def test_the_package_run_as_a_module_is_the_command(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["dashboard", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("dashboard", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == command.dashboard.__version__


def test_the_process_arguments_are_used_where_none_are_given(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["alliance", "--version"])
    assert command.main() == 0
    assert capsys.readouterr().out.strip() == command.dashboard.__version__
