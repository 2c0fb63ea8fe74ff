"""Nothing of the data, and no path of the machine, in logs or in answers to a bad message."""

from __future__ import annotations

import logging
from typing import Any

from bokeh.protocol.messages.error import error as error_message

_LOGGERS = (
    "bokeh.application.application",
    "bokeh.server.contexts",
    "bokeh.server.protocol_handler",
    "bokeh.server.session",
    "bokeh.server.views.auth_request_handler",
    "bokeh.server.views.session_handler",
    "bokeh.server.views.ws",
    "bokeh.util.token",
    "tornado.access",
    "tornado.application",
    "tornado.general",
)
REFUSED = "The message could not be used."


class KindOnly(logging.Filter):
    """Leaves of a record its logger and the kind of error; values and traces are dropped."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return true after the record has been reduced to its kind."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.name}: {kind.__name__ if kind else record.levelname.lower()}"
        record.args = ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def hide_traces() -> None:
    """Keep values, traces and paths out of the server's log and of its answers.

    A browser that sends a message the server cannot use is told so and nothing else.
    """
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, KindOnly) for each in logger.filters):
            logger.addFilter(KindOnly())
    error_message.create = classmethod(_refusal)


def _refusal(cls: Any, /, request_id: Any, text: str, **metadata: Any) -> Any:  # noqa: ANN401
    header = cls.create_header(request_id=request_id)
    return cls(header, metadata, {"text": REFUSED, "traceback": None})
