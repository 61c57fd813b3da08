#include "heap.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGN = 16, STEPS = 4 /* size classes from one power of two to the next */ };
static const size_t TOUCHED_KEEP = 4 << 20; /* bytes that a large document may leave behind */

static void *reserve(size_t size)
{
    void *const p =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p != MAP_FAILED ? p : NULL;
}

bool heap_open(struct heap *h, size_t size)
{
    *h = (struct heap){.size = size, .base = reserve(size)};
    return h->base != NULL;
}

void heap_close(struct heap *h)
{
    if (h->base != NULL)
        munmap(h->base, h->size);
    if (h->kept != NULL)
        munmap(h->kept, h->kept_used);
    *h = (struct heap){0};
}

/* The class that a size belongs to, and the size that all pieces of the class have: 16, 32, 48, 64, then four
 * to each power of two, so that at most a fifth of a piece is lost. */
static unsigned class_of(size_t want, size_t *size)
{
    const size_t units = (want + ALIGN - 1) / ALIGN;
    if (units <= STEPS) {
        *size = units * ALIGN;
        return (unsigned)units;
    }
    const unsigned top = 63U - (unsigned)__builtin_clzll(units - 1); /* of a power of two below */
    const unsigned shift = top - 2;
    const size_t step = ((units - 1) >> shift) + 1; /* 5 to 8 quarters */
    *size = (step << shift) * ALIGN;
    return STEPS * (top - 1) + (unsigned)(step - STEPS);
}

static void *take(struct heap *h, size_t want)
{
    size_t size;
    const unsigned class = want < h->size ? class_of(want, &size) : HEAP_CLASSES;
    if (class >= HEAP_CLASSES)
        return NULL;
    void *const piece = h->free[class];
    if (piece != NULL) {
        memcpy(&h->free[class], piece, sizeof(void *));
        return piece;
    }
    if (size > h->size - h->used)
        return NULL;
    h->used += size;
    h->touched = h->used > h->touched ? h->used : h->touched;
    return h->base + h->used - size;
}

static void give_back(struct heap *h, void *piece, size_t had)
{
    size_t size;
    const unsigned class = class_of(had, &size);
    if ((char *)piece + size == h->base + h->used) {
        h->used -= size;
        return;
    }
    memcpy(piece, &h->free[class], sizeof(void *));
    h->free[class] = piece;
}

void *heap_realloc(void *owner, void *piece, size_t had, size_t want)
{
    struct heap *const h = owner;
    size_t old = 0, new = 0;
    if (want == 0) {
        if (piece != NULL && had != 0)
            give_back(h, piece, had);
        return NULL;
    }
    if (piece != NULL && had != 0 && want < h->size && class_of(had, &old) == class_of(want, &new))
        return piece;
    void *const moved = take(h, want);
    if (moved == NULL) {
        h->is_spent = true;
        return NULL;
    }
    if (piece != NULL && had != 0) {
        memcpy(moved, piece, had < want ? had : want);
        give_back(h, piece, had);
    }
    return moved;
}

bool heap_keep(struct heap *h)
{
    h->kept = reserve(h->used);
    if (h->kept == NULL)
        return false;
    memcpy(h->kept, h->base, h->used);
    memcpy(h->kept_free, h->free, sizeof h->free);
    h->kept_used = h->used;
    return true;
}

void heap_restore(struct heap *h)
{
    const size_t keep = h->kept_used + TOUCHED_KEEP;
    if (h->touched > keep) { /* a large document's room is not the next one's to answer for */
        const size_t page = 4096, from = (keep + page - 1) / page * page;
        if (from < h->touched)
            madvise(h->base + from, h->touched - from, MADV_DONTNEED);
        h->touched = keep;
    }
    memcpy(h->base, h->kept, h->kept_used);
    memcpy(h->free, h->kept_free, sizeof h->free);
    h->used = h->kept_used;
    h->is_spent = false;
}
