/* Files may hold any bytes: whatever they are, they are read or refused, never cut short or made up.
 * The first byte of the data chooses the options. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/bench/bench.h"
#include "core/text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stages {
    struct dm_arena arena;
    struct dm_bench *reject, *replace;
};

/* One that is open with the options `with`. */
static struct dm_bench *open_with(struct stages *s, const char *with)
{
    struct dm_outcome why;
    struct dm_bench *const b =
        dm__bench_open_linked(&s->arena, &docmill_plugin_v1, "extract-text", with, &why);
    if (b == NULL)
        abort();
    return b;
}

static struct stages *open_stages(void)
{
    static struct stages s;
    if (s.reject != NULL)
        return &s;
    dm__arena_init(&s.arena, 0);
    s.reject = open_with(&s, NULL);
    s.replace = open_with(&s, "{ invalid: replace }");
    return &s;
}

static const char *mark_fault(dm_str text, const dm_mark *m, size_t after)
{
    if (m->at.begin >= m->at.end || m->at.begin < after)
        return "a mark is empty, or overlaps the one before it";
    const char first = text.ptr[m->at.begin], last = text.ptr[m->at.end - 1];
    if (m->kind != DM_CODE && m->kind != DM_SYNTAX &&
        (first == ' ' || first == '\n' || last == ' ' || last == '\n'))
        return "a mark has white space around it";
    return NULL;
}

struct seen {
    dm_str bytes;
    bool utf8; /* with no byte order mark: the text must be the file */
};

static void check(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    (void)rendered;
    const struct seen *const seen = owner;
    if (status != DM_OK)
        return;
    if (dm__bench_fault(d) != NULL || d->text.len == 0 || dm__doc_meta(d, "encoding").ptr == NULL)
        abort();
    if (seen->utf8 && memchr(seen->bytes.ptr, 0x1B, seen->bytes.len) == NULL &&
        (d->text.len != seen->bytes.len || memcmp(d->text.ptr, seen->bytes.ptr, d->text.len) != 0))
        abort();
    size_t after = 0;
    for (size_t i = 0; i < d->mark_count; i++) {
        if (mark_fault(d->text, &d->marks[i], after) != NULL)
            abort();
        after = d->marks[i].at.end;
    }
}

static bool has_bom(dm_str s)
{
    return s.len >= 3 && memcmp(s.ptr, "\xEF\xBB\xBF", 3) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct stages *const s = open_stages();
    const dm_str bytes = {(const char *)data + 1, size - 1};
    struct seen seen = {bytes, dm__utf8_check(bytes) == bytes.len && !has_bom(bytes) &&
                                   memchr(bytes.ptr, 0, bytes.len) == NULL};
    const struct dm_bench_document in = {.source = DM_LIT("fuzz.txt"), .bytes = bytes};
    struct dm_outcome out;
    dm__bench_run(data[0] & 1 ? s->replace : s->reject, &in, check, &seen, &out);
    if (out.status != DM_OK && (out.status != DM_EDOC || out.why[0] == 0))
        abort();
    return 0;
}
