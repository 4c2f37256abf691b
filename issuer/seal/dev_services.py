"""What a trust service offers over HTTP, for development: time stamps, OCSP, CRLs, the certificates of the CAs.

    with DevServices(store, port=0, clock=clock) as services:
        services.address                                   # "http://127.0.0.1:40123"

    POST /tsa                       TimeStampReq → TimeStampResp (RFC 3161, 3.4)
    POST /ocsp, GET /ocsp/BASE64    OCSPRequest → OCSPResponse (RFC 6960, A)
    GET /crl/NAME.crl, /NAME.crt    NAME: root, intermediate

Only for stores of TEST keys: a real trust service keeps these keys elsewhere. Listens on this machine alone.
"""

from __future__ import annotations

import binascii
import datetime as dt
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

from issuer.errors import AtestatsError
from issuer.seal.dev_revocation import DevRevocation
from issuer.seal.keystore import KeyStore
from issuer.seal.signer import SoftSigner
from issuer.seal.time_stamping import TimeStampAuthority

_MAX_REQUEST: Final = 64 * 1024
_IDLE_SECONDS: Final = 60

Answer = tuple[int, str, bytes]
_NOT_FOUND: Final[Answer] = (404, "text/plain", b"not found\n")


class DevServices:
    """The services, running in threads of this process between `__enter__` and `__exit__`.

    Raises `AtestatsError`: DEV_NEEDS_TEST_KEYS, DEV_PORT (the port is taken).
    """

    def __init__(self, store: KeyStore, *, port: int, clock: Callable[[], dt.datetime]) -> None:
        if not store.public_keys.is_test:
            raise _error(
                "DEV_NEEDS_TEST_KEYS",
                "Izstrādes pakalpojumi strādā tikai ar TESTA atslēgām.",
                "The development services work with TEST keys only.",
                "Izveidojiet testa krātuvi: atestats keys dev.",
                "Make a test store: atestats keys dev.",
            )
        authority = TimeStampAuthority(store.key("timestamp", "timestamp"), SoftSigner(store), clock=clock)
        self._answer = _Routes(authority, DevRevocation(store, clock=clock))
        try:
            self._server = _Server(("127.0.0.1", port), _handler(self._answer))
        except OSError as error:
            raise _error(
                "DEV_PORT",
                f"Portu {port} nevar lietot ({error.strerror}).",
                f"The port {port} cannot be used ({error.strerror}).",
                "Norādiet citu ar --port; 0 izvēlas brīvu.",
                "Give another one with --port; 0 takes a free one.",
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """Base address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> dict[str, int]:
        """How many requests there were, by kind: tsa, ocsp, crl, crt."""
        return dict(self._answer.requests)

    def __enter__(self) -> DevServices:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Routes:
    """From a path and a body to an answer."""

    def __init__(self, authority: TimeStampAuthority, revocation: DevRevocation) -> None:
        self._authority = authority
        self._revocation = revocation
        self._lock = threading.Lock()  # one signer, one key: calls come one after the other (see `Signer`)
        self.requests: dict[str, int] = {}

    def __call__(self, path: str, body: bytes | None) -> Answer:
        kind = path.rsplit(".", 1)[-1] if body is None and "." in path else path.split("/")[1]
        with self._lock:
            self.requests[kind] = self.requests.get(kind, 0) + 1
            return self._route(path, body)

    def _route(self, path: str, body: bytes | None) -> Answer:
        if body is not None:
            if path == "/tsa":
                return 200, "application/timestamp-reply", self._authority.answer(body)
            if path == "/ocsp":
                return 200, "application/ocsp-response", self._revocation.ocsp(body)
            return _NOT_FOUND
        if path.startswith("/ocsp/"):
            try:
                request = binascii.a2b_base64(unquote(path.removeprefix("/ocsp/")), strict_mode=True)
            except (binascii.Error, ValueError):
                return _NOT_FOUND
            return 200, "application/ocsp-response", self._revocation.ocsp(request)
        found: bytes | None = None
        kind = "application/pkix-crl"
        if path.startswith("/crl/") and path.endswith(".crl"):
            found = self._revocation.crl(path[5:-4])
        elif path.endswith(".crt"):
            found, kind = self._revocation.certificate(path[1:-4]), "application/pkix-cert"
        return (200, kind, found) if found is not None else _NOT_FOUND


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def _handler(answer: Callable[[str, bytes | None], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept: one client asks thousands of times
        disable_nagle_algorithm = True
        timeout = _IDLE_SECONDS

        def do_GET(self) -> None:
            self._send(*answer(self.path, None))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit() and int(length) <= _MAX_REQUEST):
                self.close_connection = True
                self._send(413, "text/plain", b"too large\n")
                return
            self._send(*answer(self.path, self.rfile.read(int(length))))

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing: a line per time stamp would be a log of who was stamped when."""

    return Handler


def _error(code: str, lv: str, en: str, next_lv: str, next_en: str) -> AtestatsError:
    return AtestatsError(code, lv, en, next_lv=next_lv, next_en=next_en)
