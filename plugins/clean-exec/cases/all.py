# Uses all that a question has, and all that an answer can have.
# docmill rule all: Whatever it is.
import json
import sys

print('{"docmill": 1, "positions": "bytes"}', flush=True)
for line in sys.stdin:
    doc = json.loads(line)
    text = doc["text"].encode()
    at = text.find(b"world")
    print(json.dumps({
        "edits": [{"at": [at, at + 5], "with": "World", "confidence": 0.5, "evidence": "seen"}],
        "meta": {"source": doc["source"], "part": str(doc["part"]), "title": None,
                 "kinds": {"value": " ".join(m["kind"] for m in doc["marks"]), "rule": "all"}},
        "marks": [{"kind": "heading", "at": doc["marks"][0]["at"], "level": 2, "value": doc["marks"][1]["value"]}],
        "unmarks": [{"mark": 0}],
    }), flush=True)
