"""What an installation decides about its desk: address, login provider, limits. Read from one TOML file.

    [desk]
    address = "https://atestats.example"

    [login]
    issuer = "https://login.example"
    client_id = "atestats"
    client_secret_env = "ATESTATS_LOGIN_SECRET"   # the name of an environment variable, never the secret itself

Development mode is not among the settings: only the command line (`atestats desk --development`) can ask for it, and it
needs an address on this very machine.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from issuer.errors import AtestatsError

LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))
_MIB: Final = 1024 * 1024


class DeskError(AtestatsError):
    """The desk cannot be started, or cannot do what was asked."""


@dataclass(frozen=True, slots=True)
class GrantRule:
    """A value of the provider's role claim and the role that it stands for here."""

    value: str
    role: str


@dataclass(frozen=True, slots=True)
class Login:
    """The OpenID Connect provider and how its claims are read (`issuer.desk.claims`)."""

    issuer: str
    client_id: str
    client_secret: str = ""
    scope: str = "openid profile"
    subject_claim: str = "sub"
    name_claim: str = "name"
    role_claim: str = ""
    """Empty: roles come from the register's own grants only."""
    rules: tuple[GrantRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can differ between installations; raises `DeskError` DESK_SETTINGS for what cannot work."""

    address: str
    login: Login | None = None
    development: bool = False
    idle_minutes: int = 20
    absolute_hours: int = 10
    upload_bytes: int = 64 * _MIB
    form_bytes: int = 1 * _MIB
    logins_per_minute: int = 20
    uploads_per_hour: int = 60
    languages: tuple[Literal["lv", "en"], ...] = field(default=("lv", "en"))

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise _wrong("address", "https://host[:port]")
        if self.development and parts.hostname not in LOOPBACK:
            raise _only_here()
        if not self.development and parts.scheme != "https":
            raise _wrong("address", "https://…")
        if not self.development and self.login is None:
            raise _wrong("[login]", "issuer, client_id")
        if self.login and not self.development and urlsplit(self.login.issuer).scheme != "https":
            raise _wrong("login.issuer", "https://…")

    @property
    def origin(self) -> str:
        """`scheme://host[:port]`, as browsers write it in the Origin header."""
        return self.address.rstrip("/").lower()

    @property
    def host(self) -> str:
        """The host's name without a port."""
        return urlsplit(self.address).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS."""
        return self.address.startswith("https://")

    @classmethod
    def load(cls, path: Path) -> Settings:
        """The settings in a TOML file; raises `DeskError` DESK_SETTINGS, naming the faulty one."""
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _wrong(path.name, "TOML") from error
        desk, login = dict(table.get("desk", {})), table.get("login")
        unknown = desk.keys() - _MAY_BE_SET
        if unknown or table.keys() - {"desk", "login"}:
            raise _wrong(", ".join(sorted(unknown or table.keys() - {"desk", "login"})), "?")
        for name, value in desk.items():
            if not isinstance(value, str if name == "address" else int) or isinstance(value, bool):
                raise _wrong(name, "address" if name == "address" else "1, 2, 3 …")
            if isinstance(value, int) and value < 1:
                raise _wrong(name, "≥ 1")
        return cls(login=_login(login) if login is not None else None, **desk)


_MAY_BE_SET: Final = frozenset(
    (
        "address",
        "idle_minutes",
        "absolute_hours",
        "upload_bytes",
        "form_bytes",
        "logins_per_minute",
        "uploads_per_hour",
    )
)
_LOGIN_TEXTS: Final = (
    "issuer", "client_id", "client_secret_env", "scope", "subject_claim", "name_claim", "role_claim",
)  # fmt: skip


def _login(table: Any) -> Login:
    if not isinstance(table, dict) or table.keys() - {*_LOGIN_TEXTS, "roles"}:
        raise _wrong("[login]", ", ".join(_LOGIN_TEXTS))
    texts = {name: table[name] for name in _LOGIN_TEXTS if name in table}
    if (
        not all(isinstance(text, str) for text in texts.values())
        or not {"issuer", "client_id"} <= texts.keys()
    ):
        raise _wrong("[login]", "issuer, client_id")
    variable = texts.pop("client_secret_env", "")
    if variable and not os.environ.get(variable):
        raise _wrong("login.client_secret_env", f"${variable}")
    try:
        rules = tuple(GrantRule(str(rule["value"]), str(rule["role"])) for rule in table.get("roles", ()))
    except (KeyError, TypeError) as error:
        raise _wrong("[[login.roles]]", "value, role") from error
    return Login(client_secret=os.environ.get(variable, "") if variable else "", rules=rules, **texts)


def _wrong(name: str, wanted: str) -> DeskError:
    return DeskError(
        "DESK_SETTINGS",
        f"Darba vides iestatījums „{name}” neder.",
        f'The setting "{name}" of the desk does not work.',
        next_lv=f"Iestatījumu datnē vajadzīgs: {wanted}.",
        next_en=f"The settings file needs: {wanted}.",
    )


def _only_here() -> DeskError:
    return DeskError(
        "DESK_DEVELOPMENT",
        "Izstrādes režīms darbojas tikai šajā pašā datorā (localhost).",
        "Development mode works on this very machine only (localhost).",
        next_lv="Bez --development darba videi vajag https adresi un pieteikšanās sniedzēju.",
        next_en="Without --development the desk needs an https address and a login provider.",
    )
