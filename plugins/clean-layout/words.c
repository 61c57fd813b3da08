/* How often the document has the words that are asked about: an open hash table, one pass over the text. */
#include <string.h>

#include "chars.h"
#include "layout.h"

struct layout_word {
    uint64_t hash; /* 0: empty */
    uint32_t found;
};

static unsigned char fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static uint64_t hash_more(uint64_t h, dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ fold((unsigned char)s.ptr[i])) * 0x100000001B3u;
    return h;
}

static const uint64_t HASH_START = 0xCBF29CE484222325u;

static uint64_t hash_parts(dm_str a, dm_str between, dm_str b)
{
    const uint64_t h = hash_more(hash_more(hash_more(HASH_START, a), between), b);
    return h ? h : 1;
}

/* FNV hashes are equal for different words once in 2^64 pairs, which is good enough for evidence. */
static struct layout_word *find_slot(const struct layout_words *w, uint64_t hash)
{
    size_t i = (size_t)(hash ^ hash >> 32) & (w->cap - 1);
    while (w->slots[i].hash && w->slots[i].hash != hash)
        i = (i + 1) & (w->cap - 1);
    return &w->slots[i];
}

bool layout_words_init(struct layout_words *w, dm_task *t, size_t words)
{
    w->cap = 16;
    while (w->cap < words * 2)
        w->cap *= 2;
    w->slots = dm_alloc(t, w->cap * sizeof *w->slots);
    return w->slots != NULL;
}

void layout_words_ask(struct layout_words *w, dm_str a, dm_str between, dm_str b)
{
    const uint64_t hash = hash_parts(a, between, b);
    find_slot(w, hash)->hash = hash;
}

unsigned layout_words_found(const struct layout_words *w, dm_str a, dm_str between, dm_str b)
{
    return find_slot(w, hash_parts(a, between, b))->found;
}

static void count_word(struct layout_words *w, dm_str word)
{
    const uint64_t hash = hash_parts(word, DM_LIT(""), DM_LIT(""));
    struct layout_word *const slot = find_slot(w, hash);
    slot->found += slot->hash == hash && slot->found < UINT32_MAX;
}

static bool is_word_byte(unsigned char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c >= 0x80 || c == '-';
}

/* Quotes, dashes and other marks of three bytes end a word; letters do not start with E2. */
static size_t word_end(dm_str s, size_t at)
{
    while (at < s.len && is_word_byte((unsigned char)s.ptr[at]) && (unsigned char)s.ptr[at] != 0xE2)
        at++;
    return at;
}

/* A word with hyphens counts as a whole, as each pair of neighbours, and as each part. */
static void count_compound(struct layout_words *w, dm_str word)
{
    size_t before = SIZE_MAX;
    count_word(w, word);
    for (size_t from = 0; from <= word.len;) {
        const char *hyphen = from < word.len ? memchr(word.ptr + from, '-', word.len - from) : NULL;
        const size_t to = hyphen ? (size_t)(hyphen - word.ptr) : word.len;
        if (from == 0 && to == word.len)
            return;
        count_word(w, (dm_str){word.ptr + from, to - from});
        if (before != SIZE_MAX && !(before == 0 && to == word.len))
            count_word(w, (dm_str){word.ptr + before, to - before});
        before = from;
        from = to + 1;
    }
}

void layout_words_count(struct layout_words *w, dm_str text)
{
    bool broken = false; /* the word before ends in a hyphen at the end of its line */
    for (size_t at = 0; at < text.len;) {
        const size_t end = word_end(text, at);
        if (end == at) {
            at++;
            continue;
        }
        const bool breaks = text.ptr[end - 1] == '-' && end < text.len && text.ptr[end] == '\n';
        if (!broken && !breaks)
            count_compound(w, (dm_str){text.ptr + at, end - at});
        broken = breaks;
        at = end;
    }
}
