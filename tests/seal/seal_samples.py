"""Who seals what in these tests, a verifier that shares no code with the sealing, and how refusals are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from issuer.errors import AtestatsError
from issuer.seal import SealKey, SoftSigner, jades
from issuer.seal.pki import Holder

START = dt.datetime(2037, 6, 1, 9, 30, tzinfo=dt.UTC)
IAT = int(dt.datetime(2037, 6, 22, 12, 0, tzinfo=dt.UTC).timestamp())
PAYLOAD = '{"id":"urn:credential:1","name":"Ilze Bērziņa","x":"𝄞 \\" \\\\ \\u2028"}'.encode()
MINISTRY = Holder("ministry", "Parauga ministrija", "NTRLV-90999900109")
SCHOOL = Holder("9900000001", "Paraugpils Valsts ģimnāzija", "NTRLV-90999911111")
OTHER = Holder(
    "9900000002", "Paraugupes pamatskola", "NTRLV-90999911111"
)  # one municipality, one legal entity


def fits(certificate: bytes, algorithm: str, signed: bytes, signature: bytes) -> bool:
    """Verify with `cryptography`, over the signed bytes themselves and not over a digest of ours."""
    public = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if algorithm == "ES256":
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        elif algorithm == "PS256":
            public.verify(signature, signed, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        else:
            digest = {"RS256": hashes.SHA256(), "RS512": hashes.SHA512()}[algorithm]
            public.verify(signature, signed, padding.PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True


def sealed(payload: bytes, key: SealKey, signer: SoftSigner) -> bytes:
    """A sealed file."""
    prepared = jades.prepare(payload, key, IAT)
    [signature] = signer.sign_many(key, [prepared.digest])
    return jades.assemble(prepared, signature)


def outcome(call: Callable[..., object], *arguments: object) -> str:
    """ "read", or the code of the refusal; any other exception is an accident."""
    try:
        call(*arguments)
    except AtestatsError as error:
        return error.code
    return "read"


def refusal(call: Callable[..., object], *arguments: object, **named: object) -> str:
    """The code of the refusal, which has words in both languages."""
    with pytest.raises(AtestatsError) as refused:
        call(*arguments, **named)
    assert refused.value.message_lv
    assert refused.value.message_en
    return refused.value.code
