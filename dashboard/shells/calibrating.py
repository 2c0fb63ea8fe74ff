"""``alliance calibrate``: how often the rules fire by chance, on what is planted, and here."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.places import data_folder
from dashboard.shells.output import note, say, say_json, text_table
from dashboard.shells.progress import progress

if TYPE_CHECKING:
    from dashboard.store import Store

OUTSIDE_BUDGET = 1


def calibrate(
    source: Path | None,
    *,
    seed: int,
    sessions: int,
    as_json: bool,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
) -> int:
    """Print how often each rule fires, and return the exit code.

    Args:
        source: The service's own data; none takes the invented sample.
        seed: Another seed draws other invented services.
        sessions: Joint sessions drawn for each number of raters.
        as_json: Print for a machine to read.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Returns:
        0 where every budget is kept on the unchanging service, 1 where one is not.
    """
    from dashboard.frames.calibration import calibration
    from dashboard.store import open_source

    with ExitStack() as stack:
        report = stack.enter_context(progress(silent=as_json))
        store: Store = stack.enter_context(
            open_source(
                source or data_folder("sample_data"),
                mapping=mapping,
                instruments=instruments,
                rules=rules,
                progress=report,
            )
        )
        rows = calibration(store, seed=seed, sessions=sessions, report=report)
        version = store.facts.rules_version
    kept = rows.filter(
        pl.col("most").is_not_null()
        & ((pl.col("share") > pl.col("most")) | (pl.col("share") < pl.col("least")))
    ).is_empty()
    if as_json:
        say_json({"rules": version, "seed": seed, "within_budget": kept, "rows": rows.to_dicts()})
    else:
        _say(rows, version, seed)
    return 0 if kept else OUTSIDE_BUDGET


def _say(rows: pl.DataFrame, version: str, seed: int) -> None:
    say(f"Rules {version}, seed {seed}. Shares of what the rules were asked about.")
    shown = rows.select(
        "data",
        "rule",
        "among",
        "planted_sd",
        "fired",
        "of",
        (pl.col("share") * 100).round(1).alias("per cent"),
        pl.when(pl.col("most").is_not_null())
        .then(
            pl.format(
                "{} to {} %",
                (pl.col("least") * 100).round(0).cast(pl.Int64),
                (pl.col("most") * 100).round(0).cast(pl.Int64),
            )
        )
        .alias("budget"),
    )
    say(text_table(shown))
    note(
        "unchanging: normal ratings in which nothing happens (reliability .64, correlation .5, "
        "12 sessions); budgets bind there. ceiling: a quarter of the forms perfect. "
        "autocorrelated: noise that lasts (.3). planted: one member falls so many SD from "
        "session 8. service: the data that were opened."
    )
