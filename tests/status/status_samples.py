"""Times of the sample world, and a reader for JWS with certificates."""

from __future__ import annotations

import datetime as dt

from joserfc import jws

NOW = dt.datetime(2037, 8, 1, 9, 0, tzinfo=dt.UTC)
START = dt.datetime(2037, 7, 1, tzinfo=dt.UTC)
BASE_URL = "https://status.example/lists"


def with_long_headers() -> jws.JWSRegistry:
    """joserfc refuses headers over 512 bytes by default; one with `x5c` is longer."""
    registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    registry.max_header_length = 8192
    return registry
