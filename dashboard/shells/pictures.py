"""What a server shows, by language; it can begin before the libraries of its pages are there."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from dashboard.panels.discussed import discussed_params
from dashboard.panels.prepared import PreparedTexts
from dashboard.panels.ready import begin_first
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language

if TYPE_CHECKING:
    from dashboard.meetings import MeetingsFile
    from dashboard.store import Store


class ServedPictures:
    """Makes the pictures of each language once; all of them are asked for in one place.

    Args:
        store: The store whose generation is shown.
        meetings: Where decisions are kept; without it none were discussed.
    """

    def __init__(self, store: Store, meetings: MeetingsFile | None = None) -> None:
        self.texts = PreparedTexts()
        discussed = functools.partial(discussed_params, meetings) if meetings else None
        self._of = functools.cache(
            lambda code: SharedPictures(
                store, language(code), discussed=discussed, texts=self.texts, keeps_first=True
            )
        )

    def __call__(self, code: str) -> SharedPictures:
        """Return the pictures in a language."""
        return self._of(code)

    def begin(self, code: str) -> ServedPictures:
        """Begin to ask for the first page of a language, and return these pictures."""
        begin_first(self(code))
        return self
