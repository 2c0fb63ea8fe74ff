"""Progress on standard error for anything over a second; silent for machines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Report = Callable[[str, float], None]
PATIENCE_SECONDS = 1.0


@contextmanager
def progress(*, silent: bool = False) -> Iterator[Report]:
    """Yield what long work tells its steps to; a bar appears once a second has gone by.

    Args:
        silent: Show nothing; also where standard error is not a terminal.
    """
    if silent or not sys.stderr.isatty():
        yield lambda _step, _share: None
        return
    bar = _LateBar()
    try:
        yield bar.tell
    finally:
        bar.close()


class _LateBar:
    """A bar that is only drawn where the work takes its time."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._drawn: tuple[Progress, TaskID] | None = None

    def tell(self, step: str, share: float) -> None:
        if self._drawn is None and time.monotonic() - self._begun >= PATIENCE_SECONDS:
            self._drawn = _drawn_bar()
        if self._drawn:
            bar, task = self._drawn
            bar.update(task, description=step, completed=share)

    def close(self) -> None:
        if self._drawn:
            self._drawn[0].stop()


def _drawn_bar() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=1.0)
    bar.start()
    return bar, task
