/* Frames: a head with the size, then the payload.  Buffers are compacted when they run out of room, so
 * that a frame is always contiguous. */
#include "core/engine/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint64_t dm__clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

char *dm__frames_reserve(struct dm_frames *f, size_t size)
{
    if (f->cap - f->to >= size)
        return f->ptr + f->to;
    const size_t held = f->to - f->from;
    if (f->from != 0 && held <= f->from && f->cap - held >= size) {
        memcpy(f->ptr, f->ptr + f->from, held); /* no overlap, as held <= from */
    } else {
        size_t cap = f->cap != 0 ? f->cap * 2 : 64 * 1024;
        if (cap < held + size)
            cap = held + size;
        char *const p = malloc(cap);
        if (p == NULL)
            return NULL;
        if (held != 0)
            memcpy(p, f->ptr + f->from, held);
        free(f->ptr);
        f->ptr = p;
        f->cap = cap;
    }
    f->from = 0;
    f->to = held;
    return f->ptr + f->to;
}

char *dm__frames_add(struct dm_frames *f, enum dm_frame_type type, uint64_t number, size_t payload)
{
    if (payload > DM_FRAME_MAX - sizeof(struct dm_frame))
        return NULL;
    char *const p = dm__frames_reserve(f, sizeof(struct dm_frame) + payload);
    if (p == NULL)
        return NULL;
    const struct dm_frame head = {(uint32_t)(sizeof head + payload), type, number};
    memcpy(p, &head, sizeof head);
    f->to += head.size;
    return p + sizeof head;
}

int dm__frames_peek(const struct dm_frames *f, struct dm_frame_view *out)
{
    const size_t held = f->to - f->from;
    struct dm_frame head;
    if (held < sizeof head)
        return 0;
    memcpy(&head, f->ptr + f->from, sizeof head); /* frames are not aligned */
    if (head.size < sizeof head || head.size > DM_FRAME_MAX || head.type < DM_FRAME_READY ||
        head.type > DM_FRAME_LAST)
        return -1;
    if (held < head.size)
        return 0;
    *out = (struct dm_frame_view){.type = head.type,
                                  .number = head.number,
                                  .payload = {f->ptr + f->from + sizeof head, head.size - sizeof head},
                                  .size = head.size};
    return 1;
}

void dm__frames_fini(struct dm_frames *f)
{
    free(f->ptr);
    *f = (struct dm_frames){0};
}

bool dm__frames_flush(struct dm_frames *f, int fd)
{
    while (f->from < f->to) {
        const ssize_t n = write(fd, f->ptr + f->from, f->to - f->from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        f->from += (size_t)n;
    }
    f->from = f->to = 0;
    return true;
}

ssize_t dm__frames_read(struct dm_frames *f, int fd, size_t at_most)
{
    char *const p = dm__frames_reserve(f, at_most);
    if (p == NULL) {
        errno = ENOMEM;
        return -1;
    }
    ssize_t n;
    do
        n = read(fd, p, at_most);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        f->to += (size_t)n;
    return n;
}

bool dm__fate_read(dm_str payload, struct dm_fate_view *out)
{
    if (payload.len < sizeof out->head)
        return false;
    memcpy(&out->head, payload.ptr, sizeof out->head);
    const size_t counts = (size_t)out->head.count_len * sizeof(struct dm_fate_count),
                 metrics = (size_t)out->head.metric_len * sizeof(struct dm_fate_metric),
                 steps = (size_t)out->head.step_len * sizeof(uint64_t);
    if (payload.len !=
        sizeof out->head + counts + metrics + steps + out->head.why_len + (size_t)out->head.result_len)
        return false;
    out->counts = payload.ptr + sizeof out->head;
    out->metrics = out->counts + counts;
    out->steps = out->metrics + metrics;
    out->why = (dm_str){out->steps + steps, out->head.why_len};
    out->results = (dm_str){out->why.ptr + out->why.len, out->head.result_len};
    return true;
}

bool dm__fate_next_result(dm_str *results, struct dm_fate_result *head, dm_str *place)
{
    if (results->len < sizeof *head)
        return false;
    memcpy(head, results->ptr, sizeof *head);
    if (head->place_len > results->len - sizeof *head)
        return false;
    *place = (dm_str){results->ptr + sizeof *head, head->place_len};
    results->ptr += sizeof *head + head->place_len;
    results->len -= sizeof *head + head->place_len;
    return true;
}

bool dm__fate_add(struct dm_frames *f, enum dm_frame_type type, uint64_t number, const struct dm_fate *head,
                  dm_str why)
{
    struct dm_fate copy = *head;
    copy.count_len = copy.metric_len = copy.step_len = copy.result_len = 0;
    copy.why_len = (uint32_t)why.len;
    char *const p = dm__frames_add(f, type, number, sizeof copy + why.len);
    if (p == NULL)
        return false;
    memcpy(p, &copy, sizeof copy);
    if (why.len != 0)
        memcpy(p + sizeof copy, why.ptr, why.len);
    return true;
}
