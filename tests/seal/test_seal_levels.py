"""Levels of a seal: outside samples are rebuilt item by item, and their time stamps cover what we say they cover."""

from __future__ import annotations

import json

import pytest
from seal_samples import refusal

from issuer.seal import etsi_u, jades, levels, tsp

EDC = ["credential-signed.jsonld", "json_sealed_advanced.json", "json_to_seal-signed-jades-baseline-lta.json"]


@pytest.fixture(scope="module")
def own(shared):
    return lambda level: (shared / f"vectors/jades/own/ok-b-{level}.json").read_bytes()


@pytest.mark.parametrize(("name", "level"), [("bb", "B-B"), ("bt", "B-T"), ("lt", "B-LT"), ("lta", "B-LTA")])
def test_the_level_is_seen(own, name, level):
    assert levels.level_of(jades.parse(own(name))) == level


@pytest.mark.parametrize("name", ["own/ok-b-lta.json", *(f"edc/{name}" for name in EDC)])
def test_the_stamps_of_outside_files_cover_what_we_compute(shared, name):
    """TS 119 182-1, 5.3.4 and 5.3.6.2, against files that the EU's library made."""
    document = jades.parse((shared / "vectors/jades" / name).read_bytes())
    [seal] = document.signatures
    seen = []
    for place, item in enumerate(etsi_u.read_items(seal)):
        if item.name in ("sigTst", "arcTst"):
            token = tsp.parse_token(etsi_u.tokens(item)[0])
            algorithm = token.imprint_algorithm
            if item.name == "sigTst":
                assert token.imprint == levels.signature_imprint(document, algorithm)
            else:
                assert token.imprint == levels.archive_imprint(document, place, algorithm)
                assert token.imprint != levels.archive_imprint(document, place - 1, algorithm)
            seen.append(item.name)
    assert seen == ["sigTst", "arcTst"]
    assert levels.level_of(document) == "B-LTA"


@pytest.mark.parametrize(
    ("name", "which"),
    [("jades-lta.json", []), ("jades-lta-broken-arcTst.json", [3]), ("jades-triple-LTA.json", [])],
)
def test_stamps_of_the_reference_library_and_a_broken_one(shared, name, which):
    document = jades.parse((shared / "vectors/jades/dss" / name).read_bytes())
    wrong = []
    for place, item in enumerate(etsi_u.read_items(document.signatures[0])):
        if item.name == "arcTst":
            token = tsp.parse_token(etsi_u.tokens(item)[0])
            if token.imprint != levels.archive_imprint(document, place, token.imprint_algorithm):
                wrong.append(place)
    assert wrong == which


def parts(data: bytes) -> list[dict]:
    [seal] = jades.parse(data).signatures
    return [{item.name: item.value} for item in etsi_u.read_items(seal)]


def test_an_outside_b_lta_file_is_rebuilt_from_its_parts(own):
    """Same signature, same items in the same order, so the same evidence: our writer agrees with another."""
    target = jades.parse(own("lta"))
    stamp, *_, archive = etsi_u.read_items(target.signatures[0])
    data = etsi_u.validation_data(etsi_u.read_items(target.signatures[0]))
    bare = jades.serialise(
        target.payload_text,
        [(target.signatures[0].protected_b64, target.signatures[0].signature_b64, ())],
    )
    assert levels.level_of(jades.parse(bare)) == "B-B"
    stamped = levels.with_timestamp(bare, etsi_u.tokens(stamp)[0])
    assert levels.level_of(jades.parse(stamped)) == "B-T"
    complete = levels.with_validation_data(stamped, data.certificates, data.crls, data.ocsps)
    assert levels.level_of(jades.parse(complete)) == "B-LT"
    sealed = levels.with_archive_timestamp(complete, etsi_u.tokens(archive)[0])
    assert parts(sealed) == parts(own("lta"))
    document = jades.parse(sealed)
    assert (document.payload, document.signatures[0].protected_b64) == (
        target.payload,
        target.signatures[0].protected_b64,
    )
    assert jades.is_as_written(sealed, document)
    for earlier, later in ((bare, stamped), (stamped, complete), (complete, sealed)):
        assert later.startswith(earlier[: earlier.index(b'"signatures":[{"protected":"')])


def test_a_step_out_of_its_order_is_refused(own):
    [token] = etsi_u.tokens(etsi_u.read_items(jades.parse(own("bt")).signatures[0])[0])
    assert refusal(levels.with_timestamp, own("bt"), token) == "LEVEL_ORDER"
    assert refusal(levels.with_archive_timestamp, own("bt"), token) == "LEVEL_ORDER"
    assert refusal(levels.with_validation_data, own("bb"), [], [b"x"], []) == "LEVEL_ORDER"
    assert refusal(levels.with_validation_data, own("lt"), [], [b"x"], []) == "LEVEL_ORDER"
    assert refusal(levels.with_validation_data, own("bt"), [b"x"], [], []) == "LEVEL_EMPTY"


def test_a_stamp_of_another_document_is_refused(own, file):
    [token] = etsi_u.tokens(etsi_u.read_items(jades.parse(own("bt")).signatures[0])[0])
    assert refusal(levels.with_timestamp, file, token) == "LEVEL_IMPRINT"
    assert refusal(levels.with_archive_timestamp, own("lt"), token) == "LEVEL_IMPRINT"
    assert refusal(levels.with_timestamp, own("bb"), b"no token") == "TSP_FORM"


def test_validation_data_after_an_archive_stamp_goes_into_tst_vd(own):
    more = levels.with_validation_data(own("lta"), [b"certificate"], [b"list"], [b"answer"])
    assert list(parts(more)[-1]) == ["tstVD"]
    found = etsi_u.validation_data(etsi_u.read_items(jades.parse(more).signatures[0]))
    assert found.certificates[-1] == b"certificate"
    assert (found.crls[-1], found.ocsps[-1]) == (b"list", b"answer")


def test_what_x5c_holds_is_not_repeated(own):
    in_header = levels.header_certificates(jades.parse(own("bt")).signatures[0])
    assert in_header
    complete = levels.with_validation_data(own("bt"), in_header, [], [b"answer"])
    assert [list(part) for part in parts(complete)] == [["sigTst"], ["rVals"]]


@pytest.mark.parametrize(
    "etsi_u_value",
    ["x", [], [1], ["!"], ["e30"], [{"sigTst": {}}], ["eyJhIjoxLCJiIjoyfQ"], ["eyJ4VmFscyI6MX0"]],
)
def test_properties_with_two_readings_are_refused(own, etsi_u_value):
    outer = json.loads(own("bb"))
    outer["signatures"][0]["header"] = {"etsiU": etsi_u_value}
    document = jades.parse(json.dumps(outer).encode())
    if etsi_u_value == ["eyJ4VmFscyI6MX0"]:  # {"xVals":1}
        assert refusal(etsi_u.validation_data, etsi_u.read_items(document.signatures[0])) == "JADES_ETSIU"
    else:
        assert refusal(levels.level_of, document) == "JADES_ETSIU"


def test_our_headers_fit_the_schema_of_the_standard(shared, own):
    """The ETSI JSON Schema of unprotected headers, over what our writer made of the outside file's parts."""
    import jsonschema
    from referencing import Registry, Resource

    folder = shared / "vectors/jades/schema"
    schemas = {path.name: json.loads(path.read_bytes()) for path in folder.glob("*.json")}
    registry = Registry().with_resources(
        [(name, Resource.from_contents(schema)) for name, schema in schemas.items()]
        + [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values() if "$id" in schema]
    )
    validator = jsonschema.Draft201909Validator(
        schemas["19182-unprotected-jsonSchema.json"], registry=registry
    )
    data = etsi_u.validation_data(etsi_u.read_items(jades.parse(own("lta")).signatures[0]))
    more = levels.with_validation_data(own("lta"), data.certificates, data.crls, data.ocsps)
    header = json.loads(more)["signatures"][0]["header"]
    assert list(validator.iter_errors(header)) == []
    clear = {"etsiU": parts(more)}
    assert list(validator.iter_errors(clear)) == []
    clear["etsiU"][0]["sigTst"]["tstTokens"][0].pop("val")
    assert list(validator.iter_errors(clear))
