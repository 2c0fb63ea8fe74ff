"""How often each rule fires by chance, how often it finds what is there, and how often here."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.vocabulary import TALK_ABOUT, WORTH_A_LOOK, Reason
from dashboard.exports.sample.unchanging import (
    Plant,
    UnchangingService,
    planted_cases,
    unchanging_service,
)
from dashboard.frames.fetching import EVERYTHING
from dashboard.store import Store, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RATERS = (2, 3, 4, 5)
PLANTED_SD = (1.0, 1.5, 2.0, 3.0)
_PLANTED_AT = 8
_RATINGS_ALONE = (
    Reason.RUPTURE_MARKED,
    Reason.SPLIT_MARKED,
    Reason.RUPTURE_NOTABLE,
    Reason.SPLIT_WIDENING,
    Reason.WEAK_LINK,
    Reason.THREE_FALLS,
    Reason.SLIP_FROM_CEILING,
    Reason.FAMILY_THERAPIST_GAP,
)
"""Reasons that ratings alone can raise; the disagreements with coded threats only repeat them."""

ROWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "data": pl.String,
    "rule": pl.String,
    "among": pl.String,
    "planted_sd": pl.Float64,
    "fired": pl.Int64,
    "of": pl.Int64,
    "share": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
}
Row = tuple[str, str, str, float | None, int, int]


@dataclass(frozen=True, slots=True)
class Budget:
    """What a rule may fire by chance on an unchanging service, in shares.

    Source: settled with the definitions of the signals, after simulation.
    """

    least: float
    most: float


BUDGETS: dict[tuple[str, str], Budget] = {
    **{("split marked", f"sessions, {raters} raters"): Budget(0.04, 0.06) for raters in RATERS},
    ("rupture marked", "members"): Budget(0.0, 0.03),
    ("rupture at least notable", "members"): Budget(0.0, 0.12),
    ("agenda, talk about it", "cases"): Budget(0.0, 0.08),
    ("agenda, worth a look", "cases"): Budget(0.0, 0.20),
}
"""The normal null of the definitions: reliability .64, correlation .5, twelve sessions."""


def calibration(
    store: Store | None = None,
    *,
    seed: int = 1,
    sessions: int = 10_000,
    scope: Scope = WHOLE_GROUP,
    report: Callable[[str, float], None] | None = None,
) -> pl.DataFrame:
    """Return how often the rules fire: by chance, on what is planted, and in a service's data.

    Args:
        store: The service's own data; none leaves them out.
        seed: Another seed draws other invented services.
        sessions: Joint sessions for each number of raters, and half as many cases.
        scope: Who is looking.
        report: Told what is being done and the share done.

    Returns:
        ``data`` (unchanging, ceiling, autocorrelated, planted, service), ``rule``, ``among``,
        ``planted_sd`` (null where nothing is planted), ``fired``, ``of``, ``share`` (null of
        nothing), and the budget ``least`` and ``most`` where one binds.

    Source:
        Budgets: settled with the definitions of the signals (docs/signals.md).
    """
    tell = report or _silent
    rows = [*_by_chance(seed, sessions, tell), *_planted(seed, sessions, tell)]
    if store is not None:
        tell("service", 0.95)
        rows += _of_store("service", store, scope)
    tell("done", 1.0)
    return _framed(rows)


def _framed(rows: Sequence[Row]) -> pl.DataFrame:
    budgets = [BUDGETS.get((rule, among)) for _, rule, among, *_ in rows]
    bound = [data == "unchanging" for data, *_ in rows]
    return pl.DataFrame(
        [
            (*row, row[4] / row[5] if row[5] else None, *_ends(budget if binds else None))
            for row, budget, binds in zip(rows, budgets, bound, strict=True)
        ],
        schema=ROWS,
        orient="row",
    )


def _ends(budget: Budget | None) -> tuple[float | None, float | None]:
    return (budget.least, budget.most) if budget else (None, None)


def _by_chance(seed: int, sessions: int, tell: Callable[[str, float], None]) -> Iterator[Row]:
    tell("splits by chance", 0.0)
    families = [size for size in RATERS for _ in range(-(-sessions // 12))]
    whole = UnchangingService(families, missing_share=0.0, seed=seed)
    with _opened(whole) as opened:
        yield from _splits("unchanging", opened, WHOLE_GROUP)
    mixed = UnchangingService(_mixed(sessions // 2), seed=seed + 1)
    variants = {
        "unchanging": mixed,
        "ceiling": replace(mixed, ceiling_sd=0.7),
        "autocorrelated": replace(mixed, autocorrelation=0.3),
    }
    for step, (name, model) in enumerate(variants.items()):
        tell(f"{name} service", 0.15 + 0.2 * step)
        with _opened(model) as opened:
            if name != "unchanging":
                yield from _splits(name, opened, WHOLE_GROUP)
            yield from _ruptures(name, opened, WHOLE_GROUP)
            yield from _tiers(name, opened, WHOLE_GROUP)


def _planted(seed: int, sessions: int, tell: Callable[[str, float], None]) -> Iterator[Row]:
    families = _mixed(max(sessions // 10, 120))
    for step, fall_sd in enumerate(PLANTED_SD):
        tell(f"planted {fall_sd:g} SD", 0.75 + 0.05 * step)
        plant = Plant(_PLANTED_AT, 12, fall_sd)
        model = UnchangingService(families, missing_share=0.0, plant=plant, seed=seed + 2)
        with _opened(model) as opened:
            yield from _found(opened, model, fall_sd)


def _mixed(case_count: int) -> list[int]:
    return [RATERS[number % len(RATERS)] for number in range(case_count)]


class _opened:  # noqa: N801 - a context, used like a function
    """An invented service, published and opened for as long as the context lasts."""

    def __init__(self, model: UnchangingService) -> None:
        self._model = model
        self._folder = tempfile.TemporaryDirectory(prefix="alliance-calibrate-")

    def __enter__(self) -> Store:
        folder = Path(self._folder.name) / "store"
        publish(unchanging_service(self._model), folder)
        self._store = Store(folder, timeout_seconds=120)
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()
        self._folder.cleanup()


def _of_store(data: str, store: Store, scope: Scope) -> Iterator[Row]:
    yield from _splits(data, store, scope)
    yield from _ruptures(data, store, scope)
    yield from _reasons(data, store, scope)
    yield from _tiers(data, store, scope)


def _splits(data: str, store: Store, scope: Scope) -> Iterator[Row]:
    rows = store.query_selection("split_firing", EVERYTHING, scope=scope)
    by_raters = rows.group_by("rater_count", maintain_order=True).agg(pl.col("^.*_count$").sum())
    for row in by_raters.sort("rater_count").iter_rows(named=True):
        among = f"sessions, {row['rater_count']} raters"
        judged = row["judged_count"]
        yield data, "split at least notable", among, None, row["notable_count"], judged
        yield data, "split marked", among, None, row["marked_count"], judged
        yield data, "range of 1 SD (literature)", among, None, row["one_sd_count"], judged


def _ruptures(data: str, store: Store, scope: Scope) -> Iterator[Row]:
    rows = store.query_selection("rupture_firing", EVERYTHING, scope=scope)
    for among in ("member", "case"):
        judged = int(rows[f"{among}_count"].sum())
        for level, rule in (("notable", "rupture at least notable"), ("marked", "rupture marked")):
            fired = int(rows[f"{level}_{among}_count"].sum())
            yield data, rule, f"{among}s", None, fired, judged


def _tiers(data: str, store: Store, scope: Scope) -> Iterator[Row]:
    reasons = store.query_selection("agenda_reasons", EVERYTHING, scope=scope)
    alone = reasons.filter(pl.col("reason_code").is_in([str(code) for code in _RATINGS_ALONE]))
    cases = _ongoing(store, scope)
    for tier, rule in (
        (TALK_ABOUT, "agenda, talk about it"),
        (WORTH_A_LOOK, "agenda, worth a look"),
    ):
        fired = alone.filter(pl.col("tier") == tier)["case_id"].n_unique()
        yield data, rule, "cases", None, fired, cases


def _reasons(data: str, store: Store, scope: Scope) -> Iterator[Row]:
    reasons = store.query_selection("agenda_reasons", EVERYTHING, scope=scope)
    cases = _ongoing(store, scope)
    counts = dict(reasons.group_by("reason_code").agg(pl.col("case_id").n_unique()).iter_rows())
    for reason in Reason:
        yield data, f"reason {reason}", "cases", None, counts.get(str(reason), 0), cases


def _ongoing(store: Store, scope: Scope) -> int:
    cases = store.query_selection("case_list", EVERYTHING, scope=scope)
    return cases.filter(pl.col("ending") == "ongoing").height


def _found(store: Store, model: UnchangingService, fall_sd: float) -> Iterator[Row]:
    """Yield how many planted falls were found, as a rupture and as a split."""
    cases = planted_cases(model)
    first_rows = (
        store.query("case_rows")
        .filter(pl.col("case_id").is_in(cases))
        .group_by("case_id")
        .agg(pl.col("row_key").min())
    )
    ruptures = store.query("ruptures").join(first_rows, on=["case_id", "row_key"], how="semi")
    found = ruptures.filter(pl.col("onset_session_no") >= _PLANTED_AT)
    marked = found.filter(pl.col("level") == "marked")
    for rule, rows in (("rupture at least notable", found), ("rupture marked", marked)):
        yield "planted", rule, "members", fall_sd, rows["case_id"].n_unique(), len(cases)
    splits = store.query("splits").filter(
        pl.col("case_id").is_in(cases) & (pl.col("session_no") >= _PLANTED_AT)
    )
    for raters in RATERS:
        rows = splits.filter(pl.col("rater_count") == raters)
        among = f"sessions, {raters} raters"
        fired = rows.filter(pl.col("level") == "marked").height
        yield "planted", "split marked", among, fall_sd, fired, rows.height


def _silent(_: str, __: float) -> None:
    return None
