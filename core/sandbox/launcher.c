/* Both halves of the launcher.  They speak over a socket pair, one question and one answer at a time. */
#include "core/sandbox/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/sandbox/inherit.h"

enum { PROGRAMS_MAX = 256 /* at once */, POLL_NS = 2000000, NONE = -1 };

struct dm_launcher {
    int socket;
    pid_t process;
};

enum question_type { QUESTION_START, QUESTION_STOP };
struct question {
    uint32_t type, number, grace; /* START: of the order; STOP: of the program, and ms */
};
struct answer {
    int32_t status; /* START: dm_status; STOP: as waitpid() says */
    int32_t number; /* START: of the program */
    char why[DM_LAUNCH_WHY_MAX];
};

/* ---- the program: from fork() to exec() ---------------------------------------------------------- */

/* Why a program could not be started; travels through a pipe that exec() closes. */
struct news {
    dm_status status;
    char why[DM_LAUNCH_WHY_MAX];
};

/* Pipes of one start: [0] is read, [1] written. */
struct pipes {
    int input[2], output[2], news[2];
};

DM_PRINTF(3, 4)
_Noreturn static void give_up(const struct pipes *p, dm_status status, const char *fmt, ...)
{
    struct news n = {.status = status};
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(n.why, sizeof n.why, fmt, ap);
    va_end(ap);
    while (write(p->news[1], &n, sizeof n) < 0 && errno == EINTR)
        continue;
    _exit(127);
}

static void reset_signals(void)
{
    static const int ours[] = {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGQUIT, SIGALRM};
    sigset_t none;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        signal(ours[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Streams where a program expects them; all others but the news are closed on exec(), or now. */
static void place_streams(struct pipes *p)
{
    enum { NEWS = 3 };
    /* Out of the way of 0, 1 and 2 first. */
    const int in = fcntl(p->input[0], F_DUPFD_CLOEXEC, NEWS + 1),
              out = fcntl(p->output[1], F_DUPFD_CLOEXEC, NEWS + 1),
              news = fcntl(p->news[1], F_DUPFD_CLOEXEC, NEWS + 1);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup3(news, NEWS, O_CLOEXEC);
    p->news[1] = NEWS;
    dm__inherit_close(NEWS + 1);
}

static void confine(const struct dm_launch_order *o, const struct pipes *p)
{
    const struct dm_sandbox sandbox = {.reads = o->reads, .is_program = true};
    char why[DM_SANDBOX_WHY_MAX];
    if (!dm__sandbox_enter(&sandbox, why))
        give_up(p, DM_ERETRY, "%s", why);
}

static void limit_memory(const struct dm_launch_order *o)
{
    const rlim_t most = (rlim_t)o->memory;
    if (most != 0)
        setrlimit(RLIMIT_DATA, &(struct rlimit){most, most});
}

/* Where the system has its programs; a plain name is looked up there and nowhere else. */
static const char *const folders[] = {"/usr/local/bin", "/usr/bin", "/bin"};
static char path_variable[] = "PATH=/usr/local/bin:/usr/bin:/bin", charset_variable[] = "LANG=C.UTF-8";

_Noreturn static void execute(const struct dm_launch_order *o, char **words, const struct pipes *p)
{
    char *environment[] = {path_variable, charset_variable, NULL};
    int error = ENOENT;
    if (strchr(words[0], '/') != NULL) {
        execve(words[0], words, environment);
        error = errno;
    }
    for (size_t i = 0; strchr(words[0], '/') == NULL && i < sizeof folders / sizeof folders[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folders[i], words[0]);
        execve(path, words, environment);
        error = errno == ENOENT ? error : errno;
    }
    const bool room = error == ENOMEM || error == EAGAIN || error == EMFILE || error == ENFILE;
    if (error == ENOENT && strchr(words[0], '/') == NULL)
        give_up(p, DM_ECONFIG, "there is no program '%s' in /usr/local/bin, /usr/bin or /bin", words[0]);
    give_up(p, room ? DM_ERETRY : DM_ECONFIG, "%s%s%s cannot be run: %s", o->folder,
            words[0][0] == '/' ? " -> " : "/", words[0], strerror(error));
}

_Noreturn static void become(const struct dm_launch_order *o, char **words, struct pipes *p, pid_t launcher)
{
    reset_signals();
    place_streams(p);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launcher)
        _exit(127);
    if (chdir(o->folder) != 0)
        give_up(p, DM_ECONFIG, "the folder %s cannot be entered: %s", o->folder, strerror(errno));
    confine(o, p);
    limit_memory(o);
    execute(o, words, p);
}

/* ---- the launcher -------------------------------------------------------------------------------- */

struct serving {
    const struct dm_launch_orders *orders;
    char ***words; /* [order] NULL-terminated */
    int socket;
    pid_t programs[PROGRAMS_MAX]; /* 0: free */
};

static void close_pipe(int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static bool make_pipes(struct pipes *p)
{
    *p = (struct pipes){{NONE, NONE}, {NONE, NONE}, {NONE, NONE}};
    return pipe2(p->input, O_CLOEXEC) == 0 && pipe2(p->output, O_CLOEXEC) == 0 &&
           pipe2(p->news, O_CLOEXEC) == 0;
}

static pid_t wait_for(pid_t process, int *status, int flags)
{
    pid_t got;
    while ((got = waitpid(process, status, flags)) < 0 && errno == EINTR)
        continue;
    return got;
}

static struct answer refusal(dm_status status, const char *what, int error)
{
    struct answer a = {.status = status, .number = NONE};
    snprintf(a.why, sizeof a.why, "%s: %s", what, strerror(error));
    return a;
}

/* Hear whether exec() went well. */
static void hear(const struct pipes *p, pid_t process, struct answer *a)
{
    struct news n;
    ssize_t got;
    while ((got = read(p->news[0], &n, sizeof n)) < 0 && errno == EINTR)
        continue;
    if (got == 0)
        return;
    *a = (struct answer){.status = DM_ERETRY, .number = NONE};
    if (got == (ssize_t)sizeof n) {
        a->status = n.status;
        memcpy(a->why, n.why, sizeof a->why);
    }
    wait_for(process, &(int){0}, 0);
}

static struct answer start(struct serving *s, uint32_t order, struct pipes *p)
{
    uint32_t slot = 0;
    while (slot < PROGRAMS_MAX && s->programs[slot] != 0)
        slot++;
    if (order >= s->orders->count || slot == PROGRAMS_MAX)
        return refusal(DM_ERETRY, "a program cannot be started", EAGAIN);
    const pid_t self = getpid(), process = fork();
    if (process < 0)
        return refusal(DM_ERETRY, "a program cannot be started", errno);
    if (process == 0)
        become(&s->orders->items[order], s->words[order], p, self);
    close(p->news[1]);
    p->news[1] = NONE;
    struct answer a = {.status = DM_OK, .number = (int32_t)slot};
    hear(p, process, &a);
    if (a.status == DM_OK)
        s->programs[slot] = process;
    return a;
}

static bool is_over(pid_t process, int *status, uint32_t grace)
{
    for (int64_t left = (int64_t)grace * 1000000; left > 0; left -= POLL_NS) {
        if (wait_for(process, status, WNOHANG) == process)
            return true;
        nanosleep(&(struct timespec){0, POLL_NS}, NULL);
    }
    return wait_for(process, status, WNOHANG) == process;
}

static struct answer stop(struct serving *s, uint32_t number, uint32_t grace)
{
    int status = -1;
    if (number < PROGRAMS_MAX && s->programs[number] != 0) {
        if (!is_over(s->programs[number], &status, grace)) {
            kill(s->programs[number], SIGKILL);
            wait_for(s->programs[number], &status, 0);
        }
        s->programs[number] = 0;
    }
    return (struct answer){.status = status, .number = (int32_t)number};
}

/* Send an answer, and two descriptors with it unless they are NULL. */
static bool reply(int socket, const struct answer *a, const int *fds)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control = {
        .head = {.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct iovec bytes = {(void *)(uintptr_t)a, sizeof *a};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    if (fds != NULL) {
        memcpy(CMSG_DATA(&control.head), fds, 2 * sizeof(int));
        message.msg_control = control.room;
        message.msg_controllen = sizeof control.room;
    }
    ssize_t sent;
    while ((sent = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return sent == (ssize_t)sizeof *a;
}

static bool answer_start(struct serving *s, uint32_t order)
{
    struct pipes p;
    struct answer a =
        make_pipes(&p) ? start(s, order, &p) : refusal(DM_ERETRY, "no pipe for a program", errno);
    const int fds[] = {p.input[1], p.output[0]};
    const bool ok = reply(s->socket, &a, a.status == DM_OK ? fds : NULL);
    close_pipe(p.input);
    close_pipe(p.output);
    close_pipe(p.news);
    return ok;
}

_Noreturn static void serve(struct serving *s)
{
    struct question q;
    ssize_t got;
    bool ok = true;
    while (ok && ((got = recv(s->socket, &q, sizeof q, MSG_WAITALL)) == (ssize_t)sizeof q ||
                  (got < 0 && errno == EINTR))) {
        if (got < 0)
            continue;
        if (q.type == QUESTION_START) {
            ok = answer_start(s, q.number);
        } else {
            const struct answer a = stop(s, q.number, q.grace);
            ok = reply(s->socket, &a, NULL);
        }
    }
    kill(0, SIGKILL); /* the programs, theirs, and ourselves */
    _exit(0);
}

/* In the child: a process group of its own, and nothing open but the socket and standard error. */
static void settle(struct serving *s)
{
    enum { SOCKET = 3 };
    setpgid(0, 0);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    alarm(0);
    if (s->socket != SOCKET)
        dup3(s->socket, SOCKET, O_CLOEXEC);
    s->socket = SOCKET;
    dm__inherit_close(SOCKET + 1);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (null > SOCKET)
        close(null);
}

/* ---- whoever asks -------------------------------------------------------------------------------- */

static char ***copy_words(const struct dm_launch_orders *orders)
{
    char ***const words = calloc(orders->count, sizeof *words);
    for (size_t i = 0; words != NULL && i < orders->count; i++) {
        words[i] = calloc(orders->items[i].count + 1, sizeof **words);
        if (words[i] == NULL)
            return NULL; /* the child leaves */
        for (size_t k = 0; k < orders->items[i].count; k++)
            words[i][k] = strdup(orders->items[i].words[k]);
    }
    return words;
}

struct dm_launcher *dm__launcher_fork(const struct dm_launch_orders *orders)
{
    int sockets[2];
    errno = 0;
    if (orders->count == 0)
        return NULL;
    struct dm_launcher *const l = calloc(1, sizeof *l);
    if (l == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        free(l);
        return NULL;
    }
    l->socket = sockets[0];
    l->process = fork();
    if (l->process == 0) {
        struct serving s = {.orders = orders, .socket = sockets[1], .words = copy_words(orders)};
        settle(&s);
        if (s.words == NULL)
            _exit(1);
        serve(&s);
    }
    const int error = errno;
    close(sockets[1]);
    if (l->process < 0) {
        close(sockets[0]);
        free(l);
        errno = error;
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);
    return l;
}

/* Without sockets' own calls, which a sandbox denies: write() and recvmsg().
 * fds     out: two descriptors, or -1
 * return  false: the launcher is gone */
static bool ask(const struct dm_launcher *l, const struct question *q, struct answer *a, int fds[2])
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec bytes = {a, sizeof *a};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    ssize_t n;
    fds[0] = fds[1] = NONE;
    while ((n = write(l->socket, q, sizeof *q)) < 0 && errno == EINTR)
        continue;
    if (n != (ssize_t)sizeof *q)
        return false;
    while ((n = recvmsg(l->socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL)) < 0 && errno == EINTR)
        continue;
    const struct cmsghdr *const head = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head != NULL && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(2 * sizeof(int)))
        memcpy(fds, CMSG_DATA(head), 2 * sizeof(int));
    return n == (ssize_t)sizeof *a;
}

dm_status dm__launcher_start(struct dm_launcher *l, size_t order, dm_program *p, char why[DM_LAUNCH_WHY_MAX])
{
    const struct question q = {.type = QUESTION_START, .number = (uint32_t)order};
    struct answer a;
    int fds[2];
    if (!ask(l, &q, &a, fds)) {
        snprintf(why, DM_LAUNCH_WHY_MAX, "the process that starts programs is gone");
        return DM_ERETRY;
    }
    memcpy(why, a.why, DM_LAUNCH_WHY_MAX);
    p->number = a.number;
    p->input = fds[0];
    p->output = fds[1];
    return a.status == DM_OK && fds[0] < 0 ? DM_ERETRY : a.status;
}

int32_t dm__launcher_stop(struct dm_launcher *l, dm_program *p, uint32_t grace)
{
    const struct question q = {.type = QUESTION_STOP, .number = (uint32_t)p->number, .grace = grace};
    struct answer a;
    int fds[2];
    if (p->input >= 0)
        close(p->input);
    if (p->output >= 0)
        close(p->output);
    p->input = p->output = NONE;
    return ask(l, &q, &a, fds) ? a.status : -1;
}

int dm__launcher_fd(const struct dm_launcher *l)
{
    return l != NULL ? l->socket : NONE;
}

void dm__launcher_end(struct dm_launcher *l)
{
    if (l == NULL)
        return;
    close(l->socket);
    wait_for(l->process, &(int){0}, 0);
    free(l);
}
