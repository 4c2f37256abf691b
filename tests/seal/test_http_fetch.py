"""The HTTP that seals need, against a server: statuses, being asked to wait, size, routes, no redirects."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from issuer.seal import http_fetch
from issuer.seal.http_fetch import Fetcher, FetchError


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = {
            "/ok": (200, {}, b"fine"),
            "/busy": (503, {"Retry-After": "17"}, b""),
            "/later": (429, {"Retry-After": "Wed, 21 Oct 2037 07:28:00 GMT"}, b""),
            "/forever": (503, {"Retry-After": "999999999"}, b""),
            "/moved": (302, {"Location": "/ok"}, b""),
            "/long": (200, {}, b"x" * 2000),
        }.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = f"{self.path} {self.headers['Content-Type']} ".encode() + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_) -> None:
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_route_leads_elsewhere_with_path_and_query(address):
    fetch = Fetcher({"Pki.Atestats.Test": address + "/"})
    assert fetch("http://pki.atestats.test/ok") == b"fine"
    assert fetch("http://pki.atestats.test/ocsp?a=b", b"body", "a/b") == b"/ocsp?a=b a/b body"


@pytest.mark.parametrize(
    ("path", "retry_after"),
    [("/busy", 17.0), ("/later", 60.0), ("/forever", 3600.0), ("/nowhere", None), ("/moved", None)],
)
def test_a_status_is_no_answer(address, path, retry_after):
    with pytest.raises(FetchError) as refused:
        Fetcher()(address + path)
    assert (refused.value.code, refused.value.retry_after) == ("FETCH_STATUS", retry_after)


def test_an_answer_may_not_be_of_any_length(address, monkeypatch):
    monkeypatch.setattr(http_fetch, "MAX_BYTES", 1999)
    with pytest.raises(FetchError) as refused:
        Fetcher()(address + "/long")
    assert refused.value.code == "FETCH_TOO_LARGE"
