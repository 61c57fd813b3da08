/* The system calls of a confined process: a list of those that are let through, and EPERM for all others.
 * What is refused fails and does not kill: a library that asks for more than it needs then does without.
 *
 * Calls that are younger than the list fail with ENOSYS instead, which is what a libc expects of a kernel
 * that is older than itself: it falls back to calls that are on the list. */
#include "core/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

/* ---- the lists ------------------------------------------------------------------------------- */

/* What every process may do: with its own memory, with files that it reads, with descriptors that it has. */
static const int everybody[] = {
    /* memory; what is compiled at run time needs executable pages */
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
    SCMP_SYS(mincore), SCMP_SYS(msync), SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock),
    SCMP_SYS(membarrier), SCMP_SYS(get_mempolicy), SCMP_SYS(pkey_alloc), SCMP_SYS(pkey_free),
    SCMP_SYS(pkey_mprotect), SCMP_SYS(arch_prctl),
    /* descriptors */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(preadv2), SCMP_SYS(write),
    SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2), SCMP_SYS(recvmsg),
    SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
    SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(eventfd2),
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
    /* looking at files; open() and openat() are below */
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(umask),
    /* time */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(alarm), SCMP_SYS(getitimer), SCMP_SYS(setitimer),
    /* threads, of which a library may start some: see clone() below */
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
    /* signals that it catches; kill() and its like are below */
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigpending),
    SCMP_SYS(rt_sigsuspend), SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack), SCMP_SYS(pause),
    /* who and where it is */
    SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getpgrp), SCMP_SYS(getpgid),
    SCMP_SYS(getsid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(getresuid), SCMP_SYS(getresgid), SCMP_SYS(getgroups), SCMP_SYS(capget), SCMP_SYS(uname),
    SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(getrlimit), SCMP_SYS(getpriority), SCMP_SYS(getrandom)};

/* Who may write files somewhere.  Not what changes a file by its name and Landlock does not rule: its mode,
 * its owner, its times.  open(), openat() and fchmod() are below. */
static const int writing[] = {
    /* content */
    SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(copy_file_range),
    SCMP_SYS(sendfile),
    /* names */
    SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
    SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat),
    SCMP_SYS(symlink), SCMP_SYS(symlinkat),
    /* to the disk, and nobody else meanwhile */
    SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range), SCMP_SYS(syncfs), SCMP_SYS(flock)};

static const int network[] = {
    /* making them */
    SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt), SCMP_SYS(shutdown),
    /* using them */
    SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvfrom), SCMP_SYS(recvmmsg),
    SCMP_SYS(sendfile)};

/* To start programs, and what these need: shells, interpreters, converters. */
static const int exec[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(wait4), SCMP_SYS(waitid),
    SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom),
    /* for themselves */
    SCMP_SYS(chdir), SCMP_SYS(fchdir), SCMP_SYS(memfd_create), SCMP_SYS(sendfile), SCMP_SYS(splice),
    SCMP_SYS(tee), SCMP_SYS(flock), SCMP_SYS(timer_create), SCMP_SYS(timer_settime), SCMP_SYS(timer_delete),
    SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(signalfd4), SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler)};

/* What a plugin may do with the programs that it started.  Landlock, from version 6 on, keeps their signals among
 * them.  A program in a sandbox of its own has none of this, and cannot leave the group that it is killed with. */
static const int among_programs[] = {SCMP_SYS(kill),     SCMP_SYS(tkill),    SCMP_SYS(tgkill),
                                     SCMP_SYS(setpgid),  SCMP_SYS(setsid),   SCMP_SYS(prctl),
                                     SCMP_SYS(shutdown), SCMP_SYS(ftruncate)};

/* The leak check of a sanitizer stops its own process and looks at the registers. */
#if defined(__SANITIZE_ADDRESS__) || defined(DOCMILL_SANITIZED)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif
static const int sanitizer[] = {SCMP_SYS(prctl), SCMP_SYS(wait4), SCMP_SYS(tgkill),
                                SCMP_SYS(process_vm_readv)};
static const int ptrace_requests[] = {PTRACE_ATTACH,  PTRACE_DETACH,    PTRACE_CONT,
                                      PTRACE_GETREGS, PTRACE_GETREGSET, PTRACE_KILL};

/* ---- calls of which only a part is let through ------------------------------------------------ */

static const int
    fcntl_commands
        [] = {F_DUPFD,     F_DUPFD_CLOEXEC, F_GETFD,      F_SETFD,    F_GETFL,
              F_SETFL,     F_GETLK,         F_SETLK,      F_SETLKW,   F_OFD_GETLK,
              F_OFD_SETLK, F_OFD_SETLKW,    F_GETPIPE_SZ, F_GET_SEALS}; /* F_SETOWN would send signals */
static const int ioctl_requests[] = {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX};
static const int prctl_options[] = {PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_GET_DUMPABLE,
                                    0x53564d41 /* PR_SET_VMA: glibc names its memory */};

/* All that a new thread shares, and all that a new process would have of its own. */
enum {
    NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                 CLONE_NEWNET,
    CHANGES_FILES = O_ACCMODE | O_CREAT | O_TRUNC,
    MAKES_FILES = O_CREAT | (O_TMPFILE & ~O_DIRECTORY),
    OTHERS_RIGHTS = S_ISUID | S_ISGID /* to whoever runs the file */
};

/* ---- making the filter ------------------------------------------------------------------------ */

/* A filter under construction; the first error stays. */
struct making {
    scmp_filter_ctx filter;
    int error; /* negative errno */
};

/* A machine that has no such call has no need of it. */
static void add(struct making *m, uint32_t action, int call, unsigned count, const struct scmp_arg_cmp *args)
{
    if (m->error == 0 && call >= 0)
        m->error = seccomp_rule_add_array(m->filter, action, call, count, args);
}

static void allow(struct making *m, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(m, SCMP_ACT_ALLOW, calls[i], 0, NULL);
}
#define ALLOW(m, list) allow(m, list, sizeof(list) / sizeof(list)[0])

/* Conditions on an argument.  The kernel takes most of them as 32 bits. */
static struct scmp_arg_cmp is(unsigned arg, uint32_t value)
{
    return (struct scmp_arg_cmp){arg, SCMP_CMP_EQ, value, 0};
}

static struct scmp_arg_cmp bits_are(unsigned arg, uint32_t mask, uint32_t value)
{
    return (struct scmp_arg_cmp){arg, SCMP_CMP_MASKED_EQ, mask, value};
}

/* One call for some values of argument `arg`. */
static void allow_values(struct making *m, int call, unsigned arg, const int *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct scmp_arg_cmp condition = is(arg, (uint32_t)values[i]);
        add(m, SCMP_ACT_ALLOW, call, 1, &condition);
    }
}
#define ALLOW_VALUES(m, call, arg, list) allow_values(m, call, arg, list, sizeof(list) / sizeof(list)[0])

static void allow_reading(struct making *m)
{
    const struct scmp_arg_cmp open = bits_are(1, CHANGES_FILES, 0), openat = bits_are(2, CHANGES_FILES, 0);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, &open);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, &openat);
}

/* A file with the rights of its owner for everybody would be a way out. */
static void allow_opening(struct making *m)
{
    const struct scmp_arg_cmp open_old = bits_are(1, MAKES_FILES, 0),
                              openat_old = bits_are(2, MAKES_FILES, 0),
                              mode_third = bits_are(2, OTHERS_RIGHTS, 0),
                              mode_fourth = bits_are(3, OTHERS_RIGHTS, 0);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, &open_old);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, &mode_third);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, &openat_old);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, &mode_fourth);
}

/* Landlock does not rule modes: only who may write files anyway. */
static void allow_modes(struct making *m)
{
    const struct scmp_arg_cmp mode_second = bits_are(1, OTHERS_RIGHTS, 0);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(creat), 1, &mode_second);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(fchmod), 1, &mode_second);
}

/* A pair that is connected for good.  One of datagrams could send to any socket that has a name. */
static void allow_pairs(struct making *m)
{
    enum { TYPE = 0xF };
    const struct scmp_arg_cmp stream[] = {is(0, AF_UNIX), bits_are(1, TYPE, SOCK_STREAM)},
                              packets[] = {is(0, AF_UNIX), bits_are(1, TYPE, SOCK_SEQPACKET)};
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 2, stream);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 2, packets);
}

static void allow_writing(struct making *m)
{
    const struct scmp_arg_cmp of_a_descriptor = is(1, 0);
    allow_opening(m);
    allow_modes(m);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(utimensat), 1, &of_a_descriptor); /* futimens() */
    ALLOW(m, writing);
}

/* abort() and raise() are signals to oneself. */
static void allow_own_signals(struct making *m)
{
    static const int calls[] = {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo),
                                SCMP_SYS(rt_tgsigqueueinfo)};
    const int self = getpid();
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        allow_values(m, calls[i], 0, &self, 1);
}

/* Limits can be read, and the backup of the memory limit, which is set once the plugins are loaded. */
static void allow_limits(struct making *m)
{
    const struct scmp_arg_cmp reading[] = {is(0, 0), is(2, 0)}, memory[] = {is(0, 0), is(1, RLIMIT_AS)};
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, reading);
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, memory);
}

/* Threads can be started, processes cannot.  clone3() hides its flags in memory and so does not exist:
 * libc falls back to clone(). */
static void allow_threads(struct making *m, bool runs)
{
    enum { TRACER = CLONE_UNTRACED | CLONE_VM };
    const struct scmp_arg_cmp thread = bits_are(0, CLONE_THREAD | NAMESPACES, CLONE_THREAD),
                              process = bits_are(0, NAMESPACES, 0),
                              tracer = bits_are(0, TRACER | NAMESPACES, TRACER);
    if (runs) {
        add(m, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &process);
        return;
    }
    add(m, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread);
    if (SANITIZED)
        add(m, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &tracer);
}

/* From the first call that all machines number alike. */
static void hide_young_calls(struct making *m)
{
    enum { FIRST = 424, END = 512 };
    static const int listed[] = {SCMP_SYS(close_range), SCMP_SYS(faccessat2)};
    for (int call = FIRST; call < END; call++)
        if (call != listed[0] && call != listed[1])
            add(m, SCMP_ACT_ERRNO(ENOSYS), call, 0, NULL);
}

static void fill(struct making *m, const struct dm_sandbox *s, bool files_are_ruled)
{
    const bool starts = (s->needs & DM_NEEDS_EXEC) != 0, runs = starts || s->is_program;
    ALLOW(m, everybody);
    if (s->writes.count != 0 || (s->needs & DM_NEEDS_WRITE) != 0)
        allow_writing(m);
    else if (runs && files_are_ruled)
        allow_opening(m); /* programs want to write to /dev/null; which file it is, only Landlock can tell */
    else
        allow_reading(m);
    allow_threads(m, runs);
    allow_limits(m);
    if (runs) {
        ALLOW(m, exec);
        allow_pairs(m);
    }
    if (starts) {
        ALLOW(m, among_programs);
    } else {
        allow_own_signals(m);
        ALLOW_VALUES(m, SCMP_SYS(prctl), 0, prctl_options);
    }
    if ((s->needs & DM_NEEDS_NETWORK) != 0)
        ALLOW(m, network);
    if (SANITIZED) {
        ALLOW(m, sanitizer);
        ALLOW_VALUES(m, SCMP_SYS(ptrace), 0, ptrace_requests);
    }
    ALLOW_VALUES(m, SCMP_SYS(fcntl), 1, fcntl_commands);
    ALLOW_VALUES(m, SCMP_SYS(ioctl), 1, ioctl_requests);
    hide_young_calls(m);
}

/* ---- into it ---------------------------------------------------------------------------------- */

int dm__filter_ask(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ? 0 : errno;
}

int dm__filter_enter(const struct dm_sandbox *s, bool files_are_ruled)
{
    struct making m = {.filter = seccomp_init(SCMP_ACT_ERRNO(EPERM))};
    if (m.filter == NULL)
        return ENOMEM;
    /* The same number means another call to another machine's code, so there nothing can be let through. */
    m.error = seccomp_attr_set(m.filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (m.error == 0)
        m.error = seccomp_attr_set(m.filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, not a list */
    /* Before Linux 5.16 a filter slows all loads and stores down, against code that must not see the rest
     * of its own process.  Here it may.  Kernels that know of no such thing refuse this. */
    (void)seccomp_attr_set(m.filter, SCMP_FLTATR_CTL_SSB, 1);
    fill(&m, s, files_are_ruled);
    if (m.error == 0)
        m.error = seccomp_load(m.filter);
    seccomp_release(m.filter);
    return -m.error;
}
