"""An import in a process of its own: pages stay quick, and what kills it leaves the board alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import AllianceError, PendingSource, SourceError, StoreError
from dashboard.shells.watching import Outcome

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LESS_URGENT = 10
"""Added to the niceness of the process, where the system knows such a thing."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported, and with which files beside it."""

    source: Path
    mapping: Path | None = None
    instruments: Path | None = None
    rules: Path | None = None


def import_apart(order: ImportOrder) -> Outcome:
    """Import in a process of its own, wait for it, and return how it ended.

    Args:
        order: What to import; the store is the one kept for that source.

    Returns:
        ``failed`` also where the process was killed or could not be started.
    """
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_work, args=(order, theirs), daemon=True)
    try:
        child.start()
        theirs.close()
        outcome: Outcome = ours.recv()
    except (EOFError, OSError):
        return Outcome("failed", "The import was stopped from outside; it will be tried again.")
    finally:
        ours.close()
        with suppress(AssertionError, ValueError):
            child.join()
    return outcome


def import_here(order: ImportOrder) -> Outcome:
    """Import in this process and return how it ended; every error is told as a sentence."""
    from dashboard.store import renew_store

    try:
        renew_store(
            order.source, mapping=order.mapping, instruments=order.instruments, rules=order.rules
        )
    except PendingSource as error:
        return Outcome("pending", str(error))
    except (SourceError, StoreError) as error:
        return Outcome("failed" if isinstance(error, StoreError) else "refused", str(error))
    except AllianceError as error:
        return Outcome("refused", str(error))
    except OSError as error:
        return Outcome("failed", f"The export or its store cannot be reached ({error.strerror}).")
    except Exception as error:
        return Outcome("failed", f"A defect of the board stopped it ({type(error).__name__}).")
    return Outcome("done")


def _work(order: ImportOrder, answer: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(AttributeError, OSError):
        os.nice(LESS_URGENT)
    outcome = import_here(order)
    with suppress(OSError):
        answer.send(outcome)
