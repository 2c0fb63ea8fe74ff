"""From the command to the served board: where it will be, what it shows, and what stops it."""

from __future__ import annotations

import datetime as dt
import errno
import shutil

import pytest

from dashboard.errors import AllianceError
from dashboard.shells import pictures as pictures_module
from dashboard.shells import serve as board_server
from dashboard.shells import serving
from dashboard.shells.days import local_day
from dashboard.shells.serving import require_loopback


@pytest.fixture
def served(monkeypatch):
    """Calls of the server, which returns at once."""
    calls = []

    def serve(store, **given):
        calls.append({"families": store.query("case_list")["family_id"].to_list()} | given)

    monkeypatch.setattr(board_server, "serve", serve)
    return calls


def test_the_sample_service_is_shown_where_no_source_is_named(alliance, served):
    ran = alliance("serve", "--no-open")
    assert ran.code == 0
    assert "F-104" in served[0]["families"]
    assert len(set(served[0]["families"])) == 60


def test_the_first_page_is_asked_for_before_the_server_is_imported(
    alliance, served, sound, monkeypatch
):
    begun, order, load = pictures_module.begin_first, [], serving._server
    monkeypatch.setattr(
        pictures_module, "begin_first", lambda shared: order.append(shared) or begun(shared)
    )
    monkeypatch.setattr(serving, "_server", lambda: order.append("imported") or load())
    alliance("serve", sound)

    assert order == [served[0]["pictures"](served[0]["lang"]), "imported"]
    assert order[0].keeps_first


def test_it_says_at_once_where_the_board_will_be(alliance, served, sound):
    ran = alliance("serve", sound, "--port", 5123)
    assert ran.err.startswith("Alliance Board will be at http://127.0.0.1:5123/")
    assert served[0]["port"] == 5123
    assert served[0]["address"] == "127.0.0.1"
    assert served[0]["open_browser"] is True
    assert served[0]["stale_reason"] is None


def test_the_day_of_the_meeting_may_be_given_and_is_otherwise_the_clocks(alliance, served, sound):
    alliance("serve", sound, "--no-open", "--today", "2026-12-24")
    alliance("serve", sound, "--no-open")
    refused = alliance("serve", sound, "--no-open", "--today", "24.12.2026")

    assert served[0]["today"]() == dt.date(2026, 12, 24)
    assert served[1]["today"] is local_day
    assert (refused.code, len(served)) == (2, 2)
    assert "--today takes a day as YYYY-MM-DD" in refused.err


def test_a_free_port_is_not_promised_by_number(alliance, served, sound):
    assert "at a free port" in alliance("serve", sound, "--port", 0, "--no-open").err
    assert served[0]["open_browser"] is False


def test_a_refused_export_leaves_the_last_good_one_on_show_and_says_why(alliance, served, faulty):
    alliance("serve", faulty)
    (faulty / "cases.csv").unlink()
    assert alliance("serve", faulty).code == 0
    assert served[1]["families"] == served[0]["families"]
    assert "cases" in served[1]["stale_reason"]


def test_a_refused_export_without_an_earlier_one_is_a_failure(alliance, served, faulty):
    (faulty / "cases.csv").unlink()
    assert alliance("serve", faulty).code == 2
    assert served == []


def test_a_watched_folder_is_waited_for_and_then_shown_and_looked_at(
    alliance, served, sound, tmp_path, monkeypatch
):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    pauses = iter([lambda: None, lambda: shutil.copytree(sound, inbox, dirs_exist_ok=True)])
    monkeypatch.setattr(serving.time, "sleep", lambda _: next(pauses)())
    ran = alliance("serve", "--watch", inbox)
    assert ran.code == 0
    assert ran.err.count("inbox: expected export files; found none. Waiting for a whole") == 1
    assert len(served[0]["families"]) == 4
    assert served[0]["watch"].folder == inbox
    (inbox / "cases.csv").unlink()
    assert alliance("serve", "--watch", inbox).code == 0
    assert "cases" in served[1]["watch"].state.stale


def test_a_folder_that_cannot_be_watched_is_refused_at_once(alliance, served, sound, tmp_path):
    both, none = alliance("serve", sound, "--watch", sound), alliance("serve", "--watch", "gone")
    assert "no SOURCE stands beside it" in both.sentence
    assert "gone: --watch takes a folder that is there" in none.sentence
    assert (both.code, none.code, served) == (2, 2, [])


def test_without_watch_nothing_looks_at_the_folder(alliance, served, sound):
    alliance("serve", sound)
    assert served[0]["watch"] is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.EADDRINUSE, "Port 5006 is taken"), (errno.EACCES, "cannot listen on port 5006")],
)
def test_a_port_that_cannot_be_used_is_named_with_a_way_out(
    alliance, monkeypatch, sound, number, sentence
):
    def fail(*_, **__):
        raise OSError(number, "not this one")

    monkeypatch.setattr(board_server, "serve", fail)
    ran = alliance("serve", sound)
    assert ran.code == 2
    assert sentence in ran.sentence
    assert "--port" in ran.sentence


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_machine_itself_may_be_listened_on(address):
    require_loopback(address)


@pytest.mark.parametrize("address", ["192.168.1.4", "0.0.0.0", "::", "clinic.example", ""])  # noqa: S104
def test_an_address_that_others_reach_is_refused(address):
    with pytest.raises(AllianceError, match="this machine only"):
        require_loopback(address)


@pytest.mark.parametrize("port", [99_999, 65_536, -5])
def test_a_number_that_is_no_port_is_refused_before_an_address_is_announced(
    alliance, served, sound, port
):
    ran = alliance("serve", sound, f"--port={port}")
    assert ran.code == 2
    assert "--port takes a number from 0 to 65535" in ran.sentence
    assert "will be at" not in ran.err
    assert served == []
