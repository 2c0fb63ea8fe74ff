"""What the group has discussed, as the agenda takes it: its order and its window begin there."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from pathlib import Path

from dashboard.errors import MeetingsError
from dashboard.meetings import MeetingsFile

logger = logging.getLogger(__name__)


def discussed_params(meetings: MeetingsFile) -> dict[str, object]:
    """Return which cases were discussed, up to which session and when.

    Args:
        meetings: The group's own file.

    Returns:
        Parameters of ``agenda_reasons``; empty where nothing was discussed yet, and where the
        file cannot be read, so that the agenda is still there.
    """
    try:
        cases, met_on = meetings.last_discussed(), meetings.last_meeting_on()
    except MeetingsError:
        logger.warning("the meetings file could not be read for the agenda")
        return {}
    if cases.is_empty() and met_on is None:
        return {}
    return {
        "discussed_case_ids": cases["case_id"].to_list(),
        "discussed_session_nos": cases["discussed_session_no"].fill_null(0).to_list(),
        "discussed_dates": cases["discussed_on"].to_list(),
        "last_meeting_on": met_on,
    }


def discussed_in(file: str | Path | None) -> Callable[[], dict[str, object]]:
    """Return how to ask a meetings file what was discussed, anew each time.

    Args:
        file: The group's own file; none for that of the state folder. It is only read, and one
            that is not there yet counts as empty.
    """
    return functools.partial(discussed_params, MeetingsFile(Path(file) if file else None))
