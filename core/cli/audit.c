/* docmill audit: what became of each file of the folders that are watched. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cli/load.h"
#include "core/cli/printable.h"
#include "core/engine/engine.h"
#include "core/text/json.h"
#include "core/text/str.h"
#include "core/watch/watcher.h"

struct audit_options {
    bool json, missing;
};

enum state { DONE, FAILED, NONE, IGNORED, UNMARKED, STATES };
static const char *const words[STATES] = {"done", "failed", "none", "ignored", "unmarked"};

struct audit {
    const struct audit_options *options;
    const struct dm_watch_settings *settings;
    struct dm_arena scratch;
    uint64_t counts[STATES];
};

static bool has_marker(const struct audit *a, dm_str path)
{
    struct stat st;
    struct dm_arena *const arena = (struct dm_arena *)(uintptr_t)&a->scratch;
    const dm_str marker = dm__arena_printf(arena, "%.*s%.*s", (int)path.len, path.ptr,
                                           (int)a->settings->marker.len, a->settings->marker.ptr);
    return marker.ptr != NULL && stat(marker.ptr, &st) == 0;
}

/* A folder of an ignored name hides all that is in it. */
static bool is_ignored(const struct audit *a, dm_str source)
{
    while (source.len != 0) {
        const char *const slash = memchr(source.ptr, '/', source.len);
        const size_t n = slash != NULL ? (size_t)(slash - source.ptr) : source.len;
        if (dm__watch_ignores(a->settings, (dm_str){source.ptr, n}))
            return true;
        const size_t skip = n + (slash != NULL);
        source = (dm_str){source.ptr + skip, source.len - skip};
    }
    return false;
}

static enum state state_of(const struct audit *a, const struct dm_engine_input *in)
{
    if (is_ignored(a, in->source))
        return IGNORED;
    if (!in->due)
        return memmem(in->because.ptr, in->because.len, "failed", 6) != NULL ? FAILED : DONE;
    return a->settings->marker.len != 0 && !has_marker(a, in->path) ? UNMARKED : NONE;
}

static bool on_input(void *owner, const struct dm_engine_input *in)
{
    struct audit *const a = owner;
    const enum state state = state_of(a, in);
    a->counts[state]++;
    if (a->options->missing && state != NONE) {
        dm__arena_reset(&a->scratch);
        return true;
    }
    if (a->options->json) {
        struct dm_json j;
        dm__json_init(&j, &a->scratch, 0);
        dm__json_open(&j, '{');
        dm__json_key(&j, "state");
        dm__json_cstr(&j, words[state]);
        dm__json_bytes(&j, "source", in->source);
        dm__json_bytes(&j, "path", in->path);
        dm__json_key(&j, "because");
        dm__json_str(&j, in->because);
        dm__json_close(&j, '}');
        const dm_str text = dm__json_text(&j);
        if (text.ptr != NULL)
            printf("%.*s\n", (int)text.len, text.ptr);
    } else {
        const dm_str path = dm__printable(&a->scratch, in->path);
        printf("%-9s %.*s%s%.*s%s\n", words[state], (int)path.len, path.ptr, state == NONE ? "  (" : "",
               state == NONE ? (int)in->because.len : 0, in->because.ptr, state == NONE ? ")" : "");
    }
    dm__arena_reset(&a->scratch);
    return true;
}

static int audit(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct dm_words paths = {.items = operands->items + 1, .count = operands->count - 1};
    const struct dm_inputs inputs = {.paths = &paths};
    struct dm_loaded loaded;
    if (!dm__load_pipeline(cli, operands->items[0], &inputs, &loaded))
        return DM_EXIT_REFUSED;
    struct audit a = {.options = options, .settings = &loaded.pipeline->watch};
    const struct dm_engine_options engine = {
        .pipeline = loaded.pipeline, .registry = &loaded.registry, .args = &loaded.args, .watch = true};
    dm_str why;
    dm__arena_init(&a.scratch, 0);
    const int status = dm__engine_list(&engine, &a, on_input, &why);
    dm__arena_fini(&a.scratch);
    if (why.len != 0) {
        const dm_str shown = dm__printable(cli->arena, why);
        dm__log_error(&cli->log, "%.*s", (int)shown.len, shown.ptr);
    }
    fflush(stdout); /* the figures stand below the list */
    if (status != DM_EXIT_OK)
        return status;
    dm__log_note(&cli->log,
                 "%llu done, %llu failed, %llu without a state, %llu ignored, %llu without their marker",
                 (unsigned long long)a.counts[DONE], (unsigned long long)a.counts[FAILED],
                 (unsigned long long)a.counts[NONE], (unsigned long long)a.counts[IGNORED],
                 (unsigned long long)a.counts[UNMARKED]);
    return a.counts[NONE] != 0 ? DM_EXIT_FAILED : DM_EXIT_OK;
}

#define AT(f) (uint32_t) offsetof(struct audit_options, f)
static const struct dm_arg args[] = {
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "print one JSON object a line"},
    {"missing", 0, DM_ARG_FLAG, AT(missing), NULL, NULL, "list only the files that have no state"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill audit pipelines/inbox.yaml inbox", "the state of each file of the folder"},
    {"docmill audit --missing pipelines/inbox.yaml inbox", "what a watch has not processed"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "each file that a watch would take has a state"},
    {1, "at least one has none: it is new, or another version now; or the ledger cannot be read"},
    {2, "a mistake in the pipeline or on the command line, a folder that is not there"},
    {0, NULL},
};

const struct dm_command dm__command_audit = {
    .name = "audit",
    .operands = "PIPELINE [FOLDER...]",
    .summary = "list the files of watched folders with their state",
    .about =
        "Looks through the folders and asks the ledger for each file: done (or dropped, as a stage wanted "
        "it), failed, ignored by `watch:`, unmarked (its marker file is not there), or none.  A watch that "
        "is "
        "under way is not disturbed.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = SIZE_MAX,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct audit_options),
    .run = audit,
};
