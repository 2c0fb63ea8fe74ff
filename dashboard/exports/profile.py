"""What a profile is: it knows the files of one system, and hands them on as plain tables.

A new profile is one module in ``dashboard/exports/profiles`` with a ``PROFILE``, and its tests.
Its name is that of the module; a mapping asks for it with ``reader = "NAME"`` in a ``[[file]]``.
Modules whose names begin with an underscore are helpers, no profiles. Columns that a profile makes
are named ``WHAT:COLUMN``, which no system's own names are, and listed in ``InputTable.derived``.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from dashboard.exports.raw import ASIDE, FILE_NOTES

if TYPE_CHECKING:
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec
    from dashboard.exports.text_tables import InputTable

_PROFILES = Path(__file__).parent / "profiles"


@dataclass(frozen=True)
class Recognition:
    """A file that a profile knows, and what it knows it by.

    Attributes:
        profile: Name of the profile.
        file: Name of the file.
        reasons: Sentences that say what was recognised; names of the format, no values.
        companions: Files that go with it, by what they are: ``dictionary``, ``events``.
        settings: Keys of ``[[file]]`` that the file needs, for instance ``separator``.
    """

    profile: str
    file: str
    reasons: tuple[str, ...]
    companions: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class ProfileReading:
    """One file as a profile understands it.

    Attributes:
        table: Its rows as texts with ``__row``; columns of the file and columns the profile
            made, which are listed in ``InputTable.derived``.
        companions: Files that were read to understand it; they hold no rows of their own.
        set_aside: Rows, or values, that cannot be taken (``raw.ASIDE``). A value set aside is
            null in ``table``; a row set aside is not in it.
        notices: What is worth knowing (``raw.FILE_NOTES``).
    """

    table: InputTable
    companions: tuple[InputTable, ...] = ()
    set_aside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ASIDE))
    notices: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FILE_NOTES))


class Profile(Protocol):
    """One system's way of writing files."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the files of an export that this system wrote; empty for none.

        Args:
            listed: Files of the export. A file that cannot be read is not recognised.
        """

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read one file into a plain table that the blocks of a mapping can name.

        Args:
            listed: Files of the export, for companions.
            name: The file.
            spec: What the mapping says of it; ``spec.options`` is for the profile.
            manifest: Manifest beside the files, which may hold their checksums.

        Returns:
            Its rows; every record of the file is a row of the table, ragged, or set aside.

        Raises:
            SourceError: If the file is not of this system.
            PendingSource: If it is not whole.
        """


def profile_names() -> tuple[str, ...]:
    """Return the names of all profiles that read files of other systems, sorted."""
    found = (module.name for module in pkgutil.iter_modules([str(_PROFILES)]))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def profile_named(name: str) -> Profile:
    """Return a profile of ``profile_names``."""
    module = importlib.import_module(f"dashboard.exports.profiles.{name}")
    profile: Profile = module.PROFILE
    return profile


def recognised_files(listed: ExportFiles) -> list[Recognition]:
    """Return what the profiles know of an export, in the order of profiles and files.

    Args:
        listed: Files of the export.

    Returns:
        One entry for each file and profile that knows it; empty where none does.
    """
    return [each for name in profile_names() for each in profile_named(name).recognise(listed)]


def aside(file: str, rows: pl.Series, column: str | None, rule: str, mend: str) -> pl.DataFrame:
    """Return rows set aside by a profile (``raw.ASIDE``), one for each row number.

    Args:
        file: Name of the file.
        rows: Row numbers as a person counts.
        column: Column at fault; none: the whole row.
        rule: Code of the rule.
        mend: Sentence that says what to do; no value, no id.
    """
    return pl.DataFrame({"row_no": rows.cast(pl.UInt32)}).select(
        pl.lit(file).alias("file"),
        "row_no",
        pl.lit("").alias("table_name"),
        pl.lit(column, pl.String).alias("column_name"),
        pl.lit(rule).alias("rule"),
        pl.lit(mend).alias("mend"),
    )
