"""Widgets whose change is heard at once, and whose answer leaves at once.

Both are waits of Panel's own that nothing switches off: 50 ms for further changes before Python is
told of one, and 10 ms before it tries again to write where the receipt of the change is still on
its way. What is used for it is no public interface; tests hold each part.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bokeh.document import Document

RECEIPT_SECONDS = 0.01
"""How long a receipt is waited for at most: a slow line keeps nobody from what was asked."""


class Swift:
    """A widget of Panel that hears the changes named in ``_priority_changes`` at once."""

    async def _change_coroutine(self, doc: Document, event_id: str | None = None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(receipts_sent(doc), RECEIPT_SECONDS)
        await super()._change_coroutine(doc, event_id=event_id)  # type: ignore[misc]


async def receipts_sent(doc: Document) -> None:
    """Return once nothing is being written to the pages of a document.

    Args:
        doc: The document of a session; one of a notebook or a file has no pages.
    """
    session: Any = getattr(doc.session_context, "session", None)
    for connection in list(getattr(session, "_subscribed_connections", ())):
        lock = getattr(connection._socket, "write_lock", None)  # noqa: SLF001 - see above
        if lock is not None:
            async with lock:
                pass
