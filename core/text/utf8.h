/* UTF-8 as the Unicode Standard defines it: no surrogates, nothing overlong, nothing past U+10FFFF. */
#ifndef DOCMILL_CORE_UTF8_H
#define DOCMILL_CORE_UTF8_H

#include <docmill/plugin.h>

/* return  the offset of the first ill-formed sequence; s.len: all of it is valid
 * cost    one pass; runs of ASCII at 16 bytes a step */
size_t dm__utf8_check(dm_str s);

static inline bool dm__utf8_is_boundary(dm_str s, size_t at)
{
    return at == s.len || ((unsigned char)s.ptr[at] & 0xC0) != 0x80;
}

/* The greatest boundary that is not behind `at`. */
static inline size_t dm__utf8_boundary_before(dm_str s, size_t at)
{
    while (at > 0 && !dm__utf8_is_boundary(s, at))
        at--;
    return at;
}

/* Make any bytes UTF-8: each that belongs to no character becomes a space. */
void dm__utf8_blank(char *bytes, size_t len);

#endif
