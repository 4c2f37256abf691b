"""The development services over HTTP: what they answer, and what they do not."""

from __future__ import annotations

import base64
import datetime as dt
import http.client

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from seal_samples import SCHOOL, START

from issuer.seal.dev_services import DevServices

NOW = START + dt.timedelta(days=21)


@pytest.fixture(scope="module")
def services(store):
    with DevServices(store, port=0, clock=lambda: NOW) as running:
        yield running


@pytest.fixture(scope="module")
def ask(services):
    connection = http.client.HTTPConnection(services.address.removeprefix("http://"))

    def answer(method: str, path: str, body: bytes | None = None):
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()

    return answer


def test_a_time_stamp(ask):
    request = rfc3161_client.TimestampRequestBuilder().data(b"x").build()
    status, kind, body = ask("POST", "/tsa", request.as_bytes())
    assert (status, kind) == (200, "application/timestamp-reply")
    assert rfc3161_client.decode_timestamp_response(body).tst_info.gen_time == NOW


@pytest.fixture(scope="module")
def ocsp_request(store) -> bytes:
    seal, ca = (
        x509.load_der_x509_certificate(der)
        for der in (store.key(SCHOOL.owner, "seal").certificate, store.public_keys.issuers["intermediate"])
    )
    builder = ocsp.OCSPRequestBuilder().add_certificate(seal, ca, hashes.SHA256())
    return builder.add_extension(x509.OCSPNonce(b"12345678"), False).build().public_bytes(Encoding.DER)


def test_ocsp_by_post_and_by_get(ask, ocsp_request):
    """RFC 6960, A.1; the nonce comes back, and the times are those of the clock that was given."""
    posted = ask("POST", "/ocsp", ocsp_request)
    got = ask("GET", "/ocsp/" + base64.b64encode(ocsp_request).decode().replace("/", "%2F"))
    for status, kind, body in (posted, got):
        assert (status, kind) == (200, "application/ocsp-response")
        answer = ocsp.load_der_ocsp_response(body)
        assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
        assert answer.produced_at_utc == answer.this_update_utc == NOW
        assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"12345678"


def test_ocsp_of_an_unknown_certificate_and_of_nonsense(ask, ocsp_request, store):
    answer = ocsp.load_der_ocsp_response(ask("POST", "/ocsp", b"nonsense")[2])
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    ca = x509.load_der_x509_certificate(store.public_keys.issuers["intermediate"])
    builder = ocsp.OCSPRequestBuilder().add_certificate(ca, ca, hashes.SHA1())
    body = ask("POST", "/ocsp", builder.build().public_bytes(Encoding.DER))[2]
    assert ocsp.load_der_ocsp_response(body).certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_lists_and_certificates(ask, store):
    for name in ("root", "intermediate"):
        status, kind, body = ask("GET", f"/crl/{name}.crl")
        assert (status, kind) == (200, "application/pkix-crl")
        ca = x509.load_der_x509_certificate(store.public_keys.issuers[name])
        assert x509.load_der_x509_crl(body).is_signature_valid(ca.public_key())
        assert ask("GET", f"/{name}.crt")[2] == store.public_keys.issuers[name]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/crl/../keys.json.crl"),
        ("GET", "/operator.crt"),
        ("GET", "/ocsp/!!"),
        ("GET", "/keys.json"),
        ("POST", "/crl/root.crl"),
        ("POST", "/"),
    ],
)
def test_nothing_else_is_there(ask, method, path):
    assert ask(method, path, b"x" if method == "POST" else None)[0] == 404


def test_a_request_of_many_bytes_is_not_read(ask, services):
    connection = http.client.HTTPConnection(services.address.removeprefix("http://"))
    connection.putrequest("POST", "/tsa")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
