/* JSON into a growing buffer.  Nothing is looked at twice: what a token needs before it (a comma, a line
 * break) follows from the three fields that the last one left. */
#include "core/text/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/text/utf8.h"

void dm__json_init(struct dm_json *j, struct dm_arena *arena, unsigned indent)
{
    *j = (struct dm_json){.arena = arena, .indent = indent};
}

/* Room for `more` bytes at j->ptr + j->len; NULL once memory has run out. */
static char *room(struct dm_json *j, size_t more)
{
    if (j->failed)
        return NULL;
    if (more <= j->cap - j->len)
        return j->ptr + j->len;
    size_t cap = j->cap != 0 ? j->cap * 2 : 256;
    if (cap - j->len < more)
        cap = j->len + more;
    char *const grown = dm__arena_raw(j->arena, cap);
    if (grown == NULL) {
        j->failed = true;
        return NULL;
    }
    if (j->len != 0)
        memcpy(grown, j->ptr, j->len);
    j->ptr = grown;
    j->cap = cap;
    return grown + j->len;
}

static void put(struct dm_json *j, const char *bytes, size_t len)
{
    char *const at = room(j, len);
    if (at == NULL || len == 0)
        return;
    memcpy(at, bytes, len);
    j->len += len;
}

static void put_line_break(struct dm_json *j)
{
    const size_t spaces = (size_t)j->indent * j->depth;
    char *const at = j->indent != 0 ? room(j, spaces + 1) : NULL;
    if (at == NULL)
        return;
    at[0] = '\n';
    memset(at + 1, ' ', spaces);
    j->len += spaces + 1;
}

/* What stands between the last token and a value or key. */
static void separate(struct dm_json *j)
{
    if (j->comma)
        put(j, ",", 1);
    if (!j->keyed && j->depth != 0)
        put_line_break(j);
    j->comma = true;
    j->keyed = false;
}

void dm__json_open(struct dm_json *j, char bracket)
{
    separate(j);
    put(j, &bracket, 1);
    j->depth++;
    j->comma = false;
}

void dm__json_close(struct dm_json *j, char bracket)
{
    j->depth--;
    if (j->comma) /* not empty */
        put_line_break(j);
    put(j, &bracket, 1);
    j->comma = true;
}

/* What an ASCII byte is written as: 0: itself; 'u': \u00XX; else a backslash and this letter. */
static char escape_of(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return c < 0x20 || c == 0x7F ? 'u' : '\0';
    }
}

static void put_utf8(struct dm_json *j, dm_str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char escape = escape_of((unsigned char)s.ptr[i]);
        if (escape == '\0')
            continue;
        put(j, s.ptr + from, i - from);
        from = i + 1;
        char code[8];
        const int n = escape == 'u' ? snprintf(code, sizeof code, "\\u%04x", (unsigned)s.ptr[i])
                                    : snprintf(code, sizeof code, "\\%c", escape);
        put(j, code, (size_t)n);
    }
    put(j, s.ptr + from, s.len - from);
}

static void put_string(struct dm_json *j, dm_str s)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    put(j, "\"", 1);
    while (s.len != 0) {
        const size_t good = dm__utf8_check(s);
        put_utf8(j, (dm_str){s.ptr, good});
        const size_t bad = good < s.len;
        put(j, replacement, bad * (sizeof replacement - 1));
        s = (dm_str){s.ptr + good + bad, s.len - good - bad};
    }
    put(j, "\"", 1);
}

void dm__json_key_str(struct dm_json *j, dm_str key)
{
    separate(j);
    put_string(j, key);
    put(j, ": ", j->indent != 0 ? 2 : 1);
    j->comma = false;
    j->keyed = true;
}

void dm__json_key(struct dm_json *j, const char *key)
{
    dm__json_key_str(j, dm__str(key));
}

void dm__json_str(struct dm_json *j, dm_str s)
{
    separate(j);
    put_string(j, s);
}

void dm__json_bytes(struct dm_json *j, const char *key, dm_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    dm__json_key(j, key);
    dm__json_str(j, bytes);
    if (dm__utf8_check(bytes) == bytes.len)
        return;
    char *const hex = dm__arena_raw(j->arena, 2 * bytes.len);
    const dm_str name = dm__arena_printf(j->arena, "%s_hex", key);
    if (hex == NULL || name.ptr == NULL) {
        j->failed = true;
        return;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        hex[2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)bytes.ptr[i] & 15];
    }
    dm__json_key_str(j, name);
    dm__json_str(j, (dm_str){hex, 2 * bytes.len});
}

void dm__json_cstr(struct dm_json *j, const char *s)
{
    if (s == NULL)
        dm__json_null(j);
    else
        dm__json_str(j, dm__str(s));
}

static void put_word(struct dm_json *j, const char *word)
{
    separate(j);
    put(j, word, strlen(word));
}

void dm__json_uint(struct dm_json *j, uint64_t n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    put_word(j, digits);
}

void dm__json_int(struct dm_json *j, int64_t n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)n);
    put_word(j, digits);
}

void dm__json_real(struct dm_json *j, double n)
{
    if (!isfinite(n)) { /* JSON has no word for it */
        dm__json_null(j);
        return;
    }
    char digits[32];
    if (fabs(n) < 1e15 && trunc(n) == n) { /* 10, not 1e+01 */
        snprintf(digits, sizeof digits, "%.0f", n);
        put_word(j, digits);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, n);
        if (strtod(digits, NULL) == n)
            break;
    }
    put_word(j, digits);
}

void dm__json_bool(struct dm_json *j, bool b)
{
    put_word(j, b ? "true" : "false");
}

void dm__json_null(struct dm_json *j)
{
    put_word(j, "null");
}

dm_str dm__json_text(const struct dm_json *j)
{
    return j->failed ? (dm_str){NULL, 0} : (dm_str){j->ptr, j->len};
}
