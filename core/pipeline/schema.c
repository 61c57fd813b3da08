/* The JSON schema of pipeline files.  Options and rules of all plugins go into $defs; a stage's word
 * selects its entry there with if/then, so that an editor completes the options of just that stage. */
#include "core/pipeline/pipeline.h"
#include "core/pipeline/schema_piece.h"
#include "core/pipeline/settings.h"
#include "core/text/str.h"

struct writing {
    struct dm_json j;
    const struct dm_registry *registry;
    struct dm_arena *arena;
};

/* ---- rules and stages ----------------------------------------------------------------------- */

static void write_rules(struct dm_json *j, dm_array rules)
{
    if (rules.count == 0)
        return;
    dm__json_key(j, "rules");
    dm__schema_optional_object(j);
    dm__schema_pair(j, "description", "What becomes of the changes by each rule.");
    dm__schema_open(j, "properties", '{');
    for (uint32_t i = 0; i < rules.count; i++) {
        static const char *const modes[] = {[DM_FIX] = "fix", [DM_FLAG] = "flag", [DM_OFF] = "off"};
        const dm_rule *const rule = DM_AT(dm_rule, rules, i);
        dm__schema_open(j, rule->id, '{');
        dm__schema_pair(j, "description", rule->help);
        dm__schema_pair(j, "default", modes[rule->mode]);
        dm__schema_reference(j, DM_LIT("rule"));
        dm__json_close(j, '}');
    }
    dm__json_close(j, '}');
    dm__json_close(j, '}');
}

static bool has_required(const dm_stage *s)
{
    for (uint32_t i = 0; i < s->options.count; i++)
        if (DM_AT(dm_option, s->options, i)->def == NULL)
            return true;
    return false;
}

static dm_str full_name(struct dm_arena *arena, const dm_stage *s)
{
    return dm__arena_printf(arena, "%s-%s", dm__kind_verb(s->kind), s->name);
}

/* The entry of $defs with the options of a stage. */
static void write_stage(struct writing *w, const dm_stage *s)
{
    struct dm_json *const j = &w->j;
    dm__json_key_str(j, full_name(w->arena, s));
    dm__schema_optional_object(j);
    dm__schema_pair(j, "title", s->name);
    dm__schema_pair(j, "description", s->summary);
    dm__schema_open(j, "properties", '{');
    dm__schema_options(j, s->options);
    write_rules(j, s->rules);
    dm__json_close(j, '}');
    if (has_required(s)) {
        dm__schema_open(j, "required", '[');
        for (uint32_t i = 0; i < s->options.count; i++)
            if (DM_AT(dm_option, s->options, i)->def == NULL)
                dm__json_cstr(j, DM_AT(dm_option, s->options, i)->name);
        dm__json_close(j, ']');
    }
    dm__json_close(j, '}');
}

/* Call `each` for all stages that a pipeline file can name, optionally of one kind (0: any). */
static void for_stages(struct writing *w, uint32_t kind, void (*each)(struct writing *, const dm_stage *))
{
    for (size_t i = 0; i < w->registry->count; i++) {
        const struct dm_plugin_file *const file = &w->registry->files[i];
        const dm_stage *const *s = file->problem.len == 0 ? file->about.stages : NULL;
        for (; s != NULL && *s != NULL; s++) {
            const struct dm_stage_ref ref = dm__registry_find(w->registry, (*s)->kind, dm__str((*s)->name));
            const bool first = ref.file == file && ref.stage == *s;
            if (first && (kind == 0 || kind == (*s)->kind))
                each(w, *s);
        }
    }
}

static void write_word(struct writing *w, const dm_stage *s)
{
    dm__json_open(&w->j, '{');
    dm__schema_pair(&w->j, "const", s->name);
    dm__schema_pair(&w->j, "description", s->summary);
    dm__json_close(&w->j, '}');
}

/* The words that may follow `clean:`. */
static void write_verb(struct writing *w, uint32_t kind, const char *description)
{
    struct dm_json *const j = &w->j;
    dm__schema_open(j, dm__kind_verb(kind), '{');
    dm__schema_pair(j, "description", description);
    dm__schema_open(j, "anyOf", '[');
    if (kind == DM_EXTRACTOR) {
        dm__json_open(j, '{');
        dm__schema_pair(j, "const", "auto");
        dm__schema_pair(j, "description", "The surest of the installed extractors, for each document.");
        dm__json_close(j, '}');
    }
    for_stages(w, kind, write_word);
    dm__json_open(j, '{');
    dm__schema_reference(j, DM_LIT("variable"));
    dm__json_close(j, '}');
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

static void open_if(struct dm_json *j, const char *verb, const char *word)
{
    dm__json_open(j, '{');
    dm__schema_open(j, "if", '{');
    dm__schema_open(j, "properties", '{');
    dm__schema_open(j, verb, '{');
    dm__schema_pair(j, "const", word);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__schema_words(j, "required", (const char *const[]){verb, NULL});
    dm__json_close(j, '}');
    dm__schema_open(j, "then", '{');
}

static void close_if(struct dm_json *j)
{
    dm__json_close(j, '}');
    dm__json_close(j, '}');
}

/* This word has these options. */
static void write_implication(struct writing *w, const dm_stage *s)
{
    struct dm_json *const j = &w->j;
    open_if(j, dm__kind_verb(s->kind), s->name);
    dm__schema_open(j, "properties", '{');
    dm__schema_open(j, "with", '{');
    dm__schema_reference(j, full_name(w->arena, s));
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    if (has_required(s))
        dm__schema_words(j, "required", (const char *const[]){"with", NULL});
    close_if(j);
}

static void write_candidate(struct writing *w, const dm_stage *s)
{
    dm__schema_open(&w->j, s->name, '{');
    dm__schema_reference(&w->j, full_name(w->arena, s));
    dm__json_close(&w->j, '}');
}

static void write_auto(struct writing *w)
{
    struct dm_json *const j = &w->j;
    open_if(j, "extract", "auto");
    dm__schema_open(j, "properties", '{');
    dm__json_key(j, "with");
    dm__schema_optional_object(j);
    dm__schema_pair(j, "description", "Options of the extractors, each under its name.");
    dm__schema_open(j, "properties", '{');
    for_stages(w, DM_EXTRACTOR, write_candidate);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    close_if(j);
}

static void write_exactly_one_verb(struct dm_json *j)
{
    dm__schema_open(j, "oneOf", '[');
    for (uint32_t kind = DM_EXTRACTOR; kind <= DM_OUTPUT; kind++) {
        dm__json_open(j, '{');
        dm__schema_words(j, "required", (const char *const[]){dm__kind_verb(kind), NULL});
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void write_item(struct writing *w)
{
    struct dm_json *const j = &w->j;
    dm__json_key(j, "stage");
    dm__schema_object(j);
    dm__schema_pair(j, "title", "A stage");
    dm__schema_open(j, "properties", '{');
    write_verb(w, DM_EXTRACTOR, "Turn bytes into text; the first stage, and only that.");
    write_verb(w, DM_CLEANER, "Change the text, with a record of each change.");
    write_verb(w, DM_OUTPUT, "Write the document.");
    dm__schema_open(j, "with", '{');
    dm__schema_pair(j, "description", "The options of the stage.");
    dm__json_close(j, '}');
    dm__schema_open(j, "when", '{');
    dm__schema_reference(j, DM_LIT("when"));
    dm__json_close(j, '}');
    dm__schema_open(j, "allow", '{');
    dm__schema_pair(j, "description", "What the stage may do beyond the sandbox.");
    dm__schema_open(j, "items", '{');
    dm__schema_words(j, "enum", dm__needs);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    write_exactly_one_verb(j);
    dm__schema_open(j, "allOf", '[');
    write_auto(w);
    for_stages(w, 0, write_implication);
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

/* ---- the rest of the file ------------------------------------------------------------------- */

static void write_texts(struct dm_json *j, const char *name, const char *description)
{
    dm__schema_open(j, name, '{');
    dm__schema_pair(j, "description", description);
    dm__schema_list(j, NULL);
    dm__json_close(j, '}');
}

static void write_when(struct dm_json *j)
{
    static const dm_option present = {.type = DM_BOOL};
    dm__json_key(j, "when");
    dm__schema_optional_object(j);
    dm__schema_pair(j, "title", "When the stage runs");
    dm__schema_pair(j, "description", "All that is given must hold; a list means: any of these.");
    dm__schema_open(j, "properties", '{');
    write_texts(j, "language", "BCP 47 language tags; `en` matches `en-GB` too.");
    write_texts(j, "mime", "MIME types, or globs of them: `text/*`.");
    dm__schema_open(j, "metadata", '{');
    dm__schema_pair(j, "type", "object");
    dm__schema_pair(j, "description",
                    "Values by key: a text, a list of texts, { matches: REGEX } or { present: true }.");
    dm__schema_open(j, "additionalProperties", '{');
    dm__schema_open(j, "anyOf", '[');
    dm__json_open(j, '{');
    dm__schema_list(j, NULL);
    dm__json_close(j, '}');
    dm__schema_object(j);
    dm__schema_open(j, "properties", '{');
    dm__schema_open(j, "matches", '{');
    dm__schema_text(j);
    dm__json_close(j, '}');
    dm__schema_open(j, "present", '{');
    dm__schema_type(j, &present);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, ']');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
}

/* `off` is false to a reader of YAML 1.1. */
static void write_mode(struct dm_json *j)
{
    dm__schema_open(j, "enum", '[');
    dm__json_cstr(j, "off");
    dm__json_cstr(j, "flag");
    dm__json_cstr(j, "fix");
    dm__json_bool(j, false);
    dm__json_close(j, ']');
}

static void write_rule_setting(struct dm_json *j)
{
    static const dm_option confidence = {.type = DM_REAL, .max = 1};
    dm__schema_open(j, "rule", '{');
    dm__schema_open(j, "anyOf", '[');
    dm__json_open(j, '{');
    write_mode(j);
    dm__json_close(j, '}');
    dm__schema_object(j);
    dm__schema_open(j, "properties", '{');
    dm__schema_open(j, "mode", '{');
    write_mode(j);
    dm__json_close(j, '}');
    dm__schema_open(j, "confidence", '{');
    dm__schema_pair(j, "description", "Changes of less confidence are only recorded.");
    dm__schema_type(j, &confidence);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

static void write_definitions(struct writing *w)
{
    struct dm_json *const j = &w->j;
    dm__schema_open(j, "$defs", '{');
    dm__schema_open(j, "variable", '{');
    dm__schema_pair(j, "description", "A variable of `vars`.");
    dm__schema_pair(j, "type", "string");
    dm__schema_pair(j, "pattern", "\\$\\{[A-Za-z_][A-Za-z0-9_-]*\\}");
    dm__json_close(j, '}');
    write_rule_setting(j);
    write_when(j);
    write_item(w);
    for_stages(w, 0, write_stage);
    dm__json_close(j, '}');
}

static void write_settings(struct dm_json *j, const char *key, const char *description, dm_array options)
{
    dm__json_key(j, key);
    dm__schema_optional_object(j);
    dm__schema_pair(j, "description", description);
    dm__schema_open(j, "properties", '{');
    dm__schema_options(j, options);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
}

static void write_root_keys(struct dm_json *j)
{
    dm__schema_open(j, "properties", '{');
    dm__schema_open(j, "docmill", '{');
    dm__schema_pair(j, "description", "The version of the file's format.");
    dm__json_key(j, "const");
    dm__json_int(j, 1);
    dm__json_close(j, '}');
    dm__schema_open(j, "vars", '{');
    dm__schema_pair(j, "description",
                    "Texts that ${NAME} stands for in the values below; --set NAME=TEXT replaces them.");
    dm__schema_words(j, "type", (const char *const[]){"object", "null", NULL});
    dm__schema_open(j, "additionalProperties", '{');
    dm__schema_words(j, "type", (const char *const[]){"string", "number", "boolean", "null", NULL});
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    write_settings(j, "input", "What is read.", dm__input_options);
    dm__schema_open(j, "stages", '{');
    dm__schema_pair(j, "description", "What each document goes through, in this order.");
    dm__schema_pair(j, "type", "array");
    dm__json_key(j, "minItems");
    dm__json_int(j, 1);
    dm__schema_open(j, "items", '{');
    dm__schema_reference(j, DM_LIT("stage"));
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    write_settings(j, "watch", "How `docmill watch` looks at its folders.", dm__watch_options);
    write_settings(j, "run", "How it is run.", dm__run_options);
    dm__schema_open(j, "tests", '{');
    dm__schema_pair(
        j, "description",
        "The folder of the cases that `docmill test` runs; a relative one starts beside this file.");
    dm__schema_pair(j, "type", "string");
    dm__json_close(j, '}');
    dm__json_close(j, '}');
}

dm_str dm__schema_write(struct dm_arena *arena, const struct dm_registry *registry)
{
    static const char *const required[] = {"docmill", "stages", NULL};
    struct writing w = {.registry = registry, .arena = arena};
    struct dm_json *const j = &w.j;
    dm__json_init(j, arena, 2);
    dm__json_open(j, '{');
    dm__schema_pair(j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    dm__schema_pair(j, "title", "docmill pipeline");
    dm__schema_pair(j, "type", "object");
    dm__json_key(j, "additionalProperties");
    dm__json_bool(j, false);
    dm__schema_words(j, "required", required);
    write_root_keys(j);
    write_definitions(&w);
    dm__json_close(j, '}');
    return dm__json_text(j);
}
