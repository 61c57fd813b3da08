/* A ledger in the folder `state` of a temporary folder, and rows for it. */
#ifndef DOCMILL_TESTS_FIXTURE_LEDGER_H
#define DOCMILL_TESTS_FIXTURE_LEDGER_H

#include "fixture_folder.h"

#include "core/ledger/ledger.h"
#include "core/text/str.h"

static struct dm_arena arena;
static char why[DM_WHY_MAX];

static inline struct dm_ledger *ledger_open(void)
{
    if (!dm__ledger_make_folder(DM_LIT("state"), why))
        fail_msg("%s", why);
    struct dm_ledger *const l = dm__ledger_open(DM_LIT("state"), why);
    if (l == NULL)
        fail_msg("%s", why);
    return l;
}

static inline struct dm_ledger *ledger_open_reader(void)
{
    struct dm_ledger *const l = dm__ledger_open_reader(DM_LIT("state"), why);
    if (l == NULL)
        fail_msg("%s", why);
    return l;
}

static inline void ledger_close(struct dm_ledger *l)
{
    if (!dm__ledger_close(l, why))
        fail_msg("%s", why);
}

static inline void ledger_expect(const struct dm_ledger *l, bool ok)
{
    if (!ok)
        fail_msg("%s", dm__ledger_why(l));
}

/* An input of 10 bytes that was changed at 1000, settled at 60 in generation 1. */
static inline struct dm_ledger_input ledger_row(dm_str source)
{
    return (struct dm_ledger_input){.source = source,
                                    .path = source,
                                    .size = 10,
                                    .modified = 1000,
                                    .generation = 1,
                                    .state = DM_LEDGER_DONE,
                                    .revision = 1,
                                    .attempts = 1,
                                    .stage = -1,
                                    .reason = DM_LIT(""),
                                    .seen = 50,
                                    .settled = 60,
                                    .bytes = 10,
                                    .work = DM_LIT("")};
}

/* Put rows in a transaction of their own. */
static inline void ledger_put(struct dm_ledger *l, const struct dm_ledger_input *rows, size_t count)
{
    ledger_expect(l, dm__ledger_begin(l));
    for (size_t i = 0; i < count; i++)
        ledger_expect(l, dm__ledger_put(l, &rows[i], NULL, 0, true));
    ledger_expect(l, dm__ledger_commit(l));
}

/* Start a generation with the stages of a usual pipeline.  return  its id */
static inline int64_t ledger_generation(struct dm_ledger *l, const char *fingerprint, const char *target)
{
    static const dm_str rules[] = {{"wrong-side", 10}, {"straight-quote", 14}};
    const struct dm_ledger_stage stages[] = {
        {.kind = DM_LIT("extract"), .name = DM_LIT("extract-text"), .target = DM_LIT("")},
        {.position = 1,
         .kind = DM_LIT("clean"),
         .name = DM_LIT("clean-quotes"),
         .rules = rules,
         .rule_count = 2,
         .target = DM_LIT("words.txt")},
        {.position = 2,
         .kind = DM_LIT("output"),
         .name = DM_LIT("output-jsonl"),
         .target = dm__str(target),
         .replaces = true}};
    struct dm_ledger_generation g = {
        .fingerprint = dm__str(fingerprint), .pipeline = DM_LIT("caf\xE9.yaml"), .began = 40};
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_add_generation(l, &g, stages, 3));
    ledger_expect(l, dm__ledger_commit(l));
    return g.id;
}

static inline int ledger_set_up(void **state)
{
    dm__arena_init(&arena, 0);
    return folder_enter(state);
}

static inline int ledger_tear_down(void **state)
{
    dm__arena_fini(&arena);
    return folder_leave(state);
}

static inline void assert_str(dm_str is, const char *expected)
{
    if (!dm__str_eq(is, dm__str(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)is.len, is.ptr, expected);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, ledger_set_up, ledger_tear_down)

#endif
