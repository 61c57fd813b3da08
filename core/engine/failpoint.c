#include "core/engine/failpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const dm__failpoint_names[DM_FAIL_COUNT] = {
    [DM_FAIL_S_LOCKED] = "s-locked",
    [DM_FAIL_S_LEDGER_OPENED] = "s-ledger-opened",
    [DM_FAIL_S_GENERATION_STORED] = "s-generation-stored",
    [DM_FAIL_S_WRITER_READY] = "s-writer-ready",
    [DM_FAIL_S_BATCH_BEGIN] = "s-batch-begin",
    [DM_FAIL_S_BATCH_COMMIT] = "s-batch-commit",
    [DM_FAIL_S_BATCH_STORED] = "s-batch-stored",
    [DM_FAIL_S_FINISHING] = "s-finishing",
    [DM_FAIL_S_FINISHED_STORED] = "s-finished-stored",
    [DM_FAIL_S_LEAVING] = "s-leaving",
    [DM_FAIL_W_BEGIN] = "w-begin",
    [DM_FAIL_W_LOCKED] = "w-locked",
    [DM_FAIL_W_RESUMED] = "w-resumed",
    [DM_FAIL_W_FIRST_TOKENS] = "w-first-tokens",
    [DM_FAIL_W_BEFORE_COMMIT] = "w-before-commit",
    [DM_FAIL_W_AFTER_COMMIT] = "w-after-commit",
    [DM_FAIL_W_REPORTED] = "w-reported",
    [DM_FAIL_W_BEFORE_FINISH] = "w-before-finish",
    [DM_FAIL_W_AFTER_FINISH] = "w-after-finish",
    [DM_FAIL_W_FINISHED_REPORTED] = "w-finished-reported",
    [DM_FAIL_K_BEGIN] = "k-begin",
    [DM_FAIL_K_READY] = "k-ready",
    [DM_FAIL_K_READ] = "k-read",
    [DM_FAIL_K_RENDERED] = "k-rendered",
    [DM_FAIL_K_SENT] = "k-sent",
    [DM_FAIL_K_TOLD] = "k-told",
};

#ifdef DOCMILL_FAILPOINTS
/* Workers are replaced: without a mark each of them would die. */
static bool is_first(void)
{
    const char *const mark = getenv("DOCMILL_FAILPOINT_MARK");
    if (mark == NULL)
        return true;
    const int fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

void dm__failpoint(enum dm_failpoint at)
{
    static unsigned long times[DM_FAIL_COUNT];
    const char *const set = getenv("DOCMILL_FAILPOINT"), *const name = dm__failpoint_names[at];
    const size_t len = strlen(name);
    if (set == NULL || strncmp(set, name, len) != 0 || (set[len] != '\0' && set[len] != ':'))
        return;
    const unsigned long wanted = set[len] == ':' ? strtoul(set + len + 1, NULL, 10) : 1;
    if (++times[at] == wanted && is_first())
        kill(getpid(), SIGKILL);
}
#endif
