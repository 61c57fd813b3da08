/* A pipeline as it was understood, told stage by stage. */
#include "core/cli/plan.h"

#include "core/cli/option_words.h"
#include "core/cli/printable.h"
#include "core/cli/stage_name.h"
#include "core/pipeline/regex.h"
#include "core/text/json.h"
#include "core/text/str.h"

/* What the functions for people share. */
struct plan {
    FILE *to;
    const struct dm_style *style;
    struct dm_arena *arena;
};

static bool is_auto(const struct dm_step *step)
{
    return dm__str_eq(step->name, DM_LIT("extract-auto"));
}

/* A rule's mode, where it is not what the plugin declares. */
static const char *changed_mode(const struct dm_instance *instance, uint32_t rule)
{
    static const char *const words[] = {"fix", "flag", "off"};
    const uint32_t mode = instance->modes ? instance->modes[rule].mode : DM_FIX;
    if (!instance->modes || mode > DM_OFF || mode == DM_AT(dm_rule, instance->stage->rules, rule)->mode)
        return NULL;
    return words[mode];
}

static void print_instance(const struct plan *plan, const struct dm_instance *instance, int indent)
{
    const dm_stage *stage = instance->stage;
    for (uint32_t i = 0; i < stage->options.count; i++) {
        const dm_option *o = DM_AT(dm_option, stage->options, i);
        const dm_str value = dm__option_words_value(plan->arena, o, instance->state);
        fprintf(plan->to, "%*s%s: %.*s\n", indent, "", o->name, (int)value.len, value.ptr);
    }
    for (uint32_t i = 0; i < stage->rules.count; i++) {
        const char *mode = changed_mode(instance, i);
        if (mode)
            fprintf(plan->to, "%*srule %s: %s\n", indent, "", DM_AT(dm_rule, stage->rules, i)->id, mode);
    }
}

static dm_str add(struct dm_arena *arena, dm_str words, const char *between, dm_str more)
{
    return dm__arena_printf(arena, "%.*s%s%.*s", (int)words.len, words.ptr, between, (int)more.len, more.ptr);
}

dm_str dm__plan_condition(struct dm_arena *arena, const struct dm_condition *c, bool quoted)
{
    dm_str words = dm__arena_str(arena, dm__str(c->key));
    if (c->present >= 0)
        words = add(arena, words, c->present ? " is there" : " is not there", DM_LIT(""));
    for (size_t k = 0; k < c->count; k++)
        words = add(arena, words, k == 0 ? " is " : " or ", dm__printable(arena, c->values[k]));
    if (c->matches) {
        const dm_str pattern = dm__regex_pattern(c->matches);
        words = add(arena, words, " matches ", quoted ? dm__printable_quoted(arena, pattern, 80) : pattern);
    }
    return words;
}

static void print_conditions(const struct plan *plan, const struct dm_step *step, int indent)
{
    for (size_t i = 0; i < step->when_count; i++) {
        const dm_str words = dm__plan_condition(plan->arena, &step->when[i], true);
        fprintf(plan->to, "%*swhen %.*s\n", indent, "", (int)words.len, words.ptr);
    }
}

/* The extractors that take part, each with its options. */
static void print_candidates(const struct plan *plan, const struct dm_step *step, int indent)
{
    for (size_t i = 0; i < step->instance_count; i++) {
        fprintf(plan->to, "%*s%s%s\n", indent, "", i == 0 ? "the surest of " : "           or ",
                dm__stage_full_name(plan->arena, step->instances[i].stage).ptr);
        print_instance(plan, &step->instances[i], indent + 16);
    }
}

void dm__plan_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                   const struct dm_pipeline *p)
{
    const struct plan plan = {to, style, arena};
    enum { INDENT = 7 };
    fprintf(to, "%sstages%s\n", dm__tone(style, DM_TONE_STRONG), dm__tone(style, DM_TONE_PLAIN));
    for (size_t i = 0; i < p->step_count; i++) {
        const struct dm_step *step = &p->steps[i];
        fprintf(to, "  %3zu  %s%.*s%s\n", i + 1, dm__tone(style, DM_TONE_NAME), (int)step->name.len,
                step->name.ptr, dm__tone(style, DM_TONE_PLAIN));
        print_conditions(&plan, step, INDENT);
        if (is_auto(step))
            print_candidates(&plan, step, INDENT);
        else
            print_instance(&plan, &step->instances[0], INDENT);
    }
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static void options_json(struct dm_json *j, struct dm_arena *arena, const struct dm_instance *instance)
{
    dm__json_open(j, '{');
    for (uint32_t i = 0; i < instance->stage->options.count; i++) {
        const dm_option *o = DM_AT(dm_option, instance->stage->options, i);
        dm__json_key(j, o->name);
        dm__json_str(j, dm__option_words_value(arena, o, instance->state));
    }
    dm__json_close(j, '}');
}

static void candidates_json(struct dm_json *j, struct dm_arena *arena, const struct dm_step *step)
{
    dm__json_open(j, '{');
    for (size_t i = 0; i < step->instance_count; i++) {
        dm__json_key_str(j, dm__stage_full_name(arena, step->instances[i].stage));
        options_json(j, arena, &step->instances[i]);
    }
    dm__json_close(j, '}');
}

void dm__plan_json(FILE *to, struct dm_arena *arena, const struct dm_pipeline *p)
{
    for (size_t i = 0; i < p->step_count; i++) {
        const struct dm_step *step = &p->steps[i];
        struct dm_json j;
        dm__json_init(&j, arena, 0);
        dm__json_open(&j, '{');
        dm__json_key(&j, "kind");
        dm__json_cstr(&j, "stage");
        dm__json_key(&j, "stage");
        dm__json_str(&j, step->name);
        dm__json_key(&j, is_auto(step) ? "candidates" : "options");
        if (is_auto(step))
            candidates_json(&j, arena, step);
        else
            options_json(&j, arena, &step->instances[0]);
        dm__json_close(&j, '}');
        const dm_str text = dm__json_text(&j);
        if (text.ptr)
            fprintf(to, "%.*s\n", (int)text.len, text.ptr);
    }
}
