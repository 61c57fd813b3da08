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

/* ---- storing ------------------------------------------------------------------------------------ */

enum { INPUT_PARAMETERS = 16, RESULT_PARAMETERS = 6 };

/* before  how many parameters belong to the rows above it */
static void bind_input(sqlite3_stmt *s, int before, const struct dm_ledger_input *in)
{
    dm__sql_bind(s, before + 1, in->source);
    dm__sql_bind(s, before + 2, in->path);
    sqlite3_bind_int64(s, before + 3, (sqlite3_int64)in->size);
    sqlite3_bind_int64(s, before + 4, in->modified);
    if (in->hashed)
        sqlite3_bind_blob(s, before + 5, in->hash, sizeof in->hash, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, before + 5);
    sqlite3_bind_int64(s, before + 6, in->generation);
    sqlite3_bind_int(s, before + 7, (int)in->state);
    sqlite3_bind_int64(s, before + 8, (sqlite3_int64)in->revision);
    sqlite3_bind_int64(s, before + 9, in->attempts);
    sqlite3_bind_int64(s, before + 10, in->stage);
    dm__sql_bind(s, before + 11, in->reason);
    sqlite3_bind_int64(s, before + 12, in->seen);
    sqlite3_bind_int64(s, before + 13, in->settled);
    sqlite3_bind_int64(s, before + 14, (sqlite3_int64)in->bytes);
    sqlite3_bind_int64(s, before + 15, (sqlite3_int64)in->edits);
    dm__sql_bind(s, before + INPUT_PARAMETERS, in->work);
}

static void bind_result(sqlite3_stmt *s, int before, dm_str source, const struct dm_ledger_result *r)
{
    dm__sql_bind(s, before + 1, source);
    sqlite3_bind_int64(s, before + 2, r->part);
    sqlite3_bind_int64(s, before + 3, r->position);
    sqlite3_bind_int(s, before + 4, r->refused);
    sqlite3_bind_blob(s, before + 5, r->hash, sizeof r->hash, SQLITE_STATIC);
    dm__sql_bind(s, before + RESULT_PARAMETERS, r->place);
}

/* Those that are held, all in one statement if there are DM_SQL_ROWS. */
static bool store_inputs(struct dm_ledger *l)
{
    const size_t count = l->held.input_count, rows = count == DM_SQL_ROWS ? DM_SQL_ROWS : 1;
    l->held.input_count = 0;
    for (size_t at = 0; at < count; at += rows) {
        sqlite3_stmt *const s = dm__sql_prepare(l, rows == 1 ? DM_SQL_PUT : DM_SQL_PUT_ROWS);
        for (size_t i = 0; s != NULL && i < rows; i++)
            bind_input(s, (int)i * INPUT_PARAMETERS, &l->held.inputs[at + i]);
        if (!dm__sql_run(l, s))
            return false;
    }
    return true;
}

static bool store_results(struct dm_ledger *l)
{
    const size_t count = l->held.result_count, rows = count == DM_SQL_ROWS ? DM_SQL_ROWS : 1;
    l->held.result_count = 0;
    for (size_t at = 0; at < count; at += rows) {
        sqlite3_stmt *const s = dm__sql_prepare(l, rows == 1 ? DM_SQL_PUT_RESULT : DM_SQL_PUT_RESULT_ROWS);
        for (size_t i = 0; s != NULL && i < rows; i++)
            bind_result(s, (int)i * RESULT_PARAMETERS, l->held.results[at + i].source,
                        &l->held.results[at + i].result);
        if (!dm__sql_run(l, s))
            return false;
    }
    return true;
}

bool dm__ledger_store_held(struct dm_ledger *l)
{
    return store_inputs(l) && store_results(l);
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
    struct dm_ledger_held *const h = &l->held;
    if (known && !drop_results(l, in->source))
        return false;
    h->inputs[h->input_count++] = *in;
    if (h->input_count == DM_SQL_ROWS && !store_inputs(l))
        return false;
    for (size_t i = 0; i < count; i++) {
        h->results[h->result_count].source = in->source;
        h->results[h->result_count++].result = results[i];
        if (h->result_count == DM_SQL_ROWS && !store_results(l))
            return false;
    }
    return (l->writes && sqlite3_get_autocommit(l->db) == 0) || dm__ledger_store_held(l);
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
