#!/usr/bin/env python3
"""What html-titles reads, and how good the titles of pages are whose trees have not seen them.

    titles.py list SETS            `NAME <tab> PATH <tab> TITLE` lines
    titles.py sites SETS FOLDER    FOLDER/sites.txt from FOLDER/titles.txt: `SITE CHOICES` lines, so that no site is on both
                                   sides of a fold
    titles.py score FOLDER         from FOLDER/titles.txt, labels.txt and titles.p, as html-train --one wrote it"""
import array
import json
import os
import re
import sys
from collections import defaultdict


def truths(sets):
    for name in sorted(os.listdir(sets)):
        with open(os.path.join(sets, name, "ground-truth.json"), encoding="utf-8") as f:
            for key, page in json.load(f).items():
                yield name + "/" + key, page


def pages(folder):
    with open(os.path.join(folder, "titles.txt"), encoding="utf-8", errors="replace", newline="\n") as f:
        for line in f:
            name, choices, stated, address = line.rstrip("\n").split("\t")
            yield name, int(choices), stated == "1", address


def site_of(name, *addresses):
    """The last two labels of a host, or three where the second is short: example.co.uk."""
    for address in addresses:
        host = re.match(r"\w*:?//([^/:?]+)", address)
        if host:
            labels = host.group(1).lower().split(".")
            return ".".join(labels[-3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else -2:])
    return name


def score(folder):
    p = array.array("f")
    with open(os.path.join(folder, "titles.p"), "rb") as f:
        p.frombytes(f.read())
    with open(os.path.join(folder, "labels.txt"), encoding="utf-8") as f:
        right = [line.startswith("1") for line in f]
    sets, at = defaultdict(lambda: [0, 0, 0]), 0
    for name, count, stated, _ in pages(folder):
        rows, at = range(at, at + count), at + count
        for total in (sets[name.split("/")[0]], sets["all"]):
            total[0] += bool(rows) and right[max(rows, key=lambda i: p[i])]
            total[1] += any(right[i] for i in rows)
            total[2] += stated
    for name, (hit, possible, all_of) in sorted(sets.items()):
        print("%-8s unseen pages: right on %d of %d, %.1f %%; among the choices on %d, %.1f %%" %
              (name, hit, all_of, 100 * hit / all_of, possible, 100 * possible / all_of))


def main():
    if sys.argv[1] == "list":
        for name, page in truths(sys.argv[2]):
            title = " ".join(page.get("title", "").split())
            if title:
                print("%s\t%s\t%s" % (name, os.path.join(sys.argv[2], name + ".html"), title))
    elif sys.argv[1] == "sites":
        known = dict(truths(sys.argv[2]))
        with open(os.path.join(sys.argv[3], "sites.txt"), "w", encoding="utf-8") as out:
            for name, count, _, address in pages(sys.argv[3]):
                out.write("%s %d\n" % (site_of(name, known[name].get("url", ""), address), count))
    else:
        score(sys.argv[2])


main()
