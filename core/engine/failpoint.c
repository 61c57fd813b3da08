#include "core/engine/failpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

#ifdef DOCMILL_TESTING
/* Workers are replaced: without a mark each of them would die.  It is one byte that all have mapped, as none of them
 * can make a file once it is in its sandbox. */
static _Atomic char *mark;

void dm__failpoint_prepare(void)
{
    const char *const name = getenv("DOCMILL_FAILPOINT_MARK");
    const int fd = mark == NULL && name != NULL ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0)
        return;
    void *const byte =
        ftruncate(fd, 1) == 0 ? mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    mark = byte != MAP_FAILED ? byte : NULL;
    close(fd);
}

void dm__failpoint(enum dm_failpoint at)
{
    static unsigned long times[DM_FAIL_COUNT];
    const char *const set = getenv("DOCMILL_FAILPOINT"), *const name = dm__failpoint_names[at];
    const size_t len = strlen(name);
    if (set == NULL || strncmp(set, name, len) != 0 || (set[len] != '\0' && set[len] != ':'))
        return;
    const unsigned long wanted = set[len] == ':' ? strtoul(set + len + 1, NULL, 10) : 1;
    dm__failpoint_prepare();
    if (++times[at] == wanted && (mark == NULL || atomic_exchange(mark, 1) == 0))
        kill(getpid(), SIGKILL);
}
#endif
