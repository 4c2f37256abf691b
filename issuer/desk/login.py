"""Logging in with an OpenID Connect provider: code flow with PKCE, state and nonce (OpenID Connect Core 3.1).

Authlib makes and checks state, nonce, PKCE (S256), the ID token's signature, issuer, audience and times. What it has to
remember between the two requests stands in the session on our side, not in a cookie.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]
from fastapi import APIRouter, Request
from joserfc.errors import JoseError
from starlette.responses import RedirectResponse, Response

from issuer.desk import pages
from issuer.desk.claims import user_of
from issuer.desk.guard import held_by
from issuer.desk.limits import Limit
from issuer.desk.settings import DeskError, Login, Settings

router = APIRouter()
CALLBACK: Final = "/login/done"
_WAIT_SECONDS: Final = 10


def client(login: Login) -> Any:
    """Authlib's client of the provider; asks for the provider's configuration when it is first used."""
    oauth = OAuth()
    return oauth.register(
        "desk",
        client_id=login.client_id,
        client_secret=login.client_secret or None,
        server_metadata_url=f"{login.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": login.scope,
            "code_challenge_method": "S256",
            "timeout": _WAIT_SECONDS,
            "token_endpoint_auth_method": "client_secret_basic" if login.client_secret else "none",
        },
    )


@router.get("/login")
def welcome(request: Request, next: str = "") -> Response:
    """The page before the login: what this is, and the way in."""
    held = held_by(request)
    if held.data.get("user"):
        return pages.go(pages.local_path(next))
    expired = bool(held.data.pop("expired", False))
    settings: Settings = request.app.state.settings
    return pages.answer(
        request,
        "login.html",
        next=pages.local_path(next),
        provider=settings.login is not None,
        expired=expired,
    )


@router.get("/login/start")
async def start(request: Request, next: str = "") -> Response:
    """Off to the provider."""
    state = request.app.state
    settings: Settings = state.settings
    if settings.login is None:
        return pages.go("/login")
    await asyncio.to_thread(
        state.limits.hit, Limit("login", settings.logins_per_minute, 60), _address(request), state.clock()
    )
    held_by(request).data["next"] = pages.local_path(next)
    try:
        redirect: RedirectResponse = await state.oidc.authorize_redirect(
            request, settings.origin + CALLBACK, ui_locales=pages.language_of(request)
        )
    except (AuthlibBaseError, OSError, ValueError, KeyError) as error:
        raise _unreachable() from error
    except Exception as error:  # the HTTP client's own errors, whichever client Authlib uses
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore"):
            raise _unreachable() from error
        raise
    return redirect


@router.get(CALLBACK)
async def done(request: Request) -> Response:
    """Back from the provider: everything is checked, then the session gets a new key."""
    state, held = request.app.state, held_by(request)
    settings: Settings = state.settings
    if settings.login is None:
        return pages.go("/login")
    await asyncio.to_thread(
        state.limits.hit, Limit("login", settings.logins_per_minute, 60), _address(request), state.clock()
    )
    try:
        token = await state.oidc.authorize_access_token(request)
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        raise _refused() from error
    except Exception as error:
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore"):
            raise _unreachable() from error
        raise
    claims = token.get("userinfo")
    if not claims:
        raise _refused()
    back = pages.local_path(held.data.get("next"))
    held.begin({"user": user_of(claims, settings.login)})
    return pages.go(back)


@router.post("/logout")
def logout(request: Request) -> Response:
    """Ends the session here. The provider's own session is the provider's matter."""
    held_by(request).end()
    return pages.go("/login")


def _address(request: Request) -> str:
    return request.client.host if request.client else "-"


def _unreachable() -> DeskError:
    return DeskError(
        "LOGIN_UNREACHABLE",
        "Pieteikšanās sniedzējs neatbild.",
        "The login provider does not answer.",
        next_lv="Mēģiniet pēc brīža. Ja tas turpinās, ziņojiet atbalsta dienestam.",
        next_en="Try in a while. If it goes on, tell the support desk.",
    )


def _refused() -> DeskError:
    return DeskError(
        "LOGIN_REFUSED",
        "Pieteikšanās neizdevās vai tika pārtraukta.",
        "The login did not succeed or was broken off.",
        next_lv="Sāciet pieteikšanos no jauna; katru saiti var lietot vienu reizi.",
        next_en="Begin the login again; each link can be used once.",
    )
