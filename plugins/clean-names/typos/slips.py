#!/usr/bin/env python3
"""Slips of the pen in common words: writes slips.inc.

    slips.py > slips.inc

For each word of words.txt, at most SLIPS_MAX of the ways in which it is often written wrongly: two letters transposed, a
doubled letter that should be single and the other way round, a letter left out, an ending mistaken for another, a vowel
for another.  A slip is kept if it is

- a word in no list of English (packages wamerican-huge, wbritish-huge, hunspell-en-us, hunspell-en-gb),
- no word of seven other languages (hunspell-da, -de-de, -es, -fr, -nl, -no, -sv), and no stem of ten more (hunspell-ca, -cs,
  -gl, -hr, -it, -pl, -pt-pt, -ro, -tr); unmunch of hunspell-tools tells the forms,
- not in known.inc, which was written by hand,
- one letter away from no other word of hunspell's English, nor of what the packages wamerican and wbritish list."""
import os
import re
import subprocess

SLIPS_MAX, WORD_MIN, TYPO_MAX = 10, 6, 20
HERE = os.path.dirname(os.path.abspath(__file__))
HUNSPELL, DICT = "/usr/share/hunspell/", "/usr/share/dict/"
INFLECTED = "da_DK de_DE es_ES fr nb_NO nl sv_SE".split()
STEMS = "ca cs_CZ gl_ES hr_HR it_IT nn_NO pl_PL pt_PT ro_RO tr_TR".split()   # all their forms are too many
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ENDINGS = ("ent ant ence ance ible able ei ie our or ary ery ate ite tion sion ely ly lly ly ally aly "
           "mm m cc c ph f nm m rr r ss s").split()
BOTH_WAYS = 16   # of ENDINGS: these are mistaken for each other


def stems(name):
    with open(HUNSPELL + name + ".dic", "rb") as f:
        for line in f.read().splitlines():
            stem = line.split(b"/")[0].split(b"\t")[0].strip()
            try:
                yield stem.decode("utf-8")
            except UnicodeDecodeError:
                yield stem.decode("latin-1")


def forms(name):
    """all words of a language that have plain letters only"""
    out = subprocess.run(["unmunch", HUNSPELL + name + ".dic", HUNSPELL + name + ".aff"], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=True).stdout
    return (word.decode() for word in re.findall(rb"(?m)^[a-z]+$", out))


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [line.strip() for line in f]


def mistaken():
    pairs = list(zip(ENDINGS[::2], ENDINGS[1::2]))
    return pairs + [(b, a) for a, b in pairs[:BOTH_WAYS // 2]]


def slips_of(word):
    """(how likely, slip), the likeliest first"""
    likely = {}

    def put(slip, weight):
        likely[slip] = max(weight, likely.get(slip, 0))

    def is_vowel(i):
        return word[i] in "aeiou"

    n = len(word)
    for was, is_ in mistaken():
        i = word.find(was, 1)
        if i > 0:
            put(word[:i] + is_ + word[i + len(was):], 5)
    for i in range(1, n):
        if word[i] == word[i - 1]:
            put(word[:i] + word[i + 1:], 4.5)
        elif word[i] in "lmnprstcf" and i >= 2 and is_vowel(i - 1) and i + 1 < n and is_vowel(i + 1):
            put(word[:i] + word[i] + word[i:], 3 if word[i] in "lmnstcp" else 2)
    for i in range(1, n - 1):
        if word[i] != word[i + 1]:
            put(word[:i] + word[i + 1] + word[i] + word[i + 2:], 3.1 if is_vowel(i) != is_vowel(i + 1) else 2.5)
    for i in range(1, n - 1) if n >= 8 else ():
        swallowed = (word[i] in "nr" and not is_vowel(i + 1)) or (is_vowel(i) and 2 <= i < n - 2)
        put(word[:i] + word[i + 1:], 3.6 if swallowed else 2.9)
    for i in range(2, n - 2) if n >= 8 else ():
        for vowel in "aei":
            if word[i] in "aeio" and vowel != word[i]:
                put(word[:i] + vowel + word[i + 1:], 2.6)
    return sorted(((weight, slip) for slip, weight in likely.items()), reverse=True)


def neighbours(slip):
    for i in range(len(slip) + 1):
        yield from (slip[:i] + c + slip[i:] for c in LETTERS)
        if i < len(slip):
            yield slip[:i] + slip[i + 1:]
            yield from (slip[:i] + c + slip[i + 1:] for c in LETTERS)
        if i + 1 < len(slip):
            yield slip[:i] + slip[i + 1] + slip[i] + slip[i + 2:]


def main():
    common = {s for name in ("en_US", "en_GB") for s in stems(name)}
    english = common | {w.lower() for name in ("american", "british") for w in lines(f"{DICT}{name}-english-huge")}
    words = lines(f"{HERE}/words.txt")
    usual = common | set(words) | {w for name in ("american", "british") for w in lines(f"{DICT}{name}-english")}
    taken = {w for name in INFLECTED for w in forms(name)} | {s for name in STEMS for s in stems(name)} | english
    taken |= {m[1] for m in map(re.compile(r"TYPO\((\w+),").match, lines(f"{HERE}/known.inc")) if m}
    found = {}
    for word in words:
        count = 0   # what ends in -in is how some people are written to speak: pollutin'
        for _, slip in slips_of(word):
            if count == SLIPS_MAX or slip in taken or slip.endswith("in") or not WORD_MIN <= len(slip) <= TYPO_MAX:
                continue
            if any(n in usual for n in neighbours(slip) if n not in (word, slip)):
                continue
            found[slip] = None if found.get(slip, word) != word else word
            count += 1
    print("/* Made by slips.py of the words in words.txt. */")
    for slip, word in sorted(found.items()):
        if word is not None:
            print(f'TYPO({slip}, "{word}")')


main()
