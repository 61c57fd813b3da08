#include "vm.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

/* ---- what scripts find ----------------------------------------------------------------------- */

/* Libraries that reach nothing outside: no io, os, package, debug, ffi, jit. */
static const lua_CFunction libraries[] = {luaopen_base, luaopen_string, luaopen_table, luaopen_math,
                                          luaopen_bit};
static const char *const library_names[] = {"", LUA_STRLIBNAME, LUA_TABLIBNAME, LUA_MATHLIBNAME,
                                            LUA_BITLIBNAME};

/* In them what would load code, tell addresses or sizes, or come in an order that differs from process to process, as
 * next() does: strings are hashed with a seed.  pairs() goes by order of keys instead. */
static const char prelude[] =
    "for _, name in ipairs{'collectgarbage', 'coroutine', 'dofile', 'gcinfo', 'getfenv', 'load', 'loadfile', "
    "'loadstring', 'module',\n"
    "    'newproxy', 'print', 'require', 'setfenv'} do _G[name] = nil end\n"
    "string.dump, table.foreach, table.foreachi = nil, nil, nil\n"
    "local next, type, sort, format, plain, error, select, unpack, getmetatable, find =\n"
    "    next, type, table.sort, string.format, tostring, error, select, unpack, getmetatable, string.find\n"
    "_G.next = nil\n"
    "local rank = {boolean = 1, number = 2, string = 3}\n"
    "local function before(a, b)\n"
    "    local s, t = type(a), type(b)\n"
    "    if s ~= t then return rank[s] < rank[t] end\n"
    "    if s == 'boolean' then return not a and b end\n"
    "    return a < b\n"
    "end\n"
    "function pairs(t)\n"
    "    if type(t) ~= 'table' then error('pairs() wants a table, and was given a ' .. type(t), 2) end\n"
    "    local keys, n, i = {}, 0, 0\n"
    "    for k in next, t do\n"
    "        if not rank[type(k)] then error('pairs(): keys of the type ' .. type(k) .. ' have no order', 2) "
    "end\n"
    "        n = n + 1\n"
    "        keys[n] = k\n"
    "    end\n"
    "    sort(keys, before)\n"
    "    return function()\n"
    "        local k, v\n"
    "        repeat i = i + 1; k = keys[i]; if k == nil then return nil end; v = t[k] until v ~= nil\n"
    "        return k, v\n"
    "    end\n"
    "end\n"
    "function tostring(v)\n"
    "    local m = getmetatable(v)\n"
    "    if type(m) == 'table' and m.__tostring then return m.__tostring(v) end\n"
    "    return (rank[type(v)] or v == nil) and plain(v) or type(v)\n"
    "end\n"
    "local tostring = tostring\n"
    "function string.format(f, ...)\n"
    "    if find(f, '%%[-+ #0-9.]*p') then error('format() has no %p here', 2) end\n"
    "    local v, n = {...}, select('#', ...)\n"
    "    for i = 1, n do if not rank[type(v[i])] then v[i] = tostring(v[i]) end end\n"
    "    return format(f, unpack(v, 1, n))\n"
    "end\n"
    "math.randomseed(1)\n";

static void open_libraries(lua_State *lua)
{
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        lua_pushcfunction(lua, libraries[i]);
        lua_pushstring(lua, library_names[i]);
        lua_call(lua, 1, 0);
    }
    if (luaL_loadbuffer(lua, prelude, sizeof prelude - 1, "=docmill") != 0)
        lua_error(lua);
    lua_call(lua, 0, 0);
}

static void set_options(lua_State *lua, dm_array options)
{
    lua_newtable(lua);
    for (uint32_t i = 0; i < options.count; i++) {
        const dm_pair *const o = DM_AT(dm_pair, options, i);
        lua_pushlstring(lua, o->key.ptr, o->key.len);
        lua_pushlstring(lua, o->value.ptr, o->value.len);
        lua_rawset(lua, -3);
    }
    lua_setglobal(lua, "options");
}

/* ---- reading it ------------------------------------------------------------------------------ */

struct script {
    dm_str name, text;
    dm_array options;
};

/* Leaves two things on the stack: the function and the document. */
static int read_script(lua_State *lua)
{
    enum { SMALL_GARBAGE = 1000 /* percent: a small document ends before any is looked for */ };
    const struct script *const s = lua_touserdata(lua, 1);
    char name[96];
    snprintf(name, sizeof name, "@%.*s", (int)s->name.len, s->name.ptr);
    lua_gc(lua, LUA_GCSTOP, 0);
    open_libraries(lua);
    set_options(lua, s->options);
    api_open(lua);
    if (luaL_loadbufferx(lua, s->text.ptr, s->text.len, name, "t") != 0)
        return lua_error(lua);
    lua_call(lua, 0, 0);
    lua_getglobal(lua, "clean");
    if (!lua_isfunction(lua, -1))
        return luaL_error(lua, "%s: has no function clean(doc)", name + 1);
    lua_insert(lua, -2); /* the document comes last */
    lua_gc(lua, LUA_GCRESTART, 0);
    lua_gc(lua, LUA_GCSETPAUSE, SMALL_GARBAGE);
    lua_gc(lua, LUA_GCCOLLECT, 0);
    return 2;
}

/* The message on the stack, as UTF-8. */
static const char *message_of(lua_State *lua, dm_task *t, char line[512])
{
    size_t len = 0;
    const char *const text = lua_type(lua, -1) == LUA_TSTRING ? lua_tolstring(lua, -1, &len) : NULL;
    if (text == NULL)
        return "an error that is no text";
    len = len < 511 ? len : 511;
    memcpy(line, text, len);
    line[len] = '\0';
    for (size_t at; (at = dm_check_utf8(t, (dm_str){line, len})) < len;) {
        if (len == 511 && len - at < 4)
            len = at; /* cut within a character */
        else
            line[at] = '?';
    }
    line[len] = '\0';
    return line;
}

static dm_status open_failed(struct vm *vm, dm_task *t)
{
    char line[512];
    if (vm->heap.is_spent)
        return dm_fail(t, DM_ECONFIG,
                       "the script needs more than the %zu bytes of 'memory' before any document",
                       vm->heap.size);
    return dm_fail(t, DM_ECONFIG, "%s", message_of(vm->lua, t, line));
}

dm_status vm_open(struct vm *vm, dm_task *t, dm_str name, dm_str script, dm_array options, size_t memory)
{
    struct script s = {name, script, options};
    const dm_array *const rules = t->host->extension(t, DM_EXTENSION_RULES);
    if (rules == NULL)
        return dm_fail(t, DM_ECONFIG, "this docmill is too old for rules of scripts");
    vm->rules = *rules;
    if (!heap_open(&vm->heap, memory))
        return dm_fail(t, DM_ECONFIG, "no memory for an interpreter");
    vm->lua = lua_newstate(heap_realloc, vm);
    if (vm->lua == NULL)
        return dm_fail(t, DM_ECONFIG, "no interpreter: %zu bytes of 'memory' are too few", memory);
    lua_pushcfunction(vm->lua, read_script);
    lua_pushlightuserdata(vm->lua, &s);
    if (lua_pcall(vm->lua, 1, 2, 0) != 0)
        return open_failed(vm, t);
    return heap_keep(&vm->heap) ? DM_OK : dm_fail(t, DM_ECONFIG, "no memory for the interpreter's copy");
}

/* All that it holds lies in the heap. */
void vm_close(struct vm *vm)
{
    heap_close(&vm->heap);
}

/* ---- a document ------------------------------------------------------------------------------ */

static dm_status judge_failure(struct vm *vm)
{
    dm_task *const t = vm->call.task;
    char line[512];
    if (vm->call.verdict != DM_OK)
        return vm->call.verdict;
    if (vm->heap.is_spent)
        return dm_fail(t, DM_ELIMIT, "the script needs more than the %zu bytes of 'memory'", vm->heap.size);
    return dm_fail(t, DM_EDOC, "%s", message_of(vm->lua, t, line));
}

static dm_status judge_success(struct vm *vm)
{
    dm_span one, other;
    if (vm->call.verdict != DM_OK)
        return vm->call.verdict;
    if (changes_overlap(&vm->call.changes, &one, &other))
        return dm_fail(vm->call.task, DM_EDOC, "two changes overlap: of bytes %zu to %zu and %zu to %zu",
                       one.begin + 1, one.end, other.begin + 1, other.end);
    return DM_OK;
}

dm_status vm_clean(struct vm *vm, dm_task *t, dm_doc *d)
{
    heap_restore(&vm->heap);
    vm->last = (dm_span){SIZE_MAX, 0};
    vm->call = (struct call){.task = t, .doc = d, .text = dm_text(t, d), .marks = dm_marks(t, d)};
    const dm_status status = lua_pcall(vm->lua, 1, 0, 0) != 0 ? judge_failure(vm) : judge_success(vm);
    vm->call = (struct call){0};
    return status;
}
