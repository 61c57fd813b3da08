/* Bytes on their way out of render(), which leave in large pieces. */
#ifndef OUTPUT_FILES_PUT_H
#define OUTPUT_FILES_PUT_H

#include <docmill/plugin.h>

enum { PUT_BUFFER = 16 * 1024 };

struct put {
    dm_task *task; /* a failing dm_put() sticks to it, so that no call here returns a status */
    size_t used;
    bool any; /* whether anything was put */
    char buffer[PUT_BUFFER];
};

void put_begin(struct put *p, dm_task *t);
void put_end(struct put *p);
void put_bytes(struct put *p, const char *bytes, size_t len);
void put_str(struct put *p, dm_str s);
void put_cstr(struct put *p, const char *s);
void put_char(struct put *p, char c);

/* A string of unknown make as a double-quoted scalar of YAML, on one line.  Each byte that is part of
 * no well-formed UTF-8 becomes U+FFFD. */
void put_quoted(struct put *p, dm_str s);

/* Length of the well-formed UTF-8 sequence at the start of `s`, which is not empty; 0: there is none. */
size_t put_sequence_length(dm_str s);
bool put_is_utf8(dm_str s);

#endif
