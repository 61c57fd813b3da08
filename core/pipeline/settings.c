/* The settings that belong to no stage, read by the same parser as the options of stages. */
#include "core/pipeline/settings.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/text/glob.h"
#include "core/text/str.h"

struct input_values {
    dm_array paths, include, exclude;
    int64_t max_size;
    dm_str base;
};

static const dm_option input_options[] = {
    {.name = "paths",
     DM_LIST_AT(struct input_values, paths),
     .def = "[]",
     .help = "Files, folders and globs to read; relative ones start at the current folder."},
    {.name = "include",
     DM_LIST_AT(struct input_values, include),
     .def = "[]",
     .help =
         "Globs: in folders, take only files whose name matches one (the whole path, if it holds a `/`)."},
    {.name = "exclude",
     DM_LIST_AT(struct input_values, exclude),
     .def = "[]",
     .help = "Globs: in folders, leave out files and folders whose name matches one."},
    {.name = "max-size",
     DM_SIZE_AT(struct input_values, max_size),
     .def = "256MiB",
     .min = 1,
     .max = 1099511627776.0,
     .unit = "bytes",
     .help = "A larger input is a dead letter, unread."},
    {.name = "base",
     DM_TEXT_AT(struct input_values, base),
     .def = "",
     .help = "The folder that the names of inputs are relative to; deduced from the paths by default."},
};

struct run_values {
    dm_str workers, state;
    int64_t timeout, memory, attempts;
};

static const dm_option run_options[] = {
    {.name = "workers",
     DM_TEXT_AT(struct run_values, workers),
     .def = "auto",
     .help = "Worker processes: 1 to 256, or auto for one to each processor."},
    {.name = "timeout",
     DM_TIME_AT(struct run_values, timeout),
     .def = "30s",
     .min = 1,
     .max = 86400000,
     .unit = "ms",
     .help = "How long the stages may work on one document."},
    {.name = "memory",
     DM_SIZE_AT(struct run_values, memory),
     .def = "1GiB",
     .min = 1048576,
     .max = 1099511627776.0,
     .unit = "bytes",
     .help = "How much memory one document may take."},
    {.name = "attempts",
     DM_INT_AT(struct run_values, attempts),
     .def = "2",
     .min = 1,
     .max = 10,
     .help = "How often a document is tried that takes its worker down, before it is a dead letter."},
    {.name = "state",
     DM_TEXT_AT(struct run_values, state),
     .def = "",
     .help = "The folder for dead letters and the state of the run, or none; .docmill/NAME by default, where "
             "NAME is the pipeline file's."},
};

const dm_array dm__input_options = DM_ARRAY(input_options);
const dm_array dm__run_options = DM_ARRAY(run_options);

/* ---- input ---------------------------------------------------------------------------------- */

/* Item `i` of a list that may have been written as a single scalar. */
static const struct dm_yaml *item_at(const struct dm_yaml *node, size_t i)
{
    return node->kind == DM_YAML_SCALAR ? node : node->items[i];
}

static bool check_glob(const struct dm_reader *r, const struct dm_yaml *node)
{
    if (node->value.len == 0) {
        dm__reader_error(r, node, "the pattern is empty");
        return false;
    }
    const char *const wrong = dm__glob_check(node->value);
    if (wrong != NULL)
        dm__reader_error(r, node, "'%.*s' is no pattern: %s", dm__shown(node->value), node->value.ptr, wrong);
    return wrong == NULL;
}

static bool check_globs(const struct dm_reader *r, const struct dm_yaml *node, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count && node != NULL; i++)
        good = check_glob(r, item_at(node, i)) && good;
    return good;
}

/* node    NULL: the path is from the command line, and has no place in the file */
static bool check_exists(const struct dm_reader *r, const struct dm_yaml *node, dm_str path)
{
    struct stat st;
    if (path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL) {
        dm__report_error(r->report, node != NULL ? r->file : DM_LIT(""), node != NULL ? node->line : 0,
                         node != NULL ? node->column : 0,
                         path.len == 0 ? "the path of an input is empty"
                                       : "the path of an input holds a NUL character");
        return false;
    }
    const dm_str name = dm__arena_str(r->arena, path); /* from the command line it need not end in NUL */
    if (name.ptr == NULL)
        return dm__reader_no_memory(r);
    if (stat(name.ptr, &st) == 0)
        return true;
    char why[DM_ERRNO_MAX];
    dm__errno_text(errno, why);
    dm__report_error(r->report, node != NULL ? r->file : DM_LIT(""), node != NULL ? node->line : 0,
                     node != NULL ? node->column : 0, "the input '%s' cannot be read: %s", name.ptr, why);
    return false;
}

static bool is_glob(dm_str path)
{
    struct stat st;
    return dm__glob_is_pattern(path) && memchr(path.ptr, '\0', path.len) == NULL && stat(path.ptr, &st) != 0;
}

/* A name that exists is that file, whatever letters it has. */
static bool check_path(const struct dm_reader *r, const struct dm_yaml *node)
{
    return is_glob(node->value) ? check_glob(r, node) : check_exists(r, node, node->value);
}

static bool check_base(const struct dm_reader *r, const struct dm_yaml *node)
{
    struct stat st;
    if (node == NULL || node->value.len == 0)
        return true;
    if (!check_exists(r, node, node->value))
        return false;
    if (stat(node->value.ptr, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    dm__reader_error(r, node, "'%s' for 'base' is no folder", node->value.ptr);
    return false;
}

/* Take the paths of the command line, or none. */
static bool take_paths(const struct dm_reader *r, const struct dm_pipeline_args *args,
                       struct dm_input_settings *out)
{
    out->literal = true;
    out->paths = dm__arena_raw(r->arena, args->path_count * sizeof *out->paths);
    if (out->paths == NULL)
        return dm__reader_no_memory(r);
    bool good = true;
    for (size_t i = 0; i < args->path_count; i++) {
        out->paths[i] = dm__arena_str(r->arena, args->paths[i]);
        if (out->paths[i].ptr == NULL)
            return dm__reader_no_memory(r);
        out->path_count++;
        good = check_exists(r, NULL, out->paths[i]) && good;
    }
    return good;
}

/* The texts of a list, for the owner of the settings to change. */
static bool copy_texts(const struct dm_reader *r, dm_array list, dm_str **items, size_t *count)
{
    *items = dm__arena_raw(r->arena, list.count * sizeof **items);
    if (*items == NULL)
        return dm__reader_no_memory(r);
    *count = list.count;
    if (list.count != 0)
        memcpy(*items, list.items, list.count * sizeof **items);
    return true;
}

bool dm__input_read(const struct dm_reader *r, const struct dm_yaml *node,
                    const struct dm_pipeline_args *args, struct dm_input_settings *out)
{
    struct input_values v = {.max_size = 0};
    struct dm_reader inner = *r;
    inner.what = "'input'";
    *out = (struct dm_input_settings){.literal = false};
    const bool read = dm__options_read(&inner, dm__input_options, node, node, NULL, &v);
    bool good = read;
    if (read) {
        good = check_globs(r, dm__yaml_find(node, "include"), v.include.count);
        good = check_globs(r, dm__yaml_find(node, "exclude"), v.exclude.count) && good;
        good = check_base(r, dm__yaml_find(node, "base")) && good;
    }
    if (!copy_texts(r, v.include, &out->include, &out->include_count) ||
        !copy_texts(r, v.exclude, &out->exclude, &out->exclude_count))
        return false;
    out->max_size = (uint64_t)v.max_size;
    out->base = v.base;
    if (args != NULL && (args->path_count != 0 || args->inputs_elsewhere))
        return take_paths(r, args, out) && good;
    const struct dm_yaml *const paths = dm__yaml_find(node, "paths");
    for (size_t i = 0; paths != NULL && i < v.paths.count; i++)
        good = check_path(r, item_at(paths, i)) && good;
    return copy_texts(r, v.paths, &out->paths, &out->path_count) && good;
}

/* ---- run ------------------------------------------------------------------------------------ */

static bool read_workers(const struct dm_reader *r, const struct dm_yaml *node, uint32_t *out)
{
    static const dm_option workers = {.name = "workers", .type = DM_INT, .min = 1, .max = 256};
    *out = 0;
    if (node == NULL || dm__str_eq(node->value, DM_LIT("auto")))
        return true;
    int64_t n;
    char first = node->value.len != 0 ? node->value.ptr[0] : 'x';
    if ((first < '0' || first > '9') && first != '-') {
        dm__reader_error(r, node, "expected 1 to 256 or auto for 'workers', found '%.*s'",
                         dm__shown(node->value), node->value.ptr);
        return false;
    }
    if (!dm__option_read(r, &workers, node, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

/* ".docmill/news" for pipelines/news.yaml */
static dm_str default_state(struct dm_arena *arena, dm_str file)
{
    size_t from = file.len, to = file.len;
    while (from > 0 && file.ptr[from - 1] != '/')
        from--;
    for (size_t i = file.len; i > from + 1; i--)
        if (file.ptr[i - 1] == '.') {
            to = i - 1;
            break;
        }
    if (from == to || (to - from == 1 && file.ptr[from] == '-'))
        return DM_LIT(".docmill/pipeline");
    return dm__arena_printf(arena, ".docmill/%.*s", (int)(to - from), file.ptr + from);
}

static bool read_state(const struct dm_reader *r, const struct dm_yaml *node, dm_str file, dm_str *out)
{
    if (node == NULL) {
        *out = default_state(r->arena, file);
        return out->ptr != NULL || dm__reader_no_memory(r);
    }
    if (node->value.len == 0 || memchr(node->value.ptr, '\0', node->value.len) != NULL) {
        dm__reader_error(r, node, "the path for 'state' is %s", node->value.len == 0 ? "empty" : "no path");
        return false;
    }
    *out = dm__str_eq(node->value, DM_LIT("none")) ? DM_LIT("") : node->value;
    return true;
}

bool dm__run_read(const struct dm_reader *r, const struct dm_yaml *node, dm_str file,
                  struct dm_run_settings *out)
{
    struct run_values v = {.timeout = 0};
    struct dm_reader inner = *r;
    inner.what = "'run'";
    bool good = dm__options_read(&inner, dm__run_options, node, node, NULL, &v);
    *out = (struct dm_run_settings){
        .timeout = (uint64_t)v.timeout, .memory = (uint64_t)v.memory, .attempts = (uint32_t)v.attempts};
    const struct dm_yaml *const workers = dm__yaml_find(node, "workers");
    const struct dm_yaml *const state = dm__yaml_find(node, "state");
    if (v.workers.ptr != NULL && !read_workers(&inner, workers, &out->workers))
        good = false;
    if (v.state.ptr != NULL && !read_state(&inner, state, file, &out->state))
        good = false;
    return good;
}
