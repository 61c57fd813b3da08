/* Open all stages of a pipeline once before anything starts, in a child process. */
#include "core/cli/preflight.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/chain/chain.h"
#include "core/pipeline/reach.h"
#include "core/sandbox/inherit.h"
#include "core/text/str.h"

enum {
    SECONDS_MAX = 10 /* for loading, and for each step */,
    PROGRAM_SECONDS_MAX = 60 /* where one is started */
};

/* What the child tells: a step begins (status OK), or is refused; or it is at its end. */
enum { AT_END = -2 };
struct news {
    int32_t step, status;
    char why[DM_WHY_MAX];
};

static void tell(int fd, const struct news *n)
{
    /* at most PIPE_BUF bytes, so one write takes it whole */
    while (write(fd, n, sizeof *n) < 0 && errno == EINTR)
        continue;
}

static void hear_log(void *owner, int32_t step, int32_t level, dm_str line)
{
    (void)step;
    const struct dm_cli *cli = owner;
    dm__log_line(&cli->log, level, DM_LIT(""), DM_LIT(""), line);
}

/* All descriptors but the standard streams and two. */
static void close_others(int one, int other)
{
    const int last = one > other ? one : other;
    for (int fd = STDERR_FILENO + 1; fd < last; fd++)
        if (fd != one && fd != other)
            close(fd);
    dm__inherit_close(last + 1);
}

/* As in a worker: what opens here opens there. */
static bool confine(const struct dm_cli *cli, const struct dm_loaded *loaded, int fd,
                    struct dm_launcher **launcher)
{
    struct dm_sandbox sandbox;
    char why[DM_SANDBOX_WHY_MAX] = "out of memory";
    const bool known = dm__reach_worker(cli->arena, loaded->pipeline, &sandbox);
    close_others(fd, fileno(cli->log.to));
    dm__inherit_nothing();
    *launcher = dm__launcher_fork(&loaded->pipeline->programs.orders);
    const bool ok = known && dm__sandbox_enter(&sandbox, why);
    if (!ok)
        dm__log_error(&cli->log, "%s", why);
    return ok;
}

static bool starts_programs(const struct dm_pipeline *one)
{
    for (size_t i = 0; i < one->programs.orders.count; i++)
        for (size_t k = 0; k < one->steps->instance_count; k++)
            if (one->programs.owners[i].instance == &one->steps->instances[k])
                return true;
    return false;
}

/* Each step is opened as a chain of its own, so that one refusal does not hide the next. */
static void open_steps(const struct dm_cli *cli, const struct dm_loaded *loaded, int fd)
{
    struct dm_loaded here;
    struct dm_launcher *launcher;
    if (!confine(cli, loaded, fd, &launcher) || !dm__load_here(cli, loaded, NULL, &here)) {
        tell(fd, &(struct news){.step = AT_END, .status = DM_ECONFIG});
        return;
    }
    struct dm_cli listener = *cli;
    const struct dm_chain_events events = {.owner = &listener, .log = hear_log};
    for (size_t i = 0; i < here.pipeline->step_count; i++) {
        struct dm_pipeline one = *here.pipeline;
        one.steps = &here.pipeline->steps[i];
        one.step_count = 1;
        one.programs.launcher = launcher;
        struct news n = {.step = (int32_t)i, .status = DM_OK};
        tell(fd, &n);
        alarm(starts_programs(&one) ? PROGRAM_SECONDS_MAX : SECONDS_MAX);
        struct dm_outcome why;
        struct dm_chain *chain = dm__chain_open(&one, 0, &events, &why);
        if (chain) {
            dm__chain_close(chain);
            continue;
        }
        n.status = why.status;
        memcpy(n.why, why.why, sizeof n.why);
        tell(fd, &n);
    }
    dm__launcher_end(launcher);
    tell(fd, &(struct news){.step = AT_END, .status = DM_OK});
}

static void add_problem(struct dm_report *report, const struct dm_pipeline *p, int32_t step, const char *why)
{
    const struct dm_step *s = &p->steps[step];
    dm__report_error(report, p->file, s->line, s->column, "%.*s: %s", (int)s->name.len, s->name.ptr, why);
}

/* How the child ended before it was done, in words. */
static void describe_death(int status, char *why, size_t size)
{
    if (WIFEXITED(status))
        snprintf(why, size, "ended the process with status %d", WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGALRM)
        snprintf(why, size, "took too long");
    else
        snprintf(why, size, "crashed: %s", strsignal(WTERMSIG(status)));
}

static void blame_death(struct dm_report *report, const struct dm_pipeline *p, int32_t step, int status)
{
    char how[128], why[192];
    describe_death(status, how, sizeof how);
    snprintf(why, sizeof why, "the plugin %s when it was %s", how, step >= 0 ? "opened" : "loaded");
    if (step >= 0)
        add_problem(report, p, step, why);
    else
        dm__report_error(report, p->file, 0, 0, "%s", why);
}

/* Hear the child out.
 * at      out: the step that it was last at; AT_END: it is done
 * return  false: the plugins could not even be loaded, which the child has said */
static bool listen_to(int fd, struct dm_report *report, const struct dm_pipeline *p, int32_t *at)
{
    struct news n;
    *at = -1;
    for (;;) {
        const ssize_t got = read(fd, &n, sizeof n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != (ssize_t)sizeof n)
            return true;
        if (n.step == AT_END) {
            *at = AT_END;
            return n.status == DM_OK;
        }
        if (n.step < 0 || (size_t)n.step >= p->step_count)
            continue;
        *at = n.step;
        n.why[sizeof n.why - 1] = '\0';
        if (n.status != DM_OK)
            add_problem(report, p, *at, n.why[0] ? n.why : "the stage refused to open and gave no reason");
    }
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

bool dm__preflight(const struct dm_cli *cli, const struct dm_loaded *loaded)
{
    int fds[2];
    fflush(NULL); /* or the child would write what is buffered once more */
    if (pipe(fds) != 0) {
        dm__log_error(&cli->log, "no pipe for the check of the stages: %s", strerror(errno));
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        alarm(SECONDS_MAX);
        open_steps(cli, loaded, fds[1]);
        fflush(NULL);
        _exit(0);
    }
    const int fork_error = errno;
    close(fds[1]);
    if (child < 0) {
        close(fds[0]);
        dm__log_error(&cli->log, "no process for the check of the stages: %s", strerror(fork_error));
        return false;
    }
    struct dm_report report;
    dm__report_init(&report, cli->arena);
    int32_t last;
    const bool loads = listen_to(fds[0], &report, loaded->pipeline, &last);
    close(fds[0]);
    const int status = wait_for(child);
    if (last != AT_END)
        blame_death(&report, loaded->pipeline, last, status);
    dm__log_report(&cli->log, &report, loaded->text);
    return loads && report.errors == 0;
}
