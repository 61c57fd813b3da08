/* Variables are named that may pass; all others stay behind. */
#include "core/sandbox/inherit.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* For a start: how this very program was loaded, and where the spill file goes. */
static const char *const start[] = {"LD_LIBRARY_PATH", "LD_PRELOAD", "TMPDIR", NULL};

/* For good.  Each piece of memory on its own for valgrind; and, where tests are built too, what they
 * steer. */
static const char *const kept[] = {"DOCMILL_ARENA_DEBUG",
#ifdef DOCMILL_TESTING
                                   "ASAN_OPTIONS",
                                   "UBSAN_OPTIONS",
                                   "LSAN_OPTIONS",
                                   "DOCMILL_FAILPOINT",
                                   "DOCMILL_FAILPOINT_MARK",
                                   "GCOV_PREFIX",
                                   "GCOV_PREFIX_STRIP",
#endif
                                   NULL};

static bool is_listed(const char *const *names, const char *variable)
{
    const size_t len = strcspn(variable, "=");
    for (; *names != NULL; names++)
        if (strlen(*names) == len && memcmp(*names, variable, len) == 0)
            return true;
    return false;
}

char **dm__inherit_environment(void)
{
    size_t count = 0, used = 0;
    while (environ[count] != NULL)
        count++;
    char **const out = calloc(count + 1, sizeof *out);
    for (size_t i = 0; out != NULL && i < count; i++)
        if (is_listed(start, environ[i]) || is_listed(kept, environ[i]))
            out[used++] = environ[i];
    return out;
}

void dm__inherit_nothing(void)
{
    size_t used = 0;
    for (size_t i = 0; environ[i] != NULL; i++) {
        if (is_listed(kept, environ[i]))
            environ[used++] = environ[i];
        else
            explicit_bzero(environ[i], strlen(environ[i])); /* /proc/self/environ is these very bytes */
    }
    environ[used] = NULL;
}

/* Linux before 5.9 */
static void close_one_by_one(int first)
{
    DIR *const folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return;
    for (const struct dirent *e; (e = readdir(folder)) != NULL;) {
        const int fd = (int)strtol(e->d_name, NULL, 10);
        if (fd >= first && fd != dirfd(folder))
            close(fd);
    }
    closedir(folder);
}

void dm__inherit_close(int first)
{
    if (close_range((unsigned)first, ~0U, 0) != 0)
        close_one_by_one(first);
}
