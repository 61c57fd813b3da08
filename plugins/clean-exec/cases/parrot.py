# Answers a document with its own text: what a case has as its input is what the program says.
#
#   parrot.py UNIT    how it counts: characters, bytes, utf-16
#
# docmill rule one: A rule.
# docmill rule two (flag): Another one.
import json
import sys

print(json.dumps({"docmill": 1, "positions": sys.argv[1]}), flush=True)
for line in sys.stdin:
    print(json.loads(line)["text"].replace("\n", " "), flush=True)
