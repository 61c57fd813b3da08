/* How much the engine costs: files through `extract: text` to JSONL, against the bare loop of baseline.c.
 *
 *   passthrough DOCMILL BASELINE FOLDER [COUNT] [ROUNDS] [WORKERS]
 *
 * FOLDER should be on a disk file system; it is filled once (COUNT files of 5 KB; 100,000 by default) and
 * used again.  Both programs run in turn, ROUNDS times; the first round warms the cache and is not counted.
 * Printed are wall time, CPU time of all processes, and the median ratio of the pairs.  While docmill runs,
 * the proportional set size of all its processes is sampled. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpus.h"
#include "measure.h"

enum { PATH = 4096, ROUNDS_MAX = 101 };

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
    measure_pipeline(pipeline, in, out, argc > 6 ? argv[6] : "2");

    const char *const baseline[] = {argv[2], list, bare, NULL};
    const char *const docmill[] = {argv[1], "run", pipeline, "--quiet", NULL};
    double wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
    uint64_t peak = 0;
    printf("%zu files of 5 KB\n", count);
    printf("round   baseline wall   cpu     docmill wall   cpu     wall ratio   cpu ratio\n");
    for (size_t i = 0; i <= rounds; i++) {
        unlink(bare); /* both begin without a file: nobody pays for freeing or keeping an old one */
        unlink(out);
        const struct cost b = measure_run(baseline, false), d = measure_run(docmill, true);
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
           measure_median(wall, rounds), measure_median(cpu, rounds), (double)peak / 1024.0);
    return 0;
}
