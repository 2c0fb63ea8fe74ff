"""What a file says of itself: as of when, about whom, by which rules, how it was scanned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.domain.disclosure import Level
from dashboard.views.words import N_

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection
    from dashboard.panels.board import Board
    from dashboard.store import StoreFacts
    from dashboard.views.language import Language

LEVELS = {
    Level.SUPERVISION: N_("A, for the group itself: ids and days as in the export, no free text"),
    Level.SNAPSHOT: N_(
        "B, for readers of a snapshot: codes stand for ids, weeks for days, no free text"
    ),
    Level.OUTSIDE: N_("C, for outside: rounded numbers by quarter, nothing else"),
}
"""What a level tells, in words."""

PSEUDONYMISED = N_(
    "Pseudonymised, not anonymous: whoever holds the key of the codes, or knows a family, "
    "can recognise it."
)
SCANNED = N_(
    "Before the file got its name it was searched, in every decoding a reader could make, for the "
    "ids, days and free texts of the export that its level leaves out; it is written only where "
    "none is found."
)
ALONE = N_("The file asks for nothing outside itself, and forbids it by its own policy.")


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself.

    Attributes:
        line: In one line, for the head of the screen and of every printed page.
        rows: At length, as titles and texts.
    """

    line: str
    rows: list[tuple[str, str]]


def day_of_data(facts: StoreFacts, level: Level) -> dt.date | None:
    """Return the day a file may say its data are of.

    An export that does not say when it was made is as old as its latest session, whose day only
    the group itself may know.

    Args:
        facts: Of the store.
        level: Who the file is for.

    Returns:
        None where there is no such day.
    """
    is_told = level is Level.SUPERVISION or facts.exported_at is not None
    return facts.as_of if is_told else None


def about_file(board: Board, level: Level, selection: Selection) -> About:
    """Return what a file says of itself, in words of the board.

    Args:
        board: The board that the file shows.
        level: Who the file is for.
        selection: Which cases it is about, in the codes a reader of the file knows.
    """
    words, facts = board.words, board.store.facts
    of_data = day_of_data(facts, level)
    day = words.export_date(of_data) if of_data else words("not stated")
    count = len(board.loaded.case_ids)
    cases = words.plural("{count} case", "{count} cases", count).format(count=count)
    chosen = selection_in_words(board, selection)
    line = words("Snapshot, level {level}. Data of {day}, rules {version}. {cases}: {chosen}.")
    return About(
        line=line.format(
            level=level, day=day, version=facts.rules_version, cases=cases, chosen=chosen
        ),
        rows=[
            (words("Data of"), day),
            (words("Selection"), f"{cases}: {chosen}"),
            (words("Level"), words(LEVELS[level])),
            (words("Rules"), facts.rules_version),
            (words("People"), words(PSEUDONYMISED)),
            (words("Scan"), words(SCANNED)),
            (words("Requests"), words(ALONE)),
        ],
    )


def selection_in_words(board: Board, selection: Selection) -> str:
    """Return which cases a selection takes, in words and codes; every case where it takes all."""
    words: Language = board.words
    titles = {
        "groups": words("Group"),
        "therapists": words("Therapist"),
        "families": words("Family"),
        "cases": words("Case"),
        "members": words("Member"),
        "threats": words("Threat"),
    }
    parts = [
        f"{title} {', '.join(board.offered.word(name, code) for code in chosen)}"
        for name, title in titles.items()
        if (chosen := getattr(selection, name))
    ]
    days = [words.export_date(day) for day in (selection.date_from, selection.date_to) if day]
    return "; ".join((*parts, *days)) or words("everything")
