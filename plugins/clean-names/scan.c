/* Which words are looked at: those that begin with small letters may be typos, those that begin with a capital may be
 * names.  All are found by the bits of dm_classify(), whatever line they stand in; that a word stands in a line of code
 * is asked only of the few that something is found about. */
#include "names.h"
#include "words.h"

bool names_is_word_byte(unsigned char c)
{
    /* Digits and letters; 0x80 and up, without C2 and E2. */
    static const uint64_t words[] = {0x03FF000000000000u, 0x07FFFFFE07FFFFFEu, UINT64_MAX,
                                     UINT64_MAX ^ (1ull << 2 | 1ull << 34)};
    return words[c / 64] >> c % 64 & 1;
}

bool names_is_behind_article(dm_str s, size_t at)
{
    enum { LEN = 3 };
    return at >= LEN && (!memcmp(s.ptr + at - LEN, "al-", LEN) || !memcmp(s.ptr + at - LEN, "el-", LEN)) &&
           (at == LEN || s.ptr[at - LEN - 1] == ' ');
}

bool names_begins_at(dm_str s, size_t at)
{
    return at == 0 || names_is_behind_article(s, at) || !strchr("/@._-\\#&=%+~'$", s.ptr[at - 1]) ||
           s.ptr[at - 1] == 0;
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

/* ---- the bits --------------------------------------------------------------------------------- */

struct scan {
    dm_str text;
    dm_array classes;
    uint64_t before;    /* 1: the byte before the next block is of a word */
    uint64_t mark_rest; /* the first bytes of the next block, of a mark that began in the one before */
};

/* Letters among the longer characters of 64 bytes. */
struct wide_letters {
    uint64_t all;
    uint64_t capitals; /* bytes with which one like É begins */
};

/* U+00A0 to U+00BF and the marks of the block U+2000 belong to no word. */
static unsigned mark_length(unsigned char c)
{
    return c == 0xE2 ? 3 : c == 0xC2 ? 2 : 0;
}

static bool is_wide_capital(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    return (p[0] == 0xC3 && at + 1 < s.len && p[1] <= 0x9E) || p[0] == 0xC4 || p[0] == 0xC5;
}

static struct wide_letters read_wide(struct scan *w, size_t block, uint64_t wide)
{
    struct wide_letters l = {.all = wide & ~w->mark_rest};
    w->mark_rest = 0;
    for (uint64_t bits = l.all; bits; bits &= bits - 1) {
        const unsigned at = (unsigned)__builtin_ctzll(bits);
        const unsigned len = mark_length((unsigned char)w->text.ptr[block * 64 + at]);
        const uint64_t mark = (1ull << len) - 1;
        l.all &= ~(mark << at);
        bits &= ~(mark << at) | 1ull << at;
        if (at + len > 64)
            w->mark_rest = (1ull << (at + len - 64)) - 1;
        l.capitals |= (uint64_t)is_wide_capital(w->text, block * 64 + at) << at;
    }
    return l;
}

/* Of what the words of 64 bytes are made. */
struct letters {
    uint64_t all, small;
    uint64_t uppers;        /* capitals of ASCII and digits */
    uint64_t capital_bytes; /* with which capitals of any kind begin */
};

static inline struct letters read_letters(struct scan *w, size_t block)
{
    const dm_classes *const c = DM_AT(dm_classes, w->classes, block);
    struct letters l = {c->small | c->capital | c->digit, c->small, c->capital | c->digit, c->capital};
    if (c->wide) {
        const struct wide_letters wide = read_wide(w, block, c->wide);
        l.all |= wide.all;
        l.capital_bytes |= wide.capitals;
    }
    return l;
}

/* Mark the words of a block. */
static inline void read_block(struct scan *w, size_t block, struct stretch *s, size_t i)
{
    const struct letters l = read_letters(w, block);
    const uint64_t next = block + 1 < w->classes.count ? DM_AT(dm_classes, w->classes, block + 1)->small : 0;
    const uint64_t begins = l.all & ~(l.all << 1 | w->before);
    const uint64_t three = begins & l.small & (l.small >> 1 | next << 63) & (l.small >> 2 | next << 62);
    const uint64_t more = (l.small >> 3 | next << 61) & (l.small >> 4 | next << 60);
    w->before = l.all >> 63;
    s->gaps[i] = htole64(~l.all);
    s->uppers[i] = htole64(l.uppers);
    add_places(&s->names, begins & l.capital_bytes, i * 64);
    add_places(&s->small, three & more, i * 64);
    add_places(&s->short_ones, three & ~more, i * 64);
}

/* Move the places from `end` on to `rest`. */
static void cut_places(struct places *p, size_t end, struct places *rest)
{
    for (size_t i = p->count; i-- > 0 && p->bases[i] + 64 > end;) {
        const uint64_t own = p->bases[i] < end ? (1ull << (end - p->bases[i])) - 1 : 0;
        add_places(rest, p->bits[i] & ~own, p->bases[i]);
        p->bits[i] &= own;
        p->count -= p->bits[i] == 0;
    }
}

/* Mark the words of the blocks from `block` on. */
static void read_stretch(struct scan *w, size_t block, struct stretch *s)
{
    const size_t left = w->classes.count - block, blocks = left < STRETCH_BLOCKS ? left : STRETCH_BLOCKS;
    const size_t reach = w->text.len < IN_REACH ? 0 : w->text.len - IN_REACH + 1;
    s->text = w->text;
    s->base = block * 64;
    s->names.count = s->small.count = s->short_ones.count = s->last.count = 0;
    for (size_t i = 0; i < blocks; i++)
        read_block(w, block + i, s, i);
    struct scan ahead = *w; /* which reads the first block of the next stretch, without a trace */
    const struct letters next = left > blocks ? read_letters(&ahead, block + blocks) : (struct letters){0};
    s->gaps[blocks] = htole64(~next.all);
    s->uppers[blocks] = htole64(next.uppers);
    if (reach < s->base + STRETCH_BYTES) {
        cut_places(&s->small, reach < s->base ? 0 : reach - s->base, &s->last);
        cut_places(&s->short_ones, reach < s->base ? 0 : reach - s->base, &s->last);
    }
    end_places(&s->names);
    end_places(&s->small);
    end_places(&s->short_ones);
    end_places(&s->last);
}

/* ---- capitalised words ------------------------------------------------------------------------ */

/* return  false: no memory */
static bool make_room(struct names *n)
{
    const size_t cap = n->met_cap * 2;
    struct occurrence *const bigger = dm_alloc(n->task, cap * sizeof *bigger);
    if (!bigger)
        return false;
    memcpy(bigger, n->met, n->met_count * sizeof *bigger);
    n->met = bigger;
    n->met_cap = cap;
    return true;
}

/* Keep what may be a name: without another capital and digits, and neither short nor long. */
static bool take_names(struct names *n, const struct stretch *s)
{
    enum { SHORTEST = 2 };
    for (struct place_walk w = walk_places(&s->names); w.group < s->names.count;) {
        const uint32_t place = next_place(&s->names, &w), len = word_length(s, place);
        const uint64_t others = (bits_from(s->uppers, place) & ~1ull) << (63 - len);
        const size_t begin = s->base + place;
        if (n->met_count == n->met_cap && !make_room(n))
            return false;
        struct occurrence *const o = &n->met[n->met_count];
        o->begin = begin;
        o->len = (uint32_t)len;
        o->head = word_head(s->text, begin, len);
        o->tail = word_tail(s->text, begin + len, len);
        n->met_count += (size_t)(others << 1 == 0) & (size_t)(len - SHORTEST <= NAME_MAX - SHORTEST);
    }
    return true;
}

bool names_scan(struct names *n)
{
    struct scan w = {.text = n->text, .classes = dm_classify(n->task, n->doc)};
    struct stretch s;
    names_read_language(n);
    if (!w.classes.items)
        return false;
    for (size_t block = 0; block < w.classes.count; block += STRETCH_BLOCKS) {
        read_stretch(&w, block, &s);
        if (n->english)
            names_check_typos(n, &s);
        if (!take_names(n, &s))
            return false;
    }
    return true;
}
