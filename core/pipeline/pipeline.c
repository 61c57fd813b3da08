/* A pipeline file from its text to what runs: YAML, version, variables, settings, stages, and at the end
 * what only all of it together can tell. */
#include "core/pipeline/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/pipeline/options.h"
#include "core/pipeline/overlap.h"
#include "core/pipeline/programs.h"
#include "core/pipeline/settings.h"
#include "core/pipeline/stages.h"
#include "core/pipeline/vars.h"
#include "core/text/str.h"

/* ---- files ---------------------------------------------------------------------------------- */

static bool cannot_read(struct dm_report *report, const char *path, int code)
{
    char why[DM_ERRNO_MAX];
    dm__errno_text(code, why);
    dm__report_error(report, dm__str(path), 0, 0, "cannot be read: %s", why);
    return false;
}

/* Read to the end, or one byte more than `max`.  return  false: errno */
static bool read_all(int fd, char *to, size_t max, size_t *len)
{
    *len = 0;
    while (*len <= max) {
        const ssize_t n = read(fd, to + *len, max + 1 - *len);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
        *len += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* return  0, or an errno */
static int read_file(struct dm_arena *arena, const char *path, size_t max, dm_str *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    struct stat st;
    const bool known = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0;
    const size_t size = known && (uint64_t)st.st_size < max ? (size_t)st.st_size : max;
    char *const bytes = dm__arena_raw(arena, max + 2 < size + 4096 ? max + 2 : size + 4096);
    int failed = bytes == NULL ? ENOMEM : 0;
    if (failed == 0 && !read_all(fd, bytes, max + 2 < size + 4096 ? max : size + 4094, &out->len))
        failed = errno;
    close(fd);
    if (failed != 0)
        return failed;
    bytes[out->len] = '\0';
    out->ptr = bytes;
    return 0;
}

bool dm__pipeline_slurp(struct dm_arena *arena, const char *path, size_t max, dm_str *out,
                        struct dm_report *report)
{
    const int failed = read_file(arena, path, max, out);
    if (failed != 0)
        return cannot_read(report, path, failed);
    if (out->len <= max)
        return true;
    char size[32];
    snprintf(size, sizeof size, max % 1048576 == 0 ? "%zu MiB" : "%zu bytes",
             max % 1048576 == 0 ? max / 1048576 : max);
    dm__report_error(report, dm__str(path), 0, 0, "the file is larger than %s", size);
    return false;
}

/* ---- the file's own keys -------------------------------------------------------------------- */

enum { VERSION = 1 };

/* return  false: the rest of the file need not be looked at */
static bool check_version(const struct dm_reader *r, const struct dm_yaml *root)
{
    const struct dm_yaml *const version = dm__yaml_find(root, "docmill");
    if (version == NULL) {
        struct dm_problem *const p =
            dm__reader_error(r, root, "the key 'docmill', the version of the file's format, is missing");
        dm__report_hint(r->report, p, "begin the file with 'docmill: 1'");
        return true;
    }
    int64_t n = 0;
    static const dm_option option = {.name = "docmill", .type = DM_INT};
    if (!dm__option_read(r, &option, version, &n))
        return true;
    if (n == VERSION)
        return true;
    struct dm_problem *const p =
        dm__reader_error(r, version, "version %lld of the file's format is not known", (long long)n);
    dm__report_hint(r->report, p, "this docmill reads version %d", VERSION);
    return false;
}

static bool check_root(const struct dm_reader *r, const struct dm_yaml *root)
{
    static const char *const keys[] = {"docmill", "vars", "input", "watch", "stages", "run", "tests"};
    if (root->kind != DM_YAML_MAPPING) {
        const dm_str found = dm__reader_describe(r, root);
        struct dm_problem *const p = dm__reader_error(
            r, root, "expected a mapping with 'docmill: 1', found %.*s", (int)found.len, found.ptr);
        if (root->kind == DM_YAML_SCALAR)
            dm__report_hint(r->report, p, "is this a pipeline file?");
        return false;
    }
    dm__reader_known_keys(r, root, keys, sizeof keys / sizeof keys[0]);
    return check_version(r, root);
}

/* Everything but the declarations, which have been replaced as they were read. */
static void replace_variables(const struct dm_reader *r, struct dm_yaml *root,
                              const struct dm_pipeline_args *args)
{
    struct dm_vars vars;
    const struct dm_yaml *const declared = dm__yaml_find(root, "vars");
    dm__vars_read(r, declared, args, &vars);
    for (size_t i = 0; i < root->count; i++)
        if (root->items[i] != declared)
            dm__vars_replace(r, &vars, root->items[i]);
}

/* ---- what is written ------------------------------------------------------------------------ */

static size_t count_targets(const struct dm_pipeline *p)
{
    size_t count = 2; /* the state, and the folder of what was watched */
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++)
            count += p->steps[i].instances[k].stage->options.count;
    return count;
}

static bool add_targets(const struct dm_reader *r, const struct dm_step *step,
                        const struct dm_instance *instance, struct dm_target *targets, size_t *count)
{
    const dm_str what =
        dm__arena_printf(r->arena, "%s '%s'", dm__stage_noun(step->kind), instance->stage->name);
    if (what.ptr == NULL)
        return dm__reader_no_memory(r);
    const struct dm_yaml *with = dm__yaml_find(step->source, "with");
    if (step->instance_count > 1)
        with = dm__yaml_find(with, instance->stage->name);
    for (uint32_t i = 0; i < instance->stage->options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, instance->stage->options, i);
        if (o->type != DM_PATH_OUT)
            continue;
        const dm_str *const path = (const dm_str *)(const void *)((const char *)instance->state + o->offset);
        const struct dm_yaml *const node = dm__yaml_find(with, o->name);
        if (path->len != 0)
            targets[(*count)++] = (struct dm_target){*path, what.ptr, node != NULL ? node : step->source};
    }
    return true;
}

/* What was refused before is not there: a stage with a mistake is no step.  The rest is compared all the
 * same, so that one look shows these mistakes too. */
static bool check_targets(const struct dm_reader *r, const struct dm_yaml *root, const struct dm_pipeline *p)
{
    size_t count = 0;
    struct dm_target *const targets = dm__arena_raw(r->arena, count_targets(p) * sizeof *targets);
    if (targets == NULL)
        return dm__reader_no_memory(r);
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++)
            if (!add_targets(r, &p->steps[i], &p->steps[i].instances[k], targets, &count))
                return false;
    const struct dm_yaml *const state = dm__yaml_find(dm__yaml_find(root, "run"), "state");
    if (p->run.state.len != 0)
        targets[count++] = (struct dm_target){p->run.state, "the state of the run", state};
    const struct dm_yaml *const done = dm__yaml_find(dm__yaml_find(root, "watch"), "done");
    if (p->watch.done.len != 0)
        targets[count++] = (struct dm_target){p->watch.done, "what was processed", done};
    return dm__overlaps_check(r, targets, count, &p->input);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* Where the pipeline's cases are; they need not be there where it runs. */
static dm_str read_tests(const struct dm_reader *r, const struct dm_yaml *node)
{
    static const dm_option option = {.name = "tests", .type = DM_TEXT, .min = 1, .max = 4096};
    dm_str folder = DM_LIT("");
    if (node == NULL || !dm__option_read(r, &option, node, &folder))
        return DM_LIT("");
    return folder.ptr[0] == '/' || r->folder.len == 0
               ? folder
               : dm__arena_printf(r->arena, "%.*s/%.*s", (int)r->folder.len, r->folder.ptr, (int)folder.len,
                                  folder.ptr);
}

static struct dm_pipeline *read_tree(const struct dm_reader *r, const struct dm_registry *registry,
                                     struct dm_yaml *root, const struct dm_pipeline_args *args)
{
    struct dm_pipeline *const p = dm__arena_alloc(r->arena, sizeof *p, _Alignof(struct dm_pipeline));
    if (p == NULL)
        return dm__reader_no_memory(r);
    if (!check_root(r, root))
        return NULL;
    replace_variables(r, root, args);
    dm__input_read(r, dm__yaml_find(root, "input"), args, &p->input);
    dm__watch_read(r, dm__yaml_find(root, "watch"), &p->watch);
    dm__run_read(r, dm__yaml_find(root, "run"), r->file, &p->run);
    p->tests = read_tests(r, dm__yaml_find(root, "tests"));
    dm__stages_read(r, registry, dm__yaml_find(root, "stages"), root, p);
    check_targets(r, root, p);
    return p;
}

struct dm_pipeline *dm__pipeline_read(const struct dm_registry *registry, dm_str file, dm_str text,
                                      const struct dm_pipeline_args *args, struct dm_report *report)
{
    const size_t first = report->count, errors = report->errors;
    struct dm_arena *const arena = registry->arena;
    const struct dm_reader r = {.arena = arena,
                                .report = report,
                                .file = file,
                                .folder = dm__path_folder(arena, file),
                                .what = "the file"};
    if (r.folder.ptr == NULL)
        return dm__reader_no_memory(&r);
    struct dm_yaml *const root = dm__yaml_read_into(arena, report, file, text);
    struct dm_pipeline *const p = root != NULL ? read_tree(&r, registry, root, args) : NULL;
    dm__report_sort(report, first);
    if (p == NULL || report->errors != errors)
        return NULL;
    p->file = file;
    p->text = text;
    return dm__programs_find(arena, p) ? p : dm__reader_no_memory(&r);
}
