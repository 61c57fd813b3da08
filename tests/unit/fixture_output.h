/* Outputs as the writer holds them, in a folder of the test's own.  The plugins are loaded from where
 * the program would find them. */
#ifndef DOCMILL_TEST_FIXTURE_OUTPUT_H
#define DOCMILL_TEST_FIXTURE_OUTPUT_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/chain/chain.h"
#include "core/text/str.h"

#include <cmocka.h>

static struct dm_arena fixture_arena;
static char fixture_home[PATH_MAX];

/* ---- a folder ------------------------------------------------------------------------------- */

static inline int fixture_run(const char *command)
{
    const int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Each test starts in an empty folder. */
static inline int fixture_set_up(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/docmill-output-XXXXXX";
    if (getcwd(fixture_home, sizeof fixture_home) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    dm__arena_init(&fixture_arena, 0);
    return 0;
}

static inline int fixture_tear_down(void **unused)
{
    (void)unused;
    char folder[PATH_MAX];
    dm__arena_fini(&fixture_arena);
    if (getcwd(folder, sizeof folder) == NULL || chdir(fixture_home) != 0)
        return -1;
    const dm_str command =
        dm__arena_printf(&fixture_arena, "chmod -R u+w '%s' && rm -rf '%s'", folder, folder);
    const int status = fixture_run(command.ptr);
    dm__arena_fini(&fixture_arena);
    return status;
}

static inline const char *fixture_read(const char *path)
{
    FILE *const f = fopen(path, "rb");
    if (f == NULL)
        return "(no file)";
    char *const all = dm__arena_raw(&fixture_arena, 1 << 16);
    const size_t n = fread(all, 1, (1 << 16) - 1, f);
    fclose(f);
    all[n] = '\0';
    return all;
}

static inline void fixture_make(const char *path, const char *content)
{
    FILE *const f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content, 1, strlen(content), f), strlen(content));
    assert_int_equal(fclose(f), 0);
}

/* The files below the current folder, sorted, one a line. */
static inline const char *fixture_files(void)
{
    assert_int_equal(fixture_run("find . -type f | LC_ALL=C sort > ../$(basename $PWD).list && "
                                 "mv ../$(basename $PWD).list .list"),
                     0);
    char *const all = dm__arena_raw(&fixture_arena, 1 << 14);
    strcpy(all, fixture_read(".list"));
    unlink(".list");
    return all;
}

/* ---- an output ------------------------------------------------------------------------------ */

static inline struct dm_stage_ref fixture_stage(const char *plugin, const char *stage)
{
    struct dm_plugin_file *const file = dm__arena_alloc(&fixture_arena, sizeof *file, 16);
    for (const char **dir = dm__plugin_path(&fixture_arena, NULL); *dir != NULL; dir++) {
        file->path = dm__arena_printf(&fixture_arena, "%s/%s.so", *dir, plugin);
        if (access(file->path.ptr, R_OK) == 0)
            break;
    }
    if (!dm__plugin_load(&fixture_arena, file))
        fail_msg("%s: %s", file->path.ptr, file->problem.ptr);
    for (const dm_stage *const *s = file->about.stages; *s != NULL; s++)
        if (strcmp((*s)->name, stage) == 0)
            return (struct dm_stage_ref){file, *s};
    fail_msg("%s has no stage %s", plugin, stage);
    return (struct dm_stage_ref){NULL, NULL};
}

/* with  the options in YAML
 * why   why it did not open */
static inline struct dm_sink *fixture_open_or(const char *plugin, const char *stage, const char *with,
                                              struct dm_outcome *why)
{
    struct dm_report report;
    struct dm_instance *const instance = dm__arena_alloc(&fixture_arena, sizeof *instance, 16);
    dm__report_init(&report, &fixture_arena);
    const struct dm_yaml *const options = dm__yaml_read(&report, DM_LIT("test"), dm__str(with));
    if (!dm__instance_make(&fixture_arena, fixture_stage(plugin, stage), options, DM_LIT("test"), &report,
                           instance))
        fail_msg("%s: %s", with, report.count != 0 ? report.items[0].message.ptr : "no instance");
    return dm__sink_open(instance, why);
}

static inline struct dm_sink *fixture_open(const char *plugin, const char *stage, const char *with)
{
    struct dm_outcome why;
    struct dm_sink *const s = fixture_open_or(plugin, stage, with, &why);
    if (s == NULL)
        fail_msg("%s", why.why);
    return s;
}

/* return  "": it went well; else why it did not */
static inline const char *fixture_resume(struct dm_sink *s, const char *token, uint32_t flags)
{
    static struct dm_outcome why;
    const dm_resume from = {.size = sizeof from, .flags = flags, .token = dm__str(token)};
    return dm__sink_resume(s, &from, &why) == DM_OK ? "" : why.why;
}

static inline dm_record fixture_record(const char *source, const char *bytes)
{
    return (dm_record){.size = sizeof(dm_record),
                       .revision = 1,
                       .id = DM_LIT("00112233445566778899aabbccddeeff"),
                       .source = dm__str(source),
                       .bytes = dm__str(bytes)};
}

static inline const char *fixture_write_record(struct dm_sink *s, const dm_record *r, dm_status *status)
{
    static struct dm_outcome why;
    dm_str place;
    *status = dm__sink_write(s, r, &place, &why);
    return *status == DM_OK ? "" : why.why;
}

static inline const char *fixture_write(struct dm_sink *s, const char *source, const char *bytes)
{
    dm_status status;
    const dm_record r = fixture_record(source, bytes);
    return fixture_write_record(s, &r, &status);
}

/* return  the token, or "failed: " and why */
static inline const char *fixture_commit(struct dm_sink *s)
{
    struct dm_outcome why;
    dm_str token;
    if (dm__sink_commit(s, &token, &why) != DM_OK)
        return dm__arena_printf(&fixture_arena, "failed: %s", why.why).ptr;
    return dm__arena_str(&fixture_arena, token).ptr;
}

static inline const char *fixture_finish(struct dm_sink *s)
{
    static struct dm_outcome why;
    return dm__sink_finish(s, &why) == DM_OK ? "" : why.why;
}

/* Let `work` run in a process that then ends as if it had been killed. */
static inline void fixture_killed(void (*work)(void))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        work();
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Let no file grow beyond `size` bytes: as good as a full disk. */
static inline void fixture_limit_files(rlim_t size)
{
    const struct rlimit limit = {size, RLIM_INFINITY};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

#endif
