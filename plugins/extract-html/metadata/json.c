#include "json.h"
#include "tokenizer/tokenizer.h"

#include <string.h>

struct reader {
    dm_task *task;
    dm_str s;
    size_t at;
    struct json_value *values;
    size_t cap;
    uint32_t count;
    uint32_t open[JSON_DEPTH_MAX]; /* values that are not closed */
    uint32_t depth, beyond;        /* beyond: how many are open and too deep */
    dm_str key;                    /* of the value to come; len 0: none was read */
    bool failed;
};

static bool add(struct reader *r, enum json_kind kind, dm_str text)
{
    if (r->count == r->cap) {
        const size_t cap = r->cap * 2 + 64;
        struct json_value *const bigger = dm_alloc(r->task, cap * sizeof *bigger);
        r->failed = !bigger;
        if (!bigger)
            return false;
        if (r->count)
            memcpy(bigger, r->values, r->count * sizeof *bigger);
        r->values = bigger;
        r->cap = cap;
    }
    r->values[r->count] = (struct json_value){kind, r->count + 1, r->key, text};
    r->count++;
    r->key = (dm_str){"", 0};
    return true;
}

/* ---- strings ----------------------------------------------------------------------------------- */

/* Four hexadecimal digits at s[at].  false: there are none */
static bool read_hex(dm_str s, size_t at, uint32_t *out)
{
    *out = 0;
    if (s.len - at < 4)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        const char c = s.ptr[i], small = (char)(c | 0x20);
        const bool digit = c >= '0' && c <= '9';
        if (!digit && !(small >= 'a' && small <= 'f'))
            return false;
        *out = *out * 16 + (uint32_t)(digit ? c - '0' : small - 'a' + 10);
    }
    return true;
}

/* What a backslash at s[at] stands for.  return  how many bytes it takes */
static size_t read_escape(dm_str s, size_t at, char *out, size_t *len)
{
    static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
    uint32_t c, low;
    if (at + 1 == s.len)
        return 1;
    if (s.ptr[at + 1] != 'u' || !read_hex(s, at + 2, &c)) {
        const char *const name = memchr(names, s.ptr[at + 1], sizeof names - 1);
        out[(*len)++] = name ? values[name - names] : s.ptr[at + 1];
        return 2;
    }
    const bool pair = c >= 0xD800 && c < 0xDC00 && s.len - at >= 12 && !memcmp(s.ptr + at + 6, "\\u", 2) &&
                      read_hex(s, at + 8, &low) && low >= 0xDC00 && low < 0xE000;
    if (pair)
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    *len += html_encode(c == 0 || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c, out + *len);
    return pair ? 12 : 6;
}

static dm_str unescape(struct reader *r, dm_str s)
{
    if (!memchr(s.ptr, '\\', s.len))
        return s;
    char *const out = dm_alloc(r->task, s.len + 4);
    size_t len = 0;
    r->failed = r->failed || !out;
    for (size_t at = 0; out && at < s.len;) {
        if (s.ptr[at] == '\\')
            at += read_escape(s, at, out, &len);
        else
            out[len++] = s.ptr[at++];
    }
    return (dm_str){out ? out : "", len};
}

/* The string whose quote is at r->at. */
static dm_str read_string(struct reader *r)
{
    const size_t begin = ++r->at;
    while (r->at < r->s.len && r->s.ptr[r->at] != '"')
        r->at += r->s.ptr[r->at] == '\\' ? 2 : 1;
    const size_t end = r->at < r->s.len ? r->at : r->s.len;
    r->at = end + 1;
    return unescape(r, (dm_str){r->s.ptr + begin, end - begin});
}

/* ---- values ------------------------------------------------------------------------------------ */

static bool is_in_object(const struct reader *r)
{
    return r->values[r->open[r->depth - 1]].kind == JSON_OBJECT;
}

static void take_string(struct reader *r)
{
    const dm_str s = read_string(r);
    if (r->beyond)
        return;
    if (is_in_object(r) && !r->key.len)
        r->key = s.len ? s : DM_LIT("?");
    else
        add(r, JSON_STRING, s);
}

static void take_scalar(struct reader *r)
{
    const size_t begin = r->at;
    while (r->at < r->s.len && !memchr(",:[]{}\"/ \t\r\n", r->s.ptr[r->at], 13))
        r->at++;
    r->at += r->at == begin;
    if (!r->beyond && !(is_in_object(r) && !r->key.len))
        add(r, JSON_SCALAR, (dm_str){r->s.ptr + begin, r->at - begin});
}

static void open_value(struct reader *r, enum json_kind kind)
{
    r->at++;
    if (r->beyond || r->depth == JSON_DEPTH_MAX)
        r->beyond++;
    else if (add(r, kind, (dm_str){"", 0}))
        r->open[r->depth++] = r->count - 1;
}

static void close_value(struct reader *r)
{
    r->at++;
    r->key = (dm_str){"", 0};
    if (r->beyond)
        r->beyond--;
    else if (r->depth > 1)
        r->values[r->open[--r->depth]].end = r->count;
}

/* `//` and what is between slash and star; CDATA's signs are scalars that nobody reads. */
static void skip_comment(struct reader *r)
{
    const dm_str rest = {r->s.ptr + r->at, r->s.len - r->at};
    const bool block = rest.len > 1 && rest.ptr[1] == '*';
    const char *const end =
        block ? memmem(rest.ptr + 2, rest.len - 2, "*/", 2) : memchr(rest.ptr, '\n', rest.len);
    r->at = end ? (size_t)(end - r->s.ptr) + (block ? 2 : 1) : r->s.len;
}

static void step(struct reader *r)
{
    const char c = r->s.ptr[r->at];
    const char next = r->at + 1 < r->s.len ? r->s.ptr[r->at + 1] : 0;
    switch (c) {
    case '{':
        open_value(r, JSON_OBJECT);
        break;
    case '[':
        open_value(r, JSON_ARRAY);
        break;
    case '}':
    case ']':
        close_value(r);
        break;
    case '"':
        take_string(r);
        break;
    case ',':
        r->key = (dm_str){"", 0};
        r->at++;
        break;
    case ':':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        r->at++;
        break;
    default:
        if (c == '/' && (next == '/' || next == '*'))
            skip_comment(r);
        else
            take_scalar(r);
    }
}

dm_status meta_json_read(dm_task *t, dm_str text, struct json *out)
{
    struct reader r = {.task = t, .s = text, .key = {"", 0}};
    if (add(&r, JSON_ROOT, (dm_str){"", 0}))
        r.open[r.depth++] = 0;
    while (!r.failed && r.at < text.len)
        step(&r);
    if (r.failed)
        return DM_ELIMIT;
    while (r.depth)
        r.values[r.open[--r.depth]].end = r.count;
    *out = (struct json){r.values, r.count};
    return DM_OK;
}

uint32_t meta_json_member(const struct json *j, uint32_t object, const char *key)
{
    const size_t len = strlen(key);
    const struct json_value *const v = j->values;
    for (uint32_t i = object + 1; i < v[object].end;) {
        if (v[i].key.len == len && !memcmp(v[i].key.ptr, key, len))
            return i;
        /* An array of objects: look into each. */
        i = v[object].kind != JSON_OBJECT && v[i].kind == JSON_OBJECT ? i + 1 : v[i].end;
    }
    return 0;
}
