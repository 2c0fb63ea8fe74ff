"""Reading TOML with errors that name the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from dashboard.errors import MappingError


@dataclass(frozen=True)
class Node:
    """One table of a TOML document, knowing its place.

    Attributes:
        file: Name of the file, for messages.
        path: Dotted key of this table; array entries carry their number from 1.
        values: What the table holds.
    """

    file: str
    path: str
    values: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """Return the keys of this table, in the order of the file."""
        return list(self.values)

    def place(self, key: str) -> str:
        """Return file and dotted key, as messages begin."""
        dotted = ".".join(part for part in (self.path, key) if part)
        return f"{self.file}: {dotted}" if dotted else self.file

    def fail(self, key: str, sentence: str) -> NoReturn:
        """Raise a MappingError about a key."""
        message = f"{self.place(key)} {sentence}."
        raise MappingError(message)

    def allow(self, *keys: str) -> None:
        """Refuse keys of this table that the format does not know."""
        for key in self.values:
            if key not in keys:
                self.fail(key, f"is no key here. Known: {', '.join(keys)}")

    def child(self, key: str) -> Node:
        """Return the table under a key; an empty one where it is absent."""
        found = self.values.get(key, {})
        if not isinstance(found, dict):
            self.fail(key, "takes a table")
        return Node(self.file, self.place(key).removeprefix(f"{self.file}: "), found)

    def tables(self, key: str) -> list[Node]:
        """Return the array of tables under a key; empty where it is absent."""
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.fail(key, f"takes tables, written [[{self.path or ''}{key}]]")
        path = ".".join(part for part in (self.path, key) if part)
        return [
            Node(self.file, f"{path}[{number}]", item) for number, item in enumerate(found, start=1)
        ]

    def text(self, key: str, default: str = "") -> str:
        """Return a text; without a default it has to be there."""
        found = self.values.get(key, default)
        if not isinstance(found, str) or not found:
            self.fail(key, "takes a text")
        return found

    def optional_text(self, key: str) -> str | None:
        """Return a text, or none where the key is absent."""
        return self.text(key) if key in self.values else None

    def scalar(self, key: str) -> str:
        """Return a text, number or truth value as the text it stands for in a table."""
        found = self.values[key]
        if isinstance(found, bool):
            return "true" if found else "false"
        if not isinstance(found, str | int | float):
            self.fail(key, "takes a text or a number")
        return str(found)

    def word(self, key: str, words: tuple[str, ...], default: str | None) -> str | None:
        """Return one of a few words."""
        found = self.values.get(key, default)
        if found is not None and found not in words:
            self.fail(key, f"takes one of: {', '.join(words)}")
        return None if found is None else str(found)

    def number(self, key: str, default: int) -> int:
        """Return a whole number from 0."""
        found = self.values.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            self.fail(key, "takes a whole number from 0")
        return found

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self.values.get(key, default)
        if not isinstance(found, bool):
            self.fail(key, "takes true or false")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where it is absent."""
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self.fail(key, "takes a list of texts")
        return tuple(found)
