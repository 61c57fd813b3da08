/* JSON on its way out of render(): tokens collect in a buffer that stays in the first-level caches
 * and leave it in large pieces.  Commas come by themselves. */
#ifndef OUTPUT_JSONL_JSON_H
#define OUTPUT_JSONL_JSON_H

#include <string.h>

#include <docmill/plugin.h>

enum { JSON_BUFFER = 16 * 1024 };

struct json {
    dm_task *task; /* a failing dm_put() sticks to it, so that no call here returns a status */
    size_t used;
    bool comma; /* the next key or value needs one before it */
    char buffer[JSON_BUFFER];
};

void json_begin(struct json *j, dm_task *t);
/* End the line and hand over what is left. */
void json_end_line(struct json *j);

/* Bytes as they are; without a comma. */
void json_put_slowly(struct json *j, const char *bytes, size_t len);

/* What follows is inline so that the length of a literal is known where it is put: a mark is a dozen of
 * these, and most documents have many marks. */
static inline void json_put(struct json *j, const char *bytes, size_t len)
{
    if (len > sizeof j->buffer - j->used) {
        json_put_slowly(j, bytes, len);
        return;
    }
    memcpy(j->buffer + j->used, bytes, len);
    j->used += len;
}

static inline void json_put_char(struct json *j, char c)
{
    json_put(j, &c, 1);
}

static inline void json_separate(struct json *j)
{
    if (j->comma)
        json_put_char(j, ',');
    j->comma = true;
}

static inline void json_open(struct json *j, char bracket)
{
    json_separate(j);
    json_put_char(j, bracket);
    j->comma = false;
}

static inline void json_close(struct json *j, char bracket)
{
    json_put_char(j, bracket);
    j->comma = true;
}

/* A key that needs no escape. */
static inline void json_key(struct json *j, const char *key)
{
    json_separate(j);
    json_put_char(j, '"');
    json_put(j, key, strlen(key));
    json_put(j, "\":", 2);
    j->comma = false;
}

void json_uint(struct json *j, uint64_t n);
/* A number from 0 to 1, rounded to six decimals but never up to 1. */
void json_ratio(struct json *j, double n);
void json_literal(struct json *j, const char *literal);

/* A string that is known to be UTF-8.
 * cost  one pass, 16 bytes a step */
void json_text(struct json *j, dm_str s);

/* A string of unknown make: each byte that is part of no well-formed sequence becomes U+FFFD. */
void json_string(struct json *j, dm_str s);
/* The same, as a key. */
void json_string_key(struct json *j, dm_str s);
/* "stage/rule", as a key. */
void json_rule_key(struct json *j, dm_str stage, dm_str rule);

/* The bytes as hexadecimal digits. */
void json_hex(struct json *j, dm_str s);

bool json_is_utf8(dm_str s);

#endif
