#include "tests/extraction/page.h"

#include "plugins/extract-html/encoding/encoding.h"
#include "plugins/extract-html/tokenizer/tokenizer.h"
#include "plugins/extract-html/tree/tree.h"
#include "tests/harness/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static void *require(void *p)
{
    if (!p)
        abort();
    return p;
}

/* ---- words ---------------------------------------------------------------------------------------- */

static bool is_word(utf8proc_int32_t c)
{
    const utf8proc_category_t of = utf8proc_category(c);
    return (of >= UTF8PROC_CATEGORY_LU && of <= UTF8PROC_CATEGORY_LO) || of == UTF8PROC_CATEGORY_MN ||
           of == UTF8PROC_CATEGORY_MC || (of >= UTF8PROC_CATEGORY_ND && of <= UTF8PROC_CATEGORY_NO);
}

char *page_words(const char *s, size_t len)
{
    utf8proc_uint8_t *folded = NULL;
    const utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &folded,
                                            UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    char *const out = require(malloc((n > 0 ? (size_t)n : 0) + 3));
    size_t count = 0;
    out[count++] = ' ';
    for (utf8proc_ssize_t at = 0; at < n;) {
        utf8proc_int32_t c;
        const utf8proc_ssize_t bytes = utf8proc_iterate(folded + at, n - at, &c);
        if (bytes > 0 && is_word(c)) {
            memcpy(out + count, folded + at, (size_t)bytes);
            count += (size_t)bytes;
        } else if (out[count - 1] != ' ') {
            out[count++] = ' ';
        }
        at += bytes > 0 ? bytes : 1;
    }
    if (out[count - 1] != ' ')
        out[count++] = ' ';
    out[count] = 0;
    free(folded);
    return out;
}

bool page_has(const struct page *p, const char *words)
{
    return strlen(words) > 2 && (strstr(p->shown, words) || strstr(p->source, words));
}

/* ---- the page ------------------------------------------------------------------------------------- */

static char *copy(dm_str s)
{
    char *const out = require(malloc(s.len + 1));
    memcpy(out, s.ptr, s.len);
    out[s.len] = 0;
    return out;
}

static uint32_t block_of(const struct html_tree *tree, uint32_t i)
{
    while (i && !(tree->nodes[i].flags & HTML_BLOCK))
        i = tree->nodes[i].parent;
    return i;
}

/* A subtree's text, with a space between blocks.  return  the caller frees it */
static char *text_of(const struct html_tree *tree, uint32_t from)
{
    size_t size = 1, len = 0;
    for (uint32_t i = from; i < tree->nodes[from].end; i++)
        size += tree->nodes[i].text.len + 1;
    char *const out = require(malloc(size));
    uint32_t block = 0;
    for (uint32_t i = from; i < tree->nodes[from].end; i++) {
        const struct html_node *const n = &tree->nodes[i];
        if (n->tag == HTML_SCRIPT || n->tag == HTML_STYLE)
            i = n->end - 1;
        if (len && (n->tag == HTML_BR || (n->tag == HTML_TEXT && block_of(tree, i) != block)))
            out[len++] = ' ';
        if (n->tag != HTML_TEXT)
            continue;
        block = block_of(tree, i);
        memcpy(out + len, n->text.ptr, n->text.len);
        len += n->text.len;
    }
    out[len] = 0;
    return out;
}

static bool is_named(const struct html_tree *tree, uint32_t i, const char *name)
{
    static const enum html_name kinds[] = {HTML_NAME_PROPERTY, HTML_NAME_NAME};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const dm_str *const v = html_attr_value(tree, i, kinds[k]);
        if (v && v->len == strlen(name) && !memcmp(v->ptr, name, v->len))
            return true;
    }
    return false;
}

static void add_headline(struct page *p, char *s)
{
    if (p->headline_count < PAGE_HEADLINES_MAX)
        p->headlines[p->headline_count++] = s;
    else
        free(s);
}

static void read_head(struct page *p, const struct html_tree *tree)
{
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i];
        const dm_str *const content =
            n->tag == HTML_META ? html_attr_value(tree, i, HTML_NAME_CONTENT) : NULL;
        if (content && !p->site && is_named(tree, i, "og:site_name"))
            p->site = copy(*content);
        else if (content && is_named(tree, i, "og:title"))
            add_headline(p, copy(*content));
        else if (n->tag == HTML_H1)
            add_headline(p, text_of(tree, i));
        else if (n->tag == HTML_TITLE && !p->title && tree->nodes[n->parent].tag == HTML_HEAD)
            p->title = text_of(tree, i);
    }
}

/* `\u00e9` and `\n` of strings in scripts.  Changes s. */
static void unescape(char *s)
{
    char *out = s;
    while (*s) {
        char hex[5] = "";
        if (*s != '\\' || !s[1]) {
            *out++ = *s++;
            continue;
        }
        if (s[1] == 'u')
            memcpy(hex, s + 2, strnlen(s + 2, 4));
        char *end;
        const unsigned long c = strtoul(hex, &end, 16);
        if (end == hex + 4 && utf8proc_codepoint_valid((utf8proc_int32_t)c) && c) {
            out += utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)out);
            s += 6;
        } else {
            *out++ = ' ';
            s += 2;
        }
    }
    *out = 0;
}

static void read_page(struct page *p, dm_str bytes)
{
    static struct html_names names;
    static bool open;
    struct html_decoded page;
    struct html_tree tree;
    if (!open)
        html_names_open(&names);
    open = true;
    if (html_decode(&task_alone, bytes, DM_LIT(""), &page) ||
        html_tree_build(&task_alone, &names, page.text, &tree))
        return;
    read_head(p, &tree);
    char *const shown = text_of(&tree, 0);
    p->shown = page_words(shown, strlen(shown));
    free(shown);
    const struct html_tokenizer cook = {.task = &task_alone};
    const dm_str cooked = html_cook(&cook, page.text, HTML_COOK_REFERENCES);
    char *const source = copy(cooked.ptr ? cooked : (dm_str){"", 0});
    unescape(source);
    p->source = page_words(source, strlen(source));
    free(source);
}

/* return  the caller frees it; NULL: there is no such file */
static char *read_file(const char *path, size_t *len)
{
    FILE *const f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    const long size = ftell(f);
    rewind(f);
    char *const bytes = require(malloc(size > 0 ? (size_t)size : 1));
    *len = fread(bytes, 1, size > 0 ? (size_t)size : 0, f);
    fclose(f);
    return bytes;
}

struct page page_read(const char *path)
{
    static bool open;
    struct page p = {0};
    size_t len = 0;
    char *const bytes = read_file(path, &len);
    if (!open)
        dm__arena_init(&task_arena, 0);
    open = true;
    if (bytes)
        read_page(&p, (dm_str){bytes, len});
    dm__arena_reset(&task_arena);
    free(bytes);
    p.title = p.title ? p.title : copy(DM_LIT(""));
    p.site = p.site ? p.site : copy(DM_LIT(""));
    p.shown = p.shown ? p.shown : copy(DM_LIT(" "));
    p.source = p.source ? p.source : copy(DM_LIT(" "));
    return p;
}

void page_free(struct page *p)
{
    free(p->shown);
    free(p->source);
    free(p->title);
    free(p->site);
    for (size_t i = 0; i < p->headline_count; i++)
        free(p->headlines[i]);
}
