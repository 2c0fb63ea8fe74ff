"""Small texts the board made for itself and may find again: whole and of one edition, or not there.

Everything in them can be made anew, so that a file that is missing, damaged or of another edition
is the same as none.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from dashboard.domain.places import make_private_folder
from dashboard.store.folder import replace_text

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


def sealed_text(file: Path, seal: str) -> str | None:
    """Return the text of a file; none where it is missing, damaged or under another seal.

    Args:
        file: A file that ``keep_sealed`` wrote.
        seal: What the text was made of, as one word.
    """
    try:
        first, _, text = file.read_bytes().decode().partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if first == _first_line(seal, text) else None


def keep_sealed(file: Path, seal: str, text: str) -> None:
    """Write a text for the next start; a folder that takes no file only makes that slower.

    Args:
        file: Where it is kept, readable by its owner only; its folder is made where it is missing.
        seal: What the text was made of, as one word.
        text: The text.
    """
    try:
        make_private_folder(file.parent)
        replace_text(file, f"{_first_line(seal, text)}\n{text}")
    except OSError as error:
        logger.info("%s is not kept: %s", file.name, type(error).__name__)


def _first_line(seal: str, text: str) -> str:
    return f"{seal} {hashlib.sha256(text.encode()).hexdigest()}"
