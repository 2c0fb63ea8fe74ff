"""Instrument files as they are written: each value under its key, of its kind, or refused."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from dashboard.domain.codes import is_code, plain_text
from dashboard.errors import RegistryError

FORMAT = "alliance-instruments"
FORMAT_VERSION = 1
MOST_ITEMS = 1000

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with decimals",
    str: "a text",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of an instrument file, with the words that say where it stands.

    Attributes:
        place: File, instrument and scale, as a message names them.
        values: What the file says, by key.
    """

    place: str
    values: Mapping[str, Any]

    def refuse(self, what: str) -> RegistryError:
        """Return the error that says where and what; the caller raises it."""
        return RegistryError(f"{self.place}: {what}")

    def require(self, *keys: str) -> None:
        """Raise a RegistryError unless every key is there and not empty."""
        missing = [key for key in keys if not self.values.get(key)]
        if missing:
            raise self.refuse(f"missing {missing}.")

    def allow_only(self, keys: Sequence[str]) -> None:
        """Raise a RegistryError that names the first key that is none of these."""
        unknown = [key for key in self.values if key not in keys]
        if unknown:
            raise self.refuse(
                f"there is no key '{plain_text(unknown[0])}'. The keys are: {', '.join(keys)}."
            )

    def code(self, key: str, otherwise: str = "") -> str:
        """Return an identifier, or what stands for it where the key is left out."""
        value = self.values.get(key, otherwise)
        if not isinstance(value, str) or not is_code(value):
            raise self.refuse(f"'{key}' takes 1 to 32 letters, digits, '.', '_' or '-'.")
        return value

    def text(self, key: str) -> str | None:
        """Return a text, or none where the key is left out."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            raise self._another_kind(key, "a text", value)
        return value

    def number(self, key: str) -> float | None:
        """Return a finite number, or none where the key is left out."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._another_kind(key, "a number", value)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.refuse(f"'{key}' takes a finite number; found one without end.")
        return number

    def item_count(self, key: str) -> int:
        """Return a number of items, 0 where the key is left out."""
        value = self.values.get(key, 0)
        if type(value) is not int:
            raise self._another_kind(key, "a whole number", value)
        if not 0 <= value <= MOST_ITEMS:
            raise self.refuse(f"'{key}' takes a whole number from 0 to {MOST_ITEMS}.")
        return value

    def item_numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of item numbers, empty where the key is left out."""
        values = self.values.get(key, [])
        if not isinstance(values, list) or any(type(value) is not int for value in values):
            raise self.refuse(f"'{key}' takes a list of whole numbers, such as [1, 2].")
        return tuple(values)

    def listed(self, key: str, otherwise: Sequence[str] = ()) -> Sequence[str]:
        """Return a list of words that stand once each, or what stands for it."""
        values = self.values.get(key, list(otherwise))
        if (
            not isinstance(values, list)
            or any(not isinstance(value, str) for value in values)
            or len(set(values)) != len(values)
        ):
            raise self.refuse(f"'{key}' takes a list of words, each once.")
        return values

    def truth(self, key: str) -> bool:
        """Return true or false, false where the key is left out."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self._another_kind(key, "true or false, without quotation marks", value)
        return value

    def one_of(self, key: str, words: Sequence[str]) -> str:
        """Return a word of a list; the first one where the key is left out."""
        value = self.values.get(key, words[0])
        if value not in words:
            raise self.refuse(f"'{key}' takes one of {list(words)}.")
        return str(value)

    def tables(self, key: str) -> list[dict[str, Any]]:
        """Return a list of tables, empty where the key is left out."""
        values = self.values.get(key, [])
        if not _are_tables(values):
            raise self.refuse(f"'{key}' takes a list of tables, one for each scale.")
        return values

    def _another_kind(self, key: str, expected: str, value: object) -> RegistryError:
        found = _KINDS.get(type(value), "a date or a time")
        return self.refuse(f"'{key}' takes {expected}; found {found}.")


def file_text(file: Path) -> str:
    """Return what stands in an instrument file.

    Raises:
        RegistryError: If it cannot be read as UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message = f"{file.name}: an instrument file is a readable UTF-8 text; this is not one."
        raise RegistryError(message) from None


def file_entries(file: Path, text: str) -> list[Entry]:
    """Return the ``[[instrument]]`` tables of a file, at least one, in file order.

    Args:
        file: Where the text stands; its name is said in messages.
        text: TOML with the format and its version at the top.

    Raises:
        RegistryError: If the text is not of that form.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = error if isinstance(error, tomllib.TOMLDecodeError) else "nested too deeply"
        message = f"{file.name}: not valid TOML ({reason})."
        raise RegistryError(message) from None
    if document.get("format") != FORMAT or document.get("version") != FORMAT_VERSION:
        message = (
            f'{file.name}: expected format = "{FORMAT}" and version = {FORMAT_VERSION} at the top.'
        )
        raise RegistryError(message)
    Entry(file.name, document).allow_only(("format", "version", "instrument"))
    entries = document.get("instrument")
    if not _are_tables(entries) or not entries:
        message = f"{file.name}: expected at least one [[instrument]] table; found none."
        raise RegistryError(message)
    return [_placed(file, entry) for entry in entries]


def scale_entries(instrument: Entry) -> list[Entry]:
    """Return the tables of an instrument's scales, in file order; empty where it has none.

    Raises:
        RegistryError: If they are no tables, or two of them are of the same scale.
    """
    scales: list[Entry] = []
    for values in instrument.tables("scales"):
        name = _shown(values.get("id"))
        place = f"{instrument.place}, scale '{name}'"
        if any(scale.place == place for scale in scales):
            raise instrument.refuse(f"scale '{name}' stands twice. Give each scale once.")
        scale = Entry(place, values)
        scale.require("id")
        scales.append(scale)
    return scales


def _placed(file: Path, values: Mapping[str, Any]) -> Entry:
    return Entry(f"{file.name}: instrument '{_shown(values.get('id'))}'", values)


def _shown(code: object) -> str:
    return code if isinstance(code, str) and is_code(code) else "?"


def _are_tables(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
