"""The meetings file: what a supervision group decided, kept apart from every clinical export."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.domain.places import meetings_file
from dashboard.errors import DecisionGone, EntryError, RevisionConflict
from dashboard.meetings import statements as sql
from dashboard.meetings.connecting import (
    WAIT_SECONDS,
    Outcome,
    Work,
    forget_the_log,
    reading,
    writing,
)
from dashboard.meetings.records import (
    REVISABLE,
    Decision,
    Entry,
    Value,
    checked,
    checked_key,
    require_sense,
)
from dashboard.meetings.rows import (
    as_decision,
    change_frame,
    decision_frame,
    discussed_frame,
    removal_frame,
    stored,
    values_of,
)

if TYPE_CHECKING:
    import polars as pl


def now() -> dt.datetime:
    """Return this moment, UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal took away: how many decisions, and how many changes to them."""

    decision_count: int
    change_count: int


class MeetingsFile:
    """Decisions of a supervision group in one SQLite file; safe for threads and processes.

    Every call opens the file, does one transaction and closes it, so that nothing is held
    between calls. A file that is not there yet reads as empty and is made by the first entry.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: Callable[[], dt.datetime] = now,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: The file; otherwise ``meetings.sqlite`` in the state folder.
            clock: Tells the moment of a change, UTC.
            wait_seconds: How long a call waits for others that write.
        """
        self.path = Path(path) if path else meetings_file()
        self._clock = clock
        self._wait_seconds = wait_seconds

    def record(self, entry: Entry, request_key: str | None = None) -> Decision:
        """Write down a new decision and return it as it is kept.

        Two people writing at once make two decisions; neither waits for the other's screen.

        Args:
            entry: What the group wrote.
            request_key: Made by the page for this entry. When it comes again, as after an answer
                that was lost, the decision that it made is returned and nothing is written.

        Raises:
            EntryError: If it says nothing, a field cannot be kept, or the key came before with
                other words.
            MeetingsError: If the file cannot be written.
        """
        values = checked(entry.values())
        require_sense(values)
        key = None if request_key is None else checked_key(request_key)
        decision_id = uuid.uuid4().hex

        def insert(connection: sqlite3.Connection) -> Decision:
            before = _made_by(connection, key, values) if key else None
            if before is not None:
                return before
            moment = self._clock()
            kept = {"decision_id": decision_id, "revision": 1, **values}
            kept |= {"recorded_at": moment, "revised_at": moment}
            connection.execute(sql.INSERT_DECISION, stored(kept))
            decision = _require(connection, decision_id)
            person = decision.declared_by
            _keep_change(connection, decision, kind="recorded", person=person, old={}, new=values)
            if key:
                made = {"request_key": key, "decision_id": decision_id}
                connection.execute(sql.INSERT_REQUEST, {**made, "case_id": decision.case_id})
            return decision

        return self._write(insert)

    def revise(
        self, decision_id: str, revision: int, declared_by: str, changes: Mapping[str, object]
    ) -> Decision:
        """Change a decision that nobody else changed meanwhile, and return it.

        Args:
            decision_id: Which one.
            revision: The revision the person was looking at.
            declared_by: Code of the person; declared, not verified.
            changes: New values by field; what is not named stays.

        Returns:
            The decision with its next revision; unchanged where the values are those it has.

        Raises:
            EntryError: If a value cannot be kept.
            DecisionGone: If there is no such decision.
            RevisionConflict: If somebody changed it since; these values are kept in its history
                as refused, and the decision stays as the other person left it.
            MeetingsError: If the file cannot be written.
        """
        _require_revisable(changes)
        values = checked({"declared_by": declared_by, **changes})
        person = str(values.pop("declared_by"))

        def update(connection: sqlite3.Connection) -> Decision | None:
            return self._revised(connection, decision_id, revision, person, values)

        decision = self._write(update)
        if decision is None:
            message = (
                "Somebody changed this decision meanwhile. Yours is kept in its history; "
                "look at how it stands now, and write yours again if it still holds."
            )
            raise RevisionConflict(message)
        return decision

    def _revised(
        self,
        connection: sqlite3.Connection,
        decision_id: str,
        revision: int,
        person: str,
        values: Mapping[str, Value],
    ) -> Decision | None:
        """Return the changed decision, or none where another revision stands meanwhile."""
        current = values_of(_require(connection, decision_id))
        differing = {name: value for name, value in values.items() if value != current[name]}
        if not differing:
            return _require(connection, decision_id)
        require_sense({**current, **differing})
        old = {name: current[name] for name in differing}
        if current["revision"] != revision:
            refused = _require(connection, decision_id)
            _keep_change(
                connection,
                refused,
                kind="refused",
                person=person,
                old=old,
                new=differing,
                moment=self._clock(),
            )
            return None
        kept = {**current, **differing, "revision": revision + 1, "revised_at": self._clock()}
        connection.execute(sql.UPDATE_DECISION, stored(kept))
        decision = _require(connection, decision_id)
        _keep_change(connection, decision, kind="revised", person=person, old=old, new=differing)
        return decision

    def decision(self, decision_id: str) -> Decision:
        """Return one decision as it stands.

        Raises:
            DecisionGone: If there is no such decision.
            MeetingsError: If the file cannot be read.
        """
        if not self.path.exists():
            raise DecisionGone(_GONE)
        return self._read(lambda connection: _require(connection, decision_id))

    def decisions(self, case_ids: Collection[str] | None = None) -> pl.DataFrame:
        """Return decisions as they stand, by case, newest day first.

        Args:
            case_ids: Cases that exist for the person; none means every case.

        Returns:
            Rows of ``DECISIONS``; the same columns without a row where nothing was decided.

        Raises:
            MeetingsError: If the file cannot be read.
        """
        wanted = None if case_ids is None else json.dumps(sorted(case_ids))
        rows = self._rows(sql.DECISIONS, {"case_ids": wanted})
        return decision_frame(as_decision(row) for row in rows)

    def due(self, today: dt.date) -> pl.DataFrame:
        """Return the open decisions to look at on a day, longest due first.

        One without a review date is due at the next meeting, on any day after it was made.

        Args:
            today: Local day of the meeting.

        Returns:
            Rows of ``DECISIONS``, empty where nothing is due.

        Raises:
            MeetingsError: If the file cannot be read.
        """
        rows = self._rows(sql.DUE, {"today": today.isoformat()})
        return decision_frame(as_decision(row) for row in rows)

    def last_discussed(self) -> pl.DataFrame:
        """Return when the group last discussed each case, and at which session of it.

        A review of a decision counts as discussing the case; a withdrawn decision does not.

        Returns:
            Rows of ``LAST_DISCUSSED`` by case; ``discussed_session_no`` is null where the case
            had no held session.

        Raises:
            MeetingsError: If the file cannot be read.
        """
        return discussed_frame(self._rows(sql.LAST_DISCUSSED, {}))

    def last_meeting_on(self) -> dt.date | None:
        """Return the last local day on which anything was decided or reviewed, or none.

        Raises:
            MeetingsError: If the file cannot be read.
        """
        rows = self._rows(sql.LAST_MEETING, {})
        text = rows[0]["met_on"] if rows else None
        return None if text is None else dt.date.fromisoformat(text)

    def decision_count(self) -> int:
        """Return how many decisions the file holds; 0 where there is no file."""
        rows = self._rows(sql.COUNT, {})
        return int(rows[0]["decision_count"]) if rows else 0

    def history(self, decision_id: str | None = None) -> pl.DataFrame:
        """Return every change, refused ones too: who, when, old and new.

        Args:
            decision_id: Of one decision; otherwise of all.

        Returns:
            Rows of ``CHANGES``, oldest first.

        Raises:
            MeetingsError: If the file cannot be read.
        """
        return change_frame(self._rows(sql.CHANGES, {"decision_id": decision_id}))

    def removals(self) -> pl.DataFrame:
        """Return what was removed: rows of ``REMOVALS``, who, when, how many, and nothing else.

        Raises:
            MeetingsError: If the file cannot be read.
        """
        return removal_frame(self._rows(sql.REMOVALS, {}))

    def remove_case(self, case_id: str, declared_by: str) -> Removal:
        """Remove everything kept about a case, its history too, and note that it was done.

        The words are overwritten in the file. Copies made elsewhere are not reached.

        Args:
            case_id: The case.
            declared_by: Code of the person; declared, not verified.

        Returns:
            How much was removed; nothing is noted where there was nothing.

        Raises:
            EntryError: If a code is none.
            MeetingsError: If the file cannot be written.
        """
        values = checked({"case_id": case_id, "declared_by": declared_by})
        if not self.path.exists():
            return Removal(0, 0)

        def remove(connection: sqlite3.Connection) -> Removal:
            connection.execute(sql.BEGIN_REMOVAL, values)
            decisions = connection.execute(sql.REMOVE_DECISIONS, values).rowcount
            changes = connection.execute(sql.REMOVE_CHANGES, values).rowcount
            connection.execute(sql.REMOVE_REQUESTS, values)
            connection.execute(sql.END_REMOVAL)
            if decisions or changes:
                tomb = {"decision_count": decisions, "change_count": changes, **values}
                connection.execute(
                    sql.INSERT_REMOVAL, stored({**tomb, "removed_at": self._clock()})
                )
            return Removal(decisions, changes)

        removal = self._write(remove)
        forget_the_log(self.path, self._wait_seconds)
        return removal

    def _write(self, work: Work[Outcome]) -> Outcome:
        return writing(self.path, work, self._wait_seconds)

    def _read(self, work: Work[Outcome]) -> Outcome:
        return reading(self.path, work, self._wait_seconds)

    def _rows(self, statement: str, params: Mapping[str, object]) -> list[sqlite3.Row]:
        if not self.path.exists():
            return []
        return self._read(lambda connection: connection.execute(statement, dict(params)).fetchall())


_GONE = "This decision is not in the meetings file; its case may have been removed from it."


def _require(connection: sqlite3.Connection, decision_id: str) -> Decision:
    row = connection.execute(sql.ONE_DECISION, {"decision_id": decision_id}).fetchone()
    if row is None:
        raise DecisionGone(_GONE)
    return as_decision(row)


def _made_by(
    connection: sqlite3.Connection, key: str, values: Mapping[str, Value]
) -> Decision | None:
    """Return the decision that a key made, or none; a key is never used for other words."""
    row = connection.execute(sql.ONE_REQUEST, {"request_key": key}).fetchone()
    if row is None:
        return None
    made = {"decision_id": row["decision_id"]}
    recorded = json.loads(connection.execute(sql.RECORDED, made).fetchone()["new_values"])
    given = stored(values)
    if any(recorded[name] != given[name] for name in given.keys() - _OF_THE_MOMENT):
        message = (
            "This was sent before with other words, which were kept. Reload the page, look at "
            "what is there, and write yours again if it still holds."
        )
        raise EntryError(message)
    return _require(connection, row["decision_id"])


_OF_THE_MOMENT = {"decided_on", "discussed_session_no"}
"""What the board adds itself; it may have gone on between two tries."""


def _require_revisable(changes: Mapping[str, object]) -> None:
    if changes.keys() - REVISABLE:
        message = f"A decision can be changed in {sorted(REVISABLE)}, and in nothing else."
        raise EntryError(message)


def _keep_change(
    connection: sqlite3.Connection,
    decision: Decision,
    *,
    kind: str,
    person: str,
    old: Mapping[str, object],
    new: Mapping[str, object],
    moment: dt.datetime | None = None,
) -> None:
    line = {
        "decision_id": decision.decision_id,
        "case_id": decision.case_id,
        "kind": kind,
        "revision": decision.revision,
        "declared_by": person,
        "changed_at": (moment or decision.revised_at).isoformat(),
        "old_values": json.dumps(stored(old), ensure_ascii=False),
        "new_values": json.dumps(stored(new), ensure_ascii=False),
    }
    connection.execute(sql.INSERT_CHANGE, line)
