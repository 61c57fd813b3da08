#!/usr/bin/env python3
"""Which blocks of labelled pages are content: reads what html-dump wrote, writes what html-train learns from.

    label.py SETS FOLDER

SETS/SET/ground-truth.json has for each page the text ("articleBody"), or texts that are in it and texts that are not
("with", "without").  FOLDER holds pages.txt and blocks.txt; labels.txt is written, `TRUTH WEIGHT` for each block, and type-KIND.txt, the same for each
page and kind of page.

A block of eight words and more is content as far as its runs of four words stand in the text, each used once.  A
shorter one is content if it stands in the text beside the block before or after it, or between the long blocks
around it.  Weights are shares of the page's text, so that all pages count alike; what is not content counts no more
than twice the text in all.  A text that is in or out weighs an eighth of a page."""
import json
import os
import re
import sys
from collections import Counter, defaultdict

WORD = re.compile(r"\w+")
RUN, LONG, SNIPPET_WEIGHT, NOISE = 4, 8, 0.12, 2.0


def fold(s):
    return " ".join(s.split())


def label_snippets(page, texts):
    folded = [fold(t) for t in texts]
    truth = [None] * len(texts)
    for kind, value in (("with", 1), ("without", 0)):
        for snippet in map(fold, page.get(kind, [])):
            for i, text in enumerate(folded):
                if snippet and snippet in text:
                    truth[i] = value if truth[i] is None else truth[i]
                    break
    return [(t or 0, 0 if t is None else SNIPPET_WEIGHT) for t in truth]


def label_long(text, blocks):
    """Truth of the long blocks, and where those that are content stand in the text."""
    places = defaultdict(list)
    for i in range(len(text) - RUN + 1):
        places[tuple(text[i:i + RUN])].append(i)
    left = Counter({run: len(at) for run, at in places.items()})
    truth, at = [0.0] * len(blocks), [None] * len(blocks)
    for i, words in enumerate(blocks):
        if len(words) < LONG:
            continue
        hits, first = 0, None
        for k in range(len(words) - RUN + 1):
            run = tuple(words[k:k + RUN])
            if left[run] > 0:
                if first is None:
                    first = places[run][len(places[run]) - left[run]]
                left[run] -= 1
                hits += 1
        share = hits / (len(words) - RUN + 1)
        truth[i] = share if share > 0.2 else 0.0
        if share > 0.6:
            at[i] = (first, first + len(words))
    return truth, at


def bounds(text, at):
    """Between which places of the text each block would have to stand."""
    low, high, end = [0] * len(at), [0] * len(at), 0
    for i, place in enumerate(at):
        low[i] = end
        if place and (place[1] > end or abs(place[1] - end) > 200):
            end = place[1]
    end = len(text)
    for i in range(len(at) - 1, -1, -1):
        high[i] = end
        if at[i]:
            end = at[i][0]
    return low, high


def label_short(text, blocks, truth, at):
    low, high = bounds(text, at)
    starts = defaultdict(list)
    for i, word in enumerate(text):
        starts[word].append(i)
    full = [i for i, words in enumerate(blocks) if words]
    after = {a: blocks[b][:RUN] for a, b in zip(full, full[1:])}
    before = {b: blocks[a][-RUN:] for a, b in zip(full, full[1:])}
    used = set()
    for neighbours in (2, 1, 0):
        for i, words in enumerate(blocks):
            if truth[i] > 0 or not words or len(words) >= LONG:
                continue
            limit = high[i] + 3 if high[i] >= low[i] - 6 else low[i] + 57
            follows, leads = after.get(i), before.get(i)
            for p in starts[words[0]]:
                end = p + len(words)
                if p in used or text[p:end] != words:
                    continue
                agree = bool(follows and text[end:end + len(follows)] == follows)
                agree += bool(leads and p >= len(leads) and text[p - len(leads):p] == leads)
                if agree < neighbours or (neighbours == 0 and not low[i] - 3 <= p <= limit):
                    continue
                truth[i] = 1.0
                used.update(range(p, end))
                break


def label_text(page, texts):
    text = WORD.findall(page["articleBody"])
    blocks = [WORD.findall(t) for t in texts]
    truth, at = label_long(text, blocks)
    label_short(text, blocks, truth, at)
    size = max(len(text), 20)
    noise = sum(len(b) for b, t in zip(blocks, truth) if t == 0) / size
    scale = min(1.0, NOISE / noise) if noise else 1.0
    return [(t, len(b) / size * (1 if t > 0 else scale)) for b, t in zip(blocks, truth)]


# What the sets call a page, and what docmill does where that differs.
KINDS = ("article", "forum", "listing", "documentation", "product", "other")
KIND_OF = {"collection": "listing", "service": "other"}


def write_types(folder, names, truth):
    """For each kind of page a file of labels; most pages are articles, so others count twice."""
    with open(os.path.join(folder, "types.txt"), "w", encoding="utf-8") as out:
        out.writelines("%s 1\n" % name for name in names)
    for kind in KINDS:
        with open(os.path.join(folder, "type-%s.txt" % kind), "w", encoding="utf-8") as out:
            for name in names:
                it = truth[name].get("pageType")
                it = KIND_OF.get(it, it)
                out.write("%d %d\n" % (it == kind, 0 if it is None else 1 if it == "article" else 2))


def main():
    sets, folder = sys.argv[1:]
    truth = {}
    for name in sorted(os.listdir(sets)):
        path = os.path.join(sets, name, "ground-truth.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                truth.update({name + "/" + k: v for k, v in json.load(f).items()})
    names = []
    with open(os.path.join(folder, "pages.txt"), encoding="utf-8") as pages, \
         open(os.path.join(folder, "blocks.txt"), encoding="utf-8", newline="\n") as blocks, \
         open(os.path.join(folder, "labels.txt"), "w", encoding="utf-8") as out:
        for line in pages:
            name, count = line.split()
            names.append(name)
            texts = [blocks.readline().rstrip("\n") for _ in range(int(count))]
            page = truth[name]
            rows = label_text(page, texts) if "articleBody" in page else label_snippets(page, texts)
            for value, weight in rows:
                out.write("%.3f %.6f\n" % (value, weight))
    write_types(folder, names, truth)


main()
