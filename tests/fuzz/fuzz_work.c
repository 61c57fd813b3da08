/* What the stages did to an input lies packed in a file that anybody may have changed: any bytes are read or
 * refused, and what is read is packed and read as the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/ledger/work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

/* A time that is too long for nanoseconds comes back as another one, which must stay. */
static void check(struct dm_arena *arena, const struct dm_work *once)
{
    struct dm_work again;
    char *const packed = dm__arena_raw(arena, dm__work_size(once));
    if (packed == NULL)
        return;
    const size_t len = dm__work_pack(once, packed);
    expect(len <= dm__work_size(once));
    expect(dm__work_unpack(arena, (dm_str){packed, len}, &again));
    expect(again.time_count == once->time_count && again.count_count == once->count_count);
    for (size_t i = 0; i < once->time_count; i++)
        expect(again.times[i] == once->times[i] / 1000 * 1000);
    expect(once->count_count == 0 ||
           memcmp(again.counts, once->counts, once->count_count * sizeof *once->counts) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dm_arena arena;
    struct dm_work w;
    dm__arena_init(&arena, 0);
    if (dm__work_unpack(&arena, (dm_str){(const char *)data, size}, &w))
        check(&arena, &w);
    dm__arena_fini(&arena);
    return 0;
}
