/* The cache of descriptions: one small file for each content hash, so that a plugin is loaded only
 * once to be described.  It is a convenience: every failure here means "not cached". */
#include "core/pipeline/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text/hash.h"

bool dm__plugin_hash(struct dm_arena *arena, const char *path, dm_str *hash, dm_str *problem)
{
    /* O_NONBLOCK: a FIFO must not keep us waiting */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return dm__refuse(arena, problem, "cannot be read: %s", strerror(errno));
    struct stat st;
    char hex[DM_HASH_DIGITS + 1];
    const bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    const bool read = regular && dm__hash_fd(fd, hex);
    const int error = errno;
    close(fd);
    if (!regular)
        return dm__refuse(arena, problem, "not a regular file");
    if (!read)
        return dm__refuse(arena, problem, "cannot be read: %s", strerror(error));
    *hash = dm__arena_str(arena, (dm_str){hex, DM_HASH_DIGITS});
    return hash->ptr != NULL || dm__refuse(arena, problem, "out of memory");
}

/* Make a folder and those above it. */
static bool make_folders(char *path)
{
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        const bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = '/';
        if (!made)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

const char *dm__cache_folder(struct dm_arena *arena)
{
    /* A relative XDG_CACHE_HOME is to be ignored, says the XDG Base Directory Specification. */
    const char *const xdg = getenv("XDG_CACHE_HOME");
    const char *const home = getenv("HOME");
    dm_str path = {0};
    if (xdg != NULL && xdg[0] == '/')
        path = dm__arena_printf(arena, "%s/docmill/describe", xdg);
    else if (home != NULL && home[0] == '/')
        path = dm__arena_printf(arena, "%s/.cache/docmill/describe", home);
    char *const copy = path.ptr != NULL ? strdup(path.ptr) : NULL;
    const bool made = copy != NULL && make_folders(copy);
    free(copy);
    return made ? path.ptr : NULL;
}

/* The ABI and the version are part of the name: what is refused today may be served tomorrow. */
static dm_str cache_file(struct dm_arena *arena, const char *folder, dm_str hash, const char *end)
{
    return dm__arena_printf(arena, "%s/%.*s-1.%d-" DOCMILL_VERSION "%s", folder, (int)hash.len, hash.ptr,
                            DM_ABI_MINOR, end);
}

dm_str dm__cache_read(struct dm_arena *arena, const char *folder, dm_str hash)
{
    const dm_str path = cache_file(arena, folder, hash, ".json");
    FILE *const file = path.ptr != NULL ? fopen(path.ptr, "rbe") : NULL;
    if (file == NULL)
        return (dm_str){0};
    struct stat st;
    char *buffer = NULL;
    size_t len = 0;
    if (fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= DM_DESCRIBE_MAX)
        buffer = dm__arena_raw(arena, (size_t)st.st_size + 1);
    if (buffer != NULL)
        len = fread(buffer, 1, (size_t)st.st_size, file);
    fclose(file);
    return (dm_str){buffer, len};
}

void dm__cache_write(struct dm_arena *arena, const char *folder, dm_str hash, dm_str text)
{
    const dm_str path = cache_file(arena, folder, hash, ".json");
    const dm_str pattern = cache_file(arena, folder, hash, ".XXXXXX");
    char *const temporary = pattern.ptr != NULL && path.ptr != NULL ? strdup(pattern.ptr) : NULL;
    const int fd = temporary != NULL ? mkostemp(temporary, O_CLOEXEC) : -1;
    FILE *const file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (file != NULL) {
        const bool written = fwrite(text.ptr, 1, text.len, file) == text.len;
        const bool closed = fclose(file) == 0;
        if (!written || !closed || rename(temporary, path.ptr) != 0)
            unlink(temporary);
    }
    free(temporary);
}
