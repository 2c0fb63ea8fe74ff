"""A set of cases as a browser holds it, what it is known by, and about what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dashboard.panels.listing import Place

if TYPE_CHECKING:
    from dashboard.panels.index import Part
    from dashboard.panels.prepared import PreparedText, PreparedTexts
    from dashboard.views.packing import Block

SAME_FOR_ALL = frozenset(
    {
        *("explanations", "words", "looks", "geometry", "glyphs", "strategies"),
        *("keys", "instruments", "colours", "styles", "signals", "version"),
    }
)
"""What every block of a large service says alike, in one generation and language."""

Key = tuple[int, Place, str]
"""What a set is known by: generation, place in a list, and what the group had discussed."""


@dataclass(frozen=True, eq=False)
class LoadedSet:
    """The cases a browser holds, with the block that carries them.

    Attributes:
        block: The block itself.
        prepared: The block as packed text, with the address a page asks for.
        texts: Where what a page asks for is kept.
        is_whole: Whether it holds every case of the scope.
        case_ids: The cases it holds.
        generation: The generation of the store that the numbers are from.
        part: Which part of a longer list of cases it is; none where the list ends with it.
        is_glimpse: Whether it has weeks and counts alone: what families by weeks need.
    """

    block: Block
    prepared: PreparedText
    texts: PreparedTexts
    is_whole: bool
    case_ids: frozenset[str]
    generation: int
    part: Part | None = None
    is_glimpse: bool = False

    @property
    def text(self) -> str:
        """The block as packed text."""
        return self.prepared.text

    @cached_property
    def patch(self) -> PreparedText:
        """The block for a page that already holds another: without what is the same."""
        return self.texts.keep(self.block.pack(without=SAME_FOR_ALL))


@dataclass(frozen=True)
class Wanted:
    """A set that is wanted: what it is known by, and what the group had discussed then."""

    key: Key
    said: Mapping[str, object]

    @property
    def generation(self) -> int:
        """The generation of the store that its numbers are from."""
        return self.key[0]


def memory_of(loaded: LoadedSet) -> int:
    """Return about how many bytes of memory a set takes: its block, and twice its text as sent."""
    return loaded.block.size + 2 * len(loaded.text)


def placed(block: Block, wanted: Wanted) -> Block:
    """Return a block that says which part of which list it holds."""
    case_ids, part = wanted.key[1]
    block.facts["part"] = None if part is None else asdict(part)
    block.facts["isPart"] = case_ids is not None
    return block
