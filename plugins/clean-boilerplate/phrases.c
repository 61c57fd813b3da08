#include "phrases.h"
#include "fold.h"

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

enum { WILD = 256, LISTS = 257 };

static bool is_wild(char c)
{
    return c == '*' || c == '#';
}

static uint32_t list_of(dm_str text)
{
    const char c = text.len ? text.ptr[0] : '*';
    return is_wild(c) ? WILD : (unsigned char)c;
}

static int compare(const void *a, const void *b)
{
    const struct folded_phrase *const x = a, *const y = b;
    const uint32_t i = list_of(x->text), j = list_of(y->text);
    if (i != j)
        return i < j ? -1 : 1;
    return (x->weak > y->weak) - (x->weak < y->weak);
}

/* The first bytes of a text, or the last ones, as a number: most phrases are told from a line by these. */
static uint32_t ends(dm_str s, bool last)
{
    uint32_t bytes = 0;
    const size_t len = s.len < sizeof bytes ? s.len : sizeof bytes;
    memcpy((char *)&bytes + (last ? sizeof bytes - len : 0), s.ptr + (last ? s.len - len : 0), len);
    return bytes;
}

static void find_ends(struct folded_phrase *p)
{
    const dm_str s = p->text;
    char head[4] = {0}, tail[4] = {0};
    for (size_t i = 0; i < s.len && i < sizeof head && !is_wild(s.ptr[i]); i++)
        head[i] = (char)0xFF;
    for (size_t i = 0; i < s.len && i < sizeof tail && !is_wild(s.ptr[s.len - 1 - i]); i++)
        tail[sizeof tail - 1 - i] = (char)0xFF;
    memcpy(&p->head_mask, head, sizeof head);
    memcpy(&p->tail_mask, tail, sizeof tail);
    p->head = ends(s, false) & p->head_mask;
    p->tail = ends(s, true) & p->tail_mask;
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
    size_t at = 0;
    for (uint32_t list = 0; list <= LISTS; list++) {
        while (at < p->count && list_of(p->items[at].text) < list)
            at++;
        p->first[list] = (uint32_t)at;
    }
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

static const struct folded_phrase *find_in(const struct phrases *p, uint32_t list, dm_str line)
{
    const uint32_t head = ends(line, false), tail = ends(line, true);
    for (uint32_t i = p->first[list]; i < p->first[list + 1]; i++) {
        const struct folded_phrase *const item = &p->items[i];
        if ((head & item->head_mask) == item->head && (tail & item->tail_mask) == item->tail &&
            matches(item->text, line))
            return item;
    }
    return NULL;
}

const struct folded_phrase *phrases_find(const struct phrases *p, dm_str line)
{
    if (!line.len)
        return NULL;
    const struct folded_phrase *const found = find_in(p, (unsigned char)line.ptr[0], line);
    return found ? found : find_in(p, WILD, line);
}
