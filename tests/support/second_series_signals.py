"""The signals of one member's ratings, computed again in plain Python, series by series.

It shares no line with the queries. Each function is called like the signal it repeats.
"""

from __future__ import annotations

import itertools
import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.second_spreads import Row, SecondSignals, Series


def rating_changes(signals: SecondSignals) -> list[Row]:
    rows = []
    for series in signals.series:
        spread = signals.spread_of(series)
        s_diff = spread.get("s_diff")
        criterion = signals.rule("reliable_change_z") * s_diff if s_diff else None
        few = spread.get("series_member_count", 0) < signals.rule("spread_least_members")
        for number, score in enumerate(series.scores):
            before = series.scores[number - 1] if number else None
            change = None if before is None else round(score - before, 6)
            rows.append(
                series.who
                | _at(series, number)
                | {
                    "score": score,
                    "previous_score": before,
                    "change": change,
                    "fit_prompt": _prompt(signals, series, score, change),
                    "s_diff": s_diff,
                    "reliable_criterion": criterion,
                    "is_reliable_drop": None
                    if change is None or criterion is None
                    else -change >= round(criterion, 6),
                    "refusal": "too_few_members" if few else None if s_diff else "no_spread",
                }
            )
    return rows


def _at(series: Series, number: int) -> Row:
    session = series.sessions[number]
    return {
        "session_id": session["session_id"],
        "session_no": session["session_no"],
        "is_latest": number == len(series.scores) - 1,
    }


def _prompt(
    signals: SecondSignals, series: Series, score: float, change: float | None
) -> str | None:
    is_srs = series.place["instrument"].family == "srs" and series.scale == "total"
    if not is_srs or series.who["perspective"] != "self":
        return None
    fell = change is not None and -change >= signals.rule("fit_drop_points")
    edge = signals.rule("fit_cutoff_edge")
    below = series.cutoff is not None and (
        score <= series.cutoff if edge == "at_or_below" else score < series.cutoff
    )
    return {
        (True, True): "fell_and_below",
        (True, False): "fell",
        (False, True): "below_cutoff",
        (False, False): None,
    }[fell, below]


def falls(signals: SecondSignals) -> list[Row]:
    rows = []
    for series in signals.series:
        s_diff = signals.spread_of(series).get("s_diff")
        start = 0
        for number, score in enumerate(series.scores):
            if number and score >= series.scores[number - 1]:
                start = number
            points = round(series.scores[start] - score, 6)
            least = round(signals.rule("reliable_change_z") * s_diff, 6) if s_diff else None
            rows.append(
                series.who
                | _at(series, number)
                | {
                    "rating_no": number + 1,
                    "falls_in_row": number - start,
                    "fall_points": points,
                    "is_three_falls": number - start >= signals.rule("falls_in_a_row"),
                    "is_reliable": None if least is None else points >= least,
                    "run_session_nos": series.numbers[start : number + 1],
                    "run_scores": series.scores[start : number + 1],
                }
            )
    return rows


def rating_trends(signals: SecondSignals) -> list[Row]:
    return [series.who | _trend(signals, series) for series in signals.series]


def _trend(signals: SecondSignals, series: Series) -> Row:
    scores, numbers = series.scores, series.numbers
    s_diff = signals.spread_of(series).get("s_diff")
    slope = None
    if len(scores) >= signals.rule("slope_least_ratings") and len(scores) > 1:
        slope = statistics.linear_regression(numbers, scores).slope
    gain = round(scores[-1] - scores[0], 6)
    is_ceiling = _ceiling(signals, series)["is_ceiling"]
    rises = slope is not None and slope > 1e-6 and s_diff is not None
    return {
        "rating_count": len(scores),
        "first_session_no": numbers[0],
        "first_score": scores[0],
        "latest_session_no": numbers[-1],
        "latest_score": scores[-1],
        "gain": gain,
        "slope": slope,
        "s_diff": s_diff,
        "is_opening_up": rises
        and scores[0] < series.maximum
        and gain >= round(s_diff, 6)
        and not is_ceiling,
        "session_nos": numbers,
        "scores": scores,
    }


def own_limits(signals: SecondSignals) -> list[Row]:
    rows = []
    size = int(signals.rule("limits_baseline_ratings"))
    for series in signals.series:
        first = series.scores[:size]
        ranges = [abs(b - a) for a, b in itertools.pairwise(first)]
        for number in range(size, len(series.scores)):
            limit = statistics.fmean(first) - signals.rule("limits_factor") * statistics.fmean(
                ranges
            )
            rows.append(
                series.who
                | _at(series, number)
                | {
                    "score": series.scores[number],
                    "own_mean": statistics.fmean(first),
                    "lower_limit": limit,
                    "is_below_limit": series.scores[number] < limit - 1e-6,
                }
            )
    return rows


def ceilings(signals: SecondSignals) -> list[Row]:
    return [series.who | _ceiling(signals, series) for series in signals.series]


def _ceiling(signals: SecondSignals, series: Series) -> Row:
    perfect = series.perfect
    below = _run_at_end([not one for one in perfect])
    before = _run_at_end(perfect[: len(perfect) - below])
    run = _run_at_end(perfect)
    since = slice(len(perfect) - below, len(perfect))
    return {
        "rating_count": len(perfect),
        "perfect_count": sum(perfect),
        "perfect_run": run,
        "is_ceiling": run >= signals.rule("ceiling_forms"),
        "perfect_before": before,
        "is_slip": before >= signals.rule("ceiling_forms") and below >= signals.rule("slip_forms"),
        "slip_session_nos": series.numbers[since],
        "slip_scores": series.scores[since],
    }


def _run_at_end(flags: list[bool]) -> int:
    length = 0
    for flag in reversed(flags):
        if not flag:
            break
        length += 1
    return length


def ruptures(signals: SecondSignals) -> list[Row]:
    rows = []
    for series in signals.series:
        found = _ruptures(signals, series, signals.rule("rupture_notable_sd"))
        for number, rupture in enumerate(found, start=1):
            rows.append(
                series.who
                | {"rupture_no": number, "is_latest_rupture": number == len(found)}
                | _told(signals, series, rupture)
            )
    return rows


def _ruptures(signals: SecondSignals, series: Series, depth_sd: float) -> list[Row]:
    between = signals.spread_of(series).get("sd_between")
    if between is None or not series.is_member:
        return []
    found: list[Row] = []
    at = int(signals.rule("rupture_least_earlier"))
    while at < len(series.scores):
        earlier = series.scores[:at]
        reference = statistics.fmean(earlier)
        spread = max(between, statistics.stdev(earlier) if at > 1 else 0.0)
        if round(reference - series.scores[at], 6) < round(depth_sd * spread, 6):
            at += 1
            continue
        end = _repaired_at(signals, series.scores, at, reference)
        found.append({"onset": at, "end": end, "reference": reference, "spread": spread})
        at = len(series.scores) if end is None else end + 1
    return found


def _repaired_at(
    signals: SecondSignals, scores: list[float], onset: int, reference: float
) -> int | None:
    for at in range(onset + 1, len(scores)):
        depth = reference - min(scores[onset:at])
        lost = (1 - signals.rule("rupture_repaired_share")) * depth
        if round(scores[at], 6) >= round(reference - lost, 6):
            return at
    return None


def _told(signals: SecondSignals, series: Series, rupture: Row) -> Row:
    onset, end = rupture["onset"], rupture["end"]
    shown = slice(onset, len(series.scores) if end is None else end + 1)
    scores, numbers = series.scores[shown], series.numbers[shown]
    depth = rupture["reference"] - min(scores)
    marked = round(signals.rule("rupture_marked_sd") * rupture["spread"], 6)
    waited = len(scores) - 1 >= signals.rule("rupture_unrepaired_after")
    return {
        "onset_session_no": numbers[0],
        "onset_session_id": series.sessions[onset]["session_id"],
        "onset_score": scores[0],
        "reference": rupture["reference"],
        "spread": rupture["spread"],
        "lowest_score": min(scores),
        "lowest_session_no": numbers[scores.index(min(scores))],
        "depth": depth,
        "depth_sd": depth / rupture["spread"],
        "level": "marked" if round(depth, 6) >= marked else "notable",
        "state": "repaired" if end is not None else "unrepaired" if waited else "open",
        "repaired_session_no": None if end is None else numbers[-1],
        "repaired_score": None if end is None else scores[-1],
        "further_count": len(scores) - 1,
        "latest_session_no": series.numbers[-1],
        "latest_score": series.scores[-1],
        "session_nos": numbers,
        "scores": scores,
    }


def rupture_readiness(signals: SecondSignals) -> list[Row]:
    return [
        series.who | {"rating_count": len(series.scores)} | _readiness(signals, series)
        for series in signals.series
        if series.is_member
    ]


def _readiness(signals: SecondSignals, series: Series) -> Row:
    spread = signals.spread_of(series)
    reason = None
    if spread["member_count"] < signals.rule("spread_least_members"):
        reason = "too_few_members"
    elif spread["sd_between"] is None:
        reason = "no_spread"
    elif len(series.scores) <= signals.rule("rupture_least_earlier"):
        reason = "too_few_ratings"

    def onsets(rule_id: str) -> int | None:
        return len(_ruptures(signals, series, signals.rule(rule_id))) if reason is None else None

    return {
        "state": "too_early" if reason else "judged",
        "reason": reason,
        "count_1sd": onsets("literature_sd"),
        "count_2sd": onsets("rupture_marked_sd"),
    }


def manufactured_components(signals: SecondSignals) -> list[Row]:
    rows: dict[tuple[str, str], Row] = {}
    for cell in signals.opinion.cells:
        if cell["is_interpretable"] or cell["score"] is None:
            continue
        session, form = cell["session"], cell["form"]
        rows[session["session_id"], cell["row_key"]] = {
            "case_id": cell["case_id"],
            "session_id": session["session_id"],
            "row_key": cell["row_key"],
            "session_no": session["session_no"],
            "member_id": cell["like"]["member_id"],
            "instrument_id": cell["like"]["instrument_id"],
            "reason": _reason(form),
        }
    return list(rows.values())


def _reason(form: dict[str, Any]) -> str:
    return "total_split" if form["components_source"] == "total_split" else "equal_answers"
