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

static uint32_t list_of(dm_str text)
{
    const unsigned char c = text.len ? (unsigned char)text.ptr[0] : '*';
    return c == '*' || c == '#' ? WILD : c;
}

static int compare(const void *a, const void *b)
{
    const struct folded_phrase *const x = a, *const y = b;
    const uint32_t i = list_of(x->text), j = list_of(y->text);
    if (i != j)
        return i < j ? -1 : 1;
    return (x->weak > y->weak) - (x->weak < y->weak);
}

static bool add(dm_task *t, struct phrases *p, dm_str text, enum phrase_class class, bool weak)
{
    char *const folded = dm_alloc(t, text.len + 1);
    if (!folded)
        return false;
    const dm_str whole = {folded, fold(text, folded)};
    /* A wildcard at an end is no sign that says nothing. */
    const bool open = whole.len && (whole.ptr[whole.len - 1] == '*' || whole.ptr[0] == '*');
    p->items[p->count++] = (struct folded_phrase){open ? whole : fold_trim(whole), class, weak};
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

/* The second byte tells most phrases from a line. */
static bool may_match(dm_str pattern, dm_str s)
{
    const char c = pattern.len > 1 ? pattern.ptr[1] : '*';
    return c == '*' || c == '#' || (s.len > 1 && s.ptr[1] == c) || pattern.ptr[0] == '*' ||
           pattern.ptr[0] == '#';
}

static const struct folded_phrase *find_in(const struct phrases *p, uint32_t list, dm_str line)
{
    for (uint32_t i = p->first[list]; i < p->first[list + 1]; i++)
        if (may_match(p->items[i].text, line) && matches(p->items[i].text, line))
            return &p->items[i];
    return NULL;
}

const struct folded_phrase *phrases_find(const struct phrases *p, dm_str line)
{
    if (!line.len)
        return NULL;
    const struct folded_phrase *const found = find_in(p, (unsigned char)line.ptr[0], line);
    return found ? found : find_in(p, WILD, line);
}
