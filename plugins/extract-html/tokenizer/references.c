/* Character references, and what else differs between what is written and what it says: line breaks, NUL, the case of
 * names. */
#include "tokenizer.h"

#include <string.h>

static const struct {
    const char *name, *text;
} references[] = {
#define REFERENCE(name, text) {name, text},
#include "references.inc"
#undef REFERENCE
};

enum { REFERENCES = sizeof references / sizeof references[0], REPLACEMENT = 0xFFFD };

size_t html_encode(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* ---- by number ------------------------------------------------------------------------------------ */

/* What numbers of C1 controls mean: the characters of windows-1252 there. */
static const uint16_t windows[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

static uint32_t meant(uint32_t number)
{
    if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number < 0xE000))
        return REPLACEMENT;
    return number >= 0x80 && number < 0xA0 ? windows[number - 0x80] : number;
}

/* Value of a digit; `base`: it is none. */
static uint32_t digit(char c, uint32_t base)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    const char small = (char)(c | 0x20);
    return base == 16 && small >= 'a' && small <= 'f' ? (uint32_t)(small - 'a') + 10 : base;
}

/* Behind `&#`. */
static size_t read_number(dm_str s, size_t at, char out[8], size_t *len)
{
    const uint32_t base = at < s.len && (s.ptr[at] | 0x20) == 'x' ? 16 : 10;
    at += base == 16;
    const size_t begin = at;
    uint32_t number = 0;
    for (uint32_t d; at < s.len && (d = digit(s.ptr[at], base)) < base; at++)
        number = number > 0x10FFFF ? number : number * base + d;
    if (at == begin)
        return 0;
    *len = html_encode(meant(number), out);
    return at < s.len && s.ptr[at] == ';' ? at + 1 : at;
}

/* ---- by name -------------------------------------------------------------------------------------- */

/* The references whose names begin with the same `len` bytes. */
struct range {
    size_t begin, end, len;
};

/* Leave those whose next byte is `c`. */
static void narrow(struct range *r, char c)
{
    size_t low = r->begin, high = r->end;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if ((unsigned char)references[middle].name[r->len] < (unsigned char)c)
            low = middle + 1;
        else
            high = middle;
    }
    r->begin = low;
    high = r->end;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if ((unsigned char)references[middle].name[r->len] <= (unsigned char)c)
            low = middle + 1;
        else
            high = middle;
    }
    r->end = low;
    r->len++;
}

static bool is_alphanumeric(char c)
{
    return html_is_letter(c) || (c >= '0' && c <= '9');
}

/* Behind `&`: the longest name that is one. */
static size_t read_name(dm_str s, size_t at, bool in_value, char out[8], size_t *len)
{
    struct range r = {0, REFERENCES, 0};
    const char *found = NULL;
    size_t end = 0;
    for (size_t i = at; i < s.len && s.ptr[i] && r.begin < r.end; i++) {
        narrow(&r, s.ptr[i]);
        if (r.begin < r.end && references[r.begin].name[r.len] == 0) {
            found = references[r.begin].text;
            end = i + 1;
        }
    }
    const bool open = found && s.ptr[end - 1] != ';';
    if (!found || (open && in_value && end < s.len && (s.ptr[end] == '=' || is_alphanumeric(s.ptr[end]))))
        return 0;
    *len = strlen(found);
    memcpy(out, found, *len);
    return end;
}

size_t html_read_reference(dm_str s, size_t at, bool in_value, char out[8], size_t *len)
{
    const size_t begin = at + 1;
    if (begin == s.len)
        return 0;
    const size_t end =
        s.ptr[begin] == '#' ? read_number(s, begin + 1, out, len) : read_name(s, begin, in_value, out, len);
    return end ? end - at : 0;
}

/* ---- whole texts ---------------------------------------------------------------------------------- */

/* Where the next bytes are that do not stand for themselves; s.len: there is none. */
struct odd {
    size_t reference, carriage, nul;
};

static size_t find(dm_str s, size_t at, char c)
{
    const char *const p = at < s.len ? memchr(s.ptr + at, c, s.len - at) : NULL;
    return p ? (size_t)(p - s.ptr) : s.len;
}

static struct odd find_odd(const struct html_tokenizer *t, dm_str s, unsigned how)
{
    return (struct odd){.reference = how & HTML_COOK_REFERENCES ? find(s, 0, '&') : s.len,
                        .carriage = t->odd ? find(s, 0, '\r') : s.len,
                        .nul = t->odd && how & HTML_COOK_NUL ? find(s, 0, 0) : s.len};
}

/* The first at or behind `at`.  Each byte is looked at once for each kind. */
static size_t next_odd(dm_str s, size_t at, struct odd *o)
{
    if (o->reference < at)
        o->reference = find(s, at, '&');
    if (o->carriage < at)
        o->carriage = find(s, at, '\r');
    if (o->nul < at)
        o->nul = find(s, at, 0);
    const size_t first = o->reference < o->carriage ? o->reference : o->carriage;
    return first < o->nul ? first : o->nul;
}

/* Write what stands for the odd byte at `at`.  return  how many bytes of `s` that takes */
static size_t cook_odd(dm_str s, size_t at, unsigned how, char out[8], size_t *len)
{
    *len = 1;
    out[0] = s.ptr[at];
    if (s.ptr[at] == '\r') {
        out[0] = '\n';
        return at + 1 < s.len && s.ptr[at + 1] == '\n' ? 2 : 1;
    }
    if (s.ptr[at] == 0) {
        *len = html_encode(REPLACEMENT, out);
        return 1;
    }
    const size_t taken = html_read_reference(s, at, how & HTML_COOK_VALUE, out, len);
    return taken ? taken : 1;
}

dm_str html_cook(const struct html_tokenizer *t, dm_str raw, unsigned how)
{
    struct odd places = find_odd(t, raw, how);
    size_t odd = next_odd(raw, 0, &places), at = 0, len = 0;
    if (odd == raw.len)
        return raw;
    /* NUL is shorter than what it stands for by two bytes, `&nGt;` and `&nLt;` by one. */
    char *const out = dm_alloc(t->task, raw.len * (how & HTML_COOK_NUL && t->odd ? 3 : 1) + raw.len / 4 + 8);
    if (!out)
        return (dm_str){NULL, 0};
    for (; odd < raw.len; odd = next_odd(raw, at, &places)) {
        char text[8];
        size_t n;
        memcpy(out + len, raw.ptr + at, odd - at);
        len += odd - at;
        at = odd + cook_odd(raw, odd, how, text, &n);
        memcpy(out + len, text, n);
        len += n;
    }
    memcpy(out + len, raw.ptr + at, raw.len - at);
    return (dm_str){out, len + raw.len - at};
}

dm_str html_fold(const struct html_tokenizer *t, dm_str raw)
{
    size_t i = 0;
    while (i < raw.len && !(raw.ptr[i] >= 'A' && raw.ptr[i] <= 'Z') && raw.ptr[i] != 0)
        i++;
    if (i == raw.len)
        return raw;
    char *const out = dm_alloc(t->task, raw.len * 3);
    size_t len = 0;
    for (i = 0; out && i < raw.len; i++) {
        const char c = raw.ptr[i];
        if (c == 0)
            len += html_encode(REPLACEMENT, out + len);
        else
            out[len++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return (dm_str){out, len};
}
