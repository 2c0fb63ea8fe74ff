"""Boards of a service with every state, each test with one of its own on shared pictures."""

from __future__ import annotations

import pytest

from dashboard.panels.board import Board
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language
from tests.support.large_service import FAMILIES, service_of, small_limits
from tests.support.rich_service import rich_service


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    with rich_service().open(tmp_path_factory.mktemp("panels") / "store") as opened:
        yield opened


@pytest.fixture(scope="session")
def shared(store):
    return SharedPictures(store, language("en"))


@pytest.fixture
def board(shared):
    return Board(shared=shared)


@pytest.fixture
def heard(board):
    """The selections that the board has told its listeners, in order."""
    selections = []
    board.param.watch(lambda event: selections.append(event.new), "selection")
    return selections


@pytest.fixture(scope="session")
def large_store(tmp_path_factory):
    with service_of(FAMILIES).open(tmp_path_factory.mktemp("large") / "store") as opened:
        yield opened


@pytest.fixture
def large(large_store):
    """Pictures of ninety families where a browser holds forty and a list is read up to twenty."""
    with small_limits():
        yield SharedPictures(large_store, language("en"))
