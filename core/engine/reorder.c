/* A ring of slots indexed by the number, which grows to hold the span between the least and the greatest
 * number that it holds.  The spill file is only appended to; it starts over when it holds nothing. */
#include "core/engine/reorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/engine/spill.h"

enum { MEMORY = 32 * 1024 * 1024, FIRST_CAP = 1024 };

struct slot {
    uint64_t number; /* 0: empty */
    char *ptr;       /* NULL: in the file */
    size_t len;
    off_t at;
};

struct dm_reorder {
    struct slot *slots;
    size_t cap; /* a power of two */
    size_t memory_max, in_memory, in_file, spilt;
    int file;
    off_t file_end;
    char *taken;
};

struct dm_reorder *dm__reorder_new(size_t memory, int spill)
{
    struct dm_reorder *const r = calloc(1, sizeof *r);
    struct slot *const slots = calloc(FIRST_CAP, sizeof *slots);
    if (r == NULL || slots == NULL) {
        free(r);
        free(slots);
        if (spill >= 0)
            close(spill);
        return NULL;
    }
    r->slots = slots;
    r->cap = FIRST_CAP;
    r->memory_max = memory != 0 ? memory : MEMORY;
    r->file = spill;
    return r;
}

void dm__reorder_drop(struct dm_reorder *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->cap; i++)
        free(r->slots[i].ptr);
    free(r->slots);
    free(r->taken);
    if (r->file >= 0)
        close(r->file);
    free(r);
}

static struct slot *slot_of(const struct dm_reorder *r, uint64_t number)
{
    return &r->slots[number & (r->cap - 1)];
}

bool dm__reorder_has(const struct dm_reorder *r, uint64_t number)
{
    return number != 0 && slot_of(r, number)->number == number;
}

/* Double the ring until no two numbers share a slot. */
static bool grow(struct dm_reorder *r)
{
    const size_t cap = r->cap * 2;
    struct slot *const slots = calloc(cap, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < r->cap; i++)
        if (r->slots[i].number != 0)
            slots[r->slots[i].number & (cap - 1)] = r->slots[i];
    free(r->slots);
    r->slots = slots;
    r->cap = cap;
    return true;
}

static bool write_at(int fd, dm_str bytes, off_t at)
{
    while (bytes.len != 0) {
        const ssize_t n = pwrite(fd, bytes.ptr, bytes.len, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes.ptr += n;
        bytes.len -= (size_t)n;
        at += n;
    }
    return true;
}

static bool spill(struct dm_reorder *r, struct slot *s, dm_str bytes)
{
    if (r->file < 0 && (r->file = dm__spill_open()) < 0)
        return false;
    if (!write_at(r->file, bytes, r->file_end))
        return false;
    s->at = r->file_end;
    s->ptr = NULL;
    r->file_end += (off_t)bytes.len;
    r->in_file += bytes.len;
    r->spilt++;
    return true;
}

bool dm__reorder_put(struct dm_reorder *r, uint64_t number, dm_str bytes)
{
    while (slot_of(r, number)->number != 0)
        if (!grow(r))
            return false;
    struct slot *const s = slot_of(r, number);
    if (r->in_memory + bytes.len > r->memory_max) {
        if (!spill(r, s, bytes))
            return false;
    } else {
        s->ptr = malloc(bytes.len + 1);
        if (s->ptr == NULL)
            return false;
        memcpy(s->ptr, bytes.ptr, bytes.len);
        r->in_memory += bytes.len;
    }
    s->number = number;
    s->len = bytes.len;
    return true;
}

static bool read_at(int fd, char *p, size_t len, off_t at)
{
    while (len != 0) {
        const ssize_t n = pread(fd, p, len, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
        at += n;
    }
    return true;
}

/* Read a spilt document back; the file starts over when it was the last one. */
static bool fetch(struct dm_reorder *r, struct slot *s)
{
    s->ptr = malloc(s->len + 1);
    if (s->ptr == NULL || !read_at(r->file, s->ptr, s->len, s->at))
        return false;
    r->in_file -= s->len;
    r->in_memory += s->len;
    if (--r->spilt == 0) {
        r->file_end = 0;
        return ftruncate(r->file, 0) == 0;
    }
    /* Where the file system can, the disk gets its room back before that. */
    (void)fallocate(r->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, s->at, (off_t)s->len);
    return true;
}

int dm__reorder_take(struct dm_reorder *r, uint64_t number, dm_str *bytes)
{
    struct slot *const s = slot_of(r, number);
    if (number == 0 || s->number != number)
        return 0;
    if (s->ptr == NULL && !fetch(r, s))
        return -1;
    r->in_memory -= s->len;
    *bytes = (dm_str){s->ptr, s->len};
    free(r->taken);
    r->taken = s->ptr;
    *s = (struct slot){0};
    return 1;
}

uint64_t dm__reorder_held(const struct dm_reorder *r)
{
    return r->in_memory + r->in_file;
}
