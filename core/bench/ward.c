#include "core/bench/ward.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/child.h"
#include "core/engine/frame.h"

enum { LOOK_MS = 20, LEAVE_MS = 30000 };

/* Shared with the child. */
struct dm_ward_page {
    _Atomic uint64_t since; /* ms, monotonic: when the step began */
    _Atomic bool done;      /* all work is */
    char doing[DM_WARD_DOING_MAX];
};

struct head {
    uint32_t kind, len;
};

/* What is known of the child from outside. */
struct watch {
    struct dm_ward *ward;
    pid_t child;
    int fd;
    char *bytes;
    size_t len, cap;
    bool broken; /* what it sends is no message: the plugin wrote there */
};

static uint64_t now(void)
{
    return dm__clock() / 1000000;
}

/* ---- in the child ----------------------------------------------------------------------------- */

void dm__ward_step(struct dm_ward *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(w->page->doing, sizeof w->page->doing, fmt, ap);
    va_end(ap);
    w->page->since = now();
}

const char *dm__ward_doing(const struct dm_ward *w)
{
    return w->page->doing;
}

static void write_all(int fd, const char *p, size_t len)
{
    while (len != 0) {
        const ssize_t n = write(fd, p, len);
        if (n < 0 && errno != EINTR)
            _exit(1); /* nobody listens any more */
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
    }
}

void dm__ward_say(struct dm_ward *w, uint32_t kind, dm_str bytes)
{
    const size_t len = bytes.len < DM_WARD_MESSAGE_MAX ? bytes.len : DM_WARD_MESSAGE_MAX;
    const struct head head = {kind, (uint32_t)len};
    write_all(w->fd, (const char *)&head, sizeof head);
    write_all(w->fd, bytes.ptr, len);
}

/* It ends with exit(), as the sanitizers look for leaks then. */
_Noreturn static void be_child(struct dm_ward *w, int fd)
{
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        close(null);
    }
    w->fd = fd;
    w->work(w->owner, w);
    w->page->done = true;
    exit(EXIT_SUCCESS);
}

/* ---- in the parent ---------------------------------------------------------------------------- */

static uint64_t resident(pid_t process)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)process);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const uint64_t bytes = dm__child_resident_of(fd);
    if (fd >= 0)
        close(fd);
    return bytes;
}

/* Hand on all complete messages. */
static void hear_all(struct watch *x)
{
    size_t at = 0;
    struct head head;
    while (!x->broken && x->len - at >= sizeof head) {
        memcpy(&head, x->bytes + at, sizeof head);
        x->broken = head.len > DM_WARD_MESSAGE_MAX;
        if (x->broken || x->len - at - sizeof head < head.len)
            break;
        x->ward->hear(x->ward->owner, head.kind, (dm_str){x->bytes + at + sizeof head, head.len});
        at += sizeof head + head.len;
    }
    if (at != 0)
        memmove(x->bytes, x->bytes + at, x->len - at);
    x->len -= at;
}

/* Read what is there.  return  false: there will be no more */
static bool read_some(struct watch *x)
{
    if (x->len == x->cap) {
        const size_t cap = x->cap != 0 ? x->cap * 2 : (size_t)1 << 16;
        char *const larger = realloc(x->bytes, cap);
        if (larger == NULL)
            abort();
        x->bytes = larger;
        x->cap = cap;
    }
    const ssize_t n = read(x->fd, x->bytes + x->len, x->cap - x->len);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    x->len += (size_t)n;
    hear_all(x);
    return n > 0;
}

static bool is_late(const struct watch *x)
{
    const struct dm_ward_page *const page = x->ward->page;
    const uint64_t patience = page->done ? LEAVE_MS + x->ward->patience : x->ward->patience, at = now();
    return at > page->since && at - page->since > patience;
}

static void kill_group(pid_t child)
{
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
}

/* Listen until the child has ended.
 * return  its wait status */
static int attend(struct watch *x, enum dm_ward_end *end)
{
    bool open = true;
    int status = 0;
    *end = DM_WARD_DONE;
    for (;;) {
        struct pollfd p = {.fd = open ? x->fd : -1, .events = POLLIN};
        poll(&p, 1, LOOK_MS);
        if (open && p.revents != 0)
            open = read_some(x);
        const pid_t ended = waitpid(x->child, &status, WNOHANG);
        if (ended == x->child || (ended < 0 && errno != EINTR))
            break;
        if (*end == DM_WARD_DONE && is_late(x))
            *end = DM_WARD_HUNG;
        if (*end == DM_WARD_DONE && x->ward->memory != 0 && resident(x->child) > x->ward->memory)
            *end = DM_WARD_GREEDY;
        if (*end != DM_WARD_DONE || x->broken)
            kill_group(x->child);
    }
    kill(-x->child, SIGKILL); /* what it has left behind */
    for (struct pollfd p = {.fd = x->fd, .events = POLLIN}; open && poll(&p, 1, 0) == 1;)
        open = read_some(x);
    return status;
}

static void judge(const struct watch *x, int status, struct dm_ward_fate *out)
{
    out->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    if (out->end != DM_WARD_DONE)
        return;
    if (WIFSIGNALED(status))
        out->end = DM_WARD_KILLED;
    else if (!x->ward->page->done)
        out->end = DM_WARD_LEFT;
    else if (out->status != 0)
        out->end = DM_WARD_STATUS;
}

bool dm__ward_run(struct dm_ward *w, struct dm_ward_fate *out)
{
    int ends[2];
    *out = (struct dm_ward_fate){.end = DM_WARD_LEFT};
    w->page = mmap(NULL, sizeof *w->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (w->page == MAP_FAILED)
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        munmap(w->page, sizeof *w->page);
        return false;
    }
    w->page->since = now();
    fflush(NULL);
    struct watch x = {.ward = w, .fd = ends[0], .child = fork()};
    if (x.child == 0) {
        close(ends[0]);
        be_child(w, ends[1]);
    }
    close(ends[1]);
    if (x.child > 0) {
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        judge(&x, attend(&x, &out->end), out);
        snprintf(out->doing, sizeof out->doing, "%.*s", (int)sizeof out->doing - 1, w->page->doing);
    }
    close(ends[0]);
    free(x.bytes);
    munmap(w->page, sizeof *w->page);
    w->page = NULL;
    return x.child > 0;
}
