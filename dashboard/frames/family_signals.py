"""Signals of a family: where its members' ratings part, who is not heard, what threats wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def splits(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how far members' ratings of a session lie apart, one row per joint session and scale.

    Signed: who is highest, who lowest. No level means below notable, or that nothing can be
    judged: see ``range_sd`` (too few members in the service) and ``cut_notable`` (over 6 raters).
    """
    return fetch(store, "splits", selection, scope=scope)


def split_trends(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return whether members move apart or together, one row per case, instrument and scale."""
    return fetch(store, "split_trends", selection, scope=scope)


def links(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how far each own rating lies from the mean of the others at a joint session."""
    return fetch(store, "links", selection, scope=scope)


def member_links(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return whose latest own ratings lie well below or above the others', one row per series."""
    return fetch(store, "member_links", selection, scope=scope)


def family_therapist_gaps(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how far a therapist's own form lies from the mean of the members' at a session."""
    return fetch(store, "family_therapist_gaps", selection, scope=scope)


def silent_members(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return members who come and do not rate, or used to rate and are no longer heard from.

    Only members of an age for which the case uses an alliance form of their own. Without records
    of attendance nobody can be seen to come; a member may still be no longer heard from.
    """
    return fetch(store, "silent_members", selection, scope=scope)


def recent_coverage(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return what share of the expected forms of the last held sessions exists, by case."""
    return fetch(store, "recent_coverage", selection, scope=scope)


def threat_agreement(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return whether coded threats and ratings agree at the latest held session, by case.

    Neither is the truth about the other: a disagreement is a question to ask.
    """
    return fetch(store, "threat_agreement", selection, scope=scope)


def threats_without_strategy(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return threats open for several held sessions without a strategy recorded for them."""
    return fetch(store, "threats_without_strategy", selection, scope=scope)


def strategy_followups(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return the ratings at and after the session of a strategy, one row per use and series.

    A description of what came next; nothing says that the strategy brought it about.
    """
    return fetch(store, "strategy_followups", selection, scope=scope)
