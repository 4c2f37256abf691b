"""Between the cookie and `Sessions`: finds a request's session before it, keeps what it changed after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final

from anyio.to_thread import run_sync
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.desk.session import Held, Sessions


class SessionKeeper:
    """ASGI middleware: `scope["held"]` is the session; `scope["session"]` the part that Authlib writes into."""

    def __init__(
        self, app: ASGIApp, *, sessions: Sessions, clock: Callable[[], dt.datetime], secure: bool
    ) -> None:
        self._app, self._sessions, self._clock, self._secure = app, sessions, clock, secure
        self._name = cookie_name(secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Static files and health probes have no session."""
        if scope["type"] != "http" or scope["path"].startswith(_WITHOUT):
            await self._app(scope, receive, send)
            return
        held = await run_sync(self._sessions.find, _cookie(scope, self._name), self._clock())
        scope["held"] = held
        scope["session"] = _LoginState(held)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                value = await run_sync(self._sessions.settle, held, self._clock())
                if value is not None:
                    MutableHeaders(scope=message).append("Set-Cookie", self._set_cookie(value))
            await send(message)

        await self._app(scope, receive, sending)

    def _set_cookie(self, value: str) -> str:
        # Lax, not Strict: the login provider sends the browser back to us from its own site.
        text = f"{self._name}={value}; Path=/; HttpOnly; SameSite=Lax"
        return text + ("; Secure" if self._secure else "") + ("; Max-Age=0" if not value else "")


_WITHOUT: Final = ("/static/", "/healthz", "/readyz", "/metrics")


class _LoginState(dict[str, object]):
    """A dict that begins a session only when something is put into it."""

    def __init__(self, held: Held) -> None:
        super().__init__(held.data.get("login", {}))
        self._held = held

    def __setitem__(self, name: str, value: object) -> None:
        super().__setitem__(name, value)
        self._held.data["login"] = dict(self)

    def pop(self, name: str, *default: object) -> object:
        """As of dict."""
        value = super().pop(name, *default)
        if "login" in self._held.data:
            self._held.data["login"] = dict(self)
        return value


def cookie_name(secure: bool) -> str:
    """`__Host-` binds the cookie to this host and to TLS (RFC 6265bis, 4.1.3.2); it needs TLS."""
    return "__Host-atestats" if secure else "atestats"


def _cookie(scope: Scope, name: str) -> str | None:
    for header, value in scope["headers"]:
        if header == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(name)
            except CookieError:
                return None
            if morsel is not None:
                return morsel.value
    return None
