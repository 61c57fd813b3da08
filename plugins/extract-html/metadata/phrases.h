/* Phrases compared by their letters and digits: in small letters where ASCII, without spaces, quotes, dashes and other
 * marks. */
#ifndef EXTRACT_HTML_PHRASES_H
#define EXTRACT_HTML_PHRASES_H

#include <docmill/plugin.h>

/* The next letter or digit at or behind *at, which moves behind it; -1: there is none. */
static inline int phrase_next(dm_str s, size_t *at)
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

bool phrase_same(dm_str a, dm_str b);

/* Where `part`, which begins `whole`, ends in it.  return  0: it does not begin it */
size_t phrase_end(dm_str part, dm_str whole);

/* Whether `part` begins `whole`; one without letters begins none. */
bool phrase_begins(dm_str part, dm_str whole);

/* Whether `part` stands in `whole` where a word begins. */
bool phrase_holds(dm_str whole, dm_str part);

size_t phrase_words(dm_str s);

/* The first words of a phrase, to be compared with those of others. */
enum { PHRASE_WORDS = 64, PHRASE_LONG = 4 /* bytes; shorter ones say little */ };
struct phrase {
    size_t count;                 /* of words[] */
    size_t long_count;            /* of all its words those of PHRASE_LONG bytes or more */
    uint64_t are_long;            /* bit n: words[n] is one */
    uint32_t words[PHRASE_WORDS]; /* hashes, equal for words that are the same */
};

void phrase_read(dm_str s, struct phrase *out);

/* How many of the first PHRASE_COMPARED words of one, of those that are long, stand in the other. */
enum { PHRASE_COMPARED = 32 };
size_t phrase_shared(const struct phrase *p, const struct phrase *other);

#endif
