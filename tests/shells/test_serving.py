"""From the command to the served board: where it will be, what it shows, and what stops it."""

from __future__ import annotations

import errno

import pytest

from dashboard.errors import AllianceError
from dashboard.shells import serve as board_server
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


def test_it_says_at_once_where_the_board_will_be(alliance, served, sound):
    ran = alliance("serve", sound, "--port", 5123)
    assert ran.err.startswith("Alliance Board will be at http://127.0.0.1:5123/")
    assert served[0]["port"] == 5123
    assert served[0]["address"] == "127.0.0.1"
    assert served[0]["open_browser"] is True
    assert served[0]["stale_reason"] is None


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
