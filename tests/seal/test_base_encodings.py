"""Base45 and base64url: the RFCs' vectors, the standard library as the other implementation, one text per value."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.seal import base45, base64url

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
RFC_4648 = [
    (b"", ""),
    (b"f", "Zg"),
    (b"fo", "Zm8"),
    (b"foo", "Zm9v"),
    (b"foob", "Zm9vYg"),
    (b"fooba", "Zm9vYmE"),
]


@pytest.mark.parametrize(("data", "text"), [*RFC_9285, (b"", "")])
def test_base45_gives_the_texts_of_rfc_9285(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["GGW", "B", "BB8B", "bb8", "ĀB8", ":::", "::", "BB\n", "00\x00"])
def test_base45_refuses_what_the_encoder_never_writes(text):
    """ "GGW" is 65536, the overflow that RFC 9285, section 6, warns of."""
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)


@given(st.binary(max_size=300))
def test_base45_round_trip(data):
    text = base45.encode(data)
    assert base45.decode(text) == data
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(("data", "text"), RFC_4648)
def test_base64url_gives_the_texts_of_rfc_4648(data, text):
    assert base64url.encode(data) == text
    assert base64url.decode(text) == data


@given(st.binary(max_size=300))
def test_base64url_agrees_with_the_standard_library(data):
    assert base64url.encode(data).encode() == base64.urlsafe_b64encode(data).rstrip(b"=")
    assert base64url.decode(base64url.encode(data)) == data


@given(st.text(alphabet=st.sampled_from("AQgwZz09-_+/=\n ĀE"), max_size=12))
def test_base64url_has_one_text_for_one_value(text):
    try:
        data = base64url.decode(text)
    except ValueError:
        return
    assert base64url.encode(data) == text


@pytest.mark.parametrize("text", ["Zh", "Zm9=", "Zg==", "Zm9vY", "Zm+v", "Zm/v", "Zm9v\n", "Zm 9v", "Zmā"])
def test_base64url_refuses_padding_slack_bits_and_foreign_letters(text):
    with pytest.raises(ValueError, match="base64url"):
        base64url.decode(text)
