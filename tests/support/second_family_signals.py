"""The signals of a family, computed again in plain Python, session by session.

It shares no line with the queries. Each function is called like the signal it repeats.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.second_spreads import Row, SecondSignals, Series

CAREGIVERS = {"parent", "step_parent", "partner", "grandparent", "other_caregiver"}
YOUNG = {"youth", "child", "sibling"}


def _joint(signals: SecondSignals) -> dict[tuple[str, ...], list[list[tuple[Series, Row, float]]]]:
    """Return the joint sessions of each case, instrument, scale and observer, in their order."""
    grouped: dict[tuple[str, ...], dict[str, list[tuple[Series, Row, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for series in signals.series:
        like = series.place["like"]
        if not series.is_member:
            continue
        observer = "" if like["perspective"] == "self" else like["rater_id"] or ""
        key = (series.case_id, like["instrument_id"], series.scale, observer)
        for session, score in zip(series.sessions, series.scores, strict=True):
            grouped[key][session["session_id"]].append((series, session, score))
    return {
        key: sorted(joint, key=lambda ratings: ratings[0][1]["session_no"])
        for key, sessions in grouped.items()
        if (joint := [ratings for ratings in sessions.values() if len(ratings) > 1])
    }


def _cut(signals: SecondSignals, spread: Row, raters: int, level: str) -> float | None:
    for cut in signals.rules.split_cuts:
        if cut.raters == raters:
            return getattr(cut, level) * math.sqrt(1 - spread["rho"])
    return None


def splits(signals: SecondSignals) -> list[Row]:
    rows = []
    for (case_id, instrument_id, scale, observer), joint in _joint(signals).items():
        for number, ratings in enumerate(joint, start=1):
            rows.append(
                {
                    "case_id": case_id,
                    "instrument_id": instrument_id,
                    "scale": scale,
                    "observer_id": observer,
                    "is_default_scale": ratings[0][0].is_default,
                    "session_id": ratings[0][1]["session_id"],
                    "session_no": ratings[0][1]["session_no"],
                    "held_on": ratings[0][1]["held_on"],
                    "joint_no": number,
                    "is_latest_joint": number == len(joint),
                }
                | _split(signals, ratings)
            )
    return rows


def _split(signals: SecondSignals, ratings: list[tuple[Series, Row, float]]) -> Row:
    spread = signals.spread_of(ratings[0][0])
    by_member = {series.who["member_id"]: score for series, _, score in ratings}
    low, high = min(by_member.values()), max(by_member.values())
    between = spread["sd_between"]
    notable, marked = (
        _cut(signals, spread, len(by_member), level) for level in ("notable", "marked")
    )
    apart = None if between is None else (high - low) / between
    level = None
    if apart is not None and notable is not None and marked is not None:
        level = "marked" if apart >= marked else "notable" if apart >= notable else None
    roles = {member: signals.opinion.members[member]["role"] for member in by_member}
    sides = [
        [score for member, score in by_member.items() if roles[member] in side]
        for side in (CAREGIVERS, YOUNG)
    ]
    return {
        "rater_count": len(by_member),
        "lowest_score": low,
        "highest_score": high,
        "range_points": high - low,
        "sd_between": between,
        "range_sd": apart,
        "cut_notable": notable,
        "cut_marked": marked,
        "level": level,
        "is_one_sd": None if apart is None else apart >= signals.rule("literature_sd"),
        "highest_member_ids": sorted(m for m, score in by_member.items() if score == high),
        "lowest_member_ids": sorted(m for m, score in by_member.items() if score == low),
        "caregivers_minus_young": statistics.fmean(sides[0]) - statistics.fmean(sides[1])
        if all(sides)
        else None,
    }


def split_trends(signals: SecondSignals) -> list[Row]:
    grouped: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    names = ("case_id", "instrument_id", "scale", "observer_id", "is_default_scale")
    for row in splits(signals):
        grouped[tuple(row[name] for name in names)].append(row)
    return [
        dict(zip(names, key, strict=True))
        | _trend(signals, sorted(rows, key=lambda row: row["session_no"]))
        for key, rows in grouped.items()
    ]


def _trend(signals: SecondSignals, rows: list[Row]) -> Row:
    shown = rows[-int(signals.rule("split_slope_window")) :]
    levels = [row["level"] for row in rows]
    notable = sum(
        level is not None for level in levels[-int(signals.rule("split_widening_window")) :]
    )
    slope = None
    enough = len(rows) >= signals.rule("split_slope_least") and len(shown) > 1
    if enough and rows[-1]["range_sd"] is not None:
        slope = statistics.linear_regression(
            range(len(shown)), [row["range_sd"] for row in shown]
        ).slope
    grows = (
        slope is not None
        and slope >= signals.rule("split_slope_sd")
        and None not in levels[-2:]
        and len(levels) > 1
    )
    repeats = notable >= signals.rule("split_widening_count")
    quiet = int(signals.rule("split_narrowed_sessions"))
    before = rows[-quiet - 1] if len(rows) > quiet else None
    narrowed = (
        before is not None
        and before["level"] is not None
        and all(
            row["level"] is None and row["cut_notable"] is not None and row["range_sd"] is not None
            for row in rows[-quiet:]
        )
    )
    return {
        "joint_count": len(rows),
        "notable_of_last_4": notable,
        "slope_sd": slope,
        "is_widening": repeats or grows,
        "is_narrowed": narrowed,
        "latest_session_no": rows[-1]["session_no"],
        "latest_level": levels[-1],
        "session_nos": [row["session_no"] for row in shown],
        "ranges": [row["range_points"] for row in shown],
        "levels": [row["level"] for row in shown],
        "widening_reason": "growing" if grows else "repeated" if repeats else None,
        "narrowed_from_session_no": before["session_no"] if narrowed and before else None,
    }


def links(signals: SecondSignals) -> list[Row]:
    rows = []
    for joint in _joint(signals).values():
        counts: dict[str, int] = defaultdict(int)
        for ratings in joint:
            if ratings[0][0].place["like"]["perspective"] != "self":
                continue
            for number, (series, session, score) in enumerate(ratings):
                counts[series.row_key] += 1
                others = [other[2] for place, other in enumerate(ratings) if place != number]
                rows.append(
                    {key: value for key, value in series.who.items() if key in LINK_NAMES}
                    | {
                        "session_id": session["session_id"],
                        "session_no": session["session_no"],
                        "joint_no": counts[series.row_key],
                        "rater_count": len(ratings),
                        "score": score,
                        "others_mean": statistics.fmean(others),
                    }
                    | _link(signals, series, score - statistics.fmean(others), len(ratings))
                )
    return rows


LINK_NAMES = {"case_id", "row_key", "scale", "member_id", "instrument_id", "is_default_scale"}


def _link(signals: SecondSignals, series: Series, gap: float, raters: int) -> Row:
    spread = signals.spread_of(series)
    cut = _cut(signals, spread, raters, "notable")
    between = spread["sd_between"]
    is_judged = between is not None and cut is not None
    return {
        "gap": gap,
        "gap_sd": None if between is None else gap / between,
        "cut": cut,
        "is_weak": gap / between <= -cut if is_judged else None,
        "is_strong": gap / between >= cut if is_judged else None,
    }


def member_links(signals: SecondSignals) -> list[Row]:
    grouped: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in links(signals):
        grouped[row["case_id"], row["row_key"], row["scale"]].append(row)
    return [_member_link(signals, rows) for rows in grouped.values()]


def _member_link(signals: SecondSignals, rows: list[Row]) -> Row:
    rows = sorted(rows, key=lambda row: row["session_no"])
    last = rows[-int(signals.rule("link_window")) :]
    weak, strong = (sum(bool(row[name]) for row in last) for name in ("is_weak", "is_strong"))
    least = signals.rule("link_count")
    return {name: rows[0][name] for name in LINK_NAMES} | {
        "joint_count": len(rows),
        "weak_count": weak,
        "strong_count": strong,
        "link": "weak" if weak >= least else "strong" if strong >= least else None,
        "latest_session_no": rows[-1]["session_no"],
        "session_nos": [row["session_no"] for row in last],
        "scores": [row["score"] for row in last],
        "others_means": [row["others_mean"] for row in last],
    }


def family_therapist_gaps(signals: SecondSignals) -> list[Row]:
    own: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for series in signals.series:
        if series.is_member and series.who["perspective"] == "self":
            for session, score in zip(series.sessions, series.scores, strict=True):
                own[session["session_id"], series.who["instrument_id"], series.scale].append(score)
    rows: list[Row] = []
    for series in signals.series:
        who = series.who
        if who["perspective"] != "therapist" or who["member_id"] is not None:
            continue
        pairs = [
            _gap(signals, series, session, score, own[key])
            for session, score in zip(series.sessions, series.scores, strict=True)
            if (key := (session["session_id"], who["instrument_id"], series.scale)) in own
        ]
        for pair in pairs[-1:]:
            last = pairs[-int(signals.rule("gap_window")) :]
            beyond = sum(bool(row["is_beyond"]) for row in last)
            pair |= {"is_latest": True, "is_raised": beyond >= signals.rule("gap_count")}
        rows += pairs
    return rows


def _gap(
    signals: SecondSignals, series: Series, session: Row, score: float, members: list[float]
) -> Row:
    spread = signals.spread_of(series)
    gap = score - statistics.fmean(members)
    between = spread["sd_between"]
    cut = _cut(signals, spread, 2, "marked")
    names = ("case_id", "row_key", "scale", "instrument_id", "is_default_scale")
    return {name: series.who[name] for name in names} | {
        "session_id": session["session_id"],
        "session_no": session["session_no"],
        "rater_id": series.place["like"]["rater_id"],
        "therapist_score": score,
        "members_mean": statistics.fmean(members),
        "member_count": len(members),
        "gap": gap,
        "gap_sd": None if between is None else gap / between,
        "cut": cut,
        "is_beyond": None if between is None else abs(gap) / between >= cut,
        "is_latest": False,
        "is_raised": False,
    }
