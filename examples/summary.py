"""Part of the demonstration: verify every file of a run with the bundle alone, and say so in one small table."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

out, at = Path(sys.argv[1]), sys.argv[2]
results = [json.loads(line) for line in (out / "sealed" / "results.jsonl").read_text().splitlines()]
sealed = [row for row in results if row["outcome"] == "sealed"]
files = [str(out / "delivered" / row[name]) for row in sealed for name in ("path", "qr_path")]
answer = subprocess.run(
    ["atestats", "verify", "--json", "--at", at, *files], capture_output=True, text=True, check=False
)
if answer.returncode not in (0, 1, 3):
    sys.exit(answer.stderr)
verdicts = {judged["file"]: judged for judged in map(json.loads, answer.stdout.splitlines())}

names: dict[str, str] = {}
made, passed, codes = Counter[str](), Counter[str](), Counter[str]()
for row in sealed:
    judged = verdicts[str(out / "delivered" / row["path"])]
    kind = row["document_type"]
    made[kind] += 1
    passed[kind] += judged["verdict"] == "passed"
    codes[kind] += verdicts[str(out / "delivered" / row["qr_path"])]["verdict"] == "passed"
    names[kind] = judged["document"]["title"]["lv"] if judged["document"] else ""

print(f"  {'dokumenta veids / document type':<52}{'sealed':>8}{'file ✓':>9}{'QR ✓':>8}")
for kind in sorted(made):
    print(f"  {kind + '  ' + names[kind]:<52.52}{made[kind]:>8}{passed[kind]:>9}{codes[kind]:>8}")
print(f"  {'':<52}{made.total():>8}{passed.total():>9}{codes.total():>8}")
for row in results:
    if row["outcome"] != "sealed":
        finding = row["findings"][0]
        print(f"  line {row['line']:<3} {row['outcome']}: {finding['code']}  {finding['message_en']}")
if not (made.total() == passed.total() == codes.total()):
    sys.exit("not everything passed: this must not happen")
