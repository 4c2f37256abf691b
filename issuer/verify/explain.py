"""The evidence behind a verdict, as a person can follow it: one step after another, in Latvian and English.

    for step in explain(verdict, bundle):
        print(step.lv, step.en)

Says what was found and where it comes from; what it is worth, the checks say. Names of institutions and of trust
services only, never of a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from cryptography.x509.oid import NameOID

from issuer.trust.bundle import Bundle
from issuer.trust.certificates import Certificate
from issuer.trust.times import format_time
from issuer.verify.evidence import SealEvidence
from issuer.verify.revocation import is_usable
from issuer.verify.revocation_policy import CertificateState
from issuer.verify.time_proof import JudgedStamp
from issuer.verify.verdict import Verdict

_COVERS: Final = {
    "sigTst": ("zīmoga vērtību", "the seal's value"),
    "arcTst": ("visu, kas datnē pirms tā", "everything in the file before it"),
}
_ROLES: Final = {
    "seal": ("zīmoga sertifikāts", "seal certificate"),
    "seal CA": ("zīmoga sertifikāta izdevējs", "issuer of the seal certificate"),
    "TSA": ("laika zīmogu dienests", "time-stamping authority"),
    "TSA CA": ("laika zīmogu dienesta izdevējs", "issuer of the time-stamping authority"),
}


class Step(NamedTuple):
    """One sentence of the explanation; `code` is stable."""

    code: str
    lv: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"code": self.code, "message": {"lv": self.lv, "en": self.en}}


def explain(verdict: Verdict, bundle: Bundle) -> list[Step]:
    """The steps from the file to the verdict; only the bundle for what is no sealed file."""
    found = verdict.evidence
    steps = [*_seal(found), *_time(found), *_revocation(found)] if found is not None else []
    return [*steps, _judged_by(verdict, bundle)]


def _seal(found: SealEvidence) -> Iterator[Step]:
    leaf = found.file.leaf
    if leaf is None:
        return
    algorithm = found.file.signature.protected["alg"]
    yield Step(
        "SEALED_WITH",
        f"Zīmogs ({algorithm}) ir ar sertifikātu „{_name(leaf)}” ({leaf.organization_identifier or '–'}), derīgu "
        f"{_period(leaf)}; SHA-256 {leaf.sha256.hex()[:16]}….",
        f"The seal ({algorithm}) is by the certificate of {_name(leaf)} ({leaf.organization_identifier or '–'}), valid "
        f"{_period(leaf)}; SHA-256 {leaf.sha256.hex()[:16]}….",
    )
    if found.chain is not None:
        path = " → ".join(_service(each) for each in (*found.chain.issuers, found.chain.anchor))
        yield Step(
            "PATH",
            f"Tā izdevēji: {path}; pēdējais ir uzticamības datnē.",
            f"It was issued by: {path}; the last one is in the bundle.",
        )
    listed = found.listed
    if listed is not None:
        since = f" ({format_time(listed.since)})" if listed.since is not None else ""
        yield Step(
            "LISTED_KEY",
            f"Operatora sarakstā atslēga pieder „{listed.owner}”; stāvoklis: {listed.state}{since}.",
            f"On the operator's list the key belongs to {listed.owner}; state: {listed.state}{since}.",
        )


def _time(found: SealEvidence) -> Iterator[Step]:
    claimed = format_time(found.proof.claimed)
    yield Step(
        "CLAIMED",
        f"Zīmogs pats apgalvo, ka tapis {claimed}.",
        f"The seal itself claims that it was made at {claimed}.",
    )
    for judged in found.proof.stamps:
        yield _stamp(judged)
    if found.record is not None:
        yield _record(found)
    if found.proof.proven is not None:
        proven = format_time(found.proof.proven)
        yield Step(
            "PROVEN",
            f"Tātad zīmogs pastāvēja {proven}: sertifikātu, tiesības un atslēgu vērtē pēc šā laika.",
            f"So the seal existed at {proven}: certificate, rights and key are judged by that time.",
        )


def _stamp(judged: JudgedStamp) -> Step:
    stamp = judged.stamp
    if stamp.fault is not None or stamp.time is None:
        return Step(
            "STAMP_BROKEN",
            f"Laika zīmogs {stamp.kind}: bojāts ({stamp.fault}).",
            f"Time stamp {stamp.kind}: broken ({stamp.fault}).",
        )
    lv, en = _COVERS[stamp.kind]
    tsa = _service(stamp.tsa) if stamp.tsa is not None else "?"
    until = format_time(judged.needed_until)
    worth_lv, worth_en = (
        f"der, jo dienests bija uzticams vēl {until}",
        f"holds, for the authority was still good at {until}",
    )
    if judged.weakness is not None:
        worth_lv, worth_en = f"nepierāda neko ({judged.weakness})", f"proves nothing ({judged.weakness})"
    return Step(
        "STAMP",
        f"Laika zīmogs {stamp.kind} {format_time(stamp.time)} ({tsa}) aptver {lv}; {worth_lv}.",
        f"Time stamp {stamp.kind} of {format_time(stamp.time)} ({tsa}) covers {en}; it {worth_en}.",
    )


def _record(found: SealEvidence) -> Step:
    record = found.record
    assert record is not None
    if record.time is None:
        return Step(
            "RECORD_WORTHLESS",
            f"Pierādījumu ieraksts nepierāda neko ({record.code}).",
            f"The evidence record proves nothing ({record.code}).",
        )
    return Step(
        "RECORD",
        f"Pierādījumu ieraksts (RFC 4998) aptver visu datni kopš {format_time(record.time)}.",
        f"The evidence record (RFC 4998) covers the whole file since {format_time(record.time)}.",
    )


def _revocation(found: SealEvidence) -> Iterator[Step]:
    for state in found.states:
        yield _certificate_state(state, found.proof.best)


def _certificate_state(state: CertificateState, moment: dt.datetime) -> Step:
    lv, en = _ROLES[state.role]
    name = _name(state.certificate) if state.role == "seal" else _service(state.certificate)
    usable = [each for each in state.answers if is_usable(each, state.certificate, moment)]
    if not usable:
        return Step(
            "STATE_UNKNOWN",
            f"Par „{name}” ({lv}) datnē nav laikus dota apliecinājuma.",
            f"The file has no timely statement about {name} ({en}).",
        )
    answer = next((each for each in usable if each.revoked_at is not None), usable[0])
    source = f"{answer.kind.upper()} {format_time(answer.this_update)}"
    if answer.revoked_at is None:
        return Step(
            "STATE_GOOD", f"„{name}” ({lv}): nav atsaukts ({source}).", f"{name} ({en}): good ({source})."
        )
    revoked = format_time(answer.revoked_at)
    return Step(
        "STATE_REVOKED",
        f"„{name}” ({lv}): ATSAUKTS {revoked} ({source}).",
        f"{name} ({en}): REVOKED {revoked} ({source}).",
    )


def _judged_by(verdict: Verdict, bundle: Bundle) -> Step:
    at, issued = format_time(verdict.as_of), format_time(bundle.issued_at)
    return Step(
        "JUDGED_BY",
        f"Vērtēts {at} pēc uzticamības datnes Nr. {bundle.sequence} ({issued}), politika „{verdict.policy}”.",
        f"Judged as of {at} by bundle No {bundle.sequence} ({issued}), policy {verdict.policy}.",
    )


def _period(certificate: Certificate) -> str:
    return f"{certificate.not_before.date().isoformat()} – {certificate.not_after.date().isoformat()}"


def _name(certificate: Certificate) -> str:
    """The organisation behind a seal."""
    return _clean(certificate.organization_name or certificate.sha256.hex()[:16])


def _service(certificate: Certificate) -> str:
    """The name of an authority or a service, of which one organisation has several."""
    names = certificate.x509.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return _clean(str(names[0].value)) if names else _name(certificate)


def _clean(text: str) -> str:
    """Without control characters, which a certificate may hold."""
    return "".join(letter for letter in text if letter.isprintable())
