/* Normalisation form C: a letter and its accents become one character where there is one. */
#include "unicode.h"

#include <utf8proc.h>

/* Longer stacks of marks are no writing; they stay, and cost no time that grows with their square. */
enum { CHUNK_MAX = 64 };

/* Whether the character can neither join nor pass the one before it. */
static bool starts_chunk(uint32_t cp)
{
    return cp < 0x300 || (!char_is_mark(cp) && !char_is_jamo_tail(cp) &&
                          utf8proc_get_property((utf8proc_int32_t)cp)->combining_class == 0);
}

static size_t chunk_end(const struct uni_cells *c, size_t i)
{
    i++;
    while (i + 1 < c->count && !starts_chunk(c->at[i].cp))
        i++;
    return i;
}

/* NFC of cells [begin, end).  return  its length; 0: it is as it should be, or too long */
static size_t compose_chunk(const struct uni_cells *c, size_t begin, size_t end,
                            utf8proc_int32_t out[CHUNK_MAX * 4])
{
    char utf8[CHUNK_MAX * 4];
    size_t len = 0;
    if (end - begin > CHUNK_MAX || (end - begin == 1 && !char_may_compose(c->at[begin].cp)))
        return 0;
    for (size_t i = begin; i < end; i++)
        len += char_encode(utf8 + len, c->at[i].cp);
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)utf8, (utf8proc_ssize_t)len, out,
                                            CHUNK_MAX * 4, options);
    if (n <= 0 || n > CHUNK_MAX * 4)
        return 0;
    n = utf8proc_normalize_utf32(out, n, options);
    if (n <= 0)
        return 0;
    const size_t count = (size_t)n;
    bool same = count == end - begin;
    for (size_t i = 0; same && i < count; i++)
        same = c->at[begin + i].cp == (uint32_t)out[i];
    return same ? 0 : count;
}

/* Write `out` in place of cells [begin, end): what they agree in from the start stays itself. */
static bool push_composed(struct uni_segment *s, size_t begin, size_t end, const utf8proc_int32_t *out,
                          size_t count)
{
    const struct uni_cell *c = s->cells.at;
    const size_t last = end - 1;
    size_t i = 0;
    for (; i + 1 < count && begin < last && c[begin].cp == (uint32_t)out[i]; i++, begin++)
        if (!uni_push(s, c[begin]))
            return false;
    struct uni_cell cell = {(uint32_t)out[i], c[begin].begin, c[last].end, RULE_COMPOSE, c[begin].gap};
    for (; i < count; i++) {
        cell.cp = (uint32_t)out[i];
        if (!uni_push(s, cell))
            return false;
        cell.begin = cell.end;
        cell.gap = RULE_NONE;
    }
    return true;
}

static bool has_composing(const struct uni_cells *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->at[i].cp >= 0x300 && char_may_compose(c->at[i].cp))
            return true;
    return false;
}

bool uni_compose(struct uni_segment *s)
{
    const struct uni_cells *c = &s->cells;
    if (!has_composing(c))
        return false;
    bool changed = false;
    for (size_t i = 0; i < c->count;) {
        utf8proc_int32_t out[CHUNK_MAX * 4];
        const size_t end = chunk_end(c, i);
        const size_t count = compose_chunk(c, i, end, out);
        if (count && !changed && uni_is_subject(s)) {
            s->spare.count = 0;
            return false;
        }
        if (count) {
            if (!push_composed(s, i, end, out, count))
                return false;
            changed = true;
            i = end;
        }
        for (; i < end; i++)
            if (!uni_push(s, c->at[i]))
                return false;
    }
    uni_swap(s);
    return changed;
}
