"""`python -m issuer.records schemas/source-record.schema.json` writes the published schema."""

import sys
from pathlib import Path

from issuer.records.schema import schema_text

Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
