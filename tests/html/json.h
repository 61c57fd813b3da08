/* Reading JSON into a tree, as much of it as html5lib's test files need.  Memory is given back by
 * json_free_all(), or never. */
#ifndef DOCMILL_TESTS_HTML_JSON_H
#define DOCMILL_TESTS_HTML_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool truth;
    bool broken; /* a string with half of a surrogate pair, which UTF-8 cannot hold */
    char *text;  /* of a string, in UTF-8; may hold NUL */
    size_t len;
    char *key; /* of a member */
    struct json *items;
    size_t count;
};

/* Reads all of a file.  Ends the program if it is not JSON. */
struct json json_read(const char *path);

/* The member of an object; NULL: it has none of that name. */
const struct json *json_get(const struct json *object, const char *key);

/* Decode the escapes of a string once more, as `doubleEscaped` asks for. */
struct json json_unescape(const struct json *string);

/* Free all that was read, and decoded, so far. */
void json_free_all(void);

#endif
