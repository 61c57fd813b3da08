/* The sequence of inputs.  What was asked for (files, folders, a list) goes through one sorter; a folder
 * that comes out of it is walked with one more sorter for each level.  A folder's name is sorted with
 * its `/`, so that the walk yields full paths in bytewise order.
 *
 * The two sequences are merged: what comes first goes first, what stands at the head of both is one. */
#include "core/engine/source.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/sorter.h"
#include "core/text/glob.h"
#include "core/text/str.h"

/* An entry of a sorter is a name, a NUL, and one of these; the NUL keeps the order that of the names. */
enum entry_type {
    ENTRY_FILE = 'f',
    ENTRY_FOLDER = 'd',
    ENTRY_LINK = 'l',
    ENTRY_FIFO = 'p',
    ENTRY_OTHER = 'o'
};

/* A folder that is being walked. */
struct level {
    struct dm_sorter *names;
    size_t path_len; /* of the folder, with its `/` */
    size_t root_len; /* of the folder that was asked for, with its `/` */
    dm_str next;     /* entry that is yet to be taken; ptr NULL: ask the sorter */
};

struct dm_source {
    const struct dm_input_settings *input;
    struct dm_sorter *asked;
    dm_str next; /* entry of it that is yet to be taken; ptr NULL: ask the sorter */
    struct level *levels;
    size_t depth, level_cap;
    char path[PATH_MAX * 2]; /* what is being walked, and the item that was handed out */
    char last[PATH_MAX];     /* the last path of `asked` that was taken, to leave out repetitions */
    size_t last_len;         /* SIZE_MAX: none was */
    char base[PATH_MAX];     /* folder that sources are relative to; empty: the current one */
    size_t base_len;
    bool has_base, fixed_base, absolute;
    char cwd[PATH_MAX];
    char refusal[128];
};

/* ---- paths as text ---------------------------------------------------------------------------- */

/* Without `.`, doubled and trailing slashes; the current folder is the empty path.
 * return  false: longer than a path may be */
static bool normalise(const struct dm_source *s, dm_str raw, char out[PATH_MAX], size_t *len)
{
    size_t n = 0;
    if (raw.len != 0 && raw.ptr[0] == '/') {
        out[n++] = '/';
    } else if (s->absolute) {
        n = strlen(s->cwd);
        memcpy(out, s->cwd, n);
    }
    for (size_t i = 0; i < raw.len;) {
        size_t end = i;
        while (end < raw.len && raw.ptr[end] != '/')
            end++;
        const size_t part = end - i;
        if (part != 0 && !(part == 1 && raw.ptr[i] == '.')) {
            if (n + part + 2 > PATH_MAX)
                return false;
            if (n != 0 && out[n - 1] != '/')
                out[n++] = '/';
            memcpy(out + n, raw.ptr + i, part);
            n += part;
        }
        i = end + 1;
    }
    out[n] = '\0';
    *len = n;
    return true;
}

/* Length of the folder part of a path: without the last name and its slash; "/x" gives "/". */
static size_t folder_len(const char *path, size_t len)
{
    while (len != 0 && path[len - 1] != '/')
        len--;
    return len > 1 ? len - 1 : len;
}

/* Whether a path lies in a folder; if so, where the rest of it begins. */
static bool is_below(const char *path, size_t len, const char *folder, size_t folder_size, size_t *rest)
{
    assert(folder_size < PATH_MAX);
    const bool slash = folder_size != 0 && folder[folder_size - 1] != '/'; /* stands between */
    *rest = folder_size + slash;
    return len > folder_size && memcmp(path, folder, folder_size) == 0 &&
           (!slash || path[folder_size] == '/');
}

/* Shorten the base until `folder` is the same or below it. */
static void widen_base(struct dm_source *s, const char *folder, size_t len)
{
    if (s->fixed_base)
        return;
    if (!s->has_base) {
        memcpy(s->base, folder, len);
        s->base_len = len;
        s->has_base = true;
        return;
    }
    size_t rest;
    while (!(s->base_len == len && memcmp(s->base, folder, len) == 0) &&
           !is_below(folder, len, s->base, s->base_len, &rest) && s->base_len != 0) {
        const size_t shorter = folder_len(s->base, s->base_len);
        s->base_len = shorter < s->base_len ? shorter : 0;
    }
}

/* ---- what is taken ---------------------------------------------------------------------------- */

static bool any_matches(const dm_str *globs, size_t count, dm_str path)
{
    const char *const slash = memrchr(path.ptr, '/', path.len);
    const size_t skip = slash != NULL ? (size_t)(slash - path.ptr) + 1 : 0;
    const dm_str name = {path.ptr + skip, path.len - skip};
    for (size_t i = 0; i < count; i++)
        if (dm__glob_match(globs[i], memchr(globs[i].ptr, '/', globs[i].len) != NULL ? path : name))
            return true;
    return false;
}

/* Whether a file at `rel` below a folder that was asked for is taken. */
static bool is_wanted(const struct dm_input_settings *in, dm_str rel)
{
    return (in->include_count == 0 || any_matches(in->include, in->include_count, rel)) &&
           !any_matches(in->exclude, in->exclude_count, rel);
}

/* What a folder's entry is; links are not followed. */
static char type_of(const struct dirent *e, int dir)
{
    switch (e->d_type) {
    case DT_REG:
        return ENTRY_FILE;
    case DT_DIR:
        return ENTRY_FOLDER;
    case DT_LNK:
        return ENTRY_LINK;
    case DT_FIFO:
        return ENTRY_FIFO;
    case DT_UNKNOWN:
        break;
    default:
        return ENTRY_OTHER;
    }
    struct stat st;
    if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return ENTRY_FILE; /* gone or unreadable: the reader will say so */
    return S_ISREG(st.st_mode)    ? ENTRY_FILE
           : S_ISDIR(st.st_mode)  ? ENTRY_FOLDER
           : S_ISLNK(st.st_mode)  ? ENTRY_LINK
           : S_ISFIFO(st.st_mode) ? ENTRY_FIFO
                                  : ENTRY_OTHER;
}

/* ---- opening ---------------------------------------------------------------------------------- */

/* The current folder is the empty name, before all that lies in it. */
static bool add_entry(struct dm_sorter *names, const char *name, size_t len, bool folder, char type)
{
    char entry[PATH_MAX + 4];
    memcpy(entry, name, len);
    if (folder && len != 0 && name[len - 1] != '/')
        entry[len++] = '/';
    entry[len++] = '\0';
    entry[len++] = type;
    return dm__sorter_add(names, (dm_str){entry, len});
}

static bool ask(struct dm_source *s, dm_str raw, bool may_be_folder, char why[DM_WHY_MAX])
{
    char path[PATH_MAX];
    size_t len;
    if (memchr(raw.ptr, '\0', raw.len) != NULL || !normalise(s, raw, path, &len)) {
        snprintf(why, DM_WHY_MAX, "an input path is longer than %d bytes", PATH_MAX);
        return false;
    }
    struct stat st;
    const bool folder = may_be_folder && stat(len != 0 ? path : ".", &st) == 0 && S_ISDIR(st.st_mode);
    if (!folder && len == 0) {
        snprintf(why, DM_WHY_MAX, "an input path is empty");
        return false;
    }
    if (folder)
        widen_base(s, path, len);
    else
        widen_base(s, path, folder_len(path, len));
    if (add_entry(s->asked, path, len, folder, folder ? ENTRY_FOLDER : ENTRY_FILE))
        return true;
    snprintf(why, DM_WHY_MAX, "cannot sort the inputs: %s", strerror(errno));
    return false;
}

/* Ask for whatever a pattern matches below a folder.  What it matches is taken whole. */
static bool expand(struct dm_source *s, dm_str pattern, const char *folder, char why[DM_WHY_MAX])
{
    DIR *const dir = opendir(folder[0] != '\0' ? folder : ".");
    if (dir == NULL)
        return true; /* nothing there matches */
    bool ok = true;
    const struct dirent *e;
    while (ok && (e = readdir(dir)) != NULL) {
        char path[PATH_MAX];
        const int n = snprintf(path, sizeof path, "%s%s", folder, e->d_name);
        if (e->d_name[0] == '.' || n < 0 || n + 2 > PATH_MAX)
            continue;
        if (dm__glob_match(pattern, (dm_str){path, (size_t)n})) {
            ok = ask(s, (dm_str){path, (size_t)n}, true, why);
        } else if (type_of(e, dirfd(dir)) == ENTRY_FOLDER) {
            path[n] = '/';
            path[n + 1] = '\0';
            ok = expand(s, pattern, path, why);
        }
    }
    closedir(dir);
    return ok;
}

/* A path of the pipeline file: taken as it is if it exists, else as a pattern. */
static bool ask_pattern(struct dm_source *s, dm_str raw, char why[DM_WHY_MAX])
{
    struct stat st;
    if (s->input->literal || !dm__glob_is_pattern(raw) || lstat(raw.ptr, &st) == 0)
        return ask(s, raw, true, why);
    char folder[PATH_MAX]; /* what comes before the first special character, up to its last `/` */
    size_t len = strcspn(raw.ptr, "*?[{\\");
    while (len != 0 && raw.ptr[len - 1] != '/')
        len--;
    if (len >= sizeof folder) {
        snprintf(why, DM_WHY_MAX, "an input pattern is longer than %d bytes", PATH_MAX);
        return false;
    }
    memcpy(folder, raw.ptr, len);
    folder[len] = '\0';
    /* Sources start there whatever the pattern matches today, so that a document keeps its name. */
    char base[PATH_MAX];
    size_t base_len;
    if (!normalise(s, (dm_str){folder, len}, base, &base_len)) {
        snprintf(why, DM_WHY_MAX, "an input pattern is longer than %d bytes", PATH_MAX);
        return false;
    }
    widen_base(s, base, base_len);
    return expand(s, raw, folder, why);
}

static bool ask_list(struct dm_source *s, const char *file, char why[DM_WHY_MAX])
{
    FILE *const f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (f == NULL) {
        snprintf(why, DM_WHY_MAX, "%s: %s", file, strerror(errno));
        return false;
    }
    char *name = NULL;
    size_t cap = 0;
    bool ok = true, first = true;
    ssize_t n;
    while (ok && (n = getdelim(&name, &cap, '\0', f)) > 0) {
        const size_t len = (size_t)n - (name[n - 1] == '\0');
        if (len == 0)
            continue;
        if (first)
            s->absolute = s->absolute || name[0] == '/';
        first = false;
        if (!s->absolute && name[0] == '/') {
            snprintf(why, DM_WHY_MAX, "%s: absolute and relative paths are mixed: %.*s", file,
                     (int)(len < 256 ? len : 256), name);
            ok = false;
        } else {
            ok = ask(s, (dm_str){name, len}, false, why);
        }
    }
    if (ok && ferror(f)) {
        snprintf(why, DM_WHY_MAX, "%s: %s", file, strerror(errno));
        ok = false;
    }
    free(name);
    if (f != stdin)
        fclose(f);
    return ok;
}

static bool ask_all(struct dm_source *s, const char *from0, char why[DM_WHY_MAX])
{
    const struct dm_input_settings *const in = s->input;
    s->absolute = in->base.len != 0 && in->base.ptr[0] == '/';
    for (size_t i = 0; i < in->path_count && from0 == NULL; i++)
        s->absolute = s->absolute || (in->paths[i].len != 0 && in->paths[i].ptr[0] == '/');
    if (in->base.len != 0) {
        if (!normalise(s, in->base, s->base, &s->base_len)) {
            snprintf(why, DM_WHY_MAX, "the base folder's path is too long");
            return false;
        }
        s->has_base = s->fixed_base = true;
    }
    if (from0 != NULL)
        return ask_list(s, from0, why);
    for (size_t i = 0; i < in->path_count; i++)
        if (!ask_pattern(s, in->paths[i], why))
            return false;
    return true;
}

struct dm_source *dm__source_open(const struct dm_input_settings *input, const char *from0,
                                  char why[DM_WHY_MAX])
{
    struct dm_source *const s = calloc(1, sizeof *s);
    snprintf(why, DM_WHY_MAX, "out of memory");
    if (s == NULL)
        return NULL;
    s->input = input;
    s->last_len = SIZE_MAX;
    s->asked = dm__sorter_new(0);
    if (s->asked == NULL || getcwd(s->cwd, sizeof s->cwd) == NULL || !ask_all(s, from0, why)) {
        dm__source_close(s);
        return NULL;
    }
    if (!dm__sorter_finish(s->asked)) {
        snprintf(why, DM_WHY_MAX, "cannot sort the inputs: %s", strerror(errno));
        dm__source_close(s);
        return NULL;
    }
    return s;
}

void dm__source_close(struct dm_source *s)
{
    if (s == NULL)
        return;
    while (s->depth != 0)
        dm__sorter_drop(s->levels[--s->depth].names);
    free(s->levels);
    dm__sorter_drop(s->asked);
    free(s);
}

/* ---- walking ---------------------------------------------------------------------------------- */

/* Read the folder whose path (with `/`) is s->path[0, len) into a sorter. */
static bool read_folder(struct dm_source *s, size_t len, size_t root_len, struct dm_sorter *names)
{
    s->path[len] = '\0';
    DIR *const dir = opendir(len != 0 ? s->path : ".");
    if (dir == NULL)
        return false;
    bool ok = true;
    const struct dirent *e;
    errno = 0;
    while (ok && (e = readdir(dir)) != NULL) {
        const size_t n = strlen(e->d_name);
        if (e->d_name[0] == '.' || len + n + 2 > PATH_MAX)
            continue; /* hidden; or beyond what can be opened, which the kernel does not let us make */
        const char type = type_of(e, dirfd(dir));
        memcpy(s->path + len, e->d_name, n);
        const dm_str rel = {s->path + root_len, len + n - root_len};
        if (type == ENTRY_FOLDER ? !any_matches(s->input->exclude, s->input->exclude_count, rel)
                                 : is_wanted(s->input, rel))
            ok = add_entry(names, e->d_name, n, type == ENTRY_FOLDER, type);
        errno = 0;
    }
    ok = ok && errno == 0;
    closedir(dir);
    return ok && dm__sorter_finish(names);
}

/* Begin to walk the folder at s->path[0, len).  false: errno says why. */
static bool descend(struct dm_source *s, size_t len, size_t root_len)
{
    if (s->depth == s->level_cap) {
        const size_t cap = s->level_cap != 0 ? s->level_cap * 2 : 16;
        struct level *const levels = realloc(s->levels, cap * sizeof *levels);
        if (levels == NULL)
            return false;
        s->levels = levels;
        s->level_cap = cap;
    }
    struct dm_sorter *const names = dm__sorter_new(0);
    if (names == NULL || !read_folder(s, len, root_len, names)) {
        const int error = errno;
        dm__sorter_drop(names);
        errno = error;
        return false;
    }
    s->levels[s->depth++] = (struct level){.names = names, .path_len = len, .root_len = root_len};
    return true;
}

/* Whether a real path lies in the folder that was asked for, s->path[0, root_len). */
static bool is_in_root(struct dm_source *s, const char *real, size_t root_len)
{
    char root[PATH_MAX];
    const char kept = s->path[root_len];
    s->path[root_len] = '\0';
    const bool found = realpath(root_len != 0 ? s->path : ".", root) != NULL;
    s->path[root_len] = kept;
    size_t rest;
    return found && is_below(real, strlen(real), root, strlen(root), &rest);
}

/* Where a link below a folder that was asked for leads. */
static const char *refuse_link(struct dm_source *s, size_t root_len)
{
    struct stat st;
    char real[PATH_MAX];
    if (stat(s->path, &st) != 0 || realpath(s->path, real) == NULL)
        return "is a symbolic link that leads nowhere";
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? "is a symbolic link to a folder"
                                   : "is a symbolic link to no regular file";
    return is_in_root(s, real, root_len) ? NULL : "is a symbolic link that leads out of the input folder";
}

static int hand_out(struct dm_source *s, size_t len, const char *refused, struct dm_source_item *item)
{
    size_t rest;
    if (!is_below(s->path, len, s->base, s->base_len, &rest)) {
        rest = 0;
        refused = "does not lie below the base folder";
    }
    s->path[len] = '\0';
    item->path = (dm_str){s->path, len};
    item->source = (dm_str){s->path + rest, len - rest};
    item->refused = refused;
    return 1;
}

static int hand_out_unreadable(struct dm_source *s, size_t len, struct dm_source_item *item)
{
    snprintf(s->refusal, sizeof s->refusal, "is a folder that cannot be read: %s", strerror(errno));
    return hand_out(s, len, s->refusal, item);
}

static int spill_failed(char why[DM_WHY_MAX])
{
    snprintf(why, DM_WHY_MAX, "cannot sort the inputs: %s", strerror(errno));
    return -1;
}

/* What an entry names, without the NUL and the type behind it. */
static dm_str path_of(dm_str entry)
{
    return (dm_str){entry.ptr, entry.len - 2};
}

/* Have s->next, if there is one.  return  1, 0: there is none, -1: errno */
static int peek_asked(struct dm_source *s)
{
    while (s->next.ptr == NULL) {
        const int more = dm__sorter_next(s->asked, &s->next);
        if (more <= 0)
            return more;
        if (dm__str_eq(path_of(s->next), (dm_str){s->last, s->last_len}))
            s->next.ptr = NULL;
    }
    return 1;
}

/* Put the next path of the walk together, in s->path[0, *len).  return  as peek_asked() */
static int peek_walked(struct dm_source *s, size_t *len)
{
    while (s->depth != 0) {
        struct level *const l = &s->levels[s->depth - 1];
        const int more = l->next.ptr != NULL ? 1 : dm__sorter_next(l->names, &l->next);
        if (more < 0)
            return -1;
        if (more > 0) {
            const dm_str name = path_of(l->next);
            memcpy(s->path + l->path_len, name.ptr, name.len);
            *len = l->path_len + name.len;
            s->path[*len] = '\0';
            return 1;
        }
        dm__sorter_drop(l->names);
        s->depth--;
    }
    return 0;
}

static void drop_asked(struct dm_source *s)
{
    const dm_str path = path_of(s->next);
    memcpy(s->last, path.ptr, path.len);
    s->last_len = path.len;
    s->next.ptr = NULL;
}

/* Take the entry whose path is s->path[0, len).  0: a folder, whose entries come next */
static int take_walked(struct dm_source *s, size_t len, struct dm_source_item *item)
{
    struct level *const l = &s->levels[s->depth - 1];
    const size_t root_len = l->root_len;
    const enum entry_type type = (enum entry_type)l->next.ptr[l->next.len - 1];
    l->next.ptr = NULL;
    switch (type) {
    case ENTRY_FOLDER:
        return descend(s, len, root_len) ? 0 : hand_out_unreadable(s, len - 1, item);
    case ENTRY_LINK:
        return hand_out(s, len, refuse_link(s, root_len), item);
    case ENTRY_FIFO:
        return hand_out(s, len, "is a FIFO", item);
    case ENTRY_OTHER:
        return hand_out(s, len, "is a device or a socket", item);
    case ENTRY_FILE:
        break;
    }
    return hand_out(s, len, NULL, item);
}

/* The same for what was asked for.  Where a walk is under way, the path lies in the folder that is being
 * read, as it sorts between that folder and its next entry: what s->path holds of it stays right. */
static int take_asked(struct dm_source *s, struct dm_source_item *item)
{
    const dm_str path = path_of(s->next);
    const bool folder = s->next.ptr[s->next.len - 1] == ENTRY_FOLDER;
    memcpy(s->path, path.ptr, path.len);
    s->path[path.len] = '\0';
    drop_asked(s);
    if (!folder)
        return hand_out(s, path.len, NULL, item);
    return descend(s, path.len, path.len) ? 0 : hand_out_unreadable(s, path.len - (path.len != 0), item);
}

static int compare_paths(dm_str a, dm_str b)
{
    const int c = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return c != 0 ? c : a.len < b.len ? -1 : a.len > b.len;
}

int dm__source_next(struct dm_source *s, struct dm_source_item *item, char why[DM_WHY_MAX])
{
    for (;;) {
        size_t len = 0;
        const int asked = peek_asked(s), walked = asked < 0 ? asked : peek_walked(s, &len);
        if (asked < 0 || walked < 0)
            return spill_failed(why);
        if (asked == 0 && walked == 0)
            return 0;
        const int order = asked == 0    ? -1
                          : walked == 0 ? 1
                                        : compare_paths((dm_str){s->path, len}, path_of(s->next));
        if (order == 0)
            drop_asked(s); /* the walk has it too */
        if ((order <= 0 ? take_walked(s, len, item) : take_asked(s, item)) == 1)
            return 1;
    }
}

/* ---- what was asked for ------------------------------------------------------------------------- */

int dm__source_next_asked(struct dm_source *s, struct dm_source_item *item, bool *folder,
                          char why[DM_WHY_MAX])
{
    const int more = peek_asked(s);
    if (more <= 0)
        return more < 0 ? spill_failed(why) : 0;
    const dm_str path = path_of(s->next);
    *folder = s->next.ptr[s->next.len - 1] == ENTRY_FOLDER;
    memcpy(s->path, path.ptr, path.len);
    s->path[path.len] = '\0';
    drop_asked(s);
    size_t rest = s->base_len + (s->base_len != 0 && s->base[s->base_len - 1] != '/');
    if (rest > path.len)
        rest = path.len;
    *item = (struct dm_source_item){.path = {s->path, path.len}, .source = {s->path + rest, path.len - rest}};
    return 1;
}

bool dm__source_takes_file(const struct dm_input_settings *input, dm_str rel)
{
    return is_wanted(input, rel);
}

bool dm__source_takes_folder(const struct dm_input_settings *input, dm_str rel)
{
    return !any_matches(input->exclude, input->exclude_count, rel);
}
