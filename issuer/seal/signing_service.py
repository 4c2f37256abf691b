"""The process that holds a token's one connection and signs for everyone on this machine, one request at a time.

    service = SigningService(Pkcs11Token(module, label, pin), keydir, socket_path)
    service.serve(lambda: print("ready"))               # until `stop`, for example from a signal handler

Single-threaded on purpose (see `pkcs11_signer`). Requests are small (the client cuts its batches), so that
clients take turns. The process looks into the key store itself: a suspended key does not sign, whatever the
client thinks. Only processes of the same user may connect.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import selectors
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol

from issuer.errors import AtestatsError
from issuer.seal.key import Algorithm, SealKey
from issuer.seal.live_keys import LiveKeys, not_in_store
from issuer.seal.signer import Signer, SignerError
from issuer.seal.signing_wire import MAX_DIGESTS, WireError, error_as_dict, frame, unframe
from issuer.seal.token_error import request_refused

_MAX_CLIENTS: Final = 256
_LONGEST_PATH: Final = 107  # sun_path, unix(7)
_PEER: Final = struct.Struct("3i")  # struct ucred: pid, uid, gid


class Token(Signer, Protocol):
    """What is served: a `Pkcs11Token`, or another signer that can also make keys."""

    def open(self) -> int:
        """Connect; returns the number of keys."""
        ...

    def generate(self, algorithm: Algorithm, label: str) -> bytes:
        """A new key pair; returns the DER SubjectPublicKeyInfo."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class _Client:
    """One connection: what has come in, what is still to go out."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.incoming = bytearray()
        self.outgoing = bytearray()


class SigningService:
    """Serves one token at one Unix socket."""

    def __init__(self, token: Token, keydir: Path, socket_path: Path) -> None:
        self._token = token
        self._keys = LiveKeys(keydir)
        self.socket_path = socket_path
        self._selector = selectors.DefaultSelector()
        self._stopping = False

    def stop(self) -> None:
        """End `serve` after the request at hand; may be called from a signal handler."""
        self._stopping = True

    def serve(self, ready: Callable[[int], None]) -> None:
        """Open the token, call `ready(number of keys)` once clients may connect, and serve until `stop`.

        Raises `SignerError`: what opening the token raises, SIGN_SERVICE_SOCKET, SIGN_SERVICE_ACTIVE (another
        process serves at this socket).
        """
        with _alone(self.socket_path), self._listening() as listener:
            try:
                count = self._token.open()
                self._selector.register(listener, selectors.EVENT_READ)
                ready(count)
                while not self._stopping:
                    for chosen, _ in self._selector.select(timeout=0.5):
                        if chosen.fileobj is listener:
                            self._accept(listener)
                        else:
                            self._attend(chosen.data)
            finally:
                for chosen in list(self._selector.get_map().values()):
                    if chosen.data is not None:
                        self._leave(chosen.data)
                self._selector.close()
                self._token.close()

    @contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        if len(os.fsencode(self.socket_path)) > _LONGEST_PATH:
            raise _no_socket(self.socket_path, f"> {_LONGEST_PATH}")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket_path.unlink(missing_ok=True)  # ours: `_alone` holds its lock
            mask = os.umask(0o177)
            try:
                listener.bind(os.fspath(self.socket_path))
            finally:
                os.umask(mask)
            listener.listen(64)
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            raise _no_socket(self.socket_path, error.strerror or str(error)) from None
        try:
            yield listener
        finally:
            listener.close()
            self.socket_path.unlink(missing_ok=True)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # it went away again
        peer = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        if peer[1] != os.getuid() or len(self._selector.get_map()) > _MAX_CLIENTS:
            connection.close()
            return
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ, _Client(connection))

    def _attend(self, client: _Client) -> None:
        """Read or write what can be; a client with an answer waiting is not read from."""
        try:
            if client.outgoing:
                sent = client.connection.send(client.outgoing)
                del client.outgoing[:sent]
            else:
                data = client.connection.recv(1 << 16)
                if not data:
                    return self._leave(client)
                client.incoming += data
            if not client.outgoing:
                message = unframe(client.incoming)
                if message is not None:
                    client.outgoing += frame(self._answer(message))
        except BlockingIOError:
            pass
        except (OSError, WireError):
            return self._leave(client)
        wanted = selectors.EVENT_WRITE if client.outgoing else selectors.EVENT_READ
        self._selector.modify(client.connection, wanted, client)
        return None

    def _leave(self, client: _Client) -> None:
        self._selector.unregister(client.connection)
        client.connection.close()

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._do(message)
        except AtestatsError as error:
            return {"error": error_as_dict(error)}
        except (KeyError, TypeError, ValueError):
            refused = request_refused("Pieprasījumu nevar saprast.", "The request is not understood.")
            return {"error": error_as_dict(refused)}

    def _do(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["op"] == "sign":
            digests = base64.b64decode(message["digests"], validate=True)
            if len(digests) % 32 or len(digests) > 32 * MAX_DIGESTS:
                raise ValueError("digests")
            key = self._usable(message["key_id"], message["certificate"])
            batch = [digests[place : place + 32] for place in range(0, len(digests), 32)]
            signatures = self._token.sign_many(key, batch)
            return {"signatures": [base64.b64encode(each).decode("ascii") for each in signatures]}
        if message["op"] == "generate":
            algorithm, label = message["algorithm"], message["label"]
            if algorithm not in ("ES256", "RS256", "PS256") or not isinstance(label, str):
                raise ValueError("algorithm")
            return {"spki": base64.b64encode(self._token.generate(algorithm, label[:255])).decode("ascii")}
        if message["op"] == "keys":
            return {"keys": self._token.open()}
        raise ValueError("op")

    def _usable(self, key_id: str, certificate: str) -> SealKey:
        """The key, if it may sign now and its certificate is the one that the client means."""
        key = self._keys.now.record(key_id).key
        self._keys.usable(key)
        known = hashlib.sha256(key.certificate).hexdigest() if key.certificate_chain else ""
        if known != certificate:
            raise not_in_store(key)
        return key


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process per socket; processes started at once come one after the other."""
    try:
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _no_socket(path, error.strerror or str(error)) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SignerError(
                "SIGN_SERVICE_ACTIVE",
                f"Šo ierīci jau apkalpo cits process: {path}.",
                f"Another process serves this token already: {path}.",
                next_lv="Apturiet to vai lietojiet to.",
                next_en="Stop it, or use it.",
            ) from None
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def _no_socket(path: Path, reason: str) -> SignerError:
    return SignerError(
        "SIGN_SERVICE_SOCKET",
        f"Ligzdu nevar izveidot: {path} ({reason}).",
        f"The socket cannot be made: {path} ({reason}).",
        next_lv="Izvēlieties īsāku ceļu mapē, kurā drīkstat rakstīt (--socket).",
        next_en="Choose a shorter path in a folder that you may write to (--socket).",
    )
