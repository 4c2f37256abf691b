"""Atestats, the issuing side: from a source record to a sealed credential, and the offline verdict on one."""

__version__ = "0.1.0"
