"""Is this a European Digital Credential? The strict, closed-world answer from the table of terms.

    findings = validate(credential)                 # ours, before it is sealed: every doubt is an error
    findings = validate(credential, own=False)      # others wrote it: what loses nothing is a warning

What the official shapes of EDC AP 1.2.0 reject is always an error. Unknown keys, invented concepts,
conflicting copies and the like, which the shapes let through, are errors too (DESIGN, decision 3).
"""

from __future__ import annotations

from issuer.elm.envelope import check_envelope, narrowed, profiles
from issuer.elm.messages import Findings
from issuer.elm.values import json_name
from issuer.elm.walk import Walk
from issuer.findings import Finding


def validate(credential: object, *, own: bool = True) -> list[Finding]:
    """All findings on one unsealed credential (the parsed payload), in the order in which they stand in it.

    Takes any JSON value and never raises. The application profile (generic, accredited, converted, by
    mandate, diploma supplement) follows from `credentialProfiles` and `credentialSchema`. `own` chooses the
    severities.
    """
    findings = Findings(own=own)
    if not isinstance(credential, dict):
        findings.note("NOT_AN_OBJECT", "", found=json_name(credential))
        return findings
    check_envelope(credential, findings)
    Walk(findings, narrowed(profiles(credential))).credential(credential)
    return findings
