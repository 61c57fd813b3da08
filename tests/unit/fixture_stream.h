/* What a function writes to a stream, as text. */
#ifndef DOCMILL_TEST_FIXTURE_STREAM_H
#define DOCMILL_TEST_FIXTURE_STREAM_H

#include <stdio.h>
#include <stdlib.h>

struct fixture_stream {
    FILE *to;
    char *text;
    size_t len, taken;
};

static inline void fixture_stream_open(struct fixture_stream *s)
{
    s->taken = 0;
    s->to = open_memstream(&s->text, &s->len);
}

/* What was written since the last call, NUL-terminated; valid until the next write. */
static inline const char *fixture_stream_take(struct fixture_stream *s)
{
    fflush(s->to);
    const size_t from = s->taken;
    s->taken = s->len;
    return s->text + from;
}

static inline void fixture_stream_close(struct fixture_stream *s)
{
    fclose(s->to);
    free(s->text);
}

#endif
