#!/usr/bin/env python3
"""What the words of a short line say: learns words.txt from labelled pages, and measures it on sites it has not seen.

    learn.py SETS FOLDER [words.txt]

SETS holds SET/ground-truth.json and FOLDER what html-dump and label.py of tests/html/training wrote, as grow.sh there
calls them: pages.txt, blocks.txt and labels.txt.  Pages that have only snippets as a truth count by
extracted/NAME.txt in FOLDER, the text of the page as docmill extracts it.  No text of a page is kept: what is written
are words and pairs of words that stand on several sites.  Some minutes on one core.

A line's features are its words and marks, pairs of neighbours with `^` before the first and `$` behind the last, and
its shape; words.c reads a line in the same way."""
import json
import math
import os
import random
import re
import sys
from collections import Counter, defaultdict

WORDS_MAX, BYTES_MAX = 30, 300
PAGE_SITES_MIN, ARTICLE_SITES_MIN = 6, 20   # on which a word stands that is learnt
PRUNED = 0.55         # a smaller weight is none
COMMON_SITES = 30     # on which a word stands that is kept nonetheless
SCALE = 10            # a weight of 1 is written as this
KNOWN_SHARE = 0.6     # of the words of a line of a page: the others are headlines of other articles
FOLDS = 4
BEFORE, BEHIND = 15, 40   # blocks around the article that are learnt from: menus and footers have words of their own

SKIPPED = set("by january february march april may june july august september october november december "
              "jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday von am um uhr "
              "januar februar märz april mai juni juli oktober dezember am pm gmt est edt "
              "updated published posted".split())

FOLD = str.maketrans({"‘": "'", "’": "'", "\u00a0": " ", "İ": "i", "ı": "i",
                      **{chr(c): "-" for c in range(0x2010, 0x2015)}})


def fold(line):
    return " ".join(line.translate(FOLD).lower().split())


# A word is letters, apostrophes within, digits are one `#`; a mark is a word of its own.
TOKEN = re.compile(r"[0-9]+(?:[.,:][0-9]+)*|[a-z\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufffd]+"
                   r"(?:'[a-z\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufffd]+)*|[^\s0-9]")


def tokens(line):
    return ["#" if t[0].isdigit() and t[0] < "\x80" else t for t in TOKEN.findall(fold(line))]


def shape(line):
    n = len(line.split())
    step = next(i for i, most in enumerate((1, 2, 3, 4, 6, 8, 12, 20, 1000)) if n <= most)
    stopped = bool(re.search(r"[.!?…。][\"')”’»]*$", line))
    return "<%s%d>" % ("stopped" if stopped else "words", step)


def features(line):
    ts = tokens(line)
    out = set(ts)
    ring = ["^"] + ts + ["$"]
    out.update(a + " " + b for a, b in zip(ring, ring[1:]))
    return ts, out


def load(sets, folder):
    truth = {}
    for name in sorted(os.listdir(sets)):
        with open(os.path.join(sets, name, "ground-truth.json"), encoding="utf-8") as f:
            truth.update({name + "/" + k: v for k, v in json.load(f).items()})
    pages = []
    with open(os.path.join(folder, "pages.txt"), encoding="utf-8") as names, \
         open(os.path.join(folder, "blocks.txt"), encoding="utf-8", errors="replace", newline="\n") as blocks, \
         open(os.path.join(folder, "labels.txt"), encoding="utf-8") as labels:
        for row in names:
            name, count = row.split()
            texts = [" ".join(blocks.readline().split()) for _ in range(int(count))]
            values = [float(labels.readline().split()[0]) for _ in range(int(count))]
            page = truth[name]
            if "articleBody" not in page:
                path = os.path.join(folder, "extracted", name + ".txt")
                if not os.path.exists(path):
                    continue
                with open(path, encoding="utf-8", errors="replace") as f:
                    kept = {fold(l) for l in f}
                values = [float(fold(t) in kept) for t in texts]
            lines = [(t, v) for t, v in zip(texts, values) if t]
            pages.append((name, site_of(name, page.get("url", ""), page.get("file", "")), page, lines))
    return pages


def site_of(name, url, file):
    host = re.match(r"https?://([^/:?]+)", url)
    labels = (host.group(1) if host else re.match(r"[^/_-]*", file or name).group(0)).lower().split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return ".".join(labels[-3 if short else -2:])


DATE = re.compile(r"\b(19|20)\d\d\b|\b\d\d?[.:]\d\d\b")


def made_up(folder):
    """Rows as those of pages: the built-in phrases, each a site of its own, and lines of stays.txt."""
    for name in sorted(os.listdir(os.path.join(folder, "..", "phrases"))):
        with open(os.path.join(folder, "..", "phrases", name), encoding="utf-8") as f:
            for i, line in enumerate(f):
                text = line[4:].strip().strip('"') if line.startswith("  - ") else ""
                if text and not text.endswith(": *") and "http" not in text:
                    weak = text.startswith("? ")
                    text = text[2:] if weak else text
                    text = text.replace("#", "12").replace("*", " ").strip()
                    yield text, 1, "phrase %s %d" % (name, i), "phrases", 0.5 if weak else 2
    with open(os.path.join(folder, "stays.txt"), encoding="utf-8") as f:
        for i, line in enumerate(f):
            if line.strip() and line[0] != "#":
                yield line.strip(), 0, "stays %d" % i, "stays", 3


def rows(pages):
    """(text, truth, site, page, weight): truth 1 of the page, 0 of the article; titles are of the article."""
    known = defaultdict(set)
    for name, site, page, lines in pages:
        for text, value in lines:
            if value == 0:
                for t in tokens(text):
                    known[t].add(site)
    for name, site, page, lines in pages:
        if page.get("pageType", "article") != "article":
            continue
        title = fold(page.get("title") or "")
        body = [i for i, (_, v) in enumerate(lines) if v > 0.5]
        if not body:
            continue
        if title:
            yield page["title"], 0, site, name, 1
        seen = set()
        for i, (text, value) in enumerate(lines):
            if len(text.split()) > WORDS_MAX or len(text.encode()) > BYTES_MAX:
                continue
            key = fold(text)
            if key in seen:
                continue
            seen.add(key)
            if value > 0.5:
                yield text, 0, site, name, 1
            elif value == 0 and key not in title and not (title and title in key):
                ts = tokens(text)
                if not ts or key.startswith("by ") or (DATE.search(text) and len(ts) < 10):
                    continue
                if i < body[0] - BEFORE or i > body[-1] + BEHIND:
                    continue
                share = sum(len(known[t]) >= 8 for t in ts) / len(ts)
                yield text, 1 if share >= KNOWN_SHARE else -1, site, name, 1


def vocabulary(data):
    """What stands on several sites around articles, or on many in them."""
    sites = defaultdict(lambda: (set(), set()))
    for text, truth, site, _, _ in data:
        if truth >= 0:
            for f in features(text)[1]:
                sites[f][truth].add(site)
    return {f for f, (of_articles, of_pages) in sites.items()
            if (len(of_pages) >= PAGE_SITES_MIN or len(of_articles) >= ARTICLE_SITES_MIN) and
            not any(w in SKIPPED for w in f.split(" "))}


def vector(text, vocab):
    ts, fs = features(text)
    out = [f for f in fs if f in vocab]
    out.append(shape(text))
    strange = sum(t not in vocab for t in ts)
    out.append("<strange%d>" % min(strange, 4))
    return out


def train(data, vocab, epochs=8, rate=0.15, decay=2e-5, negative=4.0):
    """Logistic regression by steps along the gradient, with what is rare drawn to 0."""
    w, g2 = defaultdict(float), defaultdict(lambda: 1e-3)
    samples = [(vector(t, vocab), y, weight) for t, y, _, _, weight in data if y >= 0]
    rng = random.Random(1)
    for _ in range(epochs):
        rng.shuffle(samples)
        for fs, y, weight in samples:
            z = w["<bias>"] + sum(w[f] for f in fs)
            p = 1 / (1 + math.exp(-max(-30, min(30, z))))
            e = (p - y) * weight * (negative if y == 0 else 1)
            for f in fs + ["<bias>"]:
                gr = e + decay * 20 * w[f]
                g2[f] += gr * gr
                w[f] -= rate * gr / math.sqrt(g2[f])
    return w


def learn(data):
    """A table, and the words that it knows: common ones too that say nothing, as others are strange to it."""
    vocab = vocabulary(data)
    standing = {(site, t) for text, truth, site, _, _ in data if truth >= 0 and not site.startswith("phrase")
                for t in tokens(text)}
    common = Counter(t for _, t in standing)
    first = train(data, vocab, epochs=5)
    vocab = {f for f in vocab if abs(first[f]) >= PRUNED or (" " not in f and common[f] >= COMMON_SITES)}
    table = quantised(train(data, vocab))
    return table, {f for f in vocab if f in table}


def quantised(w):
    """A strange word's weight is none of the table's; what says next to nothing is left out."""
    return {f: round(v * SCALE) for f, v in w.items() if " " not in f or abs(v * SCALE) >= 3}


def score(text, table, vocab):
    return table.get("<bias>", 0) + sum(table.get(f, 0) for f in vector(text, vocab))


def cross_validate(data, fold_of, folder):
    """Print what of the lines is found on sites that were not learnt from, and write those that are wrong."""
    scored = []
    for k in range(FOLDS):
        table, vocab = learn([r for r in data if fold_of[r[2]] != k])
        scored.extend((score(r[0], table, vocab), r) for r in data if fold_of[r[2]] == k)
    phrases = [s for s, r in scored if r[3] == "phrases"]
    print("of the phrases that were not learnt %d %% weigh 12, %d %% 33" %
          tuple(100 * sum(s >= least for s in phrases) / len(phrases) for least in (12, 33)))
    scored = [x for x in scored if x[1][3] != "phrases"]
    of_pages, of_articles = (sum(r[1] == truth for _, r in scored) for truth in (1, 0))
    for least in range(0, 121, 10):
        hit, wrong = (sum(s >= least and r[1] == truth for s, r in scored) for truth in (1, 0))
        print("from %3d on: %4.1f %% of the lines of pages, %4d of %d lines of articles" %
              (least, 100 * hit / of_pages, wrong, of_articles))
    with open(os.path.join(folder, "wrong.txt"), "w", encoding="utf-8") as f:
        for s, r in sorted(scored, key=lambda x: -x[0]):
            if r[1] == 0 and s > 10:
                f.write("%d\t%s\t%s\n" % (s, r[3], r[0]))


def main():
    sets, folder = sys.argv[1:3]
    pages = load(sets, folder)
    data = list(rows(pages)) + list(made_up(os.path.dirname(os.path.abspath(__file__))))
    print("lines: %d of pages, %d of articles, %d left out" %
          (sum(r[1] == 1 for r in data), sum(r[1] == 0 for r in data), sum(r[1] < 0 for r in data)))
    sites = sorted({r[2] for r in data})
    random.Random(7).shuffle(sites)
    fold_of = {s: i % FOLDS for i, s in enumerate(sites)}
    cross_validate(data, fold_of, folder)
    if len(sys.argv) > 3:
        table, vocab = learn(data)
        with open(sys.argv[3], "w", encoding="utf-8") as f:
            for feature in sorted(table):
                f.write("%s\t%d\n" % (feature, table[feature]))
        print(len(table), "words and pairs")


if __name__ == "__main__":
    main()
