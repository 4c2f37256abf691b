"""`atestats dev-services`: a time-stamping authority, an OCSP responder and CRLs for development, in one process."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from issuer.commands.moment import moment


@click.command("dev-services")
@click.option("--keys", "keydir", required=True, type=click.Path(path_type=Path), help="A TEST key store.")
@click.option("--port", default=8318, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    help="Write the address into this file once requests are answered.",
)
@click.option(
    "--at", type=moment, metavar="TIME", help="What time it is now, RFC 3339; it goes on from there."
)
@click.option("--key-file", type=click.Path(path_type=Path), help="Key file of the key store.")
def command(
    keydir: Path, port: int, ready_file: Path | None, at: datetime | None, key_file: Path | None
) -> None:
    """Answer /tsa, /ocsp, /crl/NAME.crl and /NAME.crt on this machine until stopped (Ctrl-C or SIGTERM).

    The certificates of `atestats keys dev` name http://pki.atestats.test; give the commands that ask there
    --route pki.atestats.test=http://127.0.0.1:PORT.
    """
    from issuer.seal.dev_services import DevServices
    from issuer.seal.keystore import KeyStore

    began = datetime.now(UTC)
    shift = (at - began) if at else began - began
    store = KeyStore.open(keydir, key_file=key_file)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with DevServices(store, port=port, clock=lambda: datetime.now(UTC) + shift) as services:
        click.echo(
            f"Izstrādes pakalpojumi / development services: {services.address}/tsa, /ocsp, /crl/NAME.crl"
        )
        if ready_file is not None:
            aside = ready_file.with_name(f".{ready_file.name}")
            aside.write_text(services.address + "\n", encoding="ascii")
            aside.rename(ready_file)
        stopped.wait()
