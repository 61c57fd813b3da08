#!/usr/bin/env python3
"""How good the content of pages is whose trees have not seen them: cross.py SETS FOLDER [P]

Reads what grow.sh left in FOLDER, keeps of each page the blocks above the threshold that promises most, as choice.c
does, and compares with the truth.  P is the file of judgements, FOLDER/second.p unless it is said.

F1 is of runs of four words: the harmonic mean of the mean precision and the mean recall of pages.  Where a page has
texts that are in it and texts that are not, F1 is of those, over all pages together."""
import array
import json
import os
import re
import sys
from collections import Counter, defaultdict

WORD = re.compile(r"\w+")


def best_threshold(p, sizes):
    order = sorted(range(len(p)), key=lambda i: -p[i])
    expected = sum(a * b for a, b in zip(p, sizes))
    hit = kept = best = 0.0
    threshold = 2.0
    for i in order:
        hit += p[i] * sizes[i]
        kept += sizes[i]
        if 2 * hit > best * (kept + expected):
            best, threshold = 2 * hit / (kept + expected), p[i]
    return threshold, best


def print_promises(rows):
    """Does the F1 that was promised go together with the F1 that came of it?"""
    n = len(rows)
    means = [sum(r[k] for r in rows) / n for k in (0, 1)]
    spread = [sum((r[k] - means[k]) ** 2 for r in rows) ** 0.5 for k in (0, 1)]
    both = sum((a - means[0]) * (b - means[1]) for a, b in rows)
    print("promised and true F1: correlation %.2f" % (both / (spread[0] * spread[1])))
    for low, high in ((0, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        some = [b for a, b in rows if low <= a < high]
        if some:
            print("  promised %.2f to %.2f: %3d pages, mean F1 %.2f" % (low, high, len(some), sum(some) / len(some)))


def runs(words):
    return Counter(zip(*(words[i:] for i in range(4)))) if len(words) >= 4 else Counter([tuple(words)] if words else [])


def score(truth, got):
    a, b = runs(WORD.findall(truth)), runs(WORD.findall(got))
    same = sum((a & b).values())
    return (same / sum(b.values()) if b else None, same / sum(a.values()) if a else None)


def f1(rows):
    p = [r[0] for r in rows if r[0] is not None]
    r = [r[1] for r in rows if r[1] is not None]
    p, r = sum(p) / len(p), sum(r) / len(r)
    return "%4d pages  F1 %.4f  precision %.4f  recall %.4f" % (len(rows), 2 * p * r / (p + r), p, r)


def main():
    sets, folder = sys.argv[1:3]
    judged = sys.argv[3] if len(sys.argv) > 3 else os.path.join(folder, "second.p")
    truth = {}
    for name in sorted(os.listdir(sets)):
        with open(os.path.join(sets, name, "ground-truth.json"), encoding="utf-8") as f:
            truth.update({name + "/" + k: v for k, v in json.load(f).items()})
    p = array.array("f")
    with open(judged, "rb") as f:
        p.frombytes(f.read())
    by_type, halves, counts, at = defaultdict(list), defaultdict(list), Counter(), 0
    promises = []
    with open(os.path.join(folder, "pages.txt"), encoding="utf-8") as pages, \
         open(os.path.join(folder, "blocks.txt"), encoding="utf-8", newline="\n") as blocks:
        for number, line in enumerate(pages):
            name, count = line.split()
            page, count = truth[name], int(count)
            texts = [" ".join(blocks.readline().split()) for _ in range(count)]
            mine, at = p[at:at + count], at + count
            threshold, promised = best_threshold(mine, [len(t) for t in texts])
            kept = [t for t, x in zip(texts, mine) if x >= threshold]
            if "articleBody" in page:
                row = score(page["articleBody"], "\n".join(kept))
                by_type["all"].append(row)
                promises.append((promised, 2 * row[0] * row[1] / (row[0] + row[1]) if row[0] and row[1] else 0.0))
                by_type[page.get("pageType", "page")].append(row)
                halves["half %d, %s" % (number % 2 + 1, "all")].append(row)
                if page.get("pageType") == "article":
                    halves["half %d, %s" % (number % 2 + 1, "article")].append(row)
            else:
                text = " ".join(kept)
                for kind in ("with", "without"):
                    for snippet in page.get(kind, []):
                        counts[kind, " ".join(snippet.split()) in text] += 1
    for name, rows in list(by_type.items()) + sorted(halves.items()):
        print("%-16s %s" % (name, f1(rows)))
    if promises:
        print_promises(promises)
    if counts:
        yes, strange, lost = counts["with", True], counts["without", True], counts["with", False]
        print("%-16s F1 %.4f  precision %.4f  recall %.4f" % ("texts in and out", 2 * yes / (2 * yes + strange + lost),
                                                              yes / (yes + strange), yes / (yes + lost)))


main()
