"""Options of commands that ask a time-stamping authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from issuer.seal.public_keys import PublicKeys
    from issuer.seal.tsa_client import TsaClient

_OPTIONS = (
    click.option(
        "--tsa",
        "tsa_urls",
        multiple=True,
        metavar="URL",
        help="Time-stamping authority (RFC 3161); may be repeated, the first that answers serves.",
    ),
    click.option(
        "--tsa-anchor",
        "tsa_anchors",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Certificate (PEM) that the authority's must lead to; default: the key store's root.",
    ),
    click.option(
        "--route",
        "routes",
        multiple=True,
        metavar="HOST=URL",
        help="Reach HOST at another address; may be repeated.",
    ),
)


def tsa_options(function: Callable[..., None]) -> Callable[..., None]:
    """--tsa, --tsa-anchor and --route, as `tsa_urls`, `tsa_anchors`, `routes`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def tsa_client(
    urls: Sequence[str],
    anchors: Sequence[Path],
    routes: Sequence[str],
    public: PublicKeys | None = None,
    at: dt.datetime | None = None,
) -> TsaClient:
    """A client for those options. `at`: a rehearsal at another time, so the authority's clock is not compared."""
    from issuer.commands.pem import certificates_in
    from issuer.seal.http_fetch import Fetcher
    from issuer.seal.tsa_client import Trust, TsaClient

    hosts = {}
    for route in routes:
        host, equals, base = route.partition("=")
        if not (host and equals and base):
            raise click.BadParameter(f"jābūt HOST=URL / must be HOST=URL: {route}")
        hosts[host] = base
    roots = [der for path in anchors for der in certificates_in(path.read_bytes())]
    others: list[bytes] = []
    if not roots and public is not None:
        roots, others = list(public.anchors), list(public.issuers.values())
    if not roots:
        raise click.UsageError("Norādiet --tsa-anchor. / Give --tsa-anchor.")
    clock_error = None if at is not None else Trust(()).clock_error
    return TsaClient(urls, trust=Trust(roots, others, (), clock_error), fetch=Fetcher(hosts))
