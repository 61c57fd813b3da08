/* Paths are compared resolved: the part that exists through realpath(), the rest by its letters.  A glob
 * reads all that lies in what it matches, so its leading names without wildcards are compared as a
 * folder, and the names behind one by one. */
#include "core/pipeline/overlap.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text/glob.h"
#include "core/text/str.h"

/* ---- paths ---------------------------------------------------------------------------------- */

/* Split off the next name of a path; false: there is none. */
static bool next_name(dm_str *path, dm_str *name)
{
    while (path->len != 0 && path->ptr[0] == '/')
        *path = (dm_str){path->ptr + 1, path->len - 1};
    const char *const slash = path->len != 0 ? memchr(path->ptr, '/', path->len) : NULL;
    *name = (dm_str){path->ptr, slash != NULL ? (size_t)(slash - path->ptr) : path->len};
    *path = (dm_str){path->ptr + name->len, path->len - name->len};
    return name->len != 0;
}

/* Write `from`, absolute, to `to` without empty names, `.` and `..`.  to: as long as from */
static size_t normalise(dm_str from, char *to)
{
    size_t len = 0;
    dm_str name;
    while (next_name(&from, &name)) {
        if (dm__str_eq(name, DM_LIT(".")))
            continue;
        if (dm__str_eq(name, DM_LIT(".."))) {
            while (len != 0 && to[--len] != '/')
                ;
            continue;
        }
        to[len++] = '/';
        memmove(to + len, name.ptr, name.len);
        len += name.len;
    }
    if (len == 0)
        to[len++] = '/';
    to[len] = '\0';
    return len;
}

/* Replace the longest part of `path` that exists by what it really is.  path: absolute
 * return  ptr NULL: no memory */
static dm_str resolve_existing(struct dm_arena *arena, dm_str path)
{
    char real[PATH_MAX];
    char *const head = dm__arena_raw(arena, path.len + 1);
    if (head == NULL)
        return (dm_str){NULL, 0};
    for (size_t len = path.len; len != 0;) {
        memcpy(head, path.ptr, len);
        head[len] = '\0';
        if (realpath(head, real) != NULL)
            return dm__arena_printf(arena, "%s%.*s", strcmp(real, "/") == 0 && len < path.len ? "" : real,
                                    (int)(path.len - len), path.ptr + len);
        while (len != 0 && path.ptr[--len] != '/')
            ;
    }
    return path;
}

dm_str dm__path_resolve(struct dm_arena *arena, dm_str path)
{
    char here[PATH_MAX] = "";
    const bool relative = path.len == 0 || path.ptr[0] != '/';
    if (relative && getcwd(here, sizeof here) == NULL)
        here[0] = '\0';
    /* Links first, as `link/..` is not where the link stands; then the rest, and once more, as what
     * `missing/..` leads to may be a link. */
    dm_str at = dm__arena_printf(arena, "%s/%.*s", here, (int)path.len, path.ptr);
    for (int round = 0; round < 2 && at.ptr != NULL; round++) {
        at = resolve_existing(arena, at);
        char *const normal = at.ptr != NULL ? dm__arena_raw(arena, at.len + 2) : NULL;
        if (normal == NULL)
            return (dm_str){NULL, 0};
        at = (dm_str){normal, normalise(at, normal)};
    }
    return at;
}

bool dm__path_is_below(dm_str path, dm_str folder)
{
    if (folder.len == 1) /* the root */
        return true;
    return path.len >= folder.len && memcmp(path.ptr, folder.ptr, folder.len) == 0 &&
           (path.len == folder.len || path.ptr[folder.len] == '/');
}

/* ---- inputs --------------------------------------------------------------------------------- */

/* An input, made ready for comparing. */
struct source {
    dm_str shown;  /* as given */
    dm_str folder; /* resolved: the folder, the file, or the names of a glob before its first wildcard */
    dm_str glob;   /* the rest of a glob; empty: none */
};

/* The length of the leading names without wildcards, with the slash behind them. */
static size_t fixed_length(dm_str path)
{
    size_t fixed = 0;
    for (size_t i = 0; i < path.len && memchr("*?[{\\", path.ptr[i], 5) == NULL; i++)
        if (path.ptr[i] == '/')
            fixed = i + 1;
    return fixed;
}

dm_str dm__input_folder(dm_str path, const struct dm_input_settings *input)
{
    struct stat st;
    if (input->literal || !dm__glob_is_pattern(path) || stat(path.ptr, &st) == 0)
        return path;
    return (dm_str){path.ptr, fixed_length(path)};
}

static bool prepare(const struct dm_reader *r, dm_str path, const struct dm_input_settings *input,
                    struct source *out)
{
    const dm_str head = dm__input_folder(path, input);
    *out = (struct source){.shown = path,
                           .folder = dm__path_resolve(r->arena, head.len != 0 ? head : DM_LIT(".")),
                           .glob = {path.ptr + head.len, path.len - head.len}};
    return out->folder.ptr != NULL || dm__reader_no_memory(r);
}

/* Whether a file below the target could be what the glob matches, or lie in it. */
static bool glob_reaches(dm_str glob, dm_str target)
{
    dm_str pattern, name;
    if (memmem(glob.ptr, glob.len, "**", 2) != NULL || memchr(glob.ptr, '{', glob.len) != NULL)
        return true; /* one pattern may then stand for many names */
    while (next_name(&target, &name) && next_name(&glob, &pattern))
        if (!dm__glob_match(pattern, name))
            return false;
    return true;
}

static bool reads(const struct source *s, dm_str target)
{
    if (!dm__path_is_below(target, s->folder))
        return false;
    return s->glob.len == 0 ||
           glob_reaches(s->glob, (dm_str){target.ptr + s->folder.len, target.len - s->folder.len});
}

/* ---- the check ------------------------------------------------------------------------------ */

static bool check_inputs(const struct dm_reader *r, const struct dm_target *t, dm_str resolved,
                         const struct source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const dm_str input = sources[i].shown;
        if (!reads(&sources[i], resolved))
            continue;
        struct dm_problem *const p =
            dm__reader_error(r, t->node, "%s would be written to '%.*s', inside the input '%.*s'", t->what,
                             dm__shown(t->path), t->path.ptr, dm__shown(input), input.ptr);
        dm__report_hint(r->report, p, "%s",
                        t->node != NULL ? "choose a place outside of it"
                                        : "set 'state' in 'run' to a folder outside of it");
        return false;
    }
    return true;
}

static bool check_others(const struct dm_reader *r, const struct dm_target *targets, const dm_str *resolved,
                         size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (!dm__str_eq(resolved[i], resolved[at]))
            continue;
        char line[32] = "";
        if (targets[i].node != NULL)
            snprintf(line, sizeof line, " in line %u", targets[i].node->line);
        dm__reader_error(r, targets[at].node, "%s would be written to '%.*s', as %s%s is", targets[at].what,
                         dm__shown(targets[at].path), targets[at].path.ptr, targets[i].what, line);
        return false;
    }
    return true;
}

bool dm__overlaps_check(const struct dm_reader *r, const struct dm_target *targets, size_t count,
                        const struct dm_input_settings *input)
{
    struct source *const sources = dm__arena_raw(r->arena, input->path_count * sizeof *sources);
    dm_str *const resolved = dm__arena_raw(r->arena, count * sizeof *resolved);
    if (sources == NULL || resolved == NULL)
        return dm__reader_no_memory(r);
    size_t source_count = 0;
    for (size_t i = 0; i < input->path_count; i++) {
        const dm_str path = input->paths[i];
        if (path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL)
            continue; /* no path, as was reported */
        if (!prepare(r, path, input, &sources[source_count++]))
            return false;
    }
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        resolved[i] = dm__path_resolve(r->arena, targets[i].path);
        if (resolved[i].ptr == NULL)
            return dm__reader_no_memory(r);
        good = check_inputs(r, &targets[i], resolved[i], sources, source_count) && good;
        good = check_others(r, targets, resolved, i) && good;
    }
    return good;
}
