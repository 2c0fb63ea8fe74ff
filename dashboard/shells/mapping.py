"""``alliance map``: a draft of a mapping, with its reasons, for a person to correct."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dashboard.errors import MappingError
from dashboard.exports.drafting import Draft, draft_mapping
from dashboard.shells.output import say, text_table

if TYPE_CHECKING:
    from pathlib import Path


def draft(source: Path, out: Path) -> int:
    """Write the draft of a mapping and say what was guessed; the exit code is 0.

    Args:
        source: A table, a workbook, or a folder or zip of them.
        out: File to write; it must not be there yet.

    Raises:
        SourceError: If there is no table, or one that cannot be read.
        MappingError: If the file is there already, or cannot be written.
    """
    drafted = draft_mapping(source)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(drafted.text)
    except FileExistsError:
        message = f"{out.name}: is there already, perhaps corrected by hand. Name another file."
        raise MappingError(message) from None
    except OSError as error:
        message = f"{out.name}: cannot be written ({error.strerror})."
        raise MappingError(message) from None
    _tell(drafted, out, source)
    return 0


def _tell(drafted: Draft, out: Path, source: Path) -> None:
    for each in drafted.tables:
        system = f" (written by {each.profile}, it seems)" if each.profile else ""
        sheet = f" [{each.sheet}]" if each.sheet else ""
        say(f"{each.file}{sheet}{system}: its first rows, as understood")
        say(text_table(each.preview))
        say("\n".join(["", *(f"  {note}" for note in each.notes)]))
    asked = tuple(f"{each.sentence} (in the mapping: {each.key})" for each in drafted.missing)
    for title, lines in (("Guessed:", drafted.guessed), ("To be said by you:", asked)):
        if lines:
            say(title)
            say("\n".join(f"  - {line}" for line in lines))
    given = f"{shlex.quote(str(source))} --mapping {shlex.quote(str(out))}"
    say("What to do next")
    say(f"  1. Look at every line of {out.name} marked 'guess' or 'say', and correct it.")
    say(f"  2. See what comes in and what is set aside, and why:  alliance check {given}")
    say(f"  3. See the board:  alliance serve {given}")
    say("The page Import of the board (alliance serve) makes the same draft, with choices in place")
    say("of TOML. " + _example(drafted))


def _example(drafted: Draft) -> str:
    """Return where a worked example of such files stands, and what the words mean."""
    known = next((each.profile for each in drafted.tables if each.profile), "")
    if not known:
        return "What each key means: docs/mapping.md."
    return f"A worked example: docs/examples/{known}; what its words mean: docs/profiles.md."
