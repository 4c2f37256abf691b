"""The `--route HOST=URL` of several commands: where requests for a host really go."""

from __future__ import annotations

from collections.abc import Iterable

import click


def routes(words: Iterable[str]) -> dict[str, str]:
    """`["pki.atestats.test=http://127.0.0.1:8318"]` as a mapping; raises `click.BadParameter`."""
    found = {}
    for word in words:
        host, equals, base = word.partition("=")
        if not host or not equals or not base.startswith(("http://", "https://")):
            raise click.BadParameter(
                f"„{word}” nav / is not HOST=http://…; piemērs / for example: "
                "pki.atestats.test=http://127.0.0.1:8318"
            )
        found[host] = base
    return found
