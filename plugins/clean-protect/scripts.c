/* The script of most letters is the document's.  Scripts are told apart by blocks of code points, which is enough:
 * that two scripts count as one costs nothing, as they do not stand in one text. */
#include "protect.h"

#include <stdbool.h>
#include <string.h>

enum script { NONE, LATIN, GREEK, CYRILLIC, HEBREW, ARABIC, INDIC, THAI, CJK, OTHER, SCRIPTS };

static const struct {
    uint32_t first, last;
    enum script script;
} blocks[] = {
    {0xAA, 0xAA, LATIN},     {0xB5, 0xB5, NONE},       {0xBA, 0xBA, LATIN},      {0xC0, 0xD6, LATIN},
    {0xD8, 0xF6, LATIN},     {0xF8, 0x24F, LATIN},     {0x250, 0x2AF, LATIN},    {0x370, 0x373, GREEK},
    {0x376, 0x37D, GREEK},   {0x37F, 0x386, GREEK},    {0x388, 0x3FF, GREEK},    {0x400, 0x52F, CYRILLIC},
    {0x531, 0x556, OTHER},   {0x561, 0x587, OTHER},    {0x5D0, 0x5F2, HEBREW},   {0x620, 0x669, ARABIC},
    {0x66E, 0x6D3, ARABIC},  {0x6D5, 0x6FF, ARABIC},   {0x750, 0x77F, ARABIC},   {0x8A0, 0x8FF, ARABIC},
    {0x900, 0x963, INDIC},   {0x966, 0xDFF, INDIC},    {0xE01, 0xE3A, THAI},     {0xE40, 0xEFF, THAI},
    {0xF00, 0x109F, OTHER},  {0x10A0, 0x10FF, OTHER},  {0x1100, 0x11FF, CJK},    {0x1200, 0x17FF, OTHER},
    {0x1E00, 0x1EFF, LATIN}, {0x1F00, 0x1FFF, GREEK},  {0x3041, 0x30FA, CJK},    {0x30FC, 0x318F, CJK},
    {0x3400, 0x4DBF, CJK},   {0x4E00, 0x9FFF, CJK},    {0xA000, 0xA4CF, OTHER},  {0xAC00, 0xD7FF, CJK},
    {0xF900, 0xFAFF, CJK},   {0xFB1D, 0xFB4F, HEBREW}, {0xFB50, 0xFDFF, ARABIC}, {0xFE70, 0xFEFC, ARABIC},
    {0x20000, 0x3FFFF, CJK},
};

/* near  the block of the character before, which is mostly this one's too */
static enum script script_of(uint32_t cp, size_t *near)
{
    if (cp < 0x80)
        return (cp | 0x20) - 'a' < 26 ? LATIN : NONE;
    if (cp - blocks[*near].first <= blocks[*near].last - blocks[*near].first)
        return blocks[*near].script;
    size_t low = 0, high = sizeof blocks / sizeof *blocks;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (blocks[mid].last < cp)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == sizeof blocks / sizeof *blocks || blocks[low].first > cp)
        return NONE;
    *near = low;
    return blocks[low].script;
}

/* Valid UTF-8 is given.  *len: bytes */
static uint32_t decode(const unsigned char *p, size_t *len)
{
    if (p[0] < 0x80) {
        *len = 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *len = 2;
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    }
    if (p[0] < 0xF0) {
        *len = 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    *len = 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

enum { BLOCK = 64 };

/* Letters by script; most texts are ASCII for the most part, whose letters are counted 64 bytes at once. */
static void count_letters(dm_str text, dm_array classes, size_t letters[SCRIPTS])
{
    const unsigned char *const s = (const unsigned char *)text.ptr;
    size_t near = 0;
    for (size_t i = 0, len; i < text.len; i += len) {
        const dm_classes *const block = DM_AT(dm_classes, classes, i / BLOCK);
        const uint64_t wide = block->wide >> i % BLOCK;
        const uint64_t plain = (block->small | block->capital) >> i % BLOCK;
        if (!(wide & 1)) { /* up to the next longer character, or the block's end */
            letters[LATIN] += count_bits(plain & ((wide & -wide) - 1));
            len = wide ? (size_t)__builtin_ctzll(wide) : BLOCK - i % BLOCK;
            continue;
        }
        if (s[i] >= 0xD0 && s[i] <= 0xD3) { /* U+0400 to U+04FF */
            letters[CYRILLIC]++;
            len = 2;
            continue;
        }
        const uint32_t cp = decode(s + i, &len);
        letters[script_of(cp, &near)]++;
    }
}

static enum script most_common(const size_t letters[SCRIPTS])
{
    enum script most = LATIN;
    for (enum script i = LATIN; i < SCRIPTS; i++)
        if (letters[i] > letters[most])
            most = i;
    return most;
}

/* A stretch of one foreign script that is being read. */
struct run {
    enum script script; /* NONE: none is */
    size_t begin, end;  /* of its letters */
    size_t letters;
};

static bool end_run(struct protect *p, struct run *r)
{
    enum { LETTERS_MIN = 2 };
    const struct run run = *r;
    r->script = NONE;
    return run.script == NONE || run.letters < LETTERS_MIN ||
           protect_add(p, (dm_span){run.begin, run.end}, RULE_SCRIPT);
}

static void add_letter(struct run *r, enum script script, size_t at, size_t len)
{
    if (r->script == NONE)
        *r = (struct run){.script = script, .begin = at};
    r->end = at + len;
    r->letters++;
}

/* The next longer character; the text's end: there is none. */
static size_t skip_ascii(const struct protect *p, size_t at)
{
    size_t i = at / BLOCK;
    uint64_t left = DM_AT(dm_classes, p->classes, i)->wide & UINT64_MAX << at % BLOCK;
    while (!left && (i + 1) * BLOCK <= p->text.len)
        left = DM_AT(dm_classes, p->classes, ++i)->wide;
    return left ? i * BLOCK + (size_t)__builtin_ctzll(left) : p->text.len;
}

bool scripts_find(struct protect *p)
{
    size_t letters[SCRIPTS] = {0};
    const unsigned char *const s = (const unsigned char *)p->text.ptr;
    struct run run = {.script = NONE};
    if (!p->scan.foreign)
        return true;
    count_letters(p->text, p->classes, letters);
    const enum script own = most_common(letters);
    size_t foreign = 0, near = 0;
    for (enum script i = LATIN; i < SCRIPTS; i++)
        foreign += i != own ? letters[i] : 0;
    for (size_t i = 0, len; foreign && i < p->text.len; i += len) {
        if (own == LATIN && run.script == NONE && s[i] < 0x80) {
            len = skip_ascii(p, i) - i;
            continue;
        }
        const uint32_t cp = decode(s + i, &len);
        const enum script script = script_of(cp, &near);
        const bool ends = cp == '\n' || (script != NONE && script != run.script);
        if (ends && !end_run(p, &run))
            return false;
        if (script != NONE && script != own)
            add_letter(&run, script, i, len);
    }
    return end_run(p, &run);
}
