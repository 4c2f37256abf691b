"""The tables of the register, one module per noun; `metadata` holds them all, and the migrations are held to it."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from issuer.register.tables.audit import AuditEntry, AuditHead
from issuer.register.tables.batch import Batch, BatchRow, BatchStep
from issuer.register.tables.document import (
    Delivery,
    Document,
    DocumentBytes,
    DocumentEvent,
    DocumentForm,
    Evidence,
    TransitionRule,
    ZstdDictionary,
)
from issuer.register.tables.institution import AccessGrant, Institution, Office
from issuer.register.tables.number import GivenNumber, NumberCounter
from issuer.register.tables.person import Person, PersonCode
from issuer.register.tables.record import SourceRecord
from issuer.register.tables.status import StatusEvent, StatusList, StatusSlot

metadata = SQLModel.metadata


def _core(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements: `select(document.c.id).where(document.c.state == "sealed")`."""
    return metadata.tables[str(model.__tablename__)]


access_grant, institution, office = _core(AccessGrant), _core(Institution), _core(Office)
audit_entry, audit_head = _core(AuditEntry), _core(AuditHead)
batch, batch_row, batch_step = _core(Batch), _core(BatchRow), _core(BatchStep)
delivery, document, document_bytes = _core(Delivery), _core(Document), _core(DocumentBytes)
document_event, document_form, evidence = _core(DocumentEvent), _core(DocumentForm), _core(Evidence)
given_number, number_counter = _core(GivenNumber), _core(NumberCounter)
person, person_code, source_record = _core(Person), _core(PersonCode), _core(SourceRecord)
status_event, status_list, status_slot = _core(StatusEvent), _core(StatusList), _core(StatusSlot)
transition_rule, zstd_dictionary = _core(TransitionRule), _core(ZstdDictionary)

__all__ = [
    "AccessGrant",
    "AuditEntry",
    "AuditHead",
    "Batch",
    "BatchRow",
    "BatchStep",
    "Delivery",
    "Document",
    "DocumentBytes",
    "DocumentEvent",
    "DocumentForm",
    "Evidence",
    "GivenNumber",
    "Institution",
    "NumberCounter",
    "Office",
    "Person",
    "PersonCode",
    "SourceRecord",
    "StatusEvent",
    "StatusList",
    "StatusSlot",
    "TransitionRule",
    "ZstdDictionary",
    "access_grant",
    "audit_entry",
    "audit_head",
    "batch",
    "batch_row",
    "batch_step",
    "delivery",
    "document",
    "document_bytes",
    "document_event",
    "document_form",
    "evidence",
    "given_number",
    "institution",
    "metadata",
    "number_counter",
    "office",
    "person",
    "person_code",
    "source_record",
    "status_event",
    "status_list",
    "status_slot",
    "transition_rule",
    "zstd_dictionary",
]
