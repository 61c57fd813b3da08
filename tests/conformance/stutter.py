# A cleaner that uses all that a question has, and keeps nothing from one document to the next.
# docmill rule stutter: A word that stands there twice.
# docmill rule words (flag): How many words there are.
import json
import re
import sys

print('{"docmill": 1, "positions": "characters"}', flush=True)
for line in sys.stdin:
    doc = json.loads(line)
    text = doc["text"]
    protected = [m["at"] for m in doc["marks"] if m["kind"] == "protected"]
    edits, last = [], None
    for m in re.finditer(r"\w+", text):
        if last and m.group() == last.group() and text[last.end():m.start()] == " ":
            if not any(m.start() < end and begin < m.end() for begin, end in protected):
                edits.append({"at": [last.end(), m.end()], "with": "", "rule": "stutter", "confidence": 0.9,
                              "evidence": "twice: " + m.group()[:20]})
        last = m
    answer = {
        "edits": edits,
        "meta": {"source": {"value": doc["source"], "rule": "words"}},
        "marks": [{"kind": "heading", "level": 1, "at": m.span(), "rule": "stutter"}
                  for m in re.finditer(r"^# .*$", text, re.M)],
    }
    if doc["marks"] and doc["marks"][0]["kind"] == "quote":
        answer["unmarks"] = [{"mark": 0, "rule": "words"}]
    print(json.dumps(answer), flush=True)
