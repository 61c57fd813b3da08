/* A hash table with chains, and a list for each state.  Names that wait, wait equally long in each of the two
 * lists for it, so that the first of a list is always the one that is due first. */
#include "core/watch/names.h"

#include <stdlib.h>
#include <string.h>

enum { CHAINS = 4096 };

/* FNV-1a: the paths are short. */
static size_t hash_of(dm_str path)
{
    uint64_t h = 14695981039346656037U;
    for (size_t i = 0; i < path.len; i++)
        h = (h ^ (unsigned char)path.ptr[i]) * 1099511628211U;
    return (size_t)(h ^ h >> 32);
}

static struct dm_name **chain_of(const struct dm_names *n, dm_str path)
{
    return &n->chains[hash_of(path) & (n->chain_count - 1)];
}

bool dm__names_init(struct dm_names *n, size_t max)
{
    *n = (struct dm_names){.chain_count = CHAINS, .max = max};
    while (n->chain_count < max)
        n->chain_count *= 2;
    n->chains = calloc(n->chain_count, sizeof(struct dm_name *));
    return n->chains != NULL;
}

void dm__names_fini(struct dm_names *n)
{
    for (size_t i = 0; i < DM_NAME_STATES; i++)
        while (n->lists[i].first != NULL)
            dm__names_remove(n, n->lists[i].first);
    free(n->chains);
    n->chains = NULL;
}

struct dm_name *dm__names_find(const struct dm_names *n, dm_str path)
{
    struct dm_name *name = *chain_of(n, path);
    while (name != NULL && (name->path_len != path.len || memcmp(name->path, path.ptr, path.len) != 0))
        name = name->next_in_chain;
    return name;
}

static void unlist(struct dm_names *n, struct dm_name *name)
{
    struct dm_name_list *const list = &n->lists[name->state];
    if (name->before != NULL)
        name->before->after = name->after;
    else
        list->first = name->after;
    if (name->after != NULL)
        name->after->before = name->before;
    else
        list->last = name->before;
    list->count--;
}

static void enlist(struct dm_names *n, struct dm_name *name, enum dm_name_state state)
{
    struct dm_name_list *const list = &n->lists[state];
    name->state = state;
    name->after = NULL;
    name->before = list->last;
    if (list->last != NULL)
        list->last->after = name;
    else
        list->first = name;
    list->last = name;
    list->count++;
}

struct dm_name *dm__names_add(struct dm_names *n, dm_str path, uint32_t root)
{
    struct dm_name *const name = n->count < n->max ? malloc(sizeof *name + path.len + 1) : NULL;
    if (name == NULL)
        return NULL;
    struct dm_name **const chain = chain_of(n, path);
    *name = (struct dm_name){.next_in_chain = *chain, .root = root, .path_len = (uint32_t)path.len};
    memcpy(name->path, path.ptr, path.len);
    name->path[path.len] = '\0';
    *chain = name;
    enlist(n, name, DM_NAME_SOON);
    n->count++;
    return name;
}

void dm__names_move(struct dm_names *n, struct dm_name *name, enum dm_name_state state)
{
    unlist(n, name);
    enlist(n, name, state);
}

void dm__names_remove(struct dm_names *n, struct dm_name *name)
{
    struct dm_name **at = chain_of(n, (dm_str){name->path, name->path_len});
    while (*at != name)
        at = &(*at)->next_in_chain;
    *at = name->next_in_chain;
    unlist(n, name);
    n->count--;
    free(name);
}
