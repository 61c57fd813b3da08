/* What it costs that nothing can be lost.
 *
 *   durability DOCMILL SYNCEACH FOLDER [COUNT] [ROUNDS]
 *
 * FOLDER should be on a disk file system; it is filled once (COUNT files of 5 KB; 100,000 by default, a tenth of
 * them for the second part) and used again.  Two ratios are printed, each the median of the pairs of ROUNDS in
 * turn, after one that is not counted:
 *
 *   jsonl     docmill with ledger and commits, to docmill with `state: none`
 *   markdown  the loop of synceach.c, which syncs and renames each file, to docmill with ledger and commits */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpus.h"
#include "measure.h"

enum { PATH = 4096, ROUNDS_MAX = 101 };

static const char *folder;

/* FOLDER/NAME; the caller owns it */
static char *below(const char *name)
{
    char *const path = malloc(PATH);
    if (path == NULL)
        die("memory");
    snprintf(path, PATH, "%s/%s", folder, name);
    return path;
}

static void remove_all(const char *path)
{
    const char *const args[] = {"/bin/rm", "-rf", path, NULL};
    measure_run(args, false);
}

static void write_pipeline(const char *path, const char *in, const char *output, const char *state)
{
    FILE *const f = fopen(path, "we");
    if (f == NULL)
        die(path);
    fprintf(f,
            "docmill: 1\ninput: { paths: [\"%s\"] }\nstages:\n  - extract: text\n%s"
            "run: { workers: 2, state: \"%s\" }\n",
            in, output, state);
    if (fclose(f) != 0)
        die(path);
}

static void jsonl(const char *docmill, const char *in, size_t rounds)
{
    char output[PATH * 2];
    double ratios[ROUNDS_MAX];
    char *const out = below("durable.jsonl"), *const state = below("durable-state"),
                *const with = below("with.yaml"), *const without = below("without.yaml");
    snprintf(output, sizeof output, "  - output: jsonl\n    with: { path: \"%s\" }\n", out);
    write_pipeline(with, in, output, state);
    write_pipeline(without, in, output, "none");
    const char *const args[] = {docmill, "run", without, "--quiet", NULL};
    const char *const durable_args[] = {docmill, "run", with, "--quiet", NULL};
    printf("jsonl     without ledger      cpu     with ledger      cpu     ratio\n");
    for (size_t i = 0; i <= rounds; i++) {
        unlink(out);
        const struct cost a = measure_run(args, false);
        unlink(out);
        remove_all(state);
        const struct cost b = measure_run(durable_args, false);
        printf("%5zu     %10.3f s %10.3f %11.3f s %8.3f %9.2f%s\n", i, a.wall, a.cpu, b.wall, b.cpu,
               b.wall / a.wall, i == 0 ? "   (warm-up, not counted)" : "");
        if (i != 0)
            ratios[i - 1] = b.wall / a.wall;
    }
    printf("median: with ledger and commits %.2f times the time without\n\n", measure_median(ratios, rounds));
    unlink(out);
    free(out), free(state), free(with), free(without);
}

static void markdown(const char *docmill, const char *loop, const char *in, const char *list, size_t rounds)
{
    char output[PATH * 2];
    double ratios[ROUNDS_MAX];
    char *const out = below("markdown"), *const bare = below("bare"), *const state = below("durable-state"),
                *const pipeline = below("markdown.yaml");
    snprintf(output, sizeof output, "  - output: markdown\n    with: { directory: \"%s\" }\n", out);
    write_pipeline(pipeline, in, output, state);
    const char *const loop_args[] = {loop, list, bare, NULL};
    const char *const args[] = {docmill, "run", pipeline, "--quiet", NULL};
    printf("markdown  loop               cpu         docmill      cpu     ratio\n");
    for (size_t i = 0; i <= rounds; i++) {
        remove_all(bare);
        const struct cost a = measure_run(loop_args, false);
        remove_all(out);
        remove_all(state);
        const struct cost b = measure_run(args, false);
        printf("%5zu     %10.3f s %10.3f %11.3f s %8.3f %9.2f%s\n", i, a.wall, a.cpu, b.wall, b.cpu,
               a.wall / b.wall, i == 0 ? "   (warm-up, not counted)" : "");
        if (i != 0)
            ratios[i - 1] = a.wall / b.wall;
    }
    printf("median: docmill is %.2f times as fast as a sync and a rename for each file\n",
           measure_median(ratios, rounds));
    remove_all(bare);
    remove_all(out);
    remove_all(state);
    free(out), free(bare), free(state), free(pipeline);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: durability DOCMILL SYNCEACH FOLDER [COUNT] [ROUNDS]\n");
        return 2;
    }
    folder = argv[3];
    const size_t count = argc > 4 ? strtoull(argv[4], NULL, 10) : 100000, few = count / 10 + 1;
    size_t rounds = argc > 5 ? strtoull(argv[5], NULL, 10) : 5;
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    char name[64];
    mkdir(folder, 0777);
    snprintf(name, sizeof name, "in-%zu", count);
    char *const in = below(name);
    snprintf(name, sizeof name, "list-%zu", count);
    char *const list = below(name);
    snprintf(name, sizeof name, "few-%zu", few);
    char *const few_in = below(name);
    snprintf(name, sizeof name, "few-list-%zu", few);
    char *const few_list = below(name);
    corpus_make(in, list, count, 5000);
    corpus_make(few_in, few_list, few, 5000);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    jsonl(argv[1], in, rounds);
    markdown(argv[1], argv[2], few_in, few_list, rounds);
    free(in), free(list), free(few_in), free(few_list);
    return 0;
}
