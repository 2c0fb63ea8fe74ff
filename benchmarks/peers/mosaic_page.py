"""The task in Mosaic: duckdb-server's own application, with the page on the same origin.

    python mosaic_page.py ratings.duckdb mosaic/dist 8060

The server runs any SQL that a page sends it, and answers the preflight of another origin without
the header that would allow it: hence one origin. Under Python 3.11 its decoder does not know a
named type, and is given what the name stands for.
"""

from __future__ import annotations

import sys

import pkg.app
import uvicorn
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

file, pages, port = sys.argv[1:4]
pkg.app.Command = getattr(pkg.app.Command, "__value__", pkg.app.Command)
app = pkg.app.create_app(file)
app.router.routes.append(Mount("/page", StaticFiles(directory=pages, html=True)))
uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
