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

from issuer.credential_id import StatusRef
from issuer.errors import AtestatsError
from issuer.trust.bundle import Bundle
from issuer.trust.entity import ListedKey
from issuer.trust.signatures import SignatureRefusedError, verify_signature
from issuer.verify import edc, evidence, media, qr, register_checks
from issuer.verify import policy as policies
from issuer.verify.authority import authority
from issuer.verify.checks import refuse, say
from issuer.verify.edc import EdcFile, FormatError
from issuer.verify.evidence import SealEvidence
from issuer.verify.policy import DEFAULT, Policy
from issuer.verify.qr import QrCode
from issuer.verify.revocation_policy import revocation
from issuer.verify.time_proof import unproven
from issuer.verify.verdict import CHECKS, Check, CheckName, Kind, Verdict
from issuer.verify.words import TEST_MARK

# When one of these has failed, or the seal is open, nobody knows who speaks, and nothing of the content is shown.
_NEEDED_TO_SHOW: tuple[CheckName, ...] = (
    "format", "seal", "certificate", "time", "revocation", "authority",
)  # fmt: skip


def verify(
    data: bytes,
    bundle: Bundle,
    at: dt.datetime,
    policy: Policy = DEFAULT,
    *,
    proof: bytes | None = None,
    record: bytes | None = None,
) -> Verdict:
    """Judge a sealed file, the text of a QR code or a picture of one, at the time `at` (aware).

    `proof`: the proof of the transparency log that lies beside the file. `record`: an evidence record over the file
    (RFC 4998, DER), which proves its age when its own time stamps have grown old.
    """
    kind: Kind = "edc" if data[:64].lstrip(b" \t\r\n\xef\xbb\xbf")[:1] == b"{" else "qr"
    try:
        medium = media.medium_of(data)
        if medium == "json":
            kind = "edc"
            file = edc.read_edc(data)
            finding = None
            if record is not None:
                finding = evidence.read_record(record, data, bundle.timestamp_certificates, at)
            found = evidence.gather(file, bundle, at, finding)
            return _edc_verdict(found, bundle, at, policy, proof)
        text = media.qr_text(data) if medium == "text" else media.picture_text(data)
        return _qr_verdict(qr.read_qr(text, bundle), bundle, at, policy)
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
    return say("seal", "passed", "SEAL_INTACT", algorithm=algorithm, form=file.unsigned.form)


def _edc_verdict(
    found: SealEvidence, bundle: Bundle, at: dt.datetime, policy: Policy, log_proof: bytes | None
) -> Verdict:
    file, time = found.file, found.proof
    reading, leaf = file.reading, file.leaf
    if found.chain is not None:
        certificate = policies.certificate(found.chain, found.listed, time, at)
    else:
        assert found.chain_problem is not None  # `gather` gives one of the two
        certificate = refuse("certificate", found.chain_problem)
    record_fault = found.record.code if found.record is not None and found.record.is_false else None
    identifier = leaf.organization_identifier if leaf is not None else None
    checks = (
        say("format", "passed", "FORMAT_EDC"),
        check_seal(file),
        _marked(certificate, bundle),
        policies.time(time, found.chain, policy, at, record_fault),
        revocation(
            found.listed,
            found.states,
            time,
            has_data=found.has_revocation_data,
        ),
        authority(reading.statement, found.listed, identifier, time.best, bundle),
        policies.validity(reading.statement, at),
        register_checks.status(
            register_checks.edc_slot(reading.content),
            bundle,
            at,
            policy,
            has_status=reading.statement.has_status,
        ),
        register_checks.log(log_proof, found, bundle, at, policy),
    )
    verdict = _verdict("edc", checks, at, lambda: edc.shown(file), found.listed, bundle)
    return replace(verdict, policy=policy.name, evidence=found)


def _qr_verdict(code: QrCode, bundle: Bundle, at: dt.datetime, policy: Policy) -> Verdict:
    reading = code.reading
    listed, seal = _qr_seal(code, bundle)
    time = unproven(reading.claimed_time)
    if listed is None:
        certificate = say("certificate", "failed", "KEY_UNKNOWN")
    else:
        certificate = policies.listed_key(listed, reading.claimed_time, at)
    reference = code.seal.claims.status
    ref = StatusRef(reference.list_number, reference.index) if reference is not None else None
    checks = (
        say("format", "passed", "FORMAT_QR"),
        seal,
        _marked(certificate, bundle),
        policies.time_of_code(time, policy),
        revocation(listed, (), time, has_data=False),
        authority(reading.statement, listed, None, reading.claimed_time, bundle),
        policies.validity(reading.statement, at),
        register_checks.status(ref, bundle, at, policy),
        register_checks.log_of_code(policy),
    )
    verdict = _verdict("qr", checks, at, lambda: qr.shown(code, bundle), listed, bundle)
    return replace(verdict, policy=policy.name)


def _qr_seal(code: QrCode, bundle: Bundle) -> tuple[ListedKey | None, Check]:
    """The listed key that made the seal, or the first one of that name when none did."""
    candidates = bundle.qr_keys(code.seal.kid)
    for listed in candidates:
        key = load_der_public_key(listed.spki)
        if verify_signature("ES256", key, code.seal.signed, code.seal.signature):
            return listed, say("seal", "passed", "SEAL_INTACT", algorithm="ES256", form="EC1")
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
        if kind == "qr" and sealer.kind == "authority" and by_name["authority"].code == "AUTHORITY_OWN":
            document["awarded_by"] = dict(
                sealer.name
            )  # a code names the school; an exam body awards in its own right
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
