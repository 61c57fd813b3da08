/* extract-html: the text of a web page. */
#include "encoding/encoding.h"
#include "tokenizer/tokenizer.h"
#include "tree/tree.h"

#include <string.h>
#include <strings.h>

struct state {
    struct html_names names;
};

static dm_status open_state(dm_task *t, void *state)
{
    (void)t;
    html_names_open(&((struct state *)state)->names);
    return DM_OK;
}

/* ---- choosing ---------------------------------------------------------------------------------- */

static bool begins_with(dm_str s, const char *word)
{
    const size_t len = strlen(word);
    return s.len >= len && !strncasecmp(s.ptr, word, len);
}

static bool ends_with(dm_str s, const char *word)
{
    const size_t len = strlen(word);
    return s.len >= len && !strncasecmp(s.ptr + s.len - len, word, len);
}

static int32_t probe(const void *state, dm_str head, dm_str name)
{
    static const char *const tags[] = {"<!doctype html", "<html", "<head", "<body"};
    (void)state;
    for (size_t at = 0; at < head.len; at++) {
        const char *const less = memchr(head.ptr + at, '<', head.len - at);
        if (!less)
            break;
        at = (size_t)(less - head.ptr);
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
            if (begins_with((dm_str){less, head.len - at}, tags[i]))
                return 90;
    }
    return ends_with(name, ".html") || ends_with(name, ".htm") || ends_with(name, ".xhtml") ? 70 : 0;
}

/* ---- the text ---------------------------------------------------------------------------------- */

static bool is_skipped(const struct html_node *n)
{
    switch (n->tag) {
    case HTML_HEAD:
    case HTML_SCRIPT:
    case HTML_TEMPLATE:
    case HTML_SELECT:
    case HTML_TEXTAREA:
    case HTML_SVG:
    case HTML_NAV:
    case HTML_NOSCRIPT:
        return true;
    default:
        return n->flags & HTML_HIDDEN;
    }
}

/* A paragraph that is being put together. */
struct paragraph {
    dm_task *task;
    dm_doc *doc;
    size_t begin, end; /* in the document's text; equal: it is empty */
    bool space;        /* one is due before what comes next */
};

static void add_words(struct paragraph *p, dm_str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t end = at;
        while (end < s.len && !html_is_space(s.ptr[end]))
            end++;
        if (end > at) {
            if (p->begin == p->end && p->begin > 0)
                dm_append(p->task, p->doc, DM_LIT("\n\n"), (dm_span){0, 0});
            else if (p->space && p->begin < p->end)
                dm_append(p->task, p->doc, DM_LIT(" "), (dm_span){0, 0});
            if (p->begin == p->end)
                p->begin = dm_text(p->task, p->doc).len;
            dm_append(p->task, p->doc, (dm_str){s.ptr + at, end - at}, (dm_span){0, 0});
            p->end = dm_text(p->task, p->doc).len;
            p->space = false;
        }
        p->space |= end < s.len;
        for (at = end; at < s.len && html_is_space(s.ptr[at]);)
            at++;
    }
}

static void end_paragraph(struct paragraph *p)
{
    if (p->begin < p->end) {
        const dm_mark mark = {.kind = DM_PARAGRAPH, .at = {p->begin, p->end}};
        dm_add_mark(p->task, p->doc, &mark);
    }
    p->begin = p->end;
    p->space = false;
}

static void write_text(dm_task *t, dm_doc *d, const struct html_tree *tree)
{
    struct paragraph p = {.task = t, .doc = d};
    uint32_t depth = 0;
    for (uint32_t i = 1; i < tree->count; i++) {
        const struct html_node *const n = &tree->nodes[i];
        if (n->flags & HTML_BLOCK || n->tag == HTML_BR || n->depth < depth)
            end_paragraph(&p);
        depth = n->flags & HTML_BLOCK ? n->depth + 1 : n->depth < depth ? n->depth : depth;
        if (is_skipped(n))
            i = n->end - 1;
        else if (n->tag == HTML_TEXT)
            add_words(&p, n->text);
    }
    end_paragraph(&p);
}

static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    const struct state *const s = state;
    struct html_decoded page;
    struct html_tree tree;
    const dm_str charset = dm_meta(t, d, "charset");
    dm_status status = html_decode(t, dm_bytes(t, d), charset, &page);
    if (!status)
        status = html_tree_build(t, &s->names, page.text, &tree);
    if (status)
        return status;
    dm_set_meta(t, d, "mime", DM_LIT("text/html"));
    dm_set_meta(t, d, "encoding", (dm_str){page.name, strlen(page.name)});
    write_text(t, d, &tree);
    return DM_OK;
}

static const char doc[] =
    "Reads a web page in any encoding: by its byte order mark, by what it declares, else by what its bytes\n"
    "look like. Bytes that are UTF-8 are UTF-8, whatever is declared. What is no page (a picture, a PDF) is\n"
    "refused.\n"
    "\n"
    "| metadata | |\n"
    "|---|---|\n"
    "| `mime` | `text/html` |\n"
    "| `encoding` | the encoding's name in the Encoding Standard, in small letters |\n";

static const dm_stage html_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .name = "html",
    .summary =
        "The article of a web page, with its headings, lists, quotes, tables and code, and its metadata.",
    .doc = doc,
    .state_size = sizeof(struct state),
    .open = open_state,
    .ops.extractor =
        &(const dm_extractor_ops){.size = sizeof(dm_extractor_ops), .probe = probe, .extract = extract},
};

DM_PLUGIN(.name = "extract-html", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&html_stage, NULL});
