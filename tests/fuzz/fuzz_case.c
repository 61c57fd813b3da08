/* The reader of cases: any bytes are a case or are refused with a reason, and a text that was written is read
 * back as it was. */
#include <stdlib.h>
#include <string.h>

#include "core/cases/case.h"
#include "core/text/escape.h"
#include "core/text/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void check_sections(struct dm_arena *arena, const struct dm_case_file *c)
{
    size_t last = c->body;
    for (size_t i = 0; i < c->count; i++) {
        const struct dm_case_section *const s = &c->sections[i];
        struct dm_bench_document d = {.part = 0};
        dm_str problem = {NULL, 0};
        expect(s->whole.begin >= last && s->whole.end > s->whole.begin && s->whole.end <= c->file.len);
        last = s->whole.end;
        if (dm__str_eq(s->name, DM_LIT("marks")))
            expect(dm__case_marks(arena, s, &d, &problem) || problem.len != 0);
        if (dm__str_eq(s->name, DM_LIT("meta")))
            expect(dm__case_metas(arena, s, &d, &problem) || problem.len != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dm_arena arena;
    struct dm_case_file c;
    dm_str problem = {NULL, 0};
    const dm_str file = {(const char *)data, size};
    dm__arena_init(&arena, 0);
    if (dm__case_parse(&arena, DM_LIT("a.case"), file, &c, &problem))
        check_sections(&arena, &c);
    else
        expect(problem.len != 0);
    size_t bad;
    const dm_str written = dm__case_write_text(&arena, file), back = dm__escape_decode(&arena, written, &bad);
    expect(back.ptr != NULL && dm__str_eq(back, file));
    expect(memmem(written.ptr, written.len, "\n--- ", 5) == NULL);
    dm__arena_fini(&arena);
    return 0;
}
