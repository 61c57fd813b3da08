/* What a stage declares, as a page for the terminal and as JSON. */
#include "core/cli/reference.h"

#include <string.h>

#include "core/cli/help.h"
#include "core/cli/option_words.h"
#include "core/cli/printable.h"
#include "core/cli/stage_name.h"
#include "core/pipeline/pipeline.h"
#include "core/text/str.h"

enum { NAME_COLUMN = 22 };

static const char *mode_word(uint32_t mode)
{
    return mode == DM_FIX ? "fix" : mode == DM_FLAG ? "flag" : "off";
}

/* Everything that a plugin says goes through here on its way to the terminal. */
static const char *shown(struct dm_arena *arena, const char *s)
{
    const dm_str copy = dm__arena_str(arena, dm__printable(arena, dm__str(s ? s : "")));
    return copy.ptr ? copy.ptr : "?";
}

static void heading(FILE *to, const struct dm_style *style, const char *title)
{
    fprintf(to, "\n%s%s%s\n", dm__tone(style, DM_TONE_STRONG), title, dm__tone(style, DM_TONE_PLAIN));
}

static void name_and_facts(FILE *to, const struct dm_style *style, const char *name, const char *facts)
{
    const int space = strlen(name) < NAME_COLUMN ? (int)(NAME_COLUMN - strlen(name)) : 1;
    fprintf(to, "  %s%s%s%*s%s\n", dm__tone(style, DM_TONE_NAME), name, dm__tone(style, DM_TONE_PLAIN), space,
            "", facts);
}

static void help_text(FILE *to, const struct dm_style *style, const char *help)
{
    if (!*help)
        return;
    fprintf(to, "      ");
    dm__help_wrap(to, help, 6, 6, dm__style_columns(style));
}

static void write_options(FILE *to, const struct dm_style *style, struct dm_arena *arena, dm_array options)
{
    if (options.count > 0)
        heading(to, style, "Options");
    for (uint32_t i = 0; i < options.count; i++) {
        const dm_option *o = DM_AT(dm_option, options, i);
        const dm_str range = dm__option_words_range(arena, o), def = dm__option_words_default(arena, o);
        const dm_str facts =
            dm__arena_printf(arena, "%s%s%.*s; %s%.*s", dm__option_words_type(o), range.len > 0 ? ": " : "",
                             (int)range.len, range.ptr, o->def ? "default " : "", (int)def.len, def.ptr);
        name_and_facts(to, style, shown(arena, o->name), shown(arena, facts.ptr));
        help_text(to, style, shown(arena, o->help));
    }
}

static void write_rules(FILE *to, const struct dm_style *style, struct dm_arena *arena, dm_array rules)
{
    if (rules.count > 0)
        heading(to, style, "Rules");
    for (uint32_t i = 0; i < rules.count; i++) {
        const dm_rule *r = DM_AT(dm_rule, rules, i);
        char facts[64];
        if (r->threshold > 0)
            snprintf(facts, sizeof facts, "%s, from a confidence of %g", mode_word(r->mode), r->threshold);
        else
            snprintf(facts, sizeof facts, "%s", mode_word(r->mode));
        name_and_facts(to, style, shown(arena, r->id), facts);
        help_text(to, style, shown(arena, r->help));
    }
}

static void write_metrics(FILE *to, const struct dm_style *style, struct dm_arena *arena, dm_array metrics)
{
    if (metrics.count > 0)
        heading(to, style, "Metrics");
    for (uint32_t i = 0; i < metrics.count; i++) {
        const dm_metric *m = DM_AT(dm_metric, metrics, i);
        name_and_facts(to, style, shown(arena, m->id), shown(arena, m->unit));
        help_text(to, style, shown(arena, m->help));
    }
}

void dm__reference_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                        struct dm_stage_ref ref)
{
    const dm_stage *s = ref.stage;
    const dm_plugin *p = &ref.file->about;
    const dm_str path = dm__printable(arena, ref.file->path);
    const char *name = shown(arena, dm__stage_full_name(arena, s).ptr);
    fprintf(to, "%s%s%s: ", dm__tone(style, DM_TONE_STRONG), name, dm__tone(style, DM_TONE_PLAIN));
    dm__help_wrap(to, shown(arena, s->summary), (unsigned)strlen(name) + 2, 0, dm__style_columns(style));
    fprintf(to, "%s of the plugin %s %s (%s)\nin %.*s\n", dm__kind_noun(s->kind), shown(arena, p->name),
            shown(arena, p->version), shown(arena, p->license), (int)path.len, path.ptr);
    fprintf(to, "\nin a pipeline:  - %s: %s\n", dm__kind_verb(s->kind), shown(arena, s->name));
    if (dm__stage_needs(arena, s).len > 0)
        fprintf(to, "                  allow: [%s]\nneeds:  %s, which the pipeline must allow\n",
                dm__stage_needs(arena, s).ptr, dm__stage_needs(arena, s).ptr);
    write_options(to, style, arena, s->options);
    write_rules(to, style, arena, s->rules);
    write_metrics(to, style, arena, s->metrics);
    if (s->doc && *s->doc)
        fprintf(to, "\nmore about it:  docmill plugins %s --markdown\n", name);
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static void member(struct dm_json *j, const char *key, const char *value)
{
    dm__json_key(j, key);
    dm__json_cstr(j, value);
}

static void member_str(struct dm_json *j, const char *key, dm_str value)
{
    dm__json_key(j, key);
    dm__json_str(j, value);
}

static void json_option(struct dm_json *j, const dm_option *o)
{
    dm__json_open(j, '{');
    member(j, "name", o->name);
    member(j, "type", dm__option_words_type(o));
    if (!(o->flags & DM_SECRET))
        member(j, "default", o->def);
    if (o->min != 0 || o->max != 0) {
        dm__json_key(j, "min");
        dm__json_real(j, o->min);
        dm__json_key(j, "max");
        dm__json_real(j, o->max);
    }
    if (o->unit)
        member(j, "unit", o->unit);
    if (o->choices) {
        dm__json_key(j, "choices");
        dm__json_open(j, '[');
        for (const char *const *c = o->choices; *c; c++)
            dm__json_cstr(j, *c);
        dm__json_close(j, ']');
    }
    member(j, "help", o->help);
    dm__json_close(j, '}');
}

static void json_needs(struct dm_json *j, uint32_t flags)
{
    dm__json_key(j, "needs");
    dm__json_open(j, '[');
    for (size_t bit = 0; dm__needs[bit] != NULL; bit++)
        if ((flags & 1U << bit) != 0)
            dm__json_cstr(j, dm__needs[bit]);
    dm__json_close(j, ']');
}

static void json_rules(struct dm_json *j, dm_array rules)
{
    dm__json_key(j, "rules");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < rules.count; i++) {
        const dm_rule *r = DM_AT(dm_rule, rules, i);
        dm__json_open(j, '{');
        member(j, "id", r->id);
        member(j, "mode", mode_word(r->mode));
        dm__json_key(j, "threshold");
        dm__json_real(j, r->threshold);
        member(j, "help", r->help);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void json_metrics(struct dm_json *j, dm_array metrics)
{
    dm__json_key(j, "metrics");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < metrics.count; i++) {
        const dm_metric *m = DM_AT(dm_metric, metrics, i);
        dm__json_open(j, '{');
        member(j, "id", m->id);
        member(j, "unit", m->unit);
        member(j, "help", m->help);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

void dm__reference_json(struct dm_json *j, struct dm_arena *arena, struct dm_stage_ref ref)
{
    const dm_stage *s = ref.stage;
    dm__json_open(j, '{');
    member_str(j, "stage", dm__stage_full_name(arena, s));
    member(j, "name", s->name);
    member(j, "kind", dm__kind_noun(s->kind));
    member(j, "summary", s->summary);
    member(j, "plugin", ref.file->about.name);
    member(j, "version", ref.file->about.version);
    member(j, "license", ref.file->about.license);
    member_str(j, "path", ref.file->path);
    member_str(j, "hash", ref.file->hash);
    json_needs(j, s->flags);
    dm__json_key(j, "options");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < s->options.count; i++)
        json_option(j, DM_AT(dm_option, s->options, i));
    dm__json_close(j, ']');
    json_rules(j, s->rules);
    json_metrics(j, s->metrics);
    dm__json_close(j, '}');
}
