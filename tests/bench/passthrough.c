/* How much the engine costs: files through `extract: text` to JSONL, against the bare loop of baseline.c.
 *
 *   passthrough DOCMILL BASELINE FOLDER [COUNT] [ROUNDS] [WORKERS]
 *
 * FOLDER should be on a disk file system; it is filled once (COUNT files of 5 KB; 100,000 by default) and
 * used again.  Both programs run in turn, ROUNDS times; the first round warms the cache and is not counted.
 * Printed are wall time, CPU time of all processes, and the median ratio of the pairs.  While docmill runs,
 * the proportional set size of all its processes is sampled. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "corpus.h"

enum { PATH = 4096, ROUNDS_MAX = 101, SAMPLE_NS = 50000000 };

struct cost {
    double wall, cpu;  /* seconds */
    uint64_t pss_peak; /* KiB; sampled only for docmill */
};

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

static struct cost run(const char *const *args, bool sample)
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

static void write_pipeline(const char *path, const char *in, const char *out, const char *workers)
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

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, compare);
    return n % 2 != 0 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: passthrough DOCMILL BASELINE FOLDER [COUNT] [ROUNDS] [WORKERS]\n");
        return 2;
    }
    const size_t count = argc > 4 ? strtoull(argv[4], NULL, 10) : 100000;
    size_t rounds = argc > 5 ? strtoull(argv[5], NULL, 10) : 7;
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    char in[PATH], list[PATH], bare[PATH], out[PATH], pipeline[PATH];
    mkdir(argv[3], 0777);
    snprintf(in, sizeof in, "%s/in-%zu", argv[3], count);
    snprintf(list, sizeof list, "%s/list-%zu", argv[3], count);
    snprintf(bare, sizeof bare, "%s/baseline.jsonl", argv[3]);
    snprintf(out, sizeof out, "%s/docmill.jsonl", argv[3]);
    snprintf(pipeline, sizeof pipeline, "%s/passthrough.yaml", argv[3]);
    corpus_make(in, list, count, 5000);
    write_pipeline(pipeline, in, out, argc > 6 ? argv[6] : "2");

    const char *const baseline[] = {argv[2], list, bare, NULL};
    const char *const docmill[] = {argv[1], "run", pipeline, "--quiet", NULL};
    double wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
    uint64_t peak = 0;
    printf("%zu files of 5 KB\n", count);
    printf("round   baseline wall   cpu     docmill wall   cpu     wall ratio   cpu ratio\n");
    for (size_t i = 0; i <= rounds; i++) {
        const struct cost b = run(baseline, false), d = run(docmill, true);
        printf("%5zu   %10.3f s %7.3f   %10.3f s %7.3f   %10.2f %11.2f%s\n", i, b.wall, b.cpu, d.wall, d.cpu,
               d.wall / b.wall, d.cpu / b.cpu, i == 0 ? "   (warm-up, not counted)" : "");
        fflush(stdout);
        if (i != 0) {
            wall[i - 1] = d.wall / b.wall;
            cpu[i - 1] = d.cpu / b.cpu;
        }
        peak = d.pss_peak > peak ? d.pss_peak : peak;
    }
    printf("median: wall %.2f, cpu %.2f times the baseline; peak memory of all processes %.1f MiB (PSS)\n",
           median(wall, rounds), median(cpu, rounds), (double)peak / 1024.0);
    return 0;
}
