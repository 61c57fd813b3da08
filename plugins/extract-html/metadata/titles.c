/* The title: what the head says (OpenGraph, JSON-LD, <title>) often carries the site's name; what the page shows does not,
 * but a page shows several headings.  So a heading is the title if the head says the same. */
#include "metadata.h"
#include "phrases.h"
#include "title_parts.h"

#include <string.h>

/* ---- the choice ----------------------------------------------------------------------------------- */

static bool is_heading(const struct meta_candidate *c)
{
    return c->rank == META_RANK_HEADING || c->rank == META_RANK_LOGO || c->rank == META_RANK_SUBHEADING ||
           c->rank == META_RANK_BANNER;
}

/* Whether the heading is what stands before the first mark. */
static bool is_first_part(dm_str heading, dm_str head)
{
    const dm_str first = title_first_part(head);
    return first.len && phrase_same(heading, first);
}

/* A long part of a heading. */
static bool is_most(dm_str part, dm_str whole)
{
    enum { MOST = 60, LONG = 12 };
    return part.len > LONG && part.len < whole.len && part.len * 100 > whole.len * MOST;
}

/* How far the head agrees with a heading: 3, the same; 2, it begins so; 1, it holds it; 0, not at all. */
static unsigned agreement(const struct meta *m, const struct meta_candidate *heading)
{
    enum { LONG = 12 };
    const bool doubtful = heading->rank >= META_RANK_LOGO; /* has to be most of what the head says */
    unsigned best = 0;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (is_heading(c))
            continue;
        const dm_str head = c->cut;
        if (doubtful && heading->value.len * 2 < head.len)
            continue;
        const unsigned found = phrase_same(head, heading->value) ? 3
                               : (phrase_begins(heading->value, head) && heading->value.len * 3 > head.len) ||
                                       is_first_part(heading->value, head)
                                   ? 2
                               : (heading->value.len > LONG && phrase_holds(head, heading->value)) ||
                                       (is_most(head, heading->value) && phrase_holds(heading->value, head))
                                   ? 1
                                   : 0;
        best = found > best ? found : best;
    }
    return best;
}

/* How many in a hundred of a heading's words the head has. */
static size_t share_in_head(const struct meta *m, dm_str heading)
{
    size_t best = 0;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        const size_t shared = is_heading(c) ? 0 : phrase_shared(heading, c->cut);
        best = shared > best ? shared : best;
    }
    return best * 100 / phrase_words(heading);
}

/* A heading that the head does not repeat: the one that has most words in common with it.  Articles have their headline on
 * the page, and another for search engines; on other pages the heading is a slogan, or names a section. */
static const struct meta_candidate *nearest_heading(const struct meta *m)
{
    enum { LENGTH_MAX = 250, SHARE_OF_ARTICLE = 1, SHARE = 20 };
    const struct meta_candidate *nearest = NULL;
    size_t best = (m->is_article ? SHARE_OF_ARTICLE : SHARE) - 1;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (c->rank != META_RANK_HEADING || c->value.len > LENGTH_MAX || title_is_site(m, c->value))
            continue;
        const size_t share = share_in_head(m, c->value);
        if (share > best) {
            best = share;
            nearest = c;
        }
    }
    return nearest;
}

/* The name of the site above the page: it is what <title> ends with, and a heading is what <title> begins with. */
static bool is_banner(const struct meta *m, const struct meta_candidate *heading)
{
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (heading->rank == META_RANK_SUBHEADING || is_heading(c) ||
            !phrase_same(heading->value, title_last_part(c->value)))
            continue;
        const dm_str before = title_first_part(c->value);
        for (uint32_t k = 0; k < m->counts[META_TITLE]; k++)
            if (is_heading(&m->items[META_TITLE][k]) && phrase_same(m->items[META_TITLE][k].value, before))
                return true;
    }
    return false;
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

/* Of several the one that the head agrees with most; of those the longest, as a section's name stands beside a headline.
 * rank  of the headings that are looked at */
static const struct meta_candidate *heading_of(const struct meta *m, uint32_t from, uint32_t to)
{
    const struct meta_candidate *chosen = NULL;
    unsigned best = 0;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (!is_heading(c) || c->rank < from || c->rank > to)
            continue;
        const unsigned found = is_banner(m, c) ? 0 : agreement(m, c);
        if (found && (!chosen || (found == 3 && best < 3) ||
                      ((best < 3) == (found < 3) && best < 3 && c->value.len > chosen->value.len))) {
            best = found;
            chosen = c;
        }
    }
    return chosen;
}

static const struct meta_candidate *best_in_head(const struct meta *m)
{
    const struct meta_candidate *head = NULL;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (!is_heading(c) && c->cut.len && (!head || c->rank < head->rank))
            head = c;
    }
    return head;
}

static const struct meta_candidate *any_heading(const struct meta *m)
{
    const struct meta_candidate *any = NULL;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (is_heading(c) && (!any || c->rank < any->rank))
            any = c;
    }
    return any;
}

const struct meta_candidate *meta_choose_title(struct meta *m, dm_str *value)
{
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++)
        m->items[META_TITLE][i].cut = title_without_site(m, m->items[META_TITLE][i].value);
    const struct meta_candidate *chosen = heading_of(m, META_RANK_HEADING, META_RANK_LOGO);
    chosen = chosen ? chosen : heading_of(m, META_RANK_SUBHEADING, META_RANK_SUBHEADING);
    chosen = chosen ? chosen : nearest_heading(m);
    chosen = chosen ? chosen : best_in_head(m);
    chosen = chosen ? chosen : any_heading(m);
    if (!chosen)
        return NULL;
    *value = chosen->cut;
    if (is_heading(chosen)) {
        cut_kicker(m, value);
        complete(m, value);
    } else if (!strcmp(chosen->source, "title"))
        *value = title_without_end(*value);
    return chosen;
}
