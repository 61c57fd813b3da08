/* The arena: bump allocation from a list of chunks.  Chunks double in size, so that a large document
 * takes few of them; a reset keeps the first ones, touched and warm, and gives the excess back. */
#include "core/document/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_UNDER_ASAN 1
#endif
#endif
#ifndef ARENA_UNDER_ASAN
#define ARENA_UNDER_ASAN 0
#endif

enum { CHUNK_MIN = 64 * 1024, CHUNK_MAX = 1024 * 1024, KEEP_MAX = 4 * 1024 * 1024, ALIGN = 16 };

struct dm__arena_chunk {
    struct dm__arena_chunk *next;
    size_t cap, used; /* bytes behind the head */
    _Alignas(ALIGN) char bytes[];
};

void dm__arena_init(struct dm_arena *a, size_t limit)
{
    *a = (struct dm_arena){.limit = limit,
                           .pieces = ARENA_UNDER_ASAN || getenv("DOCMILL_ARENA_DEBUG") != NULL};
}

static void free_chunks(struct dm__arena_chunk *c)
{
    while (c != NULL) {
        struct dm__arena_chunk *const next = c->next;
        free(c);
        c = next;
    }
}

void dm__arena_fini(struct dm_arena *a)
{
    free_chunks(a->first);
    a->first = a->current = NULL;
    a->used = 0;
}

void dm__arena_reset(struct dm_arena *a)
{
    a->used = 0;
    if (a->pieces) {
        dm__arena_fini(a);
        return;
    }
    size_t kept = 0;
    for (struct dm__arena_chunk **at = &a->first; *at != NULL; at = &(*at)->next) {
        kept += (*at)->cap;
        if (kept > KEEP_MAX) {
            free_chunks(*at);
            *at = NULL;
            break;
        }
        (*at)->used = 0;
    }
    a->current = a->first;
}

/* A chunk of at least `size` bytes behind `current`: the next kept one if it is large enough, else a
 * new one put before it. */
static struct dm__arena_chunk *next_chunk(struct dm_arena *a, size_t size)
{
    struct dm__arena_chunk *const kept = a->current != NULL ? a->current->next : a->first;
    if (!a->pieces && kept != NULL && kept->cap >= size) {
        kept->used = 0;
        return a->current = kept;
    }
    size_t cap = size;
    if (!a->pieces) {
        const size_t twice = a->current != NULL ? a->current->cap * 2 : CHUNK_MIN;
        const size_t usual = twice < CHUNK_MAX ? twice : CHUNK_MAX;
        cap = size > usual ? size : usual;
    }
    if (cap > SIZE_MAX - sizeof(struct dm__arena_chunk))
        return NULL;
    struct dm__arena_chunk *const c = malloc(sizeof *c + cap);
    if (c == NULL)
        return NULL;
    c->cap = cap;
    c->used = 0;
    c->next = kept;
    if (a->current != NULL)
        a->current->next = c;
    else
        a->first = c;
    return a->current = c;
}

static void *take(struct dm_arena *a, size_t size, size_t align)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    if (align > ALIGN) { /* rare: a piece with room to move its start */
        char *const p = take(a, size + align, ALIGN);
        return p != NULL ? p + (-(uintptr_t)p & (align - 1)) : NULL;
    }
    if (a->fail_after != 0 && --a->fail_after == 0) {
        a->fail_after = 0;
        return NULL;
    }
    if (a->limit != 0 && size > a->limit - (a->used < a->limit ? a->used : a->limit))
        return NULL;
    struct dm__arena_chunk *c = a->current;
    size_t at = c != NULL ? (c->used + align - 1) & ~(align - 1) : 0;
    if (c == NULL || a->pieces || at > c->cap || size > c->cap - at) {
        c = next_chunk(a, size);
        if (c == NULL)
            return NULL;
        at = 0;
    }
    c->used = at + size;
    a->used += size;
    return c->bytes + at;
}

void *dm__arena_alloc(struct dm_arena *a, size_t size, size_t align)
{
    void *const p = take(a, size, align);
    return p != NULL ? memset(p, 0, size) : NULL;
}

void *dm__arena_raw(struct dm_arena *a, size_t size)
{
    return take(a, size, ALIGN);
}

dm_str dm__arena_str(struct dm_arena *a, dm_str s)
{
    char *const p = take(a, s.len + 1, 1);
    if (p == NULL)
        return (dm_str){NULL, 0};
    if (s.len != 0)
        memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return (dm_str){p, s.len};
}

dm_str dm__arena_printf(struct dm_arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *const p = n < 0 ? NULL : take(a, (size_t)n + 1, 1);
    if (p == NULL)
        return (dm_str){NULL, 0};
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return (dm_str){p, (size_t)n};
}

void *dm__arena_grow(struct dm_arena *a, void *items, size_t count, size_t *cap, size_t item_size)
{
    if (count < *cap)
        return items;
    const size_t more = *cap != 0 ? *cap * 2 : 16;
    if (more > SIZE_MAX / 2 / item_size)
        return NULL;
    void *const p = dm__arena_raw(a, more * item_size);
    if (p == NULL)
        return NULL;
    if (count != 0)
        memcpy(p, items, count * item_size);
    *cap = more;
    return p;
}
