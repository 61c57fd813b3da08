/* Lines: where they end, and what of them is text. */
#include "lines.h"

#include <string.h>

/* The white space that starts at s[at], in bytes; 0: none.  Characters that one cannot see count too. */
static size_t space_length(dm_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    const size_t left = s.len - at;
    if (p[0] <= ' ')
        return p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r') ? 1 : 0;
    if (p[0] == 0xC2)
        return left > 1 && (p[1] == 0xA0 || p[1] == 0x85) ? 2 : 0;
    if (left < 3)
        return 0;
    const unsigned code = (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];
    const bool space = (code >= 0xE28080 && code <= 0xE2808B) /* en quad to zero width space */
                       || code == 0xE280A8 || code == 0xE280A9 || code == 0xE280AF || code == 0xE2819F ||
                       code == 0xE281A0 || code == 0xE38080 || code == 0xEFBBBF;
    return space ? 3 : 0;
}

dm_span text_trim(dm_str s, dm_span at)
{
    const dm_str head = {s.ptr, at.end};
    while (at.begin < at.end) {
        const size_t len = space_length(head, at.begin);
        if (!len)
            break;
        at.begin += len;
    }
    while (at.begin < at.end) {
        size_t last = at.end - 1;
        while (last > at.begin && ((unsigned char)s.ptr[last] & 0xC0) == 0x80)
            last--;
        if (!space_length((dm_str){s.ptr, at.end}, last))
            break;
        at.end = last;
    }
    return at;
}

bool text_is_blank(dm_str s)
{
    for (size_t i = 0; i < s.len;) {
        const size_t len = space_length(s, i);
        if (!len)
            return false;
        i += len;
    }
    return true;
}

/* CR without LF, VT or FF. */
static bool has_odd_control(dm_str s)
{
    if (memchr(s.ptr, '\v', s.len) || memchr(s.ptr, '\f', s.len))
        return true;
    const char *p = s.ptr, *end = s.ptr + s.len;
    while ((p = memchr(p, '\r', (size_t)(end - p))) != NULL)
        if (++p == end || *p != '\n')
            return true;
    return false;
}

struct text_lines text_lines_of(const struct text_source *src)
{
    const bool control = src->facts & TEXT_HAS_CONTROL && has_odd_control(src->text);
    return (struct text_lines){src->text, control || src->facts & TEXT_HAS_BREAK,
                               (src->facts & TEXT_HAS_WIDE) != 0};
}

/* The line break that starts at s[at], in bytes; 0: none. */
static size_t break_length(dm_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    const size_t left = s.len - at;
    if (p[0] <= '\r')
        return p[0] < '\n' ? 0 : p[0] == '\r' && left > 1 && p[1] == '\n' ? 2 : 1;
    if (p[0] == 0xC2)
        return left > 1 && p[1] == 0x85 ? 2 : 0;
    return left > 2 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] & 0xFE) == 0xA8 ? 3 : 0;
}

void text_read_line(const struct text_lines *l, size_t from, struct text_line *line)
{
    size_t end = from, next;
    if (l->odd_breaks) {
        size_t len = 0;
        while (end < l->text.len && !(len = break_length(l->text, end)))
            end++;
        next = end + len;
    } else {
        const char *p = memchr(l->text.ptr + from, '\n', l->text.len - from);
        end = p ? (size_t)(p - l->text.ptr) : l->text.len;
        next = p ? end + 1 : end;
    }
    *line = (struct text_line){text_trim(l->text, (dm_span){from, end}), from, next};
}

/* The column that a byte begins, and the second one of a wide character. */
static inline unsigned char byte_width(char byte)
{
    const unsigned char c = (unsigned char)byte;
    return (unsigned char)(((c & 0xC0) != 0x80) + ((c >= 0xE3) & (c <= 0xED)));
}

size_t text_width(const struct text_lines *l, dm_span at)
{
    enum { STEP = 64 }; /* a loop of constant length, which the compiler turns into vector instructions */
    if (!l->wide)
        return at.end - at.begin;
    const char *p = l->text.ptr + at.begin;
    size_t left = at.end - at.begin, width = 0;
    for (; left >= STEP && width < TEXT_WIDTH_MAX; left -= STEP, p += STEP) {
        unsigned char step = 0;
        for (size_t i = 0; i < STEP; i++)
            step = (unsigned char)(step + byte_width(p[i]));
        width += step;
    }
    while (left > 0 && width < TEXT_WIDTH_MAX)
        width += byte_width(p[--left]);
    return width;
}
