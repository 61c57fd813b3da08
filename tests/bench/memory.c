/* Whether memory grows with the number of documents: the same pipeline over more and more files.
 *
 *   memory DOCMILL FOLDER [COUNT...]
 *
 * FOLDER is filled with COUNT files of 1 KB for each count (10,000 and 1,000,000 by default).  Printed is the
 * peak of the proportional set size of all processes together, with two workers. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpus.h"
#include "measure.h"

enum { PATH = 4096 };

static void measure_count(const char *docmill, const char *folder, const char *count)
{
    char in[PATH], list[PATH], out[PATH], pipeline[PATH];
    snprintf(in, sizeof in, "%s/small-%s", folder, count);
    snprintf(list, sizeof list, "%s/small-list-%s", folder, count);
    snprintf(out, sizeof out, "%s/memory.jsonl", folder);
    snprintf(pipeline, sizeof pipeline, "%s/memory.yaml", folder);
    corpus_make(in, list, strtoull(count, NULL, 10), 1000);
    measure_pipeline(pipeline, in, out, "2");
    unlink(out); /* nobody else's file is there */
    const char *const args[] = {docmill, "run", pipeline, "--quiet", NULL};
    const struct cost c = measure_run(args, true);
    printf("%10s files: peak %.1f MiB (PSS of all processes), %.1f s\n", count, (double)c.pss_peak / 1024.0,
           c.wall);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: memory DOCMILL FOLDER [COUNT...]\n");
        return 2;
    }
    mkdir(argv[2], 0777);
    if (argc == 3) {
        measure_count(argv[1], argv[2], "10000");
        measure_count(argv[1], argv[2], "1000000");
    }
    for (int i = 3; i < argc; i++)
        measure_count(argv[1], argv[2], argv[i]);
    return 0;
}
