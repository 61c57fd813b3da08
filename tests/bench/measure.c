/* Wall time from the clock, CPU time from wait4(), memory from /proc/PID/smaps_rollup: the proportional set
 * size counts a page that several processes share once. */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "corpus.h"

enum { SAMPLE_NS = 50000000 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t pss_of(pid_t pid)
{
    char path[64], line[128];
    unsigned long long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *const f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "Pss: %llu kB", &kib) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kib;
}

static uint64_t pss_of_family(pid_t pid)
{
    char path[64];
    int child;
    uint64_t sum = pss_of(pid);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    FILE *const f = fopen(path, "re");
    while (f != NULL && fscanf(f, "%d", &child) == 1)
        sum += pss_of_family(child);
    if (f != NULL)
        fclose(f);
    return sum;
}

struct cost measure_run(const char *const *args, bool sample)
{
    struct cost c = {0};
    fflush(stdout);
    const double began = seconds();
    const pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(126);
        execv(args[0], (char *const *)(uintptr_t)args);
        _exit(127);
    }
    struct rusage usage;
    int status;
    while (wait4(pid, &status, sample ? WNOHANG : 0, &usage) == 0) {
        const uint64_t pss = pss_of_family(pid);
        c.pss_peak = pss > c.pss_peak ? pss : c.pss_peak;
        nanosleep(&(struct timespec){0, SAMPLE_NS}, NULL);
    }
    c.wall = seconds() - began;
    c.cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: %s failed\n", args[0]);
        exit(1);
    }
    return c;
}

void measure_pipeline(const char *path, const char *in, const char *out, const char *workers)
{
    FILE *const f = fopen(path, "we");
    if (f == NULL)
        die(path);
    fprintf(f,
            "docmill: 1\ninput: { paths: [\"%s\"] }\nstages:\n  - extract: text\n  - output: jsonl\n"
            "    with: { path: \"%s\" }\nrun: { workers: %s, state: none }\n",
            in, out, workers);
    if (fclose(f) != 0)
        die(path);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double measure_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return n % 2 != 0 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}
