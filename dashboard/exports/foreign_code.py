"""Compiled libraries that read files: their faults, and their panics, as refusals in words."""

from __future__ import annotations

from contextlib import contextmanager
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
