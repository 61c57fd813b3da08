/* Headings, and what of one is the headline: without the line above it, the line below, and what only screen readers say. */
#include "metadata.h"
#include "title_parts.h"

#include <string.h>
#include <strings.h>

/* Whether `s` begins with a word.  Capitals and small letters are told apart by one bit, so that the first two bytes
 * say in most cases that it does not. */
static bool begins(const char *s, const char *word, size_t len)
{
    return (s[0] | 0x20) == (word[0] | 0x20) && (len < 2 || (s[1] | 0x20) == (word[1] | 0x20)) &&
           !strncasecmp(s, word, len);
}

bool meta_has(dm_str s, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; i + len <= s.len; i++)
        if (begins(s.ptr + i, word, len))
            return true;
    return false;
}

/* Of a byte in any case: one bit of 32, which few others share. */
static uint32_t bit_of(char c)
{
    return 1u << (c & 31);
}

bool meta_has_any(dm_str s, const char *const *words)
{
    uint32_t firsts = 0;
    for (size_t k = 0; words[k]; k++)
        firsts |= bit_of(*words[k]);
    for (size_t i = 0; i < s.len; i++)
        for (size_t k = 0; firsts & bit_of(s.ptr[i]) && words[k]; k++) {
            if ((s.ptr[i] | 0x20) != (*words[k] | 0x20))
                continue;
            const size_t len = strlen(words[k]);
            if (len <= s.len - i && begins(s.ptr + i, words[k], len))
                return true;
        }
    return false;
}

bool meta_is_called(const struct html_node *n, const char *const *words)
{
    return (n->class_name.len && meta_has_any(n->class_name, words)) ||
           (n->id.len && meta_has_any(n->id, words));
}

static bool is_beside(const struct html_node *n)
{
    static const char *const words[] = {
        "kicker",         "overline",        "eyebrow",     "dachzeile",   "topline",       "roofline",
        "spitzmarke",     "pretitle",        "pre-title",   "pretitle",    "supertitle",    "topic",
        "subtitle",       "sub-title",       "subheading",  "sub-heading", "subhead",       "subline",
        "visuallyhidden", "visually-hidden", "sr-only",     "aural",       "screen-reader", "hiddendash",
        "badge",          "tagline",         "titleheader", NULL};
    return n->tag == HTML_SMALL || n->tag == HTML_BUTTON || n->tag == HTML_TIME ||
           (n->tag != HTML_TEXT && meta_is_called(n, words));
}

/* The text of a heading without such elements; all of it if there is nothing else. */
static dm_str headline_of(struct meta *m, uint32_t heading)
{
    enum { TEXT_MAX = 1024, MIN = 4 };
    const struct html_node *const nodes = m->tree->nodes;
    char *const out = dm_alloc(m->task, TEXT_MAX);
    size_t len = 0, left_out = 0;
    m->failed = m->failed || !out;
    for (uint32_t i = heading + 1; out && i < nodes[heading].end;) {
        if (is_beside(&nodes[i])) {
            left_out += nodes[i].text_len;
            i = nodes[i].end;
            continue;
        }
        const dm_str text = nodes[i].tag == HTML_TEXT ? nodes[i].text : DM_LIT(" ");
        const bool spaced =
            nodes[i].tag == HTML_TEXT || nodes[i].flags & HTML_BLOCK || nodes[i].tag == HTML_BR;
        if (spaced && text.len > TEXT_MAX - len)
            break;
        if (spaced) {
            memcpy(out + len, text.ptr, text.len);
            len += text.len;
        }
        i++;
    }
    const dm_str s = left_out ? title_trim(meta_fold(m, (dm_str){out, len})) : (dm_str){"", 0};
    return s.len >= MIN ? s : meta_text(m, heading);
}

/* `/`, `https://example.org`, `https://example.org/?p=`. */
static bool is_front_page(dm_str href)
{
    const char *const slashes = memmem(href.ptr, href.len, "://", 3);
    size_t at = slashes ? (size_t)(slashes - href.ptr) + 3 : 0;
    while (slashes && at < href.len && href.ptr[at] != '/')
        at++;
    at += at < href.len && href.ptr[at] == '/';
    return (at || !href.len) && at == href.len;
}

/* What a heading is, or is in, leads to the front page. */
static bool leads_home(const struct html_tree *tree, uint32_t heading)
{
    enum { FEW = 8 };
    uint32_t link = tree->nodes[tree->nodes[heading].parent].tag == HTML_A ? tree->nodes[heading].parent : 0;
    for (uint32_t i = heading + 1; !link && i < tree->nodes[heading].end && i < heading + FEW; i++)
        link = tree->nodes[i].tag == HTML_A ? i : 0;
    const dm_str *const href = link ? html_attr_value(tree, link, HTML_NAME_HREF) : NULL;
    const dm_str *const rel = link ? html_attr_value(tree, link, HTML_NAME_REL) : NULL;
    return (href && is_front_page(*href)) || (rel && meta_has(*rel, "home"));
}

static void read_h1(struct meta *m, uint32_t i, bool elsewhere)
{
    enum { LINKED = 90 };
    const struct html_node *const n = &m->tree->nodes[i];
    const bool logo =
        n->link_len * 100 > n->text_len * LINKED && m->tree->nodes[n->parent].tag == HTML_HEADER;
    const uint32_t rank = leads_home(m->tree, i) ? META_RANK_BANNER
                          : logo || elsewhere    ? META_RANK_LOGO
                                                 : META_RANK_HEADING;
    meta_add(m, META_TITLE, headline_of(m, i), "h1", rank, i);
}

void meta_read_heading(struct meta *m, uint32_t i, bool elsewhere)
{
    enum { LENGTH_MAX = 250, MOST = 16 /* which leaves room for an <h1> below */ };
    const struct html_node *const n = &m->tree->nodes[i];
    if (n->tag == HTML_H1 && n->text_len)
        read_h1(m, i, elsewhere);
    else if ((n->tag == HTML_H2 || n->tag == HTML_H3) && !elsewhere && n->text_len &&
             n->text_len < LENGTH_MAX && m->counts[META_TITLE] < MOST)
        meta_add(m, META_TITLE, headline_of(m, i), n->tag == HTML_H2 ? "h2" : "h3", META_RANK_SUBHEADING, i);
}
