/* What readers see: headings, bylines and dates near the headline, microdata on them, and links that say what they are. */
#include "dates.h"
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum { BYLINE_MAX = 120, DATE_TEXT_MAX = 80 }; /* code points */

/* Below the article, in its margins, or of somebody else. */
static bool is_elsewhere(const struct html_node *n, uint32_t topics)
{
    const uint32_t others = CONTENT_TOPIC(COMMENT) | CONTENT_TOPIC(RELATED) | CONTENT_TOPIC(SIDEBAR) |
                            CONTENT_TOPIC(FOOTER) | CONTENT_TOPIC(NAV);
    return n->tag == HTML_ASIDE || n->tag == HTML_FOOTER || n->tag == HTML_NAV || n->tag == HTML_TEMPLATE ||
           topics & others;
}

/* ---- microdata and links ------------------------------------------------------------------------ */

/* What an element with an itemprop says: its content, its time, or its text. */
static dm_str value_of(struct meta *m, uint32_t i)
{
    const dm_str *v = html_attr_value(m->tree, i, HTML_NAME_CONTENT);
    v = v ? v : html_attr_value(m->tree, i, HTML_NAME_DATETIME);
    return v ? *v : meta_text(m, i);
}

static void read_itemprop(struct meta *m, uint32_t i, dm_str prop)
{
    const struct html_node *const n = &m->tree->nodes[i];
    if (n->tag == HTML_META)
        return; /* read with the others */
    if (meta_has(prop, "datePublished"))
        meta_add(m, META_DATE, value_of(m, i), "itemprop datePublished", 6, i);
    else if (meta_has(prop, "dateModified"))
        meta_add(m, META_MODIFIED, value_of(m, i), "itemprop dateModified", 7, i);
    else if (meta_has(prop, "headline"))
        meta_add(m, META_TITLE, value_of(m, i), "itemprop headline", 14, i);
    else if (prop.len == 6 && meta_has(prop, "author") && n->text_len && n->text_len < BYLINE_MAX)
        meta_add(m, META_AUTHOR, meta_lines(m, i), "itemprop author", 8, i);
    else if (meta_has(prop, "articleSection"))
        meta_add(m, META_CATEGORIES, value_of(m, i), "itemprop articleSection", 8, i);
}

static void read_rel(struct meta *m, uint32_t i, dm_str rel)
{
    const struct html_node *const n = &m->tree->nodes[i];
    const dm_str *const href = html_attr_value(m->tree, i, HTML_NAME_HREF);
    if (meta_has(rel, "license") && href)
        meta_add(m, META_LICENCE, *href, "rel license", 4, i);
    else if (meta_has(rel, "author") && n->text_len && n->text_len < BYLINE_MAX)
        meta_add(m, META_AUTHOR, meta_lines(m, i), "rel author", 10, i);
    else if (meta_has(rel, "tag") && meta_has(rel, "category"))
        meta_add(m, META_CATEGORIES, meta_text(m, i), "rel category", 9, i);
    else if (rel.len == 3 && meta_has(rel, "tag"))
        meta_add(m, META_TAGS, meta_text(m, i), "rel tag", 6, i);
}

/* ---- bylines and dates -------------------------------------------------------------------------- */

/* Who a byline names: the one link in it, if that is short enough for a name.  Several may be several names. */
static dm_str byline_of(struct meta *m, uint32_t i)
{
    enum { NAME_MAX_LEN = 40 };
    const struct html_node *const nodes = m->tree->nodes;
    uint32_t link = 0, links = 0;
    for (uint32_t k = i + 1; k < nodes[i].end; k++)
        if (nodes[k].tag == HTML_A && nodes[k].text_len > 2 && nodes[k].text_len < NAME_MAX_LEN) {
            link = k;
            links++;
        }
    return meta_lines(m, links == 1 ? link : i);
}

static void read_byline(struct meta *m, uint32_t i, const struct html_node *n)
{
    static const char *const strong[] = {"byline",       "author-name",    "author_name", "authorname",
                                         "entry-author", "post-author",    "p-author",    "fn",
                                         "c-author",     "article-author", NULL};
    static const char *const weak[] = {"author", "autor", "writer", "contributor", "reporter", NULL};
    static const char *const others[] = {"bio", "avatar", "image", "about", "box", "social", "comment", NULL},
                             *const name[] = {"name", NULL};
    /* A heading of the page that is called so is the site's: its author's, as hCard has it. */
    if (!n->text_len || n->text_len > BYLINE_MAX || n->tag == HTML_H1 ||
        (meta_is_called(n, others) && !meta_is_called(n, name)))
        return;
    if (meta_is_called(n, strong))
        meta_add(m, META_AUTHOR, byline_of(m, i), "byline", 11, i);
    else if (meta_is_called(n, weak))
        meta_add(m, META_AUTHOR, byline_of(m, i), "author class", 13, i);
}

static void read_time(struct meta *m, uint32_t i, const struct html_node *n)
{
    static const char *const published[] = {"publish", "entry-date", "post-date", "posted", "pubdate", NULL};
    static const char *const updated[] = {"update", "modif", NULL};
    const dm_str *const when = html_attr_value(m->tree, i, HTML_NAME_DATETIME);
    const dm_str value = when && when->len             ? *when
                         : n->text_len < DATE_TEXT_MAX ? meta_text(m, i)
                                                       : (dm_str){"", 0};
    const struct html_node *const parent = &m->tree->nodes[n->parent];
    const bool is_update = meta_is_called(n, updated) || meta_is_called(parent, updated);
    const bool is_first = html_attr_value(m->tree, i, HTML_NAME_PUBDATE) || meta_is_called(n, published);
    meta_add(m, is_update && !is_first ? META_MODIFIED : META_DATE, value, "time", is_first ? 10 : 12, i);
}

static void read_dated(struct meta *m, uint32_t i, const struct html_node *n)
{
    static const char *const words[] = {"date", "datum", "fecha",  "publish", "posted",
                                        "time", "meta",  "byline", "info",    NULL};
    if (n->text_len && n->text_len < DATE_TEXT_MAX && meta_is_called(n, words))
        meta_add(m, META_DATE, meta_text(m, i), "date class",
                 meta_has(n->class_name, "date") || meta_has(n->id, "date") ? 14 : 16, i);
}

/* A link to what else somebody wrote. */
static void read_link(struct meta *m, uint32_t i, const struct html_node *n)
{
    static const char *const paths[] = {"/author/", "/authors/",   "/autor/", "/autoren/",
                                        "/auteur/", "/redakteur/", NULL};
    const dm_str *const href = html_attr_value(m->tree, i, HTML_NAME_HREF);
    if (!n->text_len || n->text_len >= BYLINE_MAX)
        return;
    const bool authors = href && meta_has_any(*href, paths);
    for (size_t k = 0; authors && paths[k]; k++)
        if (meta_has(*href, paths[k]))
            meta_add(m, META_AUTHOR, meta_lines(m, i), "link to an author", 12, i);
    if (meta_has(n->class_name, "username"))
        meta_add(m, META_AUTHOR, meta_lines(m, i), "username", 17, i);
}

/* "About Ann Oduya", as such boxes begin.  return  what stands behind it; len 0: it does not begin so */
static dm_str behind_about(dm_str line)
{
    static const char *const words[] = {"About ", "Über ", "À propos de ", "Sobre "};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        const size_t len = strlen(words[k]);
        if (line.len > len && !memcmp(line.ptr, words[k], len))
            return (dm_str){line.ptr + len, line.len - len};
    }
    return (dm_str){line.ptr, 0};
}

/* A box about the author, `class="author-bio"`: the first line in it that is a name and nothing else. */
static void read_author_box(struct meta *m, uint32_t i, const struct html_node *n)
{
    enum { BOX = 19, TEXTS_MAX = 4, NODES_MAX = 40 };
    static const char *const owners[] = {"author", "autor", NULL};
    static const char of_owners[] = "aut"; /* in all of them, as most names have none of them */
    static const char *const kinds[] = {"bio",  "box",     "info",    "card",  "text", "about",
                                        "desc", "profile", "details", "title", NULL};
    if (!n->text_len || n->tag == HTML_TEXT ||
        !(meta_has(n->class_name, of_owners) || meta_has(n->id, of_owners)) || !meta_is_called(n, owners) ||
        !meta_is_called(n, kinds))
        return;
    const struct html_node *const nodes = m->tree->nodes;
    for (uint32_t k = i + 1, texts = 0; k < n->end && k < i + NODES_MAX && texts < TEXTS_MAX; k++) {
        const dm_str line = nodes[k].tag == HTML_TEXT ? meta_fold(m, nodes[k].text) : (dm_str){"", 0};
        const dm_str about = behind_about(line), name = about.len ? about : line;
        const dm_str clean = line.len && line.len <= BYLINE_MAX ? meta_clean_author(m, name) : about;
        texts += line.len > 0;
        if (!clean.len || line.len > BYLINE_MAX || (!about.len && !meta_is_full_name(clean)))
            continue;
        meta_add(m, META_AUTHOR, name, "author box", BOX, k);
        return;
    }
}

/* Who wrote it stands below the article as well: `rel="author"`, and what is called the author's name. */
static void read_author_elsewhere(struct meta *m, uint32_t i)
{
    enum { BOX = 19, FIRST_POST = 23 };
    const struct html_node *const n = &m->tree->nodes[i];
    const dm_str *const rel = n->tag == HTML_A ? html_attr_value(m->tree, i, HTML_NAME_REL) : NULL;
    read_author_box(m, i, n);
    if (!n->text_len || n->text_len > BYLINE_MAX || n->tag == HTML_TEXT)
        return;
    const bool named = meta_has(n->class_name, "author") &&
                       (meta_has(n->class_name, "name") || meta_has(n->class_name, "title") ||
                        meta_has(n->class_name, "vcard"));
    if (named || (rel && meta_has(*rel, "author")) ||
        (n->class_name.len == 2 && meta_has(n->class_name, "fn")))
        meta_add(m, META_AUTHOR, byline_of(m, i), "author box", BOX, i);
    else if (meta_has(n->class_name, "username"))
        meta_add(m, META_AUTHOR, meta_lines(m, i), "username", FIRST_POST, i);
}

static void read_elsewhere(struct meta *m, uint32_t from)
{
    const uint32_t others = CONTENT_TOPIC(COMMENT) | CONTENT_TOPIC(RELATED) | CONTENT_TOPIC(NAV);
    const struct html_node *const nodes = m->tree->nodes;
    uint32_t others_end = from;
    for (uint32_t i = from; i < nodes[from].end; i++) {
        meta_read_heading(m, i, true);
        if (i >= others_end && m->page->nodes[i].own & others)
            others_end = nodes[i].end;
        if (i >= others_end)
            read_author_elsewhere(m, i);
    }
}

static void read_element(struct meta *m, uint32_t i, uint32_t topics)
{
    const struct html_node *const n = &m->tree->nodes[i];
    const dm_str *const prop = html_attr_value(m->tree, i, HTML_NAME_ITEMPROP);
    const dm_str *const rel = n->tag == HTML_A ? html_attr_value(m->tree, i, HTML_NAME_REL) : NULL;
    meta_read_heading(m, i, false);
    if (prop)
        read_itemprop(m, i, *prop);
    if (rel)
        read_rel(m, i, *rel);
    if (n->tag == HTML_A)
        read_link(m, i, n);
    if (n->tag == HTML_TIME)
        read_time(m, i, n);
    read_author_box(m, i, n);
    if (topics & CONTENT_TOPIC(BYLINE)) {
        read_byline(m, i, n);
        if (n->tag != HTML_TIME)
            read_dated(m, i, n);
    }
}

void meta_read_visible(struct meta *m)
{
    const struct html_tree *const tree = m->tree;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i];
        if (n->tag == HTML_HEAD || n->tag == HTML_TEXT || n->tag == HTML_SCRIPT)
            continue;
        const uint32_t topics = m->page->nodes[i].own;
        /* A wrapper of the whole page says so little as the body does. */
        if (n->text_len * 2 < tree->nodes[0].text_len && is_elsewhere(n, topics)) {
            read_elsewhere(m, i);
            i = n->end - 1;
            continue;
        }
        read_element(m, i, topics);
    }
}
