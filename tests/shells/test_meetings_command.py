"""``alliance meetings``, what the doctor says of the file, and ``serve --meetings``."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest

from dashboard.domain.places import meetings_file
from dashboard.meetings import Entry, MeetingsFile
from dashboard.shells import serving

DAY = dt.date(2026, 11, 2)
FORMULA = '=HYPERLINK("http://elsewhere.example","look")'


@pytest.fixture
def group(tmp_path):
    """A meetings file with two decisions of C1, one of them changed, and one of C2."""
    meetings = MeetingsFile(tmp_path / "group.sqlite")
    first = meetings.record(Entry("C1", "F1", "SUP1", DAY, question="Who?", decision=FORMULA))
    meetings.revise(first.decision_id, 1, "SUP2", {"outcome": "Went on.\nA second line."})
    meetings.record(Entry("C1", "F1", "SUP1", DAY + dt.timedelta(days=7), decision="Later."))
    meetings.record(Entry("C2", "F2", "SUP1", DAY, decision="Elsewhere."))
    return meetings


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A state folder of its own."""
    monkeypatch.setenv("ALLIANCE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_list_prints_the_decisions_of_the_cases_asked_for(alliance, group):
    everything = alliance("meetings", "list", "--meetings", group.path)
    of_one = alliance("meetings", "list", "--case", "C2", "--meetings", group.path)

    assert everything.code == of_one.code == 0
    rows = everything.out.splitlines()[2:]
    assert [row.split()[:2] for row in rows] == [
        ["C1", "2026-11-09"],
        ["C1", "2026-11-02"],
        ["C2", "2026-11-02"],
    ]
    assert "Elsewhere." in of_one.out
    assert "Later." not in of_one.out


def test_json_holds_decisions_every_change_and_what_was_removed(alliance, group):
    group.remove_case("C2", "SUP9")

    whole = json.loads(alliance("meetings", "export", "--meetings", group.path).out)

    assert {name: len(rows) for name, rows in whole.items()} == {
        "decisions": 2,
        "changes": group.history().height,
        "removals": 1,
    }
    assert whole["decisions"][1]["decision"] == FORMULA
    assert whole["removals"][0]["declared_by"] == "SUP9"


def test_no_cell_of_a_csv_file_can_become_a_formula(alliance, group):
    arguments = ("meetings", "export", "--format", "csv", "--meetings", group.path)

    decisions = list(csv.DictReader(io.StringIO(alliance(*arguments).out)))
    changes = list(csv.DictReader(io.StringIO(alliance(*arguments, "--changes").out)))

    assert [row["decision"] for row in decisions] == ["Later.", "'" + FORMULA, "Elsewhere."]
    assert decisions[1]["outcome"] == "Went on.\nA second line."
    assert {row["new_value"] for row in changes if row["field"] == "decision"} == {
        "'" + FORMULA,
        "Later.",
        "Elsewhere.",
    }


def test_an_exported_file_is_for_its_owner_only(alliance, group, tmp_path):
    out = tmp_path / "decisions.csv"

    ran = alliance("meetings", "export", "--format", "csv", "--out", out, "--meetings", group.path)

    assert (ran.code, ran.out) == (0, "")
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"\xef\xbb\xbfdecision_id,case_id")


def test_remove_asks_first_and_then_leaves_nothing_of_the_case(alliance, group):
    arguments = ("meetings", "remove", "C1", "--by", "SUP9", "--meetings", group.path)

    asked = alliance(*arguments)
    assert (asked.code, group.decision_count()) == (1, 3)
    assert "2 decisions of this case" in asked.err
    assert "--yes" in asked.err

    done = alliance(*arguments, "--yes")
    assert (done.code, group.decisions()["case_id"].to_list()) == (0, ["C2"])
    assert "Removed: 2 decisions, 3 changes." in done.err


def test_remove_takes_a_code_for_the_person(alliance, group):
    ran = alliance(
        *("meetings", "remove", "C1", "--by", "Kari Nordmann", "--yes"),
        *("--meetings", group.path),
    )

    assert ran.code == 2
    assert "'declared_by' takes a code" in ran.sentence
    assert group.decision_count() == 3


@pytest.mark.parametrize("words", [("list",), ("export",), ("remove", "C1", "--by", "S", "--yes")])
def test_a_file_that_is_not_there_is_said_and_not_made(alliance, tmp_path, words):
    ran = alliance("meetings", *words, "--meetings", tmp_path / "none.sqlite")

    assert ran.code == 2
    assert "none.sqlite: there is no such meetings file yet" in ran.sentence
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_says_where_the_file_is_and_how_many_decisions_it_holds(alliance, home):
    path = meetings_file()

    empty = json.loads(alliance("doctor", "--json").out)["meetings"]
    assert not path.exists()
    MeetingsFile().record(Entry("C1", "F1", "SUP1", DAY, decision="Once."))

    assert empty == {"path": str(path), "decision_count": 0, "trouble": ""}
    assert json.loads(alliance("doctor", "--json").out)["meetings"]["decision_count"] == 1
    assert f"{path}  1 decision" in alliance("doctor").out


def test_the_doctor_says_what_is_wrong_with_the_file(alliance, home):
    meetings_file().parent.mkdir()
    meetings_file().write_bytes(b"no database" * 500)

    told = json.loads(alliance("doctor", "--json").out)["meetings"]

    assert told["decision_count"] is None
    assert "it is damaged" in told["trouble"]


def test_a_purge_of_the_stores_does_not_touch_the_decisions(alliance, home, sound):
    MeetingsFile().record(Entry("C1", "F1", "SUP1", DAY, decision="Once."))
    assert alliance("query", "case_list", sound).code == 0

    assert alliance("doctor", "--purge").code == 0

    assert not list((home / "stores").iterdir())
    assert MeetingsFile().decision_count() == 1


def test_serve_keeps_decisions_in_the_file_named_or_in_the_state_folder(
    alliance, home, sound, tmp_path, monkeypatch
):
    served = []
    monkeypatch.setattr(
        "dashboard.shells.serve.serve",
        lambda _, **settings: served.append(settings["meetings"].path),
    )

    assert alliance("serve", sound, "--no-open", "--meetings", tmp_path / "own.sqlite").code == 0
    assert (
        serving.serve_source(
            sound, port=0, address="127.0.0.1", open_page=False, mapping=None, instruments=None
        )
        == 0
    )

    assert served == [tmp_path / "own.sqlite", home / "meetings.sqlite"]
