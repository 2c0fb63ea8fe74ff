"""What a command that reads data begins with: their store, opened while it says how far it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dashboard.domain.places import data_folder
from dashboard.shells.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dashboard.store import Store


@contextmanager
def opened(
    source: Path | None,
    *,
    silent: bool,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
) -> Iterator[Store]:
    """Open the data of a source for as long as the block runs.

    Args:
        source: Export or store folder; none for the sample service.
        silent: Do not say how far it is.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Raises:
        AllianceError: As ``open_source`` does, where the data cannot be used.
    """
    from dashboard.store import open_source

    with (
        progress(silent=silent) as report,
        open_source(
            source or data_folder("sample_data"),
            mapping=mapping,
            instruments=instruments,
            rules=rules,
            progress=report,
        ) as store,
    ):
        yield store
