"""What the group decided, for the page: read and written as JSON by its own origin only."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import polars as pl
from tornado.web import RequestHandler

from dashboard.errors import (
    AllianceError,
    DecisionGone,
    EntryError,
    MeetingsError,
    RevisionConflict,
)
from dashboard.meetings import DECISIONS, Decision, Entry
from dashboard.shells.days import local_day

if TYPE_CHECKING:
    from dashboard.meetings import MeetingsFile
    from dashboard.panels.shared import SharedPictures

logger = logging.getLogger(__name__)

OWN_HEADER = "X-Alliance-Board"
"""A page of another origin cannot send it without asking first, and is told no."""

BODY_LIMIT = 100_000
KEY = "request_key"
"""Made by the page for one entry and sent again with every retry of it."""

WRITTEN = frozenset(
    {
        KEY,
        *("case_id", "declared_by", "question", "decision", "agreed_strategy"),
        *("agreed_member_id", "review_on", "decided_on"),
    }
)
CHANGED = frozenset(
    {
        *("question", "decision", "agreed_strategy", "agreed_member_id", "review_on"),
        *("decided_on", "state", "outcome"),
    }
)
_NAMED = frozenset({"decision_id", "revision", "declared_by"})
_NO_CASE = "No such case is in these data. Reload the page and write it down there."


class Decisions(RequestHandler):
    """Answers ``/decisions``: GET gives all current decisions, POST keeps a new or changed one."""

    def initialize(
        self,
        shared: SharedPictures,
        meetings: MeetingsFile,
        today: Callable[[], dt.date] = local_day,
    ) -> None:
        """Keep what the process shares, the meetings file and the clock."""
        self._cases = _Cases(shared)
        self._meetings = meetings
        self._today = today

    async def get(self) -> None:
        """Write the current decisions of the cases that exist for the scope."""
        try:
            known = self._cases.families()
            kept = await asyncio.to_thread(self._meetings.decisions, list(known))
            met_on = await asyncio.to_thread(self._meetings.last_meeting_on)
        except AllianceError as error:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error))
            return
        self._answer(
            HTTPStatus.OK,
            {
                "decisions": [_plain(row) for row in kept.iter_rows(named=True)],
                "last_meeting_on": met_on and met_on.isoformat(),
                "today": self._today().isoformat(),
            },
        )

    async def post(self) -> None:
        """Keep a decision; one with a ``decision_id`` is a change to that one."""
        try:
            typed = self._typed()
            if typed is not None:
                await self._keep(typed)
        except EntryError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, "refused", str(error))
        except DecisionGone as error:
            self._refuse(HTTPStatus.NOT_FOUND, "gone", str(error))
        except MeetingsError as error:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error))

    async def _keep(self, typed: Mapping[str, Any]) -> None:
        if "decision_id" not in typed:
            entry = self._entry(typed)
            decision = await asyncio.to_thread(self._meetings.record, entry, typed.get(KEY))
            self._answer(HTTPStatus.CREATED, {"decision": _row(decision)})
            return
        decision = await self._current(typed["decision_id"])
        try:
            changed = await asyncio.to_thread(self._revise, decision, typed)
        except RevisionConflict as error:
            current = await self._current(decision.decision_id)
            also = {"decision": _row(current)}
            self._refuse(HTTPStatus.CONFLICT, "conflict", str(error), also)
            return
        self._answer(HTTPStatus.OK, {"decision": _row(changed)})

    def _typed(self) -> dict[str, Any] | None:
        """Return the object that was sent, or none where the request was refused already."""
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not self.request.headers.get(OWN_HEADER):
            self._refuse(HTTPStatus.FORBIDDEN, "refused", f"The header {OWN_HEADER} is missing.")
        elif kind != "application/json":
            sentence = "A decision is sent as application/json."
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "refused", sentence)
        elif len(self.request.body) > BODY_LIMIT:
            sentence = f"A decision has at most {BODY_LIMIT} bytes."
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "refused", sentence)
        else:
            return _object(self.request.body)
        return None

    def _entry(self, typed: Mapping[str, Any]) -> Entry:
        _require_only(typed, WRITTEN)
        case_id = typed.get("case_id")
        family_id = self._cases.families().get(case_id) if isinstance(case_id, str) else None
        if not isinstance(case_id, str) or family_id is None:
            raise EntryError(_NO_CASE)
        self._cases.require_member(case_id, typed.get("agreed_member_id"))
        told = {name: value for name, value in typed.items() if name != KEY}
        given = {"declared_by": "", "decided_on": self._today(), **told}
        session_no = self._cases.latest_held(case_id)
        return Entry(**given, family_id=family_id, discussed_session_no=session_no)

    def _revise(self, decision: Decision, typed: Mapping[str, Any]) -> Decision:
        _require_only(typed, _NAMED | CHANGED)
        revision = typed.get("revision")
        if not isinstance(revision, int) or isinstance(revision, bool):
            message = "'revision' takes the number of the revision that was looked at."
            raise EntryError(message)
        changes = {name: value for name, value in typed.items() if name in CHANGED}
        if changes.keys() & {"state", "outcome"}:
            session_no = self._cases.latest_held(decision.case_id)
            changes |= {"reviewed_on": self._today(), "reviewed_session_no": session_no}
        self._cases.require_member(decision.case_id, changes.get("agreed_member_id"))
        person = typed.get("declared_by", "")
        return self._meetings.revise(decision.decision_id, revision, person, changes)

    async def _current(self, decision_id: object) -> Decision:
        """Return a decision of a case that exists for the scope."""
        decision = await asyncio.to_thread(self._meetings.decision, str(decision_id))
        if decision.case_id not in self._cases.families():
            raise DecisionGone(_NO_CASE)
        return decision

    def _refuse(
        self, status: HTTPStatus, code: str, sentence: str, also: Mapping[str, Any] | None = None
    ) -> None:
        self._answer(status, {"error": sentence, "code": code, **(also or {})})

    def _answer(self, status: HTTPStatus, content: Mapping[str, Any]) -> None:
        self.set_status(status)
        self.finish(dict(content))

    def log_exception(self, *exception: Any) -> None:  # noqa: ANN401 - Tornado's own form
        """Log the kind of a defect only; its words may be those of the group."""
        kind = exception[0]
        logger.warning("a decision was not answered: %s", getattr(kind, "__name__", "unknown"))

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ANN401 - Tornado's own form
        """Say that it did not work, without a trace."""
        sentence = "The board could not keep or read this. Copy your text and reload the page."
        self._refuse(HTTPStatus(status_code), "failed", sentence)


class _Cases:
    """The cases that exist for the person, as the published data have them."""

    def __init__(self, shared: SharedPictures) -> None:
        self._shared = shared

    def families(self) -> dict[str, str]:
        """Return the family of each case."""
        return self._shared.index.family_of

    def latest_held(self, case_id: str) -> int | None:
        """Return the number of the latest held session of a case, or none."""
        sessions = self._shared.frame_of("case_sessions", [case_id])
        number = sessions.filter(pl.col("status") == "held")["session_no"].max()
        return int(number) if isinstance(number, int) else None

    def require_member(self, case_id: str, member_id: object) -> None:
        """Refuse a member who is not of the case; none or an empty text is the whole family."""
        if member_id is None or member_id == "":
            return
        rows = self._shared.frame_of("case_rows", [case_id])
        if not isinstance(member_id, str) or member_id not in rows["member_id"].drop_nulls():
            message = "'agreed_member_id' takes a member of this case, or null for the family."
            raise EntryError(message)


def _object(body: bytes) -> dict[str, Any]:
    try:
        typed = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        typed = None
    if not isinstance(typed, dict):
        message = "A decision is sent as one JSON object."
        raise EntryError(message)
    return typed


def _require_only(typed: Mapping[str, Any], names: frozenset[str]) -> None:
    if typed.keys() - names:
        message = f"Only these fields can be sent: {sorted(names)}."
        raise EntryError(message)


def _row(decision: Decision) -> dict[str, Any]:
    return _plain({name: getattr(decision, name) for name in DECISIONS})


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in row.items()
    }
