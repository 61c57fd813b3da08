/* The option schema as a parser: what a stage declares, a YAML node, and the field of the state that it
 * goes to.  Defaults go the same way, from the text that the option declares. */
#ifndef DOCMILL_CORE_OPTIONS_H
#define DOCMILL_CORE_OPTIONS_H

#include "core/document/edit.h"
#include "core/pipeline/plugin.h"
#include "core/pipeline/yaml.h"

/* Where values go, and where complaints do. */
struct dm_reader {
    struct dm_arena *arena; /* holds what is read */
    struct dm_report *report;
    dm_str file;      /* for messages */
    dm_str folder;    /* where relative data paths start; empty: the current one */
    const char *what; /* whose options these are, for messages: "output 'jsonl'" */
};

/* Report an error at a node; NULL: without a place.  A node that is broken has been reported already. */
DM_PRINTF(3, 4)
struct dm_problem *dm__reader_error(const struct dm_reader *r, const struct dm_yaml *node, const char *fmt,
                                    ...);

/* The same for want of memory.  return  NULL, for any pointer */
void *dm__reader_no_memory(const struct dm_reader *r);

/* Add "did you mean 'x'?" if a name is near. */
void dm__reader_suggest(const struct dm_reader *r, struct dm_problem *p, dm_str word,
                        const char *const *names, size_t count);

/* Report all keys of a mapping that are none of `names`. */
bool dm__reader_known_keys(const struct dm_reader *r, const struct dm_yaml *map, const char *const *names,
                           size_t count);

/* What a node is, for "found ...": "'abc'", "a list", "a mapping", "nothing".  Never empty. */
dm_str dm__reader_describe(const struct dm_reader *r, const struct dm_yaml *node);

/* Each scalar of a list, or a single one.  name: for messages
 * return  false: reported */
bool dm__read_texts(const struct dm_reader *r, const char *name, const struct dm_yaml *node, dm_str **items,
                    size_t *count);

/* Compile a scalar; the error points into it where that can be told.
 * return  NULL: reported */
const dm_regex *dm__read_regex(const struct dm_reader *r, const char *name, const struct dm_yaml *node);

/* Read one value into its field of `state`. */
bool dm__option_read(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, void *state);

/* Read a mapping of options; those that are absent get their defaults.
 * with    NULL or a null: all are absent
 * place   where to report that a required one is missing; NULL: nowhere
 * others  keys that are read by somebody else, NULL-terminated; NULL: none
 * return  false: at least one error was reported */
bool dm__options_read(const struct dm_reader *r, dm_array options, const struct dm_yaml *with,
                      const struct dm_yaml *place, const char *const *others, void *state);

/* The option's default as a node, to be written elsewhere.
 * return  NULL: there is none, or it is no YAML, as reported */
struct dm_yaml *dm__option_default_node(const struct dm_reader *r, const dm_option *o);

/* Read `rules: { ID: off | flag | fix | { mode: ..., confidence: ... } }`; the rest are as declared.
 * node    NULL: absent
 * modes   [rules.count] */
bool dm__rules_read(const struct dm_reader *r, dm_array rules, const struct dm_yaml *node,
                    struct dm_rule_mode *modes);

/* Give an instance a stage of its own where its scripts declare rules (DM_SCRIPT); its options have been read.
 * place   where to report what is wrong with them, if `with` has no such option
 * return  false: reported */
struct dm_instance;
bool dm__rules_declared(const struct dm_reader *r, const struct dm_yaml *with, const struct dm_yaml *place,
                        struct dm_instance *out);

/* dm__instance_make() with a place for what is missing. */
bool dm__instance_read(const struct dm_reader *r, struct dm_stage_ref ref, const struct dm_yaml *with,
                       const struct dm_yaml *place, struct dm_instance *out);

/* "extractor", "cleaner", "output" */
const char *dm__stage_noun(uint32_t kind);

/* The folder of a path, in the arena: "." for a plain name; ptr NULL: no memory. */
dm_str dm__path_folder(struct dm_arena *arena, dm_str path);

#endif
