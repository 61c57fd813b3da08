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

static bool make_folders(char *path)
{
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        const bool ok = mkdir(path, 0777) == 0 || errno == EEXIST;
        *p = '/';
        if (!ok)
            return false;
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* `0123456789abcdef0123456789abcdef.json` and nothing else is ours. */
static bool is_letter(const char *name)
{
    return strlen(name) == DM_HASH_DIGITS + 5 && strspn(name, "0123456789abcdef") == DM_HASH_DIGITS &&
           strcmp(name + DM_HASH_DIGITS, ".json") == 0;
}

static void remove_letters(const char *path)
{
    DIR *const dir = opendir(path);
    if (dir == NULL)
        return;
    const struct dirent *e;
    while ((e = readdir(dir)) != NULL)
        if (is_letter(e->d_name))
            unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
}

bool dm__deadletter_open(struct dm_arena *arena, dm_str state, dm_str *folder, char why[DM_WHY_MAX])
{
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof path, "%.*s/dead-letters", (int)state.len, state.ptr);
    if (n < 0 || (size_t)n >= sizeof path) {
        snprintf(why, DM_WHY_MAX, "the state folder's path is too long");
        return false;
    }
    if (!make_folders(path)) {
        snprintf(why, DM_WHY_MAX, "%.400s: %s", path, strerror(errno));
        return false;
    }
    remove_letters(path);
    *folder = dm__arena_str(arena, dm__str(path));
    return folder->ptr != NULL;
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

bool dm__deadletter_write(struct dm_arena *arena, dm_str folder, const struct dm_deadletter *d, dm_str *path)
{
    char id[DM_HASH_DIGITS + 1], temporary[PATH_MAX];
    dm__hash_bytes(d->source, id);
    const dm_str text = render(arena, d, id);
    *path = dm__arena_printf(arena, "%.*s/%s.json", (int)folder.len, folder.ptr, id);
    const int n = snprintf(temporary, sizeof temporary, "%.*s/.%s.new", (int)folder.len, folder.ptr, id);
    if (text.ptr == NULL || path->ptr == NULL || n < 0 || (size_t)n >= sizeof temporary) {
        errno = ENOMEM;
        return false;
    }
    return write_file(temporary, text) && rename(temporary, path->ptr) == 0;
}
