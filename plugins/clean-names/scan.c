/* A walk through the capitalised words of the text, the marks between them, and words with longer characters: most
 * words are neither.  Lines of code are stepped over. */
#include <endian.h>
#include <string.h>

#include "names.h"

bool names_is_word_byte(unsigned char c)
{
    /* Digits and letters; 0x80 and up, without C2 and E2. */
    static const uint64_t words[] = {0x03FF000000000000u, 0x07FFFFFE07FFFFFEu, UINT64_MAX,
                                     UINT64_MAX ^ (1ull << 2 | 1ull << 34)};
    return words[c / 64] >> c % 64 & 1;
}

/* U+00A0 to U+00BF and the marks of the block U+2000 belong to no word. */
static size_t mark_length(unsigned char c)
{
    return c == 0xE2 ? 3 : c == 0xC2 ? 2 : 1;
}

bool names_begins_at(dm_str s, size_t at)
{
    return at == 0 || !strchr("/@._-\\#&=%+~'$", s.ptr[at - 1]) || s.ptr[at - 1] == 0;
}

bool names_ends_at(dm_str s, size_t at)
{
    if (at >= s.len || s.ptr[at] == 0)
        return true;
    const bool stop = strchr(".:", s.ptr[at]) != NULL;
    if (stop)
        return at + 1 >= s.len || !names_is_word_byte((unsigned char)s.ptr[at + 1]);
    return !strchr("/@_-\\=&(", s.ptr[at]);
}

/* Where the walk is. */
struct walk {
    struct names *n;
    size_t at;
    uint32_t sentence, line;
    bool fenced;
    dm_array marks, classes;
    uint32_t mark;
    size_t code_end;
    size_t capital_end; /* where the last capitalised word ended; 0: another word came since */
};

static bool is_code_line(struct walk *w)
{
    const dm_str s = w->n->text;
    const char *const p = s.ptr + w->at;
    const size_t left = s.len - w->at;
    for (; w->mark < w->marks.count; w->mark++) {
        const dm_mark *mark = DM_AT(dm_mark, w->marks, w->mark);
        if (mark->at.begin > w->at)
            break;
        if (mark->kind == DM_CODE && mark->at.end > w->code_end)
            w->code_end = mark->at.end;
    }
    const bool fence = left >= 3 && (!memcmp(p, "```", 3) || !memcmp(p, "~~~", 3));
    w->fenced ^= fence;
    return fence || w->fenced || w->at < w->code_end || (left > 0 && *p == '\t') ||
           (left >= 4 && !memcmp(p, "    ", 4));
}

/* What a word is made of. */
struct shape {
    size_t end;
    bool small;   /* small letters of ASCII only */
    bool capital; /* a capital, and no other one and no digit behind it */
};

/* Eight bytes at a time, as words are too short for a loop over their bytes to be foreseen. */
static const uint64_t ONES = 0x0101010101010101u, HIGH = 0x8080808080808080u;

/* The high bit of each byte of ASCII that is in a range. */
static uint64_t within(uint64_t bytes, unsigned char first, unsigned char last)
{
    const uint64_t low = bytes & ~HIGH;
    return (low + (0x80u - first) * ONES) & ~(low + (0x7Fu - last) * ONES) & ~bytes & HIGH;
}

/* The high bit of each byte that is not `c`. */
static uint64_t other_than(uint64_t bytes, unsigned char c)
{
    const uint64_t differs = bytes ^ c * ONES;
    return (((differs & ~HIGH) + ~HIGH) | differs) & HIGH;
}

static bool begins_with_capital(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    return (p[0] >= 'A' && p[0] <= 'Z') || (p[0] == 0xC3 && at + 1 < s.len && p[1] <= 0x9E) || p[0] == 0xC4 ||
           p[0] == 0xC5;
}

/* The word that begins at `at`, the slow way. */
static struct shape look_at(dm_str s, size_t at)
{
    const size_t begin = at;
    uint64_t capitals = 0, others = 0, end = 0;
    for (size_t left; !end && (left = s.len - at) > 0; at += end ? (size_t)__builtin_ctzll(end) / 8 : 8) {
        uint64_t bytes = 0;
        memcpy(&bytes, s.ptr + at, left < sizeof bytes ? left : sizeof bytes);
        bytes = le64toh(bytes);
        const uint64_t small = within(bytes, 'a', 'z'), capital = within(bytes, 'A', 'Z'),
                       digit = within(bytes, '0', '9');
        const uint64_t wide = bytes & other_than(bytes, 0xC2) & other_than(bytes, 0xE2);
        end = ~(small | capital | digit | wide) & HIGH;
        const uint64_t own = end ? (end & -end) - 1 : UINT64_MAX; /* the bytes before the end */
        capitals |= (capital | digit) & own & (at == begin ? ~(uint64_t)0xFF : UINT64_MAX);
        others |= ~small & HIGH & own;
    }
    return (struct shape){at, !others, !capitals && begins_with_capital(s, begin)};
}

static bool push_occurrence(struct walk *w, size_t begin, size_t end)
{
    struct names *const n = w->n;
    if (n->met_count == n->met_cap) {
        const size_t cap = n->met_cap ? n->met_cap * 2 : 256;
        struct occurrence *bigger = dm_alloc(n->task, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (n->met_count)
            memcpy(bigger, n->met, n->met_count * sizeof *bigger);
        n->met = bigger;
        n->met_cap = cap;
    }
    const size_t gap = w->capital_end ? begin - w->capital_end : 0;
    const char *const between = n->text.ptr + w->capital_end;
    const bool joined = (gap == 1 && *between == ' ') || (gap == 2 && !memcmp(between, ". ", 2));
    n->met[n->met_count++] = (struct occurrence){begin, end, w->sentence, w->line, NOBODY, joined};
    w->capital_end = end;
    return true;
}

/* A mark ends a sentence if it is followed by a space, or by a quotation mark; a title's full stop does not. */
static void read_mark(struct walk *w)
{
    const dm_str s = w->n->text;
    const char c = s.ptr[w->at];
    if (c != '.' && c != '!' && c != '?')
        return;
    const struct occurrence *const last = w->n->met_count ? &w->n->met[w->n->met_count - 1] : NULL;
    const bool title = last && last->end == w->at && last->end - last->begin <= 4 &&
                       names_is_title(w->n->state, (dm_str){s.ptr + last->begin, last->end - last->begin});
    const bool initial = last && last->end == w->at && last->end - last->begin == 1;
    const bool inside = w->at + 1 < s.len && names_is_word_byte((unsigned char)s.ptr[w->at + 1]);
    if (title || initial || inside)
        return;
    w->sentence++;
    w->capital_end = 0;
}

/* return  false: no memory */
static bool take_word(struct walk *w, size_t begin, const struct shape *k)
{
    enum { TYPO_MIN = 3 };
    if (k->capital)
        return push_occurrence(w, begin, k->end);
    if (k->small && w->n->english && k->end - begin >= TYPO_MIN)
        names_check_typo(w->n, begin, k->end);
    return true;
}

/* Words and marks with longer characters among them.  return  false: no memory */
static bool read_wide(struct walk *w, size_t end)
{
    const dm_str s = w->n->text;
    while (w->at < end) {
        const size_t begin = w->at;
        const unsigned char c = (unsigned char)s.ptr[begin];
        if (!names_is_word_byte(c)) {
            w->at += mark_length(c);
            continue;
        }
        const struct shape k = look_at(s, begin);
        w->at = k.end;
        if (!take_word(w, begin, &k))
            return false;
    }
    return true;
}

/* Bits of a class from byte `at` on, 64 of them. */
static uint64_t bits_at(uint64_t here, uint64_t next, size_t at)
{
    return here >> at % 64 | next << 1 << (63 - at % 64);
}

/* Letters, digits and longer characters in a row, not all of them small letters.  return  false: no memory */
static bool read_run(struct walk *w, size_t end)
{
    enum { MOST = 64 };
    const size_t begin = w->at, len = end - begin;
    const dm_classes *const here = DM_AT(dm_classes, w->classes, begin / 64), *const next = DM_AT(
                                                                                  dm_classes, w->classes,
                                                                                  (end - 1) / 64);
    const uint64_t own = len < MOST ? (1ull << len) - 1 : UINT64_MAX;
    if (len > MOST || (bits_at(here->wide, next->wide, begin) & own))
        return read_wide(w, end);
    const uint64_t others = ~bits_at(here->small, next->small, begin) & own;
    w->at = end;
    return take_word(w, begin,
                     &(struct shape){end, false, others == 1 && begins_with_capital(w->n->text, begin)});
}

static bool is_of_run(unsigned char c)
{
    return c >= 0x80 || names_is_word_byte(c);
}

/* The run around `at`, in a line that ends at `end`: what is before w->at has been read. */
static dm_span run_around(const struct walk *w, size_t at, size_t end)
{
    const unsigned char *const s = (const unsigned char *)w->n->text.ptr;
    dm_span run = {at, at + 1};
    while (run.begin > w->at && is_of_run(s[run.begin - 1]))
        run.begin--;
    while (run.end < end && is_of_run(s[run.end]))
        run.end++;
    return run;
}

/* Capitals, longer characters and marks among 64 bytes. */
static uint64_t telling(const dm_classes *c)
{
    return ~(c->small | c->digit | c->space | c->tab | c->lf | c->cr);
}

/* return  false: no memory */
static bool read_line(struct walk *w, size_t end)
{
    if (w->n->english)
        names_check_small_words(w->n, w->classes, (dm_span){w->at, end});
    for (size_t block = w->at / 64; block * 64 < end; block++) {
        const dm_classes *const c = DM_AT(dm_classes, w->classes, block);
        const uint64_t letters = c->capital | c->wide;
        for (uint64_t bits = telling(c); bits; bits &= bits - 1) {
            const size_t at = block * 64 + (size_t)__builtin_ctzll(bits);
            if (at >= end)
                return true;
            if (at < w->at)
                continue;
            if (!(letters & bits & -bits)) {
                w->at = at;
                read_mark(w);
                w->at++;
                continue;
            }
            const dm_span run = run_around(w, at, end);
            w->at = run.begin;
            if (!read_run(w, run.end))
                return false;
        }
    }
    return true;
}

bool names_scan(struct names *n)
{
    struct walk w = {.n = n, .marks = dm_marks(n->task, n->doc), .classes = dm_classify(n->task, n->doc)};
    const dm_str s = n->text;
    names_read_language(n);
    if (!w.classes.items)
        return false;
    while (w.at < s.len) {
        const char *const newline = memchr(s.ptr + w.at, '\n', s.len - w.at);
        const size_t end = newline ? (size_t)(newline - s.ptr) : s.len;
        w.line++;
        w.sentence++;
        w.capital_end = 0;
        if (!is_code_line(&w) && !read_line(&w, end))
            return false;
        w.at = end + 1;
    }
    return true;
}
