/* docmill test: run cases, which say what a stage or a pipeline makes of an input. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bench/ward.h"
#include "core/cases/run.h"
#include "core/cli/load.h"
#include "core/cli/printable.h"
#include "core/engine/engine.h"
#include "core/text/glob.h"
#include "core/text/str.h"

struct test_options {
    const char *filter;
    uint64_t timeout;
    bool json, update;
};

enum { PATIENCE = 60, MEMORY_GIB = 3 };

/* One case to be run. */
struct entry {
    const char *path;
    const char *pipeline; /* that its folder belongs to; NULL: none */
};

struct test {
    const struct dm_cli *cli;
    const struct test_options *options;
    struct dm_registry registry;
    struct entry *entries;
    size_t count, cap;
    size_t next; /* the case that the child is at */
    unsigned failed, updated;
    struct dm_words folders; /* that may hold the plugins that are tested */
};

/* What the child says of a case, in this order; the verdict ends it. */
enum { SAY_PROBLEMS = 1, SAY_DIFF, SAY_UPDATED, SAY_VERDICT };

/* ---- finding cases -------------------------------------------------------------------------------- */

static bool ends_in(const char *name, const char *end)
{
    const size_t len = strlen(name), tail = strlen(end);
    return len > tail && strcmp(name + len - tail, end) == 0;
}

static int is_visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static bool is_wanted(const struct test *t, const char *path)
{
    const char *const filter = t->options->filter;
    return filter == NULL || strstr(path, filter) != NULL || dm__glob_match(dm__str(filter), dm__str(path));
}

/* A plugin's own folder has its cases below: `docmill new` lays it out so, with what was built in `build`. */
static bool add_folders(struct test *t, const char *path)
{
    struct dm_arena *const a = t->cli->arena;
    const char *slash = strrchr(path, '/');
    const dm_str folder = slash != NULL ? (dm_str){path, (size_t)(slash - path)} : DM_LIT(".");
    const dm_str places[] = {dm__arena_printf(a, "%.*s/..", (int)folder.len, folder.ptr),
                             dm__arena_printf(a, "%.*s/../build", (int)folder.len, folder.ptr)};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct stat st;
        bool known = stat(places[i].ptr, &st) != 0 || !S_ISDIR(st.st_mode);
        for (size_t k = 0; k < t->folders.count && !known; k++)
            known = strcmp(t->folders.items[k], places[i].ptr) == 0;
        if (!known && !dm__words_add(a, &t->folders, places[i].ptr))
            return false;
    }
    return true;
}

static bool add_case(struct test *t, const char *path, const char *pipeline)
{
    if (!is_wanted(t, path))
        return true;
    t->entries = dm__arena_grow(t->cli->arena, t->entries, t->count, &t->cap, sizeof *t->entries);
    if (t->entries == NULL)
        return false;
    t->entries[t->count++] = (struct entry){path, pipeline};
    return add_folders(t, path);
}

static bool refuse(const struct test *t, const char *path, const char *why)
{
    const dm_str shown = dm__printable(t->cli->arena, dm__str(path));
    dm__log_error(&t->cli->log, "%.*s: %s", (int)shown.len, shown.ptr, why);
    return false;
}

/* All *.case below a folder, in bytewise order. */
static bool add_folder(struct test *t, const char *folder, const char *pipeline)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, is_visible, alphasort);
    if (count < 0)
        return refuse(t, folder, strerror(errno));
    bool good = true;
    const bool bare = ends_in(folder, "/");
    for (int i = 0; i < count; i++) {
        struct stat st;
        const char *const path =
            dm__arena_printf(t->cli->arena, "%s%s%s", folder, bare ? "" : "/", entries[i]->d_name).ptr;
        if (good && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            good = add_folder(t, path, pipeline);
        else if (good && ends_in(path, ".case"))
            good = add_case(t, path, pipeline);
        free(entries[i]);
    }
    free(entries);
    return good;
}

/* The cases that a pipeline file names. */
static bool add_pipeline(struct test *t, const char *path)
{
    const struct dm_inputs inputs = {.elsewhere = true};
    struct dm_loaded loaded;
    if (!dm__load_pipeline(t->cli, path, &inputs, &loaded))
        return false;
    if (loaded.pipeline->tests.len == 0)
        return refuse(t, path, "the pipeline has no `tests: FOLDER`");
    return add_folder(t, loaded.pipeline->tests.ptr, path);
}

static bool add_operand(struct test *t, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return refuse(t, path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return add_folder(t, path, NULL);
    return ends_in(path, ".case") ? add_case(t, path, NULL) : add_pipeline(t, path);
}

/* ---- finding plugins ------------------------------------------------------------------------------ */

/* Those of --plugin-dir come first, then the folders around the cases, and the rest. */
static bool find_plugins(struct test *t)
{
    struct dm_cli cli = *t->cli;
    struct dm_words dirs = {0};
    for (size_t i = 0; i < cli.common.plugin_dirs.count; i++)
        if (!dm__words_add(cli.arena, &dirs, cli.common.plugin_dirs.items[i]))
            return false;
    for (size_t i = 0; i < t->folders.count; i++)
        if (!dm__words_add(cli.arena, &dirs, t->folders.items[i]))
            return false;
    cli.common.plugin_dirs = dirs;
    return dm__load_registry(&cli, &t->registry);
}

/* ---- in the child --------------------------------------------------------------------------------- */

static void run_cases(void *owner, struct dm_ward *w)
{
    struct test *const t = owner;
    struct dm_arena kept, arena;
    signal(SIGPIPE, SIG_IGN);
    dm__arena_init(&kept, 0);
    struct dm_registry loaded = {.arena = &kept, .cap = t->registry.count};
    loaded.files = dm__arena_alloc(&kept, (loaded.cap + 1) * sizeof *loaded.files, 16);
    for (size_t i = t->next; i < t->count; i++) {
        const struct dm_case_run run = {.registry = &t->registry,
                                        .loaded = &loaded,
                                        .path = t->entries[i].path,
                                        .pipeline = t->entries[i].pipeline,
                                        .update = t->options->update};
        struct dm_case_verdict v;
        dm__arena_init(&arena, 0);
        dm__ward_step(w, "%s", run.path);
        dm__case_run(&arena, &run, &v);
        dm__ward_say(w, SAY_PROBLEMS, v.problems);
        dm__ward_say(w, SAY_DIFF, v.diff);
        if (v.updated.ptr != NULL)
            dm__ward_say(w, SAY_UPDATED, v.updated);
        dm__ward_say(w, SAY_VERDICT, v.passed ? DM_LIT("+") : DM_LIT("-"));
        dm__arena_fini(&arena);
    }
    dm__arena_fini(&kept);
}

/* ---- telling -------------------------------------------------------------------------------------- */

struct telling {
    struct test *test;
    struct dm_arena arena; /* of what was said of one case */
    dm_str problems, diff, updated;
};

static void print_comment(struct telling *l, dm_str lines)
{
    while (lines.len != 0) {
        const char *const end = memchr(lines.ptr, '\n', lines.len);
        const size_t len = end != NULL ? (size_t)(end - lines.ptr) : lines.len;
        const dm_str shown = dm__printable(&l->arena, (dm_str){lines.ptr, len});
        printf("#   %.*s\n", (int)shown.len, shown.ptr);
        lines = (dm_str){lines.ptr + len + (end != NULL), lines.len - len - (end != NULL)};
    }
}

/* Beside the old one, then in its place. */
static bool write_file(struct telling *l, const char *path, dm_str text)
{
    const dm_str temporary = dm__arena_printf(&l->arena, "%s.new", path);
    FILE *const f = fopen(temporary.ptr, "wxe");
    if (f == NULL)
        return false;
    const bool good = fwrite(text.ptr, 1, text.len, f) == text.len && fflush(f) == 0;
    if (fclose(f) == 0 && good && rename(temporary.ptr, path) == 0)
        return true;
    const int error = errno;
    unlink(temporary.ptr);
    errno = error;
    return false;
}

static void print_json(struct telling *l, const char *path, bool good, bool written)
{
    struct dm_json j;
    dm__json_init(&j, &l->arena, 0);
    dm__json_open(&j, '{');
    dm__json_bytes(&j, "case", dm__str(path));
    dm__json_key(&j, "ok");
    dm__json_bool(&j, good);
    dm__json_key(&j, "updated");
    dm__json_bool(&j, written);
    dm__json_key(&j, "problems");
    dm__json_str(&j, l->problems);
    dm__json_key(&j, "diff");
    dm__json_str(&j, l->diff);
    dm__json_close(&j, '}');
    const dm_str text = dm__json_text(&j);
    printf("%.*s\n", (int)text.len, text.ptr != NULL ? text.ptr : "");
}

static void tell(struct telling *l, bool passed)
{
    struct test *const t = l->test;
    if (t->next >= t->count)
        return; /* nothing of ours */
    const char *const path = t->entries[t->next++].path;
    bool written = false;
    if (!passed && l->updated.ptr != NULL) {
        written = write_file(l, path, l->updated);
        if (!written)
            dm__log_error(&t->cli->log, "%s cannot be written: %s", path, strerror(errno));
    }
    const bool good = passed || written;
    const dm_str shown = dm__printable(&l->arena, dm__str(path));
    t->failed += !good;
    t->updated += written;
    if (t->options->json) {
        print_json(l, path, good, written);
    } else {
        printf("%s%s%s %zu - %.*s%s\n", dm__tone(&t->cli->out, good ? DM_TONE_GOOD : DM_TONE_BAD),
               good ? "ok" : "not ok", dm__tone(&t->cli->out, DM_TONE_PLAIN), t->next, (int)shown.len,
               shown.ptr, written ? " # updated" : "");
        print_comment(l, written ? l->diff : l->problems);
    }
    fflush(stdout);
    dm__arena_reset(&l->arena);
    l->problems = l->diff = DM_LIT("");
    l->updated = (dm_str){NULL, 0};
}

static void hear(void *owner, uint32_t kind, dm_str bytes)
{
    struct telling *const l = owner;
    if (kind == SAY_PROBLEMS)
        l->problems = dm__arena_str(&l->arena, bytes);
    else if (kind == SAY_DIFF)
        l->diff = dm__arena_str(&l->arena, bytes);
    else if (kind == SAY_UPDATED)
        l->updated = dm__arena_str(&l->arena, bytes);
    else if (kind == SAY_VERDICT)
        tell(l, bytes.len == 1 && bytes.ptr[0] == '+');
}

static void work(void *owner, struct dm_ward *w)
{
    run_cases(((struct telling *)owner)->test, w);
}

/* The case at work took the child down.
 * return  whether there is more to do */
static bool blame(struct telling *l, const struct dm_ward_fate *f)
{
    if (f->end == DM_WARD_DONE)
        return false;
    if (f->end == DM_WARD_STATUS) {
        printf("# the process ends with status %d: see the checker's report\n", f->status);
        l->test->failed++;
        return false;
    }
    l->updated = (dm_str){NULL, 0};
    l->diff = DM_LIT("");
    l->problems = f->end == DM_WARD_KILLED
                      ? dm__arena_printf(&l->arena, "killed by SIG%s\n", sigabbrev_np(f->status))
                  : f->end == DM_WARD_HUNG   ? DM_LIT("it hangs: not done when the time was up\n")
                  : f->end == DM_WARD_GREEDY ? DM_LIT("it takes too much memory\n")
                                             : DM_LIT("a plugin ends the program\n");
    tell(l, false);
    return l->test->next < l->test->count;
}

static int run_all(struct test *t)
{
    struct telling l = {.test = t, .problems = DM_LIT(""), .diff = DM_LIT("")};
    struct dm_ward ward = {.owner = &l,
                           .work = work,
                           .hear = hear,
                           .patience = (t->options->timeout != 0 ? t->options->timeout : PATIENCE) * 1000,
                           .memory = (uint64_t)MEMORY_GIB << 30};
    struct dm_ward_fate fate;
    bool ran;
    dm__arena_init(&l.arena, 0);
    do
        ran = dm__ward_run(&ward, &fate);
    while (ran && blame(&l, &fate));
    dm__arena_fini(&l.arena);
    if (!ran) {
        dm__log_error(&t->cli->log, "no process can be made: %s", strerror(errno));
        return DM_EXIT_REFUSED;
    }
    if (!t->options->json) {
        printf("1..%zu\n", t->count);
        if (t->updated != 0)
            printf("# %u of %zu updated\n", t->updated, t->count);
        if (t->failed != 0)
            printf("# %u of %zu failed\n", t->failed, t->count);
    }
    return t->failed == 0 ? DM_EXIT_OK : DM_EXIT_FAILED;
}

/* ---- the command ---------------------------------------------------------------------------------- */

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    struct test t = {.cli = cli, .options = options};
    for (size_t i = 0; i < operands->count; i++)
        if (!add_operand(&t, operands->items[i]))
            return DM_EXIT_REFUSED;
    if (t.count == 0) {
        dm__log_error(&cli->log, "there are no cases%s",
                      t.options->filter != NULL ? " that --filter lets through" : "");
        return DM_EXIT_REFUSED;
    }
    return find_plugins(&t) ? run_all(&t) : DM_EXIT_REFUSED;
}

#define AT(f) (uint32_t) offsetof(struct test_options, f)
static const struct dm_arg args[] = {
    {"update", 'u', DM_ARG_FLAG, AT(update), NULL, NULL,
     "write what came out into the cases that fail, and print the difference; nothing else in them changes"},
    {"filter", 0, DM_ARG_TEXT, AT(filter), "TEXT", NULL,
     "run only cases whose path contains this, or matches it as a glob"},
    {"timeout", 0, DM_ARG_COUNT, AT(timeout), "SECONDS", NULL, "how long a case may take; 60 by default"},
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL,
     "print one JSON object a line for each case: `case`, `ok`, `updated`, `problems`, and in `diff` the "
     "lines that "
     "--update would change"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill test cases", "the cases of the plugin in whose folder you are"},
    {"docmill test pipelines/news.yaml", "the cases of a pipeline: those of its `tests: FOLDER`"},
    {"docmill test plugins/clean-quotes/cases/apostrophes.case", "one case"},
    {"docmill test --update cases", "take what comes out as what is expected; look at the difference"},
    {"docmill test --filter quotes plugins", "all cases with this in their path"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "all cases passed, or were updated"},
    {1, "a case did not pass"},
    {2, "there are no cases, or a mistake in the pipeline or on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_test = {
    .name = "test",
    .operands = "CASE|FOLDER|PIPELINE...",
    .summary = "run cases: inputs with what a stage or a pipeline is to make of them",
    .about = "A case is a file that ends in .case: a stage with its options, or a pipeline, an input, and "
             "the text, edits, "
             "metadata, marks or bytes that are expected, or why it fails.  Of a FOLDER all cases below are "
             "run, of a "
             "PIPELINE those of the folder that its key `tests` names.  docs/reference/case-files.md "
             "describes the "
             "format.\n\n"
             "Plugins are looked for as always, and before that in the folder above that of the case and in "
             "`build` "
             "there.  They run in a child process, outside of the sandbox: one that crashes or hangs fails "
             "its case, and "
             "the others go on.\n\n"
             "Prints TAP: a line for each case, and below those that failed what differs.  With --update: "
             "only sections "
             "whose value differs are written anew; a case that cannot be read, whose plugin is not there or "
             "breaks the "
             "contract (edits that do not lead back, a second pass that changes something) is left as it is "
             "and fails.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = SIZE_MAX,
    .options_size = sizeof(struct test_options),
    .run = run,
};
