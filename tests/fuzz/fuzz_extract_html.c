/* Pages may be any bytes: they are read or refused, and what is read is sound, the same twice. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/bench/bench.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dm_bench *open_stage(void)
{
    static struct dm_arena arena;
    static struct dm_bench *b;
    struct dm_outcome why;
    if (b != NULL)
        return b;
    dm__arena_init(&arena, 0);
    b = dm__bench_open_linked(&arena, &docmill_plugin_v1, "extract-html", NULL, &why);
    if (b == NULL)
        abort();
    return b;
}

/* A sum of all that came out. */
static void check(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    (void)rendered;
    uint64_t *const sum = owner;
    if (status != DM_OK)
        return;
    if (dm__bench_fault(d) != NULL || dm__doc_meta(d, "encoding").ptr == NULL)
        abort();
    *sum = d->mark_count;
    for (size_t i = 0; i < d->text.len; i++)
        *sum = *sum * 31 + (unsigned char)d->text.ptr[i];
    for (size_t i = 0; i < d->mark_count; i++)
        *sum = *sum * 31 + d->marks[i].kind + d->marks[i].at.begin + d->marks[i].at.end;
}

static uint64_t run(dm_str bytes)
{
    const struct dm_bench_document in = {.source = DM_LIT("fuzz.html"), .bytes = bytes};
    struct dm_outcome out;
    uint64_t sum = 0;
    dm__bench_run(open_stage(), &in, check, &sum, &out);
    if (out.status != DM_OK && (out.status != DM_EDOC || out.why[0] == 0))
        abort();
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const dm_str bytes = {(const char *)data, size};
    if (run(bytes) != run(bytes))
        abort();
    return 0;
}
