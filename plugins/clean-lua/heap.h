/* The memory of an interpreter: one stretch of addresses, from which all that the interpreter ever holds is
 * taken, so that a copy of its used part is a copy of everything that a script can have changed. */
#ifndef LUA_HEAP_H
#define LUA_HEAP_H

#include <stdbool.h>
#include <stddef.h>

enum { HEAP_CLASSES = 128 };

struct heap {
    char *base;                 /* NULL: not open */
    size_t size, used, touched; /* bytes: of all, in use so far, not yet given back to the system */
    void *free[HEAP_CLASSES];   /* lists of pieces, by size class */
    bool is_spent;              /* a piece was refused since the last restore */
    char *kept;                 /* the copy */
    size_t kept_used;
    void *kept_free[HEAP_CLASSES];
};

/* Reserve addresses; pages are taken from the system when they are first used.
 * size    bytes
 * return  false: the system has none */
bool heap_open(struct heap *h, size_t size);
void heap_close(struct heap *h);

/* lua_Alloc; `owner` is the heap. */
void *heap_realloc(void *owner, void *piece, size_t had, size_t want);

/* Remember what is in the heap.  false: no memory */
bool heap_keep(struct heap *h);

/* Put it back, byte for byte; all else is free. */
void heap_restore(struct heap *h);

#endif
