"""The first block of a start, kept beside the generation it was made of.

Making it is most of what a start has to do. What is kept is the very text that browsers are sent,
under a seal that names everything it was made of, so that it is the same text or not read at all.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.domain.places import PACKAGE, data_folder
from dashboard.store import keep_sealed, sealed_text
from dashboard.views.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.panels.sets import Wanted
    from dashboard.store import Store
    from dashboard.views.packing import Block

_LIBRARIES = ("babel", "duckdb", "numpy", "polars")
_CODE = (".po", ".py", ".sql", ".toml")


def first_block(
    store: Store, for_whom: tuple[str, object], wanted: Wanted, make: Callable[[], Block]
) -> tuple[Block, str]:
    """Return a block with its text: as it was kept, or made now and kept for the next start.

    Args:
        store: The store it is made of.
        for_whom: Code of the language its words are in, and the scope.
        wanted: Which set of cases it is.
        make: Makes the block.

    Raises:
        AllianceError: What making it raises.
    """
    facts, (language, _) = store.facts, for_whom
    file = store.beside(facts.generation, f"first-{language}")
    seal = hashlib.sha256(repr((edition(), facts, for_whom, wanted.key)).encode()).hexdigest()
    text = sealed_text(file, seal)
    if text is not None:
        return unpacked(text), text
    block = make()
    text = block.pack()
    if store.facts == facts:
        keep_sealed(file, seal, text)
    return block, text


@cache
def edition() -> str:
    """Return what a block is made by: libraries, and the code, words and queries of the board."""
    digest = hashlib.sha256("".join(f"{name} {version(name)} " for name in _LIBRARIES).encode())
    for root in (PACKAGE, data_folder("queries")):
        for folder, _, names in sorted(os.walk(root)):
            for name in sorted(names):
                if name.endswith(_CODE):
                    digest.update(Path(folder, name).read_bytes())
    return digest.hexdigest()
