/* What a page says of itself elsewhere than in its text.  See witness.h. */
#include "witness.h"
#include "page.h"
#include "word.h"

#include <string.h>

/* ---- words ---------------------------------------------------------------------------------- */

static bool is_word_byte(uint8_t c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The next word of `s` at or after `*at`, hashed; 0: there is none. */
static uint32_t next_word(dm_str s, size_t *at)
{
    size_t i = *at;
    while (i < s.len && !is_word_byte((uint8_t)s.ptr[i]))
        i++;
    uint64_t word = 0;
    const size_t begin = i;
    for (; i < s.len && is_word_byte((uint8_t)s.ptr[i]); i++) {
        const uint8_t c = (uint8_t)s.ptr[i];
        word = content_word_byte(word, c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    *at = i;
    const uint32_t hash = content_word_hash(word);
    return i > begin ? hash | (hash == 0) : 0;
}

/* Add the words of `s`, which stand in title, lead or authors, until there are `most` of these. */
static void add_words(struct content_witness *w, uint8_t stands, uint32_t *count, uint32_t most, dm_str s)
{
    size_t at = 0;
    for (uint32_t word; *count < most && (word = next_word(s, &at)) != 0;) {
        const uint32_t slot = content_slot_of(w->words, CONTENT_WORD_SLOTS - 1, word);
        *count += !(w->stands[slot] & stands);
        w->words[slot] = word;
        w->stands[slot] |= stands;
    }
}

static void add_title(struct content_witness *w, dm_str s)
{
    add_words(w, STANDS_IN_TITLE, &w->title_words, CONTENT_TITLE_WORDS, s);
}

static void add_lead(struct content_witness *w, dm_str s)
{
    add_words(w, STANDS_IN_LEAD, &w->lead_words, CONTENT_LEAD_WORDS, s);
}

static void add_author(struct content_witness *w, dm_str s)
{
    add_words(w, STANDS_IN_AUTHORS, &w->author_words, CONTENT_AUTHOR_WORDS, s);
}

/* ---- JSON-LD -------------------------------------------------------------------------------- */

/* The string that starts behind the quote at `at`, as it stands. */
static dm_str raw_string(dm_str s, size_t at)
{
    size_t i = at;
    while (i < s.len && s.ptr[i] != '"')
        i += s.ptr[i] == '\\' ? 2 : 1;
    const size_t end = i < s.len ? i : s.len;
    return (dm_str){s.ptr + at, end - at};
}

static size_t skip_to_value(dm_str s, size_t i)
{
    while (i < s.len && ((uint8_t)s.ptr[i] <= ' ' || s.ptr[i] == ':'))
        i++;
    return i;
}

static const char *find_bytes(dm_str s, size_t from, const char *what)
{
    return from < s.len ? memmem(s.ptr + from, s.len - from, what, strlen(what)) : NULL;
}

static uint32_t hex_digit(uint8_t c)
{
    return c <= '9' ? c - (uint32_t)'0' : (c | 0x20u) - (uint32_t)'a' + 10;
}

static size_t put_utf8(char *out, uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[2] = (char)(0x80 | (cp & 0x3F));
    return 3;
}

/* Decode a string of JSON well enough for its words: escapes, and tags as spaces. */
static dm_str decode_string(dm_task *t, dm_str raw)
{
    char *out = dm_alloc(t, raw.len + 1);
    size_t n = 0;
    bool tag = false;
    for (size_t i = 0; out && i < raw.len; i++) {
        const char c = raw.ptr[i];
        if (c == '<' || c == '>') {
            tag = c == '<';
            out[n++] = ' ';
        } else if (tag) {
            continue;
        } else if (c != '\\' || i + 1 >= raw.len) {
            out[n++] = c;
        } else if (raw.ptr[i + 1] == 'u' && i + 5 < raw.len) {
            uint32_t cp = 0;
            for (size_t k = 2; k < 6; k++)
                cp = cp << 4 | (hex_digit((uint8_t)raw.ptr[i + k]) & 15);
            n += put_utf8(out + n, cp);
            i += 5;
        } else {
            i++;
            out[n++] = raw.ptr[i] == '"' || raw.ptr[i] == '/' ? raw.ptr[i] : ' ';
        }
    }
    return (dm_str){out, n};
}

enum { MIN_BODY = 200 };

static bool read_body(dm_task *t, struct content_witness *w, dm_str raw)
{
    const dm_str s = decode_string(t, raw);
    uint32_t size = 256, before = 0, before_that = 0;
    if (!s.ptr)
        return false;
    while (size < s.len / 2)
        size *= 2;
    w->runs = dm_alloc(t, size * sizeof *w->runs);
    if (!w->runs)
        return false;
    w->run_mask = size - 1;
    uint32_t room = size * 3 / 4;
    size_t at = 0;
    for (uint32_t word; (word = next_word(s, &at)) != 0;) {
        if (before_that && room > 0) {
            const uint32_t run = content_run(before_that, before, word);
            uint32_t *const slot = &w->runs[content_slot_of(w->runs, w->run_mask, run)];
            room -= *slot == 0;
            *slot = run;
        }
        before_that = before;
        before = word;
    }
    return true;
}

struct named_type {
    const char *name;
    uint32_t says;
};

static uint32_t says_of(const struct named_type *table, dm_str name)
{
    for (; table->name; table++)
        if (strlen(table->name) == name.len && !memcmp(table->name, name.ptr, name.len))
            return table->says;
    return 0;
}

static const struct named_type schema_types[] = {
    {"Article", SAYS_ARTICLE},
    {"NewsArticle", SAYS_ARTICLE},
    {"BlogPosting", SAYS_ARTICLE},
    {"ReportageNewsArticle", SAYS_ARTICLE},
    {"AnalysisNewsArticle", SAYS_ARTICLE},
    {"OpinionNewsArticle", SAYS_ARTICLE},
    {"LiveBlogPosting", SAYS_ARTICLE},
    {"TechArticle", SAYS_DOCS},
    {"APIReference", SAYS_DOCS},
    {"Product", SAYS_PRODUCT},
    {"ProductGroup", SAYS_PRODUCT},
    {"DiscussionForumPosting", SAYS_FORUM},
    {"QAPage", SAYS_FORUM},
    {"Question", SAYS_FAQ},
    {"FAQPage", SAYS_FAQ},
    {"CollectionPage", SAYS_COLLECTION},
    {"ItemList", SAYS_COLLECTION},
    {"SearchResultsPage", SAYS_COLLECTION},
    {"OfferCatalog", SAYS_COLLECTION},
    {"Recipe", SAYS_RECIPE},
    {"VideoObject", SAYS_VIDEO},
    {"Course", SAYS_COURSE},
    {"Service", SAYS_COURSE},
    {NULL, 0},
};

static const struct named_type og_types[] = {
    {"article", SAYS_ARTICLE},    {"blog", SAYS_COLLECTION},
    {"website", SAYS_WEBSITE},    {"product", SAYS_PRODUCT},
    {"og:product", SAYS_PRODUCT}, {"product.group", SAYS_COLLECTION},
    {"video", SAYS_VIDEO},        {NULL, 0},
};

/* The name of an author: the string behind the next \"name\" of the object that starts at `i`. */
static void read_author(struct content_witness *w, dm_str s, size_t i)
{
    enum { REACH = 400 };
    i = skip_to_value(s, i);
    if (i >= s.len || (s.ptr[i] != '{' && s.ptr[i] != '['))
        return;
    const dm_str near = {s.ptr, i + REACH < s.len ? i + REACH : s.len};
    const char *p = find_bytes(near, i, "\"name\"");
    if (!p)
        return;
    i = skip_to_value(s, (size_t)(p - s.ptr) + 6);
    if (i < s.len && s.ptr[i] == '"')
        add_author(w, raw_string(s, i + 1));
}

static bool starts_with(dm_str s, size_t i, const char *what)
{
    const size_t len = strlen(what);
    return s.len - i >= len && !memcmp(s.ptr + i, what, len);
}

/* The types that stand behind `"@type"`: one, or the first of several. */
static uint32_t read_type(dm_str s, size_t i)
{
    i = skip_to_value(s, i);
    while (i < s.len && (s.ptr[i] == '[' || (uint8_t)s.ptr[i] <= ' '))
        i++;
    return i < s.len && s.ptr[i] == '"' ? says_of(schema_types, raw_string(s, i + 1)) : 0;
}

static bool read_article(dm_task *t, struct content_witness *w, dm_str s, size_t i)
{
    i = skip_to_value(s, i);
    if (w->runs || i >= s.len || s.ptr[i] != '"')
        return true;
    const dm_str raw = raw_string(s, i + 1);
    return raw.len < MIN_BODY || read_body(t, w, raw);
}

/* Look at each quote: keys are told by what follows it. */
static bool read_json(dm_task *t, struct content_witness *w, dm_str s)
{
    const char *p;
    for (size_t i = 0; i < s.len && (p = memchr(s.ptr + i, '"', s.len - i)) != NULL; i++) {
        i = (size_t)(p - s.ptr);
        if (starts_with(s, i, "\"@type\""))
            w->types |= read_type(s, i + 7);
        else if (starts_with(s, i, "\"author\""))
            read_author(w, s, i + 8);
        else if (starts_with(s, i, "\"articleBody\"") && !read_article(t, w, s, i + 13))
            return false;
    }
    return true;
}

/* ---- the head ------------------------------------------------------------------------------- */

static bool is(const dm_str *s, const char *what)
{
    return s && s->len == strlen(what) && !memcmp(s->ptr, what, s->len);
}

static bool contains(const dm_str *s, const char *what)
{
    return s && find_bytes(*s, 0, what) != NULL;
}

static uint32_t says_generator(const dm_str *s)
{
    if (contains(s, "Docusaurus") || contains(s, "Sphinx") || contains(s, "MkDocs") ||
        contains(s, "mkdocs") || contains(s, "GitBook") || contains(s, "Doxygen") ||
        contains(s, "VitePress") || contains(s, "Hugo Book") || contains(s, "MediaWiki"))
        return SAYS_DOCS;
    if (contains(s, "Discourse") || contains(s, "phpBB") || contains(s, "vBulletin") ||
        contains(s, "Flarum") || contains(s, "XenForo") || contains(s, "Invision"))
        return SAYS_FORUM;
    return 0;
}

static void read_meta(const struct html_tree *tree, uint32_t node, struct content_witness *w)
{
    const dm_str *content = html_attr_value(tree, node, HTML_NAME_CONTENT);
    if (!content)
        return;
    const dm_str *key = html_attr_value(tree, node, HTML_NAME_PROPERTY);
    if (!key)
        key = html_attr_value(tree, node, HTML_NAME_NAME);
    if (is(key, "og:type"))
        w->types |= says_of(og_types, *content);
    else if (is(key, "og:description") || is(key, "description"))
        add_lead(w, *content);
    else if (is(key, "og:title"))
        add_title(w, *content);
    else if (is(key, "author") || is(key, "article:author"))
        add_author(w, *content);
    else if (is(key, "generator"))
        w->types |= says_generator(content);
}

bool content_witness_init(dm_task *t, const struct html_tree *tree, struct content_witness *w)
{
    for (uint32_t i = 0; i + 1 < tree->count; i++) {
        const struct html_node *n = &tree->nodes[i];
        if (n->tag == HTML_META)
            read_meta(tree, i, w);
        if (n->end <= i + 1 || tree->nodes[i + 1].tag != HTML_TEXT)
            continue;
        if (n->tag == HTML_SCRIPT && !read_json(t, w, tree->nodes[i + 1].text))
            return false;
        if (n->tag == HTML_TITLE || n->tag == HTML_H1)
            add_title(w, tree->nodes[i + 1].text);
    }
    return true;
}
