"""Nobody can change a sealed document: not one byte of the file, not one digit of the code."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from credentials import HOLDER, claims, credential
from hypothesis import given, settings
from hypothesis import strategies as st
from trust_world import GYMNASIUM, NOW, TECHNICAL, World

from issuer.seal import base64url, ec1
from issuer.trust import Bundle
from issuer.verify import verify


@pytest.fixture(scope="module")
def sealed(world: World) -> bytes:
    return world.seal(credential(world.reference), GYMNASIUM)


@pytest.fixture(scope="module")
def code(world: World, bundle: Bundle) -> str:
    return world.code(claims(bundle), GYMNASIUM)


def assert_refused(data: bytes, bundle: Bundle, what: str) -> None:
    verdict = verify(data, bundle, NOW)
    assert verdict.verdict == "failed", what
    assert verdict.document is None, what
    assert HOLDER not in str(verdict.as_dict()), what


def flipped(data: bytes, step: int, bit: int) -> Iterator[tuple[int, bytes]]:
    for place in range(0, len(data), step):
        yield place, data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


@pytest.mark.parametrize("bit", [0x01, 0x20])  # another letter; the other case of the same letter
def test_every_altered_byte_of_a_sealed_file_is_refused(sealed: bytes, bundle: Bundle, bit: int) -> None:
    assert verify(sealed, bundle, NOW).verdict == "passed"
    for place, data in flipped(sealed, 1, bit):
        assert_refused(data, bundle, f"byte {place}")


def test_every_byte_replaced_by_any_other_is_refused(sealed: bytes, bundle: Bundle) -> None:
    draw = random.Random(7)
    for place in range(len(sealed)):
        value = draw.choice([v for v in range(256) if v != sealed[place]])
        assert_refused(
            sealed[:place] + bytes([value]) + sealed[place + 1 :], bundle, f"byte {place} = {value}"
        )


def test_every_deleted_doubled_or_swapped_byte_is_refused(sealed: bytes, bundle: Bundle) -> None:
    for place in range(0, len(sealed) - 1, 3):
        assert_refused(sealed[:place] + sealed[place + 1 :], bundle, f"deleted {place}")
        assert_refused(
            sealed[:place] + sealed[place : place + 1] + sealed[place:], bundle, f"doubled {place}"
        )
        if sealed[place] != sealed[place + 1]:
            swapped = sealed[:place] + sealed[place : place + 2][::-1] + sealed[place + 2 :]
            assert_refused(swapped, bundle, f"swapped {place}")


def test_a_truncated_or_a_joined_file_is_refused(sealed: bytes, bundle: Bundle) -> None:
    for end in range(0, len(sealed), 97):
        assert_refused(sealed[:end], bundle, f"cut at {end}")
    assert_refused(sealed + sealed, bundle, "twice")
    assert_refused(sealed + b"x", bundle, "tail")


def test_the_seal_of_one_document_does_not_fit_another(world: World, sealed: bytes, bundle: Bundle) -> None:
    other = world.seal(credential(world.reference, validFrom="2028-06-19T00:00:00+03:00"), GYMNASIUM)
    cut = b'","signatures":'
    assert_refused(sealed.split(cut)[0] + cut + other.split(cut)[1], bundle, "transplanted")


def test_every_changed_digit_of_a_code_is_refused(code: str, bundle: Bundle) -> None:
    assert verify(code.encode(), bundle, NOW).verdict == "passed"
    start = code.index("#") + 1
    for place in range(start, len(code)):
        for digit in "0123456789":
            if digit != code[place]:
                changed = code[:place] + digit + code[place + 1 :]
                assert_refused(changed.encode(), bundle, f"digit {place} = {digit}")


def test_every_deleted_swapped_or_foreign_letter_of_a_code_is_refused(code: str, bundle: Bundle) -> None:
    start = code.index("#") + 1
    for place in range(start, len(code) - 1):
        assert_refused((code[:place] + code[place + 1 :]).encode(), bundle, f"deleted {place}")
        assert_refused((code[:place] + "_" + code[place:]).encode(), bundle, f"underscore {place}")
        assert_refused((code[:place] + "٣" + code[place + 1 :]).encode(), bundle, f"Arabic digit {place}")


def test_every_altered_bit_of_the_cose_bytes_is_refused(code: str, bundle: Bundle) -> None:
    cose = ec1.from_text(code)
    for place in range(len(cose)):
        for bit in range(8):
            changed = cose[:place] + bytes([cose[place] ^ 1 << bit]) + cose[place + 1 :]
            assert_refused(ec1.to_url(changed).encode(), bundle, f"bit {place}.{bit}")


def test_the_host_of_a_code_means_nothing(code: str, bundle: Bundle) -> None:
    # A code is judged by its seal; where its link would lead is for the camera's owner to look at.
    moved = code.replace("ATESTATS.LV", "VERIFY.EXAMPLE.ORG")
    assert verify(moved.encode(), bundle, NOW).as_dict() == verify(code.encode(), bundle, NOW).as_dict()


def test_a_code_signed_with_another_schools_key_under_this_schools_name_is_refused(
    world: World, bundle: Bundle
) -> None:
    ours, theirs = world.store.key(GYMNASIUM, "qr"), world.store.key(TECHNICAL, "qr")
    prepared = ec1.prepare(claims(bundle), ours.kid8)
    [signature] = world.signer.sign_many(theirs, [prepared.digest])
    assert_refused(ec1.to_url(ec1.assemble(prepared, signature)).encode(), bundle, "wrong key")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mutated_files_never_crash_and_never_pass(data: st.DataObject, sealed: bytes, bundle: Bundle) -> None:
    pieces = []
    place = 0
    for _ in range(data.draw(st.integers(1, 4))):
        cut = data.draw(st.integers(place, len(sealed)))
        pieces += [sealed[place:cut], data.draw(st.binary(min_size=1, max_size=8))]
        place = min(len(sealed), cut + data.draw(st.integers(0, 40)))
    changed = b"".join([*pieces, sealed[place:]])
    verdict = verify(changed, bundle, NOW)
    if verdict.verdict == "passed":  # only white space between the tokens of the outer JSON may differ
        assert b"".join(changed.split()) == b"".join(sealed.split())
        assert verdict.as_dict() == verify(sealed, bundle, NOW).as_dict()
    else:
        assert verdict.verdict == "failed"
        assert verdict.document is None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_end_in_a_verdict(bundle: Bundle, data: bytes) -> None:
    assert verify(data, bundle, NOW).verdict == "failed"


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=500))
def test_any_cose_bytes_end_in_a_verdict(bundle: Bundle, cose: bytes) -> None:
    text = f"HTTPS://ATESTATS.LV/V#{int.from_bytes(bytes([1]) + cose, 'big')}"
    assert verify(text.encode(), bundle, NOW).verdict == "failed"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "hasClaim",
                    "awardedBy",
                    "awardingBody",
                    "registration",
                    "notation",
                    "title",
                    "lv",
                    "grade",
                    "identifier",
                ]
            ),
            below,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(
        [
            "credentialSubject",
            "issuer",
            "identifier",
            "displayParameter",
            "validFrom",
            "issued",
            "expirationDate",
            "credentialStatus",
            "@context",
            "type",
            "id",
        ]
    ),
    value=_JSON,
)
def test_a_sealed_document_of_any_shape_ends_in_a_verdict(
    world: World, bundle: Bundle, name: str, value: object
) -> None:
    # A school's own seal stands on it, so every reader of the content is reached.
    data = world.seal({**credential(world.reference), name: value}, GYMNASIUM)
    verdict = verify(data, bundle, NOW)
    assert verdict.verdict in ("passed", "failed", "indeterminate")


def test_a_signature_with_its_spare_bits_set_is_refused(sealed: bytes, bundle: Bundle) -> None:
    # 64 bytes are 86 letters with 4 bits to spare; a lenient decoder reads 15 other endings as the same signature.
    value = sealed.rsplit(b'"signature":"', 1)[1].split(b'"')[0].decode()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    base64url.decode(value)
    for letter in set(letters) - {value[-1]}:
        assert_refused(sealed.replace(value.encode(), (value[:-1] + letter).encode()), bundle, letter)
