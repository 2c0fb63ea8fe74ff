"""Where the queries and the sample service lie, and where the board keeps what is its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the package itself."""

HOME = "ALLIANCE_HOME"
PRIVATE_FOLDER = 0o700


def data_folder(name: str) -> Path:
    """Return the folder ``queries`` or ``sample_data``, wherever this copy keeps it.

    Args:
        name: ``queries`` or ``sample_data``.

    Returns:
        The folder inside the installed package where a wheel put it, otherwise the one beside
        the package in the checkout.
    """
    packed = PACKAGE / "_data" / name
    return packed if packed.is_dir() else PACKAGE.parent / name


def state_folder(home: Path | None = None) -> Path:
    """Return where stores and meeting records are kept.

    Args:
        home: Takes precedence over ``$ALLIANCE_HOME`` and the user's state folder.
    """
    named = home or os.environ.get(HOME)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "alliance-board"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "alliance-board"
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "alliance-board"


def meetings_file(home: Path | None = None) -> Path:
    """Return the file with what the group decided, apart from every export and store.

    Args:
        home: Takes precedence over ``$ALLIANCE_HOME`` and the user's state folder.
    """
    return state_folder(home) / "meetings.sqlite"


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, readable by their owner only.

    A folder that is there already keeps the rights it has.

    Raises:
        OSError: If one of them cannot be made.
    """
    for missing in reversed([folder, *folder.parents]):
        if not missing.is_dir():
            missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
