"""Where the queries and the sample service lie: in a wheel, an editable install, or a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the package itself."""


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
