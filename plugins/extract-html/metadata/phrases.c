#include "phrases.h"

#include <string.h>
#include <strings.h>

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

/* By FNV-1a. */
static uint32_t hash_of(dm_str word)
{
    uint32_t hash = 0x811C9DC5u;
    size_t at = 0;
    for (int c; (c = phrase_next(word, &at)) >= 0;)
        hash = (hash ^ (uint32_t)c) * 0x01000193u;
    return hash;
}

void phrase_read(dm_str s, struct phrase *out)
{
    size_t at = 0;
    out->count = out->long_count = 0;
    out->are_long = 0;
    for (dm_str word; s.len && (word = next_word(s, &at)).len;) {
        const bool is_long = word.len >= PHRASE_LONG;
        out->long_count += is_long;
        if (out->count == PHRASE_WORDS)
            continue;
        out->are_long |= (uint64_t)is_long << out->count;
        out->words[out->count++] = hash_of(word);
    }
}

size_t phrase_shared(const struct phrase *p, const struct phrase *other)
{
    size_t shared = 0;
    for (size_t i = 0; i < p->count && i < PHRASE_COMPARED; i++) {
        size_t k = p->are_long >> i & 1 ? 0 : other->count;
        while (k < other->count && other->words[k] != p->words[i])
            k++;
        shared += k < other->count;
    }
    return shared;
}
