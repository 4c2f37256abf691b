"""A time-stamping authority that is not ours: `openssl ts`, with keys made for one test run."""

from __future__ import annotations

import subprocess
from pathlib import Path

_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {title}
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
[tsa]
default_tsa = service
[service]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256, sha384, sha512
clock_precision_digits = 6
[ca]
default_ca = authority
[authority]
database = {folder}/index
default_md = sha256
default_crl_days = 7
ess_cert_id_alg = sha256
"""


class OpensslTsa:
    """`stamp(algorithm, digest)` returns a token in DER; `root` is the DER certificate that it leads to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.calls = 0
        (folder / "serial").write_text("01\n")
        for name, title in (("root", "Test TSA root"), ("tsa", "Test TSA")):
            (folder / f"{name}.cnf").write_text(_CONFIGURATION.format(title=title, folder=folder))
            self._openssl(
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key"
            )
        self._openssl("req", "-x509", "-new", "-key", "root.key", "-config", "root.cnf", "-extensions", "root",
                      "-days", "30", "-out", "root.crt")  # fmt: skip
        self._openssl("req", "-new", "-key", "tsa.key", "-config", "tsa.cnf", "-out", "tsa.csr")
        self._openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial",
                      "-extfile", "tsa.cnf", "-extensions", "stamping", "-days", "30", "-out", "tsa.crt")  # fmt: skip
        self.root = self._openssl("x509", "-in", "root.crt", "-outform", "DER")

    def crl(self) -> bytes:
        """The root's revocation list, empty, DER."""
        (self._folder / "index").write_text("")
        self._openssl(
            *(
                "ca",
                "-gencrl",
                "-config",
                "root.cnf",
                "-keyfile",
                "root.key",
                "-cert",
                "root.crt",
                "-out",
                "crl.pem",
            )
        )
        return self._openssl("crl", "-in", "crl.pem", "-outform", "DER")

    def stamp(self, algorithm: str, digest: bytes) -> bytes:
        self.calls += 1
        self._openssl(
            "ts", "-query", "-digest", digest.hex(), f"-{algorithm}", "-cert", "-no_nonce", "-out", "query"
        )
        return self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-inkey", "tsa.key",
                             "-signer", "tsa.crt", "-token_out")  # fmt: skip

    def _openssl(self, *arguments: str) -> bytes:
        done = subprocess.run(["openssl", *arguments], cwd=self._folder, capture_output=True, check=True)
        return done.stdout
