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
from typing import TYPE_CHECKING, NamedTuple

import click

from issuer.commands.moment import moment

if TYPE_CHECKING:
    from issuer.trust.bundle import Bundle, BundleError
    from issuer.verify.explain import Step
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
    "--policy",
    "policy_name",
    type=click.Choice(["default", "strict"]),
    default="default",
    show_default=True,
    help="strict: a time stamp, a fresh status and the log's proof must be there.",
)
@click.option("--explain", is_flag=True, help="Tell the evidence step by step.")
@click.option(
    "--proof",
    "proof_path",
    type=click.Path(path_type=Path),
    help="The proof from the log of issued documents; default: FILE's <name>.proof.json beside it.",
)
@click.option(
    "--evidence",
    "record_path",
    type=click.Path(path_type=Path),
    help="An evidence record (RFC 4998) over the file, when its own time stamps have grown old.",
)
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
    policy_name: str,
    explain: bool,
    proof_path: Path | None,
    record_path: Path | None,
    state_path: Path | None,
) -> None:
    """Judge each of FILES: a sealed document (.jsonld), a QR code as text or as a picture; - is standard input.

    Needs no network: everything comes from the file and the operator's signed bundle.
    """
    if len(files) > 1 and (proof_path or record_path):
        raise click.UsageError("--proof un --evidence: viena datne / one file")
    now = at or dt.datetime.now(dt.UTC)
    bundle, anchored = _open(bundle_path, anchor_path, state_path, now)
    worst = "passed"
    beside = _Beside(proof_path, record_path)
    for name, verdict in _judge(files, bundle, now, policy_name, beside):
        worst = max(worst, verdict.verdict, key=("passed", "indeterminate", "failed").index)
        steps = _steps(verdict, bundle) if explain else []
        if as_json:
            line = verdict.as_dict() | {"bundle": _told(bundle, anchored)}
            if explain:
                line["evidence"] = [step.as_dict() for step in steps]
            click.echo(json.dumps({"file": name, **line} if len(files) > 1 else line, ensure_ascii=False))
        else:
            from issuer.commands.verdict_text import describe

            click.echo(describe(name, verdict, steps))
    sys.exit(_EXIT[worst])


class _Beside(NamedTuple):
    """Paths of what is not in the file itself: the log's proof and the evidence record."""

    proof: Path | None
    record: Path | None


def _judge(
    files: tuple[str, ...], bundle: Bundle | BundleError, now: dt.datetime, policy_name: str, beside: _Beside
) -> Iterator[tuple[str, Verdict]]:
    from issuer.trust.bundle import Bundle
    from issuer.verify.policy import POLICIES
    from issuer.verify.verifier import stale_verdict, verify

    policy = POLICIES[policy_name]
    record = _read(str(beside.record)) if beside.record is not None else None

    for name in files:
        data = _read(name)
        if isinstance(bundle, Bundle):
            proof = _proof(name, beside.proof)
            yield name, verify(data, bundle, now, policy, proof=proof, record=record)
        else:
            yield name, stale_verdict("edc" if data.lstrip()[:1] == b"{" else "qr", bundle, now)


def _proof(name: str, given: Path | None) -> bytes | None:
    """The log's proof of a file: as named, or the one that lies beside it."""
    if given is not None:
        return _read(str(given))
    if name == "-":
        return None
    own = Path(name).with_suffix(".proof.json")
    return _read(str(own)) if own.is_file() and own != Path(name) else None


def _steps(verdict: Verdict, bundle: Bundle | BundleError) -> list[Step]:
    from issuer.trust.bundle import BundleError
    from issuer.verify.explain import explain

    return [] if isinstance(bundle, BundleError) else explain(verdict, bundle)


def _open(
    bundle_path: Path | None, anchor_path: Path | None, state_path: Path | None, now: dt.datetime
) -> tuple[Bundle | BundleError, bool]:
    """The bundle; or the error, when it is out of date, for then every verdict is open. Other errors are raised.

    Beside it, whether the bundle is held by an anchor from elsewhere; a TEST bundle may be taken at its own word.
    """
    from issuer.commands.bundle_memory import BundleMemory
    from issuer.trust.bundle import BundleError, open_bundle

    data = _read_setting(bundle_path or _home("XDG_CONFIG_HOME", ".config") / "bundle.json", "--bundle")
    own = _own_word(anchor_path, data)
    anchors = [own] if own is not None else _anchors(anchor_path)
    memory = BundleMemory(state_path or _home("XDG_STATE_HOME", ".local/state") / "bundles.json", anchors)
    try:
        bundle = open_bundle(data, anchors, now, memory.highest)
    except BundleError as error:
        if error.code != "BUNDLE_STALE":
            raise
        return error, own is None
    memory.remember(bundle.sequence)
    return bundle, own is None


def _told(bundle: Bundle | BundleError, anchored: bool) -> dict[str, object]:
    """What the verdict leans on, for machines: without an anchor from elsewhere a bundle proves nothing but itself."""
    from issuer.trust.bundle import Bundle

    if not isinstance(bundle, Bundle):
        return {"error": bundle.code, "anchored": anchored}
    return {"issued_at": bundle.issued_at.isoformat(), "test": bundle.is_test, "anchored": anchored}


def _own_word(path: Path | None, bundle: bytes) -> bytes | None:
    """The certificate in a TEST bundle on a machine that has no anchor: then it is taken at its own word, and said."""
    from issuer.trust.bundle import operator_of_test_bundle

    if path is not None or _installed_anchor().exists():
        return None
    own = operator_of_test_bundle(bundle)
    if own is not None:
        click.echo(
            "BRĪDINĀJUMS: nav --anchor; TESTA uzticamības datnei ticēts uz vārda.\n"
            "WARNING: no --anchor; the TEST bundle is taken at its own word.",
            err=True,
        )
    return own


def _anchors(path: Path | None) -> list[bytes]:
    """The operator's certificates: as named, or as installed."""
    from issuer.commands.pem import certificates_in

    return certificates_in(_read_setting(path or _installed_anchor(), "--anchor"))


def _installed_anchor() -> Path:
    return _home("XDG_CONFIG_HOME", ".config") / "operator.crt"


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
