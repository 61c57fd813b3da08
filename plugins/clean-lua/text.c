#include "text.h"

#include <string.h>

/* The bytes of the character at `at` if it is part of a word; 0: it is not. */
static size_t letter_at(dm_str text, size_t at)
{
    const unsigned char *const p = (const unsigned char *)text.ptr + at;
    if (at >= text.len)
        return 0;
    if (p[0] < 0x80)
        return (p[0] | 0x20u) - (unsigned)'a' < 26 || p[0] - (unsigned)'0' < 10;
    if (p[0] < 0xE0) /* U+0080 to U+00BF: of these only the ordinals and the micro sign are letters */
        return p[0] == 0xC2 && p[1] != 0xAA && p[1] != 0xB5 && p[1] != 0xBA ? 0 : 2;
    if (p[0] >= 0xF0)
        return 4;
    if (p[0] == 0xE2 && (p[1] == 0x80 || (p[1] == 0x81 && p[2] < 0xB0)))
        return 0;
    return p[0] == 0xE3 && p[1] == 0x80 ? 0 : 3;
}

static size_t apostrophe_at(dm_str text, size_t at)
{
    if (at < text.len && text.ptr[at] == '\'')
        return 1;
    return text.len - at >= 3 && memcmp(text.ptr + at, "\xE2\x80\x99", 3) == 0 ? 3 : 0;
}

/* The length of the character at `at`. */
static size_t step(dm_str text, size_t at)
{
    const unsigned char c = (unsigned char)text.ptr[at];
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

bool text_next_word(dm_str text, size_t from, dm_span *at)
{
    size_t i = from;
    while (i < text.len && letter_at(text, i) == 0)
        i += step(text, i);
    if (i >= text.len)
        return false;
    at->begin = i;
    for (size_t n; i < text.len; i += n) {
        n = letter_at(text, i);
        if (n != 0)
            continue;
        n = apostrophe_at(text, i);
        if (n == 0 || letter_at(text, i + n) == 0)
            break;
    }
    at->end = i;
    return true;
}

bool text_next_line(dm_str text, size_t from, dm_span *at)
{
    if (from >= text.len)
        return false;
    const char *const end = memchr(text.ptr + from, '\n', text.len - from);
    *at = (dm_span){from, end != NULL ? (size_t)(end - text.ptr) : text.len};
    return true;
}
