"""The bundled service, read as any export is read, with its totals worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pytest

from dashboard.domain.places import data_folder
from dashboard.exports.reading import ReadExport, read_export

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Service:
    """The native tables, and the totals of complete self forms of the SRS and the CSRS."""

    tables: Mapping[str, pl.DataFrame]
    totals: pl.DataFrame

    def line(self, member_id: str, case_id: str | None = None) -> dict[int, float]:
        """Return a member's totals by session number."""
        mine = self.totals.filter(member_id=member_id).filter(
            pl.col("case_id").eq(case_id) if case_id else pl.lit(value=True)
        )
        return dict(mine.select("session_no", "score").sort("session_no").iter_rows())

    def forms(self, **equals: object) -> pl.DataFrame:
        """Return forms with their session, narrowed to columns of given values."""
        sessions = self.tables["sessions"].select("session_id", "case_id", "session_no", "status")
        return self.tables["forms"].join(sessions, on="session_id").filter(**equals)


def self_totals(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return totals of complete self forms of the SRS and the CSRS, with case and session number.

    A total is the sum of four items, or the rating of that name where no items came.
    """
    summed = (
        tables["item_scores"]
        .group_by("form_id")
        .agg(score=pl.col("value").sum(), item_count=pl.len())
        .filter(item_count=4)
        .drop("item_count")
    )
    given = tables["ratings"].filter(scale="total").select("form_id", "score")
    return (
        tables["forms"]
        .filter(pl.col("instrument_id").is_in(["srs", "csrs"]), perspective="self")
        .join(pl.concat([summed, given]), on="form_id")
        .join(tables["sessions"].select("session_id", "case_id", "session_no"), on="session_id")
        .select("case_id", "session_id", "session_no", "member_id", "instrument_id", "score")
        .sort("case_id", "member_id", "session_no")
    )


@pytest.fixture(scope="session")
def bundled() -> ReadExport:
    """The bundled sample as the reader accepts it."""
    return read_export(data_folder("sample_data"))


@pytest.fixture(scope="session")
def service(bundled: ReadExport) -> Service:
    """The bundled sample with its totals."""
    return Service(bundled.tables, self_totals(bundled.tables))
