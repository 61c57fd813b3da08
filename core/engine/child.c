/* The start of a child, and its voice. */
#include "core/engine/child.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/engine/failpoint.h"
#include "core/pipeline/reach.h"
#include "core/sandbox/inherit.h"
#include "core/text/str.h"

bool dm__child_send(enum dm_frame_type type, uint64_t number, dm_str payload)
{
    struct dm_frames f = {0};
    char *const p = dm__frames_add(&f, type, number, payload.len);
    if (p != NULL && payload.len != 0)
        memcpy(p, payload.ptr, payload.len);
    const bool ok = p != NULL && dm__frames_flush(&f, DM_FD_CONTROL);
    dm__frames_fini(&f);
    return ok;
}

void dm__child_stop(int32_t step, const char *why)
{
    struct dm_frames f = {0};
    const struct dm_fate fate = {.status = DM_ECONFIG, .step = step};
    if (dm__fate_add(&f, DM_FRAME_STOP, 0, &fate, dm__str(why)))
        dm__frames_flush(&f, DM_FD_CONTROL);
    dm__frames_fini(&f);
}

void dm__child_log(int32_t step, int32_t level, dm_str source, dm_str line)
{
    struct dm_frames f = {0};
    const struct dm_frame_log head = {level, step, (uint32_t)source.len};
    char *const p = dm__frames_add(&f, DM_FRAME_LOG, 0, sizeof head + source.len + line.len);
    if (p != NULL) {
        memcpy(p, &head, sizeof head);
        if (source.len != 0)
            memcpy(p + sizeof head, source.ptr, source.len);
        if (line.len != 0)
            memcpy(p + sizeof head + source.len, line.ptr, line.len);
        dm__frames_flush(&f, DM_FD_CONTROL);
    }
    dm__frames_fini(&f);
}

uint64_t dm__child_resident(void)
{
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const uint64_t resident = dm__child_resident_of(fd);
    if (fd >= 0)
        close(fd);
    return resident;
}

uint64_t dm__child_resident_of(int statm)
{
    char text[64];
    const ssize_t n = statm >= 0 ? pread(statm, text, sizeof text - 1, 0) : -1;
    if (n <= 0)
        return 0;
    text[n] = '\0';
    unsigned long long total, resident;
    if (sscanf(text, "%llu %llu", &total, &resident) != 2)
        return 0;
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* What a plugin prints is heard as what it says on standard error, and no program that it starts keeps
 * our pipes. */
static void keep_descriptors(void)
{
    dup2(STDERR_FILENO, STDOUT_FILENO);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (int fd = DM_FD_CONTROL; fd < DM_FD_END; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC); /* the writer lacks some of them */
    dm__inherit_close(DM_FD_END);       /* whatever they are, somebody left them open for the supervisor */
}

void dm__child_keep_memory(void)
{
    enum { KEEP = 64 * 1024 * 1024 };
    mallopt(M_TRIM_THRESHOLD, KEEP);
    mallopt(M_TOP_PAD, 1024 * 1024);
}

bool dm__child_begin(struct dm_job *job)
{
    dm__child_keep_memory();
    keep_descriptors();
    dm__failpoint_prepare();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);  /* the supervisor drains; it tells us when to leave */
    signal(SIGTERM, SIG_IGN); /* service managers send it to all processes of a service */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char why[DM_WHY_MAX];
    const bool ok = dm__job_open(job, DM_FD_JOB, why);
    close(DM_FD_JOB);
    if (!ok)
        dm__child_stop(-1, why);
    return ok && getppid() == (pid_t)job->supervisor; /* else it died before we could ask to die with it */
}

bool dm__child_confine(struct dm_job *job, enum dm_role role)
{
    const struct dm_sandbox *const sandbox = &job->sandboxes[role];
    char why[DM_WHY_MAX];
    dm__reach_make(&sandbox->writes);
    dm__inherit_nothing();
    struct dm_launcher *const launcher = role == DM_ROLE_WORKER ? dm__launcher_fork(&job->programs) : NULL;
    const bool has_programs = role == DM_ROLE_WORKER && job->programs.count != 0;
    if (has_programs && launcher == NULL)
        snprintf(why, sizeof why, "no process to start programs: %s", strerror(errno));
    const bool ok =
        (!has_programs || launcher != NULL) && dm__sandbox_enter(sandbox, why) && dm__job_load(job, why);
    if (!ok)
        dm__child_stop(-1, why);
    else
        job->pipeline->programs.launcher = launcher;
    return ok;
}
