"""What the writing half of this room needs of a signer; it knows no keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from issuer.seal.key import SealKey


class DigestSigner(Protocol):
    """Raw signatures for digests."""

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """One signature per digest, R ‖ S for ES256."""
        ...
