/* docmill forget: drop what the ledger knows of inputs that are gone. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cli/figure.h"
#include "core/cli/printable.h"
#include "core/cli/state.h"
#include "core/engine/deadletter.h"
#include "core/engine/engine.h"
#include "core/ledger/lock.h"
#include "core/text/str.h"

struct forget_options {
    bool dry_run, json;
};

/* Sources of a ledger, copied. */
struct sources {
    dm_str *items;
    size_t count, cap;
};

/* Whatever else is wrong with a file, it may be there. */
static bool is_gone(struct dm_arena *scratch, dm_str path)
{
    struct stat st;
    const dm_str name = dm__arena_str(scratch, path);
    return name.ptr != NULL && lstat(name.ptr, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static int collect(const struct dm_cli *cli, struct dm_ledger *l, struct sources *gone)
{
    struct dm_arena scratch;
    struct dm_ledger_input in;
    int got = dm__ledger_walk(l, DM_LEDGER_ALL) ? 1 : -1;
    dm__arena_init(&scratch, 0);
    while (got == 1 && (got = dm__ledger_next(l, &in)) == 1) {
        if (is_gone(&scratch, in.path)) {
            gone->items =
                dm__arena_grow(cli->arena, gone->items, gone->count, &gone->cap, sizeof *gone->items);
            const dm_str copy = dm__arena_str(cli->arena, in.source);
            if (gone->items == NULL || copy.ptr == NULL)
                got = -1;
            else
                gone->items[gone->count++] = copy;
        }
        dm__arena_reset(&scratch);
    }
    dm__arena_fini(&scratch);
    return got;
}

static bool drop(const struct dm_cli *cli, const struct dm_state *s, struct dm_ledger *l,
                 const struct sources *gone)
{
    const dm_str letters = dm__ledger_path(cli->arena, s->folder, "dead-letters");
    bool ok = dm__ledger_begin(l);
    for (size_t i = 0; ok && i < gone->count; i++)
        ok = dm__ledger_forget(l, gone->items[i]);
    ok = ok && dm__ledger_commit(l);
    if (!ok) {
        dm__ledger_roll_back(l);
        return false;
    }
    for (size_t i = 0; i < gone->count && letters.ptr != NULL; i++)
        dm__deadletter_remove(letters, gone->items[i]);
    return dm__ledger_shrink(l);
}

static void tell(const struct dm_cli *cli, const struct forget_options *o, const struct sources *gone)
{
    if (o->json) {
        struct dm_json j;
        dm__json_init(&j, cli->arena, 0);
        dm__json_open(&j, '{');
        dm__json_key(&j, "forgotten");
        dm__json_uint(&j, o->dry_run ? 0 : gone->count);
        dm__json_key(&j, "gone");
        dm__json_uint(&j, gone->count);
        dm__json_close(&j, '}');
        dm__state_print_json(&j);
        return;
    }
    for (size_t i = 0; i < gone->count && (o->dry_run || cli->common.verbose); i++) {
        const dm_str shown = dm__printable(cli->arena, gone->items[i]);
        printf("%.*s\n", (int)shown.len, shown.ptr);
    }
    if (!cli->common.quiet)
        printf("%s input%s gone%s\n", dm__figure_count(gone->count).text, gone->count == 1 ? " is" : "s are",
               o->dry_run ? "; nothing was forgotten" : " and forgotten");
}

/* A run must not be under way. */
static int take_lock(const struct dm_cli *cli, const struct dm_state *s)
{
    long holder = 0;
    const dm_str path = dm__ledger_path(cli->arena, s->folder, "lock");
    const int lock = path.ptr != NULL ? dm__lock_take(path.ptr, 0, &holder) : -1;
    if (lock >= 0)
        return lock;
    const dm_str shown = dm__printable(cli->arena, s->folder);
    if (errno == EWOULDBLOCK)
        dm__log_error(&cli->log, "the state folder %.*s is in use by another docmill (process %ld)",
                      (int)shown.len, shown.ptr, holder);
    else
        dm__log_error(&cli->log, "%.*s/lock: %s", (int)shown.len, shown.ptr, strerror(errno));
    return -1;
}

static int forget(const struct dm_cli *cli, const struct dm_state *s, const struct forget_options *o)
{
    char why[DM_WHY_MAX];
    struct sources gone = {0};
    struct dm_ledger *const l = dm__ledger_open(s->folder, why);
    bool ok = l != NULL;
    if (ok && (collect(cli, l, &gone) < 0 || (!o->dry_run && gone.count != 0 && !drop(cli, s, l, &gone)))) {
        snprintf(why, sizeof why, "%s", dm__ledger_why(l));
        ok = false;
    }
    if (l != NULL && !dm__ledger_close(l, ok ? why : (char[DM_WHY_MAX]){0}))
        ok = false;
    if (ok)
        tell(cli, o, &gone);
    else
        dm__log_error(&cli->log, "%s", why);
    return ok ? DM_EXIT_OK : DM_EXIT_FAILED;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    struct dm_state s;
    int status = DM_EXIT_REFUSED;
    if (dm__state_open(cli, operands->items[0], &s)) {
        const int lock = take_lock(cli, &s);
        if (lock >= 0) {
            status = forget(cli, &s, options);
            close(lock);
        }
    }
    dm__state_close(&s);
    return status;
}

#define AT(f) (uint32_t) offsetof(struct forget_options, f)
static const struct dm_arg args[] = {
    {"dry-run", 'n', DM_ARG_FLAG, AT(dry_run), NULL, NULL, "list what would be forgotten; forget nothing"},
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "print one JSON object"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill forget --dry-run pipelines/news.yaml", "list the inputs that are gone"},
    {"docmill forget pipelines/news.yaml", "drop what is known of them"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "what is gone was forgotten, or nothing is"},
    {1, "the ledger cannot be read or written"},
    {2, "there is no ledger, a run is using it, or a mistake on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_forget = {
    .name = "forget",
    .operands = "STATE",
    .summary = "drop what is known of inputs that are gone",
    .about = "Drops the ledger's entries and the dead letters of inputs whose files do not exist any more, "
             "and gives the room back.  What was written for them stays.  If such a file comes back it is "
             "new.  STATE is a state folder, or a pipeline file, which names one.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = 1,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct forget_options),
    .run = run,
};
