/* A list of numbers: how many times, the times in µs, how many counts, the counts.  Each number takes seven
 * bits a byte, the least significant first; all but its last byte have the eighth bit set (LEB128). */
#include "core/ledger/work.h"

enum { NUMBER_MAX = 10 /* bytes */, FIELDS = sizeof(struct dm_work_count) / sizeof(uint64_t) };

size_t dm__work_size(const struct dm_work *w)
{
    return NUMBER_MAX * (2 + w->time_count + FIELDS * w->count_count);
}

static char *put(char *at, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        *at++ = (char)(n | 0x80);
    *at++ = (char)n;
    return at;
}

size_t dm__work_pack(const struct dm_work *w, char *out)
{
    char *at = put(out, w->time_count);
    for (size_t i = 0; i < w->time_count; i++)
        at = put(at, w->times[i] / 1000);
    at = put(at, w->count_count);
    for (size_t i = 0; i < w->count_count; i++) {
        const struct dm_work_count *const c = &w->counts[i];
        at = put(put(put(put(at, c->position), c->rule), c->made), c->flagged);
    }
    return (size_t)(at - out);
}

/* false: there is none */
static bool take(dm_str *from, uint64_t *n)
{
    *n = 0;
    for (unsigned shift = 0; shift < 64 && from->len != 0; shift += 7) {
        const unsigned char byte = (unsigned char)*from->ptr++;
        from->len--;
        *n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* As many items as a count says, each of which takes at least one byte. */
static void *take_array(struct dm_arena *arena, dm_str *from, size_t item, size_t *count)
{
    uint64_t n;
    if (!take(from, &n) || n > from->len)
        return NULL;
    *count = (size_t)n;
    return dm__arena_alloc(arena, (*count + 1) * item, _Alignof(uint64_t));
}

bool dm__work_unpack(struct dm_arena *arena, dm_str packed, struct dm_work *out)
{
    *out = (struct dm_work){0};
    out->times = take_array(arena, &packed, sizeof *out->times, &out->time_count);
    for (size_t i = 0; out->times != NULL && i < out->time_count; i++) {
        if (!take(&packed, &out->times[i]))
            return false;
        out->times[i] *= 1000;
    }
    if (out->times != NULL)
        out->counts = take_array(arena, &packed, sizeof *out->counts, &out->count_count);
    for (size_t i = 0; out->counts != NULL && i < out->count_count; i++) {
        struct dm_work_count *const c = &out->counts[i];
        if (!take(&packed, &c->position) || !take(&packed, &c->rule) || !take(&packed, &c->made) ||
            !take(&packed, &c->flagged))
            return false;
    }
    return out->counts != NULL && packed.len == 0;
}
