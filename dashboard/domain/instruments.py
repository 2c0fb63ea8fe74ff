"""The instrument registry: what a form measures, its range, its direction, and who says so."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from dashboard.domain.codes import plain_text
from dashboard.domain.instrument_files import Entry, file_entries, file_text, scale_entries
from dashboard.domain.vocabulary import AgeBand, Kind, Perspective, Scale
from dashboard.errors import RegistryError

_SHIPPED = Path(__file__).with_name("instruments.toml")
_DIRECTIONS = ("higher_is_stronger", "higher_is_better", "lower_is_better")
_SCORINGS = ("items", "ratings", "refused")
_REQUIRED = ("name", "kind", "perspectives", "direction", "scoring", "source")
_KEYS = (
    *("id", "name", "title", "family", "family_name", "kind", "perspectives", "age_bands"),
    *("direction", "scoring", "refusal", "item_count", "item_min", "item_max", "true_zero"),
    *("source", "scales"),
)
_SCALE_KEYS = (
    *("id", "items", "reversed", "min", "max", "target", "cutoff", "cutoff_rule"),
    *("cutoff_source", "reliability", "reliability_type", "reliability_source"),
    *("sd", "sd_source", "source"),
)
_SLACK = 1e-9

Scoring = Literal["items", "ratings", "refused"]


@dataclass(frozen=True, slots=True)
class InstrumentScale:
    """One scale of an instrument: its items, its legal range, and published figures if any."""

    scale: Scale
    items: tuple[int, ...]
    reversed_items: tuple[int, ...]
    minimum: float
    maximum: float
    target: Literal["member", "family"]
    cutoff: float | None
    cutoff_source: str | None
    reliability: float | None
    reliability_source: str | None
    sd: float | None
    sd_source: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire or rating sheet, as numbers: no wording of any item is ever held."""

    instrument_id: str
    name: str
    title: str
    family: str
    family_name: str
    kind: Kind
    perspectives: tuple[Perspective, ...]
    age_bands: tuple[AgeBand, ...]
    direction: str
    scoring: Scoring
    refusal: str | None
    item_count: int
    item_min: float | None
    item_max: float | None
    true_zero: bool
    source: str
    scales: tuple[InstrumentScale, ...]

    def scale(self, scale: str) -> InstrumentScale | None:
        """Return the scale of that name, or none where the instrument has no such scale."""
        return next((item for item in self.scales if item.scale == scale), None)


@dataclass(frozen=True, slots=True)
class Registry:
    """Every known instrument by id, in file order, with the fingerprint of the definitions.

    Attributes:
        instruments: By id.
        fingerprint: SHA-256 of the definitions.
        own: Text of the service's own file, so that it can go along with an export; empty without.
    """

    instruments: Mapping[str, Instrument]
    fingerprint: str
    own: str = ""

    def __getitem__(self, instrument_id: str) -> Instrument:
        """Return an instrument, or raise a RegistryError that lists the known ids."""
        try:
            return self.instruments[instrument_id]
        except KeyError:
            known = ", ".join(sorted(self.instruments))
            message = (
                f"No instrument has the id that was asked for. Known ids: {known}. "
                "A service adds its own with --instruments FILE."
            )
            raise RegistryError(message) from None

    def __contains__(self, instrument_id: object) -> bool:
        """Return whether an instrument id is known."""
        return instrument_id in self.instruments


@cache
def shipped_registry() -> Registry:
    """Return the instruments that ship with the board."""
    return _registry([_SHIPPED])


def load_registry(*extra: Path) -> Registry:
    """Return the shipped instruments and those a service defines in files of the same form.

    Args:
        extra: TOML files in the form of ``dashboard/domain/instruments.toml``.

    Raises:
        RegistryError: If a file is not of that form, names an id twice or one that is shipped,
            or leaves out a figure that its scoring needs.
    """
    return _registry([_SHIPPED, *extra]) if extra else shipped_registry()


def _registry(files: list[Path]) -> Registry:
    instruments: dict[str, Instrument] = {}
    digest = hashlib.sha256()
    text = ""
    for file in files:
        text = file_text(file)
        digest.update(text.encode() + b"\0")
        for entry in file_entries(file, text):
            instrument = _instrument(entry)
            if instrument.instrument_id in instruments:
                message = (
                    f"{file.name}: instrument '{instrument.instrument_id}' is defined twice "
                    "(or ships with the board). Give yours an id of its own."
                )
                raise RegistryError(message)
            instruments[instrument.instrument_id] = instrument
    own = text if len(files) > 1 else ""
    return Registry(instruments=instruments, fingerprint=digest.hexdigest(), own=own)


def _instrument(entry: Entry) -> Instrument:
    instrument_id = entry.code("id")
    entry.allow_only(_KEYS)
    entry.require(*_REQUIRED)
    scoring = entry.one_of("scoring", _SCORINGS)
    if scoring == "refused":
        entry.require("refusal")
    name = entry.text("name") or ""
    try:
        return Instrument(
            instrument_id=instrument_id,
            name=plain_text(name),
            title=plain_text(entry.text("title") or name),
            family=entry.code("family", instrument_id),
            family_name=plain_text(entry.text("family_name") or name),
            kind=Kind(entry.values["kind"]),
            perspectives=tuple(Perspective(word) for word in entry.listed("perspectives")),
            age_bands=tuple(AgeBand(word) for word in entry.listed("age_bands", tuple(AgeBand))),
            direction=entry.one_of("direction", _DIRECTIONS),
            scoring=scoring,  # type: ignore[arg-type]
            refusal=entry.text("refusal"),
            item_count=entry.item_count("item_count"),
            item_min=entry.number("item_min"),
            item_max=entry.number("item_max"),
            true_zero=entry.truth("true_zero"),
            source=entry.text("source") or "",
            scales=tuple(_scale(entry, scale) for scale in scale_entries(entry)),
        )
    except ValueError as error:
        message = f"a word is not in its list ({error})."
        raise entry.refuse(message) from None


def _scale(instrument: Entry, scale: Entry) -> InstrumentScale:
    scale.allow_only(_SCALE_KEYS)
    items, reversed_items = scale.item_numbers("items"), scale.item_numbers("reversed")
    minimum, maximum = _range(instrument, scale, len(items))
    if instrument.values["scoring"] == "items":
        _check_items(instrument, scale, items, reversed_items)
    for figure in ("cutoff", "reliability", "sd"):
        if scale.values.get(figure) is not None and not scale.values.get(f"{figure}_source"):
            message = f"'{figure}' needs '{figure}_source'; no figure without a source."
            raise scale.refuse(message)
    return InstrumentScale(
        scale=Scale(scale.values["id"]),
        items=items,
        reversed_items=reversed_items,
        minimum=minimum,
        maximum=maximum,
        target="family" if scale.one_of("target", ("member", "family")) == "family" else "member",
        cutoff=scale.number("cutoff"),
        cutoff_source=scale.text("cutoff_source"),
        reliability=scale.number("reliability"),
        reliability_source=scale.text("reliability_source"),
        sd=scale.number("sd"),
        sd_source=scale.text("sd_source"),
        source=scale.text("source"),
    )


def _range(instrument: Entry, scale: Entry, item_count: int) -> tuple[float, float]:
    """Return the legal range of a scale: as declared, else that of the sum of its items."""
    lowest, highest = (
        _sum(instrument, "item_min", item_count),
        _sum(instrument, "item_max", item_count),
    )
    declared_low, declared_high = scale.number("min"), scale.number("max")
    low = lowest if declared_low is None else declared_low
    high = highest if declared_high is None else declared_high
    if low is None or high is None or not low < high or math.isinf(high - low):
        message = "give 'min' and 'max', or items with 'item_min' and 'item_max'."
        raise scale.refuse(message)
    if lowest is not None and low > lowest + _SLACK:
        raise scale.refuse(
            "'min' lies above the lowest sum of its items. Correct it, or leave it out."
        )
    if highest is not None and high < highest - _SLACK:
        raise scale.refuse(
            "'max' lies below the highest sum of its items. Correct it, or leave it out."
        )
    return low, high


def _sum(instrument: Entry, key: str, item_count: int) -> float | None:
    answer = instrument.number(key)
    return answer * item_count if answer is not None and item_count else None


def _check_items(
    instrument: Entry, scale: Entry, items: tuple[int, ...], reversed_items: tuple[int, ...]
) -> None:
    legal = range(1, instrument.item_count("item_count") + 1)
    if not items or len(set(items)) != len(items) or any(item not in legal for item in items):
        raise scale.refuse("'items' takes numbers of 1 to item_count, each once.")
    if not set(reversed_items) <= set(items):
        raise scale.refuse("'reversed' may only name items of the scale.")
    lowest, highest = instrument.number("item_min"), instrument.number("item_max")
    if lowest is None or highest is None or lowest >= highest:
        raise instrument.refuse("scored items need 'item_min' and a higher 'item_max'.")
