#include "acts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* A call's result as an errno. */
static int told(long result)
{
    return result < 0 ? errno : 0;
}

/* The same of a new descriptor, which is let go again. */
static int told_fd(int fd)
{
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

/* ---- other machines --------------------------------------------------------------------------- */

static int try_socket(const char *path)
{
    (void)path;
    return told_fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int try_unix_socket(const char *path)
{
    (void)path;
    return told_fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

/* That nobody listens there is an answer too. */
static int try_connect(const char *path)
{
    (void)path;
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    const int error = told(connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to));
    close(fd);
    return error == ECONNREFUSED ? 0 : error;
}

/* ---- other processes -------------------------------------------------------------------------- */

static int try_fork(const char *path)
{
    (void)path;
    const pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid < 0 ? errno : told(waitpid(pid, NULL, 0));
}

static int try_exec(const char *path)
{
    char *const words[] = {(char[]){"true"}, NULL}, *const nothing[] = {NULL};
    return told(execve(path[0] != '\0' ? path : "/bin/true", words, nothing));
}

static int try_spawn(const char *path)
{
    (void)path;
    pid_t pid;
    char *const words[] = {(char[]){"true"}, NULL}, *const nothing[] = {NULL};
    const int error = posix_spawn(&pid, "/bin/true", NULL, NULL, words, nothing);
    int status = 0;
    return error != 0 ? error : waitpid(pid, &status, 0) != pid || status != 0 ? ECHILD : 0;
}

/* What a shell does besides. */
static int try_shell(const char *path)
{
    (void)path;
    FILE *const pipe = popen("echo hello | tr a-z A-Z 2>/dev/null", "r");
    if (pipe == NULL)
        return errno;
    char line[16] = "";
    const int heard = fgets(line, sizeof line, pipe) != NULL;
    pclose(pipe);
    return heard && strcmp(line, "HELLO\n") == 0 ? 0 : ENOEXEC;
}

static int try_ptrace(const char *path)
{
    (void)path;
    return told(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
}

static int try_trace_me(const char *path)
{
    (void)path;
    return told(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int try_read_memory(const char *path)
{
    (void)path;
    char byte;
    const struct iovec mine = {&byte, 1}, other = {(void *)(uintptr_t)try_read_memory, 1};
    return told(process_vm_readv(getppid(), &mine, 1, &other, 1, 0));
}

static int try_kill_parent(const char *path)
{
    (void)path;
    return told(kill(getppid(), 0));
}

static int try_kill_all(const char *path)
{
    (void)path;
    return told(kill(-1, 0));
}

static int try_kill_thread(const char *path)
{
    (void)path;
    return told(syscall(SYS_tkill, getppid(), 0));
}

static int try_pidfd(const char *path)
{
    (void)path;
    return told_fd((int)syscall(SYS_pidfd_open, getppid(), 0));
}

/* A descriptor that sends a signal to whom it is told to. */
static int try_signal_owner(const char *path)
{
    (void)path;
    return told(fcntl(STDERR_FILENO, F_SETOWN, getppid()));
}

static int try_outlive(const char *path)
{
    (void)path;
    return told(prctl(PR_SET_PDEATHSIG, 0));
}

static int try_session(const char *path)
{
    (void)path;
    return told(setsid());
}

/* ---- the kernel ------------------------------------------------------------------------------- */

static int try_namespace(const char *path)
{
    (void)path;
    return told(syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */));
}

static int try_io_uring(const char *path)
{
    (void)path;
    return told(syscall(SYS_io_uring_setup, 1, NULL));
}

static int try_bpf(const char *path)
{
    (void)path;
    return told(syscall(SYS_bpf, 0, NULL, 0));
}

static int try_keys(const char *path)
{
    (void)path;
    return told(syscall(SYS_keyctl, 0, -3, 0));
}

static int try_type_into_terminal(const char *path)
{
    (void)path;
    return told(syscall(SYS_ioctl, STDERR_FILENO, 0x5412 /* TIOCSTI */, "x"));
}

static int try_raise_limit(const char *path)
{
    (void)path;
    return told(setrlimit(RLIMIT_FSIZE, &(const struct rlimit){RLIM_INFINITY, RLIM_INFINITY}));
}

static int try_clone3(const char *path)
{
    (void)path;
    return told(syscall(SYS_clone3, NULL, 0));
}

/* ---- files ------------------------------------------------------------------------------------ */

static int try_read(const char *path)
{
    return told_fd(open(path, O_RDONLY | O_CLOEXEC));
}

static int try_list(const char *path)
{
    return told_fd(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int try_write(const char *path)
{
    return told_fd(open(path, O_WRONLY | O_CLOEXEC));
}

static int try_append(const char *path)
{
    return told_fd(open(path, O_RDWR | O_APPEND | O_CLOEXEC));
}

static int try_create(const char *path)
{
    return told_fd(open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0666));
}

static int try_cut_open(const char *path)
{
    return told_fd(open(path, O_RDONLY | O_TRUNC | O_CLOEXEC));
}

static int try_unnamed(const char *path)
{
    return told_fd(open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

static int try_old_creat(const char *path)
{
    return told_fd((int)syscall(SYS_creat, path, 0666));
}

static int try_truncate(const char *path)
{
    return told(truncate(path, 0));
}

static int try_unlink(const char *path)
{
    return told(unlink(path));
}

static int try_rename(const char *path)
{
    char to[4096];
    snprintf(to, sizeof to, "%s.moved", path);
    return told(rename(path, to));
}

static int try_link(const char *path)
{
    char to[4096];
    snprintf(to, sizeof to, "%s.link", path);
    return told(link(path, to));
}

static int try_symlink(const char *path)
{
    char to[4096];
    snprintf(to, sizeof to, "%s.symlink", path);
    return told(symlink(path, to));
}

static int try_mkdir(const char *path)
{
    char to[4096];
    snprintf(to, sizeof to, "%s.folder", path);
    return told(mkdir(to, 0777));
}

static int try_mkfifo(const char *path)
{
    char to[4096];
    snprintf(to, sizeof to, "%s.fifo", path);
    return told(mkfifo(to, 0666));
}

static int try_chmod(const char *path)
{
    return told(chmod(path, 0600));
}

static int try_touch(const char *path)
{
    return told(utimensat(AT_FDCWD, path, NULL, 0));
}

/* A program with its owner's rights, in two ways. */
static int try_make_suid(const char *path)
{
    return told_fd(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 04755));
}

static int try_set_suid(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    const int error = told(fchmod(fd, 04755));
    close(fd);
    return error;
}

static int try_set_mode(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    const int error = told(fchmod(fd, 0600));
    close(fd);
    return error;
}

static int try_chdir(const char *path)
{
    (void)path;
    return told(chdir("/"));
}

static int try_memfd(const char *path)
{
    (void)path;
    return told_fd(memfd_create("x", MFD_CLOEXEC));
}

static int try_temporary(const char *path)
{
    (void)path;
    FILE *const file = tmpfile();
    return file == NULL ? errno : told(fclose(file));
}

/* ---- what was inherited ----------------------------------------------------------------------- */

/* Those of the sanitizers and of the tests are kept in builds for these.  The kernel shows the rest too, as
 * it was at the start. */
static int try_environment(const char *path)
{
    (void)path;
    extern char **environ;
    for (char **variable = environ; *variable != NULL; variable++)
        if (strstr(*variable, "SAN_OPTIONS=") == NULL && strncmp(*variable, "DOCMILL_", 8) != 0)
            return 0;
    char bytes[4096] = "";
    const int fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd >= 0 ? read(fd, bytes, sizeof bytes) : 0;
    if (fd >= 0)
        close(fd);
    return n > 0 && memmem(bytes, (size_t)n, "SECRET", 6) != NULL ? 0 : ENOENT;
}

static int try_descriptors(const char *path)
{
    (void)path;
    enum { OURS = 8, MOST = 4096 };
    for (int fd = OURS; fd < MOST; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            return 0;
    return EBADF;
}

/* ---- what must still work --------------------------------------------------------------------- */

static int try_iconv(const char *path)
{
    (void)path;
    const iconv_t to = iconv_open("UTF-8", "EUC-KR");
    return told((intptr_t)to == -1 ? -1 : iconv_close(to));
}

static void *nothing(void *arg)
{
    return arg;
}

static int try_thread(const char *path)
{
    (void)path;
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, nothing, NULL);
    return error != 0 ? error : pthread_join(thread, NULL);
}

static int try_code(const char *path)
{
    (void)path;
    void *const page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? errno : told(munmap(page, 4096));
}

static volatile sig_atomic_t heard;

static void hear(int signal)
{
    heard = signal;
}

static int try_own_signal(const char *path)
{
    (void)path;
    heard = 0;
    signal(SIGUSR1, hear);
    if (raise(SIGUSR1) != 0 || kill(getpid(), SIGUSR1) != 0)
        return errno;
    return heard == SIGUSR1 ? 0 : ECANCELED;
}

static int try_statm(const char *path)
{
    (void)path;
    return told_fd(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
}

static int try_random(const char *path)
{
    (void)path;
    return told_fd(open("/dev/urandom", O_RDONLY | O_CLOEXEC));
}

static int try_abort(const char *path)
{
    (void)path;
    abort();
}

/* The calls of another machine's code.  This one ends the process. */
static int try_foreign_call(const char *path)
{
    (void)path;
#if defined(__x86_64__)
    long result = 20 /* getpid(), as 32-bit programs number it */;
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
    return told(result);
#else
    return ENOSYS;
#endif
}

/* ---- the table -------------------------------------------------------------------------------- */

static const struct act {
    const char *name;
    int (*try)(const char *path);
} acts[] = {
    {"socket", try_socket},
    {"unix-socket", try_unix_socket},
    {"connect", try_connect},
    {"fork", try_fork},
    {"exec", try_exec},
    {"spawn", try_spawn},
    {"shell", try_shell},
    {"ptrace", try_ptrace},
    {"trace-me", try_trace_me},
    {"read-memory", try_read_memory},
    {"kill-parent", try_kill_parent},
    {"kill-all", try_kill_all},
    {"kill-thread", try_kill_thread},
    {"pidfd", try_pidfd},
    {"signal-owner", try_signal_owner},
    {"outlive", try_outlive},
    {"session", try_session},
    {"namespace", try_namespace},
    {"io-uring", try_io_uring},
    {"bpf", try_bpf},
    {"keys", try_keys},
    {"type-into-terminal", try_type_into_terminal},
    {"raise-limit", try_raise_limit},
    {"clone3", try_clone3},
    {"read", try_read},
    {"list", try_list},
    {"write", try_write},
    {"append", try_append},
    {"create", try_create},
    {"cut-open", try_cut_open},
    {"unnamed", try_unnamed},
    {"old-creat", try_old_creat},
    {"truncate", try_truncate},
    {"unlink", try_unlink},
    {"rename", try_rename},
    {"link", try_link},
    {"symlink", try_symlink},
    {"mkdir", try_mkdir},
    {"mkfifo", try_mkfifo},
    {"chmod", try_chmod},
    {"touch", try_touch},
    {"make-suid", try_make_suid},
    {"set-suid", try_set_suid},
    {"set-mode", try_set_mode},
    {"chdir", try_chdir},
    {"memfd", try_memfd},
    {"temporary", try_temporary},
    {"environment", try_environment},
    {"descriptors", try_descriptors},
    {"iconv", try_iconv},
    {"thread", try_thread},
    {"code", try_code},
    {"own-signal", try_own_signal},
    {"statm", try_statm},
    {"random", try_random},
    {"abort", try_abort},
    {"foreign-call", try_foreign_call},
};

int acts_try(const char *name, const char *path)
{
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].name, name) == 0)
            return acts[i].try(path);
    return -1;
}
