/* Where a place stands: its line, and whether that is English prose. */
#include "punctuation.h"

#include <string.h>

enum { INDENT = 4, LONG_LINE = 2048, SEARCH_TEXT = 1 << 16, SEARCHES_MAX = 256 };

/* ---- lines ---------------------------------------------------------------------------------- */

static bool is_fence(dm_str s, size_t begin, size_t end)
{
    while (begin < end && s.ptr[begin] == ' ')
        begin++;
    return end - begin >= 3 && (!memcmp(s.ptr + begin, "```", 3) || !memcmp(s.ptr + begin, "~~~", 3));
}

/* An indented line, one with tabs, or a row of a table. */
static bool is_shaped(dm_str s, size_t begin, size_t end)
{
    const char *line = s.ptr + begin;
    const size_t len = end - begin;
    return len > 0 && ((len > INDENT && !memcmp(line, "    ", INDENT)) || line[0] == '|' ||
                       memchr(line, '\t', len) != NULL);
}

/* How many signs there are of which programs are made.  The sums of bytes are for compilers, which count sixteen at once so. */
static size_t count_signs(const char *s, size_t len)
{
    enum { STEP = 128 };
    size_t signs = 0;
    for (size_t at = 0; at < len;) {
        uint8_t sum = 0;
        for (const size_t stop = len - at < STEP ? len : at + STEP; at < stop; at++) {
            const char c = s[at];
            sum = (uint8_t)(sum +
                            ((c == '{') | (c == '}') | (c == '=') | (c == ';') | (c == '<') | (c == '>')));
        }
        signs += sum;
    }
    return signs;
}

/* Many of these signs, which prose does not have.  Asked where something would be done. */
static bool is_code_like(struct prose *p)
{
    enum { LETTERS_A_SIGN = 30, SIGNS = 2 };
    if (p->code < 0) {
        const size_t len = p->end - p->begin, signs = count_signs(p->text.ptr + p->begin, len);
        p->code = signs >= SIGNS && signs * LETTERS_A_SIGN >= len;
    }
    return p->code;
}

static uint64_t breaks_of(const struct prose *p, size_t block)
{
    return DM_AT(dm_classes, p->classes, block)->lf;
}

/* Where the line ends that begins there; the text's end: with it. */
static size_t find_end(const struct prose *p, size_t begin)
{
    size_t block = begin / 64;
    uint64_t breaks = breaks_of(p, block) & UINT64_MAX << begin % 64;
    while (!breaks && ++block < p->classes.count)
        breaks = breaks_of(p, block);
    return breaks ? block * 64 + (size_t)__builtin_ctzll(breaks) : p->text.len;
}

/* Where the line of `at` begins; `floor`: not behind it. */
static size_t find_begin(const struct prose *p, size_t floor, size_t at)
{
    size_t block = at / 64;
    uint64_t breaks = breaks_of(p, block) & ~(UINT64_MAX << at % 64);
    while (!breaks && block * 64 > floor)
        breaks = breaks_of(p, --block);
    const size_t begin = breaks ? block * 64 + 64 - (size_t)__builtin_clzll(breaks) : 0;
    return begin > floor ? begin : floor;
}

static void enter_line(struct prose *p, size_t begin)
{
    p->begin = begin;
    p->end = find_end(p, begin);
    p->next = p->end < p->text.len ? p->end + 1 : p->text.len;
    p->tongue = p->code = -1;
    p->tick_at = begin;
    p->ticked = false;
    p->shaped = p->fenced;
    if (is_fence(p->text, begin, p->end)) {
        p->fenced = !p->fenced;
        p->shaped = true;
    }
}

static bool is_marked(struct prose *p, size_t at)
{
    for (; p->mark < p->marks.count; p->mark++) {
        const dm_mark *m = DM_AT(dm_mark, p->marks, p->mark);
        if (m->at.begin > at)
            break;
        if ((m->kind == DM_CODE || m->kind == DM_TABLE) && m->at.end > p->code_end)
            p->code_end = m->at.end;
    }
    return at < p->code_end;
}

static bool is_ticked(struct prose *p, size_t at)
{
    if (at <= p->fence)
        return false;
    while (p->tick_at < at) {
        const char *tick = memchr(p->text.ptr + p->tick_at, '`', at - p->tick_at);
        if (!tick) {
            p->tick_at = at;
            break;
        }
        p->tick_at = (size_t)(tick - p->text.ptr) + 1;
        p->ticked = !p->ticked;
    }
    return p->ticked;
}

/* Pass over the lines up to that of `at`, if no fence can be among them. */
static void skip_lines(struct prose *p, size_t at)
{
    const char *const s = p->text.ptr + p->next;
    const size_t len = at - p->next;
    if (at > p->fence && (memchr(s, '`', len) || memchr(s, '~', len)))
        return;
    p->next = find_begin(p, p->next, at);
}

/* Find the first backtick or tilde, which most texts have none of. */
static void find_fence(struct prose *p)
{
    const char *const tick = memchr(p->text.ptr, '`', p->text.len);
    p->fence = tick ? (size_t)(tick - p->text.ptr) : p->text.len;
    const char *const tilde = memchr(p->text.ptr, '~', p->fence);
    p->fence = tilde ? (size_t)(tilde - p->text.ptr) : p->fence;
}

bool prose_reach(struct prose *p, size_t at)
{
    if (p->next == 0 || at >= p->next) {
        if (p->next == 0)
            find_fence(p);
        skip_lines(p, at);
        do
            enter_line(p, p->next);
        while (at >= p->next && p->next < p->text.len);
        p->shaped =
            p->shaped || is_shaped(p->text, p->begin, p->end) ||
            (p->end - p->begin > LONG_LINE && is_code_like(p)); /* which nobody is to read again and again */
        if (p->done < p->begin)
            p->done = p->begin;
    }
    return !p->shaped && p->code <= 0 && at <= p->end && !is_marked(p, at) && !is_ticked(p, at);
}

/* ---- language ------------------------------------------------------------------------------- */

/* Whether letters of other scripts are more than the Latin ones in the line's first part. */
static bool is_foreign_line(const struct prose *p)
{
    size_t latin = 0, other = 0, end = 0;
    const size_t stop = p->end - p->begin < ENGLISH_LINE ? p->end : p->begin + ENGLISH_LINE;
    /* ASCII is counted only where it matters, below. */
    dm_runs wide = dm_runs_of(p->classes, p->begin, stop, DM_WIDE);
    for (size_t at; (at = dm_next_edge(&wide)) < stop;)
        for (const size_t to = dm_next_edge(&wide); at < to; at = end) {
            const uint32_t cp = char_at(p, at, &end);
            latin += is_latin(cp);
            other += cp >= 0x370 && (cp < 0x1E00 || cp > 0x206F) && cp != 0xFFFD;
        }
    for (size_t at = p->begin; other > latin && at < p->end && at - p->begin < ENGLISH_LINE; at++)
        latin += (unsigned char)p->text.ptr[at] < 0x80 && is_latin((unsigned char)p->text.ptr[at]);
    return other > latin;
}

void prose_open(struct prose *p)
{
    static const char latin[] =
        " de pt nl pl cs sk sl hr bs ro hu tr az sq sv da no nb nn fi et lv lt id ms af eu ";
    const dm_str named = p->english.language;
    p->named = TONGUE_FOREIGN;
    if (!named.ptr || named.len < 2 || (named.len > 2 && named.ptr[2] != '-'))
        return;
    if (!memcmp(named.ptr, "en", 2)) /* as most are; in no list */
        return;
    const char wanted[] = {' ', named.ptr[0], named.ptr[1], ' ', 0};
    if (strstr(" es gl ca ", wanted))
        p->named = TONGUE_SPANISH;
    else if (strstr(" fr ", wanted))
        p->named = TONGUE_FRENCH;
    else if (strstr(" it ", wanted))
        p->named = TONGUE_ITALIAN;
    else if (strstr(latin, wanted))
        p->named = TONGUE_LATIN;
    else if (strstr(" ru uk be bg sr mk kk ky ", wanted))
        p->named = TONGUE_CYRILLIC;
    else if (strstr(" ar fa ur ps ", wanted))
        p->named = TONGUE_ARABIC;
}

bool is_other_letter(uint32_t cp)
{
    return (cp >= 0x400 && cp < 0x530) || (cp >= 0x620 && cp < 0x660) || (cp >= 0x670 && cp < 0x6D4);
}

/* Whether the letters of other scripts are of that of the text's language. */
static bool is_own_script(const struct prose *p)
{
    size_t own = 0, other = 0, end;
    for (size_t at = p->begin; at < p->end && at - p->begin < ENGLISH_LINE; at = end) {
        const uint32_t cp = char_at(p, at, &end);
        const bool cyrillic = cp < 0x530;
        own += is_other_letter(cp) && cyrillic == (p->named == TONGUE_CYRILLIC);
        other += is_latin(cp) || (is_other_letter(cp) && cyrillic != (p->named == TONGUE_CYRILLIC));
    }
    return own > other;
}

/* A line that is no English one: of the text's language, unless its letters or its words are others. */
static enum tongue other_tongue(struct prose *p)
{
    const enum tongue named = p->named;
    if (named >= TONGUE_CYRILLIC)
        return is_own_script(p) ? named : TONGUE_FOREIGN;
    if (named == TONGUE_FOREIGN || is_foreign_line(p))
        return TONGUE_FOREIGN;
    const size_t end = p->end - p->begin > ENGLISH_LINE ? p->begin + ENGLISH_LINE : p->end;
    const struct english_votes v = english_vote(&p->english, p->begin, end);
    return v.english > v.other + v.accented ? TONGUE_FOREIGN : named;
}

enum tongue prose_tongue(struct prose *p)
{
    if (p->tongue < 0)
        p->tongue =
            (int8_t)(!is_foreign_line(p) && english_is_line(&p->english, p->begin, p->end) ? TONGUE_ENGLISH
                                                                                           : other_tongue(p));
    return (enum tongue)p->tongue;
}

bool prose_is_named(struct prose *p, enum tongue tongue)
{
    return (p->tongue >= 0 || p->named == tongue) && prose_tongue(p) == tongue;
}

bool prose_is_of_other_script(struct prose *p)
{
    return p->named >= TONGUE_CYRILLIC && prose_tongue(p) == p->named;
}

static bool is_for_line(struct prose *p, uint32_t rule)
{
    const enum tongue tongue = prose_tongue(p);
    if (tongue == TONGUE_ENGLISH || tongue == TONGUE_FOREIGN)
        return tongue == TONGUE_ENGLISH;
    return rule != RULE_HYPHEN_SPACE && rule != RULE_CASE;
}

void prose_fix(struct prose *p, dm_span at, dm_str with, uint32_t rule, double confidence, dm_str evidence)
{
    if (at.begin < p->done || is_code_like(p) || !is_for_line(p, rule))
        return;
    const dm_change change = {.size = sizeof change,
                              .rule = rule,
                              .target = DM_CHANGE_TEXT,
                              .at = at,
                              .with = with,
                              .confidence = confidence,
                              .evidence = evidence};
    dm_change_doc(p->task, p->doc, &change);
    p->done = at.end;
}

bool prose_has(struct prose *p, const char *form, size_t len)
{
    const size_t all = p->text.len < SEARCH_TEXT ? p->text.len : SEARCH_TEXT;
    return !is_code_like(p) && p->searches++ < SEARCHES_MAX && memmem(p->text.ptr, all, form, len) != NULL;
}

bool prose_has_twice(const struct prose *p, const char *form, int8_t *known)
{
    if (*known < 0) {
        const size_t len = strlen(form);
        const char *const end = p->text.ptr + p->text.len;
        const char *const first = memmem(p->text.ptr, p->text.len, form, len);
        *known = first && memmem(first + len, (size_t)(end - first) - len, form, len);
    }
    return *known;
}

/* ---- characters ----------------------------------------------------------------------------- */

uint32_t char_at(const struct prose *p, size_t at, size_t *end)
{
    if (at >= p->end) {
        *end = at;
        return 0;
    }
    const unsigned char *c = (const unsigned char *)p->text.ptr + at;
    const size_t len = c[0] < 0x80 ? 1 : c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
    *end = at + len;
    uint32_t cp = len == 1 ? c[0] : c[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++)
        cp = cp << 6 | (c[i] & 0x3F);
    return cp;
}

uint32_t char_before(const struct prose *p, size_t at, size_t *begin)
{
    *begin = at;
    if (at <= p->begin)
        return 0;
    do
        --*begin;
    while (((unsigned char)p->text.ptr[*begin] & 0xC0) == 0x80);
    size_t end;
    return char_at(p, *begin, &end);
}

bool is_lower(uint32_t cp)
{
    if (cp < 0x80)
        return cp - 'a' < 26;
    return (cp >= 0xDF && cp <= 0xFF && cp != 0xF7) || (cp >= 0x100 && cp < 0x180 && (cp & 1));
}

bool is_upper(uint32_t cp)
{
    if (cp < 0x80)
        return cp - 'A' < 26;
    return (cp >= 0xC0 && cp < 0xDF && cp != 0xD7) || (cp >= 0x100 && cp < 0x180 && !(cp & 1));
}

bool is_latin(uint32_t cp)
{
    return is_lower(cp) || is_upper(cp) || (cp >= 0x180 && cp < 0x250) || (cp >= 0x1E00 && cp < 0x1F00);
}

bool is_digit(uint32_t cp)
{
    return cp - '0' < 10;
}

bool is_closing_quote(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == 0x201D || cp == 0x2019 || cp == 0xBB || cp == 0x300D;
}

bool is_quote(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == 0xAB || cp == 0xBB || (cp >= 0x2018 && cp <= 0x201F) ||
           cp == 0x300C || cp == 0x300D;
}
