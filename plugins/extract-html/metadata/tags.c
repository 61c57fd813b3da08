/* <meta>, <link>, <html lang> and <title>: OpenGraph, Dublin Core, and what publishers' systems write. */
#include "metadata.h"

#include <string.h>
#include <strings.h>

/* Names of <meta name>, property and itemprop.  Rank: 10 and up, in steps, so that linked data come first where they speak
 * of an article. */
#define NAMED(name, source, key, rank)                                                                       \
    {                                                                                                        \
        (name), (source), sizeof(name) - 1, (key), (rank)                                                    \
    }
static const struct {
    const char *name, *source;
    size_t len; /* of name */
    enum meta_key key;
    uint32_t rank;
} names[] = {
    NAMED("og:title", "meta og:title", META_TITLE, 10),
    NAMED("twitter:title", "meta twitter:title", META_TITLE, 12),
    NAMED("dc.title", "meta dc.title", META_TITLE, 11),
    NAMED("dcterms.title", "meta dcterms.title", META_TITLE, 11),
    NAMED("citation_title", "meta citation_title", META_TITLE, 3),
    NAMED("sailthru.title", "meta sailthru.title", META_TITLE, 12),
    NAMED("parsely-title", "meta parsely-title", META_TITLE, 11),
    NAMED("title", "meta title", META_TITLE, 13),

    NAMED("author", "meta author", META_AUTHOR, 6),
    NAMED("article:author", "meta article:author", META_AUTHOR, 9),
    NAMED("article:author_name", "meta article:author_name", META_AUTHOR, 7),
    NAMED("dc.creator", "meta dc.creator", META_AUTHOR, 7),
    NAMED("dcterms.creator", "meta dcterms.creator", META_AUTHOR, 7),
    NAMED("dc.creator.personalname", "meta dc.creator", META_AUTHOR, 7),
    NAMED("citation_author", "meta citation_author", META_AUTHOR, 3),
    NAMED("parsely-author", "meta parsely-author", META_AUTHOR, 5),
    NAMED("sailthru.author", "meta sailthru.author", META_AUTHOR, 6),
    NAMED("rbauthors", "meta rbauthors", META_AUTHOR, 7),
    NAMED("byl", "meta byl", META_AUTHOR, 7),
    NAMED("book:author", "meta book:author", META_AUTHOR, 8),

    NAMED("article:published_time", "meta article:published_time", META_DATE, 6),
    NAMED("article:published", "meta article:published", META_DATE, 6),
    NAMED("og:article:published_time", "meta og:article:published_time", META_DATE, 6),
    NAMED("og:published_time", "meta og:published_time", META_DATE, 6),
    NAMED("datepublished", "meta datePublished", META_DATE, 7),
    NAMED("date", "meta date", META_DATE, 9),
    NAMED("pubdate", "meta pubdate", META_DATE, 8),
    NAMED("publishdate", "meta publishdate", META_DATE, 8),
    NAMED("publish-date", "meta publish-date", META_DATE, 8),
    NAMED("publish_date", "meta publish_date", META_DATE, 8),
    NAMED("publication_date", "meta publication_date", META_DATE, 8),
    NAMED("dc.date", "meta dc.date", META_DATE, 9),
    NAMED("dc.date.issued", "meta dc.date.issued", META_DATE, 8),
    NAMED("dc.date.created", "meta dc.date.created", META_DATE, 8),
    NAMED("dcterms.date", "meta dcterms.date", META_DATE, 9),
    NAMED("dcterms.created", "meta dcterms.created", META_DATE, 8),
    NAMED("dcterms.issued", "meta dcterms.issued", META_DATE, 8),
    NAMED("parsely-pub-date", "meta parsely-pub-date", META_DATE, 7),
    NAMED("sailthru.date", "meta sailthru.date", META_DATE, 8),
    NAMED("cxenseparse:recs:publishtime", "meta cXenseParse:recs:publishtime", META_DATE, 7),
    NAMED("citation_publication_date", "meta citation_publication_date", META_DATE, 8),
    NAMED("citation_date", "meta citation_date", META_DATE, 8),
    NAMED("article.published", "meta article.published", META_DATE, 7),
    NAMED("article.created", "meta article.created", META_DATE, 8),
    NAMED("originalpublicationdate", "meta OriginalPublicationDate", META_DATE, 7),
    NAMED("publication-date", "meta publication-date", META_DATE, 8),
    NAMED("published-date", "meta published-date", META_DATE, 8),
    NAMED("published_date", "meta published_date", META_DATE, 8),
    NAMED("article:published_date", "meta article:published_date", META_DATE, 7),
    NAMED("article:publicationdate", "meta article:publicationdate", META_DATE, 8),
    NAMED("date.issued", "meta date.issued", META_DATE, 8),
    NAMED("dcterms.available", "meta dcterms.available", META_DATE, 9),
    NAMED("last-publish-date", "meta last-publish-date", META_MODIFIED, 9),
    NAMED("article:modified_time", "meta article:modified_time", META_MODIFIED, 6),
    NAMED("og:updated_time", "meta og:updated_time", META_MODIFIED, 7),
    NAMED("datemodified", "meta dateModified", META_MODIFIED, 7),
    NAMED("dcterms.modified", "meta dcterms.modified", META_MODIFIED, 8),
    NAMED("dc.date.modified", "meta dc.date.modified", META_MODIFIED, 8),
    NAMED("lastmod", "meta lastmod", META_MODIFIED, 8),
    NAMED("last-modified", "meta last-modified", META_MODIFIED, 9),
    NAMED("revised", "meta revised", META_MODIFIED, 9),

    NAMED("og:site_name", "meta og:site_name", META_SITE, 4),
    NAMED("application-name", "meta application-name", META_SITE, 14),
    NAMED("apple-mobile-web-app-title", "meta apple-mobile-web-app-title", META_SITE, 15),
    NAMED("dc.publisher", "meta dc.publisher", META_SITE, 13),
    NAMED("og:url", "meta og:url", META_URL, 10),
    NAMED("og:locale", "meta og:locale", META_LANGUAGE, 12),
    NAMED("dc.language", "meta dc.language", META_LANGUAGE, 10),
    NAMED("content-language", "meta content-language", META_LANGUAGE, 11),
    NAMED("language", "meta language", META_LANGUAGE, 13),
    NAMED("description", "meta description", META_DESCRIPTION, 5),
    NAMED("og:description", "meta og:description", META_DESCRIPTION, 6),
    NAMED("dc.description", "meta dc.description", META_DESCRIPTION, 7),
    NAMED("twitter:description", "meta twitter:description", META_DESCRIPTION, 8),
    NAMED("og:image", "meta og:image", META_IMAGE, 4),
    NAMED("og:image:url", "meta og:image", META_IMAGE, 5),
    NAMED("twitter:image", "meta twitter:image", META_IMAGE, 8),
    NAMED("dc.rights", "meta dc.rights", META_LICENCE, 14),
    NAMED("article:section", "meta article:section", META_CATEGORIES, 3),
    NAMED("parsely-section", "meta parsely-section", META_CATEGORIES, 7),
    NAMED("article:tag", "meta article:tag", META_TAGS, 3),
    NAMED("keywords", "meta keywords", META_TAGS, 9),
    NAMED("news_keywords", "meta news_keywords", META_TAGS, 7),
    NAMED("parsely-tags", "meta parsely-tags", META_TAGS, 8),
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
        if (name.len == names[i].len && (*name.ptr | 0x20) == *names[i].name && is_word(&name, names[i].name))
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
        m->is_article |= is_word(name, "og:type") && is_word(content, "article");
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
    uint32_t titles = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i];
        if (n->tag == HTML_META) {
            read_meta(m, i);
            read_label(m, i);
        } else if (n->tag == HTML_LINK)
            read_link(m, i);
        else if (n->tag == HTML_TITLE && n->text_len && tree->nodes[n->parent].tag != HTML_SVG && !titles++)
            meta_add(m, META_TITLE, meta_text(m, i), "title", 15, 0);
        else if (n->tag == HTML_HTML) {
            const dm_str *lang = html_attr_value(tree, i, HTML_NAME_LANG);
            lang = lang ? lang : html_attr_value(tree, i, HTML_NAME_XML_LANG);
            if (lang)
                meta_add(m, META_LANGUAGE, *lang, "html lang", 3, 0);
        }
    }
}
