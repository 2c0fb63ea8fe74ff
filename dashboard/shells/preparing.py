"""Whatever a new page has to ask the store is asked beside the server's one thread.

A page is put together in the thread that answers everybody. Its data are made ready before that in
another, so that a slow question of one page does not hold up those who work in theirs.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bokeh.application.handlers.lifecycle import LifecycleHandler

from dashboard.errors import AllianceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.application.application import SessionContext

logger = logging.getLogger(__name__)

Arguments = dict[str, list[bytes]]


class Preparing(LifecycleHandler):  # type: ignore[misc]
    """Prepares what a session will show before its document is made.

    Args:
        prepare: Takes the arguments of the address; runs in a thread of its own.
    """

    def __init__(self, prepare: Callable[[Arguments], None]) -> None:
        super().__init__()
        self._prepare = prepare
        self._refused: dict[str, AllianceError] = {}

    def require_ready(self, session_id: str) -> None:
        """Let a page be made, unless its data could not be had.

        Raises:
            AllianceError: What the store said, for instance that a question took too long: it is
                not asked again where everybody would wait for it.
        """
        refused = self._refused.pop(session_id, None)
        if refused is not None:
            raise refused

    async def on_session_created(self, session_context: SessionContext) -> None:
        """Prepare the session; where that fails the page itself says what went wrong."""
        session_id = str(session_context.id)
        arguments = dict(session_context.request.arguments)
        try:
            await asyncio.to_thread(self._prepare, arguments)
        except AllianceError as error:
            self._refused[session_id] = error
        except Exception as error:
            logger.warning("a page could not be prepared: %s", type(error).__name__)
