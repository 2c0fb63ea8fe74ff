"""How much of a service a file may tell, and the codes that stand for its ids in such a file."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

KEY_BYTES = 32
_LENGTH = 6
_LONGEST = 12


class Level(StrEnum):
    """Who a file is for. Source: settled under "Faces and disclosure"."""

    SUPERVISION = "A"
    SNAPSHOT = "B"
    OUTSIDE = "C"


class Thing(StrEnum):
    """What an id names; its letter begins the code that stands for it."""

    FAMILY = "F"
    CASE = "C"
    MEMBER = "M"
    THERAPIST = "T"
    GROUP = "G"
    SESSION = "S"
    THREAT = "H"
    STRATEGY = "Y"


@dataclass
class Codes:
    """Codes that stand for the ids of one service, the same in every file of that service.

    They are pseudonyms, not anonymous: whoever holds the key can make them again, and a small
    family is recognised by whoever knows it.

    Attributes:
        key: Secret of the service, 32 bytes or more.
    """

    key: bytes
    _given: dict[Thing, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.key) < KEY_BYTES:
            message = f"The key of the codes takes at least {KEY_BYTES} bytes."
            raise ValueError(message)

    def of(self, thing: Thing, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the code of each id.

        Args:
            thing: What the ids name; the same id of another thing has another code.
            ids: Any ids, doubled ones included.

        Returns:
            Codes such as ``F-7K3Q9A``, no two alike; longer where two would be.
        """
        given = self._given.setdefault(thing, {})
        unknown = set(ids) - given.keys()
        taken = set(given.values()) if unknown else set[str]()
        for each in sorted(unknown):
            code = next(code for code in self._candidates(thing, each) if code not in taken)
            given[each] = code
            taken.add(code)
        return given

    def _candidates(self, thing: Thing, identifier: str) -> Iterable[str]:
        message = f"{thing.name}\0{identifier}".encode()
        digest = hmac.new(self.key, message, hashlib.sha256).digest()
        letters = base64.b32encode(digest).decode("ascii").rstrip("=")
        for length in (*range(_LENGTH, _LONGEST), len(letters)):
            yield f"{thing}-{letters[:length]}"
