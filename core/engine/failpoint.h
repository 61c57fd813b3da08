/* Places where a test can have a process killed: every step of the commit protocol.  A program that was built
 * without its tests has none. */
#ifndef DOCMILL_CORE_FAILPOINT_H
#define DOCMILL_CORE_FAILPOINT_H

/* All of them: the first letter says in whose process (supervisor, writer, worker). */
enum dm_failpoint {
    DM_FAIL_S_LOCKED,
    DM_FAIL_S_LEDGER_OPENED,
    DM_FAIL_S_GENERATION_STORED,
    DM_FAIL_S_WRITER_READY,
    DM_FAIL_S_BATCH_BEGIN,
    DM_FAIL_S_BATCH_COMMIT,
    DM_FAIL_S_BATCH_STORED,
    DM_FAIL_S_FINISHING,
    DM_FAIL_S_FINISHED_STORED,
    DM_FAIL_S_LEAVING,
    DM_FAIL_W_BEGIN,
    DM_FAIL_W_LOCKED,
    DM_FAIL_W_RESUMED,
    DM_FAIL_W_FIRST_TOKENS,
    DM_FAIL_W_BEFORE_COMMIT,
    DM_FAIL_W_AFTER_COMMIT,
    DM_FAIL_W_REPORTED,
    DM_FAIL_W_BEFORE_FINISH,
    DM_FAIL_W_AFTER_FINISH,
    DM_FAIL_W_FINISHED_REPORTED,
    DM_FAIL_K_BEGIN,
    DM_FAIL_K_READY,
    DM_FAIL_K_READ,
    DM_FAIL_K_RENDERED,
    DM_FAIL_K_SENT,
    DM_FAIL_K_TOLD,
    DM_FAIL_COUNT
};

extern const char *const dm__failpoint_names[DM_FAIL_COUNT];

/* Kill this process with SIGKILL if DOCMILL_FAILPOINT is `NAME`, or `NAME:N` and it is here for the Nth time.  If
 * DOCMILL_FAILPOINT_MARK names a file, only the first process to come here dies, and the file's first byte is 1 then. */
#ifdef DOCMILL_TESTING
void dm__failpoint(enum dm_failpoint at);
/* Have the mark at hand; before the sandbox is entered. */
void dm__failpoint_prepare(void);
#else
static inline void dm__failpoint_prepare(void)
{
}
static inline void dm__failpoint(enum dm_failpoint at)
{
    (void)at;
}
#endif

#endif
