/* The title: what the head says (OpenGraph, JSON-LD, <title>) often carries the site's name; what the page shows does not,
 * but a page shows several headings.  So a heading is the title if the head says the same. */
#include "metadata.h"

#include <string.h>

/* The next character that counts: letters and digits, in small letters where ASCII; -1: there is none */
static int next_letter(dm_str s, size_t *at)
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

bool meta_is_same(dm_str a, dm_str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        const int x = next_letter(a, &i), y = next_letter(b, &k);
        if (x != y)
            return false;
        if (x < 0)
            return true;
    }
}

/* Whether `part` begins `whole`, but for marks. */
static bool begins(dm_str part, dm_str whole)
{
    size_t i = 0, k = 0;
    for (int x; (x = next_letter(part, &i)) >= 0;)
        if (x != next_letter(whole, &k))
            return false;
    return i > 0;
}

static bool contains(dm_str whole, dm_str part)
{
    for (size_t i = 0; i < whole.len; i++)
        if ((i == 0 || whole.ptr[i - 1] == ' ') && begins(part, (dm_str){whole.ptr + i, whole.len - i}))
            return true;
    return false;
}

/* ---- the site's part ------------------------------------------------------------------------------ */

static const char *const marks[] = {" | ",        " - ",  " \xE2\x80\x93 ", " \xE2\x80\x94 ", " \xC2\xBB ",
                                    " \xC2\xAB ", " :: ", " \xC2\xB7 ",     " \xE2\x80\xA2 ", ": "};

/* Whether a part of the title names the site, as it or the page's address says. */
static bool is_site(const struct meta *m, dm_str part)
{
    if (part.len < 2)
        return false;
    for (uint32_t i = 0; i < m->counts[META_SITE]; i++)
        if (meta_is_same(part, m->items[META_SITE][i].value))
            return true;
    for (uint32_t i = 0; i < m->counts[META_URL]; i++) {
        const dm_str url = m->items[META_URL][i].value;
        const char *const slashes = memmem(url.ptr, url.len, "://", 3);
        const size_t from = slashes ? (size_t)(slashes - url.ptr) + 3 : 0;
        const char *const end = memchr(url.ptr + from, '/', url.len - from);
        const dm_str host = {url.ptr + from, (end ? (size_t)(end - url.ptr) : url.len) - from};
        size_t at = 0, letters = 0;
        while (next_letter(part, &at) >= 0)
            letters++;
        for (size_t k = 0; letters > 3 && k < host.len; k++)
            if (begins(part, (dm_str){host.ptr + k, host.len - k}))
                return true;
    }
    return false;
}

static dm_str trim(dm_str s)
{
    while (s.len && *s.ptr == ' ') {
        s.ptr++;
        s.len--;
    }
    while (s.len && s.ptr[s.len - 1] == ' ')
        s.len--;
    return s;
}

/* Where the last mark stands.  return  its length; 0: there is none */
static size_t last_mark(dm_str s, size_t *at)
{
    size_t len = 0;
    for (size_t k = 0; k + 1 < sizeof marks / sizeof *marks; k++)
        for (size_t i = 1; i + strlen(marks[k]) < s.len; i++)
            if ((!len || i > *at) && !memcmp(s.ptr + i, marks[k], strlen(marks[k]))) {
                *at = i;
                len = strlen(marks[k]);
            }
    return len;
}

static size_t first_mark(dm_str s, size_t *at)
{
    for (size_t i = 1; i < s.len; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            const size_t len = strlen(marks[k]);
            if (i + len < s.len && !memcmp(s.ptr + i, marks[k], len)) {
                *at = i;
                return len;
            }
        }
    return 0;
}

static dm_str cut_site(const struct meta *m, dm_str s)
{
    size_t at = 0, len;
    while ((len = last_mark(s, &at)) && is_site(m, (dm_str){s.ptr + at + len, s.len - at - len}))
        s = trim((dm_str){s.ptr, at});
    if ((len = first_mark(s, &at)) && is_site(m, (dm_str){s.ptr, at}))
        s = trim((dm_str){s.ptr + at + len, s.len - at - len});
    return s;
}

/* ---- the choice ----------------------------------------------------------------------------------- */

static bool is_heading(const struct meta_candidate *c)
{
    return c->rank == META_RANK_HEADING || c->rank == META_RANK_LOGO || c->rank == META_RANK_SUBHEADING;
}

/* Whether the heading is what stands before the first mark. */
static bool is_first_part(dm_str heading, dm_str head)
{
    size_t at = 0;
    return first_mark(head, &at) && meta_is_same(heading, (dm_str){head.ptr, at});
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
        const unsigned found = meta_is_same(head, heading->value) ? 3
                               : (begins(heading->value, head) && heading->value.len * 3 > head.len) ||
                                       is_first_part(heading->value, head)
                                   ? 2
                               : heading->value.len > LONG && contains(head, heading->value) ? 1
                                                                                             : 0;
        best = found > best ? found : best;
    }
    return best;
}

static size_t count_words(dm_str s)
{
    size_t words = s.len > 0;
    for (size_t i = 0; i < s.len; i++)
        words += s.ptr[i] == ' ';
    return words;
}

/* A heading that nobody else speaks of: the first that is a phrase and not the site's name. */
static bool may_be_title(const struct meta *m, const struct meta_candidate *c)
{
    enum { WORDS_MIN = 3, LENGTH_MAX = 250 };
    return c->rank < META_RANK_LOGO && c->value.len < LENGTH_MAX && count_words(c->value) >= WORDS_MIN &&
           !is_site(m, c->value);
}

/* A heading may hold more than the title: the section before it, the site behind it.  What the head has of it counts, if that
 * is most of it. */
static void cut_kicker(const struct meta *m, dm_str *heading)
{
    enum { MOST = 60 };
    dm_str best = *heading;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        const dm_str head = c->cut;
        if (!is_heading(c) && head.len < best.len && head.len * 100 > heading->len * MOST &&
            contains(*heading, head))
            best = head;
    }
    *heading = best;
}

/* The last part of <title>, where nothing is known of the site: it is short, and more stands before it. */
static dm_str cut_last(dm_str s)
{
    enum { TAIL_WORDS = 5, HEAD_WORDS = 2 };
    size_t at = 0;
    const size_t len = last_mark(s, &at);
    if (!len || count_words((dm_str){s.ptr, at}) < HEAD_WORDS ||
        count_words((dm_str){s.ptr + at + len, s.len - at - len}) > TAIL_WORDS)
        return s;
    return trim((dm_str){s.ptr, at});
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
    return next_letter(s, &next) >= 0 && next == from + 1;
}

/* A headline that was cut off: the head may have all of it. */
static void complete(const struct meta *m, dm_str *heading)
{
    const dm_str part = trim((dm_str){heading->ptr, heading->len - ellipsis_of(*heading)});
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

/* The first <h2> that the head speaks of, and that is no section of a longer title. */
static const struct meta_candidate *subheading_of(const struct meta *m)
{
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (c->rank == META_RANK_SUBHEADING && !is_site(m, c->value) && agreement(m, c) > 0)
            return c;
    }
    return NULL;
}

const struct meta_candidate *meta_choose_title(struct meta *m, dm_str *value)
{
    const struct meta_candidate *heading = NULL, *head = NULL, *any = NULL, *first = NULL;
    unsigned best = 0;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++)
        m->items[META_TITLE][i].cut = cut_site(m, m->items[META_TITLE][i].value);
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++) {
        const struct meta_candidate *const c = &m->items[META_TITLE][i];
        if (!is_heading(c)) {
            head = !head || c->rank < head->rank ? c : head;
            continue;
        }
        if (c->rank == META_RANK_SUBHEADING)
            continue;
        const unsigned found = agreement(m, c);
        any = !any || c->rank < any->rank ? c : any;
        first = !first && may_be_title(m, c) ? c : first;
        if (found > best) {
            best = found;
            heading = c;
        }
    }
    heading = heading ? heading : subheading_of(m);
    const struct meta_candidate *const chosen = heading ? heading : first ? first : head ? head : any;
    if (!chosen)
        return NULL;
    *value = chosen->cut;
    if (is_heading(chosen)) {
        cut_kicker(m, value);
        complete(m, value);
    } else if (!strcmp(chosen->source, "title"))
        *value = cut_last(*value);
    return chosen;
}
