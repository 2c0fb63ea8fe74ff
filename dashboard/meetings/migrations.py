"""The form of the meetings file, step by step; a file is brought to the newest when opened."""

from __future__ import annotations

import sqlite3

from dashboard.errors import MeetingsError

APPLICATION_ID = 0x414C4C59
"""Stands in the file's header, so that another program's file is never written into."""

_RECORDS = (
    f"pragma application_id = {APPLICATION_ID}",
    """
    create table decisions (
        decision_id text primary key,
        case_id text not null,
        family_id text not null,
        revision integer not null check (revision >= 1),
        question text not null,
        decision text not null,
        agreed_strategy text,
        agreed_member_id text,
        review_on text,
        decided_on text not null,
        discussed_session_no integer,
        declared_by text not null,
        state text not null check (state in ('open', 'done', 'withdrawn')),
        outcome text,
        reviewed_on text,
        reviewed_session_no integer,
        recorded_at text not null,
        revised_at text not null
    ) strict
    """,
    "create index decisions_by_case on decisions (case_id)",
    """
    create table changes (
        change_id integer primary key autoincrement,
        decision_id text not null,
        case_id text not null,
        kind text not null check (kind in ('recorded', 'revised', 'refused')),
        revision integer not null,
        declared_by text not null,
        changed_at text not null,
        old_values text not null,
        new_values text not null
    ) strict
    """,
    "create index changes_by_decision on changes (decision_id)",
)

_REMOVALS = (
    """
    create table removals (
        removal_id integer primary key autoincrement,
        declared_by text not null,
        removed_at text not null,
        decision_count integer not null,
        change_count integer not null
    ) strict
    """,
    "create table cases_being_removed (case_id text primary key) strict",
    """
    create trigger changes_are_never_rewritten before update on changes
    begin
        select raise(abort, 'a change is never rewritten');
    end
    """,
    """
    create trigger changes_go_only_with_their_case before delete on changes
    when old.case_id not in (select case_id from cases_being_removed)
    begin
        select raise(abort, 'a change goes only with its case');
    end
    """,
)

_REQUESTS = (
    """
    create table requests (
        request_key text primary key,
        decision_id text not null,
        case_id text not null
    ) strict
    """,
    "create index requests_by_case on requests (case_id)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_RECORDS, _REMOVALS, _REQUESTS)
"""What each version adds, in order; a step that was ever released is never edited."""


def bring_up_to_date(connection: sqlite3.Connection, name: str) -> None:
    """Take the file through the steps it has not had, all of them or none.

    Args:
        connection: Not in a transaction.
        name: Name of the file, for messages.

    Raises:
        MeetingsError: If a newer version of the board wrote the file, or another program.
    """
    if _version_at_one_moment(connection, name) == len(MIGRATIONS):
        return
    connection.execute("begin immediate")
    try:
        for number in range(_version(connection, name), len(MIGRATIONS)):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"pragma user_version = {number + 1}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _version_at_one_moment(connection: sqlite3.Connection, name: str) -> int:
    """Read it while another connection may be making the file, which is seen whole or not."""
    connection.execute("begin")
    try:
        return _version(connection, name)
    finally:
        connection.rollback()


def _version(connection: sqlite3.Connection, name: str) -> int:
    version = int(connection.execute("pragma user_version").fetchone()[0])
    owner = int(connection.execute("pragma application_id").fetchone()[0])
    tables = int(connection.execute("select count(*) from sqlite_schema").fetchone()[0])
    if owner != APPLICATION_ID and (version or owner or tables):
        message = (
            f"{name}: this is not a meetings file of the board, and was not touched. "
            "Name another one with --meetings."
        )
        raise MeetingsError(message)
    if version > len(MIGRATIONS):
        message = (
            f"{name}: a newer version of the board wrote this file (form {version}; this version "
            f"reads up to {len(MIGRATIONS)}). Update the board; the file was not touched."
        )
        raise MeetingsError(message)
    return version
