/* Pipelines of stages that exist as tables only, with a state folder, and inputs whose past is made up. */
#ifndef DOCMILL_TESTS_FIXTURE_BOOK_H
#define DOCMILL_TESTS_FIXTURE_BOOK_H

#include "fixture_report.h" /* these have arguments that are called arena */
#include "fixture_stages.h"

#include "fixture_ledger.h"

#include "core/engine/book.h"

#define STAGES "stages: [{extract: text}, {clean: quotes}, {output: jsonl, with: {path: out.jsonl}}]\n"
#define OTHERS "stages: [{extract: text}, {clean: unicode}, {output: jsonl, with: {path: out.jsonl}}]\n"

static const int64_t old_time = INT64_C(1000000007); /* ns since 1970: long ago */

/* state  "state", or "none" */
static inline const struct dm_pipeline *book_read(const char *state, const char *stages)
{
    struct dm_report report;
    const struct dm_registry registry = fixture_registry(&arena);
    const dm_str text = dm__arena_printf(
        &arena, "docmill: 1\ninput: { paths: [in], max-size: 1KiB }\nrun: { state: %s }\n%s", state, stages);
    dm__report_init(&report, &arena);
    const struct dm_pipeline *const p = dm__pipeline_read(&registry, DM_LIT("a.yaml"), text, NULL, &report);
    if (p == NULL)
        fail_msg("%s", fixture_report_text(&arena, &report));
    return p;
}

static inline void book_open(struct dm_book *b, const struct dm_engine_options *options)
{
    if (!dm__book_open(b, options, why))
        fail_msg("%s", why);
}

static inline void book_close(struct dm_book *b)
{
    if (!dm__book_close(b, why))
        fail_msg("%s", why);
}

/* Write an input and set its time of change, ns since 1970; 0: leave it at now. */
static inline void book_write(const char *path, const char *text, int64_t modified)
{
    folder_write(path, text, strlen(text));
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                      {.tv_sec = modified / 1000000000, .tv_nsec = modified % 1000000000}};
    if (modified != 0)
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* The row of in/NAME as it was when it held `text` at `modified`.  hashed: its content was read */
static inline struct dm_ledger_input book_row(const struct dm_book *b, const char *name, const char *text,
                                              int64_t modified, bool hashed)
{
    struct dm_ledger_input in = ledger_row(dm__str(name));
    in.path = dm__arena_printf(&arena, "in/%s", name);
    in.size = strlen(text);
    in.modified = modified;
    in.generation = b->generation.id;
    in.revision = 4;
    in.hashed = hashed;
    if (hashed)
        dm__hash_value(dm__str(text), in.hash);
    return in;
}

static inline int book_set_up(void **state)
{
    return ledger_set_up(state) == 0 && mkdir("in", 0777) == 0 ? 0 : -1;
}

#define WITH_BOOK(test) cmocka_unit_test_setup_teardown(test, book_set_up, ledger_tear_down)

#endif
