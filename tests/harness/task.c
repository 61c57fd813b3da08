#include "tests/harness/task.h"

#include "core/text/utf8.h"

struct dm_arena task_arena;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t;
    return dm__arena_alloc(&task_arena, size, align);
}

static dm_status fail_with(dm_task *t, dm_status code, dm_str why)
{
    (void)t, (void)why;
    return code;
}

static size_t check_utf8(dm_task *t, dm_str s)
{
    (void)t;
    return dm__utf8_check(s);
}

static const dm_host host = {
    .size = sizeof host, .alloc = allocate, .fail = fail_with, .check_utf8 = check_utf8};

dm_task task_alone = {.size = sizeof task_alone, .host = &host};
