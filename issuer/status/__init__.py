"""Status of issued documents: valid, revoked, suspended or replaced, published so that anyone can check it offline.

One list per issuing year with 2^17 slots of 2 bits. A document's identifier names its list and slot
(`issuer.credential_id`); its QR code has a slot of its own. Writing: `store.StatusStore` gives out random slots and
keeps every state with its time and reason, `publication` signs the lists as IETF Token Status Lists (JWT and CWT) and
as a W3C Bitstring Status List credential with the same values. Reading: `reader` answers from lists and the operator's
certificates alone; it knows no store and no keys.
"""
