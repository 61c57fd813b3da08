#include "comparison.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ledger/ledger.h"
#include "core/text/hash.h"
#include "core/text/str.h"
#include "place.h"

/* ---- files ------------------------------------------------------------------------------------- */

struct content {
    const char *ptr;
    size_t len;
};

static bool map(const char *path, struct content *out)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    *out = (struct content){"", 0};
    if (fd < 0 || fstat(fd, &st) != 0) {
        perror(path);
        return false;
    }
    out->len = (size_t)st.st_size;
    if (out->len != 0)
        out->ptr = mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (out->ptr == MAP_FAILED)
        die(path);
    return true;
}

static void unmap(struct content *c)
{
    if (c->len != 0)
        munmap((void *)(uintptr_t)c->ptr, c->len);
}

static size_t first_difference(const struct content *x, const struct content *y)
{
    size_t at = 0;
    while (at < x->len && at < y->len && x->ptr[at] == y->ptr[at])
        at++;
    return at;
}

static bool are_same_files(const char *a, const char *b)
{
    struct content x, y = {"", 0};
    const bool read = map(a, &x) && map(b, &y);
    const bool same = read && x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0;
    if (read && !same)
        printf("differs: %s (%zu bytes) and %s (%zu bytes), from byte %zu on\n", a, x.len, b, y.len,
               first_difference(&x, &y));
    unmap(&x);
    unmap(&y);
    return same;
}

static bool are_same_links(const char *a, const char *b)
{
    char x[PATH_SIZE], y[PATH_SIZE];
    const ssize_t n = readlink(a, x, sizeof x), m = readlink(b, y, sizeof y);
    if (n == m && n >= 0 && memcmp(x, y, (size_t)n) == 0)
        return true;
    printf("differs: the symbolic links %s and %s\n", a, b);
    return false;
}

static int is_no_dot(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int list(const char *folder, struct dirent ***out)
{
    const int n = scandir(folder, out, is_no_dot, alphasort);
    if (n < 0)
        die(folder);
    return n;
}

static bool are_same_folders(const char *a, const char *b);

static bool are_same_entries(const char *a, const char *b)
{
    struct stat x, y;
    if (lstat(a, &x) != 0 || lstat(b, &y) != 0)
        die(a);
    if ((x.st_mode & S_IFMT) != (y.st_mode & S_IFMT)) {
        printf("differs: %s and %s are of different kinds\n", a, b);
        return false;
    }
    return S_ISDIR(x.st_mode)   ? are_same_folders(a, b)
           : S_ISLNK(x.st_mode) ? are_same_links(a, b)
                                : are_same_files(a, b);
}

static bool are_same_folders(const char *a, const char *b)
{
    struct dirent **x, **y;
    const int n = list(a, &x), m = list(b, &y);
    bool same = true;
    for (int i = 0, j = 0; i < n || j < m;) {
        const int order = i == n ? 1 : j == m ? -1 : strcmp(x[i]->d_name, y[j]->d_name);
        if (order == 0)
            same = are_same_entries(path_at(a, x[i]->d_name).s, path_at(b, y[j]->d_name).s) && same;
        else
            printf("%s: %s/%s\n", order < 0 ? "missing" : "too many", b,
                   order < 0 ? x[i]->d_name : y[j]->d_name);
        same = same && order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    for (int i = 0; i < n; i++)
        free(x[i]);
    for (int j = 0; j < m; j++)
        free(y[j]);
    free(x);
    free(y);
    return same;
}

/* ---- the ledger and its outputs ---------------------------------------------------------------- */

static struct dm_ledger *open_ledger(const char *place)
{
    char why[DM_WHY_MAX];
    struct dm_ledger *const l = dm__ledger_open_reader(dm__str(path_at(place, "state").s), why);
    if (l == NULL)
        printf("no ledger: %s\n", why);
    return l;
}

static bool misses(const char *place, dm_str source, const char *what)
{
    printf("unsound: %s: %.*s: %s\n", place, (int)source.len, source.ptr, what);
    return false;
}

/* What an output holds at the place of a record.  *file is to be unmapped. */
static bool find_record(const struct dm_ledger_stage *stage, dm_str at, struct content *file, dm_str *out)
{
    size_t from, len;
    char place[PATH_SIZE], target[PATH_SIZE];
    snprintf(place, sizeof place, "%.*s", (int)at.len, at.ptr);
    snprintf(target, sizeof target, "%.*s", (int)stage->target.len, stage->target.ptr);
    if (strcmp(stage->name.ptr, "output-jsonl") != 0) {
        if (!map(path_at(target, place).s, file))
            return false;
        *out = (dm_str){file->ptr, file->len};
        return true;
    }
    if (!map(target, file) || sscanf(place, "%zu+%zu", &from, &len) != 2 || from > file->len ||
        len > file->len - from)
        return false;
    *out = (dm_str){file->ptr + from, len};
    return true;
}

static bool check_result(const char *place, const struct dm_ledger_stage *stages, dm_str source,
                         const struct dm_ledger_result *r)
{
    struct content file = {"", 0};
    unsigned char hash[DM_HASH_SIZE];
    dm_str bytes;
    bool ok = find_record(&stages[r->position], r->place, &file, &bytes);
    if (!ok)
        misses(place, source, "a record is not where the ledger says");
    if (ok)
        dm__hash_value(bytes, hash);
    if (ok && memcmp(hash, r->hash, sizeof hash) != 0)
        ok = misses(place, source, "a record is another one than the ledger says");
    unmap(&file);
    return ok;
}

static size_t count_outputs(const struct dm_ledger_stage *stages, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += strcmp(stages[i].kind.ptr, "output") == 0;
    return n;
}

static bool check_input(const char *place, struct dm_ledger *l, const struct dm_ledger_stage *stages,
                        size_t outputs, const struct dm_ledger_input *in)
{
    struct dm_arena arena;
    struct dm_ledger_result *results;
    size_t count;
    dm__arena_init(&arena, 0);
    bool ok = true;
    if (in->revision != 1)
        ok = misses(place, in->source, "is not of revision 1");
    if (!dm__ledger_results(l, &arena, in->source, &results, &count))
        ok = misses(place, in->source, dm__ledger_why(l));
    else if (count != (in->state == DM_LEDGER_DONE ? outputs : 0))
        ok = misses(place, in->source, "has not one record in each output");
    for (size_t i = 0; ok && i < count; i++)
        ok = check_result(place, stages, in->source, &results[i]);
    dm__arena_fini(&arena);
    return ok;
}

static bool check_rows(const char *place, struct dm_ledger *l, size_t documents, size_t failing)
{
    struct dm_arena arena;
    struct dm_ledger_generation newest;
    struct dm_ledger_stage *stages;
    struct dm_ledger_input in;
    size_t count, rows = 0, failed = 0;
    dm__arena_init(&arena, 0);
    bool ok = dm__ledger_newest(l, &arena, &newest) &&
              dm__ledger_stages(l, &arena, newest.id, &stages, &count) && dm__ledger_walk(l, DM_LEDGER_ALL);
    for (; ok && dm__ledger_next(l, &in) == 1; rows++) {
        failed += in.state == DM_LEDGER_FAILED;
        ok = check_input(place, l, stages, count_outputs(stages, count), &in);
    }
    if (ok && (rows != documents || failed != failing || newest.finished == 0)) {
        printf("unsound: %s: %zu rows of %zu, %zu failed of %zu, %s\n", place, rows, documents, failed,
               failing, newest.finished == 0 ? "not finished" : "finished");
        ok = false;
    }
    dm__arena_fini(&arena);
    return ok;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(*(const char *const *)a, *(const char *const *)b, DM_HASH_DIGITS);
}

/* Each line of the JSONL file begins with its id. */
static bool check_ids(const char *place, size_t lines)
{
    static const char key[] = "\"id\":\"";
    struct content file;
    size_t n = 0;
    const char **const ids = calloc(lines + 1, sizeof *ids);
    if (ids == NULL || !map(path_at(place, "out/all.jsonl").s, &file))
        die(place);
    const char *const end = file.ptr + file.len;
    for (const char *p = file.ptr; p < end && n <= lines; n++) {
        const char *const newline = memchr(p, '\n', (size_t)(end - p));
        const char *const id = newline != NULL ? memmem(p, (size_t)(newline - p), key, sizeof key - 1) : NULL;
        if (id == NULL || newline - id < (ptrdiff_t)(sizeof key - 1 + DM_HASH_DIGITS))
            break;
        ids[n] = id + sizeof key - 1;
        p = newline + 1;
    }
    bool ok = n == lines;
    if (!ok)
        printf("unsound: %s: all.jsonl has %s%zu whole lines, and not %zu\n", place,
               n > lines ? "more than " : "", n > lines ? lines : n, lines);
    qsort(ids, ok ? n : 0, sizeof *ids, compare_ids);
    for (size_t i = 1; ok && i < n; i++)
        if (memcmp(ids[i - 1], ids[i], DM_HASH_DIGITS) == 0) {
            printf("unsound: %s: all.jsonl has the id %.32s twice\n", place, ids[i]);
            ok = false;
        }
    free(ids);
    unmap(&file);
    return ok;
}

static size_t count_files(const char *folder)
{
    struct dirent **entries;
    const int n = list(folder, &entries);
    size_t files = 0;
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_type == DT_DIR)
            files += count_files(path_at(folder, entries[i]->d_name).s);
        else
            files += entries[i]->d_name[0] != '.';
        free(entries[i]);
    }
    free(entries);
    return files;
}

/* A token says how much of its output is durable: of a finished one all, and nothing that is not there. */
static bool check_token(const struct dm_ledger_stage *stage, const char *token)
{
    struct stat st;
    uint64_t said;
    char target[PATH_SIZE];
    snprintf(target, sizeof target, "%.*s", (int)stage->target.len, stage->target.ptr);
    if (stat(target, &st) != 0)
        die(target);
    const bool is_folder = S_ISDIR(st.st_mode);
    const uint64_t there = is_folder ? count_files(target) : (uint64_t)st.st_size;
    if (sscanf(token, is_folder ? "files %" SCNu64 : "append %" SCNu64, &said) == 1 && said == there)
        return true;
    printf("unsound: %s: the token is '%s', but there are %" PRIu64 "\n", target, token, there);
    return false;
}

static bool check_tokens(struct dm_ledger *l)
{
    struct dm_arena arena;
    struct dm_ledger_generation newest;
    struct dm_ledger_stage *stages;
    size_t count = 0;
    dm__arena_init(&arena, 0);
    bool ok =
        dm__ledger_newest(l, &arena, &newest) && dm__ledger_stages(l, &arena, newest.id, &stages, &count);
    for (size_t i = 0; ok && i < count; i++) {
        dm_str token;
        if (strcmp(stages[i].kind.ptr, "output") != 0)
            continue;
        ok = dm__ledger_token(l, &arena, stages[i].position, &token);
        ok = ok && check_token(&stages[i], dm__arena_printf(&arena, "%.*s", (int)token.len, token.ptr).ptr);
    }
    dm__arena_fini(&arena);
    return ok;
}

bool comparison_is_sound(const char *place, size_t documents, size_t failing)
{
    struct dm_ledger *const l = open_ledger(place);
    char why[DM_WHY_MAX];
    if (l == NULL)
        return false;
    const bool ok =
        check_rows(place, l, documents, failing) && check_tokens(l) && check_ids(place, documents - failing);
    dm__ledger_close(l, why);
    return ok;
}

/* ---- two ledgers ------------------------------------------------------------------------------- */

static bool are_same_results(struct dm_ledger *a, struct dm_ledger *b, dm_str source)
{
    struct dm_arena arena;
    struct dm_ledger_result *x, *y;
    size_t n = 0, m = 0;
    dm__arena_init(&arena, 0);
    bool same = dm__ledger_results(a, &arena, source, &x, &n) &&
                dm__ledger_results(b, &arena, source, &y, &m) && n == m;
    for (size_t i = 0; same && i < n; i++)
        same = x[i].part == y[i].part && x[i].position == y[i].position && x[i].refused == y[i].refused &&
               memcmp(x[i].hash, y[i].hash, sizeof x[i].hash) == 0 && dm__str_eq(x[i].place, y[i].place);
    dm__arena_fini(&arena);
    return same;
}

static void print_input(const char *place, const struct dm_ledger_input *in)
{
    printf("  %s: %.*s: state %d, revision %" PRIu64 ", attempts %u, stage %" PRId64
           ", reason '%.*s', %" PRIu64 " bytes, %" PRIu64 " edits\n",
           place, (int)in->source.len, in->source.ptr, (int)in->state, in->revision, in->attempts, in->stage,
           (int)in->reason.len, in->reason.ptr, in->bytes, in->edits);
}

static bool are_same_inputs(const struct dm_ledger_input *x, const struct dm_ledger_input *y)
{
    return dm__str_eq(x->source, y->source) && dm__str_eq(x->path, y->path) && x->size == y->size &&
           x->modified == y->modified && x->hashed == y->hashed &&
           memcmp(x->hash, y->hash, sizeof x->hash) == 0 && x->state == y->state &&
           x->revision == y->revision && x->attempts == y->attempts && x->stage == y->stage &&
           dm__str_eq(x->reason, y->reason) && x->bytes == y->bytes && x->edits == y->edits &&
           x->seen <= x->settled && y->seen <= y->settled && x->generation == y->generation;
}

static bool are_same_rows(const char *reference, struct dm_ledger *a, const char *place, struct dm_ledger *b)
{
    struct dm_ledger_input x, y;
    bool same = dm__ledger_walk(a, DM_LEDGER_ALL) && dm__ledger_walk(b, DM_LEDGER_ALL);
    while (same) {
        const int n = dm__ledger_next(a, &x), m = dm__ledger_next(b, &y);
        if (n == 0 && m == 0)
            return true;
        same = n == 1 && m == 1 && are_same_inputs(&x, &y) && are_same_results(a, b, x.source);
        if (same)
            continue;
        printf("the ledgers differ:\n");
        if (n == 1)
            print_input(reference, &x);
        if (m == 1)
            print_input(place, &y);
    }
    return false;
}

static bool are_same_ledgers(const char *reference, const char *place)
{
    char why[DM_WHY_MAX];
    struct dm_ledger *const a = open_ledger(reference), *const b = open_ledger(place);
    const bool same = a != NULL && b != NULL && are_same_rows(reference, a, place, b) && check_tokens(b);
    dm__ledger_close(a, why);
    dm__ledger_close(b, why);
    return same;
}

static bool has_only_its_files(const char *state)
{
    static const char *const ours[] = {"dead-letters",  "ledger.db", "ledger.db-shm",
                                       "ledger.db-wal", "lock",      "writer.lock"};
    struct dirent **entries;
    const int n = list(state, &entries);
    bool only = true;
    for (int i = 0; i < n; i++) {
        bool is_ours = false;
        for (size_t j = 0; j < sizeof ours / sizeof ours[0]; j++)
            is_ours = is_ours || strcmp(entries[i]->d_name, ours[j]) == 0;
        if (!is_ours)
            printf("too many: %s/%s\n", state, entries[i]->d_name);
        only = only && is_ours;
        free(entries[i]);
    }
    free(entries);
    return only;
}

bool comparison_is_same(const char *reference, const char *place)
{
    const bool outputs = are_same_folders(path_at(reference, "out").s, path_at(place, "out").s);
    const bool letters =
        are_same_folders(path_at(reference, "state/dead-letters").s, path_at(place, "state/dead-letters").s);
    const bool state = has_only_its_files(path_at(place, "state").s);
    return are_same_ledgers(reference, place) && outputs && letters && state;
}
