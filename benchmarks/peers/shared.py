"""What the other programs share: the file they read, the choices, one question and its line."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import duckdb

FILE = os.environ.get("PEER_FILE", "")
THREATS = ("lack_of_trust", "goal_misalignment", "resistance_to_change")
EVERY = ""

CHOICES = """
    select distinct therapist_id, case_id
    from ratings
    order by therapist_id, case_id
"""
CHOSEN = """
    select row_key, session_no, family_id, score, is_own
    from ratings
    where
        therapist_id = $therapist
        and ($chosen_case = '' or case_id = $chosen_case)
        and ($threat = '' or list_contains(threat_types, $threat))
"""


@dataclass
class Answer:
    """Rows by session with a score in each place that has one, and the line above them."""

    rows: list[str] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)
    scores: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    line: str = "no forms"


def choices(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the cases of each therapist."""
    found: dict[str, list[str]] = {}
    for therapist, case in connection.execute(CHOICES).fetchall():
        found.setdefault(therapist, []).append(case)
    return found


def answer(connection: duckdb.DuckDBPyConnection, therapist: str, case: str, threat: str) -> Answer:
    """Return the heatmap and the line of a choice.

    Args:
        connection: The file with one row per rating.
        therapist: Code of a therapist.
        case: Code of a case; empty for every one.
        threat: Kind of threat that must have been open in the case; empty for any or none.
    """
    given = {"therapist": therapist, "chosen_case": case, "threat": threat}
    found = connection.execute(CHOSEN, given).fetchnumpy()
    scores = np.asarray(found["score"], dtype=float)
    if not scores.size:
        return Answer()
    rows, row_places = np.unique(np.asarray(found["row_key"]).astype(str), return_inverse=True)
    sessions, columns = np.unique(np.asarray(found["session_no"]), return_inverse=True)
    picture = np.full((len(rows), len(sessions)), np.nan)
    picture[row_places, columns] = scores
    families = len(np.unique(np.asarray(found["family_id"]).astype(str)))
    own = scores[np.asarray(found["is_own"]).astype(bool)]
    return Answer(
        rows.tolist(),
        [int(number) for number in sessions],
        picture,
        line(scores.size, families, own),
    )


def line(forms: int, families: int, own: np.ndarray) -> str:
    """Return the count line, in the words of the board."""
    parts = [f"{forms} form{'s' if forms != 1 else ''}"]
    parts.append(f"{families} famil{'ies' if families != 1 else 'y'}")
    if own.size:
        parts.append(f"lowest {own.min():g}, highest {own.max():g}")
    return " · ".join(parts)
