/* A report as one text, for tests to compare: "3:5 message; hint" for each problem, a line each. */
#ifndef DOCMILL_TEST_FIXTURE_REPORT_H
#define DOCMILL_TEST_FIXTURE_REPORT_H

#include <string.h>

#include "core/pipeline/report.h"

static inline const char *fixture_report_text(struct dm_arena *arena, const struct dm_report *r)
{
    dm_str all = DM_LIT("");
    for (size_t i = 0; i < r->count; i++) {
        const struct dm_problem *const p = &r->items[i];
        all = dm__arena_printf(arena, "%.*s%s%u:%u %.*s%s%.*s", (int)all.len, all.ptr, i != 0 ? "\n" : "",
                               p->line, p->column, (int)p->message.len, p->message.ptr,
                               p->hint.len != 0 ? "; " : "", (int)p->hint.len, p->hint.ptr);
    }
    return all.ptr;
}

#endif
