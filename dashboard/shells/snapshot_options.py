"""The options of ``alliance snapshot``, in the groups a person thinks of them in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from dashboard.shells.days import clock_of

Several = Annotated[tuple[str, ...], Parameter(negative=(), consume_multiple=False)]
Flag = Annotated[bool, Parameter(negative=())]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Told:
    """Which cases the file is about, and how much of them it tells.

    Attributes:
        therapist: Cases of this therapist only; may be given several times.
        family: This family only; may be given several times.
        threat: Cases with a threat of this type only; may be given several times.
        level: A for the group itself, B for readers of a snapshot (codes for ids, weeks for
            days), C for outside (rounded counts by quarter, nothing else).
        lang: Language of its words.
    """

    therapist: Several = ()
    family: Several = ()
    threat: Several = ()
    level: Annotated[Literal["A", "B", "C"], Parameter(show_default=True)] = "B"
    lang: Annotated[str, Parameter(show_default=True)] = "en"


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Handed:
    """In which forms it is handed over.

    Attributes:
        pdf: Print it beside as a PDF, one case a page (needs a Chromium).
        age: Encrypt for this recipient of age (age1...); may be given several times.
        codes: Write which code stands for which id to this CSV file, for your own eyes.
    """

    pdf: Flag = False
    age: Several = ()
    codes: Path | None = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Schedule:
    """How a job wants it.

    Attributes:
        keep: In a folder, keep so many files and remove older ones.
        max_age_days: Refuse data older than so many days.
        today: The day ages are counted from, YYYY-MM-DD; otherwise the clock's.
    """

    keep: int | None = None
    max_age_days: int | None = None
    today: str | None = None

    def day(self) -> dt.date:
        """Return the day ages are counted from.

        Raises:
            AllianceError: If what was given is no day.
        """
        return clock_of(self.today)()
