"""Alliance Board: how strong the alliance is, with every family member, session by session.

``Board`` is resolved when it is first asked for, so that ``import dashboard.frames`` loads no
user interface.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dashboard.domain.selection import Selection
from dashboard.domain.version import VERSION

if TYPE_CHECKING:
    from dashboard.panels.board import Board

__all__ = ["Board", "Selection", "__version__"]
__version__ = VERSION


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute has any type
    if name == "Board":
        import_module("dashboard.panels.notebook")  # HoloViews, before Panel is set up by anybody
        from dashboard.panels.board import Board

        return Board
    message = f"module 'dashboard' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
