/* A description comes from a child process that ran somebody's code, or from a file that anybody may
 * have changed: any bytes must be read or refused, and what is read is written and read as the same. */
#include <stdint.h>
#include <stdlib.h>

#include "core/pipeline/plugin.h"
#include "core/text/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    dm_plugin about, again;
    dm_str problem, problem_again;
    if (dm__describe_read(&arena, (dm_str){(const char *)data, size}, &about, &problem)) {
        const dm_str once = dm__describe_write(&arena, &about, problem);
        if (once.ptr != NULL) {
            if (!dm__describe_read(&arena, once, &again, &problem_again))
                abort();
            const dm_str twice = dm__describe_write(&arena, &again, problem_again);
            if (!dm__str_eq(once, twice))
                abort();
        }
    }
    dm__arena_fini(&arena);
    return 0;
}
