"""A signer in another process on this machine: what workers use instead of the token itself.

    signer = RemoteSigner(Path("/run/atestats/token.sock"))
    signatures = signer.sign_many(key, digests)

Any number of workers, each with a `RemoteSigner` of its own. Long batches are cut, so that workers take
turns. Every signature is checked against the certificate's key before it is given on.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from issuer.seal.key import Algorithm, SealKey
from issuer.seal.signature_check import SignatureCheck
from issuer.seal.signer import check_digests
from issuer.seal.signing_wire import WireError, error_from_dict, frame, unframe
from issuer.seal.token_error import service_absent, signature_wrong

_PIECE: Final = 128  # digests of one request: 10 ms of P-256, 0.4 s of RSA-3072 on SoftHSM2
_TIMEOUT_SECONDS: Final = 60.0


class RemoteSigner:
    """A client of `SigningService`. Implements `Signer`; after an error the next call connects anew."""

    def __init__(self, socket_path: Path, timeout: float = _TIMEOUT_SECONDS) -> None:
        self._path = socket_path
        self._timeout = timeout
        self._connection: socket.socket | None = None
        self._checks: dict[str, tuple[SealKey, SignatureCheck]] = {}

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """See `Signer.sign_many`.

        Raises `SignerError`: SIGN_SERVICE_ABSENT, SIGN_WRONG (a signature that does not fit), and what the
        token's process says, such as SIGN_TOKEN_LOST or KEY_SUSPENDED.
        """
        check_digests(digests)
        check = self._check(key)
        certificate = hashlib.sha256(key.certificate).hexdigest() if key.certificate_chain else ""
        signatures: list[bytes] = []
        for place in range(0, len(digests), _PIECE):
            piece = digests[place : place + _PIECE]
            answer = self._ask(
                {
                    "op": "sign",
                    "key_id": key.key_id,
                    "certificate": certificate,
                    "digests": base64.b64encode(b"".join(piece)).decode("ascii"),
                },
                "signatures",
            )
            signatures += [base64.b64decode(each) for each in answer]
        if len(signatures) != len(digests) or not all(map(check.fits, digests, signatures)):
            raise signature_wrong(key.key_id)
        return signatures

    def generate(self, algorithm: Algorithm, label: str) -> bytes:
        """A new key pair on the token; returns its DER SubjectPublicKeyInfo."""
        return base64.b64decode(self._ask({"op": "generate", "algorithm": algorithm, "label": label}, "spki"))

    def close(self) -> None:
        """Let the connection go; the next call makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _check(self, key: SealKey) -> SignatureCheck:
        known, check = self._checks.get(key.key_id, (None, None))
        if check is None or known != key:
            check = SignatureCheck(key)
            self._checks[key.key_id] = (key, check)
        return check

    def _ask(self, message: dict[str, Any], wanted: str) -> Any:
        """The member `wanted` of the answer; a connection that had gone stale is made anew once."""
        fresh = self._connection is None
        try:
            try:
                answer = self._exchange(message)
            except (ConnectionError, EOFError):
                if fresh:
                    raise
                self.close()
                answer = self._exchange(message)
            if "error" in answer:
                raise error_from_dict(answer["error"])
            return answer[wanted]
        except (OSError, EOFError, WireError, KeyError, TypeError) as error:
            self.close()
            reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
            raise service_absent(self._path, reason) from None

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        if self._connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._timeout)
            try:
                connection.connect(os.fspath(self._path))
            except OSError:
                connection.close()
                raise
            self._connection = connection
        self._connection.sendall(frame(message))
        incoming = bytearray()
        while (answer := unframe(incoming)) is None:
            data = self._connection.recv(1 << 16)
            if not data:
                raise EOFError
            incoming += data
        return answer
