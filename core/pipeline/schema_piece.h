/* Pieces of a JSON schema that its writers share. */
#ifndef DOCMILL_CORE_SCHEMA_PIECE_H
#define DOCMILL_CORE_SCHEMA_PIECE_H

#include "core/pipeline/options.h"
#include "core/text/json.h"

/* `"key": {` or `"key": [` */
void dm__schema_open(struct dm_json *j, const char *key, char bracket);

/* `"key": "value"` */
void dm__schema_pair(struct dm_json *j, const char *key, const char *value);

/* An object without other properties than those that follow.  The second one may be left empty, as
 * `with:` with nothing behind it may. */
void dm__schema_object(struct dm_json *j);
void dm__schema_optional_object(struct dm_json *j);

/* `"$ref": "#/$defs/name"` */
void dm__schema_reference(struct dm_json *j, dm_str name);

/* `"key": [words]`; NULL-terminated */
void dm__schema_words(struct dm_json *j, const char *key, const char *const *words);

/* What a text may be to an editor's reader: numbers need no quotes. */
void dm__schema_text(struct dm_json *j);

/* A list of texts, or a single one.  o: bounds, or NULL */
void dm__schema_list(struct dm_json *j, const dm_option *o);

/* The type of an option's value; and all options, as properties. */
void dm__schema_type(struct dm_json *j, const dm_option *o);
void dm__schema_options(struct dm_json *j, dm_array options);

#endif
