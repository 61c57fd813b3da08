#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "place.h"

enum { PAUSE_NS = 2000000 };
static const uint64_t HANGS_AFTER = UINT64_C(120) * 1000000000; /* ns */
static const uint64_t GONE_WITHIN = UINT64_C(20) * 1000000000;  /* ns */

uint64_t run_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void pause_a_little(void)
{
    nanosleep(&(struct timespec){0, PAUSE_NS}, NULL);
}

void run_adopt_orphans(void)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        die("prctl");
}

/* ---- starting ---------------------------------------------------------------------------------- */

static void set_environment(const struct run_order *o)
{
    setenv("XDG_CACHE_HOME", path_at(o->base, "cache").s, 1);
    unsetenv("DOCMILL_PLUGIN_PATH");
    unsetenv("DOCMILL_FAILPOINT");
    if (o->preload != NULL)
        setenv("LD_PRELOAD", o->preload, 1);
    if (o->failpoint == NULL)
        return;
    setenv("DOCMILL_FAILPOINT", o->failpoint, 1);
    setenv("DOCMILL_FAILPOINT_MARK", o->failpoint_mark, 1);
}

_Noreturn static void become_docmill(const struct run_order *o)
{
    char place[PATH_SIZE + 16], workers[16], limit[16];
    snprintf(place, sizeof place, "place=%s", o->place);
    snprintf(workers, sizeof workers, "%u", o->workers);
    snprintf(limit, sizeof limit, "%u", o->limit);
    const struct path pipeline = path_at(o->base, "pipeline.yaml");
    const char *args[16] = {CRASH_DOCMILL, "run",   "--quiet", "--plugin-dir", CRASH_PLUGINS,
                            "--workers",   workers, "--set",   place,          pipeline.s};
    size_t n = 10;
    if (o->limit != 0) {
        args[n++] = "--limit";
        args[n++] = limit;
    }
    if (o->older) {
        args[n++] = "--set";
        args[n++] = "delay=0";
    }
    const int log = open(path_at(o->place, "log").s, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(126);
    set_environment(o);
    execv(args[0], (char *const *)(uintptr_t)args);
    _exit(127);
}

pid_t run_start(const struct run_order *o)
{
    fflush(stdout);
    const pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0)
        become_docmill(o);
    return pid;
}

/* ---- waiting ----------------------------------------------------------------------------------- */

bool run_has_ended(pid_t run, int *status)
{
    int s;
    pid_t pid;
    while ((pid = waitpid(-1, &s, WNOHANG)) > 0) {
        if (pid != run)
            continue; /* an orphan */
        *status = s;
        return true;
    }
    return false;
}

int run_through(const struct run_order *o)
{
    int status;
    const pid_t pid = run_start(o);
    const uint64_t began = run_clock();
    while (!run_has_ended(pid, &status)) {
        pause_a_little();
        if (run_clock() - began < HANGS_AFTER)
            continue;
        kill(pid, SIGKILL);
        return -1;
    }
    return status;
}

bool run_prepare(const char *base, const char *place, unsigned older)
{
    enum { FAILED = 1 /* exit status of a run with documents that fail */ };
    place_clear(place);
    if (older == 0)
        return true;
    const int status = run_through(
        &(struct run_order){.base = base, .place = place, .workers = 2, .limit = older, .older = true});
    if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) <= FAILED)
        return true;
    printf("no older outputs can be had: wait status %d, see %s/log\n", status, place);
    return false;
}

bool run_watched(const struct run_order *o, const volatile uint32_t *stopped, int *status)
{
    const pid_t pid = run_start(o);
    const uint64_t began = run_clock();
    while (!run_has_ended(pid, status)) {
        if (*stopped != 0) {
            *status = -1;
            return true;
        }
        pause_a_little();
        if (run_clock() - began > HANGS_AFTER)
            return false;
    }
    return true;
}

/* What outlives a process that is killed becomes our child, and is killed then. */
bool run_kill_all(void)
{
    char name[64];
    int child;
    snprintf(name, sizeof name, "/proc/self/task/%d/children", getpid());
    const uint64_t began = run_clock();
    while (run_clock() - began < GONE_WITHIN) {
        FILE *const f = fopen(name, "re");
        while (f != NULL && fscanf(f, "%d", &child) == 1)
            kill(child, SIGKILL);
        if (f != NULL)
            fclose(f);
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
            return true;
        pause_a_little();
    }
    return false;
}

bool run_all_are_gone(void)
{
    const uint64_t began = run_clock();
    for (;;) {
        const pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0)
            return errno == ECHILD;
        if (pid == 0)
            pause_a_little();
        if (run_clock() - began > GONE_WITHIN)
            return false;
    }
}

/* ---- its processes ----------------------------------------------------------------------------- */

/* By the command line, whose second word says it; a child that is not docmill yet has its parent's. */
static bool has_role(pid_t pid, enum role role)
{
    static const char *const words[ROLES] = {
        [SUPERVISOR] = "run", [WORKER] = "__worker", [WRITER] = "__writer"};
    char name[32], line[PATH_SIZE + 32];
    snprintf(name, sizeof name, "/proc/%d/cmdline", pid);
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    line[n] = '\0';
    const size_t first = strlen(line) + 1;
    return first < (size_t)n && strcmp(line + first, words[role]) == 0;
}

unsigned run_children(pid_t run, enum role role, pid_t *out, unsigned cap)
{
    char name[64];
    int child;
    unsigned n = 0;
    snprintf(name, sizeof name, "/proc/%d/task/%d/children", run, run);
    FILE *const f = fopen(name, "re");
    while (f != NULL && n < cap && fscanf(f, "%d", &child) == 1)
        if (has_role(child, role))
            out[n++] = child;
    if (f != NULL)
        fclose(f);
    return n;
}

/* A descriptor stays with the process, whoever gets its number next. */
bool run_kill(pid_t pid, enum role role)
{
    const int fd = pidfd_open(pid, 0);
    if (fd < 0)
        return false;
    const bool killed = has_role(pid, role) && pidfd_send_signal(fd, SIGKILL, NULL, 0) == 0;
    close(fd);
    return killed;
}
