"""The verdict on bytes: read, check the seal, then hold what was found against the bundle.

    verdict = verify(data, bundle, at=datetime.now(UTC))
    verdict.verdict                       # "passed", "failed" or "indeterminate"
    verdict.document                      # what may be shown, or None

Pure: bytes, a bundle and a time in, a verdict out; no clock, no network, no file. Whatever the bytes are, the answer
is a verdict and never an exception.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.serialization import load_der_public_key

from issuer.errors import AtestatsError
from issuer.trust.bundle import Bundle
from issuer.trust.certificates import CertificateError
from issuer.trust.entity import ListedKey
from issuer.trust.signatures import SignatureRefusedError, verify_signature
from issuer.verify import edc, media, policy, qr
from issuer.verify.checks import refuse, say
from issuer.verify.edc import EdcFile, FormatError
from issuer.verify.qr import QrCode
from issuer.verify.verdict import CHECKS, Check, CheckName, Kind, Verdict
from issuer.verify.words import TEST_MARK

# When one of these has failed, or the seal is open, nobody knows who speaks, and nothing of the content is shown.
_NEEDED_TO_SHOW: tuple[CheckName, ...] = ("format", "seal", "certificate", "authority")


def verify(data: bytes, bundle: Bundle, at: dt.datetime) -> Verdict:
    """Judge a sealed file, the text of a QR code or a picture of one, at the time `at` (aware)."""
    kind: Kind = "qr"
    try:
        medium = media.medium_of(data)
        if medium == "json":
            kind = "edc"
            return _edc_verdict(edc.read_edc(data), bundle, at)
        text = media.qr_text(data) if medium == "text" else media.picture_text(data)
        return _qr_verdict(qr.read_qr(text, bundle), bundle, at)
    except FormatError as error:
        return _unreadable(kind, error.check, at)
    except AtestatsError as error:
        return _unreadable(kind, refuse("format", error), at)


def stale_verdict(kind: Kind, reason: AtestatsError, at: dt.datetime) -> Verdict:
    """The verdict when the bundle is out of date: nothing can be relied on, so nothing is checked or shown."""
    checks = [refuse(name, reason, "indeterminate" if name == "authority" else "skipped") for name in CHECKS]
    return Verdict(kind, tuple(checks), at)


def check_seal(file: EdcFile) -> Check:
    """Does the signature fit the payload, with the key of the certificate that the seal names? No trust yet."""
    leaf = file.leaf
    if leaf is None:
        return say("seal", "indeterminate", "SEAL_CERTIFICATE_UNREADABLE")
    if not file.refers_to_leaf:
        return say("seal", "failed", "SEAL_CERTIFICATE_REFERENCE")
    algorithm = file.signature.protected["alg"]
    try:
        intact = verify_signature(algorithm, leaf.public_key, file.signed, file.signature.signature)
    except SignatureRefusedError as error:
        return refuse("seal", error)
    if not intact:
        return say("seal", "failed", "SEAL_BROKEN")
    level = "B-B" if file.signature.etsi_u is None else "B-B; unsigned properties not evaluated"
    return say("seal", "passed", "SEAL_INTACT", algorithm=algorithm, level=level)


def _edc_verdict(file: EdcFile, bundle: Bundle, at: dt.datetime) -> Verdict:
    reading = file.reading
    leaf = file.leaf
    listed = bundle.seal_key(leaf.sha256) if leaf is not None else None
    try:
        chain = bundle.certificates.chain(file.certificates)
    except CertificateError as error:
        certificate = refuse("certificate", error)
    else:
        certificate = policy.certificate(chain, listed, reading.claimed_time, at)
    identifier = leaf.organization_identifier if leaf is not None else None
    checks = (
        say("format", "passed", "FORMAT_EDC"),
        check_seal(file),
        _marked(certificate, bundle),
        policy.authority(reading.statement, listed, identifier, reading.claimed_time, bundle),
        policy.validity(reading.statement, at),
        policy.status(reading.statement),
    )
    return _verdict("edc", checks, at, lambda: edc.shown(file), listed, bundle)


def _qr_verdict(code: QrCode, bundle: Bundle, at: dt.datetime) -> Verdict:
    reading = code.reading
    listed, seal = _qr_seal(code, bundle)
    if listed is None:
        certificate = say("certificate", "failed", "KEY_UNKNOWN")
    else:
        certificate = policy.listed_key(listed, reading.claimed_time, at)
    checks = (
        say("format", "passed", "FORMAT_QR"),
        seal,
        _marked(certificate, bundle),
        policy.authority(reading.statement, listed, None, reading.claimed_time, bundle),
        policy.validity(reading.statement, at),
        policy.status(reading.statement),
    )
    return _verdict("qr", checks, at, lambda: qr.shown(code, bundle), listed, bundle)


def _qr_seal(code: QrCode, bundle: Bundle) -> tuple[ListedKey | None, Check]:
    """The listed key that made the seal, or the first one of that name when none did."""
    candidates = bundle.qr_keys(code.seal.kid)
    for listed in candidates:
        key = load_der_public_key(listed.spki)
        if verify_signature("ES256", key, code.seal.signed, code.seal.signature):
            return listed, say("seal", "passed", "SEAL_INTACT", algorithm="ES256", level="EC1")
    if not candidates:
        return None, say("seal", "indeterminate", "SEAL_NO_KEY")
    return candidates[0], say("seal", "failed", "SEAL_BROKEN")


def _verdict(
    kind: Kind,
    checks: tuple[Check, ...],
    at: dt.datetime,
    shown: Callable[[], dict[str, Any]],
    listed: ListedKey | None,
    bundle: Bundle,
) -> Verdict:
    verdict = Verdict(kind, checks, at)
    by_name = {check.check: check for check in checks}
    if by_name["seal"].status != "passed" or any(
        by_name[name].status == "failed" for name in _NEEDED_TO_SHOW
    ):
        return verdict
    document = shown()
    sealer = bundle.entity(listed.owner) if listed is not None else None
    if sealer is not None:  # the register's name beside the document's own, which its sealer chose
        document["sealer"] = {"key": sealer.key, "name": dict(sealer.name)}
    document["register"] = _in_the_register(by_name["authority"], bundle)
    document["test"] = bundle.is_test
    return replace(verdict, document=document)


def _in_the_register(authority: Check, bundle: Bundle) -> dict[str, Any]:
    """What the bundle calls the type and the institution whose right was checked; None where it was not.

    Title and names in a document are the sealer's own words: a school that may award one type could write the name of
    another over it.
    """
    document_type = bundle.document_types.get(str(authority.detail.get("type")))
    awarding = bundle.entity(str(authority.detail.get("institution")))
    return {
        "type": dict(document_type["name"]) if document_type is not None else None,
        "awarded_by": dict(awarding.name) if awarding is not None else None,
    }


def _unreadable(kind: Kind, check: Check, at: dt.datetime) -> Verdict:
    rest = (say(name, "skipped", "NOT_REACHED") for name in CHECKS[1:])
    return Verdict(kind, (check, *rest), at)


def _marked(check: Check, bundle: Bundle) -> Check:
    """A bundle of test keys says so wherever its word is shown."""
    if not bundle.is_test:
        return check
    return replace(
        check,
        message_lv=f"{check.message_lv} {TEST_MARK[0]}",
        message_en=f"{check.message_en} {TEST_MARK[1]}",
        detail={**check.detail, "test": True},
    )
