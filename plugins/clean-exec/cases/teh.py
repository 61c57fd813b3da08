# docmill rule teh: "teh" is a typing mistake for "the".
import json
import re
import sys

print('{"docmill": 1, "positions": "characters"}', flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    edits = [{"at": m.span(), "with": "the"} for m in re.finditer(r"\bteh\b", text)]
    print(json.dumps({"edits": edits}), flush=True)
