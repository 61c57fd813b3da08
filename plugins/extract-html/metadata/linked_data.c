/* JSON-LD: what a page tells search engines in <script type="application/ld+json">.
 *
 * A page may describe much beside itself: its site, crumbs, comments, other articles.  What counts is an object of a type
 * that a page can be; of these the first with a headline, and then any. */
#include "json.h"
#include "metadata.h"

#include <string.h>
#include <strings.h>

struct linked {
    struct meta *meta;
    const struct json *json;
};

static const char source[] = "json-ld";

static bool is_word(dm_str s, const char *word)
{
    return s.len == strlen(word) && !strncasecmp(s.ptr, word, s.len);
}

static bool ends_with(dm_str s, const char *end)
{
    const size_t len = strlen(end);
    return s.len >= len && !strncasecmp(s.ptr + s.len - len, end, len);
}

/* How well a type fits what a page is about: 0, not at all; the smaller the better. */
static uint32_t rank_of_type(dm_str type)
{
    static const char *const pages[] = {"WebPage",   "ItemPage", "CollectionPage",
                                        "AboutPage", "FAQPage",  "MedicalWebPage"};
    static const char *const works[] = {
        "Product", "Recipe", "VideoObject", "Event",        "Course",
        "HowTo",   "Book",   "Review",      "CreativeWork", "DiscussionForumPosting",
        "QAPage"};
    if (ends_with(type, "Article") || ends_with(type, "BlogPosting") || is_word(type, "Report") ||
        is_word(type, "LiveBlogPosting") || is_word(type, "SocialMediaPosting"))
        return 1;
    for (size_t i = 0; i < sizeof works / sizeof *works; i++)
        if (is_word(type, works[i]))
            return 2;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (is_word(type, pages[i]))
            return 3;
    return 0;
}

/* `@type` may be a word or several. */
static uint32_t rank_of(const struct json *j, uint32_t object)
{
    const uint32_t type = meta_json_member(j, object, "@type");
    uint32_t best = 0;
    for (uint32_t i = type; type && i < j->values[type].end; i++) {
        const uint32_t rank = rank_of_type(j->values[i].text);
        best = rank && (!best || rank < best) ? rank : best;
    }
    return best;
}

/* The object whose `@id` is this one, other than the reference itself.  return  0: there is none */
static uint32_t find_id(const struct json *j, dm_str id)
{
    for (uint32_t i = 1; i < j->count; i++) {
        const struct json_value *const v = &j->values[i];
        if (v->kind != JSON_STRING || !is_word(v->key, "@id") || v->text.len != id.len ||
            memcmp(v->text.ptr, id.ptr, id.len) != 0)
            continue;
        uint32_t holder = i - 1;
        while (holder && !(j->values[holder].kind == JSON_OBJECT && j->values[holder].end > i))
            holder--;
        if (meta_json_member(j, holder, "name"))
            return holder;
    }
    return 0;
}

/* ---- values ------------------------------------------------------------------------------------- */

static void add_strings(const struct linked *l, enum meta_key key, uint32_t object, const char *member,
                        uint32_t rank)
{
    const struct json *const j = l->json;
    const uint32_t at = meta_json_member(j, object, member);
    for (uint32_t i = at; at && i < j->values[at].end; i++)
        if (j->values[i].kind == JSON_STRING && (i == at || !j->values[i].key.len))
            meta_add(l->meta, key, j->values[i].text, source, rank, 0);
}

static bool is_organisation(const struct json *j, uint32_t object)
{
    const uint32_t type = j->values[object].kind == JSON_OBJECT ? meta_json_member(j, object, "@type") : 0;
    return type && ends_with(j->values[type].text, "Organization");
}

/* Names of people or organisations: words, objects, arrays of both, references. */
static void add_names(const struct linked *l, enum meta_key key, uint32_t object, const char *member,
                      uint32_t rank)
{
    enum { MOST = 8, BODY = 13 /* so that a byline comes first */ };
    const struct json *const j = l->json;
    const uint32_t at = meta_json_member(j, object, member);
    uint32_t found = 0;
    for (uint32_t i = at; at && i < j->values[at].end && found < MOST;) {
        const struct json_value *const v = &j->values[i];
        if (v->kind == JSON_ARRAY) {
            i++;
            continue;
        }
        uint32_t name = v->kind == JSON_OBJECT ? meta_json_member(j, i, "name") : i;
        const uint32_t id = v->kind == JSON_OBJECT && !name ? meta_json_member(j, i, "@id") : 0;
        const uint32_t other = id ? find_id(j, j->values[id].text) : 0;
        name = other ? meta_json_member(j, other, "name") : name;
        if (name && j->values[name].kind == JSON_ARRAY)
            name++;
        if (name && name < j->count && j->values[name].kind == JSON_STRING) {
            meta_add(l->meta, key, j->values[name].text, source,
                     rank + (is_organisation(j, other ? other : i) ? BODY : 0), 0);
            found++;
        }
        i = v->end;
    }
}

/* An address: a word, or an object with one. */
static void add_address(const struct linked *l, enum meta_key key, uint32_t object, const char *member,
                        uint32_t rank)
{
    const struct json *const j = l->json;
    uint32_t at = meta_json_member(j, object, member);
    if (at && j->values[at].kind == JSON_ARRAY && j->values[at].end > at + 1)
        at++;
    if (at && j->values[at].kind == JSON_OBJECT)
        at = meta_json_member(j, at, "url");
    if (at && j->values[at].kind == JSON_STRING)
        meta_add(l->meta, key, j->values[at].text, source, rank, 0);
}

static void read_object(const struct linked *l, uint32_t object, uint32_t rank)
{
    enum { TITLES_MAX = 8 /* which leaves room for what the page shows */ };
    if (l->meta->counts[META_TITLE] < TITLES_MAX) {
        add_strings(l, META_TITLE, object, "headline", rank);
        add_strings(l, META_TITLE, object, "name", rank + 1);
    }
    add_strings(l, META_DATE, object, "datePublished", rank);
    add_strings(l, META_DATE, object, "uploadDate", rank + 1);
    add_strings(l, META_DATE, object, "dateCreated", rank + 1);
    add_strings(l, META_MODIFIED, object, "dateModified", rank);
    add_names(l, META_AUTHOR, object, "author", rank);
    add_names(l, META_AUTHOR, object, "creator", rank + 1);
    add_names(l, META_SITE, object, "publisher", rank + 2);
    add_strings(l, META_DESCRIPTION, object, "description", rank + 3);
    add_strings(l, META_LANGUAGE, object, "inLanguage", rank + 3);
    add_address(l, META_LICENCE, object, "license", rank);
    add_address(l, META_IMAGE, object, "image", rank + 2);
    add_strings(l, META_CATEGORIES, object, "articleSection", rank);
    add_strings(l, META_TAGS, object, "keywords", rank + 2);
}

/* People who are described beside the page: its author, where that is not said. */
static void read_person(const struct linked *l, uint32_t object)
{
    const uint32_t type = meta_json_member(l->json, object, "@type");
    bool person = false;
    for (uint32_t i = type; type && i < l->json->values[type].end; i++)
        person |= is_word(l->json->values[i].text, "Person");
    if (person)
        add_strings(l, META_AUTHOR, object, "name", 14);
}

static void read_json(struct meta *m, dm_str text)
{
    enum { OBJECTS_MAX = 200, LATER = 2 /* of several the first describes the page */ };
    struct json j;
    if (meta_json_read(m->task, text, &j)) {
        m->failed = true;
        return;
    }
    const struct linked l = {m, &j};
    uint32_t read = 0;
    for (uint32_t i = 1; i < j.count && read < OBJECTS_MAX; i++) {
        const struct json_value *const v = &j.values[i];
        if (v->kind != JSON_OBJECT)
            continue;
        /* Of objects that are members, only what the page is said to be about. */
        const bool top = !v->key.len || is_word(v->key, "mainEntity") || is_word(v->key, "mainEntityOfPage");
        const uint32_t rank = top ? rank_of(&j, i) : 0;
        l.meta->is_article |= rank == 1;
        if (rank)
            read_object(&l, i, rank * 4 + (m->linked[rank]++ ? LATER : 0));
        else if (top)
            read_person(&l, i);
        if ((rank == 1 || rank == 2) && !v->key.len)
            i = v->end - 1; /* what is within describes other things */
        read += rank > 0;
    }
}

void meta_read_linked_data(struct meta *m)
{
    const struct html_tree *const tree = m->tree;
    for (uint32_t i = 0; i < tree->count && !m->failed; i++) {
        const struct html_node *const n = &tree->nodes[i];
        if (n->tag != HTML_SCRIPT || n->end != i + 2)
            continue;
        const dm_str *const type = html_attr_value(tree, i, HTML_NAME_TYPE);
        if (type && memmem(type->ptr, type->len, "ld+json", 7))
            read_json(m, tree->nodes[i + 1].text);
    }
}
