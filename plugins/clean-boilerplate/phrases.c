#include "phrases.h"
#include "fold.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

const char *const phrase_class_names[CLASSES] = {[CLASS_INTERFACE] = "interface",
                                                 [CLASS_SHARE] = "share",
                                                 [CLASS_COMMENTS] = "comments",
                                                 [CLASS_NEWSLETTER] = "newsletter",
                                                 [CLASS_COOKIES] = "cookies",
                                                 [CLASS_RELATED] = "related",
                                                 [CLASS_TAGS] = "tags",
                                                 [CLASS_CREDIT] = "credit",
                                                 [CLASS_ADVERTISEMENT] = "advertisement",
                                                 [CLASS_SOURCE] = "source",
                                                 [CLASS_COPYRIGHT] = "copyright",
                                                 [CLASS_RELATED_HEADING] = "related-heading"};

static bool is_wild(char c)
{
    return c == '*' || c == '#';
}

/* The order in which phrases are tried: by their first byte, wildcards last. */
static uint32_t rank(dm_str text)
{
    const char c = text.len ? text.ptr[0] : '*';
    return is_wild(c) ? UINT8_MAX + 1 : (unsigned char)c;
}

static int compare(const void *a, const void *b)
{
    const struct folded_phrase *const x = a, *const y = b;
    const uint32_t i = rank(x->text), j = rank(y->text);
    if (i != j)
        return i < j ? -1 : 1;
    return (x->weak > y->weak) - (x->weak < y->weak);
}

/* The first bytes of a text, or the last ones, as a number, first byte lowest: most phrases are told from a line by
 * these. */
static uint64_t ends(dm_str s, bool last)
{
    uint64_t bytes = 0;
    const size_t len = s.len;
    if (len >= sizeof bytes)
        memcpy(&bytes, s.ptr + (last ? len - sizeof bytes : 0), sizeof bytes);
    else
        memcpy((char *)&bytes + (last ? sizeof bytes - len : 0), s.ptr, len);
    return le64toh(bytes);
}

static void find_ends(struct folded_phrase *p)
{
    const dm_str s = p->text;
    char head[8] = {0}, tail[8] = {0};
    for (size_t i = 0; i < s.len && i < sizeof head && !is_wild(s.ptr[i]); i++)
        head[i] = (char)0xFF;
    for (size_t i = 0; i < s.len && i < sizeof tail && !is_wild(s.ptr[s.len - 1 - i]); i++)
        tail[sizeof tail - 1 - i] = (char)0xFF;
    p->head_mask = ends((dm_str){head, sizeof head}, false);
    p->tail_mask = ends((dm_str){tail, sizeof tail}, true);
    p->head = ends(s, false) & p->head_mask;
    p->tail = ends(s, true) & p->tail_mask;
}

/* The first four bytes, or the last ones; what is shorter is filled up with zeros. */
static uint32_t first_four(uint64_t head)
{
    return (uint32_t)head;
}

static uint32_t last_four(uint64_t tail)
{
    return (uint32_t)(tail >> 32);
}

static uint32_t hash(uint32_t four, uint32_t values)
{
    return four * 2654435761u / (UINT32_MAX / values + 1);
}

static uint32_t list_number(uint32_t four)
{
    return hash(four, PHRASES_LISTS);
}

static bool has_bit(const uint64_t *bits, uint32_t four)
{
    const uint32_t bit = hash(four, PHRASES_BITS);
    return bits[bit / 64] >> bit % 64 & 1;
}

static void set_bit(uint64_t *bits, uint32_t four)
{
    const uint32_t bit = hash(four, PHRASES_BITS);
    bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool add(dm_task *t, struct phrases *p, dm_str text, enum phrase_class class, bool weak)
{
    char *const folded = dm_alloc(t, text.len + 1);
    if (!folded)
        return false;
    const dm_str whole = {folded, fold(text, folded)};
    /* A wildcard at an end is no sign that says nothing. */
    const bool open = whole.len && (whole.ptr[whole.len - 1] == '*' || whole.ptr[0] == '*');
    struct folded_phrase *const item = &p->items[p->count++];
    *item = (struct folded_phrase){.text = open ? whole : fold_trim(whole), .class = class, .weak = weak};
    find_ends(item);
    return true;
}

static bool class_named(dm_str name, enum phrase_class *out)
{
    for (enum phrase_class c = 0; c < CLASSES; c++) {
        *out = c;
        if (strlen(phrase_class_names[c]) == name.len && !memcmp(phrase_class_names[c], name.ptr, name.len))
            return true;
    }
    return false;
}

static bool has_wildcard(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_wild(s.ptr[i]))
            return true;
    return false;
}

/* Note what the list is known by.  return  the list */
static uint32_t *list_for(struct phrases *p, const struct folded_phrase *item)
{
    const dm_str s = item->text;
    enum { FOUR = 4 };
    if (s.len > 0 && !has_wildcard((dm_str){s.ptr, s.len < FOUR ? s.len : FOUR})) {
        set_bit(p->known_heads, first_four(item->head));
        return &p->heads[list_number(first_four(item->head))];
    }
    if (s.len >= FOUR && !has_wildcard((dm_str){s.ptr + s.len - FOUR, FOUR})) {
        set_bit(p->known_tails, last_four(item->tail));
        return &p->tails[list_number(last_four(item->tail))];
    }
    p->others_of_ascii |= s.len > 0 && (unsigned char)*s.ptr < 0x80;
    return &p->others;
}

static void link_lists(struct phrases *p)
{
    p->others = PHRASES_END;
    for (size_t i = 0; i < PHRASES_LISTS; i++)
        p->heads[i] = p->tails[i] = PHRASES_END;
    for (size_t i = p->count; i-- > 0;) {
        uint32_t *const list = list_for(p, &p->items[i]);
        p->items[i].next = *list;
        *list = (uint32_t)i;
    }
}

dm_status phrases_open(dm_task *t, struct phrases *p, dm_array own)
{
    p->count = 0;
    p->items = dm_alloc(t, (phrases_built_in_count + own.count) * sizeof *p->items);
    if (!p->items)
        return DM_ELIMIT;
    for (size_t i = 0; i < phrases_built_in_count; i++) {
        const struct phrase *const b = &phrases_built_in[i];
        if (!add(t, p, (dm_str){b->text, strlen(b->text)}, b->class, b->weak))
            return DM_ELIMIT;
    }
    for (uint32_t i = 0; i < own.count; i++) {
        const dm_pair *const pair = DM_AT(dm_pair, own, i);
        enum phrase_class class;
        if (!class_named(pair->value, &class))
            return dm_fail(t, DM_ECONFIG, "phrases: no class is called '%.*s'", (int)pair->value.len,
                           pair->value.ptr);
        if (!add(t, p, pair->key, class, false))
            return DM_ELIMIT;
    }
    qsort(p->items, p->count, sizeof *p->items, compare);
    link_lists(p);
    return DM_OK;
}

static size_t skip_number(dm_str s, size_t at)
{
    const size_t from = at;
    while (at < s.len &&
           ((s.ptr[at] >= '0' && s.ptr[at] <= '9') || (at > from && (s.ptr[at] == '.' || s.ptr[at] == ','))))
        at++;
    return at;
}

/* `*` takes as little as it can, and may be tried again further on; one at a time is enough. */
static bool matches(dm_str pattern, dm_str s)
{
    size_t i = 0, at = 0, star = pattern.len, back = 0;
    for (;;) {
        if (i < pattern.len && pattern.ptr[i] == '*') {
            star = i++;
            back = at;
            if (i == pattern.len)
                return true;
            continue;
        }
        if (i == pattern.len && at == s.len)
            return true;
        if (i < pattern.len && pattern.ptr[i] == '#') {
            const size_t next = skip_number(s, at);
            if (next > at) {
                at = next;
                i++;
                continue;
            }
        } else if (i < pattern.len && at < s.len && pattern.ptr[i] == s.ptr[at]) {
            i++;
            at++;
            continue;
        }
        if (star == pattern.len || back >= s.len)
            return false;
        i = star + 1;
        at = ++back;
    }
}

/* The first phrase, from `at` on in its list, whose ends are those of the line. */
static uint32_t fitting(const struct phrases *p, uint32_t at, uint64_t head, uint64_t tail)
{
    while (at != PHRASES_END && ((head & p->items[at].head_mask) != p->items[at].head ||
                                 (tail & p->items[at].tail_mask) != p->items[at].tail))
        at = p->items[at].next;
    return at;
}

/* The first phrase of a list that the line is. */
static uint32_t find_in(const struct phrases *p, uint32_t list, dm_str line, uint64_t head, uint64_t tail)
{
    uint32_t at = fitting(p, list, head, tail);
    while (at != PHRASES_END && !matches(p->items[at].text, line))
        at = fitting(p, p->items[at].next, head, tail);
    return at;
}

const struct folded_phrase *phrases_find(const struct phrases *p, dm_str line)
{
    if (!line.len)
        return NULL;
    const uint64_t head = ends(line, false), tail = ends(line, true);
    const uint32_t lists[] = {p->heads[list_number(first_four(head))], p->tails[list_number(last_four(tail))],
                              p->others};
    uint32_t first = PHRASES_END;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const uint32_t found = find_in(p, lists[i], line, head, tail);
        first = found < first ? found : first;
    }
    return first == PHRASES_END ? NULL : &p->items[first];
}

static uint64_t bytes_of(unsigned char c)
{
    return c * 0x0101010101010101u;
}

/* Letters and signs of ASCII, with single spaces, become what fold() makes of them.
 * apart   the highest bit of each byte that is not a neighbour of the next one
 * return  false: there is something else, of which it might leave more or less */
static bool fold_eight(uint64_t *bytes, uint64_t apart)
{
    const uint64_t high = bytes_of(0x80), s = *bytes;
    const uint64_t no_space = s ^ bytes_of(' '), spaces = (no_space - bytes_of(1)) & ~no_space & high;
    const uint64_t capitals = (s + bytes_of(0x80 - 'A')) & ~(s + bytes_of(0x80 - 'Z' - 1)) & high;
    *bytes = s + (capitals >> 2);
    return (((s - bytes_of(' ')) | s) & high) == 0 && (spaces & spaces >> 8 & ~apart) == 0;
}

/* Whether the ends of the line fit a phrase, as far as they can be folded by themselves. */
static bool may_fit(const struct phrases *p, dm_str line)
{
    uint64_t head = ends(line, false), tail = ends(line, true);
    if (line.len < sizeof head || !fold_eight(&head, 0) || !fold_eight(&tail, 0))
        return true;
    return fitting(p, p->heads[list_number(first_four(head))], head, tail) != PHRASES_END ||
           fitting(p, p->tails[list_number(last_four(tail))], head, tail) != PHRASES_END ||
           fitting(p, p->others, head, tail) != PHRASES_END;
}

bool phrases_may_find(const struct phrases *p, dm_str line)
{
    while (line.len && fold_drops(line.ptr[line.len - 1]))
        line.len--;
    if (line.len < sizeof(uint32_t) || fold_drops(*line.ptr))
        return true;
    uint32_t first, last;
    memcpy(&first, line.ptr, sizeof first);
    memcpy(&last, line.ptr + line.len - sizeof last, sizeof last);
    uint64_t fours = (uint64_t)le32toh(last) << 32 | le32toh(first);
    if (!fold_eight(&fours, UINT64_C(0x80) << 24))
        return true;
    return (p->others_of_ascii || has_bit(p->known_heads, first_four(fours)) ||
            has_bit(p->known_tails, last_four(fours))) &&
           may_fit(p, line);
}
