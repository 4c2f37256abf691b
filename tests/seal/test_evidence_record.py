"""Evidence records: read, judged, made for a batch, renewed. The time stamps come from `openssl ts`."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from openssl_tsa import OpensslTsa

from issuer.seal import der
from issuer.seal.evidence_making import make, renew_hash_trees, renew_time_stamps
from issuer.seal.evidence_record import EvidenceError, parse, verify
from issuer.seal.tsp import TimestampError, TimestampToken, parse_token

FILES = [b"file %d" % number for number in range(11)]


@pytest.fixture(scope="module")
def tsa(tmp_path_factory) -> OpensslTsa:
    return OpensslTsa(tmp_path_factory.mktemp("tsa"))


def check(raw: bytes, _until: dt.datetime | None) -> TimestampToken:
    token = parse_token(raw)
    token.check_signature()
    return token


def digests(algorithm: str, files: list[bytes] = FILES) -> list[bytes]:
    return [hashlib.new(algorithm, file).digest() for file in files]


def code(record: bytes, data: bytes) -> str:
    with pytest.raises(EvidenceError) as error:
        verify(parse(record), data, check)
    return error.value.code


def test_the_sample_of_the_eu_library_is_accepted(shared) -> None:
    folder = shared / "vectors" / "jades" / "dss" / "evidence-record"
    [record], [file] = folder.glob("*.ers"), folder.glob("*.json")
    proof = verify(parse(record.read_bytes()), file.read_bytes(), check)
    assert proof.proven_time == dt.datetime(2024, 1, 19, 14, 1, 48, tzinfo=dt.UTC)  # openssl ts -reply -text
    assert code(record.read_bytes(), file.read_bytes() + b" ") == "EVIDENCE_OTHER_DATA"


@pytest.mark.parametrize("count", range(1, 12))
def test_one_token_proves_any_number_of_files_and_nothing_else(tsa, count: int) -> None:
    calls = tsa.calls
    records = make(digests("sha256")[:count], "sha256", tsa.stamp)
    assert tsa.calls == calls + 1
    for file, record in zip(FILES, records, strict=False):
        proof = verify(parse(record), file, check)
        assert len(proof.tokens) == 1
        assert proof.proven_time == proof.tokens[0].gen_time
        assert code(record, file + b"!") == "EVIDENCE_OTHER_DATA"
        lists = parse(
            record
        ).last.lists  # no list of one hash at the leaf: readers disagree about its meaning
        assert not lists or 2 <= len(lists[0]) <= 3


def test_no_files_need_no_token() -> None:
    assert make([], "sha256", lambda *_: pytest.fail("asked")) == []


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_time_stamps_are_renewed_over_the_old_token(tsa, name: str) -> None:
    records = make(digests(name), name, tsa.stamp)
    calls = tsa.calls
    renewed = renew_time_stamps([parse(each) for each in records], tsa.stamp)
    assert tsa.calls == calls + 1  # all shared one token
    for file, before, after in zip(FILES, records, renewed, strict=True):
        proof = verify(parse(after), file, check)
        assert proof.proven_time == verify(parse(before), file, check).proven_time
        assert len(proof.tokens) == 2
        assert len(parse(after).chains) == 1


def test_records_of_several_batches_and_hashes_are_renewed_together(tsa) -> None:
    old = [parse(make([digest], "sha256", tsa.stamp)[0]) for digest in digests("sha256", FILES[:3])]
    old += [parse(each) for each in make(digests("sha512", FILES[3:5]), "sha512", tsa.stamp)]
    calls = tsa.calls
    renewed = renew_time_stamps(old, tsa.stamp)
    assert tsa.calls == calls + 2  # one for each hash function
    for file, record in zip(FILES, renewed, strict=False):
        assert len(verify(parse(record), file, check).tokens) == 2


def test_hash_trees_are_renewed_with_a_stronger_hash(tsa) -> None:
    records = [parse(each) for each in make(digests("sha256"), "sha256", tsa.stamp)]
    twice = [parse(each) for each in renew_time_stamps(records, tsa.stamp)]
    renewed = renew_hash_trees(twice, digests("sha512"), "sha512", tsa.stamp)
    again = renew_time_stamps([parse(each) for each in renewed], tsa.stamp)
    for file, record in zip(FILES, again, strict=True):
        proof = verify(parse(record), file, check)
        assert [token.imprint_algorithm for token in proof.tokens] == ["sha256", "sha256", "sha512", "sha512"]
        assert proof.algorithm == "sha512"
        assert parse(record).algorithms == ("sha256", "sha512")


def test_a_renewal_of_another_record_is_refused(tsa) -> None:
    """Each part is genuine; only together they prove nothing."""
    one, other = (parse(make([digest], "sha256", tsa.stamp)[0]) for digest in digests("sha256", FILES[:2]))
    [renewed] = map(parse, renew_time_stamps([other], tsa.stamp))
    foreign = der.sequence(one.last.raw, renewed.last.raw)
    assert code(_record(foreign), FILES[0]) == "EVIDENCE_BROKEN"
    [stronger] = map(parse, renew_hash_trees([other], digests("sha512", [FILES[0]]), "sha512", tsa.stamp))
    mixed = _record(one.chain_raws[0], stronger.chain_raws[1])
    assert code(mixed, FILES[0]) == "EVIDENCE_BROKEN"


def test_one_hash_function_in_a_chain(tsa) -> None:
    """RFC 4998, 5.2: a new hash function begins a new chain."""
    record = parse(make(digests("sha256", FILES[:1]), "sha256", tsa.stamp)[0])
    token = tsa.stamp("sha512", hashlib.sha512(record.last.token).digest())
    mixed = der.sequence(record.last.raw, der.sequence(token))
    assert code(_record(mixed), FILES[0]) == "EVIDENCE_ALGORITHM"


def test_a_renewal_older_than_what_it_renews_is_refused(tsa) -> None:
    record = parse(make(digests("sha256", FILES[:1]), "sha256", tsa.stamp)[0])
    renewed = parse(renew_time_stamps([record], tsa.stamp)[0])
    times = {renewed.chains[0][0].token: 2040, renewed.last.token: 2039}

    def shifted(raw: bytes, _until: dt.datetime | None) -> TimestampToken:
        token = check(raw, None)
        object.__setattr__(token, "gen_time", dt.datetime(times[raw], 1, 1, tzinfo=dt.UTC))
        return token

    with pytest.raises(EvidenceError, match="EVIDENCE_ORDER"):
        verify(renewed, FILES[0], shifted)


def test_each_signer_must_have_been_good_until_the_renewal(tsa) -> None:
    record = parse(make(digests("sha256", FILES[:1]), "sha256", tsa.stamp)[0])
    renewed = parse(renew_time_stamps([record], tsa.stamp)[0])
    asked: list[dt.datetime | None] = []

    def noting(raw: bytes, until: dt.datetime | None) -> TimestampToken:
        asked.append(until)
        return check(raw, until)

    proof = verify(renewed, FILES[0], noting)
    assert asked == [None, proof.tokens[1].gen_time]


def test_a_broken_token_goes_through_as_its_own_error(tsa) -> None:
    record = make(digests("sha256", FILES[:2]), "sha256", tsa.stamp)[0]
    with pytest.raises(TimestampError):
        verify(parse(record[:-1] + bytes((record[-1] ^ 1,))), FILES[0], check)


def test_every_cut_and_every_flipped_bit_is_refused_in_words(tsa) -> None:
    record = make(digests("sha256", FILES[:3]), "sha256", tsa.stamp)[0]
    for length in range(0, len(record), 7):
        with pytest.raises(EvidenceError):
            parse(record[:length])
    survived = []
    for place in range(0, len(record), 3):
        changed = record[:place] + bytes((record[place] ^ 4,)) + record[place + 1 :]
        try:
            verify(parse(changed), FILES[0], check)
        except (EvidenceError, TimestampError):
            continue
        survived.append(place)
    # What no signature covers: digestAlgorithms of CMS and certificates that the token carries beside its own.
    token = record.index(parse(record).last.token)
    assert all(place > token for place in survived)


def _record(*chains: bytes) -> bytes:
    sha256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
    return der.sequence(der.integer(1), der.sequence(sha256), der.sequence(*chains))
