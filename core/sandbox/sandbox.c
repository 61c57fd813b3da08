/* Into the sandbox, in the order in which each step is still possible: limits, privileges, files, calls. */
#include "core/sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { FILES_MAX = 256 };

/* What a test has executed is written to files when a process ends. */
#ifdef DOCMILL_COVERAGE
enum { COUNTS_LINES = true };
#else
enum { COUNTS_LINES = false };
#endif

void dm__sandbox_ask(struct dm_sandbox_kernel *out)
{
    *out = (struct dm_sandbox_kernel){.landlock = dm__landlock_ask()};
    out->landlock_error = out->landlock == 0 ? errno : 0;
    out->filter_error = dm__filter_ask();
}

static void limit(const struct dm_sandbox *s)
{
    static const struct rlimit none = {0, 0};
    struct rlimit files;
    setrlimit(RLIMIT_CORE, &none); /* it would hold documents */
    if (!s->streams_are_pipes)
        return;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > FILES_MAX)
        setrlimit(RLIMIT_NOFILE, &(const struct rlimit){FILES_MAX, FILES_MAX});
    if (s->writes.count == 0 && (s->needs & (DM_NEEDS_WRITE | DM_NEEDS_EXEC)) == 0) {
        signal(SIGXFSZ, SIG_IGN); /* EFBIG says it as well */
        setrlimit(RLIMIT_FSIZE, &none);
    }
}

static bool refuse(char why[DM_SANDBOX_WHY_MAX], const char *what, const char *path, int error)
{
    snprintf(why, DM_SANDBOX_WHY_MAX, "the sandbox cannot be entered: %s%s%s: %s", what,
             path != NULL ? " for " : "", path != NULL ? path : "", strerror(error));
    return false;
}

bool dm__sandbox_enter(const struct dm_sandbox *s, char why[DM_SANDBOX_WHY_MAX])
{
    struct dm_sandbox_kernel kernel;
    dm__sandbox_ask(&kernel);
    if (COUNTS_LINES)
        return true;
    limit(s);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return refuse(why, "no new privileges", NULL, errno);
    const char *path = NULL;
    int error = kernel.landlock != 0 ? dm__landlock_enter(s, kernel.landlock, &path) : 0;
    if (error != 0)
        return refuse(why, "Landlock", path, error);
    error = kernel.filter_error == 0 ? dm__filter_enter(s, dm__landlock_rules_files(kernel.landlock)) : 0;
    return error == 0 || refuse(why, "seccomp", NULL, error);
}
