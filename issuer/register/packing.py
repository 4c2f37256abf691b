"""Bytes of documents as they lie in the database: zstd frames, most of them made with a trained dictionary.

    packing = Packing.of(session)
    head, tail = packing.split(file)            # where the seal begins
    stored = packing.pack(head)

A credential compresses to a tenth with a dictionary made from its like, because most of it is the words of the data
model. A frame names its dictionary by number (RFC 8878, 3.1.1.1.3), and dictionaries are never deleted; what is read
back is held against its digest, so a stored document is either whole or an error, never something else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Final

import zstandard
from sqlalchemy import insert, select
from sqlmodel import Session

from issuer.register.register_error import RegisterError
from issuer.register.tables import zstd_dictionary

_LEVEL: Final = 3
_DICTIONARY_BYTES: Final = 32_768
_LARGEST: Final = 64 * 1024 * 1024  # a frame that claims to be larger than any document is not unpacked
_SEAL: Final = b'","signatures":['


class Packing:
    """Packs and unpacks with the dictionaries of one register. Not shared between threads."""

    def __init__(self, dictionaries: dict[int, bytes]) -> None:
        self._unpackers: dict[int, zstandard.ZstdDecompressor] = {0: zstandard.ZstdDecompressor()}
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)
        for number, content in sorted(dictionaries.items()):
            dictionary = zstandard.ZstdCompressionDict(content)
            self._unpackers[number] = zstandard.ZstdDecompressor(dict_data=dictionary)
            self._packer = zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary)

    @classmethod
    def of(cls, session: Session) -> Packing:
        """With all dictionaries of the register; the newest one packs."""
        rows = session.execute(select(zstd_dictionary.c.number, zstd_dictionary.c.content))
        return cls({row.number: row.content for row in rows})

    def pack(self, data: bytes) -> bytes:
        """One frame, which says its length and its dictionary."""
        return self._packer.compress(data)

    def unpack(self, frame: bytes) -> bytes:
        """What was packed; raises `RegisterError` BYTES_DAMAGED when the frame is not whole."""
        try:
            parameters = zstandard.get_frame_parameters(frame)
            if parameters.content_size > _LARGEST:
                raise _damaged()
            return self._unpackers[parameters.dict_id].decompress(frame)
        except (zstandard.ZstdError, KeyError) as error:
            raise _damaged() from error

    def unpack_file(self, head: bytes, tail: bytes, digest: str) -> bytes:
        """The exact bytes of a file; raises `RegisterError` BYTES_DAMAGED unless they have this SHA-256 (hex)."""
        data = self.unpack(head) + self.unpack(tail)
        if hashlib.sha256(data).hexdigest() != digest:
            raise _damaged()
        return data

    def is_whole(self, head: bytes, tail: bytes, digest: str) -> bool:
        """Whether the file can be given back, byte for byte."""
        try:
            self.unpack_file(head, tail, digest)
        except RegisterError:
            return False
        return True


def split(file: bytes) -> tuple[bytes, bytes]:
    """A sealed file as (head, tail): the payload, and the seal from `","signatures":[` on.

    Raises `ValueError` when the file is not written as `issuer.seal.jades` writes it.
    """
    place = file.rfind(_SEAL)
    if place < 0:
        raise ValueError("not a sealed file of ours")
    return file[:place], file[place:]


def train(session: Session, samples: Sequence[bytes]) -> int | None:
    """Make a dictionary of these heads and tails and keep it; None when they are too few or too odd to learn from."""
    try:
        dictionary = zstandard.train_dictionary(_DICTIONARY_BYTES, list(samples))
    except zstandard.ZstdError:
        return None
    session.execute(
        insert(zstd_dictionary).values(
            number=dictionary.dict_id(), content=dictionary.as_bytes(), made_at=dt.datetime.now(dt.UTC)
        )
    )
    return int(dictionary.dict_id())


def _damaged() -> RegisterError:
    return RegisterError(
        "BYTES_DAMAGED",
        "Dokumenta baiti reģistrā ir bojāti.",
        "The bytes of the document in the register are damaged.",
        next_lv="Atjaunojiet tos no rezerves kopijas; palaidiet: atestats register audit.",
        next_en="Restore them from the backup; run: atestats register audit.",
    )
