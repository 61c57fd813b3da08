/* What a stage in Lua costs, as a ratio to the same one in C.
 *
 *   bench-stages [ROUNDS]
 *
 * Both look up every word of texts of 5 KB in a list, in one process: `without` them, with the one in C (clean-words),
 * with the one in Lua (clean-lua, ten lines).  What they take is what a chain takes longer than `without`.
 * Medians; the first round is not counted. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text/str.h"
#include "tests/harness/mill.h"

enum { ROUNDS = 11, ROUNDS_MAX = 99, REPEATS = 2000, TEXT = 5000 };

#define BEGIN "docmill: 1\nstages:\n  - extract: text\n"
#define END   "  - output: text\n    with: { directory: bench }\nrun: { state: none }\n"
#define LIST                                                                                                 \
    "{ teh: the, recieve: receive, seperate: separate, definately: definitely, goverment: government }"

static const char without[] = BEGIN END;
static const char in_c[] = BEGIN "  - clean: words\n    with: { list: " LIST " }\n" END;
static const char in_lua[] = BEGIN "  - clean: lua\n"
                                   "    with:\n"
                                   "      options: " LIST "\n"
                                   "      script: |\n"
                                   "        -- docmill rule word: A word of the list.\n"
                                   "        local list = options\n"
                                   "        function clean(doc)\n"
                                   "          for from, to, word in doc:words() do\n"
                                   "            local new = list[word]\n"
                                   "            if new then doc:edit(from, to, new, 'word') end\n"
                                   "          end\n"
                                   "        end\n" END;

static void die(const char *what)
{
    fprintf(stderr, "bench-stages: %s\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sentences of words that are and are not in the list, the same ones every time. */
static dm_str make_text(void)
{
    static const char *const words[] = {"The",     "minister", "said",      "that",   "goverment", "plans",
                                        "to",      "build",    "a",         "bridge", "across",    "the",
                                        "river",   "before",   "winter",    "and",    "people’s",  "houses",
                                        "nobody",  "seperate", "agreement", "was",    "signed",    "on",
                                        "Tuesday", "evening",  "in",        "Kabul",  "council",   "members"};
    static char text[TEXT + 64];
    size_t len = 0;
    for (uint32_t seed = 1; len < TEXT; seed = seed * 1664525U + 1013904223U) {
        const char *const end = (seed >> 8) % 12 == 0 ? ".\n" : " ";
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s",
                                words[(seed >> 16) % (sizeof words / sizeof words[0])], end);
    }
    return (dm_str){text, len};
}

static uint64_t edits;

static dm_status count(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    (void)owner, (void)step, (void)bytes;
    edits += d->edit_count;
    return DM_OK;
}

static void say(void *owner, int32_t step, int32_t level, dm_str line)
{
    (void)owner, (void)step, (void)level;
    fprintf(stderr, "%.*s\n", (int)line.len, line.ptr);
}

static struct mill *open_chain(const char *pipeline)
{
    struct dm_outcome why;
    const struct dm_chain_events events = {.log = say, .rendered = count};
    struct mill *const m = mill_open(pipeline, &events, &why);
    if (m == NULL)
        die(why.why);
    return m;
}

/* Seconds for one document. */
static double time_chain(struct mill *m, dm_str text, uint64_t *made)
{
    struct dm_outcome out;
    edits = 0;
    const double began = now();
    for (size_t r = 0; r < REPEATS; r++) {
        mill_run(m, DM_LIT("bench.txt"), text, &out);
        if (out.status != DM_OK)
            die(out.why);
    }
    *made = edits;
    return (now() - began) / REPEATS;
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

int main(int argc, char **argv)
{
    const size_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : ROUNDS;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench-stages [ROUNDS]\n");
        return 2;
    }
    setenv("DOCMILL_PLUGIN_PATH", PLUGINS, 1);
    const dm_str text = make_text();
    struct mill *const none = open_chain(without), *const c = open_chain(in_c),
                       *const lua = open_chain(in_lua);
    double of_c[ROUNDS_MAX], of_lua[ROUNDS_MAX], ratios[ROUNDS_MAX];
    for (size_t i = 0; i <= rounds; i++) {
        uint64_t made, made_c, made_lua;
        const double plain = time_chain(none, text, &made), a = time_chain(c, text, &made_c) - plain,
                     b = time_chain(lua, text, &made_lua) - plain;
        if (made_c != made_lua || made_c == 0)
            die("the two do not do the same");
        if (i == 0)
            continue;
        of_c[i - 1] = a;
        of_lua[i - 1] = b;
        ratios[i - 1] = b / a;
    }
    printf("every word of %zu bytes: C %.1f us, Lua %.1f us, ratio %.1f (limit 10)\n", text.len,
           median(of_c, rounds) * 1e6, median(of_lua, rounds) * 1e6, median(ratios, rounds));
    mill_close(none);
    mill_close(c);
    mill_close(lua);
    return 0;
}
