#include "taken.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_CAP = 64, PART_DIGITS = 11, MESSAGE_ROOM = 512 };

static const char record_name[] = NAMES_RESERVED "names";

static dm_status fail_at(dm_task *t, const char *what)
{
    return dm_fail(t, DM_ERETRY, "cannot %s %s: %s", what, record_name, strerror(errno));
}

/* ---- the table: open addressing, at most three quarters full -------------------------------- */

static struct taken_slot *slot_of(const struct taken *k, uint64_t hash, size_t *probe)
{
    return &k->slots[(hash + (*probe)++) & (k->cap - 1)];
}

static void place(struct taken *k, uint64_t hash, uint64_t at)
{
    size_t probe = 0;
    struct taken_slot *slot;
    do
        slot = slot_of(k, hash, &probe);
    while (slot->at);
    *slot = (struct taken_slot){hash, at};
    k->count++;
}

static dm_status make_room(dm_task *t, struct taken *k)
{
    if (k->count + 1 <= k->cap / 4 * 3)
        return DM_OK;
    const struct taken old = *k;
    k->cap = old.cap ? old.cap * 2 : FIRST_CAP;
    k->slots = calloc(k->cap, sizeof *k->slots);
    if (!k->slots) {
        *k = old;
        return dm_fail(t, DM_ELIMIT, "no memory for the names of %zu files", old.count + 1);
    }
    k->count = 0;
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].at)
            place(k, old.slots[i].hash, old.slots[i].at);
    free(old.slots);
    return DM_OK;
}

/* ---- the file ------------------------------------------------------------------------------- */

/* Length of the record that `s` starts with; 0: it is not whole. */
static size_t record_length(dm_str s, size_t *name_length)
{
    size_t at = 0;
    for (int field = 0; field < 3; field++) {
        const char *const nul = memchr(s.ptr + at, 0, s.len - at);
        if (!nul)
            return 0;
        if (field == 0)
            *name_length = (size_t)(nul - s.ptr);
        at = (size_t)(nul - s.ptr) + 1;
    }
    return at;
}

static dm_status read_records(dm_task *t, struct taken *k, dm_str all)
{
    size_t at = 0, name_length;
    while (at < all.len) {
        const dm_str rest = {all.ptr + at, all.len - at};
        const size_t len = record_length(rest, &name_length);
        if (!len)
            return dm_fail(t, DM_ECONFIG, "%s is damaged", record_name);
        const dm_status status = make_room(t, k);
        if (status)
            return status;
        place(k, names_hash((dm_str){rest.ptr, name_length}), at + 1);
        at += len;
    }
    return DM_OK;
}

static dm_status load(dm_task *t, struct taken *k, uint64_t length)
{
    struct stat st;
    if (fstat(k->file, &st))
        return fail_at(t, "look at");
    if ((uint64_t)st.st_size < length)
        return dm_fail(t, DM_ECONFIG, "%s holds %" PRIu64 " bytes, fewer than the %" PRIu64 " on record",
                       record_name, (uint64_t)st.st_size, length);
    if (ftruncate(k->file, (off_t)length))
        return fail_at(t, "cut");
    char *all = mmap(NULL, length, PROT_READ, MAP_PRIVATE, k->file, 0);
    if (all == MAP_FAILED)
        return fail_at(t, "read");
    const dm_status status = read_records(t, k, (dm_str){all, length});
    munmap(all, length);
    k->length = length;
    return status;
}

dm_status taken_resume(dm_task *t, struct taken *k, int folder, uint64_t length)
{
    taken_close(k);
    if (!length)
        return unlinkat(folder, record_name, 0) && errno != ENOENT ? fail_at(t, "remove") : DM_OK;
    k->file = openat(folder, record_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    return k->file < 0 ? fail_at(t, "open") : load(t, k, length);
}

static dm_status append(dm_task *t, struct taken *k, int folder, dm_str record)
{
    if (k->file < 0)
        k->file = openat(folder, record_name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (k->file < 0)
        return fail_at(t, "make");
    const ssize_t n = pwrite(k->file, record.ptr, record.len, (off_t)k->length);
    if (n >= 0 && (size_t)n < record.len)
        errno = ENOSPC;
    if (n < 0 || (size_t)n < record.len)
        return fail_at(t, "write to");
    k->length += record.len;
    k->unsynced = true;
    return DM_OK;
}

/* ---- names ---------------------------------------------------------------------------------- */

/* Compare the record at `at` with that which would be written.
 * record      the one that would be; its name is the first `name` bytes
 * same_owner  out, if the names are the same
 * owner       out: the source that the other was written for, as far as it fits */
static dm_status compare(dm_task *t, const struct taken *k, uint64_t at, dm_str record, size_t name,
                         bool *same_name, bool *same_owner, dm_str *owner)
{
    const size_t room = record.len + MESSAGE_ROOM;
    char *other = dm_alloc(t, room);
    if (!other)
        return DM_ELIMIT;
    const ssize_t n = pread(k->file, other, room - 1, (off_t)at);
    if (n < 0)
        return fail_at(t, "read");
    const size_t len = (size_t)n;
    *same_name = len > name && !memcmp(other, record.ptr, name + 1);
    *same_owner = *same_name && len >= record.len && !memcmp(other, record.ptr, record.len);
    if (*same_name)
        *owner = (dm_str){other + name + 1, strlen(other + name + 1)};
    return DM_OK;
}

static dm_status find(dm_task *t, const struct taken *k, uint64_t hash, dm_str record, size_t name,
                      bool *found)
{
    size_t probe = 0;
    *found = false;
    for (const struct taken_slot *slot; k->cap && (slot = slot_of(k, hash, &probe))->at;) {
        bool same_name = false, same_owner = false;
        dm_str owner = {NULL, 0};
        if (slot->hash != hash)
            continue;
        const dm_status status = compare(t, k, slot->at - 1, record, name, &same_name, &same_owner, &owner);
        if (status)
            return status;
        if (same_name && !same_owner)
            return dm_fail(t, DM_EDOC, "name taken: %.*s was written for %.*s", (int)name, record.ptr,
                           (int)owner.len, owner.ptr);
        *found = same_name;
        if (*found)
            break;
    }
    return DM_OK;
}

dm_status taken_add(dm_task *t, struct taken *k, int folder, dm_str name, const dm_record *r)
{
    const size_t room = name.len + r->source.len + PART_DIGITS + 3;
    char *record = dm_alloc(t, room);
    if (!record)
        return DM_ELIMIT;
    memcpy(record, name.ptr, name.len);
    memcpy(record + name.len + 1, r->source.ptr, r->source.len);
    const size_t part_at = name.len + 1 + r->source.len + 1;
    const int digits = snprintf(record + part_at, PART_DIGITS, "%" PRIu32, r->part);
    const dm_str whole = {record, part_at + (size_t)digits + 1};

    const uint64_t hash = names_hash(name);
    bool found;
    dm_status status = find(t, k, hash, whole, name.len, &found);
    if (status || found)
        return status;
    status = make_room(t, k);
    const uint64_t at = k->length + 1;
    if (!status)
        status = append(t, k, folder, whole);
    if (!status)
        place(k, hash, at);
    return status;
}

dm_status taken_sync(dm_task *t, struct taken *k)
{
    if (k->unsynced && fdatasync(k->file))
        return fail_at(t, "sync");
    k->unsynced = false;
    return DM_OK;
}

void taken_close(struct taken *k)
{
    if (k->file >= 0)
        close(k->file);
    free(k->slots);
    *k = (struct taken){.file = -1};
}
