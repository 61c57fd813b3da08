/* External merge sort of names.  In memory and in the file a name is its length (4 bytes) and its
 * bytes; a run is a stretch of the file in which the names are in order. */
#include "core/engine/sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/spill.h"

enum { LIMIT = 4 * 1024 * 1024, READ_AHEAD = 64 * 1024 };

struct run {
    off_t at, end; /* what of the file is yet to be read */
    char *buffer;  /* names, from `from` to `to` */
    size_t cap, from, to;
    dm_str name; /* the next one; ptr NULL: the run is at its end */
};

/* A name in memory.  Most comparisons are settled by its first bytes, without a look at the name. */
struct place {
    uint64_t key; /* the first 8 bytes, big-endian, zero behind a shorter name */
    const char *packed;
};

struct dm_sorter {
    char *names; /* packed */
    size_t used, cap, limit;
    struct place *order; /* [count] into names */
    size_t count, order_cap, next;
    int file; /* -1: nothing spilt */
    off_t file_size;
    struct run *runs;
    size_t run_count, last; /* last: the run whose name was handed out; SIZE_MAX: none */
};

static dm_str unpack(const char *p)
{
    uint32_t len;
    memcpy(&len, p, sizeof len);
    return (dm_str){p + sizeof len, len};
}

static int compare_str(dm_str a, dm_str b)
{
    const int c = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return c != 0 ? c : a.len < b.len ? -1 : a.len > b.len;
}

/* Keys differ only where the names do, and in the same way; a name that ends is less than one that goes
 * on, and where it goes on with NULs the keys are equal. */
static uint64_t key_of(dm_str name)
{
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | (i < name.len ? (unsigned char)name.ptr[i] : 0);
    return key;
}

static int compare_places(const void *a, const void *b)
{
    const struct place *const x = a, *const y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return compare_str(unpack(x->packed), unpack(y->packed));
}

struct dm_sorter *dm__sorter_new(size_t limit)
{
    struct dm_sorter *const s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->limit = limit != 0 ? limit : LIMIT;
    s->file = -1;
    s->last = SIZE_MAX;
    return s;
}

void dm__sorter_drop(struct dm_sorter *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->run_count; i++)
        free(s->runs[i].buffer);
    free(s->runs);
    free(s->names);
    free(s->order);
    if (s->file >= 0)
        close(s->file);
    free(s);
}

/* Point at every name in memory, in order. */
static bool sort_names(struct dm_sorter *s)
{
    if (s->count > s->order_cap) {
        struct place *const order = realloc(s->order, s->count * sizeof *order);
        if (order == NULL)
            return false;
        s->order = order;
        s->order_cap = s->count;
    }
    const char *p = s->names;
    for (size_t i = 0; i < s->count; i++) {
        const dm_str name = unpack(p);
        s->order[i] = (struct place){key_of(name), p};
        p = name.ptr + name.len;
    }
    if (s->count != 0)
        qsort(s->order, s->count, sizeof *s->order, compare_places);
    return true;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n != 0) {
        const ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

/* Write what is in memory as one run. */
static bool spill(struct dm_sorter *s)
{
    if (!sort_names(s) || (s->file < 0 && (s->file = dm__spill_open()) < 0))
        return false;
    struct run *const runs = realloc(s->runs, (s->run_count + 1) * sizeof *runs);
    char *const packed = malloc(s->used);
    if (runs != NULL)
        s->runs = runs;
    if (runs == NULL || packed == NULL) {
        free(packed);
        return false;
    }
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        const size_t size = sizeof(uint32_t) + unpack(s->order[i].packed).len;
        memcpy(packed + n, s->order[i].packed, size);
        n += size;
    }
    const bool ok = write_all(s->file, packed, n);
    free(packed);
    s->runs[s->run_count++] = (struct run){.at = s->file_size, .end = s->file_size + (off_t)n};
    s->file_size += (off_t)n;
    s->used = s->count = 0;
    return ok;
}

bool dm__sorter_add(struct dm_sorter *s, dm_str name)
{
    const size_t need = sizeof(uint32_t) + name.len;
    if (s->used + need > s->limit && s->count != 0 && !spill(s))
        return false;
    if (s->used + need > s->cap) {
        size_t cap = s->cap != 0 ? s->cap * 2 : 16 * 1024;
        if (cap < s->used + need)
            cap = s->used + need;
        char *const p = realloc(s->names, cap);
        if (p == NULL)
            return false;
        s->names = p;
        s->cap = cap;
    }
    const uint32_t len = (uint32_t)name.len;
    memcpy(s->names + s->used, &len, sizeof len);
    memcpy(s->names + s->used + sizeof len, name.ptr, name.len);
    s->used += need;
    s->count++;
    return true;
}

/* Have at least `need` bytes of the run in its buffer, if the run has as many. */
static bool fill(const struct dm_sorter *s, struct run *r, size_t need)
{
    if (r->to - r->from >= need || r->at == r->end)
        return true;
    memmove(r->buffer, r->buffer + r->from, r->to - r->from);
    r->to -= r->from;
    r->from = 0;
    const size_t want = need > READ_AHEAD ? need : READ_AHEAD;
    if (want > r->cap) {
        char *const p = realloc(r->buffer, want);
        if (p == NULL)
            return false;
        r->buffer = p;
        r->cap = want;
    }
    while (r->to < r->cap && r->at < r->end) {
        const size_t left = (size_t)(r->end - r->at), room = r->cap - r->to;
        const ssize_t n = pread(s->file, r->buffer + r->to, room < left ? room : left, r->at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        r->to += (size_t)n;
        r->at += n;
    }
    return true;
}

static bool advance(const struct dm_sorter *s, struct run *r)
{
    r->name = (dm_str){NULL, 0};
    if (!fill(s, r, sizeof(uint32_t)))
        return false;
    if (r->to == r->from)
        return true;
    uint32_t len;
    memcpy(&len, r->buffer + r->from, sizeof len);
    if (!fill(s, r, sizeof len + len) || r->to - r->from < sizeof len + len)
        return false;
    r->name = (dm_str){r->buffer + r->from + sizeof len, len};
    r->from += sizeof len + len;
    return true;
}

bool dm__sorter_finish(struct dm_sorter *s)
{
    if (s->run_count == 0)
        return sort_names(s);
    if (s->count != 0 && !spill(s))
        return false;
    free(s->names);
    free(s->order);
    s->names = NULL;
    s->order = NULL;
    s->cap = s->order_cap = 0;
    for (size_t i = 0; i < s->run_count; i++) {
        s->runs[i].buffer = malloc(READ_AHEAD);
        s->runs[i].cap = READ_AHEAD;
        if (s->runs[i].buffer == NULL || !advance(s, &s->runs[i]))
            return false;
    }
    return true;
}

int dm__sorter_next(struct dm_sorter *s, dm_str *name)
{
    if (s->run_count == 0) {
        if (s->next == s->count)
            return 0;
        *name = unpack(s->order[s->next++].packed);
        return 1;
    }
    if (s->last != SIZE_MAX && !advance(s, &s->runs[s->last]))
        return -1;
    struct run *least = NULL; /* a few dozen runs at most: a heap would not pay */
    for (size_t i = 0; i < s->run_count; i++) {
        struct run *const r = &s->runs[i];
        if (r->name.ptr != NULL && (least == NULL || compare_str(r->name, least->name) < 0))
            least = r;
    }
    if (least == NULL)
        return 0;
    s->last = (size_t)(least - s->runs);
    *name = least->name;
    return 1;
}
