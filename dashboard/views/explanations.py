"""How each signal is computed: rule in words, thresholds in force, sources, the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.domain.rules import shipped_rules
from dashboard.store import query_contracts
from dashboard.views.words import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.views.language import Language


@dataclass(frozen=True, slots=True)
class _Signal:
    title: str
    formula: str
    inputs: str
    rules: tuple[str, ...]


_OWN = N_("The member’s own complete ratings of one instrument and scale, in session order.")
_JOINT = N_(
    "Members’ ratings of one session with the same instrument and scale; no instrument is "
    "compared with another."
)
_SESSIONS = N_("Sessions held, who was recorded as there, and the state of each expected form.")
_CODED = N_("Threats and strategies as people coded them, beside what was computed from ratings.")

SIGNALS: Final[dict[str, _Signal]] = {
    "ruptures": _Signal(
        N_("Possible rupture"),
        N_(
            "The mean of the member’s earlier ratings, less the rating, in standard deviations: "
            "the larger of the member’s own and that of all ratings in the service, as they "
            "were before the fall. Its depth is measured at the lowest rating since. It is "
            "described as repaired when most of the fall has been regained."
        ),
        _OWN,
        (
            "rupture_least_earlier",
            "rupture_notable_sd",
            "rupture_marked_sd",
            "rupture_repaired_share",
            "rupture_unrepaired_after",
            "spread_least_members",
        ),
    ),
    "splits": _Signal(
        N_("Split"),
        N_(
            "Highest less lowest rating of the session, in standard deviations of the service. The "
            "line rises with the number of raters, because among more people the range is wider by "
            "chance: the studentised range, times the root of one less the correlation between "
            "members. So many would lie below it if nobody were treated differently: notable 80 of "
            "100, marked 95 of 100."
        ),
        _JOINT,
        ("spread_least_members", "joint_least_sessions", "joint_correlation"),
    ),
    "split_trends": _Signal(
        N_("Split over time"),
        N_(
            "Widening: the range grows steadily and the last two joint sessions are at least "
            "notable. Repeated: at least notable in most of the last joint sessions, whichever "
            "way the range goes. Narrowed: the last ones lie below notable directly after one that "
            "did not."
        ),
        _JOINT,
        (
            "split_widening_window",
            "split_widening_count",
            "split_slope_window",
            "split_slope_least",
            "split_slope_sd",
            "split_narrowed_sessions",
        ),
    ),
    "rating_changes": _Signal(
        N_("Change since the rating before"),
        N_(
            "The rating less the one before it. A prompt to ask when it fell, or stands below the "
            "cut-off of an instrument that has one; about a third of such prompts are chance. A "
            "reliable drop is larger than measurement error would reach in 95 of 100: the standard "
            "deviation within members, times the root of two, times the factor below."
        ),
        _OWN,
        (
            "fit_drop_points",
            "fit_cutoff_edge",
            "reliable_change_z",
            "spread_least_members",
            "spread_least_ratings",
        ),
    ),
    "falls": _Signal(
        N_("Falls in a row"),
        N_(
            "How many ratings in a row each lie below the one before. By chance three falls come "
            "in one of 24 runs of four, so the agenda asks that they add up to a reliable drop too."
        ),
        _OWN,
        ("falls_in_a_row", "reliable_change_z", "spread_least_members"),
    ),
    "rating_trends": _Signal(
        N_("Slope"),
        N_(
            "Least squares line of the rating on the number of the session. Opening up: the first "
            "form lies below the maximum, the line rises, and the gain is at least the standard "
            "deviation of a difference."
        ),
        _OWN,
        ("slope_least_ratings", "spread_least_members"),
    ),
    "own_limits": _Signal(
        N_("Own lower limit"),
        N_(
            "The mean of the first ratings, less a factor times the mean of their moving ranges (a "
            "control chart of individual values). Fixed from then on."
        ),
        _OWN,
        ("limits_baseline_ratings", "limits_factor"),
    ),
    "ceilings": _Signal(
        N_("Ceiling, and slip from it"),
        N_(
            "Perfect forms in a row carry no information: they are not read as good. A slip is "
            "several lower forms directly after such a run."
        ),
        _OWN,
        ("ceiling_forms", "slip_forms", "ceiling_warning_share"),
    ),
    "links": _Signal(
        N_("Beside the others"),
        N_(
            "A member’s own rating less the mean of the other raters of the session, in standard "
            "deviations of the service; said where its size reaches the notable line of a split "
            "for that number of raters."
        ),
        _JOINT,
        ("spread_least_members", "joint_least_sessions", "joint_correlation"),
    ),
    "member_links": _Signal(
        N_("Weak and strong link"),
        N_(
            "A member’s own rating against the mean of the other raters of the session: weak when "
            "it lies below by at least the notable line of a split in most of the last joint "
            "sessions, strong when it lies above."
        ),
        _JOINT,
        ("link_window", "link_count", "spread_least_members"),
    ),
    "family_therapist_gaps": _Signal(
        N_("Family and therapist apart"),
        N_(
            "The therapist’s own form less the mean of the members’ on the same scale; beyond when "
            "its size reaches the marked line of a split between two raters."
        ),
        N_("Sessions rated by the therapist and at least one member, same instrument and scale."),
        ("gap_window", "gap_count", "spread_least_members"),
    ),
    "silent_members": _Signal(
        N_("Not heard from"),
        N_(
            "A member who was there at the latest sessions without a complete form; or one who "
            "used to rate and was neither there nor rated at the latest sessions."
        ),
        _SESSIONS,
        ("silent_sessions", "silent_earlier_ratings"),
    ),
    "recent_coverage": _Signal(
        N_("Coverage"),
        N_("Complete forms as a share of those expected, over the latest sessions held."),
        _SESSIONS,
        ("coverage_sessions", "coverage_share"),
    ),
    "threat_agreement": _Signal(
        N_("Threat and ratings disagree"),
        N_(
            "A threat is coded as open while no signal of the ratings is there; or a signal is "
            "there while no threat is coded as open. Both are reasons to ask; neither is right "
            "by itself."
        ),
        _CODED,
        ("agenda_sessions",),
    ),
    "threats_without_strategy": _Signal(
        N_("Threat without a strategy"),
        N_("A threat open over several sessions held for which no strategy was recorded."),
        _CODED,
        ("threat_held_sessions",),
    ),
    "manufactured_components": _Signal(
        N_("Components that say nothing"),
        N_(
            "A total that was split into equal parts, or four equal answers below the maximum: the "
            "total stands, its components are not interpreted."
        ),
        _OWN,
        (),
    ),
    "strategy_followups": _Signal(
        N_("What came after a strategy"),
        N_(
            "The rating of the member concerned at that session and the next ones, in order. What "
            "came after is not what the strategy led to."
        ),
        _CODED,
        ("follow_ratings", "follow_least_cases"),
    ),
}

RULE_WORDS: Final[dict[str, str]] = {
    "rupture_least_earlier": N_("earlier ratings needed"),
    "rupture_notable_sd": N_("notable from, in SD"),
    "rupture_marked_sd": N_("marked from, in SD"),
    "rupture_repaired_share": N_("share of the fall regained to be called repaired"),
    "rupture_unrepaired_after": N_("later ratings until it is called not repaired so far"),
    "spread_least_members": N_("members with ratings needed in the service"),
    "spread_least_ratings": N_("ratings a series needs to count"),
    "joint_least_sessions": N_("joint sessions needed for the service’s own correlation"),
    "joint_correlation": N_("correlation between members until then"),
    "split_widening_window": N_("latest joint sessions looked at"),
    "split_widening_count": N_("of them at least notable"),
    "split_slope_window": N_("joint sessions for the slope"),
    "split_slope_least": N_("fewest of them"),
    "split_slope_sd": N_("slope a joint session, in SD"),
    "split_narrowed_sessions": N_("joint sessions below notable"),
    "fit_drop_points": N_("points lower than before"),
    "fit_cutoff_edge": N_("edge of the cut-off"),
    "reliable_change_z": N_("standard deviations of a difference"),
    "falls_in_a_row": N_("falls in a row"),
    "slope_least_ratings": N_("ratings needed for a slope"),
    "limits_baseline_ratings": N_("first ratings the limit comes from"),
    "limits_factor": N_("mean moving ranges below the own mean"),
    "ceiling_forms": N_("perfect forms in a row"),
    "slip_forms": N_("lower forms after them"),
    "ceiling_warning_share": N_("share of perfect forms from which the screen warns"),
    "link_window": N_("joint sessions of the member looked at"),
    "link_count": N_("of them beyond the line"),
    "gap_window": N_("such sessions looked at"),
    "gap_count": N_("of them beyond the line"),
    "silent_sessions": N_("latest sessions held"),
    "silent_earlier_ratings": N_("earlier ratings of somebody who used to rate"),
    "coverage_sessions": N_("latest sessions held"),
    "coverage_share": N_("share below which a summary is partial"),
    "agenda_sessions": N_("latest sessions held"),
    "threat_held_sessions": N_("sessions held without a strategy"),
    "follow_ratings": N_("later ratings shown"),
    "follow_least_cases": N_("cases below which nothing is summed up"),
}

_VALUE_WORDS: Final[dict[str, str]] = {"below": N_("below"), "at_or_below": N_("at or below")}


def explanation(signal: str, language: Language, in_force: Mapping[str, str]) -> dict[str, Any]:
    """Return how a signal is computed, for "How was this computed?".

    Args:
        signal: Name of a query in ``queries/signals``.
        language: The language of the words; sources are cited as they stand in ``rules.toml``.
        in_force: Value of each rule by id, and ``rules_version``: rows of ``rules_in_force``.

    Returns:
        ``title``, ``formula``, ``inputs``, ``thresholds`` (what, value, source), ``version``,
        ``query`` and ``sql``; the latter two are empty where no query of that name exists.

    Raises:
        KeyError: If the signal is not one that can be explained.
    """
    told, contract = SIGNALS[signal], query_contracts().get(signal)
    return {
        "title": language(told.title),
        "formula": language(told.formula),
        "inputs": language(told.inputs),
        "thresholds": [_threshold(rule, language, in_force) for rule in told.rules],
        "version": in_force.get("rules_version", ""),
        "query": signal if contract else "",
        "sql": _without_header(contract.sql) if contract else "",
    }


def _without_header(sql: str) -> str:
    """Return a query as it runs; what its header promises is said in words above it."""
    lines = sql.splitlines()
    while lines and lines[0].startswith("--"):
        lines.pop(0)
    return "\n".join(lines)


def _threshold(rule_id: str, language: Language, in_force: Mapping[str, str]) -> list[str]:
    rule = shipped_rules()[rule_id]
    value = in_force.get(rule_id, str(rule.value))
    if value in _VALUE_WORDS:
        shown = language(_VALUE_WORDS[value])
    else:
        shown = language.number(float(value))
    return [language(RULE_WORDS[rule_id]), shown, rule.source]


def explanations(language: Language, in_force: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the explanation of every signal, by its name."""
    return {signal: explanation(signal, language, in_force) for signal in SIGNALS}
