"""Random services with long series of many shapes, and random rules that fire on small ones."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.domain.rules import Rules, shipped_rules
from tests.support.random_service import RandomService

if TYPE_CHECKING:
    from dashboard.domain.rules import Rule

SHAPES = ("noise", "perfect", "walk", "falling", "drop", "constant")


class RandomSignals(RandomService):
    """Draws longer cases; each form follows one of a few shapes, with ceilings and sudden falls."""

    def _sessions(self, case_id: str) -> list[str]:
        self.level = self.chance.uniform(0.2, 1.0)
        return [session for _ in range(2) for session in self._more_sessions(case_id)]

    def _more_sessions(self, case_id: str) -> list[str]:
        before = len(self.service.rows["sessions"])
        sessions = super()._sessions(case_id)
        known = [
            row["session_no"]
            for row in self.service.rows["sessions"][:before]
            if row["case_id"] == case_id
        ]
        for row in self.service.rows["sessions"][before:]:
            row["session_no"] += max(known, default=0)
        return sessions

    def _answers(self, instrument) -> list[float | None]:
        low, high = instrument.item_min, instrument.item_max
        shape = self.chance.choice(SHAPES)
        if shape == "perfect":
            return [float(high)] * instrument.item_count
        if shape == "noise":
            return super()._answers(instrument)
        self.level = {
            "walk": min(1.0, max(0.0, self.level + self.chance.uniform(-0.15, 0.15))),
            "falling": max(0.0, self.level - 0.1),
            "drop": self.chance.choice([0.0, 0.2, 0.9]),
            "constant": self.level,
        }[shape]
        score = round(low + (high - low) * self.level, 1)
        rest = round(min(high, score + 0.1), 1)
        return [score] * (instrument.item_count - 1) + [rest]


def random_rules(seed: int) -> Rules:
    """Return rules whose minimums are small enough for a small service to reach them."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    shipped = shipped_rules()
    values: dict[str, float | str] = {
        "fit_drop_points": chance.choice([0.5, 1.0, 2.0]),
        "fit_cutoff_edge": chance.choice(["below", "at_or_below"]),
        "reliable_change_z": chance.choice([0.5, 1.0, 1.96]),
        "spread_least_members": chance.choice([1, 1, 1, 2, 2, 3, 30]),
        "spread_least_ratings": chance.choice([2, 3, 4]),
        "joint_least_sessions": chance.choice([2, 3, 50]),
        "falls_in_a_row": chance.choice([1, 2, 3]),
        "slope_least_ratings": chance.choice([2, 3, 4]),
        "limits_baseline_ratings": chance.choice([2, 3, 6]),
        "limits_factor": chance.choice([0.5, 2.66]),
        "ceiling_forms": chance.choice([1, 2, 3]),
        "slip_forms": chance.choice([1, 2]),
        "rupture_least_earlier": chance.choice([1, 2, 4]),
        "rupture_notable_sd": chance.choice([0.5, 1.0, 1.5]),
        "rupture_marked_sd": chance.choice([1.0, 2.0]),
        "rupture_repaired_share": chance.choice([0.3, 0.7, 0.9]),
        "rupture_unrepaired_after": chance.choice([1, 2, 3]),
        "split_widening_window": chance.choice([2, 3, 4]),
        "split_widening_count": chance.choice([1, 2, 3]),
        "split_slope_window": chance.choice([3, 4, 6]),
        "split_slope_least": chance.choice([2, 3, 5]),
        "split_slope_sd": chance.choice([0.01, 0.25]),
        "split_narrowed_sessions": chance.choice([1, 2]),
        "link_window": chance.choice([1, 2, 3]),
        "link_count": chance.choice([1, 2]),
        "gap_window": chance.choice([1, 2, 3]),
        "gap_count": chance.choice([1, 2]),
        "silent_sessions": chance.choice([1, 2]),
        "silent_earlier_ratings": chance.choice([1, 3]),
        "threat_held_sessions": chance.choice([1, 2, 3]),
        "coverage_sessions": chance.choice([2, 4]),
        "agenda_sessions": chance.choice([1, 2]),
        "follow_ratings": chance.choice([1, 2, 4]),
    }
    rules: dict[str, Rule] = {
        rule_id: replace(rule, value=values[rule_id]) if rule_id in values else rule
        for rule_id, rule in shipped.rules.items()
    }
    return replace(shipped, version=f"random-{seed}", rules=rules)
