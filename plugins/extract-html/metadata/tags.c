/* <meta>, <link>, <html lang> and <title>: OpenGraph, Dublin Core, and what publishers' systems write. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

/* Names of <meta name>, property and itemprop.  Rank: 10 and up, in steps, so that linked data come first where they speak
 * of an article. */
static const struct {
    const char *name, *source;
    enum meta_key key;
    uint32_t rank;
} names[] = {
    {"og:title", "meta og:title", META_TITLE, 10},
    {"twitter:title", "meta twitter:title", META_TITLE, 12},
    {"dc.title", "meta dc.title", META_TITLE, 11},
    {"dcterms.title", "meta dcterms.title", META_TITLE, 11},
    {"citation_title", "meta citation_title", META_TITLE, 3},
    {"sailthru.title", "meta sailthru.title", META_TITLE, 12},
    {"parsely-title", "meta parsely-title", META_TITLE, 11},
    {"title", "meta title", META_TITLE, 13},

    {"author", "meta author", META_AUTHOR, 6},
    {"article:author", "meta article:author", META_AUTHOR, 9},
    {"article:author_name", "meta article:author_name", META_AUTHOR, 7},
    {"dc.creator", "meta dc.creator", META_AUTHOR, 7},
    {"dcterms.creator", "meta dcterms.creator", META_AUTHOR, 7},
    {"dc.creator.personalname", "meta dc.creator", META_AUTHOR, 7},
    {"citation_author", "meta citation_author", META_AUTHOR, 3},
    {"parsely-author", "meta parsely-author", META_AUTHOR, 5},
    {"sailthru.author", "meta sailthru.author", META_AUTHOR, 6},
    {"rbauthors", "meta rbauthors", META_AUTHOR, 7},
    {"byl", "meta byl", META_AUTHOR, 7},
    {"book:author", "meta book:author", META_AUTHOR, 8},

    {"article:published_time", "meta article:published_time", META_DATE, 6},
    {"article:published", "meta article:published", META_DATE, 6},
    {"og:article:published_time", "meta og:article:published_time", META_DATE, 6},
    {"og:published_time", "meta og:published_time", META_DATE, 6},
    {"datepublished", "meta datePublished", META_DATE, 7},
    {"date", "meta date", META_DATE, 9},
    {"pubdate", "meta pubdate", META_DATE, 8},
    {"publishdate", "meta publishdate", META_DATE, 8},
    {"publish-date", "meta publish-date", META_DATE, 8},
    {"publish_date", "meta publish_date", META_DATE, 8},
    {"publication_date", "meta publication_date", META_DATE, 8},
    {"dc.date", "meta dc.date", META_DATE, 9},
    {"dc.date.issued", "meta dc.date.issued", META_DATE, 8},
    {"dc.date.created", "meta dc.date.created", META_DATE, 8},
    {"dcterms.date", "meta dcterms.date", META_DATE, 9},
    {"dcterms.created", "meta dcterms.created", META_DATE, 8},
    {"dcterms.issued", "meta dcterms.issued", META_DATE, 8},
    {"parsely-pub-date", "meta parsely-pub-date", META_DATE, 7},
    {"sailthru.date", "meta sailthru.date", META_DATE, 8},
    {"cxenseparse:recs:publishtime", "meta cXenseParse:recs:publishtime", META_DATE, 7},
    {"citation_publication_date", "meta citation_publication_date", META_DATE, 8},
    {"citation_date", "meta citation_date", META_DATE, 8},
    {"article.published", "meta article.published", META_DATE, 7},
    {"article.created", "meta article.created", META_DATE, 8},
    {"originalpublicationdate", "meta OriginalPublicationDate", META_DATE, 7},
    {"publication-date", "meta publication-date", META_DATE, 8},
    {"last-publish-date", "meta last-publish-date", META_MODIFIED, 9},
    {"article:modified_time", "meta article:modified_time", META_MODIFIED, 6},
    {"og:updated_time", "meta og:updated_time", META_MODIFIED, 7},
    {"datemodified", "meta dateModified", META_MODIFIED, 7},
    {"dcterms.modified", "meta dcterms.modified", META_MODIFIED, 8},
    {"dc.date.modified", "meta dc.date.modified", META_MODIFIED, 8},
    {"lastmod", "meta lastmod", META_MODIFIED, 8},
    {"last-modified", "meta last-modified", META_MODIFIED, 9},
    {"revised", "meta revised", META_MODIFIED, 9},

    {"og:site_name", "meta og:site_name", META_SITE, 4},
    {"application-name", "meta application-name", META_SITE, 14},
    {"apple-mobile-web-app-title", "meta apple-mobile-web-app-title", META_SITE, 15},
    {"dc.publisher", "meta dc.publisher", META_SITE, 13},
    {"og:url", "meta og:url", META_URL, 10},
    {"og:locale", "meta og:locale", META_LANGUAGE, 12},
    {"dc.language", "meta dc.language", META_LANGUAGE, 10},
    {"content-language", "meta content-language", META_LANGUAGE, 11},
    {"language", "meta language", META_LANGUAGE, 13},
    {"description", "meta description", META_DESCRIPTION, 5},
    {"og:description", "meta og:description", META_DESCRIPTION, 6},
    {"dc.description", "meta dc.description", META_DESCRIPTION, 7},
    {"twitter:description", "meta twitter:description", META_DESCRIPTION, 8},
    {"og:image", "meta og:image", META_IMAGE, 4},
    {"og:image:url", "meta og:image", META_IMAGE, 5},
    {"twitter:image", "meta twitter:image", META_IMAGE, 8},
    {"dc.rights", "meta dc.rights", META_LICENCE, 14},
    {"article:section", "meta article:section", META_CATEGORIES, 3},
    {"parsely-section", "meta parsely-section", META_CATEGORIES, 7},
    {"article:tag", "meta article:tag", META_TAGS, 3},
    {"keywords", "meta keywords", META_TAGS, 9},
    {"news_keywords", "meta news_keywords", META_TAGS, 7},
    {"parsely-tags", "meta parsely-tags", META_TAGS, 8},
};

static bool is_word(const dm_str *s, const char *word)
{
    return s && s->len == strlen(word) && !strncasecmp(s->ptr, word, s->len);
}

static bool has_word(const dm_str *s, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; s && i + len <= s->len; i++)
        if (!strncasecmp(s->ptr + i, word, len) && (i == 0 || s->ptr[i - 1] == ' ') &&
            (i + len == s->len || s->ptr[i + len] == ' '))
            return true;
    return false;
}

static void read_name(struct meta *m, dm_str name, dm_str content)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_word(&name, names[i].name))
            meta_add(m, names[i].key, content, names[i].source, names[i].rank, 0);
}

static void read_meta(struct meta *m, uint32_t node)
{
    static const enum html_name kinds[] = {HTML_NAME_PROPERTY, HTML_NAME_NAME, HTML_NAME_ITEMPROP,
                                           HTML_NAME_HTTP_EQUIV};
    const dm_str *const content = html_attr_value(m->tree, node, HTML_NAME_CONTENT);
    for (size_t i = 0; content && i < sizeof kinds / sizeof *kinds; i++) {
        const dm_str *const name = html_attr_value(m->tree, node, kinds[i]);
        if (name)
            read_name(m, *name, *content);
    }
}

static void read_link(struct meta *m, uint32_t node)
{
    const dm_str *const rel = html_attr_value(m->tree, node, HTML_NAME_REL);
    const dm_str *const href = html_attr_value(m->tree, node, HTML_NAME_HREF);
    if (!rel || !href)
        return;
    if (is_word(rel, "canonical"))
        meta_add(m, META_URL, *href, "link canonical", 3, 0);
    else if (has_word(rel, "license"))
        meta_add(m, META_LICENCE, *href, "link license", 3, 0);
    else if (is_word(rel, "image_src"))
        meta_add(m, META_IMAGE, *href, "link image_src", 9, 0);
}

/* `twitter:label1` says what `twitter:data1` is: "Written by". */
static void read_label(struct meta *m, uint32_t node)
{
    static const char *const labels[] = {
        "written by", "geschrieben von", "verfasst von",   "escrito por", "écrit par", "par",
        "scritto da", "geschreven door", "napisane przez", "author",      "autor",     "yazan"};
    const dm_str *const name = html_attr_value(m->tree, node, HTML_NAME_NAME);
    const dm_str *const label = html_attr_value(m->tree, node, HTML_NAME_CONTENT);
    bool is_author = false;
    for (size_t i = 0; label && i < sizeof labels / sizeof *labels; i++)
        is_author |= is_word(label, labels[i]);
    if (!is_author || !is_word(name, "twitter:label1"))
        return;
    for (uint32_t i = node + 1; i < m->tree->nodes[m->tree->nodes[node].parent].end; i++) {
        const dm_str *const data = html_attr_value(m->tree, i, HTML_NAME_CONTENT);
        if (data && is_word(html_attr_value(m->tree, i, HTML_NAME_NAME), "twitter:data1"))
            meta_add(m, META_AUTHOR, *data, "meta twitter:data1", 7, 0);
    }
}

void meta_read_tags(struct meta *m)
{
    const struct html_tree *const tree = m->tree;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i];
        if (n->tag == HTML_META) {
            read_meta(m, i);
            read_label(m, i);
        } else if (n->tag == HTML_LINK)
            read_link(m, i);
        else if (n->tag == HTML_TITLE && tree->nodes[n->parent].tag == HTML_HEAD)
            meta_add(m, META_TITLE, meta_text(m, i), "title", 15, 0);
        else if (n->tag == HTML_HTML) {
            const dm_str *lang = html_attr_value(tree, i, HTML_NAME_LANG);
            lang = lang ? lang : html_attr_value(tree, i, HTML_NAME_XML_LANG);
            if (lang)
                meta_add(m, META_LANGUAGE, *lang, "html lang", 3, 0);
        }
    }
}
