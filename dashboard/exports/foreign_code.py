"""Compiled libraries that read files: their faults, and their panics, as refusals in words."""

from __future__ import annotations

import importlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.errors import AllianceError

_PANIC = "PanicException"
"""What a Rust library raises where it gave up; it is no ``Exception``, and has no common class."""


@contextmanager
def foreign_code(refusal: AllianceError, *faults: type[BaseException]) -> Iterator[None]:
    """Raise a refusal in place of the faults of a library that reads a file.

    A damaged file makes such libraries panic; that must not end the board.

    Args:
        refusal: What is raised instead.
        faults: Classes of faults; a panic always counts.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, faults) or type(error).__name__ == _PANIC:
            raise refusal from None
        raise


def limit_memory(most: int) -> None:
    """Bound the memory this process may take, where the system can; never above what it may now.

    A process may lower its own bound and not raise it: one that was started with less keeps that.

    Args:
        most: Bytes of addresses.
    """
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    bound = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def limit_further_memory(more: int) -> None:
    """Bound what this process may write to beyond what it has now; Linux alone counts that.

    What a library has set apart before it reads anything differs with its version, so it is
    measured, not assumed. Elsewhere, and where nothing tells what is taken, nothing is done.

    Args:
        more: Bytes beyond those that are set apart for data now.
    """
    try:
        resource = importlib.import_module("resource")
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (ImportError, OSError):
        return
    bound = pages * os.sysconf("SC_PAGE_SIZE") + more
    _, allowed = resource.getrlimit(resource.RLIMIT_DATA)
    bound = bound if allowed == resource.RLIM_INFINITY else min(bound, allowed)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
