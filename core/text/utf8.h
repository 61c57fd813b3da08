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

#endif
