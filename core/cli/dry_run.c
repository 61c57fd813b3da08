/* `docmill run --dry-run`: what would be done, and why. */
#include "core/cli/dry_run.h"

#include <inttypes.h>

#include "core/cli/figure.h"
#include "core/cli/live.h"
#include "core/cli/plan.h"
#include "core/cli/printable.h"
#include "core/text/str.h"

struct dry_run {
    const struct dm_cli *cli;
    struct dm_arena scratch; /* reset for each input: there may be millions */
    uint64_t taken, refused, left, bytes;
};

static void end_object(struct dm_json *j)
{
    dm__json_close(j, '}');
    const dm_str text = dm__json_text(j);
    if (text.ptr)
        printf("%.*s\n", (int)text.len, text.ptr);
}

static void begin_object(struct dm_json *j, struct dm_arena *arena, const char *kind)
{
    dm__json_init(j, arena, 0);
    dm__json_open(j, '{');
    dm__json_key(j, "kind");
    dm__json_cstr(j, kind);
}

static void print_str(struct dm_arena *arena, dm_str s)
{
    const dm_str shown = dm__printable(arena, s);
    fwrite(shown.ptr, 1, shown.len, stdout);
}

/* ---- inputs ------------------------------------------------------------------------------------- */

static void input_json(struct dry_run *run, const struct dm_engine_input *in)
{
    struct dm_json j;
    begin_object(&j, &run->scratch, "input");
    dm__json_bytes(&j, "path", in->path);
    dm__json_bytes(&j, "source", in->source);
    dm__json_key(&j, "bytes");
    dm__json_uint(&j, in->size);
    dm__json_key(&j, "process");
    dm__json_bool(&j, in->due && in->refused.len == 0);
    dm__json_key(&j, "why");
    dm__json_str(&j, in->due && in->refused.len != 0 ? in->refused : in->because);
    end_object(&j);
}

static void input_text(struct dry_run *run, const struct dm_engine_input *in)
{
    const struct dm_style *style = &run->cli->out;
    const bool refused = in->due && in->refused.len != 0;
    if (refused)
        printf("  %srefuse%s   ", dm__tone(style, DM_TONE_BAD), dm__tone(style, DM_TONE_PLAIN));
    else
        fputs(in->due ? "  process  " : "  leave    ", stdout);
    print_str(&run->scratch, in->path);
    if (refused) {
        fputs(": ", stdout);
        print_str(&run->scratch, in->refused);
    } else {
        printf("  %s%s, %.*s%s", dm__tone(style, DM_TONE_FAINT), dm__figure_bytes((double)in->size).text,
               (int)in->because.len, in->because.ptr, dm__tone(style, DM_TONE_PLAIN));
    }
    putchar('\n');
}

static bool on_input(void *owner, const struct dm_engine_input *in)
{
    struct dry_run *run = owner;
    if (run->cli->log.json)
        input_json(run, in);
    else
        input_text(run, in);
    dm__arena_reset(&run->scratch);
    if (!in->due) {
        run->left++;
    } else if (in->refused.len == 0) {
        run->taken++;
        run->bytes += in->size;
    } else {
        run->refused++;
    }
    return !ferror(stdout); /* somebody who has closed the pipe has seen enough */
}

/* ---- outputs ------------------------------------------------------------------------------------ */

/* The paths that an output writes below. */
static void print_targets(const struct dry_run *run, const struct dm_step *step)
{
    const struct dm_instance *instance = &step->instances[0];
    for (uint32_t i = 0; i < instance->stage->options.count; i++) {
        const dm_option *o = DM_AT(dm_option, instance->stage->options, i);
        if (o->type != DM_PATH_OUT)
            continue;
        const dm_str path = *(const dm_str *)(const void *)((const char *)instance->state + o->offset);
        if (run->cli->log.json) {
            struct dm_json j;
            begin_object(&j, run->cli->arena, "output");
            dm__json_key(&j, "stage");
            dm__json_str(&j, step->name);
            dm__json_bytes(&j, "path", path);
            end_object(&j);
            continue;
        }
        printf("  %.*s: ", (int)step->name.len, step->name.ptr);
        print_str(run->cli->arena, path);
        putchar('\n');
    }
}

static void print_outputs(const struct dry_run *run, const struct dm_pipeline *p)
{
    const struct dm_style *style = &run->cli->out;
    if (!run->cli->log.json)
        printf("%soutputs%s%s\n", dm__tone(style, DM_TONE_STRONG), dm__tone(style, DM_TONE_PLAIN),
               p->output_count == 0 ? ": none" : "");
    for (size_t i = 0; i < p->step_count; i++) {
        if (p->steps[i].kind == DM_OUTPUT)
            print_targets(run, &p->steps[i]);
    }
}

static void print_total(const struct dry_run *run)
{
    if (run->cli->log.json) {
        struct dm_json j;
        begin_object(&j, run->cli->arena, "total");
        dm__json_key(&j, "process");
        dm__json_uint(&j, run->taken);
        dm__json_key(&j, "refuse");
        dm__json_uint(&j, run->refused);
        dm__json_key(&j, "leave");
        dm__json_uint(&j, run->left);
        dm__json_key(&j, "bytes");
        dm__json_uint(&j, run->bytes);
        end_object(&j);
        return;
    }
    printf("%s document%s (%s) would be processed", dm__figure_count(run->taken).text,
           run->taken == 1 ? "" : "s", dm__figure_bytes((double)run->bytes).text);
    if (run->refused > 0)
        printf(", %s refused", dm__figure_count(run->refused).text);
    if (run->left > 0)
        printf(", %s left alone", dm__figure_count(run->left).text);
    fputs("; nothing was written\n", stdout);
}

int dm__dry_run(const struct dm_cli *cli, const struct dm_engine_options *options)
{
    struct dry_run run = {.cli = cli};
    const struct dm_style *style = &cli->out;
    dm__arena_init(&run.scratch, 0);
    if (cli->log.json)
        dm__plan_json(stdout, cli->arena, options->pipeline);
    else
        dm__plan_text(stdout, style, cli->arena, options->pipeline);
    print_outputs(&run, options->pipeline);
    if (!cli->log.json)
        printf("%sinputs%s\n", dm__tone(style, DM_TONE_STRONG), dm__tone(style, DM_TONE_PLAIN));
    dm_str why = DM_LIT("");
    const int status = dm__engine_list(options, &run, on_input, &why);
    if (status == DM_EXIT_OK || run.taken + run.refused + run.left > 0)
        print_total(&run);
    if (why.len > 0) {
        const dm_str shown = dm__printable(cli->arena, why);
        dm__log_error(&cli->log, "%.*s", (int)shown.len, shown.ptr);
    }
    dm__arena_fini(&run.scratch);
    return status;
}
