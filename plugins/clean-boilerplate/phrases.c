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
    while (p->fixed < s.len && p->fixed < UINT16_MAX && !is_wild(s.ptr[p->fixed]))
        p->fixed++;
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

static uint32_t list_number(uint32_t four)
{
    return four * 2654435761u / (UINT32_MAX / PHRASES_ODD_LISTS + 1);
}

/* Of a whole phrase or line, or of what is open, with 0 for its tail. */
static uint64_t hash_of_ends(uint64_t head, uint64_t tail)
{
    const uint64_t h =
        (head ^ (tail << 32 | tail >> 32) * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93);
    return h ^ h >> 32;
}

/* A first byte of the odd ones with wildcards at both ends, or none at all. */
static bool may_be_other(const struct phrases *p, uint64_t head)
{
    return p->others_begin[(head & 0xFF) / 64] >> (head & 63) & 1;
}

static void note_other(struct phrases *p, const struct folded_phrase *item)
{
    const uint8_t first = (uint8_t)item->head;
    if (item->head_mask & 0xFF)
        p->others_begin[first / 64] |= UINT64_C(1) << first % 64;
    else
        memset(p->others_begin, 0xFF, sizeof p->others_begin);
}

static bool has_bit(const uint64_t *bits, uint64_t bit)
{
    return bits[bit / 64] >> bit % 64 & 1;
}

static void set_bit(uint64_t *bits, uint64_t bit)
{
    bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

static uint32_t odd_bit(uint32_t four)
{
    return four * 2654435761u / (UINT32_MAX / PHRASES_ODD_BITS + 1);
}

/* The bit of a tail, of which nearly all have six bytes and more: of those the last six, so that "ents" is
 * not enough for "# comments". */
static uint32_t tail_bit(uint64_t tail, bool six)
{
    return odd_bit(last_four(tail) ^ (six ? (uint32_t)(tail >> 16 & 0xFFFF) * 40503 : 0));
}

/* Whether a phrase with a wildcard among its first bytes may end like this. */
static bool may_be_tail(const struct phrases *p, uint64_t tail)
{
    const unsigned six = has_bit(p->odd_tails, tail_bit(tail, true)),
                   few = has_bit(p->odd_few, tail_bit(tail, false));
    return (six | few) != 0;
}

/* Of other bits than those that the heads in `known` are told from. */
static uint64_t known_bit(uint64_t hash)
{
    return hash >> 40 & (PHRASES_BITS - 1);
}

/* The list of a hash, of which is noted that there is something. */
static uint32_t *list_of_hash(struct phrase_table *t, uint64_t hash)
{
    set_bit(t->known, known_bit(hash));
    return &t->lists[hash % PHRASES_LISTS];
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

/* The list of a phrase. */
static uint32_t *list_for(struct phrases *p, const struct folded_phrase *item)
{
    const dm_str s = item->text;
    enum { FOUR = 4 };
    const uint64_t open = hash_of_ends(item->head, 0);
    if (!has_wildcard(s) || item->head_mask == UINT64_MAX)
        set_bit(p->known, open % PHRASES_HEADS);
    if (!has_wildcard(s))
        return list_of_hash(&p->whole, hash_of_ends(item->head, item->tail));
    if (item->head_mask == UINT64_MAX)
        return list_of_hash(&p->open, open);
    if (!has_wildcard((dm_str){s.ptr, s.len < FOUR ? s.len : FOUR})) {
        set_bit(p->odd_heads, odd_bit(first_four(item->head)));
        return &p->heads[list_number(first_four(item->head))];
    }
    if (s.len >= FOUR && !has_wildcard((dm_str){s.ptr + s.len - FOUR, FOUR})) {
        const bool six = item->tail_mask >> 16 == UINT64_MAX >> 16;
        set_bit(six ? p->odd_tails : p->odd_few, tail_bit(item->tail, six));
        return &p->tails[list_number(last_four(item->tail))];
    }
    note_other(p, item);
    return &p->others;
}

static void clear_lists(struct phrases *p)
{
    p->others = PHRASES_END;
    memset(p->others_begin, 0, sizeof p->others_begin);
    memset(p->known, 0, sizeof p->known);
    memset(p->odd_heads, 0, sizeof p->odd_heads);
    memset(p->odd_tails, 0, sizeof p->odd_tails);
    memset(p->odd_few, 0, sizeof p->odd_few);
    memset(p->whole.known, 0, sizeof p->whole.known);
    memset(p->open.known, 0, sizeof p->open.known);
    for (size_t i = 0; i < PHRASES_LISTS; i++)
        p->whole.lists[i] = p->open.lists[i] = PHRASES_END;
    for (size_t i = 0; i < PHRASES_ODD_LISTS; i++)
        p->heads[i] = p->tails[i] = PHRASES_END;
}

static void link_lists(struct phrases *p)
{
    clear_lists(p);
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

/* Whether the line is the phrase, of which nearly all are fixed, or end in the one `*` behind what is. */
static bool is_phrase(const struct folded_phrase *p, dm_str line)
{
    if (line.len < p->fixed || memcmp(line.ptr, p->text.ptr, p->fixed) != 0)
        return false;
    if (p->fixed == p->text.len)
        return line.len == p->text.len;
    return matches(text_from(p->text, p->fixed), text_from(line, p->fixed));
}

/* The first phrase before `end`, from `at` on in its list, whose ends are those of the line.
 * return  end or more: none */
static uint32_t fitting(const struct phrases *p, uint32_t at, uint32_t end, uint64_t head, uint64_t tail)
{
    while (at < end && ((head & p->items[at].head_mask) != p->items[at].head ||
                        (tail & p->items[at].tail_mask) != p->items[at].tail))
        at = p->items[at].next;
    return at;
}

/* The first phrase of a list, before `end`, that the line is.  return  end: none */
static uint32_t find_in(const struct phrases *p, uint32_t list, uint32_t end, dm_str line, uint64_t head,
                        uint64_t tail)
{
    uint32_t at = fitting(p, list, end, head, tail);
    while (at < end && !is_phrase(&p->items[at], line))
        at = fitting(p, p->items[at].next, end, head, tail);
    return at < end ? at : end;
}

enum { LISTS_OF_LINE = 5 };

/* The lists in which the phrase that a folded line is may be.  return  how many: none, for most lines */
static size_t lists_of(const struct phrases *p, uint64_t head, uint64_t tail, uint32_t lists[LISTS_OF_LINE])
{
    size_t n = 0;
    if (has_bit(p->odd_heads, odd_bit(first_four(head))))
        lists[n++] = p->heads[list_number(first_four(head))];
    if (may_be_tail(p, tail))
        lists[n++] = p->tails[list_number(last_four(tail))];
    if (may_be_other(p, head))
        lists[n++] = p->others;
    const uint64_t open = hash_of_ends(head, 0);
    if (!has_bit(p->known, open % PHRASES_HEADS))
        return n;
    const uint64_t whole = hash_of_ends(head, tail);
    if (has_bit(p->whole.known, known_bit(whole)))
        lists[n++] = p->whole.lists[whole % PHRASES_LISTS];
    if (has_bit(p->open.known, known_bit(open)))
        lists[n++] = p->open.lists[open % PHRASES_LISTS];
    return n;
}

const struct folded_phrase *phrases_find(const struct phrases *p, dm_str line)
{
    if (!line.len)
        return NULL;
    const uint64_t head = ends(line, false), tail = ends(line, true);
    uint32_t lists[LISTS_OF_LINE], first = PHRASES_END;
    const size_t count = lists_of(p, head, tail, lists);
    for (size_t i = 0; i < count; i++)
        first = find_in(p, lists[i], first, line, head, tail);
    return first == PHRASES_END ? NULL : &p->items[first];
}

static uint64_t bytes_of(unsigned char c)
{
    return c * 0x0101010101010101u;
}

/* Letters and signs of ASCII, with single spaces, become what fold() makes of them.
 * return  false: there is something else, of which it might leave more or less */
static bool fold_eight(uint64_t *bytes)
{
    const uint64_t high = bytes_of(0x80), s = *bytes;
    const uint64_t no_space = s ^ bytes_of(' '), spaces = (no_space - bytes_of(1)) & ~no_space & high;
    const uint64_t capitals = (s + bytes_of(0x80 - 'A')) & ~(s + bytes_of(0x80 - 'Z' - 1)) & high;
    *bytes = s + (capitals >> 2);
    return (((s - bytes_of(' ')) | s) & high) == 0 && (spaces & spaces >> 8) == 0;
}

static bool is_inside_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

enum { PIECE = 32 }; /* bytes, of which eight are left as a rule when they are folded */

/* The first bytes of a line, or the last ones, in whole characters. */
static dm_str piece_of(dm_str line, bool last)
{
    if (line.len <= PIECE)
        return line;
    size_t begin = last ? line.len - PIECE : 0, end = last ? line.len : PIECE;
    while (last && begin < end && is_inside_character(line.ptr[begin]))
        begin++;
    while (!last && end > 0 && is_inside_character(line.ptr[end]))
        end--;
    return (dm_str){line.ptr + begin, end - begin};
}

/* What ends() says of the line, which has no signs of ASCII around it, once it is folded and trimmed.  return  false: that takes the whole line */
static bool folded_end(dm_str line, bool last, uint64_t *out)
{
    const char other = line.len ? line.ptr[last ? 0 : line.len - 1] : 0; /* a sign there makes it shorter */
    if (line.len >= sizeof *out && (line.len > PIECE || (unsigned char)other < 0x80)) {
        *out = ends(line, last);
        if (fold_eight(out))
            return true;
    }
    char folded[PIECE + 1];
    const dm_str piece = piece_of(line, last), s = fold_trim((dm_str){folded, fold(piece, folded)});
    *out = ends(s, last);
    return s.len >= sizeof *out || piece.len == line.len;
}

/* The same of both ends, which are plain in most lines: then neither is asked alone. */
static bool folded_ends(dm_str line, uint64_t *head, uint64_t *tail)
{
    if (line.len >= sizeof *head) {
        *head = ends(line, false), *tail = ends(line, true);
        const bool plain_head = fold_eight(head), plain_tail = fold_eight(tail);
        if (plain_head & plain_tail)
            return true;
    }
    return folded_end(line, false, head) && folded_end(line, true, tail);
}

bool phrases_may_find(const struct phrases *p, dm_str line)
{
    while (line.len && fold_drops(line.ptr[line.len - 1]))
        line.len--;
    for (; line.len && fold_drops(*line.ptr); line.len--)
        line.ptr++;
    uint64_t head, tail;
    if (!folded_ends(line, &head, &tail))
        return true;
    uint32_t lists[LISTS_OF_LINE];
    const size_t count = lists_of(p, head, tail, lists);
    for (size_t i = 0; i < count; i++)
        if (fitting(p, lists[i], PHRASES_END, head, tail) != PHRASES_END)
            return true;
    return false;
}
