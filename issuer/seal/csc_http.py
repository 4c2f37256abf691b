"""One call of the CSC API: JSON out, JSON in, over HTTPS, with a limit on everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import urllib3

from issuer.seal.csc_error import CscCallError, not_secure, not_understood

MAX_ANSWER: Final = 8 << 20
_LONGEST_WAIT: Final = 300.0
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class CscHttp:
    """Calls of one service: `base_url` is what stands before `/csc/<version>/`.

    `access_token` gives the service's OAuth 2 bearer token, or None where it asks for none; it is asked each
    time, because tokens end. Plain HTTP is for a service on the same machine only.
    """

    def __init__(
        self, base_url: str, version: str, access_token: Callable[[], str | None], timeout: float
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise not_secure(base_url)
        self.url = f"{base_url.rstrip('/')}/csc/{version}"
        self._access_token = access_token
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(total=timeout), maxsize=4, num_pools=2
        )

    def call(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `POST <url>/<method>`; raises `CscCallError`, or `SignerError` SIGN_CSC_ANSWER."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        token = self._access_token()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = self._pool.request(
                "POST",
                f"{self.url}/{method}",
                body=orjson.dumps(parameters),
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            try:
                body = answer.read(MAX_ANSWER + 1, decode_content=True)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise CscCallError(method, 0, type(error).__name__) from None
        if not 200 <= answer.status < 300:
            wait = _wait(answer.headers.get("Retry-After"))
            raise CscCallError(method, answer.status, _error_code(body), wait)
        value = _object(body)
        if value is None or len(body) > MAX_ANSWER:
            raise not_understood(self.url, method)
        return value


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _error_code(body: bytes) -> str:
    """`error` and the beginning of its description (RFC 6749, 5.2), letters and digits only: it goes to a log."""
    told = _object(body[:10_000]) or {}
    words = f"{told.get('error', '')} {told.get('error_description', '')}".strip()
    return "".join(each for each in words if each.isascii() and (each.isalnum() or each in " _-.,:/"))[:160]


def _wait(text: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); dates are not used by these services."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(float(text), _LONGEST_WAIT)
