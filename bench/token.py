"""Signing with a PKCS#11 token through the process that serves it: rates with one and two clients.

    python -m bench.token [--quick]

SoftHSM2 stands in for a network HSM, whose own limit is its licence. Wall time, and CPU time of the serving
process; every signature is checked by the client, as in a sealing run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from issuer.seal import KeyStore, SealKey
from issuer.seal.certificate_request import certificate_request, subject_name
from issuer.seal.dev_ca import certify_request
from issuer.seal.key import Algorithm
from issuer.seal.key_making import on_token
from issuer.seal.key_register import KeyRegister
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys
from issuer.seal.remote_signer import RemoteSigner

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
_START = dt.datetime(2037, 6, 1, tzinfo=dt.UTC)
_HOLDER = Holder("9900000001", "Paraugpils ģimnāzija", "NTRLV-90999911111")


def main() -> None:
    """Print one line per algorithm and number of clients."""
    parser = argparse.ArgumentParser(prog="python -m bench.token")
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    if not MODULE.exists() or shutil.which("softhsm2-util") is None:
        print("SoftHSM2 is not installed: nothing measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), 200 if quick else 20_000, 10 if quick else 500)


def _run(home: Path, many: int, few: int) -> None:
    served = _serve(home)
    try:
        store = KeyStore.open(home / "keys", key_file=home / "key-file")
        sizes: tuple[tuple[Algorithm, int], ...] = (("ES256", many), ("RS256", few))
        for algorithm, count in sizes:
            key = _key(store, algorithm, home / "t.sock")
            for clients in (1, 2):
                wall, cpu, mine = _measure(home / "t.sock", key, count, clients, served.pid)
                print(
                    f"{algorithm}, {clients} client(s): {count / wall:8.0f}/s wall, "
                    f"{count / cpu:8.0f} per CPU-s of the serving process, {count / mine:8.0f} of the clients"
                )
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(30)


def _serve(home: Path) -> subprocess.Popen[str]:
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(
        f"directories.tokendir = {home / 'tokens'}\nobjectstore.backend = file\n"
    )
    environment = {**os.environ, "SOFTHSM2_CONF": str(home / "softhsm2.conf"), "ATESTATS_TOKEN_PIN": "271828"}
    command = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "bench",
        "--pin",
        "271828",
        "--so-pin",
        "314159",
    ]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    lock = Lock.new(key_file=home / "key-file")
    keys = development_keys([_HOLDER], _HOLDER, algorithm="ES256", start=_START)
    KeyStore.create(home / "keys", keys, lock=lock, made_at=_START, is_test=True)
    words = ["-m", "issuer.cli", "keys", "serve-token", "--keys", home / "keys", "--module", MODULE]
    words += ["--token", "bench", "--socket", home / "t.sock"]
    served = subprocess.Popen(
        [sys.executable, *map(str, words)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert served.stdout is not None
    served.stdout.readline()
    return served


def _key(store: KeyStore, algorithm: Algorithm, socket: Path) -> SealKey:
    owner, identifier = _HOLDER.owner + algorithm, _HOLDER.organization_identifier
    key = on_token(store.folder, owner, "seal", algorithm, identifier, socket=socket, at=_START).key
    request = certificate_request(key, subject_name(_HOLDER.name, identifier), RemoteSigner(socket))
    register = KeyRegister(store.folder)
    register.certify(key.key_id, certify_request(store, request, start=_START), at=_START)
    return register.activate(key.key_id, at=_START).key


def _measure(socket: Path, key: SealKey, count: int, clients: int, served: int) -> tuple[float, float, float]:
    """Seconds: wall, CPU of the serving process, CPU of the clients."""
    RemoteSigner(socket).sign_many(key, [bytes(32)])
    before, began = _cpu_of(served), time.perf_counter()
    mine = resource.getrusage(resource.RUSAGE_CHILDREN)
    context = get_context("fork")
    processes = [context.Process(target=_sign, args=(socket, key, count // clients)) for _ in range(clients)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - mine.ru_utime - mine.ru_stime
    return wall, max(_cpu_of(served) - before, 0.01), max(spent, 0.01)


def _sign(socket: Path, key: SealKey, count: int) -> None:
    signer = RemoteSigner(socket)
    for place in range(0, count, 200):  # about what one range of a sealing run asks for
        signer.sign_many(key, [n.to_bytes(32, "big") for n in range(place, min(place + 200, count))])


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
