"""Atestats, the public side: citizens, wallets and employers. Holds no keys and no drafts.

It will read the register and ask the sealing service for projections of documents that are already issued. Nothing is
here yet; the import contracts in `pyproject.toml` already keep keys and signers out of it.
"""
