"""The operator's seal on a bundle or a trust list: made with a pinned certificate, and intact.

The anchors are the operator's own certificates; not their CA, because the same CA certifies the schools, and a school
must not be able to sign the list of who may issue. Two anchors carry over a change of the operator's key.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from issuer.errors import AtestatsError
from issuer.seal import jades_document
from issuer.trust.certificates import Certificate, CertificateError
from issuer.trust.signatures import SignatureRefusedError, verify_signature


@dataclass(frozen=True)
class OperatorFile:
    """A kind of file that the operator seals: how it is named in refusals, and how large it may be (bytes)."""

    error: type[AtestatsError]
    prefix: str  # of the codes
    lv: str
    en: str
    max_bytes: int

    def refused(self, reason: str, lv: str, en: str) -> AtestatsError:
        """The error `<prefix>_<reason>`."""
        return self.error(
            f"{self.prefix}_{reason}",
            f"{self.lv}: {lv}.",
            f"The {self.en} {en}.",
            next_lv="Iegūstiet datni no operatora vēlreiz.",
            next_en="Fetch the file from the operator again.",
        )

    def not_by_operator(self) -> AtestatsError:
        """Nobody whom the verifier knows as operator signed it."""
        return self.refused(
            "NOT_SIGNED_BY_OPERATOR", "nav zināma operatora paraksta", "is not signed by a known operator"
        )

    def out_of_validity(self) -> AtestatsError:
        """Its operator signed it when the certificate was not valid; the same code as for a stranger."""
        return self.refused(
            "NOT_SIGNED_BY_OPERATOR",
            "parakstīta ārpus operatora sertifikāta derīguma",
            "was signed outside the validity of the operator's certificate",
        )


def sealed_payload(data: bytes, anchors: Iterable[bytes], kind: OperatorFile) -> tuple[bytes, Certificate]:
    """What the operator signed in the JAdES file `data`, and with which certificate.

    `anchors`: DER certificates of the operator. Raises `kind.error` with the reasons UNREADABLE,
    NOT_SIGNED_BY_OPERATOR, ALTERED and, for an anchor that is no operator's certificate, BUNDLE_ANCHOR. The time of
    issue is still to be compared with the certificate's.
    """
    operators = [_operator(der, kind) for der in anchors]
    try:
        document = jades_document.parse(data, max_bytes=kind.max_bytes)
    except AtestatsError as error:
        raise kind.refused("UNREADABLE", "nav nolasāma", "cannot be read") from error
    signature = document.signatures[0]
    x5c = signature.protected.get("x5c")
    named = x5c[0] if isinstance(x5c, list) and x5c and isinstance(x5c[0], str) else ""
    operator = next((o for o in operators if base64.b64encode(o.der).decode() == named), None)
    if operator is None or len(document.signatures) != 1:
        raise kind.not_by_operator()
    try:
        intact = verify_signature(
            signature.protected["alg"],
            operator.public_key,
            document.signing_input(signature),
            signature.signature,
        )
    except SignatureRefusedError:
        intact = False
    if not intact:
        raise kind.refused("ALTERED", "mainīta pēc parakstīšanas", "was altered after it was signed")
    return document.payload, operator


def _operator(der: bytes, kind: OperatorFile) -> Certificate:
    try:
        certificate = Certificate.from_der(der)
    except CertificateError as error:
        raise _bad_anchor(kind, "nav nolasāms", "cannot be read") from error
    if certificate.is_ca:
        raise _bad_anchor(
            kind,
            "pieder sertifikātu izdevējam; vajadzīgs paša operatora sertifikāts",
            "belongs to a certification authority; the operator's own certificate is needed",
        )
    return certificate


def _bad_anchor(kind: OperatorFile, lv: str, en: str) -> AtestatsError:
    return kind.error(
        "BUNDLE_ANCHOR",
        f"Operatora sertifikāts {lv}.",
        f"The operator's certificate {en}.",
        next_lv="Norādiet operatora sertifikātu (operator.crt) ar --anchor.",
        next_en="Give the operator's certificate (operator.crt) with --anchor.",
    )
