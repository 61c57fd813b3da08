/* The candidates, and which of them the document gets. */
#include "metadata.h"
#include "dates.h"
#include "phrases.h"
#include "tokenizer/tokenizer.h"

#include <stdio.h>
#include <string.h>

/* ---- candidates --------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return html_is_space(c);
}

static bool is_folded(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((is_space(s.ptr[i]) && (s.ptr[i] != ' ' || i == 0 || i + 1 == s.len || s.ptr[i - 1] == ' ')) ||
            (unsigned char)s.ptr[i] == 0xC2)
            return false;
    return true;
}

/* Plain spaces, one at a time; no-break spaces are such.  Soft hyphens go. */
dm_str meta_fold(struct meta *m, dm_str s)
{
    if (is_folded(s))
        return s;
    char *const out = dm_alloc(m->task, s.len + 1);
    size_t len = 0;
    m->failed = m->failed || !out;
    for (size_t i = 0; out && i < s.len; i++) {
        const unsigned char next =
            (unsigned char)s.ptr[i] == 0xC2 && i + 1 < s.len ? (unsigned char)s.ptr[i + 1] : 0;
        const bool wide = next == 0xA0;
        if (next == 0xAD) {
            i++;
            continue;
        }
        if (!wide && !is_space(s.ptr[i]))
            out[len++] = s.ptr[i];
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
        i += wide;
    }
    while (len && out[len - 1] == ' ')
        len--;
    return (dm_str){out ? out : "", len};
}

void meta_add(struct meta *m, enum meta_key key, dm_str value, const char *source, uint32_t rank,
              uint32_t node)
{
    enum { VALUE_MAX = 4096 };
    if (m->counts[key] == META_CANDIDATES_MAX || value.len > VALUE_MAX)
        return;
    /* JSON and attributes may hold references still: `Sea &amp;amp; Sand`. */
    value = meta_fold(m, html_cook(&m->cook, value, HTML_COOK_REFERENCES));
    if (!value.ptr || !value.len)
        return;
    m->items[key][m->counts[key]++] =
        (struct meta_candidate){.value = value, .source = source, .rank = rank, .node = node};
}

static dm_str join_text(struct meta *m, uint32_t node, dm_str between)
{
    enum { TEXT_MAX = 1024 };
    const struct html_node *const nodes = m->tree->nodes;
    char *const out = dm_alloc(m->task, TEXT_MAX);
    size_t len = 0;
    m->failed = m->failed || !out;
    for (uint32_t i = node + 1; out && i < nodes[node].end; i++) {
        const bool sign =
            nodes[i].tag == HTML_A && nodes[i].text_len == 1; /* the link of a heading to itself */
        if (sign || nodes[i].tag == HTML_SCRIPT || nodes[i].tag == HTML_SVG || nodes[i].tag == HTML_STYLE ||
            nodes[i].tag == HTML_RT || nodes[i].tag == HTML_RP) {
            i = nodes[i].end - 1;
            continue;
        }
        if ((nodes[i].flags & HTML_BLOCK || nodes[i].tag == HTML_BR) && len && len + between.len < TEXT_MAX) {
            memcpy(out + len, between.ptr, between.len);
            len += between.len;
        }
        if (nodes[i].tag != HTML_TEXT)
            continue;
        size_t n = nodes[i].text.len < TEXT_MAX - len ? nodes[i].text.len : TEXT_MAX - len;
        while (n < nodes[i].text.len && n && ((unsigned char)nodes[i].text.ptr[n] & 0xC0) == 0x80)
            n--;
        memcpy(out + len, nodes[i].text.ptr, n);
        len += n;
    }
    return meta_fold(m, (dm_str){out ? out : "", len});
}

dm_str meta_text(struct meta *m, uint32_t node)
{
    return join_text(m, node, DM_LIT(" "));
}

dm_str meta_lines(struct meta *m, uint32_t node)
{
    return join_text(m, node, DM_LIT(" | "));
}

static const struct meta_candidate *best_of(const struct meta *m, enum meta_key key)
{
    const struct meta_candidate *best = NULL;
    for (uint32_t i = 0; i < m->counts[key]; i++)
        if (!best || m->items[key][i].rank < best->rank)
            best = &m->items[key][i];
    return best;
}

/* ---- the document's keys ------------------------------------------------------------------------- */

static void set(struct meta *m, dm_doc *d, const char *key, dm_str value, const char *source)
{
    char name[32];
    if (!value.len)
        return;
    snprintf(name, sizeof name, "%s-source", key);
    dm_set_meta(m->task, d, key, value);
    dm_set_meta(m->task, d, name, (dm_str){source, strlen(source)});
}

static void set_best(struct meta *m, dm_doc *d, const char *key, enum meta_key which)
{
    const struct meta_candidate *const c = best_of(m, which);
    if (c)
        set(m, d, key, c->value, c->source);
}

/* ---- dates ---------------------------------------------------------------------------------------- */

/* In the United States, and where a page is English and says nothing more. */
static bool is_month_first(const struct meta *m)
{
    const struct meta_candidate *const c = best_of(m, META_LANGUAGE);
    return !c || (c->value.len >= 2 && (c->value.ptr[0] | 0x20) == 'e' && (c->value.ptr[1] | 0x20) == 'n' &&
                  (c->value.len < 5 || ((c->value.ptr[3] | 0x20) == 'u' && (c->value.ptr[4] | 0x20) == 's')));
}

static int64_t day_number(const char *date)
{
    enum { DIGITS = 10 };
    int64_t y = 0, mon, d;
    for (int i = 0; i < 4; i++)
        y = y * DIGITS + (date[i] - '0');
    mon = (date[5] - '0') * DIGITS + (date[6] - '0');
    d = (date[8] - '0') * DIGITS + (date[9] - '0');
    y -= mon <= 2;
    const int64_t days = (153 * (mon + (mon > 2 ? -3 : 9)) + 2) / 5 + d;
    return 365 * y + y / 4 - y / 100 + y / 400 + days;
}

/* A time in UTC, or of no zone, may be of the day before or behind the one on which the page says it was written; that one
 * counts.  West of Greenwich it is still the day before in the first hours of a day, east of it the next in the last. */
static void use_local_day(const struct meta *m, enum meta_key which, char date[HTML_DATE_SIZE])
{
    enum { VISIBLE = 10, NEAR = 20, NOON = 12, WITHOUT_ZONE = sizeof "2021-04-03T10:00:00" - 1 };
    char shown[HTML_DATE_SIZE], other[HTML_DATE_SIZE] = "";
    const size_t len = strlen(date);
    if (len <= 10 || (date[len - 1] != 'Z' && !strstr(date, "+00:00") && len != WITHOUT_ZONE))
        return;
    const int hour = (date[11] - '0') * 10 + (date[12] - '0');
    for (uint32_t i = 0; i < m->counts[which]; i++) {
        const struct meta_candidate *const c = &m->items[which][i];
        if (c->rank < VISIBLE || c->rank > NEAR || !html_date_find(c->value, is_month_first(m), shown))
            continue;
        const int64_t apart = day_number(shown) - day_number(date);
        if (!apart)
            return;
        if (apart == (hour < NOON ? -1 : 1) && !strstr(shown, "Z") && !*other)
            memcpy(other, shown, sizeof other);
    }
    if (*other)
        memcpy(date, other, sizeof other);
}

/* Of sources of a rank up to `max`. */
static bool set_date(struct meta *m, dm_doc *d, const char *key, enum meta_key which, uint32_t max)
{
    char date[HTML_DATE_SIZE], best[HTML_DATE_SIZE] = "";
    const struct meta_candidate *from = NULL;
    for (uint32_t i = 0; i < m->counts[which]; i++) {
        const struct meta_candidate *const c = &m->items[which][i];
        if (c->rank > max || (from && c->rank >= from->rank) ||
            !html_date_find(c->value, is_month_first(m), date))
            continue;
        memcpy(best, date, sizeof best);
        from = c;
    }
    if (from)
        use_local_day(m, which, best);
    if (from)
        set(m, d, key, (dm_str){best, strlen(best)}, from->source);
    return from;
}

/* `/2021/04/03/` in the page's address. */
static bool set_date_of_address(struct meta *m, dm_doc *d)
{
    char date[HTML_DATE_SIZE];
    for (uint32_t i = 0; i < m->counts[META_URL]; i++) {
        if (!html_date_find(m->items[META_URL][i].value, false, date))
            continue;
        date[10] = 0;
        set(m, d, "date", (dm_str){date, strlen(date)}, "address");
        return true;
    }
    return false;
}

/* ---- lists ------------------------------------------------------------------------------------------ */

bool meta_is_in(dm_str list, dm_str name)
{
    for (size_t at = 0; at < list.len;) {
        const char *const semicolon = memmem(list.ptr + at, list.len - at, "; ", 2);
        const size_t end = semicolon ? (size_t)(semicolon - list.ptr) : list.len;
        if (phrase_same(name, (dm_str){list.ptr + at, end - at}))
            return true;
        at = end + 2;
    }
    return false;
}

static void set_list(struct meta *m, dm_doc *d, const char *key, enum meta_key which)
{
    enum { LIST_MAX = 2048 };
    const struct meta_candidate *const best = best_of(m, which);
    char *const out = best ? dm_alloc(m->task, LIST_MAX) : NULL;
    dm_str list = {out, 0};
    for (uint32_t i = 0; out && i < m->counts[which]; i++) {
        const struct meta_candidate *const c = &m->items[which][i];
        if (strcmp(c->source, best->source) != 0 || meta_is_in(list, c->value) ||
            list.len + c->value.len + 2 > LIST_MAX)
            continue;
        if (list.len) {
            memcpy(out + list.len, "; ", 2);
            list.len += 2;
        }
        memcpy(out + list.len, c->value.ptr, c->value.len);
        list.len += c->value.len;
    }
    if (list.len)
        set(m, d, key, list, best->source);
}

/* `en_US` becomes `en-US`; what is no tag of a language is left out. */
static void set_language(struct meta *m, dm_doc *d)
{
    const struct meta_candidate *const c = best_of(m, META_LANGUAGE);
    char tag[12];
    if (!c || c->value.len < 2 || c->value.len >= sizeof tag)
        return;
    for (size_t i = 0; i < c->value.len; i++) {
        const char v = c->value.ptr[i];
        if (v != '-' && v != '_' && !html_is_letter(v) && !(v >= '0' && v <= '9'))
            return;
        tag[i] = v == '_' ? '-' : v;
    }
    set(m, d, "language", (dm_str){tag, c->value.len}, c->source);
}

struct meta *meta_gather(dm_task *t, const struct content_page *page)
{
    struct meta *const m = dm_alloc(t, sizeof *m);
    if (!m)
        return NULL;
    m->task = m->cook.task = t;
    m->tree = page->tree;
    m->page = page;
    meta_read_linked_data(m);
    meta_read_tags(m);
    meta_read_visible(m);
    meta_read_headline(m);
    return m;
}

dm_status meta_find(dm_task *t, dm_doc *d, const struct content_page *page)
{
    enum { SURE = 15 }; /* sources that speak of dates */
    struct meta *const m = meta_gather(t, page);
    if (!m)
        return DM_ELIMIT;
    dm_str title;
    const struct meta_candidate *const c = meta_choose_title(m, &title);
    if (c)
        set(m, d, "title", title, c->source);
    dm_str author;
    const struct meta_candidate *const a = meta_choose_author(m, &author);
    if (a)
        set(m, d, "author", author, a->source);
    if (!set_date(m, d, "date", META_DATE, SURE) && !set_date_of_address(m, d))
        set_date(m, d, "date", META_DATE, UINT32_MAX);
    set_date(m, d, "modified", META_MODIFIED, UINT32_MAX);
    set_language(m, d);
    set_best(m, d, "site", META_SITE);
    set_best(m, d, "url", META_URL);
    set_best(m, d, "description", META_DESCRIPTION);
    set_best(m, d, "image", META_IMAGE);
    set_best(m, d, "licence", META_LICENCE);
    set_list(m, d, "categories", META_CATEGORIES);
    set_list(m, d, "tags", META_TAGS);
    return m->failed ? DM_ELIMIT : DM_OK;
}
