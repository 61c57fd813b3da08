#include "phrases.h"

#include <string.h>
#include <strings.h>

int phrase_next(dm_str s, size_t *at)
{
    while (*at < s.len) {
        const unsigned char c = (unsigned char)s.ptr[(*at)++];
        if (c >= 'A' && c <= 'Z')
            return c | 0x20;
        /* Quotes and dashes (E2 80 xx) and what begins with C2 are marks. */
        if (c == 0xE2 && *at + 1 < s.len && (unsigned char)s.ptr[*at] == 0x80) {
            *at += 2;
            continue;
        }
        if (c == 0xC2) {
            *at += *at < s.len;
            continue;
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
            return c;
    }
    return -1;
}

bool phrase_same(dm_str a, dm_str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        const int x = phrase_next(a, &i), y = phrase_next(b, &k);
        if (x != y)
            return false;
        if (x < 0)
            return true;
    }
}

size_t phrase_end(dm_str part, dm_str whole)
{
    size_t i = 0, k = 0, end = 0;
    for (int x; (x = phrase_next(part, &i)) >= 0; end = k)
        if (x != phrase_next(whole, &k))
            return 0;
    return end;
}

bool phrase_begins(dm_str part, dm_str whole)
{
    return phrase_end(part, whole) > 0;
}

bool phrase_holds(dm_str whole, dm_str part)
{
    for (size_t i = 0; i < whole.len; i++)
        if ((i == 0 || whole.ptr[i - 1] == ' ') &&
            phrase_begins(part, (dm_str){whole.ptr + i, whole.len - i}))
            return true;
    return false;
}

size_t phrase_words(dm_str s)
{
    size_t words = s.len > 0;
    for (size_t i = 0; i < s.len; i++)
        words += s.ptr[i] == ' ';
    return words;
}

/* The word at or behind *at, which moves behind it.  return  len 0: there is none */
static dm_str next_word(dm_str s, size_t *at)
{
    while (*at < s.len && s.ptr[*at] == ' ')
        ++*at;
    const size_t begin = *at;
    while (*at < s.len && s.ptr[*at] != ' ')
        ++*at;
    return (dm_str){s.ptr + begin, *at - begin};
}

size_t phrase_shared(dm_str s, dm_str other)
{
    enum { MINE = 32, THEIRS = 64, LONG = 4 };
    size_t shared = 0, at = 0;
    dm_str word;
    for (size_t i = 0; i < MINE && (word = next_word(s, &at)).len; i++) {
        size_t there = 0;
        bool found = false;
        dm_str theirs;
        for (size_t k = 0; k < THEIRS && !found && (theirs = next_word(other, &there)).len; k++)
            found = word.len >= LONG && phrase_same(word, theirs);
        shared += found;
    }
    return shared;
}
