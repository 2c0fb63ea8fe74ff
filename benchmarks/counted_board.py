"""The command ``alliance``, which tells on SIGUSR1 what of its sessions is still there.

Everything that can go is let go first. What is told is one line of standard output that begins
with ``counted``, with the number of each as JSON: what is left once all sessions are closed should
be what was there before the first.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
import threading
from collections import Counter

COUNTED = {
    "Document": "documents",
    "ServerSession": "sessions",
    "Board": "boards",
    "SelectionWidgets": "widget_sets",
    "PageWire": "wires",
    "LoadedSet": "loaded_sets",
    "Watcher": "watchers",
    "PeriodicCallback": "periodic_callbacks",
    "WSHandler": "sockets",
}


def counts() -> dict[str, int]:
    """Return how many of each kind are alive, how many models of Bokeh, and how many threads."""
    gc.collect()
    found = dict.fromkeys((*COUNTED.values(), "models"), 0)
    kinds: Counter[type] = Counter(map(type, gc.get_objects()))
    for kind, number in kinds.items():
        if kind.__name__ in COUNTED:
            found[COUNTED[kind.__name__]] += number
        elif str(kind.__module__).startswith("bokeh.models."):
            found["models"] += number
    return {**found, "threads": threading.active_count()}


def tell(*_: object) -> None:
    """Write the numbers as one line."""
    print("counted", json.dumps(counts()), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell)
    from dashboard.shells.command import main

    sys.exit(main())
