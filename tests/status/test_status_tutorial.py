"""The status of a document, from its slot to a verifier who is offline."""

from __future__ import annotations

import datetime as dt

from status_samples import NOW

from issuer.credential_id import derive, slot_of, with_slot
from issuer.status.reader import StatusLists

HOUR = dt.timedelta(hours=1)


def test_from_a_slot_to_a_verifier_without_a_network(store, operator):
    # Before a document is composed it gets a slot, and its identifier carries it.
    name = derive("9937900001|APL_VPI|R-17|")
    [ref, qr_ref] = store.allocate([name, f"{name}#qr"], year=2037)
    identifier = with_slot(name, ref)
    assert slot_of(identifier) == ref
    assert ref != qr_ref  # the code on paper and the file cannot be linked by their slots

    # The operator publishes the lists; a verifier has them in its bundle, and the operator's certificate.
    lists = StatusLists([operator.publish(store)["9472.cwt"]], [operator.certificate])
    answer = lists.status_of(slot_of(identifier), NOW + HOUR)
    assert (answer.state, answer.fresh, answer.as_of) == ("valid", True, NOW)

    # The document turns out to be wrong. All its forms are revoked, and the next publication says so.
    store.set_state(ref, "revoked", reason="issued_in_error", at=NOW + HOUR)
    files = operator.publish(store, NOW + 2 * HOUR)
    lists = StatusLists([files["9472.cwt"]], [operator.certificate])
    for form in (ref, qr_ref):
        assert lists.status_of(form, NOW + 3 * HOUR).state == "revoked"
    [event] = store.history(qr_ref)
    assert (event.state, event.reason, event.at) == ("revoked", "issued_in_error", NOW + HOUR)
