#include "put.h"

#include <string.h>

void put_begin(struct put *p, dm_task *t)
{
    p->task = t;
    p->used = 0;
    p->any = false;
}

void put_end(struct put *p)
{
    if (p->used)
        dm_put(p->task, (dm_str){p->buffer, p->used});
    p->used = 0;
}

void put_bytes(struct put *p, const char *bytes, size_t len)
{
    p->any |= len > 0;
    if (len > sizeof p->buffer - p->used)
        put_end(p);
    if (len > sizeof p->buffer) {
        dm_put(p->task, (dm_str){bytes, len});
        return;
    }
    memcpy(p->buffer + p->used, bytes, len);
    p->used += len;
}

void put_str(struct put *p, dm_str s)
{
    put_bytes(p, s.ptr, s.len);
}

void put_cstr(struct put *p, const char *s)
{
    put_bytes(p, s, strlen(s));
}

void put_char(struct put *p, char c)
{
    put_bytes(p, &c, 1);
}

/* Unicode Standard, table 3-7. */
size_t put_sequence_length(dm_str s)
{
    const unsigned char *const u = (const unsigned char *)s.ptr;
    if (u[0] < 0x80)
        return 1;
    if (u[0] < 0xC2 || u[0] > 0xF4)
        return 0;
    const size_t n = u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
    if (s.len < n)
        return 0;
    const unsigned char low = u[0] == 0xE0 ? 0xA0 : u[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = u[0] == 0xED ? 0x9F : u[0] == 0xF4 ? 0x8F : 0xBF;
    if (u[1] < low || u[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((u[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

bool put_is_utf8(dm_str s)
{
    for (size_t n; s.len; s.ptr += n, s.len -= n)
        if (!(n = put_sequence_length(s)))
            return false;
    return true;
}

/* YAML 1.2, 5.1: these are not printable, or break lines (NEL, LS, PS). */
static bool is_unprintable(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE ||
           c == 0xFFFF;
}

static uint32_t decode(dm_str s, size_t n)
{
    static const unsigned char lead[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)s.ptr[0] & lead[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s.ptr[i] & 0x3F);
    return c;
}

void put_quoted(struct put *p, dm_str s)
{
    char code[8];
    put_char(p, '"');
    while (s.len) {
        const size_t n = put_sequence_length(s);
        const uint32_t c = n ? decode(s, n) : 0xFFFD;
        if (!n)
            put_cstr(p, "\xEF\xBF\xBD");
        else if (c == '"' || c == '\\')
            put_bytes(p, (const char[]){'\\', (char)c}, 2);
        else if (is_unprintable(c))
            put_bytes(p, code, (size_t)snprintf(code, sizeof code, "\\u%04X", (unsigned)c));
        else
            put_bytes(p, s.ptr, n);
        s.ptr += n ? n : 1;
        s.len -= n ? n : 1;
    }
    put_char(p, '"');
}
