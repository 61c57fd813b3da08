/* The author, out of the names that were offered: the best source that names somebody. */
#include "metadata.h"
#include "phrases.h"
#include "title_parts.h"

#include <string.h>

enum { LIST_MAX = 512 };

/* ---- what a candidate is worth -------------------------------------------------------------------- */

/* The site, as the page or its address says. */
static bool is_site(const struct meta *m, dm_str name)
{
    return title_is_site(m, name);
}

/* `ann.oduya`, and elsewhere it is "Ann Oduya". */
static bool is_known_better(struct meta *m, dm_str name)
{
    bool known = false;
    for (uint32_t i = 0; i < m->counts[META_AUTHOR] && !known && meta_is_account(name); i++) {
        const dm_str other = meta_clean_author(m, m->items[META_AUTHOR][i].value);
        known = !meta_is_account(other) && phrase_same(name, other);
    }
    return known;
}

/* "Ann", and elsewhere it is "Ann Oduya". */
static dm_str complete_name(const struct meta *m, dm_str name)
{
    for (uint32_t i = 0; i < m->counts[META_AUTHOR] && name.len && !memchr(name.ptr, ' ', name.len); i++) {
        const dm_str other = m->items[META_AUTHOR][i].value;
        if (other.len > name.len + 1 && other.ptr[name.len] == ' ' &&
            !memcmp(other.ptr, name.ptr, name.len) && meta_is_full_name(other) &&
            !memchr(other.ptr, ',', other.len))
            return other;
    }
    return name;
}

static uint32_t rank_of(struct meta *m, const struct meta_candidate *c)
{
    enum { SITE_PENALTY = 40, ACCOUNT_PENALTY = 30, NEWSROOM_PENALTY = 16 };
    return c->rank + (is_site(m, c->value)             ? SITE_PENALTY
                      : is_known_better(m, c->value)   ? ACCOUNT_PENALTY
                      : meta_is_organisation(c->value) ? NEWSROOM_PENALTY
                                                       : 0u);
}

static const struct meta_candidate *best_of(struct meta *m)
{
    const struct meta_candidate *best = NULL;
    uint32_t best_rank = 0;
    for (uint32_t i = 0; i < m->counts[META_AUTHOR]; i++) {
        struct meta_candidate *const c = &m->items[META_AUTHOR][i];
        c->value = meta_clean_author(m, c->value);
        const uint32_t rank = rank_of(m, c);
        if (c->value.len && (!best || rank < best_rank)) {
            best = c;
            best_rank = rank;
        }
    }
    return best;
}

/* ---- several -------------------------------------------------------------------------------------- */

static void append(dm_str *list, char *out, dm_str name)
{
    if (meta_is_in(*list, name) || list->len + name.len + 2 > LIST_MAX)
        return;
    if (list->len) {
        memcpy(out + list->len, "; ", 2);
        list->len += 2;
    }
    memcpy(out + list->len, name.ptr, name.len);
    *list = (dm_str){out, list->len + name.len};
}

/* Cut what parts two names from the beginning: `, `, ` and `.  return  false: nothing of the kind stands there */
static bool cut_separator(dm_str *s)
{
    static const char *const words[] = {"and", "und", "et", "y", "e", "en", "og", "och", "i"};
    bool found = false;
    for (; s->len && strchr(" \t\r\n,&/", *s->ptr); s->ptr++, s->len--)
        found |= *s->ptr == ',' || *s->ptr == '&' || *s->ptr == '/';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const size_t len = strlen(words[i]);
        if (s->len >= len && !memcmp(s->ptr, words[i], len) &&
            (s->len == len || strchr(" \t\r\n", s->ptr[len]))) {
            *s = (dm_str){s->ptr + len, s->len - len};
            return true;
        }
    }
    return found;
}

/* A full name, and nothing else.  return  len 0: it is not */
static dm_str whole_name(struct meta *m, dm_str s)
{
    s = meta_fold(m, s);
    const dm_str name = meta_clean_author(m, s);
    return name.len == s.len && meta_is_full_name(name) ? name : (dm_str){"", 0};
}

/* `<a>Ann Oduya</a>, <a>Jan Veld</a> and <a>Ida Lund</a>`: names in the same line, parted by nothing but such marks. */
static void append_beside(struct meta *m, uint32_t node, dm_str *list, char *out)
{
    enum { FEW = 40 };
    const struct html_tree *const tree = m->tree;
    const uint32_t from = tree->nodes[node].end;
    bool parted = false;
    for (uint32_t i = from; i < tree->count && i < from + FEW && !(tree->nodes[i].flags & HTML_BLOCK); i++) {
        dm_str s = tree->nodes[i].text;
        if (tree->nodes[i].tag != HTML_TEXT || !meta_fold(m, s).len)
            continue;
        if (!parted && !(parted = cut_separator(&s)))
            return;
        if (!meta_fold(m, s).len)
            continue;
        const dm_str name = whole_name(m, s);
        if (!name.len)
            return;
        append(list, out, name);
        parted = false;
    }
}

static bool is_of_same_source(const struct meta_candidate *a, const struct meta_candidate *b)
{
    return a->rank == b->rank && !strcmp(a->source, b->source) && a->value.len;
}

/* Of linked data and metadata all that the source names.  Of the visible page the first, and those beside it: others stand
 * in other lines. */
const struct meta_candidate *meta_choose_author(struct meta *m, dm_str *value)
{
    const struct meta_candidate *const best = best_of(m), *first = NULL;
    char *const out = best ? dm_alloc(m->task, LIST_MAX) : NULL;
    dm_str list = {out, 0};
    if (!out)
        return NULL;
    for (uint32_t i = 0; i < m->counts[META_AUTHOR] && !(first && best->node); i++) {
        const struct meta_candidate *const c = &m->items[META_AUTHOR][i];
        if (!is_of_same_source(c, best) || (first && is_site(m, c->value)))
            continue;
        first = first ? first : c;
        append(&list, out, c->value);
    }
    if (first && first->node && meta_is_full_name(first->value))
        append_beside(m, first->node, &list, out);
    *value = complete_name(m, list);
    return value->len ? best : NULL;
}
