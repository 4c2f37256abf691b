"""What the operator's two commands share: the registers and keys that a trust list and a bundle are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer.commands.moment import moment

if TYPE_CHECKING:
    from issuer.seal.key import SealKey
    from issuer.seal.public_keys import PublicKeys
    from issuer.seal.signers import StoreSigner
    from issuer.trust.publication import Publication

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_PATH = click.Path(path_type=Path)

_OPTIONS = (
    click.option("--keys", "keydir", type=_PATH, required=True, help="Folder of the key store."),
    click.option(
        "--reference",
        "reference_path",
        type=_PATH,
        required=True,
        help="The reference file: institutions, programmes, accreditation.",
    ),
    click.option("--out", type=_PATH, required=True, help="The file to write."),
    click.option(
        "--days",
        type=click.IntRange(1, 366),
        default=30,
        show_default=True,
        help="How long verifiers may use it.",
    ),
    click.option(
        "--at", type=moment, metavar="TIME", help="Time of issue, RFC 3339 or a date; the default is now."
    ),
    click.option(
        "--sequence",
        type=click.IntRange(0, 2**53 - 1),
        help="Default: one more than the previous one, or the time of issue in seconds.",
    ),
    click.option(
        "--compromised",
        multiple=True,
        metavar="KEY_ID",
        help="Report a key as compromised, besides those that the store knows to be; may be repeated.",
    ),
    click.option(
        "--mandate",
        "mandates",
        multiple=True,
        metavar="AUTHORITY=TYPE",
        help="Let ministry or exam_body seal a type for all institutions (* for every type); may be repeated.",
    ),
    click.option(
        "--award",
        "awards",
        multiple=True,
        metavar="REG_NO=TYPE",
        help="Let an institution award a type to which no programme leads; may be repeated.",
    ),
    click.option(
        "--document-types",
        "more_types",
        type=_FOLDER,
        help="Folder of more document types (TOML), beside the product's own.",
    ),
    click.option("--key-file", type=_PATH, help="Key file of the store, not a passphrase."),
)


def operator_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options that `Making.of` reads, put on a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True)
class Making:
    """Registers, keys and times of one issue, read and checked. `anchors`: all certificates that the operator had."""

    publication: Publication
    public: PublicKeys
    operator: SealKey
    anchors: list[bytes]
    issued_at: dt.datetime
    next_update: dt.datetime
    signer: StoreSigner
    compromised: frozenset[str]
    given: Mapping[str, Any]

    @classmethod
    def of(cls, **given: Any) -> Making:
        """From the options of `operator_options`; raises `click.ClickException` or `AtestatsError`."""
        from issuer.catalogue.reference import Reference
        from issuer.seal.keystore import KeyStore
        from issuer.seal.signers import StoreSigner
        from issuer.trust.publication import Publication

        issued_at = (given["at"] or dt.datetime.now(dt.UTC)).replace(microsecond=0)
        store = KeyStore.open(given["keydir"], key_file=given["key_file"])
        public = KeyStore.public(given["keydir"])
        operators = [record.key for record in public.records_of("operator", "operator")]
        return cls(
            publication=Publication.of(
                Reference.load(given["reference_path"]),
                _parsed(given["mandates"]),
                given["more_types"],
                _parsed(given["awards"]),
            ),
            public=public,
            operator=public.key("operator", "operator", issued_at),
            anchors=[key.certificate for key in operators if key.certificate_chain],
            issued_at=issued_at,
            next_update=issued_at + dt.timedelta(days=given["days"]),
            signer=StoreSigner(store),
            compromised=_known(given["compromised"], public),
            given=given,
        )

    def sequence_after(self, previous: int | None) -> int:
        """The number of this issue: as given, one more than the one before, or the time in seconds."""
        given: int | None = self.given["sequence"]
        if given is not None:
            return given
        return previous + 1 if previous is not None else int(self.issued_at.timestamp())

    @property
    def histories(self) -> dict[str, list[tuple[str, dt.datetime]]]:
        """Key id -> states from the key store; a compromise counts from when the key may have left its owner."""
        return {
            record.key.key_id: [(event.state, event.since or event.at) for event in record.history]
            for record in self.public.records
        }


def read_file(path: Path) -> bytes:
    """The bytes of a file that a person named."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def write_file(path: Path, data: bytes) -> None:
    """Whole or not at all: a verifier may fetch the file at any moment."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _known(key_ids: Iterable[str], public: PublicKeys) -> frozenset[str]:
    known = {key.key_id for key in public.keys}
    for key_id in key_ids:
        if key_id not in known:
            raise click.BadParameter(f"atslēgas nav krātuvē / no such key: {key_id}")
    return frozenset(key_ids)


def _parsed(mandates: Iterable[str]) -> dict[str, set[str]]:
    parsed: dict[str, set[str]] = {}
    for mandate in mandates:
        authority, equals, document_type = mandate.partition("=")
        if not (authority and equals and document_type):
            raise click.BadParameter(f"jābūt IESTĀDE=VEIDS / must be WHO=TYPE: {mandate}")
        parsed.setdefault(authority, set()).add(document_type)
    return parsed
