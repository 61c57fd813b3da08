/* The YAML reader and all that reads its tree: any bytes are either a pipeline or refused with a reason,
 * and nothing else. */
#include <stdlib.h>

#include "../unit/fixture_stages.h"
#include "core/pipeline/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

/* Each place lies in the file: a line that an editor can go to. */
static void check_places(const struct dm_report *report, size_t size)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct dm_problem *const p = &report->items[i];
        expect(p->message.len != 0);
        expect(p->line <= size + 1 && p->column <= size + 1);
        expect((p->line == 0) == (p->column == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    const dm_str text = {(const char *)data, size};
    const dm_str file = DM_LIT("a.yaml");

    struct dm_report report;
    dm__report_init(&report, &arena);
    expect(dm__yaml_read(&report, file, text) != NULL || report.errors != 0);
    check_places(&report, size);

    const struct dm_registry registry = fixture_registry(&arena);
    dm__report_init(&report, &arena);
    const struct dm_pipeline *const p = dm__pipeline_read(&registry, file, text, NULL, &report);
    expect((p == NULL) == (report.errors != 0));
    expect(p == NULL || (p->step_count > 0 && p->steps[0].kind == DM_EXTRACTOR));
    check_places(&report, size);
    dm__arena_fini(&arena);
    return 0;
}
