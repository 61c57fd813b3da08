/* Some questions, each answered for more than is so, and never for less: a place that is told is looked at with care. */
#include "scan.h"

#include <string.h>

enum { BLOCK = 64 };

/* What the 64 bytes before leave: one bit for each. */
struct edge {
    uint64_t marks, spaces, digits, wide;
};

static inline uint64_t behind(uint64_t now, uint64_t last, unsigned n)
{
    return now << n | last >> (BLOCK - n);
}

/* Marks that addresses and code are made of; most others are hyphens and quotes.  *seen: PLUS if there is one */
enum { WANTED = 1, PLUS = 2 };
static uint64_t find_marks(dm_str s, size_t base, uint64_t behind_marks, unsigned *seen)
{
    static const unsigned char kinds[0x80] = {['/'] = WANTED, ['@'] = WANTED, ['#'] = WANTED, ['\\'] = WANTED,
                                              ['.'] = WANTED, [':'] = WANTED, ['`'] = WANTED, ['+'] = PLUS};
    uint64_t found = 0;
    for (; behind_marks; behind_marks &= behind_marks - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(behind_marks);
        const unsigned kind = kinds[(unsigned char)s.ptr[base + i - 1]];
        found |= (uint64_t)(kind & WANTED) << i;
        *seen |= kind;
    }
    return found;
}

/* U+0340 and what is beyond, except U+2000 to U+2FFF, which are marks.  *openers: those before are added */
static bool has_foreign(dm_str s, size_t base, uint64_t wide, unsigned *openers)
{
    while (wide) {
        const unsigned i = (unsigned)__builtin_ctzll(wide);
        const unsigned char *const p = (const unsigned char *)s.ptr + base + i;
        if (*p >= 0xCD && *p != 0xE2)
            return true;
        *openers |= scan_opener(p, s.len - base - i);
        wide &= ~((*p == 0xE2 ? 7ull : 1ull) << i);
    }
    return false;
}

/* Whether one of the marks behind a mark behind a space stands between quotes or brackets, alone or with others: (;) and
 * "..". */
static bool has_shown(dm_str s, size_t base, uint64_t marks)
{
    static const char stops[] = ".,;:?!-'`";
    for (; marks; marks &= marks - 1) {
        const size_t at = base + (size_t)__builtin_ctzll(marks);
        const char opener = s.ptr[at - 1], behind = at + 1 < s.len ? s.ptr[at + 1] : ' ';
        if ((opener == '(' || opener == '"') && strchr(stops, s.ptr[at]) &&
            (behind == ')' || behind == '"' || behind == s.ptr[at]))
            return true;
    }
    return false;
}

void places_seek(struct places *p, size_t from)
{
    size_t i = from / BLOCK;
    uint64_t left = p->bits[i] & UINT64_MAX << from % BLOCK;
    while (!left)
        left = p->bits[++i];
    p->next = i * BLOCK + (size_t)__builtin_ctzll(left);
}

/* `bits` have one more at the end, behind the text, so that a search ends there. */
static struct places places_of(uint64_t *bits, size_t blocks)
{
    bits[blocks] = 1;
    struct places p = {.bits = bits};
    places_seek(&p, 0);
    return p;
}

bool scan_text(dm_task *t, dm_str s, dm_array classes, struct scan *out)
{
    struct edge last = {0, 0, 0, 0};
    bool foreign = false, shown = false;
    unsigned seen = 0, openers = 0;
    const size_t blocks = s.len / BLOCK + 1;
    uint64_t *const marks_bits = dm_alloc(t, 3 * (blocks + 1) * sizeof *marks_bits);
    if (!marks_bits)
        return false;
    uint64_t *const numbers_bits = marks_bits + blocks + 1, *const gaps_bits = numbers_bits + blocks + 1;
    for (size_t i = 0, base = 0; i < blocks; i++, base += BLOCK) {
        const dm_classes *const c = DM_AT(dm_classes, classes, i);
        const uint64_t inside = s.len - base < BLOCK ? ~(UINT64_MAX << (s.len - base)) : UINT64_MAX;
        const uint64_t marks =
            ~(c->small | c->capital | c->digit | c->wide | c->space | c->tab | c->lf | c->cr) & inside;
        const uint64_t behind_marks = behind(marks, last.marks, 1),
                       behind_wide = behind(c->wide, last.wide, 1),
                       behind_space = behind(c->space, last.spaces, 1),
                       behind_two = behind(c->space, last.spaces, 2),
                       behind_sign = behind_marks | behind_space;
        marks_bits[i] = find_marks(s, base, behind_marks & ~(c->space | c->lf) & inside, &seen);
        /* A digit, a mark, a space or a character of three bytes, and a digit; not all are numbers. */
        numbers_bits[i] = c->digit & ((behind(c->digit, last.digits, 2) & behind_sign) |
                                      (behind(c->digit, last.digits, 4) & behind_wide));
        gaps_bits[i] = c->tab | (c->space & behind_space & behind_two);
        shown = shown || has_shown(s, base, marks & behind_marks & behind_two);
        if (c->wide && !foreign)
            foreign = has_foreign(s, base, c->wide, &openers);
        last = (struct edge){.marks = marks, .spaces = c->space, .digits = c->digit, .wide = c->wide};
    }
    *out = (struct scan){.marks = places_of(marks_bits, blocks),
                         .numbers = places_of(numbers_bits, blocks),
                         .gaps = places_of(gaps_bits, blocks),
                         .openers = foreign ? OPENS_ALL : openers,
                         .plus = seen & PLUS,
                         .shown = shown,
                         .foreign = foreign};
    return true;
}
