/* The statements, and the file that they work on: its format, how it is opened, checked and closed. */
#include "core/ledger/database.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "dmil", so that file(1) and people can tell what it is */
#define APPLICATION_ID             0x646d696c
#define TEXT_OF(number)            #number
#define SET_APPLICATION_ID(number) "PRAGMA application_id = " TEXT_OF(number)

/* One entry takes the file from the version that is its index to the next.  Never change one that was
 * released: add another. */
static const char *const migrations[] = {
    "CREATE TABLE generation ("
    "  id INTEGER PRIMARY KEY,"
    "  fingerprint TEXT NOT NULL,"
    "  pipeline BLOB NOT NULL,"
    "  docmill TEXT NOT NULL,"
    "  began INTEGER NOT NULL,"
    "  finished INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE stage ("
    "  generation INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  rules TEXT NOT NULL," /* ids, a space between them */
    "  target BLOB NOT NULL,"
    "  replaces INTEGER NOT NULL,"
    "  PRIMARY KEY (generation, position)"
    ") WITHOUT ROWID, STRICT;"
    "CREATE TABLE token ("
    "  position INTEGER PRIMARY KEY,"
    "  token BLOB NOT NULL"
    ") STRICT;"
    /* The key is the source, as inputs come in the order of their sources: rows are added at the end of
     * the tree, and looked up one beside the other. */
    "CREATE TABLE input ("
    "  source BLOB PRIMARY KEY,"
    "  path BLOB NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  modified INTEGER NOT NULL,"
    "  hash BLOB,"
    "  generation INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  revision INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  stage INTEGER NOT NULL,"
    "  reason BLOB NOT NULL,"
    "  seen INTEGER NOT NULL,"
    "  settled INTEGER NOT NULL,"
    "  bytes INTEGER NOT NULL,"
    "  edits INTEGER NOT NULL,"
    "  work BLOB NOT NULL"
    ") WITHOUT ROWID, STRICT;"
    "CREATE INDEX failure ON input (source) WHERE state = 2;"
    "CREATE TABLE result ("
    "  source BLOB NOT NULL,"
    "  part INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  refused INTEGER NOT NULL,"
    "  hash BLOB NOT NULL,"
    "  place BLOB NOT NULL,"
    "  PRIMARY KEY (source, part, position)"
    ") WITHOUT ROWID, STRICT;",
};
enum { VERSION = sizeof migrations / sizeof migrations[0] };

#define GENERATION_COLUMNS "id, fingerprint, pipeline, began, finished"
#define INPUT_COLUMNS                                                                                        \
    "source, path, size, modified, hash, generation, state, revision, attempts, stage, reason, seen, "       \
    "settled, bytes, edits, work"

#define INPUT_ROW  "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define RESULT_ROW "(?, ?, ?, ?, ?, ?)"
#define EIGHT(row) row ", " row ", " row ", " row ", " row ", " row ", " row ", " row
#define PUT_INPUT(rows)                                                                                      \
    "INSERT INTO input (" INPUT_COLUMNS ") VALUES " rows " ON CONFLICT (source) DO UPDATE "                  \
    "SET path = excluded.path, size = excluded.size, modified = excluded.modified, "                         \
    "hash = excluded.hash, generation = excluded.generation, state = excluded.state, "                       \
    "revision = excluded.revision, attempts = excluded.attempts, stage = excluded.stage, "                   \
    "reason = excluded.reason, settled = excluded.settled, bytes = excluded.bytes, "                         \
    "edits = excluded.edits, work = excluded.work"
#define PUT_RESULT(rows) "INSERT OR REPLACE INTO result VALUES " rows

static const char *const texts[DM_SQL_COUNT] = {
    [DM_SQL_BEGIN] = "BEGIN",
    [DM_SQL_COMMIT] = "COMMIT",
    [DM_SQL_ROLL_BACK] = "ROLLBACK",
    [DM_SQL_NEWEST] = "SELECT " GENERATION_COLUMNS " FROM generation ORDER BY id DESC LIMIT 1",
    [DM_SQL_GENERATION] = "SELECT " GENERATION_COLUMNS " FROM generation WHERE id = ?",
    [DM_SQL_ADD_GENERATION] =
        "INSERT INTO generation (fingerprint, pipeline, docmill, began, finished) VALUES (?, ?, ?, ?, 0)",
    [DM_SQL_FINISH_GENERATION] = "UPDATE generation SET finished = ? WHERE id = ?",
    [DM_SQL_ADD_STAGE] = "INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?)",
    [DM_SQL_STAGES] = "SELECT position, kind, name, rules, target, replaces FROM stage WHERE generation = ? "
                      "ORDER BY position",
    [DM_SQL_HAS_WRITTEN] = "SELECT EXISTS (SELECT 1 FROM stage WHERE target = ? AND kind = 'output')",
    [DM_SQL_TOKEN] = "SELECT token FROM token WHERE position = ?",
    [DM_SQL_PUT_TOKEN] = "INSERT OR REPLACE INTO token VALUES (?, ?)",
    [DM_SQL_DROP_TOKENS] = "DELETE FROM token",
    /* Those that no input speaks of any more. */
    [DM_SQL_DROP_GENERATIONS] = "DELETE FROM generation WHERE id NOT IN (SELECT generation FROM input) AND "
                                "id <> (SELECT max(id) FROM generation)",
    [DM_SQL_DROP_STAGES] = "DELETE FROM stage WHERE generation NOT IN (SELECT id FROM generation)",
    [DM_SQL_FIND] = "SELECT " INPUT_COLUMNS " FROM input WHERE source = ?",
    [DM_SQL_PUT] = PUT_INPUT(INPUT_ROW),
    [DM_SQL_PUT_RESULT] = PUT_RESULT(RESULT_ROW),
    [DM_SQL_PUT_ROWS] = PUT_INPUT(EIGHT(INPUT_ROW)),
    [DM_SQL_PUT_RESULT_ROWS] = PUT_RESULT(EIGHT(RESULT_ROW)),
    [DM_SQL_DROP_RESULTS] = "DELETE FROM result WHERE source = ?",
    [DM_SQL_TOUCH] = "UPDATE input SET modified = ? WHERE source = ?",
    [DM_SQL_FORGET] = "DELETE FROM input WHERE source = ?",
    [DM_SQL_ANY] = "SELECT EXISTS (SELECT 1 FROM input)",
    [DM_SQL_WALK_ALL] = "SELECT " INPUT_COLUMNS " FROM input ORDER BY source",
    [DM_SQL_WALK_FAILURES] = "SELECT " INPUT_COLUMNS " FROM input WHERE state = 2 ORDER BY source",
    [DM_SQL_RESULTS] =
        "SELECT part, position, refused, hash, place FROM result WHERE source = ? ORDER BY part, position",
    [DM_SQL_TOTALS] = "SELECT generation = (SELECT max(id) FROM generation) AS newest, state, count(*), "
                      "sum(bytes), sum(edits), min(seen), max(settled) FROM input GROUP BY newest, state",
};

/* ---- statements ------------------------------------------------------------------------------- */

/* What SQLite says, in words for whoever has to do something about it. */
static const char *explain(int code, const char *said)
{
    switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return "is damaged; move it away, and `docmill run --overwrite` will process everything again";
    case SQLITE_FULL:
        return "cannot be written: no room is left on the disk";
    case SQLITE_READONLY:
        return "cannot be written: it is read-only";
    case SQLITE_CANTOPEN:
        return "cannot be opened";
    case SQLITE_BUSY:
        return "is in use by another program";
    default:
        return said;
    }
}

bool dm__sql_fail(struct dm_ledger *l)
{
    const int error = sqlite3_system_errno(l->db), code = sqlite3_extended_errcode(l->db);
    const bool system = error != 0 && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN);
    snprintf(l->why, sizeof l->why, "%.400s %s%s%s", l->path, explain(code, sqlite3_errmsg(l->db)),
             system ? ": " : "", system ? strerror(error) : "");
    return false;
}

sqlite3_stmt *dm__sql_prepare(struct dm_ledger *l, enum dm_statement which)
{
    sqlite3_stmt **const s = &l->statements[which];
    if (*s != NULL) {
        sqlite3_reset(*s);
        return *s;
    }
    if (sqlite3_prepare_v3(l->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, s, NULL) == SQLITE_OK)
        return *s;
    dm__sql_fail(l);
    return NULL;
}

sqlite3_stmt *dm__sql(struct dm_ledger *l, enum dm_statement which)
{
    return dm__ledger_store_held(l) ? dm__sql_prepare(l, which) : NULL;
}

int dm__sql_next(struct dm_ledger *l, sqlite3_stmt *s)
{
    const int got = s != NULL ? sqlite3_step(s) : SQLITE_ERROR;
    if (got == SQLITE_ROW)
        return 1;
    if (s == NULL)
        return -1;
    if (got != SQLITE_DONE)
        dm__sql_fail(l);
    sqlite3_reset(s);
    return got == SQLITE_DONE ? 0 : -1;
}

bool dm__sql_run(struct dm_ledger *l, sqlite3_stmt *s)
{
    return dm__sql_next(l, s) == 0;
}

bool dm__sql_text(struct dm_ledger *l, const char *sql)
{
    return sqlite3_exec(l->db, sql, NULL, NULL, NULL) == SQLITE_OK || dm__sql_fail(l);
}

void dm__sql_bind(sqlite3_stmt *s, int at, dm_str bytes)
{
    if (s != NULL)
        sqlite3_bind_blob64(s, at, bytes.ptr != NULL ? bytes.ptr : "", bytes.len, SQLITE_STATIC);
}

dm_str dm__sql_bytes(sqlite3_stmt *s, int column)
{
    const void *const bytes = sqlite3_column_blob(s, column);
    return (dm_str){bytes != NULL ? bytes : "", (size_t)sqlite3_column_bytes(s, column)};
}

/* ---- the file --------------------------------------------------------------------------------- */

dm_str dm__ledger_path(struct dm_arena *arena, dm_str state, const char *name)
{
    return dm__arena_printf(arena, "%.*s/%s", (int)state.len, state.ptr, name);
}

static bool sync_folder(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Make one folder; `slash` is where its name ends, and the folder that it lies in is synced, also for one that
 * is there: a run may have been killed between the two.  That one may be nobody's to open, such as /home. */
static bool make_one(char *path, char *slash)
{
    const char kept = *slash;
    *slash = '\0';
    struct stat st;
    const bool made = mkdir(path, 0777) == 0;
    bool ok = made || (errno == EEXIST && stat(path, &st) == 0);
    if (ok && !made && !S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        ok = false;
    }
    if (ok) {
        char *const above = strrchr(path, '/');
        if (above != NULL)
            *above = '\0';
        ok = sync_folder(above == NULL ? "." : above == path ? "/" : path) || !made;
        if (above != NULL)
            *above = '/';
    }
    *slash = kept;
    return ok;
}

bool dm__ledger_make_folder(dm_str state, char why[DM_WHY_MAX])
{
    char path[PATH_MAX];
    if (state.len >= sizeof path) {
        snprintf(why, DM_WHY_MAX, "the state folder's path is too long");
        return false;
    }
    memcpy(path, state.ptr, state.len);
    path[state.len] = '\0';
    bool ok = true;
    for (char *p = path + 1; ok && p <= path + state.len; p++)
        if ((*p == '/' && p[-1] != '/') || *p == '\0')
            ok = make_one(path, p);
    if (!ok)
        snprintf(why, DM_WHY_MAX, "%.400s: %s", path, strerror(errno));
    return ok;
}

/* The one number that a statement gives; -1: `why` is set */
static int64_t read_number(struct dm_ledger *l, const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK) {
        dm__sql_fail(l);
        return -1;
    }
    const int64_t number = dm__sql_next(l, s) == 1 ? sqlite3_column_int64(s, 0) : -1;
    sqlite3_finalize(s);
    return number;
}

static int read_version(struct dm_ledger *l)
{
    return (int)read_number(l, "PRAGMA user_version");
}

/* A database with tables that does not say that it is ours is another program's.  One without tables may be ours,
 * from a run that was killed while it made it. */
static bool is_ours(struct dm_ledger *l)
{
    const int64_t id = read_number(l, "PRAGMA application_id"),
                  tables = read_number(l, "SELECT count(*) FROM sqlite_schema");
    if (id == APPLICATION_ID || tables == 0)
        return true;
    if (id >= 0 && tables > 0)
        snprintf(l->why, sizeof l->why, "%.400s is no ledger of docmill, but another program's database",
                 l->path);
    return false;
}

static bool is_known(struct dm_ledger *l, int version)
{
    if (version > VERSION)
        snprintf(l->why, sizeof l->why,
                 "%.400s was written by a newer docmill (format %d, this one knows %d)", l->path, version,
                 VERSION);
    return version >= 0 && version <= VERSION;
}

static bool migrate(struct dm_ledger *l)
{
    int version = read_version(l);
    if (!is_known(l, version) || !is_ours(l))
        return false;
    if (version == 0 && !dm__sql_text(l, "PRAGMA auto_vacuum = INCREMENTAL"))
        return false;
    if (!dm__sql_text(l, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "PRAGMA journal_size_limit = 67108864; " SET_APPLICATION_ID(APPLICATION_ID)))
        return false;
    for (; version < VERSION; version++) {
        char set[64];
        snprintf(set, sizeof set, "PRAGMA user_version = %d; COMMIT", version + 1);
        if (!dm__sql_text(l, "BEGIN IMMEDIATE") || !dm__sql_text(l, migrations[version]) ||
            !dm__sql_text(l, set))
            return false;
    }
    return true;
}

/* Reads every page, so it is asked only after a run that did not close the file. */
static bool check(struct dm_ledger *l)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(l->db, "PRAGMA quick_check(1)", -1, &s, NULL) != SQLITE_OK)
        return dm__sql_fail(l);
    const int got = dm__sql_next(l, s);
    const bool ok = got == 1 && strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    if (got == 1 && !ok)
        snprintf(l->why, sizeof l->why, "%.400s %s", l->path, explain(SQLITE_CORRUPT, ""));
    sqlite3_finalize(s);
    return ok;
}

/* A log beside the file means that whoever wrote last did not close it. */
static bool was_left_open(const char *path)
{
    char log[PATH_MAX];
    struct stat st;
    return (size_t)snprintf(log, sizeof log, "%s-wal", path) < sizeof log && stat(log, &st) == 0 &&
           st.st_size != 0;
}

static struct dm_ledger *open_file(dm_str state, int flags, char why[DM_WHY_MAX])
{
    struct dm_ledger *const l = calloc(1, sizeof *l);
    const int len = snprintf(NULL, 0, "%.*s/ledger.db", (int)state.len, state.ptr);
    if (l != NULL)
        l->path = malloc((size_t)len + 1);
    snprintf(why, DM_WHY_MAX, "out of memory");
    if (l == NULL || l->path == NULL) {
        free(l);
        return NULL;
    }
    snprintf(l->path, (size_t)len + 1, "%.*s/ledger.db", (int)state.len, state.ptr);
    if (sqlite3_open_v2(l->path, &l->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) !=
        SQLITE_OK) {
        dm__sql_fail(l);
        snprintf(why, DM_WHY_MAX, "%s", l->why);
        dm__ledger_close(l, l->why);
        return NULL;
    }
    sqlite3_busy_timeout(l->db, 10000);
    return l;
}

static struct dm_ledger *give_up(struct dm_ledger *l, char why[DM_WHY_MAX])
{
    snprintf(why, DM_WHY_MAX, "%s", l->why);
    l->writes = false;
    dm__ledger_close(l, l->why);
    return NULL;
}

struct dm_ledger *dm__ledger_open(dm_str state, char why[DM_WHY_MAX])
{
    struct dm_ledger *const l = open_file(state, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);
    if (l == NULL)
        return NULL;
    l->writes = true;
    const bool left_open = was_left_open(l->path);
    return migrate(l) && (!left_open || check(l)) ? l : give_up(l, why);
}

struct dm_ledger *dm__ledger_open_reader(dm_str state, char why[DM_WHY_MAX])
{
    struct dm_ledger *const l = open_file(state, SQLITE_OPEN_READWRITE, why);
    if (l == NULL)
        return NULL;
    const int version = read_version(l);
    if (version == 0)
        snprintf(l->why, sizeof l->why, "%.400s is no ledger of docmill", l->path);
    return is_known(l, version) && version != 0 && is_ours(l) && dm__sql_text(l, "PRAGMA query_only = ON")
               ? l
               : give_up(l, why);
}

bool dm__ledger_close(struct dm_ledger *l, char why[DM_WHY_MAX])
{
    bool ok = true;
    if (l == NULL)
        return true;
    for (size_t i = 0; i < DM_SQL_COUNT; i++)
        sqlite3_finalize(l->statements[i]);
    if (l->writes && l->db != NULL)
        ok = dm__sql_text(l, "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)");
    if (!ok && why != l->why)
        snprintf(why, DM_WHY_MAX, "%s", l->why);
    sqlite3_close(l->db);
    free(l->path);
    free(l);
    return ok;
}

const char *dm__ledger_why(const struct dm_ledger *l)
{
    return l->why;
}

/* ---- transactions ------------------------------------------------------------------------------ */

bool dm__ledger_begin(struct dm_ledger *l)
{
    return dm__sql_run(l, dm__sql(l, DM_SQL_BEGIN));
}

/* A statement that still holds its row has the connection keep to the state of things that it saw, beyond the
 * transaction, and in the next one. */
static void let_go_of_row(struct dm_ledger *l)
{
    sqlite3_reset(l->statements[DM_SQL_FIND]);
}

bool dm__ledger_commit(struct dm_ledger *l)
{
    let_go_of_row(l);
    return dm__sql_run(l, dm__sql(l, DM_SQL_COMMIT));
}

void dm__ledger_roll_back(struct dm_ledger *l)
{
    char why[DM_WHY_MAX]; /* what failed before is what counts */
    l->held.input_count = l->held.result_count = 0;
    memcpy(why, l->why, sizeof why);
    let_go_of_row(l);
    if (sqlite3_get_autocommit(l->db) == 0)
        dm__sql_run(l, dm__sql(l, DM_SQL_ROLL_BACK));
    memcpy(l->why, why, sizeof why);
}

bool dm__ledger_set_durable(struct dm_ledger *l, bool durable)
{
    return dm__sql_text(l, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

bool dm__ledger_shrink(struct dm_ledger *l)
{
    return dm__sql_run(l, dm__sql(l, DM_SQL_DROP_GENERATIONS)) &&
           dm__sql_run(l, dm__sql(l, DM_SQL_DROP_STAGES)) && dm__sql_text(l, "PRAGMA incremental_vacuum");
}
