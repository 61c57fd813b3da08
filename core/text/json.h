/* Writing JSON, a token at a time; commas come by themselves.  Strings that are not UTF-8 are written
 * with U+FFFD for each bad byte: say what the bytes were in a field of its own. */
#ifndef DOCMILL_CORE_JSON_H
#define DOCMILL_CORE_JSON_H

#include "core/document/arena.h"

struct dm_json {
    struct dm_arena *arena; /* the buffer grows here */
    char *ptr;
    size_t len, cap;
    bool failed; /* no memory; the rest is ignored */
    bool comma;  /* the next value needs one */
    bool keyed;  /* a key was written, its value comes next */
    unsigned depth;
    unsigned indent; /* spaces a level; 0: all on one line */
};

void dm__json_init(struct dm_json *j, struct dm_arena *arena, unsigned indent);
void dm__json_open(struct dm_json *j, char bracket);  /* '{' or '[' */
void dm__json_close(struct dm_json *j, char bracket); /* '}' or ']' */
void dm__json_key(struct dm_json *j, const char *key);
void dm__json_key_str(struct dm_json *j, dm_str key);
void dm__json_str(struct dm_json *j, dm_str s);
/* A member whose bytes may not be UTF-8: KEY, and if they are not, KEY_hex with what they were. */
void dm__json_bytes(struct dm_json *j, const char *key, dm_str bytes);
void dm__json_cstr(struct dm_json *j, const char *s); /* NULL writes null */
void dm__json_uint(struct dm_json *j, uint64_t n);
void dm__json_int(struct dm_json *j, int64_t n);
void dm__json_real(struct dm_json *j, double n); /* shortest form that reads back the same */
void dm__json_bool(struct dm_json *j, bool b);
void dm__json_null(struct dm_json *j);
/* What was written; ptr NULL: no memory. */
dm_str dm__json_text(const struct dm_json *j);

#endif
