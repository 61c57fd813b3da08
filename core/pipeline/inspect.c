/* Describe a plugin in a child process, because loading a shared object runs its constructors: they
 * may crash, hang, print, or end the process, and cost one child and one line in the report.
 *
 * Both sides are here.  The child writes a description or a refusal to its standard output and ends
 * with 0, or with 1 if the file could not be loaded at all. */
#include "core/pipeline/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/pipeline/reach.h"
#include "core/sandbox/inherit.h"
#include "core/text/str.h"

/* ---- the child ------------------------------------------------------------------------------ */

/* Called first, before anything of the plugin has run.  What it will need is not known yet, so it gets
 * what every plugin does.
 * return  false: said why on standard error, whose last line is the reason that the parent gives */
static bool confine(struct dm_arena *arena, const char *path)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Sanitizers catch some of these; a crash shall look the same in every build. */
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        signal(crashes[i], SIG_DFL);
    struct dm_sandbox sandbox;
    char why[DM_SANDBOX_WHY_MAX] = "out of memory";
    const bool known = dm__reach_plugin(arena, path, &sandbox);
    dm__inherit_close(STDERR_FILENO + 1);
    dm__inherit_nothing();
    sandbox.streams_are_pipes = true;
    const bool ok = known && dm__sandbox_enter(&sandbox, why);
    if (!ok)
        fprintf(stderr, "%s\n", why);
    return ok;
}

static bool write_all(int fd, dm_str text)
{
    while (text.len > 0) {
        const ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            text = (dm_str){text.ptr + n, text.len - (size_t)n};
    }
    return true;
}

int dm__describe_child(const char *path)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    if (!confine(&arena, path))
        _exit(1);
    /* What constructors print is no part of the description. */
    const int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(1);
    struct dm_plugin_file file = {.path = dm__str(path)};
    dm__plugin_load(&arena, &file);
    dm_str text = dm__describe_write(&arena, &file.about, file.problem);
    if (text.ptr == NULL)
        text = dm__describe_write(&arena, NULL, DM_LIT("its description is longer than 1 MiB"));
    const bool written = write_all(out, text);
    /* Not exit(): a plugin's destructors have no business here. */
    _exit(written && file.loaded ? 0 : 1);
}

/* ---- the parent ----------------------------------------------------------------------------- */

struct child {
    pid_t pid;
    int pidfd, out, err; /* -1: closed */
    char *text;          /* [DM_DESCRIBE_MAX] what came through `out` */
    size_t text_len;
    char words[2048]; /* the last of what came through `err` */
    size_t words_len;
};

enum ending { ENDED, HUNG, FLOODED };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int spawn_child(const char *path, int out, int err, pid_t *pid)
{
    char **const environment = dm__inherit_environment();
    if (environment == NULL)
        return ENOMEM;
    const char *program = getenv("DOCMILL_DESCRIBE_EXE");
    if (program == NULL || program[0] == '\0')
        program = "/proc/self/exe";
    const char *const words[] = {"docmill", "__describe", path, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    /* A session of its own, so that the kill below reaches all that the constructors start. */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
    /* posix_spawn() takes pointers to char and leaves alone what they point to. */
    char *argv[4];
    memcpy(argv, words, sizeof argv);
    const int error = posix_spawn(pid, program, &files, &attributes, argv, environment);
    free(environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* return  0, or an errno */
static int start_child(struct child *c, const char *path)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1};
    int error = 0;
    c->text = malloc(DM_DESCRIBE_MAX);
    if (c->text == NULL || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0 ||
        fcntl(out[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(err[0], F_SETFL, O_NONBLOCK) != 0)
        error = errno;
    else
        error = spawn_child(path, out[1], err[1], &c->pid);
    close_fd(&out[1]);
    close_fd(&err[1]);
    c->out = out[0];
    c->err = err[0];
    if (error != 0)
        return error;
    c->pidfd = pidfd_open(c->pid, 0);
    return c->pidfd >= 0 ? 0 : errno;
}

/* Kill what is left of it and take its status. */
static int end_child(struct child *c)
{
    int status = 0;
    if (c->pid > 0) {
        kill(-c->pid, SIGKILL);
        while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    close_fd(&c->pidfd);
    close_fd(&c->out);
    close_fd(&c->err);
    return status;
}

/* Read all that is there now.
 * return  bytes read */
static size_t drain(int *fd, char *buffer, size_t size)
{
    size_t len = 0;
    while (*fd >= 0 && len < size) {
        const ssize_t n = read(*fd, buffer + len, size - len);
        if (n > 0)
            len += (size_t)n;
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            close_fd(fd);
        else if (errno == EAGAIN)
            break;
    }
    return len;
}

/* Once, not until nothing is there: who writes for ever must not keep us from the clock. */
static void drain_words(struct child *c)
{
    char piece[1 << 16];
    size_t n = drain(&c->err, piece, sizeof piece);
    const char *from = piece;
    if (n > sizeof c->words) {
        from += n - sizeof c->words;
        n = sizeof c->words;
    }
    const size_t room = sizeof c->words - n;
    const size_t kept = c->words_len < room ? c->words_len : room;
    memmove(c->words, c->words + c->words_len - kept, kept);
    memcpy(c->words + kept, from, n);
    c->words_len = kept + n;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Wait for the child's end, not for the end of its pipes: what a constructor left running may hold
 * them open for ever. */
static enum ending attend_child(struct child *c, int timeout_ms)
{
    const int64_t deadline = now_ms() + timeout_ms;
    for (;;) {
        struct pollfd fds[] = {{c->pidfd, POLLIN, 0}, {c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
        const int64_t left = deadline - now_ms();
        if (left <= 0)
            return HUNG;
        if (poll(fds, 3, (int)left) < 0)
            continue;
        c->text_len += drain(&c->out, c->text + c->text_len, DM_DESCRIBE_MAX - c->text_len);
        drain_words(c);
        if (c->text_len == DM_DESCRIBE_MAX)
            return FLOODED;
        if (fds[0].revents != 0)
            return ENDED;
    }
}

/* The last line that the child wrote for people. */
static dm_str last_words(const struct child *c)
{
    size_t end = c->words_len;
    while (end > 0 && (c->words[end - 1] == '\n' || c->words[end - 1] == '\r'))
        end--;
    size_t begin = end;
    while (begin > 0 && c->words[begin - 1] != '\n' && end - begin < 160)
        begin--;
    return (dm_str){c->words + begin, end - begin};
}

static bool refuse_ending(struct dm_arena *arena, const struct child *c, dm_str *problem, const char *what,
                          const char *detail)
{
    const dm_str words = last_words(c);
    return dm__refuse(arena, problem, "%s%s%s%.*s", what, detail, words.len > 0 ? "; it wrote: " : "",
                      (int)words.len, words.ptr);
}

static bool refuse_status(struct dm_arena *arena, const struct child *c, dm_str *problem, int status)
{
    if (WIFSIGNALED(status)) {
        const char *const name = sigabbrev_np(WTERMSIG(status));
        return refuse_ending(arena, c, problem, "crashes while it is loaded: SIG", name != NULL ? name : "?");
    }
    const dm_str number = dm__arena_printf(arena, "%d", WEXITSTATUS(status));
    return refuse_ending(arena, c, problem, "ends the program while it is loaded: exit status ",
                         number.ptr != NULL ? number.ptr : "?");
}

bool dm__inspect(struct dm_arena *arena, struct dm_plugin_file *file, int timeout_ms, dm_str *text)
{
    *text = (dm_str){0};
    struct child c = {.pidfd = -1, .out = -1, .err = -1};
    const int error = start_child(&c, file->path.ptr);
    const enum ending ending = error == 0 ? attend_child(&c, timeout_ms) : ENDED;
    const int status = end_child(&c);
    const dm_str said = {c.text, c.text_len};
    bool read = false;
    if (error != 0)
        dm__refuse(arena, &file->problem, "cannot be described: %s", strerror(error));
    else if (ending == HUNG)
        refuse_ending(arena, &c, &file->problem, "hangs while it is loaded", "");
    else if (ending == FLOODED)
        dm__refuse(arena, &file->problem, "its description is longer than 1 MiB");
    else if (WIFSIGNALED(status) || said.len == 0)
        refuse_status(arena, &c, &file->problem, status);
    else if (!dm__describe_read(arena, said, &file->about, &file->problem))
        refuse_ending(arena, &c, &file->problem, "its description cannot be read", "");
    else
        read = true;
    /* A status of 0 says that the table was read: only then does the same content give the same
     * answer again.  A library that is missing may be there tomorrow; a crash or a hang may have been
     * the machine's fault, and who mends its cause outside the file wants to see that at once. */
    if (read && status == 0)
        *text = dm__arena_str(arena, said);
    free(c.text);
    return read && file->problem.len == 0;
}
