/* Pipelines from texts, in a folder of the test's own that is also the current one. */
#ifndef DOCMILL_TEST_FIXTURE_PIPELINE_H
#define DOCMILL_TEST_FIXTURE_PIPELINE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/pipeline/pipeline.h"
#include "core/text/str.h"
#include "fixture_report.h"
#include "fixture_stages.h"

static struct dm_arena arena;
static struct dm_report report;
static char folder[64], started_in[4096];

/* The folder holds in/a.txt, in/deep/b.txt, words.txt and a link `link` to in. */
static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    snprintf(folder, sizeof folder, "/tmp/docmill-pipeline-XXXXXX");
    if (getcwd(started_in, sizeof started_in) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    static const char *const files[] = {"in/a.txt", "in/deep/b.txt", "words.txt"};
    if (mkdir("in", 0755) != 0 || mkdir("in/deep", 0755) != 0 || symlink("in", "link") != 0)
        return -1;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *const f = fopen(files[i], "w");
        if (f == NULL || fclose(f) != 0)
            return -1;
    }
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    static const char *const paths[] = {"in/a.txt", "in/deep/b.txt", "words.txt", "link", "in/deep", "in"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (remove(paths[i]) != 0)
            return -1;
    return chdir(started_in) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static inline struct dm_pipeline *read_with(const char *text, const struct dm_pipeline_args *args)
{
    const struct dm_registry registry = fixture_registry(&arena);
    dm__report_init(&report, &arena);
    return dm__pipeline_read(&registry, DM_LIT("a.yaml"), dm__str(text), args, &report);
}

/* The problems of a pipeline; "" if there are none. */
static inline const char *problems_of(const char *text, const struct dm_pipeline_args *args)
{
    const struct dm_pipeline *const p = read_with(text, args);
    const char *const problems = fixture_report_text(&arena, &report);
    return (p == NULL) == (report.errors != 0) ? problems : "no pipeline without a problem, and none with";
}

#define HEAD   "docmill: 1\n"
#define STAGES "stages: [{extract: text}, {output: jsonl, with: {path: out/a.jsonl}}]\n"

#endif
