/* Stages with their options: the mapping behind `with:`, the defaults of what it leaves out, the modes
 * of the rules. */
#include <stdio.h>
#include <string.h>

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"
#include "core/text/str.h"

/* ---- defaults ------------------------------------------------------------------------------- */

struct dm_yaml *dm__option_default_node(const struct dm_reader *r, const dm_option *o)
{
    if (o->def == NULL)
        return NULL;
    if (o->def[0] != '\0')
        return dm__yaml_read(r->report, r->file, dm__str(o->def));
    struct dm_yaml *const empty = dm__arena_alloc(r->arena, sizeof *empty, _Alignof(struct dm_yaml));
    if (empty == NULL)
        return dm__reader_no_memory(r);
    *empty = (struct dm_yaml){.kind = DM_YAML_SCALAR, .value = DM_LIT("")};
    return empty;
}

/* A default that does not fit is the plugin's mistake, and has no place in the user's file. */
static bool read_default(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *place,
                         void *state)
{
    if (o->def == NULL) {
        struct dm_problem *const p = dm__reader_error(r, place, "%s needs the option '%s'", r->what, o->name);
        if (o->help != NULL)
            dm__report_hint(r->report, p, "%s", o->help);
        return false;
    }
    struct dm_report report;
    dm__report_init(&report, r->arena);
    struct dm_reader quiet = *r;
    quiet.report = &report;
    const struct dm_yaml *const node = dm__option_default_node(&quiet, o);
    if (node != NULL && report.errors == 0 && dm__option_read(&quiet, o, node, state))
        return true;
    const dm_str why = report.count != 0 ? report.items[0].message : DM_LIT("it is no value");
    dm__reader_error(r, place, "the plugin's own default for the option '%s' of %s is bad: %.*s", o->name,
                     r->what, (int)why.len, why.ptr);
    return false;
}

/* ---- options -------------------------------------------------------------------------------- */

/* The keys that a mapping may have, in the arena.  NULL: no memory */
static const char **known_names(const struct dm_reader *r, dm_array options, const char *const *others,
                                size_t *count)
{
    size_t more = 0;
    while (others != NULL && others[more] != NULL)
        more++;
    const char **const names = dm__arena_raw(r->arena, (options.count + more) * sizeof *names);
    if (names == NULL)
        return dm__reader_no_memory(r);
    for (uint32_t i = 0; i < options.count; i++)
        names[i] = DM_AT(dm_option, options, i)->name;
    for (size_t i = 0; i < more; i++)
        names[options.count + i] = others[i];
    *count = options.count + more;
    return names;
}

bool dm__options_read(const struct dm_reader *r, dm_array options, const struct dm_yaml *with,
                      const struct dm_yaml *place, const char *const *others, void *state)
{
    bool good = true;
    if (!dm__yaml_is_null(with)) {
        if (with->kind != DM_YAML_MAPPING) {
            const dm_str found = dm__reader_describe(r, with);
            dm__reader_error(r, with, "expected a mapping of options for %s, found %.*s", r->what,
                             (int)found.len, found.ptr);
            return false;
        }
        size_t count = 0;
        const char *const *const names = known_names(r, options, others, &count);
        good = names != NULL && dm__reader_known_keys(r, with, names, count);
    }
    for (uint32_t i = 0; i < options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, options, i);
        const struct dm_yaml *const node = dm__yaml_find(with, o->name);
        const bool read =
            node != NULL ? dm__option_read(r, o, node, state) : read_default(r, o, place, state);
        good = good && read;
    }
    return good;
}

/* ---- rules ---------------------------------------------------------------------------------- */

static bool read_mode(const struct dm_reader *r, const char *rule, const struct dm_yaml *node, uint32_t *mode)
{
    static const char *const names[] = {[DM_FIX] = "fix", [DM_FLAG] = "flag", [DM_OFF] = "off"};
    enum { NAMES = sizeof names / sizeof names[0] };
    for (uint32_t i = 0; i < NAMES && node->kind == DM_YAML_SCALAR; i++) {
        if (!dm__str_eq(node->value, dm__str(names[i])))
            continue;
        *mode = i;
        return true;
    }
    const dm_str found = dm__reader_describe(r, node);
    struct dm_problem *const p = dm__reader_error(
        r, node, "expected off, flag or fix for the rule '%s', found %.*s", rule, (int)found.len, found.ptr);
    if (node->kind == DM_YAML_SCALAR)
        dm__reader_suggest(r, p, node->value, names, NAMES);
    return false;
}

static bool read_rule(const struct dm_reader *r, const dm_rule *rule, const struct dm_yaml *node,
                      struct dm_rule_mode *out)
{
    static const char *const keys[] = {"mode", "confidence"};
    static const dm_option confidence = {
        .name = "confidence", .type = DM_REAL, .offset = offsetof(struct dm_rule_mode, threshold), .max = 1};
    if (node->kind != DM_YAML_MAPPING)
        return read_mode(r, rule->id, node, &out->mode);
    char what[128];
    snprintf(what, sizeof what, "the rule '%s'", rule->id);
    struct dm_reader inner = *r;
    inner.what = what;
    const struct dm_yaml *const mode = dm__yaml_find(node, "mode");
    const struct dm_yaml *const threshold = dm__yaml_find(node, "confidence");
    bool good = dm__reader_known_keys(&inner, node, keys, 2);
    if (mode != NULL && !read_mode(r, rule->id, mode, &out->mode))
        good = false;
    if (threshold != NULL && !dm__option_read(&inner, &confidence, threshold, out))
        good = false;
    return good;
}

/* return  rules.count: none of that name */
static uint32_t find_rule(dm_array rules, dm_str id)
{
    uint32_t i = 0;
    while (i < rules.count && !dm__str_eq(id, dm__str(DM_AT(dm_rule, rules, i)->id)))
        i++;
    return i;
}

static bool unknown_rule(const struct dm_reader *r, dm_array rules, const struct dm_yaml *key)
{
    if (rules.count == 0) {
        dm__reader_error(r, key, "%s has no rules", r->what);
        return false;
    }
    const char **const names = dm__arena_raw(r->arena, rules.count * sizeof *names);
    if (names == NULL)
        return dm__reader_no_memory(r);
    for (uint32_t i = 0; i < rules.count; i++)
        names[i] = DM_AT(dm_rule, rules, i)->id;
    struct dm_problem *const p =
        dm__reader_error(r, key, "%s has no rule '%.*s'", r->what, dm__shown(key->value), key->value.ptr);
    dm__reader_suggest(r, p, key->value, names, rules.count);
    return false;
}

bool dm__rules_read(const struct dm_reader *r, dm_array rules, const struct dm_yaml *node,
                    struct dm_rule_mode *modes)
{
    for (uint32_t i = 0; i < rules.count; i++) {
        const dm_rule *const rule = DM_AT(dm_rule, rules, i);
        modes[i] = (struct dm_rule_mode){.mode = rule->mode, .threshold = rule->threshold};
    }
    if (dm__yaml_is_null(node))
        return true;
    if (node->kind != DM_YAML_MAPPING) {
        const dm_str found = dm__reader_describe(r, node);
        struct dm_problem *const p = dm__reader_error(r, node, "expected a mapping for 'rules', found %.*s",
                                                      (int)found.len, found.ptr);
        dm__report_hint(r->report, p, "write 'rules: { ID: off }'");
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < node->count; i++) {
        const uint32_t at = find_rule(rules, node->keys[i]->value);
        const bool read = at < rules.count
                              ? read_rule(r, DM_AT(dm_rule, rules, at), node->items[i], &modes[at])
                              : unknown_rule(r, rules, node->keys[i]);
        good = good && read;
    }
    return good;
}

static bool declares_rules(const dm_stage *stage)
{
    for (uint32_t i = 0; i < stage->options.count; i++)
        if ((DM_AT(dm_option, stage->options, i)->flags & DM_SCRIPT) != 0)
            return true;
    return false;
}

/* ---- instances ------------------------------------------------------------------------------ */

bool dm__instance_read(const struct dm_reader *r, struct dm_stage_ref ref, const struct dm_yaml *with,
                       const struct dm_yaml *place, struct dm_instance *out)
{
    static const char *const others[] = {"rules", NULL};
    void *const state = dm__arena_alloc(r->arena, ref.stage->state_size, _Alignof(max_align_t));
    if (state == NULL)
        return dm__reader_no_memory(r);
    *out = (struct dm_instance){.file = ref.file, .stage = ref.stage, .state = state};
    const bool options = dm__options_read(r, ref.stage->options, with, place, others, state),
               declared = options && dm__rules_declared(r, with, place, out);
    const dm_array rules = out->stage->rules;
    out->modes = dm__arena_alloc(r->arena, rules.count * sizeof *out->modes, _Alignof(struct dm_rule_mode));
    if (out->modes == NULL)
        return dm__reader_no_memory(r);
    /* Rules of a script that cannot be read are none that could be missed. */
    const bool named = (!declared && declares_rules(ref.stage)) ||
                       dm__rules_read(r, rules, dm__yaml_find(with, "rules"), out->modes);
    return named && declared;
}

const char *dm__stage_noun(uint32_t kind)
{
    return kind == DM_EXTRACTOR ? "extractor" : kind == DM_CLEANER ? "cleaner" : "output";
}

bool dm__instance_make(struct dm_arena *arena, struct dm_stage_ref ref, const struct dm_yaml *with,
                       dm_str file, struct dm_report *report, struct dm_instance *out)
{
    char what[128];
    snprintf(what, sizeof what, "%s '%s'", dm__stage_noun(ref.stage->kind), ref.stage->name);
    const struct dm_reader r = {
        .arena = arena, .report = report, .file = file, .folder = dm__path_folder(arena, file), .what = what};
    if (r.folder.ptr == NULL)
        return dm__reader_no_memory(&r);
    return dm__instance_read(&r, ref, with, with, out);
}

dm_str dm__path_folder(struct dm_arena *arena, dm_str path)
{
    size_t len = path.len;
    while (len > 0 && path.ptr[len - 1] != '/')
        len--;
    while (len > 1 && path.ptr[len - 1] == '/')
        len--;
    return len == 0 ? DM_LIT(".") : dm__arena_str(arena, (dm_str){path.ptr, len});
}

size_t dm__step_metrics(const struct dm_step *step, const struct dm_instance *before)
{
    const struct dm_instance *const end = before != NULL ? before : step->instances + step->instance_count;
    size_t count = 0;
    for (const struct dm_instance *i = step->instances; i < end; i++)
        count += i->stage->metrics.count;
    return count;
}
