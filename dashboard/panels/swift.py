"""Widgets whose change is heard at once, and whose answer leaves at once.

Both are waits of Panel's own that nothing switches off: 50 ms for further changes before Python is
told of one, and 10 ms before it tries again to write where the receipt of the change is still on
its way. What is used for it is no public interface; tests hold each part.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bokeh.document import Document

RECEIPT_MILLISECONDS = 10
"""How long a receipt is waited for at most: a slow line keeps nobody from what was asked."""


class Swift:
    """A widget of Panel that hears the changes named in ``_priority_changes`` at once."""

    async def _change_coroutine(self, doc: Document, event_id: str | None = None) -> None:
        await receipts_sent(doc)
        await super()._change_coroutine(doc, event_id=event_id)  # type: ignore[misc]


async def receipts_sent(doc: Document) -> None:
    """Return once nothing is being written to the pages of a document, or that takes too long.

    The lock for writing is looked at and never taken: whoever gives up in the moment it is granted
    would keep it for ever, and the page would hear nothing more.

    Args:
        doc: The document of a session; one of a notebook or a file has no pages.
    """
    session: Any = getattr(doc.session_context, "session", None)
    for _ in range(RECEIPT_MILLISECONDS):
        if not any(map(_is_written_to, getattr(session, "_subscribed_connections", ()))):
            return
        await asyncio.sleep(0.001)


def _is_written_to(connection: Any) -> bool:  # noqa: ANN401 - of Bokeh, and untyped
    lock = getattr(connection._socket, "write_lock", None)  # noqa: SLF001 - as Panel looks at it
    return lock is not None and lock._block._value == 0  # noqa: SLF001 - likewise
