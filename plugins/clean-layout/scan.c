/* The scan: most texts have nothing to repair but, perhaps, their last newline. */
#include "layout.h"

#include <string.h>

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The first byte of [p, end) that is no space; `end`: there is none. */
static const char *skip_spaces(const char *p, const char *end)
{
    while (p < end && is_space((unsigned char)*p))
        p++;
    return p;
}

/* Whether a line of `len` bytes that ends at `end` may be joined with one that begins at `next`. */
static bool may_join(const char *end, size_t len, const char *next)
{
    const unsigned char first = (unsigned char)*next;
    while (len > 0 && is_space((unsigned char)end[-1])) {
        end--;
        len--;
    }
    const bool letter = (first >= 'a' && first <= 'z') || first >= 0x80;
    return len > 0 && (end[-1] == '-' || end[-1] == '\x90' || (letter && len <= 4 * (size_t)WIDTH_MAX));
}

static unsigned scan_end(dm_str text)
{
    size_t at = text.len;
    while (at > 0 && (is_space((unsigned char)text.ptr[at - 1]) || text.ptr[at - 1] == '\n'))
        at--;
    const char *newline = memchr(text.ptr + at, '\n', text.len - at);
    return at > 0 && newline != text.ptr + text.len - 1 ? NEED_END : 0;
}

unsigned layout_scan(dm_str text)
{
    const char *p = text.ptr, *const end = p + text.len;
    size_t blank = 1; /* lines before the present one; the text's start counts as one */
    const char *above = NULL, *above_end = NULL;
    while (p < end) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *const line_end = newline ? newline : end;
        const char *const first = skip_spaces(p, line_end);
        if (first == line_end) {
            blank++;
        } else {
            if (blank > 1 || (blank == 0 && may_join(above_end, (size_t)(above_end - above), first)))
                return NEED_LINES | scan_end(text);
            blank = 0;
            above = p;
            above_end = line_end;
        }
        p = line_end + 1;
    }
    return scan_end(text);
}
