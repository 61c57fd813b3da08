/* What the cleaners cost, as a ratio to the least that anything can do with a text: read its UTF-8.
 *
 *   bench-cleaners FOLDER [ROUNDS [CLEANER...]]
 *
 * In each round, in one process, over the .txt files of the folder as they are and as the chain leaves them:
 *
 *   decode    a plain loop that decodes each character and adds them up
 *   without   `extract: text`, no cleaner, and an output that is not written
 *   with      the same with all cleaners
 *
 * The cleaners' speed is what `with` takes longer than `without`.  Medians; the first round is not counted. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text/str.h"
#include "tests/harness/mill.h"

enum { ROUNDS = 9, ROUNDS_MAX = 99, TEXTS_MAX = 1000, REPEATS = 20 };

#define BEGIN "docmill: 1\nstages:\n  - extract: text\n"
#define END   "  - output: text\n    with: { directory: bench }\nrun: { state: none }\n"

static const char without_cleaners[] = BEGIN END;
static char with_cleaners[4096] = BEGIN ALL_CLEANERS END;

/* Those that are named instead of all. */
static void choose_cleaners(char **names)
{
    size_t len = (size_t)snprintf(with_cleaners, sizeof with_cleaners, "%s", BEGIN);
    for (; *names != NULL && len < sizeof with_cleaners; names++)
        len += (size_t)snprintf(with_cleaners + len, sizeof with_cleaners - len, "  - clean: %s\n", *names);
    if (len < sizeof with_cleaners)
        snprintf(with_cleaners + len, sizeof with_cleaners - len, "%s", END);
}

struct texts {
    dm_str items[TEXTS_MAX];
    size_t count, bytes;
};

static void die(const char *what)
{
    fprintf(stderr, "bench-cleaners: %s\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void add_text(struct texts *t, dm_str s)
{
    char *const copy = malloc(s.len + 1);
    if (copy == NULL || t->count == TEXTS_MAX)
        die("too many texts");
    memcpy(copy, s.ptr, s.len);
    t->items[t->count++] = (dm_str){copy, s.len};
    t->bytes += s.len;
}

static int is_text(const struct dirent *e)
{
    const size_t len = strlen(e->d_name);
    return len > 4 && strcmp(e->d_name + len - 4, ".txt") == 0;
}

static void read_folder(const char *folder, struct texts *t)
{
    struct dirent **names;
    static char bytes[1 << 20];
    const int n = scandir(folder, &names, is_text, alphasort);
    if (n <= 0)
        die("no .txt file in the folder");
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        FILE *const f = fopen(path, "re");
        const size_t len = f != NULL ? fread(bytes, 1, sizeof bytes, f) : 0;
        if (f == NULL || ferror(f))
            die(path);
        fclose(f);
        add_text(t, (dm_str){bytes, len});
        free(names[i]);
    }
    free(names);
}

/* ---- what is measured --------------------------------------------------------------------------- */

static uint32_t decode(dm_str s)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < s.len;) {
        const unsigned char *const p = (const unsigned char *)s.ptr + i;
        if (p[0] < 0x80) {
            sum += p[0];
            i += 1;
        } else if (p[0] < 0xE0) {
            sum += (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
            i += 2;
        } else if (p[0] < 0xF0) {
            sum += (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
            i += 3;
        } else {
            sum += (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
            i += 4;
        }
    }
    return sum;
}

static double time_decoding(const struct texts *t)
{
    uint32_t sum = 0;
    const double began = now();
    for (size_t r = 0; r < REPEATS; r++)
        for (size_t i = 0; i < t->count; i++)
            sum += decode(t->items[i]);
    const double took = now() - began;
    if (sum == 1) /* so that nobody leaves the loop out */
        puts("what a coincidence");
    return took;
}

static double time_chain(struct mill *m, const struct texts *t)
{
    struct dm_outcome out;
    const double began = now();
    for (size_t r = 0; r < REPEATS; r++)
        for (size_t i = 0; i < t->count; i++) {
            mill_run(m, DM_LIT("bench.txt"), t->items[i], &out);
            if (out.status != DM_OK)
                die(out.why);
        }
    return now() - began;
}

/* ---- the chain ---------------------------------------------------------------------------------- */

static dm_status keep(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    (void)step, (void)bytes;
    if (owner != NULL)
        add_text(owner, d->text);
    return DM_OK;
}

static void say(void *owner, int32_t step, int32_t level, dm_str line)
{
    (void)owner, (void)step, (void)level;
    fprintf(stderr, "%.*s\n", (int)line.len, line.ptr);
}

static struct mill *open_chain(const char *pipeline, struct texts *results)
{
    struct dm_outcome why;
    const struct dm_chain_events events = {.owner = results, .log = say, .rendered = keep};
    struct mill *const m = mill_open(pipeline, &events, &why);
    if (m == NULL)
        die(why.why);
    return m;
}

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

/* ---- rounds ------------------------------------------------------------------------------------- */

static void measure(const char *what, const struct texts *t, size_t rounds)
{
    double ratios[ROUNDS_MAX], speeds[ROUNDS_MAX];
    struct mill *const without = open_chain(without_cleaners, NULL), *const with =
                                                                         open_chain(with_cleaners, NULL);
    const double megabytes = (double)t->bytes * REPEATS / 1e6;
    for (size_t i = 0; i <= rounds; i++) {
        const double plain = time_decoding(t), a = time_chain(without, t), b = time_chain(with, t);
        if (i == 0)
            continue;
        ratios[i - 1] = plain / (b - a);
        speeds[i - 1] = megabytes / (b - a);
    }
    printf("%-6s %6zu bytes in %zu texts: %.0f MB/s, %.3f of the speed of decoding\n", what, t->bytes,
           t->count, median(speeds, rounds), median(ratios, rounds));
    mill_close(without);
    mill_close(with);
}

int main(int argc, char **argv)
{
    static struct texts noisy, clean;
    const size_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : ROUNDS;
    if (argc < 2 || rounds == 0 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench-cleaners FOLDER [ROUNDS [CLEANER...]]\n");
        return 2;
    }
    if (argc > 3)
        choose_cleaners(argv + 3);
    read_folder(argv[1], &noisy);
    struct mill *const m = open_chain(with_cleaners, &clean);
    struct dm_outcome out;
    for (size_t i = 0; i < noisy.count; i++)
        mill_run(m, DM_LIT("bench.txt"), noisy.items[i], &out);
    mill_close(m);
    measure("noisy", &noisy, rounds);
    measure("clean", &clean, rounds);
    return 0;
}
