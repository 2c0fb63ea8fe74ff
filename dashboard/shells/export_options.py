"""The options of ``alliance export``: what is taken out, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter

Several = Annotated[tuple[str, ...], Parameter(negative=(), consume_multiple=False)]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken out, and for whom.

    Attributes:
        out_format: Native tables as csv or parquet, which any board reads back unchanged; star for
            a folder of dimensions and facts in Parquet; xlsx for a workbook of the same with
            definitions. Otherwise by the ending of --out: xlsx, else csv.
        level: A for the group itself, B for readers (codes for ids, weeks for days), C for outside
            (rounded counts by quarter, nothing else). Native tables are always level A; otherwise
            it is B unless you say.
        therapist: Cases of this therapist only; may be given several times.
        family: This family only; may be given several times.
        threat: Cases with a threat of this type only; may be given several times.
    """

    out_format: Annotated[
        Literal["csv", "parquet", "star", "xlsx"] | None, Parameter(name="--format")
    ] = None
    level: Literal["A", "B", "C"] | None = None
    therapist: Several = ()
    family: Several = ()
    threat: Several = ()
