"""Remote seal services for tests: a PKI of Certomancer's, its dummy CSC v1 server, and a strict v2 server.

Both sign with Certomancer's code, so that every signature comes from outside. The v2 server holds its clients to
the letter: bearer token, PIN, hashes bound to the authorisation, `multisign`, an authorisation used up or ended;
`script` makes single calls fail.
"""

from __future__ import annotations

import base64
import json
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from asn1crypto import algos, x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from csc_dummy.csc_dummy_server import generic_sign_prehashed

from issuer.seal import SealKey

IDENTIFIER = "NTRLV-90999911111"
LABELS = {"ES256": "school-ec", "RS256": "school-rsa", "PS256": "school-rsa"}


def make_pki(home: Path) -> CertomancerConfig:
    """Root and two seal certificates, P-256 and RSA-3072, as Certomancer makes them."""
    private = {
        "root": ec.generate_private_key(ec.SECP256R1()),
        "school-ec": ec.generate_private_key(ec.SECP256R1()),
        "school-rsa": rsa.generate_private_key(65537, 3072),
    }
    for name, key in private.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (home / f"{name}.pem").write_bytes(pem)
    validity = {"valid-from": "2037-01-01T00:00:00+0000", "valid-to": "2040-01-01T00:00:00+0000"}
    certificates = {
        name: {
            "subject": name,
            "subject-key": name,
            "issuer": "root",
            "authority-key": "root",
            "validity": validity,
        }
        for name in private
    }
    for name, certificate in certificates.items():
        usage = ["key_cert_sign", "crl_sign"] if name == "root" else ["non_repudiation"]
        certificate["extensions"] = [
            {"id": "basic_constraints", "critical": True, "value": {"ca": name == "root"}},
            {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": usage}},
        ]
    entities = {
        name: {
            "country-name": "LV",
            "organization-name": "TEST",
            "organization-identifier": IDENTIFIER,
            "common-name": f"TEST {name}",
        }
        for name in private
    }
    config = {
        "keysets": {"keys": {"keys": {name: {"path": f"{name}.pem"} for name in private}}},
        "pki-architectures": {"pki": {"keyset": "keys", "entities": entities, "certs": certificates}},
    }
    (home / "certomancer.yml").write_text(yaml.safe_dump(config))
    return CertomancerConfig.from_file(str(home / "certomancer.yml"))


def seal_key(pki: CertomancerConfig, algorithm: str) -> SealKey:
    """The public side of a remote key."""
    return _key(pki.get_pki_arch(ArchLabel("pki")).get_cert(CertLabel(LABELS[algorithm])), algorithm)


def _key(certificate: x509.Certificate, algorithm: str) -> SealKey:
    spki = certificate.public_key.dump()
    key_id = f"9900000001/seal/{algorithm}"
    return SealKey(key_id, "9900000001", "seal", algorithm, IDENTIFIER, (certificate.dump(),), spki)


class DummyV1:
    """`certomancer-csc-dummy` in a process of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "csc_dummy", str(home / "certomancer.yml"), str(port), "2"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                socket.create_connection(("localhost", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the dummy CSC server did not start")

    def key(self, algorithm: str) -> SealKey:
        """The public side of a remote key, as the service tells it (its process certifies anew)."""
        body = json.dumps({"credentialID": f"pki/{LABELS[algorithm]}"}).encode()
        request = urllib.request.Request(
            f"{self.url}/csc/v1/credentials/info", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            told = json.load(answer)
        return _key(x509.Certificate.load(base64.b64decode(told["cert"]["certificates"][0])), algorithm)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@dataclass
class StrictV2:
    """A CSC 2.0 service. `script`: what happens to the coming calls of a method, one after the other."""

    pki: CertomancerConfig
    multisign: int = 10
    lasts: float = 300.0
    token: str = "tikai-testam"
    pin: str | None = None
    raw_ecdsa: bool = False
    delayed: bool = False
    now: Callable[[], float] = time.monotonic
    script: dict[str, list[str]] = field(default_factory=dict)
    calls: list[tuple[str, int]] = field(default_factory=list)
    """Method and number of hashes of every call that came."""
    changes: dict[str, dict] = field(default_factory=dict)
    """Members to replace in the answer of a method."""

    def __post_init__(self) -> None:
        self.grants: dict[str, dict] = {}
        self.waiting: dict[str, list[str]] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = service.answer(self.path, self.headers.get("Authorization"), body)
                if status == 0:
                    self.close_connection = True
                    self.connection.close()
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "7")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, authorization: str | None, body: dict) -> tuple[int, object]:
        method = path.removeprefix("/csc/v2/")
        self.calls.append((method, len(body.get("hashes", ()))))
        step = self.script[method].pop(0) if self.script.get(method) else ""
        if step == "drop":
            return 0, {}
        if step in ("429", "503", "500"):
            return int(step), {}
        if step == "nonsense":
            return 200, b"<html>"
        if authorization != f"Bearer {self.token}":
            return 401, {"error": "invalid_token"}
        try:
            answer = {
                "credentials/info": self.info,
                "credentials/authorize": self.authorize,
                "signatures/signHash": self.sign,
                "signatures/signPolling": self.polled,
            }[method](body)
        except (KeyError, AssertionError) as error:
            return 400, {"error": "invalid_request", "error_description": f"{type(error).__name__}: {error}"}
        if step == "lost":  # signed and counted, but the answer does not arrive
            return 0, {}
        if step == "partial":
            answer["signatures"] = answer["signatures"][:-2]
        if step == "swapped":
            answer["signatures"] = answer["signatures"][::-1]
        if step == "empty":
            answer["signatures"] = []
        return 200, answer | self.changes.get(method, {})

    def info(self, body: dict) -> dict:
        arch = self.pki.get_pki_arch(ArchLabel("pki"))
        certificate = arch.get_cert(CertLabel(body["credentialID"]))
        kind = certificate.public_key.algorithm
        names = {"ec": ["sha256_ecdsa"], "rsa": ["sha256_rsa", "rsassa_pss"]}[kind]
        mode = {"mode": "explicit", "objects": [{"type": "Password", "id": "password-1"}]}
        return {
            "key": {
                "status": "enabled",
                "algo": [algos.SignedDigestAlgorithmId(name).dotted for name in names],
            },
            "cert": {
                "certificates": [
                    base64.b64encode(each.dump()).decode()
                    for each in (certificate, arch.get_cert(CertLabel("root")))
                ]
            },
            "auth": mode if self.pin else {"mode": "implicit"},
            "SCAL": "2",
            "multisign": self.multisign,
        }

    def authorize(self, body: dict) -> dict:
        hashes = body["hashes"]
        assert body["hashAlgorithmOID"] == "2.16.840.1.101.3.4.2.1", "hashAlgorithmOID"
        assert 0 < body["numSignatures"] == len(hashes) <= self.multisign, "numSignatures"
        assert "hash" not in body, "hash is v1"
        if self.pin:
            assert body["authData"] == [{"id": "password-1", "value": self.pin}], "authData"
        sad = secrets.token_urlsafe(16)
        self.grants[sad] = {
            "credential": body["credentialID"],
            "hashes": list(hashes),
            "until": self.now() + self.lasts,
        }
        return {"SAD": sad, "expiresIn": int(self.lasts)}

    def sign(self, body: dict) -> dict:
        grant = self.grants[body["SAD"]]
        assert self.now() < grant["until"], "SAD expired"
        assert grant["credential"] == body["credentialID"], "credentialID"
        assert body["hashAlgorithmOID"] == "2.16.840.1.101.3.4.2.1", "hashAlgorithmOID"
        for each in body["hashes"]:
            assert each in grant["hashes"], "hash not authorised or used up"
            grant["hashes"].remove(each)
        signatures = [self._signed(body, base64.b64decode(each)) for each in body["hashes"]]
        if self.delayed:
            self.waiting["r1"] = signatures
            return {"responseID": "r1"}
        return {"signatures": signatures}

    def polled(self, body: dict) -> dict:
        if self.calls[-2][0] != "signatures/signPolling":
            return {"processing": True}
        return {"signatures": self.waiting.pop(body["responseID"])}

    def _signed(self, body: dict, digest: bytes) -> str:
        arch = self.pki.get_pki_arch(ArchLabel("pki"))
        private = arch.key_set.get_private_key(
            arch.get_cert_spec(CertLabel(body["credentialID"])).subject_key
        )
        parameters = body.get("signAlgoParams")
        if parameters is not None:
            parameters = algos.RSASSAPSSParams.load(base64.b64decode(parameters))
        algorithm = algos.SignedDigestAlgorithm({"algorithm": body["signAlgo"], "parameters": parameters})
        signature = generic_sign_prehashed(private, digest, algorithm, "sha256")
        if self.raw_ecdsa:
            signature = algos.DSASignature.load(signature).to_p1363()
        return base64.b64encode(signature).decode()
