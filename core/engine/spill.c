/* Unlinked files: O_TMPFILE where the file system has it, else created and unlinked at once. */
#include "core/engine/spill.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int dm__spill_open(void)
{
    const char *const set = getenv("TMPDIR");
    const char *const dir = set != NULL && set[0] != '\0' ? set : "/tmp";
    const int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char name[PATH_MAX];
    const int n = snprintf(name, sizeof name, "%s/docmill-XXXXXX", dir);
    if (n < 0 || (size_t)n >= sizeof name)
        return -1;
    const int named = mkostemp(name, O_CLOEXEC);
    if (named >= 0)
        unlink(name);
    return named;
}
