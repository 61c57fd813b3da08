#include "core/cli/trace.h"

#include "core/cli/figure.h"
#include "core/cli/printable.h"
#include "core/document/document.h"
#include "core/text/str.h"

enum { NAME_COLUMNS = 20, TIME_COLUMNS = 10 };

static const char *const verbs[] = {
    [DM_EXTRACTOR] = "extract", [DM_CLEANER] = "clean", [DM_OUTPUT] = "render"};

/* The sign for micro is two bytes and one column. */
static int columns(const char *s)
{
    int n = 0;
    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static void begin_line(const struct dm_trace *t, int32_t step, const char *verb, const char *time)
{
    const dm_str name = dm__printable(t->arena, t->pipeline->steps[step].name);
    fprintf(t->to, "%3d  %-*.*s  %-8s", step + 1, NAME_COLUMNS, (int)name.len, name.ptr, verb);
    fprintf(t->to, "%*s%s", TIME_COLUMNS - columns(time), "", time);
}

/* What lies between two calls was not called for. */
static void skip_to(struct dm_trace *t, int32_t step)
{
    for (; t->next < step; t->next++) {
        begin_line(t, t->next, "-", "");
        fputs("  its `when` does not hold\n", t->to);
    }
}

void dm__trace_opened(const struct dm_trace *t, uint64_t nanoseconds)
{
    const struct dm_figure time = dm__figure_time(nanoseconds);
    fprintf(t->to, "     %-*s  %-8s%*s%s\n", NAME_COLUMNS, "all stages", "open",
            TIME_COLUMNS - columns(time.text), "", time.text);
}

static void print_rules(const struct dm_trace *t, const struct dm_step *step, const struct dm_step_stats *s)
{
    const dm_array rules = step->instances[0].stage->rules;
    uint64_t made = 0;
    for (uint32_t i = 0; i < rules.count; i++)
        made += s->rules[i];
    fprintf(t->to, "  %s edit%s", dm__figure_count(made).text, made == 1 ? "" : "s");
    for (uint32_t i = 0, n = 0; i < rules.count; i++)
        if (s->rules[i] != 0)
            fprintf(t->to, "%s%s %s", n++ == 0 ? ": " : ", ", DM_AT(dm_rule, rules, i)->id,
                    dm__figure_count(s->rules[i]).text);
    for (uint32_t i = 0; i < rules.count; i++)
        if (s->flagged[i] != 0)
            fprintf(t->to, "; %s only flagged %s", DM_AT(dm_rule, rules, i)->id,
                    dm__figure_count(s->flagged[i]).text);
}

void dm__trace_begin(struct dm_trace *t, int32_t step)
{
    if (step < 0 && t->at >= 0) {
        begin_line(t, t->at, verbs[t->pipeline->steps[t->at].kind], "");
        fputs("  failed\n", t->to);
    }
    if (step >= 0 && step < t->next)
        t->next = 0; /* another part */
    t->at = step;
}

void dm__trace_end(struct dm_trace *t, struct dm_chain *chain, int32_t step, const struct dm_doc *d)
{
    const struct dm_step *const s = &t->pipeline->steps[step];
    const struct dm_step_stats *const stats = &dm__chain_stats(chain)[step];
    skip_to(t, step);
    begin_line(t, step, verbs[s->kind], dm__figure_time(stats->nanoseconds).text);
    if (s->kind == DM_EXTRACTOR)
        fprintf(t->to, "  %s of text, %zu marks", dm__figure_bytes((double)d->text.len).text, d->mark_count);
    else if (s->kind == DM_CLEANER)
        print_rules(t, s, stats);
    else
        fprintf(t->to, "  %s", dm__figure_bytes((double)t->rendered).text);
    if (d->identity.part != 0)
        fprintf(t->to, "  (part %u)", d->identity.part);
    fputc('\n', t->to);
    dm__chain_stats_reset(chain);
    t->next = step + 1;
    t->at = -1;
}
