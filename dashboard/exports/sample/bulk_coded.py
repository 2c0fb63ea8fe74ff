"""Threats and strategies of ordinary families by the thousand."""

from __future__ import annotations

import polars as pl

from dashboard.domain.vocabulary import STRATEGY_BELONGS_TO, ThreatType
from dashboard.exports.sample.chance import pick, unit_column


def bulk_threats(families: pl.DataFrame, sessions: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return up to two threats a case, from a held session and until another one.

    Args:
        families: One row per family with ``session_count``.
        sessions: One row per session.
        seed: The seed of the sample.
    """

    def unit(purpose: str) -> pl.Expr:
        return unit_column(seed, f"threat {purpose}", "family", "threat_no")

    first = 1 + (unit("from") * (pl.col("session_count") - 3)).cast(pl.Int64)
    held = sessions.filter(pl.col("status") == "held").select(
        "family", "session_no", "session_id", "held_on"
    )
    opened = (
        families.with_columns(threat_no=pl.lit([1, 2]))
        .explode("threat_no")
        .filter(unit("is there") < 0.33)
        .with_columns(session_no=first + pl.col("threat_no") - 1)
        .join(held, on=["family", "session_no"])
    )
    return _closed(opened, held, seed).sort("family", "threat_no")


def _closed(opened: pl.DataFrame, held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the threats with how they stand; eased ones end at a held session, or stay open."""

    def unit(purpose: str) -> pl.Expr:
        return unit_column(seed, f"threat {purpose}", "family", "threat_no")

    length = 2 + (unit("length") * 4).cast(pl.Int64)
    kinds = tuple(str(code) for code in ThreatType)
    is_over = pl.col("status").is_in(["eased", "resolved"])
    ends = held.select("family", close_no="session_no", closed_session_id="session_id")
    return (
        opened.with_columns(
            status=pick(("open", "watching", "eased", "resolved"), unit("status")),
            close_no=pl.col("session_no") + length,
        )
        .join(ends, on=["family", "close_no"], how="left")
        .with_columns(
            threat_id=pl.format("H-{}-{}", "family", "threat_no"),
            member_id=pl.when(unit("member") < 0.7).then(pl.format("M-{}-2", "family")),
            threat_type=pick(kinds, unit("type")),
            severity=1 + (unit("severity") * 3).cast(pl.Int32),
            reported_by=pick(("therapist", "therapist", "supervisor", "client"), unit("by")),
            opened_on="held_on",
            status=pl.when(is_over & pl.col("closed_session_id").is_null())
            .then(pl.lit("open"))
            .otherwise("status"),
        )
        .with_columns(closed_session_id=pl.when(is_over).then("closed_session_id"))
    )


def bulk_strategies(threats: pl.DataFrame, sessions: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return what was tried in the held sessions after a threat was coded, fitting its type.

    Args:
        threats: Rows of ``bulk_threats``.
        sessions: One row per session.
        seed: The seed of the sample.
    """
    fitting = pl.DataFrame(
        [
            (
                str(kind),
                [str(code) for code, belongs in STRATEGY_BELONGS_TO.items() if belongs == kind],
            )
            for kind in ThreatType
        ],
        schema=["threat_type", "codes"],
        orient="row",
    )
    keys = ("family", "threat_no", "tried_no")
    chosen = (unit_column(seed, "strategy", *keys) * pl.col("codes").list.len()).cast(pl.Int64)
    held = sessions.filter(pl.col("status") == "held").select("family", "session_no", "session_id")
    return (
        threats.drop("session_id")
        .join(fitting, on="threat_type", maintain_order="left")
        .with_columns(tried_no=pl.lit([1, 2]))
        .explode("tried_no")
        .filter(unit_column(seed, "tried", *keys) < 0.6)
        .with_columns(session_no=pl.col("session_no") + pl.col("tried_no"))
        .join(held, on=["family", "session_no"], maintain_order="left_right")
        .with_columns(
            strategy_id=pl.format("A-{}-{}-{}", *keys),
            strategy=pl.col("codes").list.get(chosen),
            context=pl.lit("threat"),
            helpful=pick(
                ("yes", "partly", "no", "too_early", None), unit_column(seed, "helpful", *keys)
            ),
        )
        .sort(*keys)
    )
