"""One Painter for the room: starting the typesetter takes longer than most tests."""

from __future__ import annotations

import pytest

from issuer.render import Painter


@pytest.fixture(scope="session")
def painter() -> Painter:
    return Painter()
