/* Generations, their stages, and the tokens of the newest one's outputs. */
#include <stdio.h>
#include <string.h>

#include "core/ledger/database.h"

static bool no_memory(struct dm_ledger *l, sqlite3_stmt *s)
{
    sqlite3_reset(s);
    snprintf(l->why, sizeof l->why, "out of memory");
    return false;
}

static bool read_generation(struct dm_ledger *l, struct dm_arena *arena, sqlite3_stmt *s,
                            struct dm_ledger_generation *out)
{
    *out = (struct dm_ledger_generation){0};
    const int got = dm__sql_next(l, s);
    if (got != 1)
        return got == 0;
    out->id = sqlite3_column_int64(s, 0);
    out->fingerprint = dm__arena_str(arena, dm__sql_bytes(s, 1));
    out->pipeline = dm__arena_str(arena, dm__sql_bytes(s, 2));
    out->began = sqlite3_column_int64(s, 3);
    out->finished = sqlite3_column_int64(s, 4);
    if (out->fingerprint.ptr == NULL || out->pipeline.ptr == NULL)
        return no_memory(l, s);
    sqlite3_reset(s);
    return true;
}

bool dm__ledger_newest(struct dm_ledger *l, struct dm_arena *arena, struct dm_ledger_generation *out)
{
    return read_generation(l, arena, dm__sql(l, DM_SQL_NEWEST), out);
}

bool dm__ledger_generation(struct dm_ledger *l, struct dm_arena *arena, int64_t id,
                           struct dm_ledger_generation *out)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_GENERATION);
    if (s != NULL)
        sqlite3_bind_int64(s, 1, id);
    return read_generation(l, arena, s, out);
}

static void bind_text(sqlite3_stmt *s, int at, dm_str text)
{
    sqlite3_bind_text64(s, at, text.ptr, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* Ids are kebab-case, so a space can stand between them. */
static bool add_stage(struct dm_ledger *l, int64_t generation, const struct dm_ledger_stage *stage)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    dm_str rules = {"", 0};
    for (size_t i = 0; i < stage->rule_count && rules.ptr != NULL; i++)
        rules = dm__arena_printf(&arena, "%.*s%s%.*s", (int)rules.len, rules.ptr, i != 0 ? " " : "",
                                 (int)stage->rules[i].len, stage->rules[i].ptr);
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_ADD_STAGE);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, generation);
        sqlite3_bind_int64(s, 2, stage->position);
        bind_text(s, 3, stage->kind);
        bind_text(s, 4, stage->name);
        bind_text(s, 5, rules);
        dm__sql_bind(s, 6, stage->target);
        sqlite3_bind_int(s, 7, stage->replaces);
    }
    const bool ok = rules.ptr != NULL ? dm__sql_run(l, s) : no_memory(l, s);
    dm__arena_fini(&arena);
    return ok;
}

bool dm__ledger_add_generation(struct dm_ledger *l, struct dm_ledger_generation *g,
                               const struct dm_ledger_stage *stages, size_t count)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_ADD_GENERATION);
    if (s == NULL)
        return false;
    bind_text(s, 1, g->fingerprint);
    dm__sql_bind(s, 2, g->pipeline);
    sqlite3_bind_text(s, 3, DOCMILL_VERSION, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 4, g->began);
    if (!dm__sql_run(l, s) || !dm__sql_run(l, dm__sql(l, DM_SQL_DROP_TOKENS)))
        return false;
    g->id = sqlite3_last_insert_rowid(l->db);
    for (size_t i = 0; i < count; i++)
        if (!add_stage(l, g->id, &stages[i]))
            return false;
    return dm__sql_run(l, dm__sql(l, DM_SQL_DROP_GENERATIONS)) &&
           dm__sql_run(l, dm__sql(l, DM_SQL_DROP_STAGES));
}

bool dm__ledger_finish_generation(struct dm_ledger *l, int64_t id, int64_t now)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_FINISH_GENERATION);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, now);
        sqlite3_bind_int64(s, 2, id);
    }
    return dm__sql_run(l, s);
}

/* ---- stages ------------------------------------------------------------------------------------ */

static bool split_rules(struct dm_arena *arena, dm_str ids, struct dm_ledger_stage *out)
{
    size_t count = ids.len != 0;
    for (size_t i = 0; i < ids.len; i++)
        count += ids.ptr[i] == ' ';
    dm_str *const rules = dm__arena_alloc(arena, (count + 1) * sizeof *rules, _Alignof(dm_str));
    const dm_str all = dm__arena_str(arena, ids);
    if (rules == NULL || all.ptr == NULL)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const char *const space = memchr(all.ptr + at, ' ', all.len - at);
        const size_t end = space != NULL ? (size_t)(space - all.ptr) : all.len;
        rules[i] = (dm_str){all.ptr + at, end - at};
        at = end + 1;
    }
    out->rules = rules;
    out->rule_count = count;
    return true;
}

static bool read_stage(struct dm_arena *arena, sqlite3_stmt *s, struct dm_ledger_stage *out)
{
    *out = (struct dm_ledger_stage){.position = sqlite3_column_int64(s, 0),
                                    .kind = dm__arena_str(arena, dm__sql_bytes(s, 1)),
                                    .name = dm__arena_str(arena, dm__sql_bytes(s, 2)),
                                    .target = dm__arena_str(arena, dm__sql_bytes(s, 4)),
                                    .replaces = sqlite3_column_int(s, 5) != 0};
    return out->kind.ptr != NULL && out->name.ptr != NULL && out->target.ptr != NULL &&
           split_rules(arena, dm__sql_bytes(s, 3), out);
}

bool dm__ledger_stages(struct dm_ledger *l, struct dm_arena *arena, int64_t generation,
                       struct dm_ledger_stage **out, size_t *count)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_STAGES);
    struct dm_ledger_stage *items = NULL;
    size_t cap = 0;
    int got;
    *count = 0;
    if (s != NULL)
        sqlite3_bind_int64(s, 1, generation);
    while ((got = dm__sql_next(l, s)) == 1) {
        items = dm__arena_grow(arena, items, *count, &cap, sizeof *items);
        if (items == NULL || !read_stage(arena, s, &items[*count]))
            return no_memory(l, s);
        (*count)++;
    }
    *out = items;
    return got == 0;
}

bool dm__ledger_has_written(struct dm_ledger *l, dm_str target, bool *out)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_HAS_WRITTEN);
    dm__sql_bind(s, 1, target);
    if (dm__sql_next(l, s) != 1)
        return false;
    *out = sqlite3_column_int(s, 0) != 0;
    sqlite3_reset(s);
    return true;
}

/* ---- tokens ------------------------------------------------------------------------------------ */

bool dm__ledger_token(struct dm_ledger *l, struct dm_arena *arena, int64_t position, dm_str *out)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_TOKEN);
    *out = (dm_str){NULL, 0};
    if (s != NULL)
        sqlite3_bind_int64(s, 1, position);
    const int got = dm__sql_next(l, s);
    if (got != 1)
        return got == 0;
    *out = dm__arena_str(arena, dm__sql_bytes(s, 0));
    if (out->ptr == NULL) /* which would say that there is none */
        return no_memory(l, s);
    sqlite3_reset(s);
    return true;
}

bool dm__ledger_put_token(struct dm_ledger *l, int64_t position, dm_str token)
{
    sqlite3_stmt *const s = dm__sql(l, DM_SQL_PUT_TOKEN);
    if (s != NULL)
        sqlite3_bind_int64(s, 1, position);
    dm__sql_bind(s, 2, token);
    return dm__sql_run(l, s);
}
