# @NAME@: one sentence about what it repairs.
# docmill rule space-run: A run of spaces was longer than one.
import json
import re
import sys

print('{"docmill": 1, "positions": "characters"}', flush=True)
for line in sys.stdin:
    doc = json.loads(line)
    edits = [{"at": m.span(), "with": " ", "rule": "space-run"} for m in re.finditer("  +", doc["text"])]
    print(json.dumps({"edits": edits}), flush=True)
