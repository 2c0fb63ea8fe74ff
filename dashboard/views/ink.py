"""Colours by token, read from the one file of design tokens."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[1] / "panels" / "assets" / "tokens.css"
_COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")


@cache
def inks() -> dict[str, dict[str, str]]:
    """Return the colours of both themes by token, as ``tokens.css`` gives them."""
    text = TOKENS.read_text(encoding="utf-8")
    light = dict(_COLOUR.findall(text.split("@media")[0]))
    dark_block = text.split(':root[data-theme="dark"] {')[1].split("}")[0]
    return {"light": light, "dark": {**light, **dict(_COLOUR.findall(dark_block))}}
