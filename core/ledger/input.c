/* Inputs and their results: stored, looked up, walked over. */
#include <string.h>

#include "core/ledger/database.h"

/* ---- rows -------------------------------------------------------------------------------------- */

static void read_input(sqlite3_stmt *s, struct dm_ledger_input *out)
{
    const dm_str hash = dm__sql_bytes(s, 4);
    *out = (struct dm_ledger_input){.source = dm__sql_bytes(s, 0),
                                    .path = dm__sql_bytes(s, 1),
                                    .size = (uint64_t)sqlite3_column_int64(s, 2),
                                    .modified = sqlite3_column_int64(s, 3),
                                    .hashed = hash.len == DM_LEDGER_HASH,
                                    .generation = sqlite3_column_int64(s, 5),
                                    .state = (enum dm_ledger_state)sqlite3_column_int(s, 6),
                                    .revision = (uint64_t)sqlite3_column_int64(s, 7),
                                    .attempts = (uint32_t)sqlite3_column_int64(s, 8),
                                    .stage = sqlite3_column_int64(s, 9),
                                    .reason = dm__sql_bytes(s, 10),
                                    .seen = sqlite3_column_int64(s, 11),
                                    .settled = sqlite3_column_int64(s, 12),
                                    .bytes = (uint64_t)sqlite3_column_int64(s, 13),
                                    .edits = (uint64_t)sqlite3_column_int64(s, 14),
                                    .work = dm__sql_bytes(s, 15)};
    if (out->hashed)
        memcpy(out->hash, hash.ptr, sizeof out->hash);
}

int dm__ledger_find(struct dm_ledger *l, dm_str source, struct dm_ledger_input *out)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_FIND);
    dm__sql_bind(s, 1, source);
    const int got = dm__sql_next(l, s);
    if (got == 1)
        read_input(s, out);
    return got;
}

static bool put_input(struct dm_ledger *l, const struct dm_ledger_input *in)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_PUT);
    if (s == NULL)
        return false;
    dm__sql_bind(s, 1, in->source);
    dm__sql_bind(s, 2, in->path);
    sqlite3_bind_int64(s, 3, (sqlite3_int64)in->size);
    sqlite3_bind_int64(s, 4, in->modified);
    if (in->hashed)
        sqlite3_bind_blob(s, 5, in->hash, sizeof in->hash, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, 5);
    sqlite3_bind_int64(s, 6, in->generation);
    sqlite3_bind_int(s, 7, (int)in->state);
    sqlite3_bind_int64(s, 8, (sqlite3_int64)in->revision);
    sqlite3_bind_int64(s, 9, in->attempts);
    sqlite3_bind_int64(s, 10, in->stage);
    dm__sql_bind(s, 11, in->reason);
    sqlite3_bind_int64(s, 12, in->seen);
    sqlite3_bind_int64(s, 13, in->settled);
    sqlite3_bind_int64(s, 14, (sqlite3_int64)in->bytes);
    sqlite3_bind_int64(s, 15, (sqlite3_int64)in->edits);
    dm__sql_bind(s, 16, in->work);
    return dm__sql_run(l, s);
}

static bool put_result(struct dm_ledger *l, dm_str source, const struct dm_ledger_result *r)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_PUT_RESULT);
    if (s == NULL)
        return false;
    dm__sql_bind(s, 1, source);
    sqlite3_bind_int64(s, 2, r->part);
    sqlite3_bind_int64(s, 3, r->position);
    sqlite3_bind_int(s, 4, r->refused);
    sqlite3_bind_blob(s, 5, r->hash, sizeof r->hash, SQLITE_STATIC);
    dm__sql_bind(s, 6, r->place);
    return dm__sql_run(l, s);
}

static bool drop_results(struct dm_ledger *l, dm_str source)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_DROP_RESULTS);
    dm__sql_bind(s, 1, source);
    return dm__sql_run(l, s);
}

bool dm__ledger_put(struct dm_ledger *l, const struct dm_ledger_input *in,
                    const struct dm_ledger_result *results, size_t count, bool known)
{
    if (!put_input(l, in) || (known && !drop_results(l, in->source)))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!put_result(l, in->source, &results[i]))
            return false;
    return true;
}

bool dm__ledger_touch(struct dm_ledger *l, dm_str source, int64_t modified)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_TOUCH);
    if (s != NULL)
        sqlite3_bind_int64(s, 1, modified);
    dm__sql_bind(s, 2, source);
    return dm__sql_run(l, s);
}

bool dm__ledger_forget(struct dm_ledger *l, dm_str source)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_FORGET);
    dm__sql_bind(s, 1, source);
    return dm__sql_run(l, s) && drop_results(l, source);
}

/* ---- looking through it ------------------------------------------------------------------------- */

bool dm__ledger_is_empty(struct dm_ledger *l, bool *out)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_ANY);
    if (dm__sql_next(l, s) != 1)
        return false;
    *out = sqlite3_column_int(s, 0) == 0;
    sqlite3_reset(s);
    return true;
}

bool dm__ledger_walk(struct dm_ledger *l, enum dm_ledger_which which)
{
    l->walk = dm__sql(l, which == DM_LEDGER_FAILURES ? DM_SQL_WALK_FAILURES : DM_SQL_WALK_ALL);
    return l->walk != NULL;
}

int dm__ledger_next(struct dm_ledger *l, struct dm_ledger_input *out)
{
    const int got = dm__sql_next(l, l->walk);
    if (got == 1)
        read_input(l->walk, out);
    return got;
}

static bool read_result(struct dm_arena *arena, sqlite3_stmt *s, struct dm_ledger_result *out)
{
    const dm_str hash = dm__sql_bytes(s, 3);
    *out = (struct dm_ledger_result){.part = (uint32_t)sqlite3_column_int64(s, 0),
                                     .position = sqlite3_column_int64(s, 1),
                                     .refused = sqlite3_column_int(s, 2) != 0,
                                     .place = dm__arena_str(arena, dm__sql_bytes(s, 4))};
    memcpy(out->hash, hash.ptr, hash.len < sizeof out->hash ? hash.len : sizeof out->hash);
    return out->place.ptr != NULL;
}

bool dm__ledger_results(struct dm_ledger *l, struct dm_arena *arena, dm_str source,
                        struct dm_ledger_result **out, size_t *count)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_RESULTS);
    struct dm_ledger_result *items = NULL;
    size_t cap = 0;
    int got;
    *count = 0;
    dm__sql_bind(s, 1, source);
    while ((got = dm__sql_next(l, s)) == 1) {
        items = dm__arena_grow(arena, items, *count, &cap, sizeof *items);
        if (items == NULL || !read_result(arena, s, &items[*count])) {
            sqlite3_reset(s);
            snprintf(l->why, sizeof l->why, "out of memory");
            return false;
        }
        (*count)++;
    }
    *out = items;
    return got == 0;
}

static void add_total(struct dm_ledger_totals *t, sqlite3_stmt *s)
{
    const uint64_t count = (uint64_t)sqlite3_column_int64(s, 2);
    const int64_t seen = sqlite3_column_int64(s, 5), settled = sqlite3_column_int64(s, 6);
    if (sqlite3_column_int(s, 0) == 0) {
        t->older += count;
    } else {
        const int state = sqlite3_column_int(s, 1);
        *(state == DM_LEDGER_DONE      ? &t->done
          : state == DM_LEDGER_DROPPED ? &t->dropped
                                       : &t->failed) += count;
        t->bytes += (uint64_t)sqlite3_column_int64(s, 3);
        t->edits += (uint64_t)sqlite3_column_int64(s, 4);
    }
    t->first = t->first == 0 || seen < t->first ? seen : t->first;
    t->last = settled > t->last ? settled : t->last;
}

bool dm__ledger_totals(struct dm_ledger *l, struct dm_ledger_totals *out)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_TOTALS);
    int got;
    *out = (struct dm_ledger_totals){0};
    while ((got = dm__sql_next(l, s)) == 1)
        add_total(out, s);
    return got == 0;
}
