"""`atestats keys serve-token`: the one process that talks to a PKCS#11 token."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

PIN_VARIABLE = "ATESTATS_TOKEN_PIN"


@click.command("serve-token")
@click.option(
    "--keys",
    "keydir",
    type=click.Path(path_type=Path),
    required=True,
    help="The key store: which keys may sign.",
)
@click.option(
    "--module", type=click.Path(path_type=Path), required=True, help="The token's PKCS#11 module (.so)."
)
@click.option("--token", "label", required=True, help="Label of the token.")
@click.option(
    "--socket",
    "socket_path",
    type=click.Path(path_type=Path),
    help="Where clients connect; default KEYS/token.sock.",
)
@click.option(
    "--pin-file", type=click.Path(path_type=Path), help=f"File with the PIN, instead of {PIN_VARIABLE}."
)
def command(keydir: Path, module: Path, label: str, socket_path: Path | None, pin_file: Path | None) -> None:
    """Hold the connection to a PKCS#11 token and sign for the workers on this machine, until stopped.

    The PIN comes from ATESTATS_TOKEN_PIN or a file, never from the command line. When the token goes away, requests
    fail in words; when it is back, they go on, without a restart.
    """
    from issuer.seal.pkcs11_signer import Pkcs11Token
    from issuer.seal.signing_service import SigningService

    token = Pkcs11Token(module, label, _pin(pin_file))
    service = SigningService(token, keydir, socket_path or keydir / "token.sock")
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: service.stop())

    def ready(count: int) -> None:
        click.echo(
            f"Ierīce „{label}” gatava: {count} atslēgas. / Token ready: {count} keys. → {service.socket_path}"
        )

    service.serve(ready)


def _pin(pin_file: Path | None) -> str:
    from issuer.errors import AtestatsError

    pin = os.environ.get(PIN_VARIABLE, "")
    if pin_file is not None:
        try:
            if pin_file.stat().st_mode & 0o077:
                raise AtestatsError(
                    "PIN_FILE_OPEN",
                    f"PIN datni var lasīt arī citi lietotāji: {pin_file}.",
                    f"Other users can read the PIN file: {pin_file}.",
                    next_lv="Izpildiet chmod 600.",
                    next_en="Run chmod 600 on it.",
                )
            pin = pin_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            pin = ""
    if not pin:
        raise AtestatsError(
            "PIN_MISSING",
            "Nav dots ierīces PIN.",
            "The token's PIN was not given.",
            next_lv=f"Iestatiet {PIN_VARIABLE} vai norādiet --pin-file.",
            next_en=f"Set {PIN_VARIABLE}, or name a file with --pin-file.",
        )
    return pin
