"""How large a request may be, whatever it says about its own length."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.desk.settings import DeskError


class BodyTooLarge(DeskError):  # noqa: N818  (as HTTP names it)
    """More bytes than this page takes."""

    def __init__(self, limit: int) -> None:
        size = f"{limit // 1024 // 1024} MB" if limit >= 1024 * 1024 else f"{limit // 1024} kB"
        super().__init__(
            "BODY_TOO_LARGE",
            f"Nosūtītais ir lielāks, nekā drīkst būt ({size}).",
            f"What was sent is larger than it may be ({size}).",
            next_lv="Sadaliet failu, piemēram, pa klasēm, un augšupielādējiet pa daļām.",
            next_en="Split the file, by class for instance, and upload the parts.",
        )


class BodyLimit:
    """ASGI middleware. `limit_of` tells how many bytes a path takes; raises `BodyTooLarge` into the application."""

    def __init__(self, app: ASGIApp, *, limit_of: Callable[[str], int]) -> None:
        self._app, self._limit_of = app, limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, received = self._limit_of(scope["path"]), 0
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value) > limit):
                raise BodyTooLarge(limit)

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge(limit)
            return message

        await self._app(scope, receiving, send)
