"""Decisions over HTTP: only the board's own page may write, and every answer is a sentence."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import logging
from dataclasses import dataclass
from typing import Any

import pytest

from dashboard.meetings import Entry, MeetingsFile
from dashboard.shells.decisions import BODY_LIMIT, OWN_HEADER, local_day
from tests.support.rich_service import rich_service
from tests.support.served import served

HEADERS = {"Content-Type": "application/json", OWN_HEADER: "1"}
WORDS = "Kept between the four of us"
NEW = {"case_id": "C1", "declared_by": "SUP1", "question": "How to begin?", "decision": "Ask."}


@dataclass
class Answer:
    status: int
    content: dict[str, Any]
    headers: http.client.HTTPMessage


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decisions")
    meetings = MeetingsFile(folder / "group" / "meetings.sqlite", wait_seconds=0.2)
    with rich_service().open(folder / "store") as store, served(store, meetings=meetings) as board:
        yield board, meetings


@pytest.fixture
def board(running):
    return running[0]


@pytest.fixture
def meetings(running):
    """The meetings file of the board, empty for each test."""
    kept = running[1]
    for file in kept.path.parent.glob("*"):
        file.unlink()
    return kept


def ask(board, method="GET", body=None, headers=HEADERS):
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=30)
    sent = json.dumps(body).encode() if isinstance(body, dict) else body
    connection.request(method, "/decisions", body=sent, headers=headers if body else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return Answer(answer.status, json.loads(text) if text[:1] == "{" else {}, answer.headers)


def latest_held(board, case_id):
    sessions = board.store.query("case_sessions").filter(case_id=case_id, status="held")
    return sessions["session_no"].max()


def family(board, case_id):
    return board.store.query("case_list").filter(case_id=case_id)["family_id"].item()


def test_without_a_decision_the_list_is_empty_and_no_file_is_made(board, meetings):
    answer = ask(board)

    assert answer.status == 200
    assert answer.content == {
        "decisions": [],
        "last_meeting_on": None,
        "today": local_day().isoformat(),
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "form-action 'none'" in answer.headers["Content-Security-Policy"]
    assert not meetings.path.exists()


def test_a_new_decision_is_kept_with_what_the_data_say_and_read_again(board, meetings):
    review = local_day() + dt.timedelta(days=14)

    answer = ask(
        board, "POST", {**NEW, "agreed_strategy": "reframing", "review_on": review.isoformat()}
    )

    assert answer.status == 201
    kept = answer.content["decision"]
    assert kept["family_id"] == family(board, "C1")
    assert kept["discussed_session_no"] == latest_held(board, "C1")
    assert kept["decided_on"] == local_day().isoformat()
    assert (kept["revision"], kept["state"], kept["outcome"]) == (1, "open", None)
    assert ask(board).content["decisions"] == [kept]
    assert ask(board).content["last_meeting_on"] == kept["decided_on"]
    assert meetings.decision_count() == 1


def test_a_decision_sent_again_after_a_lost_answer_is_written_once(board, meetings):
    sent = {**NEW, "request_key": "a" * 32}
    first = ask(board, "POST", sent)
    again = ask(board, "POST", sent)
    other = ask(board, "POST", {**sent, "decision": "Ask later."})

    assert (first.status, again.status, other.status) == (201, 201, 400)
    assert again.content == first.content
    assert "sent before with other words" in other.content["error"]
    assert meetings.decision_count() == 1


def test_the_day_that_serve_was_given_is_that_of_every_answer_and_entry(board, meetings):
    day = dt.date(2026, 12, 24)
    with served(board.store, meetings=meetings, today=lambda: day) as other:
        kept = ask(other, "POST", NEW).content["decision"]
        told = ask(other).content

    assert kept["decided_on"] == told["today"] == "2026-12-24"


def test_a_change_is_kept_with_the_day_and_session_of_its_review(board, meetings):
    kept = ask(board, "POST", NEW).content["decision"]
    change = {"decision_id": kept["decision_id"], "revision": 1, "declared_by": "SUP2"}

    answer = ask(board, "POST", {**change, "state": "done", "outcome": "Asked."})

    assert answer.status == 200
    changed = answer.content["decision"]
    assert (changed["revision"], changed["state"], changed["outcome"]) == (1 + 1, "done", "Asked.")
    assert changed["reviewed_on"] == local_day().isoformat()
    assert changed["reviewed_session_no"] == latest_held(board, "C1")
    assert meetings.decisions()["outcome"].to_list() == ["Asked."]


def test_the_second_of_two_changes_gets_the_first_one_and_keeps_its_own_text(board, meetings):
    kept = ask(board, "POST", NEW).content["decision"]
    change = {"decision_id": kept["decision_id"], "revision": 1, "declared_by": "SUP2"}
    first = ask(board, "POST", {**change, "decision": "First."}).content["decision"]

    second = ask(board, "POST", {**change, "decision": "Second."})

    assert (second.status, second.content["code"]) == (409, "conflict")
    assert second.content["decision"] == first
    refused = meetings.history(kept["decision_id"]).filter(kind="refused")
    assert refused["new_value"].to_list() == ["Second."]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({**NEW, "case_id": "C404"}, "No such case"),
        ({**NEW, "case_id": ["C1"]}, "No such case"),
        ({"declared_by": "SUP1", "decision": "Ask."}, "No such case"),
        ({**NEW, "declared_by": "Kari Nordmann"}, "'declared_by' takes a code"),
        ({"case_id": "C1", "decision": "Ask."}, "'declared_by' takes a code"),
        ({**NEW, "question": "", "decision": ""}, "both are empty"),
        ({**NEW, "decision": "x" * 4001}, "at most 4000 characters"),
        ({**NEW, "agreed_strategy": "shouting"}, "'agreed_strategy' takes one of"),
        ({**NEW, "agreed_member_id": "stranger"}, "a member of this case"),
        ({**NEW, "agreed_member_id": ["x"]}, "a member of this case"),
        ({**NEW, "review_on": "2020-01-01"}, "lies before"),
        ({**NEW, "review_on": 7}, "takes a day"),
        ({**NEW, "family_id": "F9"}, "Only these fields"),
        ({**NEW, "state": "done"}, "Only these fields"),
        (b"[1]", "one JSON object"),
        (b"{", "one JSON object"),
        (b"\xff\xfe", "one JSON object"),
        (b"[" * 50_000, "one JSON object"),
    ],
)
def test_what_cannot_be_kept_is_answered_with_a_sentence(board, meetings, body, sentence):
    answer = ask(board, "POST", body)

    assert (answer.status, answer.content["code"]) == (400, "refused")
    assert sentence in answer.content["error"]
    assert meetings.decision_count() == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"decision_id": "nothing"}, 404),
        ({"decision_id": 7}, 404),
        ({"revision": "1"}, 400),
        ({"revision": True}, 400),
        ({"state": "closed"}, 400),
        ({"case_id": "C2"}, 400),
        ({"declared_by": ""}, 400),
        ({"agreed_member_id": "stranger"}, 400),
    ],
)
def test_a_change_that_cannot_be_made_is_answered_with_a_sentence(board, meetings, fields, status):
    kept = ask(board, "POST", NEW).content["decision"]
    change = {"decision_id": kept["decision_id"], "revision": 1, "declared_by": "SUP2"}

    answer = ask(board, "POST", {**change, "decision": "New", **fields})

    assert answer.status == status
    assert answer.content["error"]
    assert meetings.decision(kept["decision_id"]).revision == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json"}, 403),
        ({"Content-Type": "text/plain", OWN_HEADER: "1"}, 415),
        ({OWN_HEADER: "1"}, 415),
        ({**HEADERS, "Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere.example"}, 403),
        ({**HEADERS, "Sec-Fetch-Site": "same-site"}, 403),
        ({**HEADERS, "Origin": "http://elsewhere.example"}, 403),
        ({**HEADERS, "Origin": "null"}, 403),
        ({**HEADERS, "Host": "elsewhere.example"}, 403),
    ],
)
def test_only_the_boards_own_page_may_write(board, meetings, headers, status):
    answer = ask(board, "POST", NEW, headers)

    assert answer.status == status
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert meetings.decision_count() == 0


def test_the_boards_own_page_is_let_in(board, meetings):
    origin = {"Origin": f"http://{board.host}", "Sec-Fetch-Site": "same-origin"}

    assert ask(board, "POST", NEW, {**HEADERS, **origin}).status == 201


def test_other_methods_are_not_answered(board, meetings):
    assert {ask(board, method).status for method in ("OPTIONS", "DELETE", "PUT")} == {405}


def test_a_body_over_the_limit_is_refused(board, meetings):
    assert ask(board, "POST", {**NEW, "question": "x" * BODY_LIMIT}).status == 413


def test_cases_that_these_data_do_not_have_are_neither_shown_nor_changed(board, meetings):
    gone = meetings.record(Entry("GONE", "F1", "SUP1", local_day(), decision=WORDS))
    change = {"decision_id": gone.decision_id, "revision": 1, "declared_by": "SUP2"}

    assert ask(board).content["decisions"] == []
    assert ask(board, "POST", {**change, "state": "done"}).status == 404
    assert meetings.decision(gone.decision_id).revision == 1


def test_a_file_that_cannot_be_read_or_written_is_said_and_nothing_breaks(board, meetings):
    meetings.path.write_bytes(b"no database" * 500)

    for answer in (ask(board), ask(board, "POST", NEW)):
        assert (answer.status, answer.content["code"]) == (503, "unavailable")
        assert "meetings.sqlite" in answer.content["error"]
        assert str(meetings.path.parent) not in answer.content["error"]


def test_no_word_of_the_group_is_logged_whatever_happens(board, meetings, caplog, monkeypatch):
    with caplog.at_level(logging.DEBUG):
        ask(board, "POST", {**NEW, "decision": WORDS})
        ask(board, "POST", {**NEW, "decision": WORDS, "state": WORDS})

        def fail(*_):
            raise ZeroDivisionError(WORDS)

        monkeypatch.setattr(MeetingsFile, "record", fail)
        answer = ask(board, "POST", {**NEW, "decision": WORDS})

    assert (answer.status, answer.content["code"]) == (500, "failed")
    assert WORDS not in json.dumps(answer.content)
    assert "ZeroDivisionError" in caplog.text
    assert WORDS not in caplog.text


def test_without_a_meetings_file_there_is_no_such_address(tmp_path):
    with rich_service().open(tmp_path / "store") as store, served(store) as board:
        assert ask(board).status == 404
