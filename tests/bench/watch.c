/* How long a watch takes: from the close of a file to the first byte that a worker reads of it, and to its line in
 * the log, which comes when its outputs are durable and the ledger knows.
 *
 *   bench-watch DOCMILL [FILES [PAUSE_MS]]
 *
 * Both moments are those at which this program hears of them: IN_ACCESS of an inotify of its own, which the lease
 * test of the watch does not raise, and the watch's standard error. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 5000, IDLE_S = 5 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void pause_ms(double ms)
{
    nanosleep(&(struct timespec){(time_t)(ms / 1e3), (long)(ms * 1e6) % 1000000000}, NULL);
}

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        die(path);
    close(fd);
}

/* Start the watch; *log is its standard error. */
static pid_t start(const char *docmill, int *log)
{
    int ends[2];
    if (pipe(ends) != 0)
        die("pipe");
    const pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        execl(docmill, docmill, "watch", "--log", "json", "p.yaml", "in", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    *log = ends[0];
    return pid;
}

/* Read until the words are there. */
static void await(int log, const char *words)
{
    static char text[1 << 16];
    size_t n = 0;
    ssize_t got;
    while ((got = read(log, text + n, sizeof text - 1 - n)) > 0) {
        n += (size_t)got;
        text[n] = '\0';
        if (strstr(text, words) != NULL)
            return;
        if (n > sizeof text / 2)
            n = 0;
    }
    fprintf(stderr, "the watch ended: %s\n", text);
    exit(1);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *what, double *ms, unsigned n)
{
    qsort(ms, n, sizeof *ms, compare);
    printf("%-28s median %7.3f ms, 99th percentile %7.3f ms, most %7.3f ms\n", what, ms[n / 2],
           ms[n * 99 / 100], ms[n - 1]);
}

/* Seconds of processor time of a process and its children, by /proc. */
static double cpu_of(pid_t pid)
{
    char path[64], line[1024];
    double total = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *f = fopen(path, "r");
    int child;
    while (f != NULL && fscanf(f, "%d", &child) == 1)
        total += cpu_of(child);
    if (f != NULL)
        fclose(f);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    f = fopen(path, "r");
    unsigned long user = 0, kernel = 0;
    if (f != NULL && fgets(line, sizeof line, f) != NULL) {
        const char *const p = strrchr(line, ')');
        if (p != NULL)
            sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    }
    if (f != NULL)
        fclose(f);
    return total + (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

int main(int argc, char **argv)
{
    const unsigned files = argc > 2 ? (unsigned)atoi(argv[2]) : 300;
    const double pause = argc > 3 ? atof(argv[3]) : 30;
    char folder[] = "/tmp/docmill-bench-watch-XXXXXX", text[TEXT], name[64], event[4096];
    char docmill[4096];
    if (argc < 2 || realpath(argv[1], docmill) == NULL || files == 0) {
        fprintf(stderr, "usage: bench-watch DOCMILL [FILES [PAUSE_MS]]\n");
        return 2;
    }
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("in", 0777) != 0)
        die(folder);
    static const char pipeline[] =
        "docmill: 1\nrun: { state: state, workers: 1 }\nstages:\n  - extract: text\n"
        "  - output: jsonl\n    with: { path: out.jsonl }\n";
    write_file("p.yaml", pipeline, sizeof pipeline - 1);
    memset(text, 'x', sizeof text);
    for (size_t i = 60; i < sizeof text; i += 61)
        text[i] = '\n';
    int log;
    const pid_t watch = start(docmill, &log);
    await(log, "\"ready\"");
    const int heard = inotify_init1(IN_CLOEXEC);
    if (inotify_add_watch(heard, "in", IN_ACCESS) < 0)
        die("inotify");
    double *const to_read = calloc(files, sizeof *to_read), *const to_commit =
                                                                calloc(files, sizeof *to_commit);
    if (to_read == NULL || to_commit == NULL)
        die("memory");
    for (unsigned i = 0; i < files; i++) {
        snprintf(name, sizeof name, "in/%06u.txt", i);
        write_file(name, text, sizeof text);
        const double closed = now_ms();
        if (read(heard, event, sizeof event) <= 0)
            die("inotify");
        to_read[i] = now_ms() - closed;
        await(log, "\"document\"");
        to_commit[i] = now_ms() - closed;
        pause_ms(pause);
        while (poll(&(struct pollfd){heard, POLLIN, 0}, 1, 0) > 0)
            if (read(heard, event, sizeof event) <= 0)
                die("inotify");
    }
    printf("%u files of %d bytes, one every %.0f ms\n", files, TEXT, pause);
    print("close to the first byte read", to_read, files);
    print("close to committed", to_commit, files);
    pause_ms(1000);
    const double before = cpu_of(watch);
    pause_ms(IDLE_S * 1000);
    printf("idle for %d s: %.3f s of processor time\n", IDLE_S, cpu_of(watch) - before);
    kill(watch, SIGTERM);
    int status;
    waitpid(watch, &status, 0);
    printf("in %s\n", folder);
    free(to_read);
    free(to_commit);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
