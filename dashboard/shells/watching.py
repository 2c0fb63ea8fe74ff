"""A watched folder: a complete export that arrives in it becomes the next generation."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dashboard.exports.arrival import Sight, sight_of

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""Between two looks. Looking asks for names, sizes and times only, so a slow share will do."""

RETRY_SECONDS = (10.0, 300.0)
"""First and longest pause before an import is tried again whose files did not change."""

Kind = Literal["done", "pending", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ended.

    Attributes:
        kind: ``done``; ``pending``: files are still being written; ``refused``: the export cannot
            be used until it changes; ``failed``: the cause lies elsewhere, so it is tried again.
        reason: Why, as a sentence without values, names or paths; empty when done.
    """

    kind: Kind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of the folder.

    Attributes:
        stale: Why the last good data are shown instead of what lies there; empty when not so.
        pending: What is being waited for; empty when nothing is.
    """

    stale: str = ""
    pending: str = ""


class Watch:
    """Looks at a folder again and again, and imports what has come to rest in it.

    Args:
        folder: Folder of an export.
        importer: Imports the export that lies there, and says how that ended.
        stale: Why older data are shown at the start, if so.
        clock: Seconds that only go forwards; setting the clock of the machine changes nothing.
    """

    def __init__(
        self,
        folder: Path,
        importer: Callable[[], Outcome],
        *,
        stale: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self.state = Watched(stale=stale)
        self._importer = importer
        self._clock = clock
        self._seen: Sight | None = None
        self._settled: Sight | None = None
        self._tries = 0
        self._again_at = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look, in a thread of its own: a share that hangs delays no page."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; an import that is under way may end by itself."""
        self._ended.set()

    def look(self) -> None:
        """Look once, and import where files lie as they lay at the look before."""
        sight = self._sight()
        if sight is None or sight == self._settled:
            return
        if sight != self._seen:
            self._seen, self._settled = sight, None
            self._tries, self._again_at = 0, 0.0
            self._wait(f"{self.folder.name}: files are arriving.")
        elif self._clock() >= self._again_at:
            self._import(sight)

    def _sight(self) -> Sight | None:
        """Return what lies there; none, with the reason said, where nothing can be seen."""
        try:
            sight = sight_of([self.folder])
            is_there = self.folder.is_dir()
        except OSError:
            sight, is_there = (), False
        if sight:
            return sight
        lacks = "no file lies in it" if is_there else "it cannot be reached"
        self._seen = self._settled = None
        self.state = Watched(stale=f"{self.folder.name}: {lacks}.")
        return None

    def _import(self, sight: Sight) -> None:
        outcome = self._importer()
        if outcome.kind == "done":
            self._settled = sight
            self.state = Watched()
        elif outcome.kind == "refused":
            self._settled = sight
            self.state = Watched(stale=outcome.reason)
        else:
            self._later()
            if outcome.kind == "failed":
                self.state = Watched(stale=outcome.reason)
            else:
                self._wait(outcome.reason)

    def _wait(self, reason: str) -> None:
        self.state = Watched(stale=self.state.stale, pending=reason)

    def _later(self) -> None:
        first, longest = RETRY_SECONDS
        self._again_at = self._clock() + min(longest, first * 2**self._tries)
        self._tries += 1

    def _run(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:
                logger.warning("the watched folder was not looked at: %s", type(error).__name__)
