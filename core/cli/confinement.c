#include "core/cli/confinement.h"

#include <string.h>
#include <unistd.h>

#include "core/cli/printable.h"
#include "core/pipeline/reach.h"
#include "core/text/str.h"

struct telling {
    FILE *to;
    const struct dm_style *style;
    struct dm_arena *arena;
};

static void begin_row(const struct telling *t, const char *name)
{
    enum { COLUMN = 16 };
    fprintf(t->to, "  %s%-*s%s", dm__tone(t->style, DM_TONE_NAME), COLUMN, name,
            dm__tone(t->style, DM_TONE_PLAIN));
}

static void row(const struct telling *t, const char *name, const char *value)
{
    begin_row(t, name);
    fprintf(t->to, "%s\n", value);
}

/* ---- the kernel ------------------------------------------------------------------------------- */

static void missing_row(const struct telling *t, const char *name, const char *what, int error)
{
    begin_row(t, name);
    fprintf(t->to, "%s%s: %s%s\n", dm__tone(t->style, DM_TONE_WARNING), what, strerror(error),
            dm__tone(t->style, DM_TONE_PLAIN));
}

static void tell_kernel(const struct telling *t)
{
    struct dm_sandbox_kernel kernel;
    dm__sandbox_ask(&kernel);
    row(t, "privileges", "none can be gained");
    if (kernel.filter_error == 0)
        row(t, "system calls",
            "only what documents need (seccomp): no network, programs, processes, or "
            "signals to others");
    else
        missing_row(t, "system calls", "not filtered", kernel.filter_error);
    if (kernel.landlock == 0) {
        missing_row(t, "files", "what you can read can be read; no Landlock", kernel.landlock_error);
    } else {
        begin_row(t, "files");
        fprintf(t->to, "only those below (Landlock, version %d)\n", kernel.landlock);
    }
    row(t, "limits", "memory, open files; no core dumps");
    row(t, "inherited", "no environment, no descriptors");
}

/* ---- the pipeline ----------------------------------------------------------------------------- */

static void tell_allowed(const struct telling *t, const struct dm_pipeline *p)
{
    bool any = false;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct dm_step *const step = &p->steps[i];
        uint32_t needs = 0;
        for (size_t k = 0; k < step->instance_count; k++)
            needs |= step->instances[k].stage->flags;
        for (size_t bit = 0; dm__needs[bit] != NULL; bit++) {
            if ((needs & 1U << bit) == 0)
                continue;
            begin_row(t, any ? "" : "allowed");
            fprintf(t->to, "%s, for %.*s\n", dm__needs[bit], (int)step->name.len, step->name.ptr);
            any = true;
        }
    }
    if (!any)
        row(t, "allowed", "nothing else");
}

/* As short as it can be said from here. */
static dm_str shorten(const char *path)
{
    char here[4096];
    const dm_str whole = dm__str(path);
    const size_t len = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
    if (len < 2 || whole.len < len || memcmp(path, here, len) != 0)
        return whole;
    if (whole.len == len)
        return DM_LIT(".");
    return path[len] == '/' ? (dm_str){path + len + 1, whole.len - len - 1} : whole;
}

static void paths_row(const struct telling *t, const char *name, const struct dm_sandbox_paths *paths,
                      const char *also)
{
    begin_row(t, name);
    for (size_t i = 0; i < paths->count; i++) {
        const dm_str shown = dm__printable(t->arena, shorten(paths->items[i]));
        fprintf(t->to, "%s%.*s", i == 0 ? "" : ", ", (int)shown.len, shown.ptr);
    }
    fprintf(t->to, "%s%s\n", paths->count != 0 && also[0] != '\0' ? ", " : "", also);
}

/* Each program with its words, and what it reads besides the system's folders. */
static void tell_programs(const struct telling *t, const struct dm_pipeline *p)
{
    for (size_t i = 0; i < p->programs.orders.count; i++) {
        const struct dm_launch_order *const o = &p->programs.orders.items[i];
        begin_row(t, i == 0 ? "programs" : "");
        for (size_t k = 0; k < o->count; k++) {
            const dm_str word = dm__printable(t->arena, dm__str(o->words[k]));
            fprintf(t->to, "%s%.*s", k == 0 ? "" : " ", (int)word.len, word.ptr);
        }
        fputs(", in a sandbox of its own: no network, writes nothing\n", t->to);
        paths_row(t, "  which reads", &o->reads, "the system's folders");
    }
}

static void tell_reach(const struct telling *t, const struct dm_pipeline *p)
{
    struct dm_sandbox worker, writer;
    if (!dm__reach_worker(t->arena, p, &worker) || !dm__reach_writer(t->arena, p, &writer))
        return;
    paths_row(t, "workers read", &worker.reads, "the system's libraries");
    paths_row(t, "workers write", &worker.writes, worker.writes.count == 0 ? "nothing" : "");
    paths_row(t, "writer writes", &writer.writes, writer.writes.count == 0 ? "nothing" : "");
}

void dm__confinement_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                          const struct dm_pipeline *p)
{
    const struct telling t = {to, style, arena};
    fprintf(to, "%ssandbox%s\n", dm__tone(style, DM_TONE_STRONG), dm__tone(style, DM_TONE_PLAIN));
    tell_kernel(&t);
    tell_allowed(&t, p);
    tell_reach(&t, p);
    tell_programs(&t, p);
}

void dm__confinement_warn(const struct dm_cli *cli)
{
    struct dm_sandbox_kernel kernel;
    dm__sandbox_ask(&kernel);
    if (kernel.filter_error != 0)
        dm__log_warning(&cli->log, "system calls of plugins are not filtered: %s",
                        strerror(kernel.filter_error));
    if (kernel.landlock == 0 && cli->common.verbose)
        dm__log_note(&cli->log, "note: plugins can read what you can, as there is no Landlock: %s",
                     strerror(kernel.landlock_error));
}
