/* Both halves of the launcher.  They speak over a socket pair, one question and one answer at a time. */
#include "core/sandbox/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sandbox/inherit.h"

enum {
    PROGRAMS_MAX = 256, /* at once */
    STEP = 2,           /* ms between two looks at a program that is to end */
    GRACE_MAX = 10000,  /* ms */
    LAST_WORDS = 500,   /* ms */
    NONE = -1
};

struct dm_launcher {
    int socket;
    pid_t process;
    bool gone;
};

enum question_type { QUESTION_START, QUESTION_STOP, QUESTION_END };
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

static int move(int fd, int to, const struct pipes *p)
{
    const int moved = dup3(fd, to, to > STDERR_FILENO ? O_CLOEXEC : 0);
    if (moved < 0)
        give_up(p, DM_ERETRY, "a program has no streams: %s", strerror(errno));
    return moved;
}

/* Streams where a program expects them; all others but the news are closed on exec(), or now.  No pipe of ours has a
 * number below 4, see settle(). */
static void place_streams(struct pipes *p)
{
    enum { NEWS = 3 };
    p->news[1] = move(p->news[1], NEWS, p);
    move(p->input[0], STDIN_FILENO, p);
    move(p->output[1], STDOUT_FILENO, p);
    dm__inherit_close(NEWS + 1);
}

/* Before the sandbox, which denies it.  A sanitizer, which is in our program still, has reserved more. */
static void limit_memory(const struct dm_launch_order *o, const struct pipes *p)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(DOCMILL_SANITIZED)
    const rlim_t most = (rlim_t)o->memory;
    if (most != 0 && setrlimit(RLIMIT_DATA, &(struct rlimit){most, most}) != 0)
        give_up(p, DM_ERETRY, "the program's memory cannot be limited: %s", strerror(errno));
#else
    (void)o, (void)p;
#endif
}

static void confine(const struct dm_launch_order *o, const struct pipes *p)
{
    const struct dm_sandbox sandbox = {.reads = o->reads, .is_program = true};
    char why[DM_SANDBOX_WHY_MAX];
    if (!dm__sandbox_enter(&sandbox, why))
        give_up(p, DM_ERETRY, "%s", why);
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
    give_up(p, room ? DM_ERETRY : DM_ECONFIG, "%s%s%s cannot be run: %s", words[0][0] == '/' ? "" : o->folder,
            words[0][0] == '/' ? "" : "/", words[0], strerror(error));
}

_Noreturn static void become(const struct dm_launch_order *o, char **words, struct pipes *p, pid_t launcher)
{
    reset_signals();
    place_streams(p);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launcher)
        _exit(127);
    if (setpgid(0, 0) != 0) /* what it starts is of its group, which it cannot leave, and ends with it */
        give_up(p, DM_ERETRY, "the program has no process group: %s", strerror(errno));
    if (chdir(o->folder) != 0)
        give_up(p, DM_ECONFIG, "the folder %s cannot be entered: %s", o->folder, strerror(errno));
    limit_memory(o, p);
    confine(o, p);
    execute(o, words, p);
}

/* ---- the launcher -------------------------------------------------------------------------------- */

struct serving {
    const struct dm_launch_orders *orders;
    char ***words; /* [order] NULL-terminated */
    int socket;
    struct program {
        pid_t process; /* and its group; 0: free */
        int32_t number;
    } programs[PROGRAMS_MAX];
    int32_t next_number;
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

/* Whether it has ended; it is not reaped. */
static bool has_ended(pid_t process)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == process;
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
    *a = refusal(DM_ERETRY, "a program cannot be started", EIO);
    if (got == (ssize_t)sizeof n) {
        a->status = n.status;
        memcpy(a->why, n.why, sizeof a->why);
    }
    wait_for(process, &(int){0}, 0);
}

/* A program that has ended, and that nobody asked about, makes room. */
static struct program *find_room(struct serving *s)
{
    for (size_t i = 0; i < PROGRAMS_MAX; i++)
        if (s->programs[i].process == 0)
            return &s->programs[i];
    for (size_t i = 0; i < PROGRAMS_MAX; i++)
        if (wait_for(s->programs[i].process, &(int){0}, WNOHANG) > 0)
            return &s->programs[i];
    return NULL;
}

static struct answer start(struct serving *s, uint32_t order, struct pipes *p)
{
    struct program *const room = find_room(s);
    if (order >= s->orders->count || room == NULL)
        return refusal(DM_ERETRY, "a program cannot be started", EAGAIN);
    const pid_t self = getpid(), process = fork();
    if (process < 0)
        return refusal(DM_ERETRY, "a program cannot be started", errno);
    if (process == 0)
        become(&s->orders->items[order], s->words[order], p, self);
    close(p->news[1]);
    p->news[1] = NONE;
    struct answer a = {.status = DM_OK, .number = s->next_number++};
    hear(p, process, &a);
    if (a.status == DM_OK)
        *room = (struct program){process, a.number};
    return a;
}

/* Kill the whole group before its leader is reaped, while the number is nobody else's. */
static int finish(struct program *p)
{
    int status = -1;
    kill(-p->process, SIGKILL);
    wait_for(p->process, &status, 0);
    p->process = 0;
    return status;
}

static struct answer stop(struct serving *s, uint32_t number, uint32_t grace)
{
    struct answer a = {.status = -1, .number = (int32_t)number};
    struct pollfd asker = {.fd = s->socket}; /* who may be gone meanwhile */
    size_t i = 0;
    while (i < PROGRAMS_MAX && (s->programs[i].process == 0 || s->programs[i].number != a.number))
        i++;
    if (i == PROGRAMS_MAX)
        return a;
    for (uint32_t left = grace < GRACE_MAX ? grace : GRACE_MAX; !has_ended(s->programs[i].process);
         left -= STEP)
        if (left < STEP || poll(&asker, 1, STEP) != 0)
            break;
    a.status = finish(&s->programs[i]);
    return a;
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

/* Their standard input has ended: they may say their last words. */
_Noreturn static void end_all(struct serving *s)
{
    uint32_t left = LAST_WORDS;
    for (size_t i = 0; i < PROGRAMS_MAX; i++)
        for (; s->programs[i].process != 0 && left >= STEP && !has_ended(s->programs[i].process);
             left -= STEP)
            poll(NULL, 0, STEP);
    for (size_t i = 0; i < PROGRAMS_MAX; i++)
        if (s->programs[i].process != 0)
            finish(&s->programs[i]);
    _exit(0);
}

_Noreturn static void serve(struct serving *s)
{
    struct question q;
    for (bool ok = true; ok;) {
        const ssize_t got = recv(s->socket, &q, sizeof q, MSG_WAITALL);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != (ssize_t)sizeof q || q.type == QUESTION_END)
            break;
        if (q.type == QUESTION_START) {
            ok = answer_start(s, q.number);
        } else {
            const struct answer a = stop(s, q.number, q.grace);
            ok = reply(s->socket, &a, NULL);
        }
    }
    end_all(s);
}

/* In the child: a process group of its own, as signals of a terminal are not for it, and nothing open but the socket and
 * standard error.  0 to 2 are open then, so that no pipe gets these numbers.
 * return  false: it cannot work */
static bool settle(struct serving *s)
{
    enum { SOCKET = 3 };
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    alarm(0);
    if (setpgid(0, 0) != 0 || (s->socket != SOCKET && dup3(s->socket, SOCKET, O_CLOEXEC) < 0))
        return false;
    s->socket = SOCKET;
    dm__inherit_close(SOCKET + 1);
    const int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        return false;
    if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(null, STDERR_FILENO) < 0)
        return false;
    if (null > SOCKET)
        close(null);
    return true;
}

/* ---- whoever asks -------------------------------------------------------------------------------- */

/* return  NULL: no memory, and the child leaves with what it has */
static char ***copy_words(const struct dm_launch_orders *orders)
{
    char ***const words = calloc(orders->count, sizeof *words);
    for (size_t i = 0; words != NULL && i < orders->count; i++) {
        words[i] = calloc(orders->items[i].count + 1, sizeof **words);
        if (words[i] == NULL)
            return NULL;
        for (size_t k = 0; k < orders->items[i].count; k++)
            if ((words[i][k] = strdup(orders->items[i].words[k])) == NULL)
                return NULL;
    }
    return words;
}

_Noreturn static void be_launcher(const struct dm_launch_orders *orders, int socket)
{
    struct serving s = {.orders = orders, .socket = socket, .words = copy_words(orders)};
    if (s.words == NULL || !settle(&s))
        _exit(1);
    serve(&s);
}

/* Two ends, beyond the standard streams, which may be closed. */
static bool make_sockets(int sockets[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        const int fd = fcntl(sockets[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1), error = errno;
        close(sockets[i]);
        sockets[i] = fd;
        if (fd < 0) {
            close(sockets[1 - i]);
            errno = error;
            return false;
        }
    }
    return true;
}

struct dm_launcher *dm__launcher_fork(const struct dm_launch_orders *orders)
{
    int sockets[2];
    errno = 0;
    if (orders->count == 0)
        return NULL;
    struct dm_launcher *const l = calloc(1, sizeof *l);
    if (l == NULL || !make_sockets(sockets)) {
        free(l);
        return NULL;
    }
    l->socket = sockets[0];
    l->process = fork();
    if (l->process == 0) {
        close(sockets[0]); /* its end is how we hear that the process is gone */
        be_launcher(orders, sockets[1]);
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

/* Descriptors that came along: both, or none, as one alone is closed. */
static void take_descriptors(struct msghdr *message, int fds[2])
{
    const struct cmsghdr *const head = CMSG_FIRSTHDR(message);
    if (head == NULL || head->cmsg_type != SCM_RIGHTS || head->cmsg_len < CMSG_LEN(sizeof(int)))
        return;
    const size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(fds, CMSG_DATA(head), (count < 2 ? count : 2) * sizeof(int));
    if (count < 2) {
        close(fds[0]);
        fds[0] = NONE;
    }
}

/* Without sockets' own calls, which a sandbox denies: write() and recvmsg().
 * fds     out: two descriptors, or -1
 * return  false: the launcher is gone */
static bool ask(struct dm_launcher *l, const struct question *q, struct answer *a, int fds[2])
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control = {.room = {0}};
    struct iovec bytes = {a, sizeof *a};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    ssize_t n;
    fds[0] = fds[1] = NONE;
    while ((n = write(l->socket, q, sizeof *q)) < 0 && errno == EINTR)
        continue;
    if (n == (ssize_t)sizeof *q)
        while ((n = recvmsg(l->socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL)) < 0 && errno == EINTR)
            continue;
    l->gone = l->gone || n != (ssize_t)sizeof *a;
    if (n > 0)
        take_descriptors(&message, fds);
    return !l->gone;
}

bool dm__launcher_is_gone(const struct dm_launcher *l)
{
    return l != NULL && l->gone;
}

dm_status dm__launcher_start(struct dm_launcher *l, size_t order, dm_program *p, char why[DM_LAUNCH_WHY_MAX])
{
    const struct question q = {.type = QUESTION_START, .number = (uint32_t)order};
    struct answer a = {.status = DM_ERETRY};
    int fds[2];
    if (!ask(l, &q, &a, fds)) {
        snprintf(why, DM_LAUNCH_WHY_MAX, "the process that starts programs is gone");
        return DM_ERETRY;
    }
    memcpy(why, a.why, DM_LAUNCH_WHY_MAX);
    p->number = a.number;
    p->input = fds[0];
    p->output = fds[1];
    if (a.status != DM_OK || fds[0] >= 0)
        return a.status;
    snprintf(why, DM_LAUNCH_WHY_MAX, "no descriptors for a program: %s", strerror(EMFILE));
    dm__launcher_stop(l, p, 0);
    return DM_ERETRY;
}

int32_t dm__launcher_stop(struct dm_launcher *l, dm_program *p, uint32_t grace)
{
    const struct question q = {.type = QUESTION_STOP, .number = (uint32_t)p->number, .grace = grace};
    struct answer a = {.status = -1};
    int fds[2];
    if (p->input >= 0)
        close(p->input);
    if (p->output >= 0)
        close(p->output);
    p->input = p->output = NONE;
    return ask(l, &q, &a, fds) ? a.status : -1;
}

void dm__launcher_end(struct dm_launcher *l)
{
    if (l == NULL)
        return;
    const struct question q = {.type = QUESTION_END};
    struct answer a;
    int fds[2];
    ask(l, &q, &a, fds); /* the answer is that it is gone */
    close(l->socket);
    wait_for(l->process, &(int){0}, 0); /* in a sandbox nobody waits, and init does */
    free(l);
}
