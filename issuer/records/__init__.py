"""Intake of source records: read them from any of the agreed formats, check them, decide what happens with each.

    checker = Checker(reference, as_of)
    with Batch(checker) as batch:
        for row in read(path):
            checked = batch.judge(row)      # .decision: issue | review | reject | no_document

Reading streams, checking is pure: the reference file and the date come in as arguments. `fields` is the one table
that the published schema, the columns of spreadsheets and the structural check are made from; a field that is not
in it never leaves this room.
"""

from issuer.records.batch import Batch
from issuer.records.checker import Checker, content_hash
from issuer.records.row import CheckedRow, Decision, SourceRow, decision
from issuer.records.source import FORMATS, read

__all__ = [
    "FORMATS",
    "Batch",
    "CheckedRow",
    "Checker",
    "Decision",
    "SourceRow",
    "content_hash",
    "decision",
    "read",
]
