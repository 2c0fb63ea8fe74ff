"""What a notebook needs before it can show the board, all of it from this machine."""

from __future__ import annotations

from typing import Any

import panel as pn
from bokeh.models import UIElement
from panel.io.notebook import patch_inline_stylesheets


def prepare_notebook() -> None:
    """Put Panel's scripts into the notebook once; nothing is fetched for the board.

    A plain ``pn.extension()`` before it has asked another host for them; here they come again
    from this machine, so that the board is drawn without a network too.
    """
    if not (pn.extension._loaded and pn.config.inline):  # noqa: SLF001 - no public way to ask
        pn.extension(inline=True)


class LocalColumn(pn.Column):  # type: ignore[misc]
    """A column whose models carry their style sheets, so that none is fetched."""

    def get_root(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - Panel's own
        """Return the root model of one display, with every style sheet inside it."""
        root = super().get_root(*arguments, **options)
        for model in root.select({"type": UIElement}):
            patch_inline_stylesheets(model)
        return root
