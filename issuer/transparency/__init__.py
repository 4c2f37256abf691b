"""Transparency: an append-only log of what was issued, replaced and annulled, and of the life of every sealing key.

A Merkle tree (RFC 9162) published as static files (C2SP `tlog-tiles`), its head signed as a `checkpoint` by the
operator and, against the day when elliptic curves fall, with ML-DSA-65. Entries hold salted commitments and no
personal data. Whoever reads (`merkle`, `note`, `checkpoint`, `tiles`, `entry`, `proof`, `audit`) needs no key; only
`log_writer`, `log_keys` and `proof_files` write.
"""
