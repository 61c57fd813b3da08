/* A letter is named by the document's id, so that a document has one at most. */
#include "core/engine/deadletter.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text/hash.h"
#include "core/text/json.h"
#include "core/text/str.h"

/* `0123456789abcdef0123456789abcdef.json`, `.input`, and hidden ones on their way to such a name: nothing else is
 * ours.  *id: its digits */
static bool is_ours(const char *name, const char **id)
{
    const char *const digits = name + (name[0] == '.');
    if (strspn(digits, "0123456789abcdef") != DM_HASH_DIGITS)
        return false;
    const char *const ending = digits + DM_HASH_DIGITS;
    *id = digits;
    return name[0] == '.' ? strcmp(ending, ".new") == 0
                          : strcmp(ending, ".json") == 0 || strcmp(ending, ".input") == 0;
}

static bool name_file(char path[PATH_MAX], dm_str folder, const char *before, dm_str source,
                      const char *after)
{
    char id[DM_HASH_DIGITS + 1];
    dm__hash_bytes(source, id);
    const int n = snprintf(path, PATH_MAX, "%.*s/%s%s%s", (int)folder.len, folder.ptr, before, id, after);
    if (n > 0 && n < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

dm_str dm__deadletter_path(struct dm_arena *arena, dm_str folder, dm_str source)
{
    char path[PATH_MAX];
    return name_file(path, folder, "", source, ".json") ? dm__arena_str(arena, dm__str(path))
                                                        : (dm_str){NULL, 0};
}

void dm__deadletter_remove(dm_str folder, dm_str source)
{
    char path[PATH_MAX];
    if (folder.len != 0 && name_file(path, folder, "", source, ".json"))
        unlink(path);
    if (folder.len != 0 && name_file(path, folder, "", source, ".input"))
        unlink(path);
}

static void write_log(struct dm_json *j, dm_str log)
{
    dm__json_key(j, "log");
    dm__json_open(j, '[');
    while (log.len != 0) {
        const char *const newline = memchr(log.ptr, '\n', log.len);
        const size_t n = newline != NULL ? (size_t)(newline - log.ptr) : log.len;
        if (n != 0)
            dm__json_str(j, (dm_str){log.ptr, n});
        log.ptr += n + (newline != NULL);
        log.len -= n + (newline != NULL);
    }
    dm__json_close(j, ']');
}

static dm_str render(struct dm_arena *arena, const struct dm_deadletter *d, const char *id)
{
    char absolute[PATH_MAX];
    const dm_str path = realpath(d->path.ptr, absolute) != NULL ? dm__str(absolute) : d->path;
    struct dm_json j;
    dm__json_init(&j, arena, 2);
    dm__json_open(&j, '{');
    dm__json_key(&j, "id");
    dm__json_cstr(&j, id);
    dm__json_bytes(&j, "source", d->source);
    dm__json_bytes(&j, "path", path);
    dm__json_key(&j, "pipeline");
    dm__json_str(&j, d->pipeline);
    dm__json_key(&j, "stage");
    dm__json_str(&j, d->stage);
    dm__json_key(&j, "reason");
    dm__json_str(&j, d->why);
    dm__json_key(&j, "attempts");
    dm__json_uint(&j, d->attempts);
    write_log(&j, d->log);
    dm__json_close(&j, '}');
    const dm_str text = dm__json_text(&j);
    return text.ptr != NULL ? dm__arena_printf(arena, "%.*s\n", (int)text.len, text.ptr) : text;
}

static bool write_file(const char *path, dm_str text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return false;
    bool ok = true;
    while (ok && text.len != 0) {
        const ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        ok = n > 0;
        text.ptr += ok ? n : 0;
        text.len -= ok ? (size_t)n : 0;
    }
    return close(fd) == 0 && ok;
}

/* path  NUL-terminated */
static void write_link(dm_str folder, dm_str source, dm_str path)
{
    char link[PATH_MAX], target[PATH_MAX];
    if (!name_file(link, folder, "", source, ".input"))
        return;
    unlink(link);
    if (realpath(path.ptr, target) != NULL && symlink(target, link) != 0)
        return; /* the letter has the path too */
}

bool dm__deadletter_write(struct dm_arena *arena, dm_str folder, const struct dm_deadletter *d)
{
    char id[DM_HASH_DIGITS + 1], path[PATH_MAX], temporary[PATH_MAX];
    dm__hash_bytes(d->source, id);
    const dm_str text = render(arena, d, id);
    if (text.ptr == NULL) {
        errno = ENOMEM;
        return false;
    }
    if (!name_file(path, folder, "", d->source, ".json") ||
        !name_file(temporary, folder, ".", d->source, ".new") || !write_file(temporary, text) ||
        rename(temporary, path) != 0)
        return false;
    write_link(folder, d->source, d->path);
    return true;
}

/* ---- in line with the ledger --------------------------------------------------------------------- */

/* The ids of all documents that failed, sorted. */
struct failed {
    char (*ids)[DM_HASH_DIGITS + 1];
    size_t count, cap;
};

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, DM_HASH_DIGITS);
}

static bool add_failed(struct failed *f, dm_str source)
{
    if (f->count == f->cap) {
        const size_t cap = f->cap != 0 ? f->cap * 2 : 64;
        void *const ids = realloc(f->ids, cap * sizeof *f->ids);
        if (ids == NULL)
            return false;
        f->ids = ids;
        f->cap = cap;
    }
    dm__hash_bytes(source, f->ids[f->count++]);
    return true;
}

/* Letters are not synced, so that a power cut may leave the name of one with nothing behind it, or with zeros
 * where a part never got to the disk. */
static bool is_whole(const char *path)
{
    char piece[4096], last = '\0';
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd >= 0 ? 1 : -1;
    while (n > 0 && (n = read(fd, piece, sizeof piece)) > 0) {
        last = piece[n - 1];
        if (memchr(piece, '\0', (size_t)n) != NULL)
            n = -1;
    }
    if (fd >= 0)
        close(fd);
    return n == 0 && last == '\n';
}

static bool has_letter(dm_str folder, dm_str source)
{
    char path[PATH_MAX];
    return name_file(path, folder, "", source, ".json") && is_whole(path);
}

static bool has_link(dm_str folder, dm_str source)
{
    char path[PATH_MAX];
    struct stat st;
    return name_file(path, folder, "", source, ".input") && lstat(path, &st) == 0;
}

static bool write_again(struct dm_ledger *l, dm_str folder, const struct dm_ledger_input *in)
{
    struct dm_arena arena;
    struct dm_ledger_generation g;
    struct dm_ledger_stage *stages;
    size_t count;
    dm__arena_init(&arena, 0);
    /* The row is the ledger's until its next call. */
    struct dm_deadletter letter = {.source = dm__arena_str(&arena, in->source),
                                   .path = dm__arena_str(&arena, in->path),
                                   .stage = DM_LIT("input"),
                                   .why = dm__arena_str(&arena, in->reason),
                                   .attempts = in->attempts,
                                   .log = DM_LIT("")};
    const int64_t stage = in->stage, generation = in->generation;
    bool ok = dm__ledger_generation(l, &arena, generation, &g) &&
              dm__ledger_stages(l, &arena, generation, &stages, &count);
    letter.pipeline = ok && g.pipeline.ptr != NULL ? g.pipeline : DM_LIT("");
    if (ok && stage >= 0 && (uint64_t)stage < count)
        letter.stage = stages[stage].name;
    ok = ok && dm__deadletter_write(&arena, folder, &letter);
    dm__arena_fini(&arena);
    return ok;
}

/* Write what is missing.  false: errno */
static bool complete(struct dm_ledger *l, dm_str folder, const struct dm_ledger_input *in)
{
    if (!has_letter(folder, in->source))
        return write_again(l, folder, in);
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof path, "%.*s", (int)in->path.len, in->path.ptr);
    if (n > 0 && n < PATH_MAX && !has_link(folder, in->source))
        write_link(folder, in->source, dm__str(path));
    return true;
}

/* Note all failures, and write the letters that are missing.  false: `why` */
static bool look_through(struct dm_ledger *l, dm_str folder, struct failed *failed, char why[DM_WHY_MAX])
{
    struct dm_ledger_input in;
    int got = dm__ledger_walk(l, DM_LEDGER_FAILURES) ? 1 : -1;
    while (got == 1 && (got = dm__ledger_next(l, &in)) == 1) {
        if (!add_failed(failed, in.source)) {
            snprintf(why, DM_WHY_MAX, "out of memory");
            return false;
        }
        if (!complete(l, folder, &in)) {
            snprintf(why, DM_WHY_MAX, "a dead letter cannot be written: %s", strerror(errno));
            return false;
        }
    }
    if (got < 0)
        snprintf(why, DM_WHY_MAX, "%s", dm__ledger_why(l));
    return got == 0;
}

static void remove_others(const char *path, const struct failed *failed)
{
    DIR *const dir = opendir(path);
    const struct dirent *e;
    const char *id;
    if (dir == NULL)
        return;
    while ((e = readdir(dir)) != NULL)
        if (is_ours(e->d_name, &id) &&
            (e->d_name[0] == '.' || failed->count == 0 ||
             bsearch(id, failed->ids, failed->count, sizeof *failed->ids, compare_ids) == NULL))
            unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
}

bool dm__deadletter_open(struct dm_arena *arena, dm_str state, struct dm_ledger *ledger, dm_str *folder,
                         char why[DM_WHY_MAX])
{
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof path, "%.*s/dead-letters", (int)state.len, state.ptr);
    if (n < 0 || (size_t)n >= sizeof path) {
        snprintf(why, DM_WHY_MAX, "the state folder's path is too long");
        return false;
    }
    if (!dm__ledger_make_folder(dm__str(path), why))
        return false;
    struct failed failed = {0};
    const bool ok = look_through(ledger, dm__str(path), &failed, why);
    if (ok && failed.count != 0)
        qsort(failed.ids, failed.count, sizeof *failed.ids, compare_ids);
    if (ok)
        remove_others(path, &failed);
    free(failed.ids);
    *folder = dm__arena_str(arena, dm__str(path));
    return ok && folder->ptr != NULL;
}
