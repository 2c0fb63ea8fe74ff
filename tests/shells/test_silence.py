from __future__ import annotations

import logging

import pytest
from bokeh.protocol.messages.error import error as error_message
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from dashboard.shells.guards import log_refusal
from dashboard.shells.silence import REFUSED, KindOnly, hide_traces


def fail(error: Exception) -> None:
    raise error


@pytest.fixture
def silenced():
    before = error_message.__dict__["create"]
    hide_traces()
    yield
    error_message.create = before


@pytest.mark.usefixtures("silenced")
def test_an_answer_to_a_bad_message_holds_no_trace_and_no_word_of_it():
    try:
        fail(ValueError("a secret of C-104"))
    except ValueError:
        answer = error_message.create("1", "error working with message: secret of C-104")

    assert answer.content == {"text": REFUSED, "traceback": None}


def test_a_log_record_keeps_its_logger_and_kind_and_nothing_else():
    try:
        fail(KeyError("a secret of C-104"))
    except KeyError as error:
        record = logging.LogRecord(
            "tornado.application",
            logging.ERROR,
            "/home/x.py",
            1,
            "value %s",
            ("C-104",),
            (KeyError, error, error.__traceback__),
        )

    assert KindOnly().filter(record)
    assert record.getMessage() == "tornado.application: KeyError"
    assert logging.Formatter().format(record) == "tornado.application: KeyError"


class _Connection:
    context = None

    def set_close_callback(self, _):
        return None


def test_a_refused_request_is_logged_without_its_codes(caplog):
    start = RequestStartLine("GET", "/download/cells.csv?case=C-104", "HTTP/1.1")
    request = HTTPServerRequest(
        start_line=start, headers=HTTPHeaders({"Host": "127.0.0.1"}), connection=_Connection()
    )
    handler = RequestHandler(Application(), request)
    handler.set_status(400)

    with caplog.at_level(logging.WARNING):
        log_refusal(handler)

    assert caplog.messages == ["GET /download/cells.csv: 400"]
