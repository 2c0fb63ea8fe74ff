"""Print the status with which an address of this machine answers; nothing where it does not."""

from __future__ import annotations

import http.client
import sys
from urllib.parse import urlsplit

place = urlsplit(sys.argv[1])
if place.hostname != "127.0.0.1":
    sys.exit("only addresses of this machine are asked")

connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
connection.request("GET", place.path or "/")
print(connection.getresponse().status)
