"""Which codes the widgets offer, and what is left out of a selection that names others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.domain.codes import natural_order
from dashboard.domain.selection import Selection
from dashboard.domain.vocabulary import Axis
from dashboard.views import words as say
from dashboard.views.view import instrument_and_scale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from dashboard.views.language import Language
    from dashboard.views.packing import Block


@dataclass(frozen=True)
class Offer:
    """Codes on offer by widget, with the words that stand for them."""

    codes: dict[str, list[str]]
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def word(self, widget: str, code: str) -> str:
        """Return what a code is called on screen."""
        return self.labels.get(widget, {}).get(code, code)

    def options(self, widget: str) -> dict[str, str]:
        """Return what a Panel widget takes as options: code by word."""
        return {self.word(widget, code): code for code in self.codes[widget]}


def offer(
    listed: Mapping[str, list[str]],
    case_families: dict[str, str],
    block: Block,
    language: Language,
) -> Offer:
    """Return what the widgets offer for a store.

    Args:
        listed: Codes on offer of ``groups``, ``therapists`` and ``families``, in code order.
        case_families: Family code by code of each case that can be shown at once.
        block: The data block in view.
        language: The language of the words.
    """
    facts = block.facts
    case_words = _case_words(case_families)
    return Offer(
        codes={
            "groups": listed["groups"],
            "therapists": listed["therapists"],
            "families": listed["families"],
            "threats": list(say.THREAT_WORDS),
            "case": ["", *case_words],
            "instrument": [item["code"] for item in facts["families"]],
            "scale": scales_of(Selection(), block),
            "axis": [str(Axis.SESSION), str(Axis.DATE)]
            if facts["hasDates"]
            else [str(Axis.SESSION)],
        },
        labels={
            "threats": {code: language(word) for code, word in say.THREAT_WORDS.items()},
            "case": {"": language("All families"), **case_words},
            "instrument": {item["code"]: item["name"] for item in facts["families"]},
            "scale": {code: language(say.SCALE_WORDS[code]) for code in facts["scales"]},
            "axis": {
                str(Axis.SESSION): language("by session"),
                str(Axis.DATE): language("by date"),
            },
        },
    )


def _case_words(case_families: dict[str, str]) -> dict[str, str]:
    """Return what each case is called: its family, with the case where a family has several."""
    counts = Counter(case_families.values())
    cases = sorted(
        case_families, key=lambda case: (natural_order(case_families[case]), natural_order(case))
    )
    return {
        case: f"{case_families[case]} · {case}"
        if counts[case_families[case]] > 1
        else case_families[case]
        for case in cases
    }


def scales_of(selection: Selection, block: Block) -> list[str]:
    """Return the scales of the instrument that a selection shows, in registry order."""
    facts = block.facts
    if not facts["families"]:
        return []
    family, _ = instrument_and_scale(selection, facts)
    return [facts["scales"][number] for number in facts["families"][family]["scales"]]


def settle(selection: Selection, block: Block) -> Selection:
    """Return a selection with instrument and scale named, as the widgets must show them."""
    facts = block.facts
    if not facts["families"]:
        return selection
    family, scale = instrument_and_scale(selection, facts)
    return selection.changed(
        instrument=facts["families"][family]["code"], scale=facts["scales"][scale]
    )


def accept(
    selection: Selection, offered: Offer, existing: Mapping[str, AbstractSet[str]]
) -> tuple[Selection, int]:
    """Return a selection with only codes that exist, and how many were left out.

    Args:
        selection: As a URL or a person named it.
        offered: What the widgets offer.
        existing: Every code of groups, therapists, families, cases and members, offered or not.
    """
    known: dict[str, AbstractSet[str]] = {
        **{name: set(codes) for name, codes in offered.codes.items()},
        **existing,
    }
    changes: dict[str, object] = {}
    dropped = 0
    for name in ("groups", "therapists", "families", "cases", "members", "threats"):
        codes = getattr(selection, name)
        kept = tuple(code for code in codes if code in known[name])
        dropped += len(codes) - len(kept)
        changes[name] = kept
    for name in ("instrument", "scale"):
        word = getattr(selection, name)
        if word and word not in (
            known["instrument"] if name == "instrument" else offered.labels["scale"]
        ):
            changes[name] = ""
            dropped += 1
    if str(selection.axis) not in known["axis"]:
        changes["axis"] = Axis.SESSION
    return selection.changed(**changes), dropped
