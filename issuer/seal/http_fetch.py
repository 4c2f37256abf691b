"""The little HTTP that seals need: a request to a time-stamping authority, an OCSP responder, a list of revocations.

    fetch = Fetcher(routes={"pki.atestats.test": "http://127.0.0.1:8318"})
    answer = fetch("http://pki.atestats.test/ocsp", request, "application/ocsp-request")

Answers are bounded in time and size, redirects are not followed, and a failure is an `AtestatsError` that knows how
long the other side asked to be left alone. No answer is trusted for coming over HTTP: each carries its own signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import urllib3

from issuer.errors import AtestatsError

MAX_BYTES: Final = 16 * 1024 * 1024  # the CRLs of large CAs reach several MB
_TIMEOUT: Final = urllib3.Timeout(connect=5.0, read=20.0)
_MAX_RETRY_AFTER: Final = 3600.0


class FetchError(AtestatsError):
    """No usable answer: FETCH_ADDRESS, FETCH_UNREACHABLE, FETCH_STATUS, FETCH_TOO_LARGE.

    `retry_after`: seconds for which the other side asked to be left alone (RFC 9110, 10.2.3), or None.
    """

    retry_after: float | None = None


class Fetcher:
    """GET and POST over kept connections; safe to share between threads.

    `routes` sends requests for a host to another base address: how the example addresses of the development PKI
    (`.test` never resolves) reach a service on this machine. `client_certificate` is a PEM file with certificate and
    key, for services that ask for one.
    """

    def __init__(
        self, routes: Mapping[str, str] | None = None, *, client_certificate: Path | None = None
    ) -> None:
        self._routes = {host.lower(): base.rstrip("/") for host, base in (routes or {}).items()}
        certificate = str(client_certificate) if client_certificate else None
        self._pool = urllib3.PoolManager(
            maxsize=32, block=False, timeout=_TIMEOUT, retries=False, cert_file=certificate
        )

    def __call__(self, url: str, body: bytes | None = None, content_type: str = "") -> bytes:
        """The body of a 200 answer: to a POST of `body` when there is one, else to a GET. Raises `FetchError`."""
        target = self._target(url)
        headers = {"Content-Type": content_type} if content_type else {}
        try:
            response = self._pool.request(
                "GET" if body is None else "POST", target, body=body, headers=headers, preload_content=False
            )
            try:
                data = response.read(MAX_BYTES + 1, decode_content=True)
            finally:
                response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _error(
                "FETCH_UNREACHABLE", url, "neatbild", f"does not answer ({_reason(error)})"
            ) from None
        if response.status != 200:
            failed = _error(
                "FETCH_STATUS", url, f"atbild ar {response.status}", f"answers with {response.status}"
            )
            failed.retry_after = _retry_after(response.headers.get("Retry-After"), response.status)
            raise failed
        if len(data) > MAX_BYTES:
            raise _error("FETCH_TOO_LARGE", url, "atbild pārāk gari", "answers at too great a length")
        return data

    def _target(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(url)
        except ValueError:
            raise _error("FETCH_ADDRESS", url, "nav http adrese", "is not an http address") from None
        base = self._routes.get(parts.hostname)
        if base is None:
            return url
        return base + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _retry_after(text: str | None, status: int) -> float | None:
    """Seconds of a Retry-After; its form with a date is taken as one minute. None for any status but 429 and 503."""
    if status not in (429, 503):
        return None
    if text is None:
        return 1.0
    return min(float(text), _MAX_RETRY_AFTER) if text.isascii() and text.isdigit() else 60.0


def _reason(error: Exception) -> str:
    return type(error).__name__


def _error(code: str, url: str, what_lv: str, what_en: str) -> FetchError:
    return FetchError(
        code,
        f"{url}: {what_lv}.",
        f"{url}: {what_en}.",
        next_lv="Pārbaudiet adresi un tīklu (izstrādes pakalpojumiem: --route) un palaidiet to pašu komandu vēlreiz.",
        next_en="Check the address and the network (for development services: --route) and run the command again.",
    )
