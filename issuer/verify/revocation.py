"""What the revocation data in a file says about a certificate: OCSP answers (RFC 6960) and CRLs (RFC 5280, 5).

    evidence = RevocationEvidence(data)                      # the DER values of xVals, rVals, tstVD
    answers = evidence.answers(certificate, issuer)          # [Answer(good, "OCSP", …), …]; only what is signed rightly
    evidence.broken                                          # True: something in the file bears a false signature

An answer counts when the certificate's own issuer signed it, or someone whom that issuer has made its OCSP responder.
What an answer is worth at a given time, `usable_at` says. Answers are kept by their bytes: the documents of a school
share them.
"""

from __future__ import annotations

from typing import Final, Literal

from issuer.seal.etsi_u import ValidationData
from issuer.trust.certificates import Certificate
from issuer.verify.certificate_reader import read_certificate
from issuer.verify.crl import crl_answer
from issuer.verify.ocsp import ocsp_answer
from issuer.verify.revocation_answer import Answer


class RevocationEvidence:
    """The revocation data of one file."""

    def __init__(self, data: ValidationData) -> None:
        self._data = data
        self.broken = False

    def __bool__(self) -> bool:
        return bool(self._data.crls or self._data.ocsps)

    def answers(
        self, certificate: Certificate, issuer: Certificate, *, of_responder: bool = False
    ) -> list[Answer]:
        """Every rightly signed answer about `certificate`; a false signature sets `broken`."""
        found = []
        for crl_der in self._data.crls:
            found += self._kept(crl_answer(crl_der, certificate, issuer))
        for ocsp_der in self._data.ocsps:
            read = ocsp_answer(ocsp_der, certificate, issuer)
            if isinstance(read, tuple):  # signed by a delegate whose own state is to be asked
                answer, responder = read
                delegate = read_certificate(responder)
                if of_responder or delegate is None:
                    continue
                states = self.answers(delegate, issuer, of_responder=True)
                if any(each.usable_at(answer.this_update, delegate) for each in states) and not any(
                    each.revoked_at for each in states
                ):
                    found.append(answer)
            else:
                found += self._kept(read)
        return found

    def _kept(self, answer: Answer | Literal["broken"] | None) -> list[Answer]:
        if answer == "broken":
            self.broken = True
        return [answer] if isinstance(answer, Answer) else []


NO_EVIDENCE: Final = RevocationEvidence(ValidationData())
