"""A key is lost: which documents need new evidence, and which were time-stamped before."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.bulk.key_documents import documents_of_key
from issuer.errors import AtestatsError
from issuer.render import qr_png
from issuer.seal import KeyStore, SealKey, SoftSigner, ec1, jades, levels
from issuer.seal.jades_document import parse
from issuer.seal.time_stamping import TimeStampAuthority
from issuer.seal.tsa_client import timestamp_request
from issuer.seal.tsp import parse_token

SEALED_AT = dt.datetime(2037, 8, 1, 9, 0, tzinfo=dt.UTC)
LOST_AT = dt.datetime(2037, 8, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def store(keys: Path, tmp_path: Path) -> KeyStore:
    shutil.copytree(keys, tmp_path / "keys")
    return KeyStore.open(tmp_path / "keys", key_file=keys.parent / "key-file")


def schools(store: KeyStore) -> tuple[str, str]:
    one, two, *_ = sorted({key.owner for key in store.public_keys.keys if key.owner.isdigit()})
    return one, two


def seal(store: KeyStore, owner: str, number: int) -> bytes:
    key = store.key(owner, "seal")
    prepared = jades.prepare(b'{"id":"%d"}' % number, key, int(SEALED_AT.timestamp()))
    return jades.assemble(prepared, SoftSigner(store).sign_many(key, [prepared.digest])[0])


def stamp(store: KeyStore, data: bytes, at: dt.datetime) -> bytes:
    from issuer.seal import der

    authority = TimeStampAuthority(store.key("timestamp", "timestamp"), SoftSigner(store), clock=lambda: at)
    answer = authority.answer(timestamp_request(levels.signature_imprint(parse(data)), "sha256", 7))
    return levels.with_timestamp(data, parse_token(der.read(answer).children()[1].raw).raw)


def code(store: KeyStore, owner: str, number: int) -> bytes:
    """The picture of a QR code that the owner's key for codes has sealed."""
    key: SealKey = store.key(owner, "qr")
    claims = ec1.Claims(
        issued_at=int(SEALED_AT.timestamp()),
        given_names="Anna",
        family_name="Paraudziņa",
        date_of_birth=dt.date(2018, 4, 1),
        school_name="Paraugpils ģimnāzija",
        school_reg_no=owner,
        document_type=2,
        series="PV",
        number=f"{number:06d}",
        completed=dt.date(2037, 6, 20),
        programme_code="31016011",
        eqf_level=4,
        credential_ref=ec1.credential_ref(str(number)),
        document_digest=ec1.document_digest(b"{}"),
    )
    prepared = ec1.prepare(claims, key.kid8)
    return qr_png(ec1.to_url(ec1.assemble(prepared, SoftSigner(store).sign_many(key, [prepared.digest])[0])))


@pytest.fixture
def out(store, tmp_path) -> Path:
    """0: no time stamp; 1: stamped before the loss; 2: after it; 3: of another school."""
    one, two = schools(store)
    files = [seal(store, owner, number) for number, owner in enumerate((one, one, one, two))]
    files[1] = stamp(store, files[1], LOST_AT - DAY)
    files[2] = stamp(store, files[2], LOST_AT + DAY)
    for number, data in enumerate(files):
        path = tmp_path / f"out/documents/ATE_VVI/0{number}/{number}.jsonld"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        path.with_suffix(".qr.png").write_bytes(code(store, two if number == 3 else one, number))
    return tmp_path / "out"


def needs(out: Path, key: SealKey) -> dict[str, str]:
    return {Path(each.path).stem: each.needs for each in documents_of_key(out, key, LOST_AT)}


def test_only_a_time_stamp_from_before_keeps_a_document(store, out):
    one, two = schools(store)
    assert needs(out, store.key(one, "seal")) == {"0": "evidence", "1": "nothing", "2": "evidence"}
    assert needs(out, store.key(two, "seal")) == {"3": "evidence"}
    assert needs(out, store.key("ministry", "seal")) == {}


def test_codes_of_a_key_for_codes_need_to_be_made_anew(store, out):
    one, two = schools(store)
    assert needs(out, store.key(one, "qr")) == {"0": "new_code", "1": "new_code", "2": "new_code"}
    assert needs(out, store.key(two, "qr")) == {"3": "new_code"}


def test_a_stamp_of_something_else_is_no_proof(store, out):
    """The token of another document, put in by hand."""
    one, _ = schools(store)
    stamped = json.loads((out / "documents/ATE_VVI/01/1.jsonld").read_bytes())
    bare = json.loads((out / "documents/ATE_VVI/00/0.jsonld").read_bytes())
    bare["signatures"][0]["header"] = stamped["signatures"][0]["header"]
    (out / "documents/ATE_VVI/00/0.jsonld").write_text(json.dumps(bare))
    assert needs(out, store.key(one, "seal"))["0"] == "evidence"


def test_a_damaged_document_is_not_passed_over(store, out):
    (out / "documents/ATE_VVI/00/0.jsonld").write_bytes(b"{")
    with pytest.raises(AtestatsError):
        needs(out, store.key(schools(store)[0], "seal"))


def test_the_command_stops_the_key_first_and_names_its_documents(store, out, tmp_path):
    one, _ = schools(store)
    key = store.key(one, "seal")
    command = [
        sys.executable, "-m", "issuer.cli", "keys", "compromise", key.key_id, "--keys", str(store.folder),
        "--reason", "laptop stolen", "--since", LOST_AT.isoformat(), "--at", (LOST_AT + 2 * DAY).isoformat(),
        "--documents", str(out), "--report", str(tmp_path / "report.jsonl"),
    ]  # fmt: skip
    for _ in range(2):  # the second time it only looks
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "       2  vajag jaunu pierādījumu" in done.stdout
        assert "       1  laika zīmogs ir vecāks" in done.stdout
        report = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
        assert [each["needs"] for each in report] == ["evidence", "nothing", "evidence"]
        assert report[1]["proven_at"] == "2037-08-09T00:00:00+00:00"
        assert report[0]["credential_id"] == "urn:credential:0"
    assert [event.state for event in store.public_keys.history(key.key_id)] == ["active", "compromised"]
    assert store.public_keys.record(key.key_id).invalid_since == LOST_AT

    (out / "documents/ATE_VVI/00/0.jsonld").write_bytes(b"{")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "0.jsonld" in done.stderr  # which one
