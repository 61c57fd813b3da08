/* Writes what the trees that choose titles are grown from.
 *
 *   html-titles FOLDER < list    list: `NAME <tab> PATH <tab> TITLE` lines, the title as it is known
 *
 * FOLDER  titles.bin, a row of 32-bit floats for each choice, and titles.names; labels.txt, `RIGHT WEIGHT` lines, right as
 *         stated.h has it; titles.txt, `NAME <tab> CHOICES <tab> STATED <tab> ADDRESS` lines, stated: the page has the
 *         title on it in some form */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/extract-html/content/page.h"
#include "plugins/extract-html/encoding/encoding.h"
#include "plugins/extract-html/metadata/title_features.h"
#include "tests/extraction/stated.h"
#include "tests/harness/task.h"

static struct {
    FILE *rows, *labels, *pages;
} out;

static void die(const char *what)
{
    fprintf(stderr, "html-titles: %s\n", what);
    exit(1);
}

static char *read_page(const char *path, size_t *len)
{
    FILE *const f = fopen(path, "rb");
    if (!f)
        die(path);
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    char *const bytes = malloc(*len + 1);
    if (!bytes || fread(bytes, 1, *len, f) != *len)
        die(path);
    fclose(f);
    return bytes;
}

static bool is_right(const struct page *written, dm_str value, const char *title)
{
    char *const s = strndup(value.ptr, value.len);
    if (!s)
        die("memory");
    const bool right = stated_is_title(written, s, title);
    free(s);
    return right;
}

static void write_choices(const struct meta *m, const struct title_choices *t, const char *name,
                          const struct page *written, const char *title)
{
    static float f[TITLE_CHOICES_MAX][TITLE_FEATURE_COUNT];
    bool stated = stated_has_title(written, title);
    title_features(m, t, f);
    for (uint32_t i = 0; i < t->count; i++) {
        const bool right = is_right(written, t->items[i].value, title);
        fwrite(f[i], sizeof **f, TITLE_FEATURE_COUNT, out.rows);
        fprintf(out.labels, "%d 1\n", right);
        stated |= right;
    }
    const dm_str url = m->counts[META_URL] ? m->items[META_URL][0].value : DM_LIT("");
    fprintf(out.pages, "%s\t%u\t%d\t%.*s\n", name, t->count, stated, (int)url.len, url.ptr);
}

static void dump(const struct html_names *names, const struct content_vocabulary *v, const char *name,
                 const char *path, const char *title)
{
    static struct title_choices t;
    struct page written = page_read(path);
    size_t len;
    char *const bytes = read_page(path, &len);
    struct html_decoded decoded;
    struct html_tree tree;
    struct content_page page;
    if (html_decode(&task_alone, (dm_str){bytes, len}, DM_LIT(""), &decoded) != DM_OK)
        decoded.text = DM_LIT("");
    if (html_tree_build(&task_alone, names, decoded.text, &tree) != DM_OK ||
        !content_page_init(&task_alone, v, &tree, &page))
        die("memory");
    struct meta *const m = meta_gather(&task_alone, &page);
    if (!m)
        die("memory");
    memset(&t, 0, sizeof t);
    title_choices_find(m, &t);
    write_choices(m, &t, name, &written, title);
    page_free(&written);
    free(bytes);
    dm__arena_reset(&task_arena);
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const f = fopen(path, "wb");
    if (!f)
        die(path);
    return f;
}

static void write_names(const char *folder)
{
    static const char *const feature_names[] = {
#define X(name) #name,
        TITLE_FEATURES(X)
#undef X
    };
    FILE *const f = create(folder, "titles.names");
    for (size_t i = 0; i < TITLE_FEATURE_COUNT; i++)
        fprintf(f, "%s\n", feature_names[i]);
    fclose(f);
}

int main(int argc, char **argv)
{
    static char line[1 << 16];
    static struct content_vocabulary vocabulary;
    struct html_names names;
    if (argc != 2)
        die("usage: html-titles FOLDER < list");
    html_names_open(&names);
    content_vocabulary_init(&vocabulary);
    dm__arena_init(&task_arena, 0);
    out.rows = create(argv[1], "titles.bin");
    out.labels = create(argv[1], "labels.txt");
    out.pages = create(argv[1], "titles.txt");
    write_names(argv[1]);
    while (fgets(line, sizeof line, stdin)) {
        char *rest = line;
        const char *const name = strsep(&rest, "\t"), *const path = strsep(&rest, "\t");
        const char *const title = strsep(&rest, "\n");
        if (!title)
            die("a line is not NAME, PATH and TITLE");
        dump(&names, &vocabulary, name, path, title);
    }
    fflush(NULL);
    return 0;
}
