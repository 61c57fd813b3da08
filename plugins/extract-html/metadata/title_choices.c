/* A heading may hold more than the title, such as the section above it, and a title in the head more than the headline, such
 * as the site's name.  What is cut off is no rule here: each part is a choice, and title_features.h says what speaks for
 * it. */
#include "title_choices.h"
#include "phrases.h"
#include "title_parts.h"

#include <string.h>

/* ---- headings --------------------------------------------------------------------------------------- */

static bool is_heading(const struct meta_candidate *c)
{
    return c->rank == META_RANK_HEADING || c->rank == META_RANK_LOGO || c->rank == META_RANK_SUBHEADING ||
           c->rank == META_RANK_BANNER;
}

/* A long part of a heading. */
static bool is_most(dm_str part, dm_str whole)
{
    enum { MOST = 60, LONG = 12 };
    return part.len > LONG && part.len < whole.len && part.len * 100 > whole.len * MOST;
}

/* Marks and spaces only, or a mark first. */
static bool is_parted(dm_str rest)
{
    size_t at = 0;
    while (rest.len && *rest.ptr == ' ') {
        rest.ptr++;
        rest.len--;
    }
    return phrase_next(rest, &at) < 0 || memchr("|/", *rest.ptr, 2);
}

/* What of a heading is the title, if `part` is: all but a kicker of two words or more, or one that a mark parts off, and
 * all but what a mark parts off behind.  A word more is of the title. */
static bool may_cut(dm_str heading, dm_str part)
{
    const size_t end = phrase_end(part, heading);
    if (end)
        return is_parted((dm_str){heading.ptr + end, heading.len - end});
    for (size_t i = 1; i < heading.len; i++) {
        const dm_str rest = {heading.ptr + i, heading.len - i};
        if (heading.ptr[i - 1] == ' ' && phrase_begins(part, rest))
            return phrase_words((dm_str){heading.ptr, i - 1}) > 1 && may_cut(rest, part);
    }
    return false;
}

/* A heading may hold more than the title: the section before it, the site behind it.  What the head has of it counts, if
 * that is most of it, and if nobody has all of it. */
static void cut_kicker(const struct meta *m, dm_str *heading)
{
    dm_str best = *heading;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (is_heading(c))
            continue;
        if (phrase_same(*heading, c->cut))
            return;
        if (c->cut.len < best.len && is_most(c->cut, *heading) && may_cut(*heading, c->cut))
            best = c->cut;
    }
    *heading = best;
}

static size_t ellipsis_of(dm_str s)
{
    if (s.len < 4 || memcmp(s.ptr + s.len - 3, "...", 3) != 0)
        return s.len >= 4 && !memcmp(s.ptr + s.len - 3, "\xE2\x80\xA6", 3) ? 3 : 0;
    return 3;
}

static bool next_is_letter(dm_str s, size_t at)
{
    size_t next = at + (at < s.len && s.ptr[at] == ' ');
    const size_t from = next;
    return phrase_next(s, &next) >= 0 && next == from + 1;
}

/* A headline that was cut off: the head may have all of it. */
static void complete(const struct meta *m, dm_str *heading)
{
    const dm_str part = title_trim((dm_str){heading->ptr, heading->len - ellipsis_of(*heading)});
    for (uint32_t i = 0; ellipsis_of(*heading) && i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        const dm_str head = c->cut;
        if (!is_heading(c) && head.len > part.len && !ellipsis_of(head) &&
            !memcmp(head.ptr, part.ptr, part.len) && next_is_letter(head, part.len)) {
            *heading = head;
            return;
        }
    }
}

/* ---- parts ------------------------------------------------------------------------------------------ */

enum { PARTS_MAX = 6 };

struct parts {
    size_t count;
    size_t begins[PARTS_MAX], ends[PARTS_MAX];
    char marks[PARTS_MAX]; /* before each */
    bool site[PARTS_MAX];  /* names it */
};

static void part_at_marks(const struct meta *m, dm_str s, struct parts *p)
{
    size_t at = 1;
    *p = (struct parts){.count = 1};
    for (size_t len; p->count < PARTS_MAX && (len = title_next_mark(s, &at)); at += len) {
        p->ends[p->count - 1] = at;
        p->marks[p->count] = s.ptr[at] == ' ' && len > 1 ? s.ptr[at + 1] : s.ptr[at];
        p->begins[p->count++] = at + len;
    }
    p->ends[p->count - 1] = s.len;
    for (size_t i = 0; i < p->count; i++)
        p->site[i] = title_is_site(m, title_trim((dm_str){s.ptr + p->begins[i], p->ends[i] - p->begins[i]}));
}

/* Whether all parts but those from `i` to `k` name the site. */
static bool is_bare(const struct parts *p, size_t i, size_t k)
{
    for (size_t n = 0; n < p->count; n++)
        if (!p->site[n] && (n < i || n > k))
            return false;
    return true;
}

/* ---- gathering -------------------------------------------------------------------------------------- */

static enum title_source source_of(const struct meta_candidate *c)
{
    enum { WORK_RANK = 8, PAGE_RANK = 12 }; /* of linked data */
    static const struct {
        const char *name;
        enum title_source source;
    } known[] = {{"h1", TITLE_OF_H1},      {"h2", TITLE_OF_H2},
                 {"h3", TITLE_OF_H3},      {"meta og:title", TITLE_OF_OPENGRAPH},
                 {"title", TITLE_OF_HEAD}, {"meta twitter:title", TITLE_OF_TWITTER}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(c->source, known[i].name))
            return known[i].source;
    if (strcmp(c->source, "json-ld") != 0)
        return TITLE_OF_OTHERS;
    return c->rank < WORK_RANK ? TITLE_OF_ARTICLE : c->rank < PAGE_RANK ? TITLE_OF_WORK : TITLE_OF_PAGE;
}

/* The choice of these words, perhaps a new one.  return  NULL: there are too many, or it has no letter */
static struct title_choice *choice_of(struct title_choices *t, const struct meta_candidate *from,
                                      dm_str value, uint32_t order)
{
    size_t at = 0;
    for (uint32_t i = 0; i < t->count; i++)
        if (phrase_same(t->items[i].value, value))
            return &t->items[i];
    if (t->count == TITLE_CHOICES_MAX || phrase_next(value, &at) < 0)
        return NULL;
    struct title_choice *const c = &t->items[t->count++];
    *c = (struct title_choice){.value = value, .from = from, .order = order};
    return c;
}

static void offer_part(struct title_choices *t, const struct meta_candidate *from, enum title_source source,
                       dm_str s, const struct parts *p, size_t i, size_t k)
{
    const bool whole = i == 0 && k + 1 == p->count;
    const dm_str value = whole ? s : title_spaces((dm_str){s.ptr + p->begins[i], p->ends[k] - p->begins[i]});
    struct title_choice *const c = choice_of(t, from, value, t->counts[source]);
    if (!c)
        return;
    if (whole) {
        c->whole |= 1u << source;
        return;
    }
    if (is_bare(p, i, k))
        c->bare |= 1u << source;
    if (c->words_before || c->words_behind)
        return;
    c->words_before = i ? phrase_words((dm_str){s.ptr, p->begins[i]}) : 0;
    c->words_behind = k + 1 < p->count ? phrase_words((dm_str){s.ptr + p->ends[k], s.len - p->ends[k]}) : 0;
    c->mark_behind = k + 1 < p->count ? p->marks[k + 1] : 0;
}

/* A text, and all runs of its parts; of lesser headings the text only. */
static void offer(const struct meta *m, struct title_choices *t, const struct meta_candidate *from,
                  enum title_source source, dm_str s)
{
    struct parts p = {.count = 1, .ends = {s.len}};
    if (source != TITLE_OF_H2 && source != TITLE_OF_H3)
        part_at_marks(m, s, &p);
    if (source == TITLE_OF_HEAD)
        t->parts = p.count;
    if (!t->counts[source]++)
        t->first[source] = s;
    for (size_t len = p.count; len-- > 0;)
        for (size_t i = 0; i + len < p.count; i++)
            offer_part(t, from, source, s, &p, i, i + len);
}

static void offer_h1(struct meta *m, struct title_choices *t, const struct meta_candidate *c)
{
    dm_str value = c->cut.len ? c->cut : c->value;
    cut_kicker(m, &value);
    complete(m, &value);
    offer(m, t, c, TITLE_OF_H1, value);
    if (!phrase_same(value, c->value))
        offer(m, t, c, TITLE_OF_ALL_H1, c->value);
    const dm_str all = meta_text(m, c->node);
    if (!phrase_same(all, c->value))
        offer(m, t, c, TITLE_OF_ALL_H1, all);
}

void title_choices_find(struct meta *m, struct title_choices *t)
{
    struct meta_candidate *const items = m->items[META_TITLE];
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++)
        items[i].cut = title_without_site(m, items[i].value);
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const enum title_source source = source_of(&items[i]);
        if (source == TITLE_OF_H1)
            offer_h1(m, t, &items[i]);
        else if (is_heading(&items[i]))
            offer(m, t, &items[i], source, items[i].value);
    }
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++)
        if (!is_heading(&items[i]))
            offer(m, t, &items[i], source_of(&items[i]), items[i].value);
}
