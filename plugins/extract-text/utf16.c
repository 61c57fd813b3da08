/* UTF-16 and UTF-32, both byte orders. */
#include "text.h"

#include <string.h>

enum { NOT_A_CHARACTER = 0x110000 };

struct wide {
    const unsigned char *p;
    size_t len, unit;
    bool big;
};

bool text_is_wide(const char *name)
{
    return !strncmp(name, "utf-16", 6) || !strncmp(name, "utf-32", 6);
}

static uint32_t read_unit(const struct wide *w, size_t at)
{
    uint32_t v = 0;
    for (size_t i = 0; i < w->unit; i++)
        v = v << 8 | w->p[at + (w->big ? i : w->unit - 1 - i)];
    return v;
}

/* Read one character at `at`.
 * used    out: its bytes; of a bad one, the bytes to step over
 * return  NOT_A_CHARACTER: a lone surrogate, a number too large, or half a unit at the end */
static uint32_t read_character(const struct wide *w, size_t at, size_t *used)
{
    if (w->len - at < w->unit) {
        *used = w->len - at;
        return NOT_A_CHARACTER;
    }
    const uint32_t v = read_unit(w, at);
    *used = w->unit;
    if (v < 0xD800 || (v > 0xDFFF && v < NOT_A_CHARACTER))
        return v;
    if (w->unit == 4 || v > 0xDBFF || w->len - at < 4)
        return NOT_A_CHARACTER;
    const uint32_t low = read_unit(w, at + 2);
    if (low < 0xDC00 || low > 0xDFFF)
        return NOT_A_CHARACTER;
    *used = 4;
    return 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
}

dm_status text_decode_wide(dm_task *t, const struct text_options *o, struct text_source *src)
{
    const struct wide w = {(const unsigned char *)src->bytes.ptr + src->bom, src->bytes.len - src->bom,
                           src->encoding[4] == '3' ? 4 : 2, src->encoding[6] == 'b'};
    /* A unit of two bytes becomes three at most, one of four never more than four. */
    char *out = dm_alloc(t, w.len + w.len / 2 + 4);
    if (!out)
        return DM_ELIMIT;
    size_t n = 0;
    for (size_t i = 0, used; i < w.len; i += used) {
        uint32_t cp = read_character(&w, i, &used);
        if (!cp)
            return dm_fail(t, DM_EDOC, "not text: NUL character at offset %zu", src->bom + i);
        if (cp == NOT_A_CHARACTER) {
            if (o->invalid == TEXT_INVALID_REJECT)
                return dm_fail(t, DM_EDOC, "invalid %s: %s at offset %zu", src->encoding,
                               used < w.unit ? "half a character" : "no character", src->bom + i);
            cp = 0xFFFD;
            src->errors += used;
        }
        n += text_utf8_encode(out + n, cp);
    }
    src->text = (dm_str){out, n};
    return DM_OK;
}
