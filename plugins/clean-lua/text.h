/* Stretches of a text: words and lines. */
#ifndef LUA_TEXT_H
#define LUA_TEXT_H

#include <docmill/plugin.h>

/* The next word at or after byte `from`: letters and digits of any script, and an apostrophe (' or U+2019) between
 * two of them.  All that ASCII, Latin-1, General Punctuation (U+2000 to U+206F) and CJK punctuation (U+3000 to U+303F)
 * have besides letters and digits ends a word.  One pass.
 * return  false: there is none */
bool text_next_word(dm_str text, size_t from, dm_span *at);

/* The line that begins at byte `from`, without its line feed.  false: `from` is the end */
bool text_next_line(dm_str text, size_t from, dm_span *at);

/* Whether byte `at` is the end or where a code point begins. */
static inline bool text_is_boundary(dm_str text, size_t at)
{
    return at == text.len || (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) != 0x80);
}

#endif
