"""`atestats verify`: the verdict on sealed files, QR texts and pictures of QR codes, without a network.

Exit status: 0 all passed, 1 any failed, 3 otherwise (something is open), 2 wrong usage or a bundle that is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer.commands.moment import moment

if TYPE_CHECKING:
    from issuer.trust.bundle import Bundle, BundleError
    from issuer.verify.verdict import Verdict

_EXIT = {"passed": 0, "failed": 1, "indeterminate": 3}
_MAX_READ = 32 * 1024 * 1024 + 1  # one byte more than the verifier takes, so that it can say "too large"


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "--bundle",
    "bundle_path",
    type=click.Path(path_type=Path),
    envvar="ATESTATS_BUNDLE",
    help="The operator's bundle; default: ATESTATS_BUNDLE, or bundle.json in the configuration folder.",
)
@click.option(
    "--anchor",
    "anchor_path",
    type=click.Path(path_type=Path),
    envvar="ATESTATS_ANCHOR",
    help="The operator's certificate (PEM); default: ATESTATS_ANCHOR, or operator.crt in the configuration folder.",
)
@click.option(
    "--at", type=moment, metavar="TIME", help="Judge as of this time, RFC 3339 or a date; default: now."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON verdict per line, in the order of the files.")
@click.option(
    "--state",
    "state_path",
    type=click.Path(path_type=Path),
    help="File that remembers the newest bundle seen; default: in the user's state folder.",
)
def command(
    files: tuple[str, ...],
    bundle_path: Path | None,
    anchor_path: Path | None,
    at: dt.datetime | None,
    as_json: bool,
    state_path: Path | None,
) -> None:
    """Judge each of FILES: a sealed document (.jsonld), a QR code as text or as a picture; - is standard input.

    Needs no network: everything comes from the file and the operator's signed bundle.
    """
    now = at or dt.datetime.now(dt.UTC)
    bundle = _open(bundle_path, anchor_path, state_path, now)
    worst = "passed"
    for name, verdict in _judge(files, bundle, now):
        worst = max(worst, verdict.verdict, key=("passed", "indeterminate", "failed").index)
        if as_json:
            line = verdict.as_dict()
            click.echo(json.dumps({"file": name, **line} if len(files) > 1 else line, ensure_ascii=False))
        else:
            from issuer.commands.verdict_text import describe

            click.echo(describe(name, verdict))
    sys.exit(_EXIT[worst])


def _judge(
    files: tuple[str, ...], bundle: Bundle | BundleError, now: dt.datetime
) -> Iterator[tuple[str, Verdict]]:
    from issuer.trust.bundle import Bundle
    from issuer.verify.verifier import stale_verdict, verify

    for name in files:
        data = _read(name)
        if isinstance(bundle, Bundle):
            yield name, verify(data, bundle, now)
        else:
            yield name, stale_verdict("edc" if data.lstrip()[:1] == b"{" else "qr", bundle, now)


def _open(
    bundle_path: Path | None, anchor_path: Path | None, state_path: Path | None, now: dt.datetime
) -> Bundle | BundleError:
    """The bundle; or the error, when it is out of date, for then every verdict is open. Other errors are raised."""
    from issuer.commands.bundle_memory import BundleMemory
    from issuer.trust.bundle import BundleError, open_bundle

    data = _read_setting(bundle_path or _home("XDG_CONFIG_HOME", ".config") / "bundle.json", "--bundle")
    anchors = _anchors(anchor_path, data)
    memory = BundleMemory(state_path or _home("XDG_STATE_HOME", ".local/state") / "bundles.json", anchors)
    try:
        bundle = open_bundle(data, anchors, now, memory.highest)
    except BundleError as error:
        if error.code != "BUNDLE_STALE":
            raise
        return error
    memory.remember(bundle.sequence)
    return bundle


def _anchors(path: Path | None, bundle: bytes) -> list[bytes]:
    """The operator's certificates: as named, as installed, or for a TEST bundle on a machine without any, its own."""
    from issuer.commands.pem import certificates_in
    from issuer.trust.bundle import operator_of_test_bundle

    installed = _home("XDG_CONFIG_HOME", ".config") / "operator.crt"
    if path is None and not installed.exists():
        own = operator_of_test_bundle(bundle)
        if own is not None:
            click.echo(
                "BRĪDINĀJUMS: nav --anchor; TESTA uzticamības datnei ticēts uz vārda.\n"
                "WARNING: no --anchor; the TEST bundle is taken at its own word.",
                err=True,
            )
            return [own]
    return certificates_in(_read_setting(path or installed, "--anchor"))


def _read_setting(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.UsageError(
            f"nevar nolasīt / cannot read {path} ({error.strerror}); norādiet / give {option}"
        ) from None


def _read(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(_MAX_READ)
        with open(name, "rb") as file:
            return file.read(_MAX_READ)
    except OSError as error:
        raise click.UsageError(f"nevar nolasīt / cannot read {name} ({error.strerror})") from None


def _home(variable: str, default: str) -> Path:
    """The product's folder under an XDG base directory."""
    base = os.environ.get(variable)
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / default) / "atestats"
