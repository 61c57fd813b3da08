/* An interpreter that has read a script, and is the same again for each document. */
#ifndef LUA_VM_H
#define LUA_VM_H

#include "changes.h"
#include "heap.h"

#include <lua.h>

/* What a document's call knows; zero between two of them. */
struct call {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks;
    dm_span *protected_stretches; /* sorted, apart from each other; NULL: not looked for yet */
    size_t protected_count;
    struct changes changes;
    dm_status verdict; /* of fail(), drop() and of the host: stays, whatever the script does with the error */
};

struct vm {
    struct heap heap; /* first: what the allocator is handed */
    lua_State *lua;
    dm_array rules; /* of dm_rule */
    dm_span last;   /* where an iteration went last, so that it need not look again */
    struct call call;
};

/* The vm of an interpreter. */
static inline struct vm *vm_of(lua_State *lua)
{
    void *owner;
    lua_getallocf(lua, &owner);
    return owner;
}

/* Make an interpreter, read the script and run it once.
 * vm      zeroed; to be closed even if this fails
 * name    of the script, for messages
 * options become the table `options`: of dm_pair
 * memory  bytes
 * return  DM_OK, or what dm_fail() was told */
dm_status vm_open(struct vm *vm, dm_task *t, dm_str name, dm_str script, dm_array options, size_t memory);
void vm_close(struct vm *vm);

/* Let the script's function clean(doc) work on a document, by an interpreter as it was when it had read it. */
dm_status vm_clean(struct vm *vm, dm_task *t, dm_doc *d);

/* api.c: add the functions log, fail, drop and the metatable of documents; leaves one document on the stack, the only
 * one there is. */
void api_open(lua_State *lua);

#endif
