"""A block of weeks and cells and nothing else: what a person waits for when a page is turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.views.block import BlockBuilder
from dashboard.views.cases import case_facts
from dashboard.views.lanes import LaneTables
from dashboard.views.packing import Block

if TYPE_CHECKING:
    from dashboard.views.language import Language
    from dashboard.views.numbers import BlockFrames

SEEN_AT_ONCE = frozenset(
    {
        "alliance_by_family_week",
        "alliance_cells",
        "case_list",
        "case_rows",
        "case_sessions",
        "case_therapist_spans",
        "threat_spans",
    }
)
"""Frames of the cases themselves that a glimpse is made of; every other may be empty."""


class GlimpseBuilder(BlockBuilder):
    """Builds the part of a block that families by weeks are drawn, filtered and counted by."""

    def build(self) -> Block:
        """Return the block: its page must hold a whole one already, for all that is the same."""
        tables = {
            **self._counted(),
            "weeks": self._weeks(),
            "therapists": self._therapists(),
            "people": self._people(),
            "threats": LaneTables(self).threat_filter(),
        }
        same = {"scales": list(self.scales), "threats": list(self.threats)}
        facts = {**same, **case_facts(self), "isGlimpse": True}
        return Block(facts=facts, tables=tables, texts=self.text.texts())


def build_glimpse(frames: BlockFrames, language: Language) -> Block:
    """Return the block of families by weeks of a set of cases.

    Args:
        frames: Rows of the measures of the same names; those not in ``SEEN_AT_ONCE`` may be empty.
        language: The language its words are in.

    Returns:
        The same cases, weeks and cells as ``build_block`` gives, without the words of sessions and
        without signals; without cases empty tables.
    """
    return GlimpseBuilder(frames, language).build()
