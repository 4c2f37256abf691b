"""The samples of the EU's reference library, of the EU's credential issuer, and our own: what level B-B says of each.

`index.json` states the verdict of the reference library's own tests. Every file is in exactly one class below, with
what it takes to go further; a file that nobody classified fails the test.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.errors import AtestatsError
from issuer.seal import base64url, jades_document
from issuer.trust.signatures import verify_signature
from issuer.verify import edc
from issuer.verify.baseline import header_problems
from issuer.verify.certificate_reader import read_certificate
from issuer.verify.edc import EdcFile, FormatError, read_edc, refers_to

VALID = "good B-B headers and an intact signature"
REFUSED = "cannot be read: the code of the refusal"
NOT_ETSI = "intact signature, but not baseline: the rule"
BROKEN = "good headers, broken signature"

# file -> (class, code of the refusal or the rule, what a later level would add)
SAMPLES: dict[str, tuple[str, str, str]] = {
    # level B-B says it all
    "dss/altered-jws.json": (BROKEN, "", ""),
    "dss/flattened-extra-element.json": (VALID, "", ""),
    "dss/jades-b-iat-and-sigt.json": (NOT_ETSI, "JADES_TIME", ""),
    "dss/jades-level-b-full-type.json": (VALID, "", ""),
    "dss/jades-with-line-break.json": (VALID, "", ""),
    "dss/jades-wrong-x5c-header.json": (BROKEN, "", "no certificate can be read from x5c"),
    "dss/serialization-wrong-payload-type.json": (REFUSED, "JADES_PAYLOAD", ""),
    "dss/jades-with-certified.json": (VALID, "", "the certified role is carried, not judged"),
    "dss/jades-with-double-sigt.json": (REFUSED, "JSON_DUPLICATE_KEY", ""),
    "dss/jades-with-multiple-sign-cert-refs.json": (VALID, "", ""),
    "dss/jades-with-spUserNotice.json": (VALID, "", "signature policies are carried, not judged"),
    "dss/jades-wrong-etsiu-type.json": (NOT_ETSI, "JADES_UNPROTECTED", ""),
    "dss/malformed-jades-serialization.json": (REFUSED, "JSON_NOT_JSON", ""),
    "dss/jws-serialization-no-signatures.json": (REFUSED, "JADES_NO_SIGNATURE", ""),
    "dss/dss2620/jades-with-b64-not-in-crit.json": (NOT_ETSI, "JADES_CRIT", ""),
    "dss/dss2620/jades-with-crit-string-type.json": (NOT_ETSI, "JADES_CRIT", ""),
    "dss/dss2620/jades-with-critical-headers-in-crit.json": (NOT_ETSI, "JADES_CRIT", ""),
    "dss/dss2620/jades-with-expiration-time-header-in-crit.json": (VALID, "", ""),
    "dss/dss2620/jades-with-expiration-time-header.json": (VALID, "", ""),
    "dss/dss2620/jades-with-extra-crit-entry.json": (NOT_ETSI, "JADES_CRIT", ""),
    "dss/dss2620/jades-with-notBefore-header-in-crit.json": (NOT_ETSI, "JADES_CRIT", ""),
    "dss/dss2620/jades-without-non-critical-header-in-crit.json": (VALID, "", ""),
    # signature policies: the digest of the policy document is no rule of B-B
    "dss/jades-level-b-sig-policy-invalid-digest-algo.json": (VALID, "", "policy digest"),
    "dss/jades-with-asn1policy-digPSp.json": (VALID, "", "policy digest"),
    # time stamps, validation data and counter-signatures are unsigned properties: levels B-T, B-LT, B-LTA
    "dss/jades-b-copied-cnttst.json": (VALID, "", "content time stamps (adoTst)"),
    "dss/double-lta-in-container.json": (VALID, "", "B-LTA"),
    "dss/jades-lta.json": (VALID, "", "B-LTA"),
    "dss/jades-lta-broken-arcTst.json": (VALID, "", "B-LTA: the archive time stamp is broken"),
    "dss/jades-flattened-BpT-broken-sigTst.json": (VALID, "", "B-T: the signature time stamp is broken"),
    "dss/jades-t-duplicated-sigtst.json": (VALID, "", "B-T"),
    "dss/jades-t-clear-etsiu.json": (VALID, "", "B-T; etsiU in clear form"),
    "dss/jades-triple-LTA.json": (VALID, "", "B-LTA, renewed twice"),
    "dss/jades-with-sigAndRefsTst-with-dot.json": (VALID, "", "time stamps over references"),
    "dss/dss2620/jades-t-level-with-etsiu-in-crit.json": (VALID, "", "B-T"),
    "dss/evidence-record/Signature-J-LT-a0baac29-c2b6-4544-abc5-d26ac6c8b655.json": (
        VALID,
        "",
        "B-LT, evidence record",
    ),
    "dss/jades-with-attached-counter-signature-replace-attack.json": (
        VALID,
        "",
        "counter-signature: invalid",
    ),
    "dss/jades-with-broken-detached-counter-signature.json": (VALID, "", "counter-signature: invalid"),
    "dss/jades-with-counter-signature.json": (VALID, "", "counter-signature"),
    # sigD: the signed content is elsewhere; no EDC is like that, and `read_edc` refuses them
    "dss/jades-flattened-BpB-detached-objectByURIHash.json": (VALID, "", "digests of detached content"),
    "dss/simple-detached.json": (VALID, "", "digests of detached content"),
    "dss/jades-detached-by-uri-encoded-pars.json": (BROKEN, "", "needs the detached content; given below"),
    # credentials as the EU's issuer sealed them
    "edc/credential-signed.jsonld": (VALID, "", "B-LTA"),
    "edc/json_sealed_advanced.json": (VALID, "", "B-LTA"),
    "edc/json_to_seal-signed-jades-baseline-lta.json": (VALID, "", "B-LTA"),
    # our own, made with a small PKI
    "own/ok-b-bb.json": (VALID, "", ""),
    "own/ok-b-bt.json": (VALID, "", "B-T"),
    "own/ok-b-lt.json": (VALID, "", "B-LT"),
    "own/ok-b-lta.json": (VALID, "", "B-LTA"),
    "own/ok-b-compact-b64.json": (VALID, "", ""),
    "own/level-none-b64-not-in-crit.json": (NOT_ETSI, "JADES_CRIT", ""),
    "own/level-none-no-time.json": (NOT_ETSI, "JADES_TIME", ""),
    "own/level-none-sigT-2026.json": (NOT_ETSI, "JADES_TIME", ""),
    "own/neg-payload-changed.json": (BROKEN, "", ""),
    "own/neg-protected-changed.json": (BROKEN, "JADES_CRIT", ""),
    "own/neg-x5t-other-cert.json": (BROKEN, "", "x5t#S256 names another certificate"),
    "own/neg-etsiU-reordered.json": (VALID, "", "B-LTA: the order of etsiU breaks the archive time stamp"),
}


def files_of(folder: Path) -> Iterator[str]:
    for path in [*folder.glob("dss/**/*.json"), *folder.glob("own/*.json"), *folder.glob("edc/*.json*")]:
        name = path.relative_to(folder).as_posix()
        if "/detached/" not in name:
            yield name


def intact(document: jades_document.JadesDocument) -> bool:
    """Whether the first signature fits, with the key of a certificate that its header really refers to."""
    signature = document.signatures[0]
    try:
        der = base64.b64decode(signature.protected["x5c"][0], validate=True)
    except ValueError:
        return False
    certificate = read_certificate(der)
    referred = "sigX5ts" in signature.protected or refers_to(signature.protected, der)
    if certificate is None or not referred:
        return False
    signed = document.signing_input(signature)
    return verify_signature(signature.protected["alg"], certificate.public_key, signed, signature.signature)


def judged(data: bytes) -> tuple[str, str]:
    """The class of a file and its code, by the product's own rules."""
    try:
        document = jades_document.parse(data)
    except AtestatsError as error:
        return REFUSED, error.code
    problems = header_problems(document.signatures[0])
    if not intact(document):
        return BROKEN, problems[0] if problems else ""
    return (NOT_ETSI, problems[0]) if problems else (VALID, "")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_gets_the_verdict_of_its_class(shared: Path, name: str) -> None:
    expected, code, _ = SAMPLES[name]
    assert judged((shared / "vectors" / "jades" / name).read_bytes()) == (expected, code)


def test_no_sample_is_left_out(shared: Path) -> None:
    assert set(files_of(shared / "vectors" / "jades")) == SAMPLES.keys()


def test_the_classes_are_those_of_the_index(shared: Path) -> None:
    """The class is derived from the words of `index.json`, as far as it has words for the file."""
    index = json.loads((shared / "vectors" / "jades" / "index.json").read_text())
    checked = 0
    for vector in index["vectors"]:
        said = vector.get("expected", "")
        if not said or said.startswith("("):
            continue
        stated_class, _, later = SAMPLES[vector["file"]]
        if said.startswith(("reject", "no signatures")) or "payload is not a string" in said:
            assert stated_class == REFUSED, vector["file"]
        elif said.startswith("invalid"):
            assert stated_class == BROKEN, vector["file"]
        elif "NOT_ETSI" in said or "schema-invalid" in said:
            assert stated_class == NOT_ETSI, vector["file"]
        elif stated_class == BROKEN:
            assert "valid with" in said, vector["file"]
            assert "detached" in later
        else:
            assert stated_class == VALID, vector["file"]
        checked += 1
    assert checked >= 40


def test_a_detached_payload_that_is_brought_along_fits(shared: Path) -> None:
    folder = shared / "vectors" / "jades" / "dss"
    document = jades_document.parse((folder / "jades-detached-by-uri-encoded-pars.json").read_bytes())
    parts = [(folder / "detached" / f"ObjectIdByURI-{n}.html").read_bytes() for n in (1, 2)]
    payload = "".join(map(base64url.encode, parts))  # each for itself, as ObjectIdByURI wants it
    assert intact(dataclasses.replace(document, payload_text=payload))


def test_a_detached_payload_known_by_its_digest_is_the_one_that_was_signed(shared: Path) -> None:
    folder = shared / "vectors" / "jades" / "dss"
    document = jades_document.parse((folder / "simple-detached.json").read_bytes())
    text = base64url.encode((folder / "detached" / "sample.json").read_bytes())
    digest = base64url.encode(hashlib.new("sha256", text.encode()).digest())
    assert document.signatures[0].protected["sigD"]["hashV"] == [digest]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith(("dss/", "own/"))])
def test_no_sample_passes_as_a_credential(shared: Path, name: str) -> None:
    """They seal other things than credentials, or in other serialisations than the EDC profile."""
    with pytest.raises((FormatError, AtestatsError)):
        read_edc((shared / "vectors" / "jades" / name).read_bytes())


SEALED_CREDENTIALS = [
    "official-2023/Sample-CertOfPart-signed.jsonld",
    "official-2025/AA-Annex1-MC-signed.jsonld",
    "official-2025/Sample-CertOfPart-signed.jsonld",
    "official-2025/Sample-MastersDegree-signed.jsonld",
    "mynextid/edc-coe-signed.jsonld",
    "mynextid/edc-cps-signed.jsonld",
    "mynextid/edc-dc-signed.jsonld",
    "edci-tests/credential-jws-invalid.jsonld",
]


@pytest.mark.parametrize("name", SEALED_CREDENTIALS)
def test_the_sealed_credentials_of_the_eu_and_others_verify(shared: Path, name: str) -> None:
    document = jades_document.parse((shared / "elm" / "examples" / name).read_bytes())
    signature = document.signatures[0]
    # Their time is sigT; those sealed since July 2025 are past its end, which is a matter of form.
    assert set(header_problems(signature)) <= {"JADES_TIME"}
    assert intact(document)


def test_no_sealed_credential_is_left_out(shared: Path) -> None:
    folder = shared / "elm" / "examples"
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.json*")
        if b'"signatures"' in path.read_bytes()
    }
    assert found == set(SEALED_CREDENTIALS)


def test_an_official_credential_is_read_and_its_seal_checked(shared: Path) -> None:
    data = (shared / "elm" / "examples" / "official-2025" / "Sample-CertOfPart-signed.jsonld").read_bytes()
    file = read_edc(data)
    assert isinstance(file, EdcFile)
    assert file.leaf is not None
    assert file.leaf.organization_identifier == file.reading.statement.issuer
    assert edc.shown(file)["holder"]["family_name"]
