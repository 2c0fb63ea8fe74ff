"""The one-line summary of a selection, counted from the block as the browser counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.views.packing import NONE, Block
from dashboard.views.slice import chosen, concerns, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.views.view import View

Counted = tuple[int, tuple[int, str], tuple[int, str]]
"""Forms, and the lowest and highest of their ratings by members: in hundredths, and as shown."""


@dataclass
class Summary:
    """What a selection holds; lowest and highest as shown, empty where nobody rated."""

    forms: int = 0
    families: int = 0
    cases: int = 0
    lowest: str = ""
    highest: str = ""
    sessions: int = 0
    threat_sessions: int = 0


def summary(block: Block, view: View) -> Summary:
    """Return the counts of a selection.

    Forms are those of the shown instrument with a score on the shown scale, of the chosen members
    and of the whole family; lowest and highest are over ratings by members, or about them where the
    instrument has no form for members; sessions are those held.
    """
    listed = chosen(block, view)
    families = {block.facts["cases"][number]["family"] for number in listed}
    counted = Summary(cases=len(listed), families=len(families))
    counts = _scores if block.facts["isGlimpse"] else _cells
    lowest, highest = (NONE, ""), (NONE, "")
    for number in listed:
        inside = _count_sessions(block, view, number, counted)
        for forms, low, high in counts(block, view, number, inside):
            counted.forms += forms
            if low[0] == NONE:
                continue  # of somebody else than a member
            lowest = low if lowest[0] == NONE or low[0] < lowest[0] else lowest
            highest = high if highest[0] == NONE or high[0] > highest[0] else highest
    counted.lowest, counted.highest = lowest[1], highest[1]
    return counted


def _cells(block: Block, view: View, number: int, inside: set[int]) -> Iterator[Counted]:
    cells, rows = block.tables["cells"], block.tables["rows"]
    of_case = list(block.rows("rows", number, view.family))
    for i in block.rows("cells", number, view.family):
        value = cells["value"][i]
        if cells["scale"][i] != view.scale or value == NONE or cells["col"][i] not in inside:
            continue
        row = of_case[cells["row"][i]]
        if concerns(view, block.texts[rows["member"][row]]):
            said = (value, block.texts[cells["text"][i]]) if rows["own"][row] else (NONE, "")
            yield 1, said, said


def _scores(block: Block, view: View, number: int, inside: set[int]) -> Iterator[Counted]:
    """Return what a glimpse says of every session; it knows no members."""
    scores = block.tables["scores"]
    for i in block.rows("scores", number, view.family):
        if scores["scale"][i] == view.scale and scores["col"][i] in inside:
            low, high = (
                (scores[end][i], block.texts[scores[f"{end}Text"][i]])
                for end in ("lowest", "highest")
            )
            yield scores["forms"][i], low, high


def _count_sessions(block: Block, view: View, number: int, counted: Summary) -> set[int]:
    sessions, threats = block.tables["sessions"], block.tables["threats"]
    inside = [i for i in block.rows("sessions", number) if within(sessions["day"][i], view)]
    held = [sessions["col"][i] for i in inside if sessions["held"][i]]
    spans = [
        (threats["from"][i], threats["to"][i])
        for i in block.rows("threats", number)
        if block.facts["threats"][threats["threat"][i]] in view.threats
    ]
    counted.sessions += len(held)
    counted.threat_sessions += sum(any(a <= col <= b for a, b in spans) for col in held)
    return {sessions["col"][i] for i in inside}


def count_line(block: Block, view: View) -> str:
    """Return the summary as the sentence on screen."""
    counted, words = summary(block, view), block.facts["words"]
    if not counted.cases:
        return str(words["nothing"])
    parts = [words["noForms"]]
    if counted.forms:
        parts = [words["formsOne" if counted.forms == 1 else "forms"]]
        parts.append(words["familiesOne" if counted.families == 1 else "families"])
        parts += [words["range"]] if counted.lowest else []
    line = " · ".join(parts).format(**vars(counted))
    if not view.threats:
        return _of_part(block, view, line)
    tail = words["threatCountOne" if counted.cases == 1 else "threatCount"]
    tail = tail.replace("{with}", str(counted.threat_sessions))
    tail = tail.replace("{cases}", str(counted.cases)).replace("{all}", str(counted.sessions))
    return _of_part(block, view, f"{line} · {tail}")


def _of_part(block: Block, view: View, line: str) -> str:
    """Return the sentence with the page it counts, where more pages are not held."""
    part = block.facts["part"]
    if not part or view.case:
        return line
    said = str(block.facts["words"]["onTheAgenda" if part["agenda"] else "onThisPage"])
    held = len(block.facts["cases"])
    return said.format(page=part["page"] + 1, pages=part["pages"], cases=held, line=line)
