/* Small letters, one space, one kind of quotes and dashes: two lines that look the same become the same. */
#ifndef CLEAN_BOILERPLATE_FOLD_H
#define CLEAN_BOILERPLATE_FOLD_H

#include <string.h>

#include <docmill/plugin.h>

/* Initialise a dm_str with a literal. */
#define TEXT(s)                                                                                              \
    {                                                                                                        \
        s, sizeof(s) - 1                                                                                     \
    }

static inline dm_str text_from(dm_str s, size_t at)
{
    return (dm_str){s.ptr + at, s.len - at};
}

static inline bool text_begins_with(dm_str s, dm_str with)
{
    return s.len >= with.len && !memcmp(s.ptr, with.ptr, with.len);
}

static inline bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Up to the first space. */
static inline dm_str text_first_word(dm_str s)
{
    const char *const space = memchr(s.ptr, ' ', s.len);
    return (dm_str){s.ptr, space ? (size_t)(space - s.ptr) : s.len};
}

/* out     [in.len + 1] bytes
 * return  bytes written */
size_t fold(dm_str in, char *out);

/* The signs of ASCII that fold_trim() takes off. */
static inline bool fold_drops(char c)
{
    return c == ' ' || c == '*' || c == '|' || c == '>' || c == '-' || c == '.' || c == ':' || c == '!' ||
           c == '~';
}

/* Without the signs around it that say nothing: bullets, arrows, asterisks, stops. */
dm_str fold_trim(dm_str s);

/* Whether four bytes of ASCII stand in `s`. */
bool fold_has_four(dm_str s, const char four[4]);

/* Whether `word` is one of those that stand in `words`, between strokes: "|ap|afp|". */
bool fold_is_one_of(dm_str word, const char *words);

#endif
