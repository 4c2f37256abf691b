"""Evidence records for an archive of sealed files: made, and renewed before keys or hashes age.

    OUT/documents/<type>/<two hex>/<uuid>.ers        RFC 4998, about <uuid>.jsonld beside it

    make(out, "sha256", stamp)                       # what has none yet, or was changed since; one time stamp
    renew(out, stamp)                                # all: a new time stamp over the last one
    renew(out, stamp, algorithm="sha512")            # all: hashed anew with a stronger function

A renewal is written aside as a whole, marked as whole, and only then put in place: cut off anywhere, the next run
either begins anew or finishes, and no record is renewed twice.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from issuer.bulk.outbox import flush
from issuer.errors import AtestatsError
from issuer.seal import evidence_making
from issuer.seal.evidence_making import Stamp
from issuer.seal.evidence_record import EvidenceError, EvidenceRecord, parse, verify
from issuer.seal.tsp import TimestampError, TimestampToken, parse_token

_ASIDE: Final = ".evidence-renewal"
_WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True)
class Done:
    """How many records were written; `replaced` of them stood beside files that had changed since."""

    written: int
    kept: int = 0
    replaced: int = 0


def record_path(document: Path) -> Path:
    """The evidence record of a sealed file: the same stem."""
    return document.with_name(document.name.split(".")[0] + ".ers")


def make(out: Path, algorithm: str, stamp: Stamp) -> Done:
    """Records for all documents of OUT that have none about their present bytes; one call of `stamp`, or none."""
    paths, digests, replaced, kept = [], [], 0, 0
    for path in _documents(out):
        data, target = path.read_bytes(), record_path(path)
        if target.exists():
            if _is_about(target, data):
                kept += 1
                continue
            replaced += 1
        paths.append(target)
        digests.append(hashlib.new(algorithm, data).digest())
    for path, record in zip(paths, evidence_making.make(digests, algorithm, stamp), strict=True):
        aside = path.with_name(f".{path.name}")
        aside.write_bytes(record)
        aside.rename(path)
    flush(out)
    return Done(len(paths), kept, replaced)


def renew(out: Path, stamp: Stamp, *, algorithm: str | None = None) -> Done:
    """Renew every record of OUT: over the last time stamp, or with `algorithm` over file and record hashed anew.

    Raises `AtestatsError`, before anything is asked for or written, when a record is missing (EVIDENCE_MISSING) or no
    longer proves its file.
    """
    aside = out / _ASIDE
    if (aside / _WHOLE).exists():
        return _put_in_place(out, aside)
    shutil.rmtree(aside, ignore_errors=True)
    paths, records, digests = [], [], []
    for path in _documents(out):
        data = path.read_bytes()
        records.append(_checked(path, data))
        paths.append(record_path(path))
        if algorithm is not None:
            digests.append(hashlib.new(algorithm, data).digest())
    if algorithm is None:
        renewed = evidence_making.renew_time_stamps(records, stamp)
    else:
        renewed = evidence_making.renew_hash_trees(records, digests, algorithm, stamp)
    for path, record in zip(paths, renewed, strict=True):
        target = aside / path.relative_to(out)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(record)
    if not paths:
        return Done(0)
    flush(out)
    (aside / _WHOLE).touch()
    flush(out)
    return _put_in_place(out, aside)


def _put_in_place(out: Path, aside: Path) -> Done:
    written = 0
    for path in sorted(aside.glob("documents/*/*/*.ers")):
        path.rename(out / path.relative_to(aside))
        written += 1
    flush(out)
    shutil.rmtree(aside)
    return Done(written)


def _documents(out: Path) -> Iterator[Path]:
    yield from sorted((out / "documents").glob("*/*/*.jsonld"))


def _is_about(record: Path, data: bytes) -> bool:
    """Whether the record is about these bytes; whether its signer is to be trusted is not asked."""
    try:
        verify(parse(record.read_bytes()), data, lambda raw, _until: _token(raw))
    except (EvidenceError, TimestampError):
        return False
    return True


def _checked(path: Path, data: bytes) -> EvidenceRecord:
    try:
        record = parse(record_path(path).read_bytes())
    except OSError:
        raise AtestatsError(
            "EVIDENCE_MISSING",
            f"Dokumentam nav pierādījumu ieraksta: {path.name}.",
            f"This document has no evidence record: {path.name}.",
            next_lv="Izveidojiet to: atestats evidence make.",
            next_en="Make it: atestats evidence make.",
        ) from None
    try:
        verify(record, data, lambda raw, _until: _token(raw))
    except (EvidenceError, TimestampError) as error:
        raise AtestatsError(
            error.code,
            f"{path.name}: {error.message_lv}",
            f"{path.name}: {error.message_en}",
            next_lv="Nekas nav atjaunots. Atgūstiet datni un ierakstu no rezerves kopijas.",
            next_en="Nothing was renewed. Restore the file and its record from a backup.",
        ) from None
    return record


@lru_cache(maxsize=1024)
def _token(raw: bytes) -> TimestampToken:
    """The token of a batch is read and its signature checked once."""
    token = parse_token(raw)
    token.check_signature()
    return token
