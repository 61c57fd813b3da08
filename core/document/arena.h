/* A document's memory: pieces handed out from chunks that are reset, not freed, between documents.
 *
 * Under AddressSanitizer, and where DOCMILL_ARENA_DEBUG is set in the environment, every piece is a
 * malloc of its own, so that the sanitizers and valgrind see through it. */
#ifndef DOCMILL_CORE_ARENA_H
#define DOCMILL_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include <docmill/plugin.h>

struct dm__arena_chunk;

struct dm_arena {
    struct dm__arena_chunk *first, *current;
    size_t used;       /* bytes handed out since the last reset */
    size_t limit;      /* of `used`; 0: none */
    size_t fail_after; /* tests: the allocation with this number, from 1, fails; 0: none */
    bool pieces;       /* debug mode: one malloc a piece */
};

/* limit  bytes that may be in use at once; 0: no limit */
void dm__arena_init(struct dm_arena *a, size_t limit);

/* Free everything.  The arena is as after init(). */
void dm__arena_fini(struct dm_arena *a);

/* Take all pieces back.  Chunks are kept for the next document, up to 4 MiB of them. */
void dm__arena_reset(struct dm_arena *a);

/* size    bytes, zeroed; 0 gives a piece that may be compared and not read
 * align   a power of two, at most 64
 * return  NULL if the limit is reached or the system has no memory left */
void *dm__arena_alloc(struct dm_arena *a, size_t size, size_t align);

/* The same for any type's alignment, not zeroed. */
void *dm__arena_raw(struct dm_arena *a, size_t size);

/* A copy of `s` with a NUL behind it that does not count; ptr NULL: no memory. */
dm_str dm__arena_str(struct dm_arena *a, dm_str s);

/* printf into the arena; ptr NULL: no memory. */
DM_PRINTF(2, 3)
dm_str dm__arena_printf(struct dm_arena *a, const char *fmt, ...);

/* Make room for one more item in a growing array that lives in the arena: doubles `*items` when
 * `count` has reached `*cap`.
 * return  the array, moved perhaps; NULL: no memory, and the old one is untouched */
void *dm__arena_grow(struct dm_arena *a, void *items, size_t count, size_t *cap, size_t item_size);

#endif
