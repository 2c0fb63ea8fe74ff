"""What the columns of a table are taken for, and why: guesses for a person to correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Described:
    """What the system that wrote a table says of its columns.

    Attributes:
        labels: By column, what its dictionary calls it.
        forms: By column, the form it belongs to.
        no_answers: Columns that the system fills in itself.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    no_answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guess:
    """A column taken for something.

    Attributes:
        column: Its name in the file.
        reason: Why, in a sentence about names and kinds, never about a value.
    """

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What the columns of a table are taken for.

    Attributes:
        found: Guess by what it is: one of ``FOUND``.
        items: Guess by the number of an item.
        instrument: Whose items these are, where their names say so; else empty.
        roles: Role by word of the role column; words that are none are left out.
        unplaced: Words of the role column that are no role.
        instruments: Instrument by word of the instrument column.
        words: By kind (age, referral, index), each word of its column and what it means; empty
            where a person has to say it.
        is_shared_member: Whether families use the same words for their members ("mother").
        unplain: Columns for roles and days with characters that no id takes.
        left_out: By column that is not taken for what its name says, why; never about a value.
    """

    found: Mapping[str, Guess] = field(default_factory=dict)
    items: Mapping[int, Guess] = field(default_factory=dict)
    instrument: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()
    instruments: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_shared_member: bool = False
    unplain: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    def kind_of(self, column: str) -> tuple[str, str]:
        """Return what a column is taken for and why; the first is empty where it is not used."""
        named = [(what, each) for what, each in self.found.items()]
        named += [(f"item:{number}", each) for number, each in self.items.items()]
        found = next(((what, each) for what, each in named if each.column == column), None)
        return (found[0], found[1].reason) if found else ("", self.left_out.get(column, ""))
