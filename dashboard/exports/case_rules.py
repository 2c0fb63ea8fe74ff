"""Rules of cases, sessions, threats and strategies: order, family and case must agree."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    import datetime as dt

    from dashboard.exports.workbench import Workbench


def check_cases(bench: Workbench) -> None:
    """Set aside cases that close before they open."""
    bad = bench.rows("cases").filter(pl.col("closed_on") < pl.col("opened_on"))
    bench.set_aside(
        "cases",
        bad,
        "closed_on",
        "closed_before_opened",
        "The case closes before it opens; correct one of the two days.",
    )


def check_case_therapists(bench: Workbench) -> None:
    """Set aside spans of a therapist that end before they begin."""
    bad = bench.rows("case_therapists").filter(pl.col("to_date") < pl.col("from_date"))
    bench.set_aside(
        "case_therapists",
        bad,
        "to_date",
        "span_ends_before_start",
        "The span ends before it begins; correct one of the two days.",
    )


def check_sessions(bench: Workbench) -> None:
    """Set aside sessions that share a number in their case, or whose days run backwards.

    Of days that contradict each other, as few as possible are set aside; of two that
    contradict only each other, the later number.
    """
    sessions = bench.rows("sessions")
    repeated = sessions.filter(pl.struct("case_id", "session_no").is_duplicated())
    bench.set_aside(
        "sessions",
        repeated,
        "session_no",
        "session_no_repeated",
        "Several sessions of the case have this number; none of them counts. Number them anew.",
    )
    dated = (
        bench.rows("sessions").filter(pl.col("held_on").is_not_null()).sort("case_id", "session_no")
    )
    backwards = dated.filter(pl.col("held_on") < pl.col("held_on").shift().over("case_id"))
    suspects = dated.join(backwards, on="case_id", how="semi")
    out_of_order = [
        number
        for case in suspects.partition_by("case_id", maintain_order=True)
        for number in _out_of_order(case[ROW_ID].to_list(), case["held_on"].to_list())
    ]
    bench.set_aside(
        "sessions",
        pl.Series(ROW_ID, out_of_order, dtype=pl.UInt32),
        "held_on",
        "dates_backwards",
        "The day does not fit the order of the session numbers of its case; "
        "correct the day or the number.",
    )


def _out_of_order(numbers: list[int], days: list[dt.date]) -> list[int]:
    """Return the rows outside the longest run of days that never goes back, the first kept."""
    falling = [-day.toordinal() for day in reversed(days)]
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(falling):
        length = bisect_right(tails, value)
        before.append(places[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        places[length : length + 1] = [place]
    kept = set[int]()
    place = places[-1]
    while place >= 0:
        kept.add(len(days) - 1 - place)
        place = before[place]
    return [number for place, number in enumerate(numbers) if place not in kept]


def check_member_family(bench: Workbench, table: str) -> None:
    """Set aside rows that put a member into a session of another family."""
    rows = bench.rows(table)
    family_of_session = (
        bench.rows("sessions")
        .select("session_id", "case_id")
        .join(bench.rows("cases").select("case_id", "family_id"), on="case_id")
        .select("session_id", "family_id")
    )
    family_of_member = bench.rows("members").select("member_id", member_family="family_id")
    bad = (
        rows.select(ROW_ID, "session_id", "member_id")
        .join(family_of_session, on="session_id")
        .join(family_of_member, on="member_id")
        .filter(pl.col("family_id") != pl.col("member_family"))
    )
    bench.set_aside(
        table,
        bad.sort(ROW_ID),
        "member_id",
        "member_of_other_family",
        "The member belongs to another family than the session; correct one of the two ids.",
    )


def check_threats(bench: Workbench) -> None:
    """Set aside threats whose sessions are not of their case, or that close before they open."""
    threats = bench.rows("threats")
    place = bench.rows("sessions").select("session_id", "case_id", "session_no")
    opening = place.select("session_id", case_of_session="case_id", opened_no="session_no")
    closing = place.select(
        closed_session_id="session_id", case_of_closing="case_id", closed_no="session_no"
    )
    placed = threats.join(opening, on="session_id", how="left").join(
        closing, on="closed_session_id", how="left"
    )
    other = placed.filter(
        (pl.col("case_of_session") != pl.col("case_id"))
        | (pl.col("case_of_closing") != pl.col("case_id"))
    ).sort(ROW_ID)
    bench.set_aside(
        "threats",
        other,
        "case_id",
        "session_of_other_case",
        "A session named here belongs to another case; correct the session or the case.",
    )
    early = placed.filter(pl.col("closed_no") < pl.col("opened_no")).join(
        other, on=ROW_ID, how="anti"
    )
    bench.set_aside(
        "threats",
        early.sort(ROW_ID),
        "closed_session_id",
        "closed_before_opened",
        "The threat closes at an earlier session than it opens; correct one of the two.",
    )


def check_strategies(bench: Workbench) -> None:
    """Set aside strategies that answer a threat of another case than their session's."""
    case_of_session = bench.rows("sessions").select("session_id", "case_id")
    case_of_threat = bench.rows("threats").select("threat_id", threat_case="case_id")
    bad = (
        bench.rows("strategies")
        .join(case_of_session, on="session_id")
        .join(case_of_threat, on="threat_id")
        .filter(pl.col("case_id") != pl.col("threat_case"))
    )
    bench.set_aside(
        "strategies",
        bad.sort(ROW_ID),
        "threat_id",
        "threat_of_other_case",
        "The threat belongs to another case than the session; correct one of the two ids.",
    )
