/* extract-html: the text of a web page. */
#include "content/content.h"
#include "encoding/encoding.h"
#include "metadata/metadata.h"
#include "tokenizer/tokenizer.h"
#include "tree/tree.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct state {
    struct content_options content;
    struct content_vocabulary vocabulary;
    struct html_names names;
};

static const char *const favors[] = {"balanced", "precision", "recall", NULL};

static const dm_option options[] = {
    {.name = "favor",
     DM_CHOICE_AT(struct state, content.favor),
     .def = "balanced",
     .choices = favors,
     .help =
         "What is worse where it is doubtful whether a block is content: `precision` rather leaves it out, "
         "`recall` rather keeps it."},
    {.name = "comments",
     DM_BOOL_AT(struct state, content.comments),
     .def = "false",
     .help = "Keep what readers say below an article. The posts of a forum are content in any case."},
    {.name = "tables",
     DM_BOOL_AT(struct state, content.tables),
     .def = "true",
     .help = "Keep tables of data."},
    {.name = "links",
     DM_BOOL_AT(struct state, content.links),
     .def = "false",
     .help = "Mark links, with targets that are absolute where the page says its address."},
    {.name = "images",
     DM_BOOL_AT(struct state, content.images),
     .def = "false",
     .help =
         "Keep the alternative texts of pictures between two blocks of the content, as captions that link "
         "to the picture."},
};

static dm_status open_state(dm_task *t, void *state)
{
    struct state *const s = state;
    (void)t;
    html_names_open(&s->names);
    content_vocabulary_init(&s->vocabulary);
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

/* ---- extracting ------------------------------------------------------------------------------- */

static void tell_encoding(dm_task *t, dm_doc *d, const struct html_decoded *page)
{
    char errors[24];
    dm_set_meta(t, d, "mime", DM_LIT("text/html"));
    dm_set_meta(t, d, "encoding", (dm_str){page->name, strlen(page->name)});
    if (!page->replaced)
        return;
    const int len = snprintf(errors, sizeof errors, "%zu", page->replaced);
    dm_set_meta(t, d, "encoding-errors", (dm_str){errors, (size_t)len});
}

static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    const struct state *const s = state;
    struct html_decoded page;
    struct html_tree tree;
    struct content_page looked;
    const dm_str charset = dm_meta(t, d, "charset");
    dm_status status = html_decode(t, dm_bytes(t, d), charset, &page);
    if (!status)
        status = html_tree_build(t, &s->names, page.text, &tree);
    if (status)
        return status;
    tell_encoding(t, d, &page);
    status = content_extract(t, d, &s->vocabulary, &tree, &s->content, page.borrowed ? page.offset : SIZE_MAX,
                             &looked);
    return status ? status : meta_find(t, d, &looked);
}

static const char doc[] =
    "Reads a web page in any encoding: by its byte order mark, by what it declares, else by what its bytes\n"
    "look like. Bytes that are UTF-8 are UTF-8, whatever is declared. What is no page (a picture, a PDF) is\n"
    "refused.\n"
    "\n"
    "| metadata | |\n"
    "|---|---|\n"
    "| `mime` | `text/html` |\n"
    "| `encoding` | the encoding's name in the Encoding Standard, in small letters |\n"
    "| `encoding-errors` | how many U+FFFD stand for bytes that the encoding does not have; only if there "
    "are any |\n"
    "| `title` | the headline, without the site's name |\n"
    "| `author` | names, several with `; ` between them |\n"
    "| `date`, `modified` | ISO 8601, with the time and its zone where the page has them |\n"
    "| `site`, `url`, `language`, `description`, `image`, `licence` | as the page says |\n"
    "| `categories`, `tags` | several with `; ` between them |\n"
    "| `KEY-source` | of each of these, where it was found: `json-ld`, `meta og:title`, `h1`, `byline`, "
    "`text` |\n"
    "| `page-type` | `article`, `forum`, `listing`, `documentation`, `product` or `other` |\n"
    "| `confidence` | 0 to 1: the F1 that is to be expected of the content |\n"
    "\n"
    "#### The content\n"
    "\n"
    "Is the text of the article, without what is around it: navigation, share bars, related\n"
    "links, boxes for newsletters and cookies, the comments of readers. The headline, who wrote\n"
    "it and when are metadata. Of a forum it is all posts in order, of a listing the texts of its\n"
    "items, of a shop what describes the product. Headings, lists (nested, and with their\n"
    "numbers), quotes, code and tables of data keep their kinds; cells are parted by tabs, rows\n"
    "by line breaks, all other blocks by an empty line. A page that has any text never gives\n"
    "none; one that has none is refused.\n"
    "\n"
    "How a block is judged, and how well that works, is told in docs/design/html-content.md.\n";

static const dm_stage html_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .name = "html",
    .summary =
        "The article of a web page, with its headings, lists, quotes, tables and code, and its metadata.",
    .doc = doc,
    .state_size = sizeof(struct state),
    .options = DM_ARRAY(options),
    .open = open_state,
    .ops.extractor =
        &(const dm_extractor_ops){.size = sizeof(dm_extractor_ops), .probe = probe, .extract = extract},
};

DM_PLUGIN(.name = "extract-html", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&html_stage, NULL});
