/* What the plugin says of itself.  The loader has checked that the tables can be used; this is about
 * whether people can. */
#include <stdio.h>
#include <string.h>

#include "core/text/str.h"
#include "core/text/utf8.h"
#include "core/trial/trial.h"

enum { LINE_MAX_BYTES = 400 };

static void check_sentence(struct dm_trial *t, const char *what, const char *name, const char *text)
{
    const dm_str s = dm__str(text);
    if (s.len == 0)
        dm__trial_find(t, DM_RULE_DESCRIBED, "%s%s has no help", what, name);
    else if (dm__utf8_check(s) != s.len || memchr(text, '\n', s.len) != NULL || s.len > LINE_MAX_BYTES)
        dm__trial_find(t, DM_RULE_DESCRIBED, "the help of %s%s is not one line of UTF-8 of at most %d bytes",
                       what, name, LINE_MAX_BYTES);
    else if (text[s.len - 1] != '.')
        dm__trial_find(t, DM_RULE_DESCRIBED, "the help of %s%s does not end in a full stop: %s", what, name,
                       text);
}

static void check_stage(struct dm_trial *t, const dm_stage *s)
{
    t->stage_name = dm__bench_stage_name(&t->arena, s);
    if (!dm__trial_begin(t, "is described for people"))
        return;
    check_sentence(t, "the stage", "", s->summary);
    for (uint32_t i = 0; i < s->options.count; i++)
        check_sentence(t, "option ", DM_AT(dm_option, s->options, i)->name,
                       DM_AT(dm_option, s->options, i)->help);
    for (uint32_t i = 0; i < s->rules.count; i++)
        check_sentence(t, "rule ", DM_AT(dm_rule, s->rules, i)->id, DM_AT(dm_rule, s->rules, i)->help);
    for (uint32_t i = 0; i < s->metrics.count; i++)
        check_sentence(t, "metric ", DM_AT(dm_metric, s->metrics, i)->id,
                       DM_AT(dm_metric, s->metrics, i)->help);
    if (s->kind == DM_CLEANER && s->rules.count == 0)
        dm__trial_find(t, DM_RULE_DESCRIBED, "a cleaner without rules can change nothing");
    if (s->kind == DM_EXTRACTOR && s->ops.extractor->probe == NULL)
        dm__trial_note(t, "%.*s: no probe(): `extract: auto` will never choose it", (int)t->stage_name.len,
                       t->stage_name.ptr);
}

void dm__trial_tables(struct dm_trial *t)
{
    const dm_plugin *const about = &t->file.about;
    const bool now = dm__trial_begin(t, "names its version, licence and stages");
    dm__trial_doing(t, "reading its tables");
    if (now && (about->version == NULL || about->version[0] == '\0'))
        dm__trial_find(t, DM_RULE_DESCRIBED, "the plugin has no version");
    if (now && (about->license == NULL || about->license[0] == '\0'))
        dm__trial_find(t, DM_RULE_DESCRIBED, "the plugin names no licence");
    if (now && about->stages[0] == NULL)
        dm__trial_find(t, DM_RULE_DESCRIBED, "the plugin has none");
    for (const dm_stage *const *s = about->stages; *s != NULL; s++)
        check_stage(t, *s);
}
