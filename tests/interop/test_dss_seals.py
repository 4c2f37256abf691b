"""What we seal, judged by the EU's reference library with our TEST root as the only anchor."""

from __future__ import annotations

import pytest
from judge import Question
from judged_world import NOW
from seal_samples import PAYLOAD, SCHOOL

from issuer.seal import SoftSigner, jades

ALGORITHMS = ("ES256", "RS256", "PS256")


@pytest.fixture(scope="module", params=ALGORITHMS)
def made(request, infrastructure):
    return infrastructure(request.param)


def _sealed(made) -> bytes:
    store = made.open()
    key, signer = store.key(SCHOOL.owner, "seal"), SoftSigner(store)
    prepared = jades.prepare(PAYLOAD, key, int(NOW.timestamp()))
    [signature] = signer.sign_many(key, [prepared.digest])
    return jades.assemble(prepared, signature)


def test_level_b_passes(made, dss, tmp_path) -> None:
    file = tmp_path / "b.json"
    file.write_bytes(_sealed(made))
    with dss(made.anchors) as judge:
        [answer] = judge.ask([Question(file)])
    assert answer.format == "JAdES-BASELINE-B"
    assert answer.indication == "TOTAL_PASSED", answer.raw
    assert answer.signature["structure"] == []
    assert answer.signature["errors"] == []


@pytest.mark.parametrize(("old", "new"), [(b"Ilze", b"Anna"), (b'"signature":"', b'"signature":"A')])
def test_a_broken_one_does_not(made, dss, tmp_path, old: bytes, new: bytes) -> None:
    good = _sealed(made)
    broken = good.replace(old, new, 1)
    assert broken != good
    file = tmp_path / "broken.json"
    file.write_bytes(broken)
    with dss(made.anchors) as judge:
        [answer] = judge.ask([Question(file)])
    assert answer.indication in ("TOTAL_FAILED", "NO_FILE"), answer.raw
