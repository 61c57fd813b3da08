/* The window is a ring: numbers are dense, so a document's place is its number. */
#include "core/engine/flight.h"

#include <stdlib.h>
#include <string.h>

bool dm__flight_init(struct dm_flight *f)
{
    *f = (struct dm_flight){.oldest = 1};
    f->ring = calloc(DM_WINDOW, sizeof *f->ring);
    return f->ring != NULL;
}

static void release(struct dm_flying *d)
{
    free(d->path);
    free(d->log);
    *d = (struct dm_flying){0};
}

void dm__flight_fini(struct dm_flight *f)
{
    for (size_t i = 0; f->ring != NULL && i < DM_WINDOW; i++)
        release(&f->ring[i]);
    free(f->ring);
    f->ring = NULL;
}

struct dm_flying *dm__flight_add(struct dm_flight *f, dm_str path, size_t source_at)
{
    char *const copy = malloc(path.len + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, path.ptr, path.len);
    copy[path.len] = '\0';
    struct dm_flying *const d = &f->ring[++f->newest % DM_WINDOW];
    *d = (struct dm_flying){.number = f->newest,
                            .revision = 1,
                            .path = copy,
                            .path_len = (uint32_t)path.len,
                            .source_at = (uint32_t)source_at};
    return d;
}

struct dm_flying *dm__flight_find(const struct dm_flight *f, uint64_t number)
{
    struct dm_flying *const d = &f->ring[number % DM_WINDOW];
    return number != 0 && d->number == number ? d : NULL;
}

void dm__flight_wait(struct dm_flight *f, struct dm_flying *d)
{
    struct dm_flying **at = &f->waiting;
    while (*at != NULL && (*at)->number < d->number)
        at = &(*at)->next_waiting;
    d->next_waiting = *at;
    d->waits = true;
    *at = d;
}

struct dm_flying *dm__flight_ready(const struct dm_flight *f, uint64_t now)
{
    struct dm_flying *d = f->waiting;
    while (d != NULL && d->not_before > now)
        d = d->next_waiting;
    return d;
}

void dm__flight_unwait(struct dm_flight *f, struct dm_flying *d)
{
    struct dm_flying **at = &f->waiting;
    while (*at != d)
        at = &(*at)->next_waiting;
    *at = d->next_waiting;
    d->next_waiting = NULL;
    d->waits = false;
}

void dm__flight_settle(struct dm_flight *f, struct dm_flying *d)
{
    f->oldest = d->number + 1;
    release(d);
}
