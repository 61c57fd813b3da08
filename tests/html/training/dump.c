/* Writes what the trees of extract-html are grown from: the features and the text of all blocks of labelled pages.
 *
 *   html-dump FOLDER < list              list: `NAME PATH` lines
 *   html-dump --judged P FOLDER < list   P: the first judgement of each block, as html-train wrote it
 *
 * FOLDER  blocks.bin, rows of 32-bit floats, and blocks.names; blocks.txt, a block a line; pages.txt, `NAME BLOCKS`
 *         lines; pages.bin and pages.names, a row a page.  With --judged: judged.bin and judged.names */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/extract-html/content/choice.h"
#include "plugins/extract-html/content/pagetype.h"
#include "plugins/extract-html/encoding/encoding.h"

/* ---- a host that has memory ---------------------------------------------------------------------- */

enum { POOL = 1 << 29, PATH_ROOM = 4096 };

static char *pool;
static size_t used;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t, (void)align;
    used = (used + 63) & ~(size_t)63;
    if (size > POOL - used)
        return NULL;
    void *const p = pool + used;
    used += size;
    return memset(p, 0, size);
}

static dm_status fail_with(dm_task *t, dm_status code, dm_str why)
{
    (void)t, (void)why;
    return code;
}

/* As the Unicode Standard defines it. */
static size_t check_utf8(dm_task *t, dm_str s)
{
    (void)t;
    size_t i = 0;
    while (i < s.len) {
        const unsigned char *const p = (const unsigned char *)s.ptr + i;
        const size_t n = p[0] < 0x80   ? 1
                         : p[0] < 0xC2 ? 0
                         : p[0] < 0xE0 ? 2
                         : p[0] < 0xF0 ? 3
                         : p[0] < 0xF5 ? 4
                                       : 0;
        if (n == 0 || n > s.len - i)
            return i;
        for (size_t k = 1; k < n; k++)
            if ((p[k] & 0xC0) != 0x80)
                return i;
        if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) ||
            (p[0] == 0xF4 && p[1] > 0x8F))
            return i;
        i += n;
    }
    return i;
}

static const dm_host host = {
    .size = sizeof host, .alloc = allocate, .fail = fail_with, .check_utf8 = check_utf8};
static dm_task task = {.size = sizeof task, .host = &host};

/* ---- files --------------------------------------------------------------------------------------- */

static void die(const char *what)
{
    fprintf(stderr, "html-dump: %s\n", what);
    exit(1);
}

static FILE *create(const char *folder, const char *name)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const f = fopen(path, "wb");
    if (!f)
        die(path);
    return f;
}

static dm_str read_page(const char *path)
{
    FILE *const f = fopen(path, "rb");
    if (!f)
        die(path);
    fseek(f, 0, SEEK_END);
    const size_t len = (size_t)ftell(f);
    rewind(f);
    char *const bytes = malloc(len + 1);
    if (!bytes || fread(bytes, 1, len, f) != len)
        die(path);
    fclose(f);
    return (dm_str){bytes, len};
}

static void write_names(const char *folder, const char *file, const char *const *names, size_t from,
                        size_t to)
{
    FILE *const f = create(folder, file);
    for (size_t i = from; i < to; i++)
        fprintf(f, "%s\n", names[i]);
    fclose(f);
}

/* ---- pages --------------------------------------------------------------------------------------- */

struct output {
    FILE *blocks, *texts, *pages, *page_rows, *judged, *first;
};

static void write_text(FILE *f, const struct content_page *p, const struct content_block *b)
{
    for (uint32_t i = b->first; i <= b->last; i++) {
        const struct html_node *const n = &p->tree->nodes[i];
        if (n->tag == HTML_BR)
            fputc(' ', f);
        for (size_t k = 0; content_is_text(p, i) && k < n->text.len; k++)
            fputc((unsigned char)n->text.ptr[k] <= ' ' ? ' ' : n->text.ptr[k], f);
    }
    fputc('\n', f);
}

static void write_blocks(struct output *out, const struct content_page *p, const struct content_survey *s)
{
    float row[CONTENT_ALL_FEATURES];
    for (uint32_t i = 0; i < p->block_count; i++) {
        content_features(s, i, row);
        fwrite(row, sizeof *row, CONTENT_BASE_FEATURES, out->blocks);
        write_text(out->texts, p, &p->blocks[i]);
    }
}

static void write_judged(struct output *out, const struct content_page *p, struct content_survey *s)
{
    float row[CONTENT_ALL_FEATURES];
    if (fread(s->p, sizeof *s->p, p->block_count, out->first) != p->block_count ||
        !content_survey_judge(&task, s))
        die("too few judgements");
    for (uint32_t i = 0; i < p->block_count; i++) {
        content_judged_features(s, i, row);
        fwrite(row + CONTENT_BASE_FEATURES, sizeof *row, CONTENT_ALL_FEATURES - CONTENT_BASE_FEATURES,
               out->judged);
    }
}

/* The features of a page follow from the choice that the present trees make. */
static void write_page(struct output *out, const struct content_vocabulary *v, const struct html_tree *tree)
{
    const struct content_options o = {.tables = true};
    float row[CONTENT_PAGE_FEATURE_COUNT];
    struct content_choice c;
    struct content_survey s;
    if (!content_choose(&task, v, tree, &o, &c) || !content_survey_init(&task, &c.page, &s))
        die("memory");
    content_page_features(&s, c.keep, c.confidence, row);
    fwrite(row, sizeof *row, CONTENT_PAGE_FEATURE_COUNT, out->page_rows);
}

static void dump(struct output *out, const struct html_names *names, const struct content_vocabulary *v,
                 const char *name, const char *path)
{
    const dm_str bytes = read_page(path);
    struct html_decoded decoded = {.text = {"", 0}};
    struct html_tree tree;
    struct content_page page;
    struct content_survey s;
    used = 0;
    if (html_decode(&task, bytes, (dm_str){NULL, 0}, &decoded) != DM_OK)
        decoded.text = (dm_str){"", 0};
    if (html_tree_build(&task, names, decoded.text, &tree) != DM_OK ||
        !content_page_init(&task, v, &tree, &page) || !content_survey_init(&task, &page, &s))
        die("memory");
    if (out->judged) {
        write_judged(out, &page, &s);
    } else {
        fprintf(out->pages, "%s %u\n", name, page.block_count);
        write_blocks(out, &page, &s);
        write_page(out, v, &tree);
    }
    free((void *)(uintptr_t)bytes.ptr);
}

static void open_outputs(struct output *out, const char *folder, const char *first)
{
    static const char *const page_names[] = {
#define X(name) #name,
        CONTENT_PAGE_FEATURES(X)
#undef X
    };
    if (first) {
        out->first = fopen(first, "rb");
        if (!out->first)
            die(first);
        out->judged = create(folder, "judged.bin");
        write_names(folder, "judged.names", content_feature_names, CONTENT_BASE_FEATURES,
                    CONTENT_ALL_FEATURES);
        return;
    }
    out->blocks = create(folder, "blocks.bin");
    out->texts = create(folder, "blocks.txt");
    out->pages = create(folder, "pages.txt");
    out->page_rows = create(folder, "pages.bin");
    write_names(folder, "blocks.names", content_feature_names, 0, CONTENT_BASE_FEATURES);
    write_names(folder, "pages.names", page_names, 0, CONTENT_PAGE_FEATURE_COUNT);
}

int main(int argc, char **argv)
{
    struct html_names names;
    static struct content_vocabulary vocabulary;
    struct output out = {0};
    char name[256], path[PATH_ROOM];
    const bool judged = argc == 4 && !strcmp(argv[1], "--judged");
    pool = malloc(POOL);
    if (!pool || (argc != 2 && !judged))
        die("usage: html-dump [--judged P] FOLDER < list");
    html_names_open(&names);
    content_vocabulary_init(&vocabulary);
    open_outputs(&out, argv[argc - 1], judged ? argv[2] : NULL);
    while (scanf("%255s %4095s", name, path) == 2)
        dump(&out, &names, &vocabulary, name, path);
    fflush(NULL);
    return 0;
}
