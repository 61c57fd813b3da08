/* The reader of JSON-LD alone.  Values lie within each other, no deeper than it says; there are no more than there are
 * bytes; keys and strings are UTF-8 if the input is; looking for a member stays in its object; reading twice gives the
 * same. */
#include <stdint.h>
#include <stdlib.h>

#include "core/text/utf8.h"
#include "plugins/extract-html/metadata/json.h"
#include "tests/harness/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static uint64_t sum_of(uint64_t sum, dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        sum = sum * 31 + (unsigned char)s.ptr[i];
    return sum * 31 + s.len;
}

static void check_nesting(const struct json *j)
{
    uint32_t open[JSON_DEPTH_MAX + 1]; /* where those end that hold the next value */
    size_t depth = 0;
    for (uint32_t i = 0; i < j->count; i++) {
        const struct json_value *const v = &j->values[i];
        while (depth && open[depth - 1] == i)
            depth--;
        require(v->end > i && v->end <= (depth ? open[depth - 1] : j->count));
        require((i == 0) == (v->kind == JSON_ROOT));
        require(v->end == i + 1 || v->kind < JSON_STRING);
        require(depth < JSON_DEPTH_MAX || v->kind >= JSON_STRING);
        if (v->kind < JSON_STRING)
            open[depth++] = v->end;
    }
}

static void check_members(const struct json *j)
{
    static const char *const keys[] = {"@type", "name", "a", "?"};
    enum { FEW = 16 };
    for (uint32_t i = 0; i < j->count && i < FEW; i++)
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            const uint32_t at = meta_json_member(j, i, keys[k]);
            require(!at || (at > i && at < j->values[i].end));
        }
}

static uint64_t read_all(dm_str in)
{
    struct json j;
    uint64_t sum = 0;
    require(meta_json_read(&task_alone, in, &j) == DM_OK);
    require(j.count > 0 && j.count <= in.len + 1 && j.values[0].end == j.count);
    check_nesting(&j);
    check_members(&j);
    for (uint32_t i = 0; i < j.count; i++) {
        const struct json_value *const v = &j.values[i];
        require(dm__utf8_check(v->key) == v->key.len && dm__utf8_check(v->text) == v->text.len);
        sum = sum_of(sum_of(sum * 31 + v->kind, v->key), v->text) * 31 + v->end;
    }
    dm__arena_reset(&task_arena);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const dm_str in = {size ? (const char *)data : "", size};
    if (dm__utf8_check(in) < in.len)
        return 0;
    const uint64_t first = read_all(in), second = read_all(in);
    require(first == second);
    return 0;
}
