/* What the files of the ledger share: the connection, and statements that are prepared once.  Includes
 * sqlite3.h, and nobody else does. */
#ifndef DOCMILL_CORE_DATABASE_H
#define DOCMILL_CORE_DATABASE_H

#include <sqlite3.h>

#include "core/ledger/ledger.h"

enum dm_statement {
    DM_SQL_BEGIN,
    DM_SQL_COMMIT,
    DM_SQL_ROLL_BACK,
    DM_SQL_NEWEST,
    DM_SQL_GENERATION,
    DM_SQL_ADD_GENERATION,
    DM_SQL_FINISH_GENERATION,
    DM_SQL_ADD_STAGE,
    DM_SQL_STAGES,
    DM_SQL_HAS_WRITTEN,
    DM_SQL_TOKEN,
    DM_SQL_PUT_TOKEN,
    DM_SQL_DROP_TOKENS,
    DM_SQL_DROP_GENERATIONS,
    DM_SQL_DROP_STAGES,
    DM_SQL_FIND,
    DM_SQL_PUT,
    DM_SQL_PUT_RESULT,
    DM_SQL_PUT_ROWS,
    DM_SQL_PUT_RESULT_ROWS,
    DM_SQL_DROP_RESULTS,
    DM_SQL_TOUCH,
    DM_SQL_FORGET,
    DM_SQL_ANY,
    DM_SQL_WALK_ALL,
    DM_SQL_WALK_FAILURES,
    DM_SQL_RESULTS,
    DM_SQL_TOTALS,
    DM_SQL_COUNT
};

/* Rows that one statement stores, which takes it three fifths of the time of as many statements. */
enum { DM_SQL_ROWS = 8 };

/* What was put in a transaction and is not stored yet.  dm__sql() sees to it before any other statement. */
struct dm_ledger_held {
    struct dm_ledger_input inputs[DM_SQL_ROWS];
    struct {
        dm_str source;
        struct dm_ledger_result result;
    } results[DM_SQL_ROWS];
    size_t input_count, result_count;
};

struct dm_ledger {
    sqlite3 *db;
    char *path; /* of the file, for messages */
    sqlite3_stmt *statements[DM_SQL_COUNT];
    sqlite3_stmt *walk; /* one of them; NULL: none is under way */
    bool writes;
    struct dm_ledger_held held;
    char why[DM_WHY_MAX];
};

/* The statement, ready for its parameters, and all stored that was held; NULL: `why` is set. */
sqlite3_stmt *dm__sql(struct dm_ledger *l, enum dm_statement which);

/* The same, for a statement that stores what is held. */
sqlite3_stmt *dm__sql_prepare(struct dm_ledger *l, enum dm_statement which);

/* Store what is held.  false: `why` is set */
bool dm__ledger_store_held(struct dm_ledger *l);

/* Run a statement that gives no rows; NULL passes.  false: `why` is set */
bool dm__sql_run(struct dm_ledger *l, sqlite3_stmt *s);

/* Run SQL text.  false: `why` is set */
bool dm__sql_text(struct dm_ledger *l, const char *sql);

/* Take the next row.  return  1: a row, 0: none, and the statement is at rest, -1: `why` is set */
int dm__sql_next(struct dm_ledger *l, sqlite3_stmt *s);

/* Set `why` from the connection's error.  return  false */
bool dm__sql_fail(struct dm_ledger *l);

/* Bind bytes, which must stay until the statement has run. */
void dm__sql_bind(sqlite3_stmt *s, int at, dm_str bytes);

/* A column's bytes, the statement's until its next step; never ptr NULL. */
dm_str dm__sql_bytes(sqlite3_stmt *s, int column);

#endif
