/* The escape loop is what a run spends most of its rendering on.  It looks at 16 bytes at a time,
 * copies them whether or not one of them needs an escape, and then goes on behind the first that
 * does.  Escaped are what RFC 8259 demands and nothing else: the quote, the backslash, and the
 * controls below U+0020. */
#include "json.h"

enum { STEP = 16, SLACK = 2 * STEP /* a step, the longest escape behind it, and the closing quote */ };

/* GCC and clang lower these operations to SSE2, NEON or plain words, as the machine has it. */
typedef unsigned char bytes16 __attribute__((vector_size(STEP)));

static void flush(struct json *j)
{
    if (j->used)
        dm_put(j->task, (dm_str){j->buffer, j->used});
    j->used = 0;
}

void json_put_slowly(struct json *j, const char *bytes, size_t len)
{
    flush(j);
    if (len > sizeof j->buffer)
        dm_put(j->task, (dm_str){bytes, len});
    else
        json_put(j, bytes, len);
}

/* ---- escaping ------------------------------------------------------------------------------- */

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

static char *escape(char *to, unsigned char c)
{
    static const char short_form[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    static const char digits[] = "0123456789abcdef";
    *to++ = '\\';
    if (c >= 0x20) {
        *to++ = (char)c;
    } else if (short_form[c]) {
        *to++ = short_form[c];
    } else {
        memcpy(to, "u00", 3);
        to[3] = digits[c >> 4];
        to[4] = digits[c & 15];
        to += 5;
    }
    return to;
}

/* Index of the first byte that is set; STEP: none is. */
static size_t first_set(const uint64_t halves[2])
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (halves[0])
        return (size_t)__builtin_ctzll(halves[0]) / 8;
    return halves[1] ? 8 + (size_t)__builtin_ctzll(halves[1]) / 8 : STEP;
#else
    if (halves[0])
        return (size_t)__builtin_clzll(halves[0]) / 8;
    return halves[1] ? 8 + (size_t)__builtin_clzll(halves[1]) / 8 : STEP;
#endif
}

static size_t copy_step(char *to, const char *from)
{
    bytes16 x;
    uint64_t halves[2];
    memcpy(&x, from, STEP);
    memcpy(to, &x, STEP);
    const bytes16 found = (bytes16)(x < 0x20) | (bytes16)(x == '"') | (bytes16)(x == '\\');
    memcpy(halves, &found, STEP);
    return first_set(halves);
}

static void put_escaped(struct json *j, dm_str s)
{
    const char *from = s.ptr, *const end = s.ptr + s.len;
    while (from < end) {
        if (sizeof j->buffer - j->used < SLACK)
            flush(j);
        char *to = j->buffer + j->used;
        const char *const limit = j->buffer + sizeof j->buffer - SLACK;
        while (end - from >= STEP && to <= limit) {
            const size_t plain = copy_step(to, from);
            from += plain;
            to += plain;
            if (plain < STEP)
                to = escape(to, (unsigned char)*from++);
        }
        while (end - from < STEP && from < end && to <= limit) {
            const unsigned char c = (unsigned char)*from++;
            if (needs_escape(c))
                to = escape(to, c);
            else
                *to++ = (char)c;
        }
        j->used = (size_t)(to - j->buffer);
    }
}

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

/* Length of the well-formed sequence that `s` starts with; 0: there is none.  Unicode Standard,
 * table 3-7. */
static size_t sequence_length(const unsigned char *s, size_t len)
{
    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    const size_t n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (len < n)
        return 0;
    const unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

static size_t well_formed_prefix(dm_str s)
{
    size_t at = 0;
    while (at < s.len) {
        const size_t n = sequence_length((const unsigned char *)s.ptr + at, s.len - at);
        if (!n)
            break;
        at += n;
    }
    return at;
}

bool json_is_utf8(dm_str s)
{
    return well_formed_prefix(s) == s.len;
}

static void put_repaired(struct json *j, dm_str s)
{
    while (s.len) {
        const size_t good = well_formed_prefix(s);
        put_escaped(j, (dm_str){s.ptr, good});
        if (good == s.len)
            return;
        json_put(j, "\xEF\xBF\xBD", 3);
        s.ptr += good + 1;
        s.len -= good + 1;
    }
}

/* ---- tokens --------------------------------------------------------------------------------- */

void json_begin(struct json *j, dm_task *t)
{
    j->task = t;
    j->used = 0;
    j->comma = false;
}

void json_end_line(struct json *j)
{
    json_put_char(j, '\n');
    flush(j);
    j->comma = false;
}

void json_literal(struct json *j, const char *literal)
{
    json_separate(j);
    json_put(j, literal, strlen(literal));
}

static void put_digits(struct json *j, uint64_t n, size_t at_least)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while ((n /= 10) || sizeof digits - at < at_least);
    json_put(j, digits + at, sizeof digits - at);
}

void json_uint(struct json *j, uint64_t n)
{
    json_separate(j);
    put_digits(j, n, 1);
}

/* By hand, as printf() asks the locale how a point looks. */
void json_ratio(struct json *j, double n)
{
    enum { MILLION = 1000000 };
    uint32_t millionths = n > 0 ? (uint32_t)(n * MILLION + 0.5) : 0;
    if (millionths >= MILLION)
        millionths = MILLION - 1;
    size_t decimals = 6;
    for (; decimals > 1 && millionths % 10 == 0; decimals--)
        millionths /= 10;
    json_separate(j);
    json_put(j, "0.", 2);
    put_digits(j, millionths, decimals);
}

void json_text(struct json *j, dm_str s)
{
    json_separate(j);
    json_put_char(j, '"');
    put_escaped(j, s);
    json_put_char(j, '"');
}

void json_string(struct json *j, dm_str s)
{
    json_separate(j);
    json_put_char(j, '"');
    put_repaired(j, s);
    json_put_char(j, '"');
}

void json_string_key(struct json *j, dm_str s)
{
    json_string(j, s);
    json_put_char(j, ':');
    j->comma = false;
}

void json_rule_key(struct json *j, dm_str stage, dm_str rule)
{
    json_separate(j);
    json_put_char(j, '"');
    put_repaired(j, stage);
    json_put_char(j, '/');
    put_repaired(j, rule);
    json_put(j, "\":", 2);
    j->comma = false;
}

void json_hex(struct json *j, dm_str s)
{
    static const char digits[] = "0123456789abcdef";
    json_separate(j);
    json_put_char(j, '"');
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        json_put(j, (const char[]){digits[c >> 4], digits[c & 15]}, 2);
    }
    json_put_char(j, '"');
}
