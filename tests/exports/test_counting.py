"""A count stands before its noun as English says it."""

from __future__ import annotations

import pytest

from dashboard.exports.counting import counted


@pytest.mark.parametrize(("count", "said"), [(0, "0 rows"), (1, "1 row"), (12, "12 rows")])
def test_one_is_said_without_an_s(count, said):
    assert counted(count, "row") == said
