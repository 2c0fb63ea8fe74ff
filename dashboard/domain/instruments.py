"""The instrument registry: what a form measures, its range, its direction, and who says so."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeGuard

from dashboard.domain.codes import is_code, plain_text
from dashboard.domain.vocabulary import AgeBand, Kind, Perspective, Scale
from dashboard.errors import RegistryError

FORMAT = "alliance-instruments"
FORMAT_VERSION = 1
_SHIPPED = Path(__file__).with_name("instruments.toml")
_DIRECTIONS = ("higher_is_stronger", "higher_is_better", "lower_is_better")
_SCORINGS = ("items", "ratings", "refused")

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
    """Every known instrument by id, in file order, with the fingerprint of the definitions."""

    instruments: Mapping[str, Instrument]
    fingerprint: str

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
    for file in files:
        text = _text(file)
        digest.update(text.encode() + b"\0")
        for entry in _entries(file, text):
            instrument = _instrument(file.name, entry)
            if instrument.instrument_id in instruments:
                message = (
                    f"{file.name}: instrument '{instrument.instrument_id}' is defined twice "
                    "(or ships with the board). Give yours an id of its own."
                )
                raise RegistryError(message)
            instruments[instrument.instrument_id] = instrument
    return Registry(instruments=instruments, fingerprint=digest.hexdigest())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message = f"{file.name}: an instrument file is a readable UTF-8 text; this is not one."
        raise RegistryError(message) from None


def _entries(file: Path, text: str) -> list[dict[str, Any]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file.name}: not valid TOML ({error})."
        raise RegistryError(message) from None
    if document.get("format") != FORMAT or document.get("version") != FORMAT_VERSION:
        message = (
            f'{file.name}: expected format = "{FORMAT}" and version = {FORMAT_VERSION} at the top.'
        )
        raise RegistryError(message)
    entries = document.get("instrument")
    if not _are_tables(entries) or not entries:
        message = f"{file.name}: expected at least one [[instrument]] table; found none."
        raise RegistryError(message)
    return entries


def _instrument(file: str, entry: Mapping[str, Any]) -> Instrument:
    instrument_id = str(entry.get("id", ""))
    where = f"{file}: instrument '{instrument_id if is_code(instrument_id) else '?'}'"
    if not is_code(instrument_id):
        message = f"{where}: 'id' takes 1 to 32 letters, digits, '.', '_' or '-'."
        raise RegistryError(message)
    _require(where, entry, ("name", "kind", "perspectives", "direction", "scoring", "source"))
    scoring = _one_of(where, entry, "scoring", _SCORINGS)
    if scoring == "refused":
        _require(where, entry, ("refusal",))
    family = str(entry.get("family", instrument_id))
    try:
        return Instrument(
            instrument_id=instrument_id,
            name=plain_text(str(entry["name"])),
            title=plain_text(str(entry.get("title", entry["name"]))),
            family=family,
            family_name=plain_text(str(entry.get("family_name", entry["name"]))),
            kind=Kind(entry["kind"]),
            perspectives=tuple(Perspective(word) for word in entry["perspectives"]),
            age_bands=tuple(AgeBand(word) for word in entry.get("age_bands", tuple(AgeBand))),
            direction=_one_of(where, entry, "direction", _DIRECTIONS),
            scoring=scoring,  # type: ignore[arg-type]
            refusal=entry.get("refusal"),
            item_count=int(entry.get("item_count", 0)),
            item_min=_number(entry.get("item_min")),
            item_max=_number(entry.get("item_max")),
            true_zero=bool(entry.get("true_zero", False)),
            source=str(entry["source"]),
            scales=tuple(_scale(where, entry, scale) for scale in _scales(where, entry)),
        )
    except (TypeError, ValueError) as error:
        message = f"{where}: a word is not in its list, or a value not of its kind ({error})."
        raise RegistryError(message) from None


def _scales(where: str, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    scales: list[dict[str, Any]] = entry.get("scales", [])
    if not _are_tables(scales):
        message = f"{where}: 'scales' takes a list of tables, one for each scale."
        raise RegistryError(message)
    return scales


def _scale(where: str, entry: Mapping[str, Any], scale: Mapping[str, Any]) -> InstrumentScale:
    place = f"{where}, scale '{scale.get('id', '?')}'"
    _require(place, scale, ("id",))
    items = tuple(int(item) for item in scale.get("items", ()))
    reversed_items = tuple(int(item) for item in scale.get("reversed", ()))
    minimum, maximum = _range(place, entry, scale, len(items))
    if entry["scoring"] == "items":
        _check_items(place, entry, items, reversed_items)
    for figure in ("cutoff", "reliability", "sd"):
        if scale.get(figure) is not None and not scale.get(f"{figure}_source"):
            message = f"{place}: '{figure}' needs '{figure}_source'; no figure without a source."
            raise RegistryError(message)
    return InstrumentScale(
        scale=Scale(scale["id"]),
        items=items,
        reversed_items=reversed_items,
        minimum=minimum,
        maximum=maximum,
        target="family" if scale.get("target") == "family" else "member",
        cutoff=_number(scale.get("cutoff")),
        cutoff_source=scale.get("cutoff_source"),
        reliability=_number(scale.get("reliability")),
        reliability_source=scale.get("reliability_source"),
        sd=_number(scale.get("sd")),
        sd_source=scale.get("sd_source"),
        source=scale.get("source"),
    )


def _range(
    place: str, entry: Mapping[str, Any], scale: Mapping[str, Any], item_count: int
) -> tuple[float, float]:
    low, high = _number(scale.get("min")), _number(scale.get("max"))
    if low is None and item_count and entry.get("item_min") is not None:
        low = float(entry["item_min"]) * item_count
    if high is None and item_count and entry.get("item_max") is not None:
        high = float(entry["item_max"]) * item_count
    if low is None or high is None or low >= high:
        message = f"{place}: give 'min' and 'max', or items with 'item_min' and 'item_max'."
        raise RegistryError(message)
    return low, high


def _check_items(
    place: str, entry: Mapping[str, Any], items: tuple[int, ...], reversed_items: tuple[int, ...]
) -> None:
    legal = set(range(1, int(entry.get("item_count", 0)) + 1))
    if not items or len(set(items)) != len(items) or not set(items) <= legal:
        message = f"{place}: 'items' takes numbers of 1 to item_count, each once."
        raise RegistryError(message)
    if not set(reversed_items) <= set(items):
        message = f"{place}: 'reversed' may only name items of the scale."
        raise RegistryError(message)


def _require(where: str, entry: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    missing = [key for key in keys if not entry.get(key)]
    if missing:
        message = f"{where}: missing {missing}."
        raise RegistryError(message)


def _are_tables(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _one_of(where: str, entry: Mapping[str, Any], key: str, words: tuple[str, ...]) -> str:
    if entry[key] not in words:
        message = f"{where}: '{key}' takes one of {list(words)}."
        raise RegistryError(message)
    return str(entry[key])


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
