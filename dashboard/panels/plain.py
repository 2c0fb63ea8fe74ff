"""Panel's widgets as Bokeh models: a page needs neither Panel's scripts nor its style sheets."""

from __future__ import annotations

from typing import Any, ClassVar

import panel as pn
from bokeh.models import widgets as bokeh_widgets
from panel.theme import Design


class _NoDesign(Design):  # type: ignore[misc]
    """Changes nothing: the page has a style sheet of its own."""

    modifiers: ClassVar[dict[Any, Any]] = {}


class _OwnLook:
    """Sends the style sheets that were given, and none of Panel's own."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - parameters of the widget
        super().__init__(design=_NoDesign, **params)  # type: ignore[call-arg]

    def _process_param_change(self, params: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = super()._process_param_change(params)  # type: ignore[misc]
        if "stylesheets" in params:
            properties["stylesheets"] = list(params["stylesheets"] or ())
        return properties


class PlainText(_OwnLook, pn.widgets.TextInput):  # type: ignore[misc]
    """A field for text."""

    _widget_type: ClassVar[Any] = bokeh_widgets.TextInput

    def _register_events(self, *_: object, **__: object) -> None:
        """Bokeh's own field has no event of the enter key; a change of its value is enough."""


class PlainSelect(_OwnLook, pn.widgets.Select):  # type: ignore[misc]
    """A list of which one is chosen."""

    _rename: ClassVar[dict[str, str | None]] = {
        "groups": None,
        "size": None,
        "disabled_options": None,
    }
    _widget_type: ClassVar[Any] = bokeh_widgets.Select


class PlainRadioButtons(_OwnLook, pn.widgets.RadioButtonGroup):  # type: ignore[misc]
    """Buttons of which one is pressed."""

    _rename: ClassVar[dict[str, str | None]] = {"description": None, "description_delay": None}
    _widget_type: ClassVar[Any] = bokeh_widgets.RadioButtonGroup


class PlainCheckBoxes(_OwnLook, pn.widgets.CheckBoxGroup):  # type: ignore[misc]
    """Boxes of which any number is ticked."""
