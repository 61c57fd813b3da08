/* docmill status: the totals of a state folder. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cli/figure.h"
#include "core/cli/printable.h"
#include "core/cli/state.h"
#include "core/engine/engine.h"
#include "core/text/str.h"

struct status_options {
    bool json;
};

/* Bytes of the ledger, with its log. */
static uint64_t ledger_size(const struct dm_cli *cli, const struct dm_state *s)
{
    static const char *const names[] = {"ledger.db", "ledger.db-wal"};
    uint64_t size = 0;
    for (size_t i = 0; i < 2; i++) {
        struct stat st;
        const dm_str path = dm__ledger_path(cli->arena, s->folder, names[i]);
        if (path.ptr != NULL && stat(path.ptr, &st) == 0)
            size += (uint64_t)st.st_size;
    }
    return size;
}

/* Figures that a watch keeps in the state folder. */
enum { WATCH_FIGURES = 15 };
static const char *const watch_figures[WATCH_FIGURES] = {
    "pid",     "done",      "failed", "dropped", "moved",  "backlog",   "waiting", "at_work",
    "folders", "unwatched", "polled", "missing", "events", "overflows", "scans"};

/* false: no watch is under way */
static bool read_watch(const struct dm_cli *cli, const struct dm_state *s, uint64_t out[WATCH_FIGURES])
{
    char text[2048], key[32];
    const dm_str path = dm__ledger_path(cli->arena, s->folder, "watch.json");
    FILE *const f = path.ptr != NULL ? fopen(path.ptr, "re") : NULL;
    if (f == NULL)
        return false;
    const size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    for (size_t i = 0; i < WATCH_FIGURES; i++) {
        const int len = snprintf(key, sizeof key, "\"%s\":", watch_figures[i]);
        const char *const at = strstr(text, key);
        out[i] = at != NULL ? strtoull(at + len, NULL, 10) : 0;
    }
    return out[0] != 0 && kill((pid_t)out[0], 0) == 0;
}

/* return  false: no watch is under way */
static bool print_watch(const struct dm_cli *cli, const struct dm_state *s)
{
    uint64_t figures[WATCH_FIGURES];
    if (!read_watch(cli, s, figures))
        return false;
    printf("watch        process %llu", (unsigned long long)figures[0]);
    for (size_t i = 1; i < WATCH_FIGURES; i++)
        printf(", %s %s", watch_figures[i], dm__figure_count(figures[i]).text);
    putchar('\n');
    return true;
}

static void add_watch(const struct dm_cli *cli, const struct dm_state *s, struct dm_json *j)
{
    uint64_t figures[WATCH_FIGURES];
    if (!read_watch(cli, s, figures))
        return;
    dm__json_key(j, "watch");
    dm__json_open(j, '{');
    for (size_t i = 0; i < WATCH_FIGURES; i++) {
        dm__json_key(j, watch_figures[i]);
        dm__json_uint(j, figures[i]);
    }
    dm__json_close(j, '}');
}

static void print_outputs(const struct dm_cli *cli, const struct dm_ledger_stage *stages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const dm_str target = dm__printable(cli->arena, stages[i].target);
        if (target.len != 0)
            printf("output       %.*s (%.*s)\n", (int)target.len, target.ptr, (int)stages[i].name.len,
                   stages[i].name.ptr);
    }
}

static void print_moment(const char *label, int64_t ms)
{
    char text[DM_MOMENT_MAX];
    if (ms == 0)
        return;
    dm__moment_text(ms, text);
    printf("%s%s\n", label, text);
}

static void print_text(const struct dm_cli *cli, const struct dm_state *s, const struct dm_ledger_totals *t,
                       const struct dm_ledger_stage *stages, size_t count)
{
    const dm_str pipeline = dm__printable(cli->arena, s->newest.pipeline);
    printf("%s done, %s%s failed%s, %s dropped\n", dm__figure_count(t->done).text,
           t->failed != 0 ? dm__tone(&cli->out, DM_TONE_BAD) : "", dm__figure_count(t->failed).text,
           t->failed != 0 ? dm__tone(&cli->out, DM_TONE_PLAIN) : "", dm__figure_count(t->dropped).text);
    if (t->older != 0)
        printf("%s known from an earlier pipeline, and not processed by this one\n",
               dm__figure_count(t->older).text);
    printf("%s read, %s edits\n\n", dm__figure_bytes((double)t->bytes).text, dm__figure_count(t->edits).text);
    printf("pipeline     %.*s\n", (int)pipeline.len, pipeline.ptr);
    print_outputs(cli, stages, count);
    print_moment("first seen   ", t->first);
    print_moment("last change  ", t->last);
    printf("ledger       %s\n", dm__figure_bytes((double)ledger_size(cli, s)).text);
    if (!print_watch(cli, s) && s->newest.finished == 0)
        printf("the last run has not come to its end: `docmill run` goes on with it\n");
}

static void print_json(const struct dm_cli *cli, const struct dm_state *s, const struct dm_ledger_totals *t,
                       const struct dm_ledger_stage *stages, size_t count)
{
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {{"done", t->done},   {"failed", t->failed}, {"dropped", t->dropped},
                  {"older", t->older}, {"bytes", t->bytes},   {"edits", t->edits}};
    struct dm_json j;
    dm__json_init(&j, cli->arena, 0);
    dm__json_open(&j, '{');
    dm__json_bytes(&j, "state", s->folder);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dm__json_key(&j, counts[i].key);
        dm__json_uint(&j, counts[i].value);
    }
    dm__json_bytes(&j, "pipeline", s->newest.pipeline);
    dm__json_key(&j, "fingerprint");
    dm__json_str(&j, s->newest.fingerprint);
    dm__json_key(&j, "finished");
    dm__json_bool(&j, s->newest.finished != 0);
    dm__moment_json(&j, "first_seen", t->first);
    dm__moment_json(&j, "last_change", t->last);
    dm__json_key(&j, "ledger_bytes");
    dm__json_uint(&j, ledger_size(cli, s));
    add_watch(cli, s, &j);
    dm__json_key(&j, "outputs");
    dm__json_open(&j, '[');
    for (size_t i = 0; i < count; i++) {
        if (stages[i].target.len == 0)
            continue;
        dm__json_open(&j, '{');
        dm__json_key(&j, "stage");
        dm__json_str(&j, stages[i].name);
        dm__json_bytes(&j, "target", stages[i].target);
        dm__json_close(&j, '}');
    }
    dm__json_close(&j, ']');
    dm__json_close(&j, '}');
    dm__state_print_json(&j);
}

static int tell(const struct dm_cli *cli, struct dm_state *s, bool json)
{
    struct dm_ledger_totals totals;
    struct dm_ledger_stage *stages;
    size_t count;
    if (!dm__ledger_totals(s->ledger, &totals) ||
        !dm__ledger_stages(s->ledger, cli->arena, s->newest.id, &stages, &count))
        return dm__state_fail(cli, s);
    if (json)
        print_json(cli, s, &totals, stages, count);
    else
        print_text(cli, s, &totals, stages, count);
    return DM_EXIT_OK;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct status_options *const o = options;
    struct dm_state s;
    const int status = dm__state_open(cli, operands->items[0], &s) ? tell(cli, &s, o->json) : DM_EXIT_REFUSED;
    dm__state_close(&s);
    return status;
}

#define AT(f) (uint32_t) offsetof(struct status_options, f)
static const struct dm_arg args[] = {
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "print one JSON object"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill status pipelines/news.yaml", "what the pipeline's state folder knows"},
    {"docmill status out/.docmill --json | jq .failed", "how many documents failed"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the totals were printed"},
    {1, "the ledger cannot be read"},
    {2, "there is no ledger, or a mistake in the pipeline or on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_status = {
    .name = "status",
    .operands = "STATE",
    .summary = "show the totals of a state folder",
    .about = "Shows how many documents are done, failed and dropped, and what the outputs are.  STATE is a "
             "state folder, or a pipeline file, which names one.  A run that is under way is not disturbed.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = 1,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct status_options),
    .run = run,
};
