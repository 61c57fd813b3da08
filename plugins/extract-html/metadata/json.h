/* A reader of JSON as pages have it: with line breaks in strings, commas too many or too few, comments, and an end that is
 * missing.  It makes the best of it and refuses nothing. */
#ifndef EXTRACT_HTML_JSON_H
#define EXTRACT_HTML_JSON_H

#include <docmill/plugin.h>

enum json_kind {
    JSON_ROOT,
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_SCALAR /* number, true, false, null */
};

/* Values in the order of the text: those inside one are [i + 1, end). */
struct json_value {
    enum json_kind kind;
    uint32_t end;
    dm_str key;  /* of a member; len 0: it is none */
    dm_str text; /* of a string, escapes decoded, or a scalar */
};

struct json {
    const struct json_value *values; /* [0] is the root, which holds the others */
    uint32_t count;
};

enum { JSON_DEPTH_MAX = 64 }; /* deeper values are left out */

/* return  DM_OK; DM_ELIMIT: no memory
 * cost    linear in the text */
dm_status meta_json_read(dm_task *t, dm_str text, struct json *out);

/* The member of an object, or of the objects of an array, that has this key.  return  its index; 0: there is none */
uint32_t meta_json_member(const struct json *j, uint32_t object, const char *key);

#endif
