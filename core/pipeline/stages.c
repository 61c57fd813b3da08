/* The list of stages: which plugin each word means, what it may do, when it runs. */
#include "core/pipeline/stages.h"

#include <stdio.h>
#include <string.h>

#include "core/pipeline/when.h"
#include "core/text/str.h"

struct reading {
    struct dm_reader r;
    const struct dm_registry *registry;
};

static const char *const verbs[] = {"extract", "clean", "output"}; /* by kind, from DM_EXTRACTOR on */
enum { KINDS = 3 };

static const char *article(uint32_t kind)
{
    return kind == DM_CLEANER ? "a" : "an";
}

/* ---- which stage a word means --------------------------------------------------------------- */

/* The names of all usable stages of a kind, in the arena.  return  NULL: no memory */
static const char **names_of(const struct reading *c, uint32_t kind, size_t *count)
{
    size_t cap = 0;
    const char **names = dm__arena_grow(c->r.arena, NULL, *count = 0, &cap, sizeof *names);
    for (size_t i = 0; i < c->registry->count; i++) {
        const struct dm_plugin_file *const file = &c->registry->files[i];
        const dm_stage *const *s = file->problem.len == 0 ? file->about.stages : NULL;
        for (; names != NULL && s != NULL && *s != NULL; s++) {
            if ((*s)->kind != kind)
                continue;
            names = dm__arena_grow(c->r.arena, names, *count, &cap, sizeof *names);
            if (names != NULL)
                names[(*count)++] = (*s)->name;
        }
    }
    return names;
}

/* Whether a plugin that cannot be used has the stage: by its table, or by the name of its file where
 * not even that could be read. */
static bool might_hold(const struct dm_plugin_file *file, uint32_t kind, dm_str word)
{
    for (const dm_stage *const *s = file->about.stages; s != NULL && *s != NULL; s++)
        if ((*s)->kind == kind && dm__str_eq(dm__str((*s)->name), word))
            return true;
    dm_str base = file->path;
    for (size_t i = base.len; i-- > 0;)
        if (base.ptr[i] == '/') {
            base = (dm_str){base.ptr + i + 1, base.len - i - 1};
            break;
        }
    const dm_str verb = dm__str(verbs[kind - DM_EXTRACTOR]);
    if (base.len < 3 || memcmp(base.ptr + base.len - 3, ".so", 3) != 0)
        return false;
    base.len -= 3;
    return base.len == verb.len + 1 + word.len && memcmp(base.ptr, verb.ptr, verb.len) == 0 &&
           base.ptr[verb.len] == '-' && memcmp(base.ptr + verb.len + 1, word.ptr, word.len) == 0;
}

/* `clean: clean-unicode` is a natural thing to write. */
static bool suggest_without_verb(const struct reading *c, struct dm_problem *p, uint32_t kind, dm_str word)
{
    const dm_str verb = dm__str(verbs[kind - DM_EXTRACTOR]);
    if (word.len <= verb.len + 1 || memcmp(word.ptr, verb.ptr, verb.len) != 0 || word.ptr[verb.len] != '-')
        return false;
    const dm_str rest = {word.ptr + verb.len + 1, word.len - verb.len - 1};
    if (dm__registry_find(c->registry, kind, rest).stage == NULL)
        return false;
    dm__report_hint(c->r.report, p, "did you mean '%.*s'?", dm__shown(rest), rest.ptr);
    return true;
}

static void report_unknown(const struct reading *c, uint32_t kind, const struct dm_yaml *word)
{
    const int len = dm__shown(word->value);
    for (size_t i = 0; i < c->registry->count; i++) {
        const struct dm_plugin_file *const file = &c->registry->files[i];
        if (file->problem.len == 0 || !might_hold(file, kind, word->value))
            continue;
        dm__reader_error(&c->r, word, "the plugin of %s '%.*s' (%.*s) cannot be used: %.*s",
                         dm__stage_noun(kind), len, word->value.ptr, (int)file->path.len, file->path.ptr,
                         (int)file->problem.len, file->problem.ptr);
        return;
    }
    for (uint32_t other = DM_EXTRACTOR; other <= DM_OUTPUT; other++) {
        if (dm__registry_find(c->registry, other, word->value).stage == NULL)
            continue;
        struct dm_problem *const p =
            dm__reader_error(&c->r, word, "'%.*s' is %s %s, not %s %s", len, word->value.ptr, article(other),
                             dm__stage_noun(other), article(kind), dm__stage_noun(kind));
        dm__report_hint(c->r.report, p, "write '%s: %.*s'", verbs[other - DM_EXTRACTOR], len,
                        word->value.ptr);
        return;
    }
    struct dm_problem *const p = dm__reader_error(&c->r, word, "no %s '%.*s' is installed",
                                                  dm__stage_noun(kind), len, word->value.ptr);
    size_t count;
    const char *const *const names = names_of(c, kind, &count);
    if (names != NULL && !suggest_without_verb(c, p, kind, word->value))
        dm__reader_suggest(&c->r, p, word->value, names, count);
}

/* ---- what a stage may do -------------------------------------------------------------------- */

const char *const dm__needs[] = {"network", "exec", "write", NULL};
enum { NEEDS = sizeof dm__needs / sizeof dm__needs[0] - 1 };

static bool read_allow(const struct reading *c, const struct dm_yaml *node, uint32_t *allowed)
{
    *allowed = 0;
    if (dm__yaml_is_null(node))
        return true;
    dm_str *words;
    size_t count;
    if (!dm__read_texts(&c->r, "allow", node, &words, &count))
        return false;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        uint32_t bit = 0;
        while (bit < NEEDS && !dm__str_eq(words[i], dm__str(dm__needs[bit])))
            bit++;
        *allowed |= bit < NEEDS ? 1u << bit : 0;
        if (bit < NEEDS)
            continue;
        struct dm_problem *const p = dm__reader_error(
            &c->r, node->kind == DM_YAML_SEQUENCE ? node->items[i] : node,
            "expected network, exec or write for 'allow', found '%.*s'", dm__shown(words[i]), words[i].ptr);
        dm__reader_suggest(&c->r, p, words[i], dm__needs, NEEDS);
        good = false;
    }
    return good;
}

/* Whether a stage's needs are allowed; `word` is where it is named. */
static bool check_needs(const struct reading *c, const dm_stage *stage, uint32_t allowed,
                        const struct dm_yaml *word)
{
    static const char *const phrases[] = {"the network", "to start programs", "to write files"};
    bool good = true;
    for (uint32_t bit = 0; bit < NEEDS; bit++) {
        if ((stage->flags & ~allowed & 1u << bit) == 0)
            continue;
        struct dm_problem *const p =
            dm__reader_error(&c->r, word, "%s '%s' needs %s, which the pipeline does not allow",
                             dm__stage_noun(stage->kind), stage->name, phrases[bit]);
        dm__report_hint(c->r.report, p, "add 'allow: [%s]' to this stage if you trust it", dm__needs[bit]);
        good = false;
    }
    return good;
}

/* ---- extract: auto -------------------------------------------------------------------------- */

static bool has_required_option(const dm_stage *stage)
{
    for (uint32_t i = 0; i < stage->options.count; i++)
        if (DM_AT(dm_option, stage->options, i)->def == NULL)
            return true;
    return false;
}

/* Add an extractor if it is fit: one that lacks permission or a required option is not meant. */
static bool add_candidate(const struct reading *c, struct dm_stage_ref ref, const struct dm_yaml *with,
                          uint32_t allowed, struct dm_step *out)
{
    const struct dm_yaml *const own = dm__yaml_find(with, ref.stage->name);
    if (own == NULL && ((ref.stage->flags & ~allowed) != 0 || has_required_option(ref.stage)))
        return true;
    char what[128];
    snprintf(what, sizeof what, "extractor '%s'", ref.stage->name);
    struct dm_reader inner = c->r;
    inner.what = what;
    const struct dm_yaml *const word = dm__yaml_find(out->source, "extract");
    return check_needs(c, ref.stage, allowed, word) &&
           dm__instance_read(&inner, ref, own, own != NULL ? own : word,
                             &out->instances[out->instance_count++]);
}

static bool read_auto(const struct reading *c, const struct dm_yaml *with, uint32_t allowed,
                      struct dm_step *out)
{
    size_t count;
    const char *const *const names = names_of(c, DM_EXTRACTOR, &count);
    struct dm_reader inner = c->r;
    inner.what = "extractor 'auto'";
    out->instances =
        dm__arena_alloc(c->r.arena, (count + 1) * sizeof *out->instances, _Alignof(struct dm_instance));
    if (names == NULL || out->instances == NULL)
        return dm__reader_no_memory(&c->r);
    bool good = true;
    if (!dm__yaml_is_null(with) && with->kind == DM_YAML_MAPPING) {
        good = dm__reader_known_keys(&inner, with, names, count);
    } else if (!dm__yaml_is_null(with)) {
        dm__reader_error(&c->r, with, "expected a mapping of extractors to their options for 'with'");
        good = false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct dm_stage_ref ref = dm__registry_find(c->registry, DM_EXTRACTOR, dm__str(names[i]));
        bool known = false;
        for (size_t k = 0; k < i; k++)
            known = known || strcmp(names[k], names[i]) == 0;
        if (!known && !add_candidate(c, ref, with, allowed, out))
            good = false;
    }
    if (out->instance_count == 0 && good) {
        dm__reader_error(&c->r, dm__yaml_find(out->source, "extract"), "no extractor is installed");
        good = false;
    }
    return good;
}

/* ---- a stage -------------------------------------------------------------------------------- */

/* Which of extract, clean and output a stage is.  return  0: not exactly one, as reported */
static uint32_t read_kind(const struct reading *c, const struct dm_yaml *item)
{
    uint32_t kind = 0;
    for (size_t i = 0; i < item->count; i++) {
        for (uint32_t k = 0; k < KINDS; k++) {
            if (!dm__str_eq(item->keys[i]->value, dm__str(verbs[k])))
                continue;
            if (kind == 0) {
                kind = DM_EXTRACTOR + k;
                continue;
            }
            struct dm_problem *const p =
                dm__reader_error(&c->r, item->keys[i], "a second stage, '%s', in one list item", verbs[k]);
            dm__report_hint(c->r.report, p, "begin its line with '- '");
            return 0;
        }
    }
    if (kind == 0)
        dm__reader_error(&c->r, item, "a stage needs one of the keys extract, clean and output");
    return kind;
}

static bool check_keys(const struct reading *c, const struct dm_yaml *item)
{
    static const char *const keys[] = {"extract", "clean", "output", "with", "when", "allow"};
    enum { KEYS = sizeof keys / sizeof keys[0] };
    struct dm_reader inner = c->r;
    inner.what = "a stage";
    if (dm__yaml_find(item, "rules") == NULL)
        return dm__reader_known_keys(&inner, item, keys, KEYS);
    for (size_t i = 0; i < item->count; i++)
        if (dm__str_eq(item->keys[i]->value, DM_LIT("rules"))) {
            struct dm_problem *const p =
                dm__reader_error(&c->r, item->keys[i], "unknown key 'rules' in a stage");
            dm__report_hint(c->r.report, p, "it belongs inside 'with'");
        }
    return false;
}

static bool is_auto(uint32_t kind, dm_str word)
{
    return kind == DM_EXTRACTOR && dm__str_eq(word, DM_LIT("auto"));
}

static bool read_when(const struct reading *c, const struct dm_yaml *when, struct dm_step *out)
{
    if (when != NULL && out->kind == DM_EXTRACTOR) {
        dm__reader_error(&c->r, when, "an extractor cannot have a condition: nothing is known before it");
        return false;
    }
    return dm__conditions_read(&c->r, when, &out->when, &out->when_count);
}

/* The one stage that `word` names, with its options. */
static bool read_instance(const struct reading *c, const struct dm_yaml *word, const struct dm_yaml *with,
                          uint32_t allowed, struct dm_step *out)
{
    const struct dm_stage_ref ref = dm__registry_find(c->registry, out->kind, word->value);
    if (ref.stage == NULL) {
        report_unknown(c, out->kind, word);
        return false;
    }
    char what[128];
    snprintf(what, sizeof what, "%s '%s'", dm__stage_noun(out->kind), ref.stage->name);
    struct dm_reader inner = c->r;
    inner.what = what;
    out->instances = dm__arena_alloc(c->r.arena, sizeof *out->instances, _Alignof(struct dm_instance));
    if (out->instances == NULL)
        return dm__reader_no_memory(&c->r);
    out->instance_count = 1;
    const bool needs_met = check_needs(c, ref.stage, allowed, word);
    return dm__instance_read(&inner, ref, with, word, out->instances) && needs_met;
}

static bool read_step(const struct reading *c, const struct dm_yaml *item, struct dm_step *out)
{
    if (item->kind != DM_YAML_MAPPING) {
        const dm_str found = dm__reader_describe(&c->r, item);
        struct dm_problem *const p =
            dm__reader_error(&c->r, item, "expected a stage, found %.*s", (int)found.len, found.ptr);
        dm__report_hint(c->r.report, p, "write '- clean: NAME'");
        return false;
    }
    bool good = check_keys(c, item);
    const uint32_t kind = read_kind(c, item);
    if (kind == 0)
        return false;
    const char *const verb = verbs[kind - DM_EXTRACTOR];
    const struct dm_yaml *const word = dm__yaml_find(item, verb), *const with = dm__yaml_find(item, "with");
    *out = (struct dm_step){.kind = kind, .line = item->line, .column = item->column, .source = item};
    uint32_t allowed;
    good = read_allow(c, dm__yaml_find(item, "allow"), &allowed) && good;
    good = read_when(c, dm__yaml_find(item, "when"), out) && good;
    if (word->kind != DM_YAML_SCALAR || dm__yaml_is_null(word)) {
        const dm_str found = dm__reader_describe(&c->r, word);
        dm__reader_error(&c->r, word, "expected the name of %s %s for '%s', found %.*s", article(kind),
                         dm__stage_noun(kind), verb, (int)found.len, found.ptr);
        return false;
    }
    out->name = dm__arena_printf(c->r.arena, "%s-%.*s", verb, (int)word->value.len, word->value.ptr);
    if (out->name.ptr == NULL)
        return dm__reader_no_memory(&c->r);
    const bool read = is_auto(kind, word->value) ? read_auto(c, with, allowed, out)
                                                 : read_instance(c, word, with, allowed, out);
    return read && good;
}

/* ---- the list ------------------------------------------------------------------------------- */

/* The extractor comes first, and alone.  Judged by the file, so that a stage that is wrong in another
 * way counts. */
static bool check_order(const struct reading *c, const struct dm_yaml *list)
{
    bool good = true;
    for (size_t i = 0; i < list->count; i++) {
        const struct dm_yaml *const extract = dm__yaml_find(list->items[i], "extract");
        if (i == 0 && extract == NULL && list->items[i]->kind == DM_YAML_MAPPING) {
            struct dm_problem *const p =
                dm__reader_error(&c->r, list->items[i], "the first stage must be an extractor");
            dm__report_hint(c->r.report, p, "put '- extract: auto' before it");
            good = false;
        }
        if (i != 0 && extract != NULL) {
            dm__reader_error(&c->r, list->items[i], "an extractor can only be the first stage");
            good = false;
        }
    }
    return good;
}

bool dm__stages_read(const struct dm_reader *r, const struct dm_registry *registry,
                     const struct dm_yaml *list, const struct dm_yaml *place, struct dm_pipeline *p)
{
    const struct reading c = {.r = *r, .registry = registry};
    if (list == NULL) {
        dm__reader_error(r, place, "the list 'stages' is missing");
        return false;
    }
    if (list->kind != DM_YAML_SEQUENCE || list->count == 0) {
        const dm_str found =
            list->kind == DM_YAML_SEQUENCE ? DM_LIT("an empty one") : dm__reader_describe(r, list);
        dm__reader_error(r, list, "expected a list for 'stages', found %.*s", (int)found.len, found.ptr);
        return false;
    }
    p->steps = dm__arena_alloc(r->arena, list->count * sizeof *p->steps, _Alignof(struct dm_step));
    if (p->steps == NULL)
        return dm__reader_no_memory(r);
    bool good = check_order(&c, list);
    for (size_t i = 0; i < list->count; i++) {
        struct dm_step *const step = &p->steps[p->step_count];
        if (!read_step(&c, list->items[i], step)) {
            good = false;
            continue;
        }
        p->step_count++;
        p->output_count += step->kind == DM_OUTPUT;
    }
    return good;
}
