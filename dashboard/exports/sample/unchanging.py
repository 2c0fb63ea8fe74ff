"""Invented services in which nothing happens, or exactly what is planted: to try the rules on.

Ratings are drawn from a normal model: a part that the family shares, a part of the member alone,
and noise that is new at every session. What the rules say of such a service is chance.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from dashboard.domain.instruments import Instrument, InstrumentScale, Registry
from dashboard.domain.vocabulary import AgeBand, Kind, Perspective, Scale
from dashboard.exports.manifest import ExportFacts
from dashboard.exports.reading import ReadExport, content_hash
from dashboard.exports.schemas import NATIVE_TABLES, empty_table, key_columns, polars_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

Schema = dict[str, "pl.DataType | type[pl.DataType]"]

INSTRUMENT = "invented_normal"
MEAN, SPREAD, HIGHEST = 500.0, 100.0, 1000.0
_FIRST_DAY = dt.date(2026, 1, 5)
_SIZES = 4
_SOURCE = "Invented: normal variates, no instrument that exists"


@dataclass(frozen=True, slots=True)
class Plant:
    """A change planted in the first member of every third family of each size.

    The others keep the spread of the service that of members who do not change.

    Attributes:
        from_session: First session at which it holds.
        to_session: Last session at which it holds.
        fall_sd: How far the member's ratings lie below what they would be, in SD.
    """

    from_session: int
    to_session: int
    fall_sd: float


@dataclass(frozen=True, slots=True)
class UnchangingService:
    """The model a service is drawn from.

    Attributes:
        family_sizes: Number of members of each family, all of whom rate.
        session_count: Sessions of each case.
        reliability: Share of the variance of a rating that stays from session to session.
        correlation: Correlation of two members within a session; their shared part stays.
        missing_share: Share of forms that nobody filled in, at random.
        autocorrelation: Of the noise of one session with that of the next.
        ceiling_sd: Where the highest score lies, in SD above the mean; none for out of reach.
        plant: What is planted, or nothing.
        seed: Another seed draws another service.
    """

    family_sizes: Sequence[int]
    session_count: int = 12
    reliability: float = 0.64
    correlation: float = 0.5
    missing_share: float = 0.1
    autocorrelation: float = 0.0
    ceiling_sd: float | None = None
    plant: Plant | None = None
    seed: int = 1


def planted_cases(model: UnchangingService) -> list[str]:
    """Return the cases in which the plant of a model stands, by id; none without a plant."""
    if model.plant is None:
        return []
    numbers = np.flatnonzero(_is_planted(np.arange(len(model.family_sizes))))
    return [f"C{number:06d}" for number in numbers]


def _is_planted(case_numbers: Numbers) -> Numbers:
    return np.asarray(case_numbers // _SIZES % 3 == 0)


def unchanging_service(model: UnchangingService) -> ReadExport:
    """Return an invented service as the store receives an export.

    Args:
        model: What it is drawn from.

    Returns:
        One case a family, held weekly, rated with an instrument that does not exist; the same
        for the same model.
    """
    highest = HIGHEST if model.ceiling_sd is None else MEAN + model.ceiling_sd * SPREAD
    registry = _registry(highest)
    tables = _tables(model, highest)
    facts = ExportFacts(source_system="calibrate", note="Invented data", pseudonymised=True)
    return ReadExport(
        tables=tables,
        set_aside=pl.DataFrame(schema=_SET_ASIDE),
        notices=pl.DataFrame(schema=_NOTICES),
        files=pl.DataFrame(schema=_FILES),
        facts=facts,
        registry=registry,
        mapping_fingerprint="calibrate",
        content_hash=content_hash(tables, facts, registry, "calibrate"),
    )


def _tables(model: UnchangingService, highest: float) -> dict[str, pl.DataFrame]:
    sizes = np.asarray(model.family_sizes, dtype=np.int64)
    family_of_member = np.repeat(np.arange(len(sizes)), sizes)
    scores = _scores(model, family_of_member, len(sizes))
    is_first = np.r_[True, family_of_member[1:] != family_of_member[:-1]]
    if model.plant is not None:
        span = slice(model.plant.from_session - 1, model.plant.to_session)
        planted = is_first & _is_planted(family_of_member)
        scores[planted, span] -= model.plant.fall_sd * SPREAD
    scores = np.clip(np.round(scores, 3), 0, highest)
    families = pl.DataFrame({"case_no": np.arange(len(sizes))}).select(
        _code("F", "case_no").alias("family_id"), _code("C", "case_no").alias("case_id")
    )
    sessions = _sessions(families, model.session_count)
    kept = np.random.default_rng(model.seed + 7).random(scores.shape) >= model.missing_share
    forms = _forms(family_of_member, scores, kept)
    made = {
        "families": families.select("family_id"),
        "cases": families.with_columns(
            modality=pl.lit("family"), referral=pl.lit("unknown"), ending=pl.lit("ongoing")
        ),
        "members": _members(family_of_member),
        "sessions": sessions,
        "forms": forms,
        "ratings": forms.select("form_id", scale=pl.lit(str(Scale.TOTAL)), score="score"),
    }
    return {
        name: _native(name, made[name]) if name in made else empty_table(name)
        for name in NATIVE_TABLES
    }


def _scores(model: UnchangingService, family_of_member: Numbers, family_count: int) -> Numbers:
    chance = np.random.default_rng(model.seed)
    members = len(family_of_member)
    shared = chance.standard_normal(family_count)[family_of_member] * np.sqrt(model.correlation)
    own_share = max(model.reliability - model.correlation, 0.0)
    own = chance.standard_normal(members) * np.sqrt(own_share)
    noise = chance.standard_normal((members, model.session_count))
    for number in range(1, model.session_count):
        noise[:, number] = model.autocorrelation * noise[:, number - 1] + noise[
            :, number
        ] * np.sqrt(1 - model.autocorrelation**2)
    stays = (shared + own)[:, None]
    drawn = stays + noise * np.sqrt(1 - max(model.reliability, model.correlation))
    return np.asarray(MEAN + SPREAD * drawn)


def _sessions(families: pl.DataFrame, session_count: int) -> pl.DataFrame:
    numbers = pl.DataFrame({"session_no": range(1, session_count + 1)})
    return families.join(numbers, how="cross").select(
        "case_id",
        "session_no",
        pl.format("{}-{}", "case_id", "session_no").alias("session_id"),
        (pl.lit(_FIRST_DAY) + pl.duration(weeks=pl.col("session_no") - 1)).alias("held_on"),
        status=pl.lit("held"),
    )


def _members(family_of_member: Numbers) -> pl.DataFrame:
    numbered = pl.DataFrame({"member_no": np.arange(len(family_of_member))}).with_columns(
        case_no=pl.Series(family_of_member)
    )
    return numbered.select(
        _code("M", "member_no").alias("member_id"),
        _code("F", "case_no").alias("family_id"),
        role=pl.lit("other"),
        age_band=pl.lit(str(AgeBand.FROM_18_TO_64)),
        index_client=pl.lit(False),  # noqa: FBT003 - a column of one value
    )


def _forms(family_of_member: Numbers, scores: Numbers, kept: Numbers) -> pl.DataFrame:
    members, sessions = np.nonzero(kept)
    rows = pl.DataFrame(
        {
            "member_no": members,
            "case_no": family_of_member[members],
            "session_no": sessions + 1,
            "score": scores[members, sessions],
        }
    )
    return rows.select(
        pl.format("{}-{}", _code("M", "member_no"), "session_no").alias("form_id"),
        pl.format("{}-{}", _code("C", "case_no"), "session_no").alias("session_id"),
        _code("M", "member_no").alias("member_id"),
        "score",
        perspective=pl.lit(str(Perspective.SELF)),
        instrument_id=pl.lit(INSTRUMENT),
        state=pl.lit("complete"),
        components_source=pl.lit("subscale_only"),
    )


def _code(letter: str, column: str) -> pl.Expr:
    return pl.lit(letter) + pl.col(column).cast(pl.String).str.zfill(6)


def _native(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    schema = polars_schema(name)
    columns = [
        pl.col(column) if column in rows.columns else pl.lit(None).alias(column)
        for column in schema
    ]
    return rows.select(columns).cast(schema).sort(key_columns(name))  # type: ignore[arg-type]


def _registry(highest: float) -> Registry:
    scale = InstrumentScale(
        scale=Scale.TOTAL,
        items=(),
        reversed_items=(),
        minimum=0.0,
        maximum=highest,
        target="member",
        cutoff=None,
        cutoff_source=None,
        reliability=None,
        reliability_source=None,
        sd=None,
        sd_source=None,
        source=_SOURCE,
    )
    instrument = replace(_INSTRUMENT, scales=(scale,))
    return Registry({INSTRUMENT: instrument}, fingerprint=f"{INSTRUMENT}-{highest}")


_INSTRUMENT = Instrument(
    instrument_id=INSTRUMENT,
    name="Invented",
    title="Normal variates",
    family=INSTRUMENT,
    family_name="Invented",
    kind=Kind.ALLIANCE,
    perspectives=(Perspective.SELF,),
    age_bands=tuple(AgeBand),
    direction="higher_is_stronger",
    scoring="ratings",
    refusal=None,
    item_count=0,
    item_min=None,
    item_max=None,
    true_zero=False,
    source=_SOURCE,
    scales=(),
)
_NOTICES: Schema = {
    "file": pl.String,
    "row_no": pl.UInt32,
    "table_name": pl.String,
    "column_name": pl.String,
    "rule": pl.String,
    "message": pl.String,
}
_SET_ASIDE: Schema = {**_NOTICES, "mend": pl.String}
del _SET_ASIDE["message"]
_FILES: Schema = {
    "file": pl.String,
    "table_names": pl.List(pl.String),
    "row_count": pl.Int64,
    "accepted_count": pl.Int64,
    "set_aside_count": pl.Int64,
    "sha256": pl.String,
}
