/* What a stage that is a program passes: files of 5 KB through `clean: exec` with a program in Python (ten lines, which
 * looks for one word), as documents a second, and as a ratio to the same pipeline without it.
 *
 *   bench-exec DOCMILL FOLDER [COUNT] [ROUNDS]
 *
 * FOLDER is filled once (COUNT files; 20,000 by default) and used again.  Both run in turn with two workers, ROUNDS times;
 * the first round is not counted. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpus.h"
#include "measure.h"

enum { PATH = 4096, ROUNDS_MAX = 101 };

static const char script[] =
    "import json, re, sys\n"
    "print('{\"docmill\": 1, \"positions\": \"characters\"}', flush=True)\n"
    "for line in sys.stdin:\n"
    "    text = json.loads(line)['text']\n"
    "    edits = [{'at': m.span(), 'with': 'that'} for m in re.finditer(r'\\bthe\\b', text)]\n"
    "    print(json.dumps({'edits': edits[:1]}), flush=True)\n";

static void write_file(const char *path, const char *text)
{
    FILE *const f = fopen(path, "w");
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

static void write_pipeline(const char *path, const char *in, const char *out, const char *stage)
{
    char text[4 * PATH];
    snprintf(
        text, sizeof text,
        "docmill: 1\ninput: { paths: [%s] }\nrun: { workers: 2, state: none }\nstages:\n  - extract: text\n%s"
        "  - output: jsonl\n    with: { path: %s }\n",
        in, stage, out);
    write_file(path, text);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: bench-exec DOCMILL FOLDER [COUNT] [ROUNDS]\n");
        return 2;
    }
    const size_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 20000;
    size_t rounds = argc > 4 ? strtoull(argv[4], NULL, 10) : 5;
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    char in[PATH], list[PATH], out[PATH], path[2][PATH], program[PATH];
    mkdir(argv[2], 0777);
    snprintf(in, sizeof in, "%s/in-%zu", argv[2], count);
    snprintf(list, sizeof list, "%s/list-%zu", argv[2], count);
    snprintf(out, sizeof out, "%s/out.jsonl", argv[2]);
    snprintf(path[0], sizeof path[0], "%s/without.yaml", argv[2]);
    snprintf(path[1], sizeof path[1], "%s/with.yaml", argv[2]);
    snprintf(program, sizeof program, "%s/one.py", argv[2]);
    corpus_make(in, list, count, 5000);
    write_file(program, script);
    write_pipeline(path[0], in, out, "");
    write_pipeline(path[1], in, out, "  - clean: exec\n    with: { command: [python3, one.py] }\n");

    double speed[ROUNDS_MAX], ratio[ROUNDS_MAX];
    printf("%zu files of 5 KB, two workers\n", count);
    for (size_t i = 0; i <= rounds; i++) {
        struct cost cost[2];
        for (size_t k = 0; k < 2; k++) {
            const char *const docmill[] = {argv[1], "run", path[k], "--quiet", NULL};
            unlink(out);
            cost[k] = measure_run(docmill, false);
        }
        printf("%5zu   without %.3f s   with %.3f s%s\n", i, cost[0].wall, cost[1].wall,
               i == 0 ? "   (warm-up, not counted)" : "");
        fflush(stdout);
        if (i == 0)
            continue;
        speed[i - 1] = (double)count / cost[1].wall;
        ratio[i - 1] = cost[1].wall / cost[0].wall;
    }
    printf(
        "median: %.0f documents a second through the program (limit 5000), %.1f times the time without it\n",
        measure_median(speed, rounds), measure_median(ratio, rounds));
    return 0;
}
