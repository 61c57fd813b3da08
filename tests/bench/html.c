/* How fast pages are read, beside the least that the common library does with them: build its tree.
 *
 *   bench-html FOLDER [ROUNDS]
 *
 * In each round, in turn, in one process, over the .html files of the folder, which are in memory:
 *
 *   libxml2   htmlReadMemory(), and its tree freed again
 *   tree      extract-html's encoding, tokenizer and tree
 *   extract   the whole stage: all that, content and metadata
 *
 * Medians; the first round is not counted. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libxml/HTMLparser.h>

#include "core/bench/bench.h"
#include "plugins/extract-html/encoding/encoding.h"
#include "plugins/extract-html/tree/tree.h"
#include "tests/harness/task.h"

enum { PAGES_MAX = 10000, ROUNDS = 9, ROUNDS_MAX = 99 };

static dm_str pages[PAGES_MAX];
static size_t page_count, byte_count;

static void die(const char *what)
{
    fprintf(stderr, "bench-html: %s\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int is_page(const struct dirent *e)
{
    const size_t len = strlen(e->d_name);
    return len > 5 && strcmp(e->d_name + len - 5, ".html") == 0;
}

static void read_pages(const char *folder)
{
    struct dirent **names;
    static char bytes[1 << 24];
    const int n = scandir(folder, &names, is_page, alphasort);
    if (n <= 0 || n > PAGES_MAX)
        die("no .html file in the folder, or too many");
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        FILE *const f = fopen(path, "re");
        const size_t len = f != NULL ? fread(bytes, 1, sizeof bytes, f) : 0;
        char *const copy = malloc(len + 1);
        if (f == NULL || copy == NULL)
            die(path);
        fclose(f);
        memcpy(copy, bytes, len);
        pages[page_count++] = (dm_str){copy, len};
        byte_count += len;
        free(names[i]);
    }
    free(names);
}

/* ---- what is measured -------------------------------------------------------------------------- */

static double time_libxml2(void)
{
    const double began = now();
    for (size_t i = 0; i < page_count; i++) {
        const htmlDocPtr d =
            htmlReadMemory(pages[i].ptr, (int)pages[i].len, NULL, NULL,
                           HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
        xmlFreeDoc(d);
    }
    return now() - began;
}

static double time_tree(const struct html_names *names)
{
    const double began = now();
    for (size_t i = 0; i < page_count; i++) {
        struct html_decoded page;
        struct html_tree tree;
        if (html_decode(&task_alone, pages[i], DM_LIT(""), &page) == DM_OK)
            html_tree_build(&task_alone, names, page.text, &tree);
        dm__arena_reset(&task_arena);
    }
    return now() - began;
}

static double time_extract(struct dm_bench *stage)
{
    struct dm_outcome out;
    const double began = now();
    for (size_t i = 0; i < page_count; i++) {
        const struct dm_bench_document in = {.source = DM_LIT("bench.html"), .bytes = pages[i]};
        dm__bench_run(stage, &in, NULL, NULL, &out);
    }
    return now() - began;
}

static struct dm_bench *open_stage(void)
{
    static struct dm_arena memory;
    struct dm_outcome why;
    dm__arena_init(&memory, 0);
    struct dm_bench *const b = dm__bench_open_linked(&memory, &docmill_plugin_v1, "extract-html", NULL, &why);
    if (b == NULL)
        die(why.why);
    return b;
}

/* ---- rounds ------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return values[n / 2];
}

static void say(const char *what, double *seconds, size_t rounds, double libxml2)
{
    const double s = median(seconds, rounds);
    printf("%-8s %7.0f pages/s %6.0f MB/s %6.2f times libxml2's speed\n", what, (double)page_count / s,
           (double)byte_count / s / 1e6, libxml2 / s);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        die("usage: bench-html FOLDER [ROUNDS]");
    const size_t wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS;
    const size_t rounds = wanted > 0 && wanted <= ROUNDS_MAX ? wanted : ROUNDS;
    static double libxml2[ROUNDS_MAX], tree[ROUNDS_MAX], extract[ROUNDS_MAX];
    static struct html_names names;
    html_names_open(&names);
    dm__arena_init(&task_arena, 0);
    read_pages(argv[1]);
    struct dm_bench *const stage = open_stage();
    for (size_t i = 0; i <= rounds; i++) {
        const double a = time_libxml2(), b = time_tree(&names), c = time_extract(stage);
        if (i == 0)
            continue;
        libxml2[i - 1] = a;
        tree[i - 1] = b;
        extract[i - 1] = c;
    }
    printf("%zu pages, %.0f KB on average\n", page_count, (double)byte_count / (double)page_count / 1e3);
    const double base = median(libxml2, rounds);
    say("libxml2", libxml2, rounds, base);
    say("tree", tree, rounds, base);
    say("extract", extract, rounds, base);
    dm__bench_close(stage);
    return 0;
}
