/* What a script can do with a document.  Positions are those of Lua's own functions: bytes, from 1, the last one
 * included, so that text:sub(from, to) is what doc:edit(from, to, ...) replaces. */
#include "vm.h"

#include "text.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static const char document_type[] = "docmill document";

/* ---- arguments ------------------------------------------------------------------------------- */

/* The call that the document at 1 belongs to. */
static struct vm *vm_at_work(lua_State *lua)
{
    struct vm *const vm = vm_of(lua);
    if (lua_type(lua, 1) != LUA_TUSERDATA)
        luaL_error(lua, "write doc:name(...), with a colon");
    if (vm->call.task == NULL)
        luaL_error(lua, "there is no document");
    return vm;
}

/* The host refused, which no pcall() undoes. */
_Noreturn static void stop(lua_State *lua, struct vm *vm, dm_status status)
{
    vm->call.verdict = status;
    luaL_error(lua, "stopped");
    abort(); /* an error of Lua's does not return */
}

static void want_ok(lua_State *lua, struct vm *vm, dm_status status)
{
    if (status != DM_OK)
        stop(lua, vm, status);
}

static dm_str text_at(lua_State *lua, int arg)
{
    dm_str s;
    s.ptr = luaL_checklstring(lua, arg, &s.len);
    return s;
}

static dm_str utf8_at(lua_State *lua, const struct vm *vm, int arg)
{
    const dm_str s = text_at(lua, arg);
    if (dm_check_utf8(vm->call.task, s) != s.len)
        luaL_argerror(lua, arg, "it is not UTF-8");
    return s;
}

/* A key of the metadata: no NUL within. */
static const char *key_at(lua_State *lua, const struct vm *vm, int arg)
{
    const dm_str key = utf8_at(lua, vm, arg);
    if (key.len == 0 || strlen(key.ptr) != key.len)
        luaL_argerror(lua, arg, "no key");
    return key.ptr;
}

/* The stretch from `arg` to `arg + 1`. */
static dm_span span_at(lua_State *lua, const struct vm *vm, int arg)
{
    const lua_Number from = luaL_checknumber(lua, arg), to = luaL_checknumber(lua, arg + 1);
    const dm_str text = vm->call.text;
    if (!(from >= 1 && to >= from - 1 && to <= (lua_Number)text.len))
        luaL_error(lua, "%f to %f lies outside the text, which has %f bytes", from, to, (lua_Number)text.len);
    const dm_span at = {(size_t)from - 1, (size_t)to};
    if (!text_is_boundary(text, at.begin) || !text_is_boundary(text, at.end))
        luaL_error(lua, "%f to %f splits a character", from, to);
    return at;
}

/* The rule at `arg`, by name; nothing there: the only one that the script declares. */
static uint32_t rule_at(lua_State *lua, const struct vm *vm, int arg)
{
    const dm_array rules = vm->rules;
    if (lua_isnoneornil(lua, arg) && rules.count <= 2)
        return rules.count - 1;
    const dm_str name = text_at(lua, arg);
    for (uint32_t i = 0; i < rules.count; i++) {
        const char *const id = DM_AT(dm_rule, rules, i)->id;
        if (strlen(id) == name.len && memcmp(id, name.ptr, name.len) == 0)
            return i;
    }
    luaL_error(lua, "there is no rule '%s'; declare it: -- docmill rule %s: What it is for.", name.ptr,
               name.ptr);
    return 0;
}

/* Optional arguments of each change: rule, confidence, evidence. */
static dm_change change_at(lua_State *lua, const struct vm *vm, int arg)
{
    dm_change c = {
        .size = sizeof c, .rule = rule_at(lua, vm, arg), .confidence = luaL_optnumber(lua, arg + 1, 1)};
    if (!(c.confidence >= 0 && c.confidence <= 1))
        luaL_argerror(lua, arg + 1, "a confidence is 0 to 1");
    if (!lua_isnoneornil(lua, arg + 2))
        c.evidence = utf8_at(lua, vm, arg + 2);
    return c;
}

/* ---- reading --------------------------------------------------------------------------------- */

static int push_str(lua_State *lua, dm_str s)
{
    if (s.ptr == NULL)
        lua_pushnil(lua);
    else
        lua_pushlstring(lua, s.ptr, s.len);
    return 1;
}

static int doc_text(lua_State *lua)
{
    return push_str(lua, vm_at_work(lua)->call.text);
}

static int doc_source(lua_State *lua)
{
    const struct vm *const vm = vm_at_work(lua);
    return push_str(lua, dm_identify(vm->call.task, vm->call.doc)->source);
}

static int push_stretch(lua_State *lua, struct vm *vm, dm_span at)
{
    vm->last = at;
    lua_pushnumber(lua, (lua_Number)(at.begin + 1));
    lua_pushnumber(lua, (lua_Number)at.end);
    lua_pushlstring(lua, vm->call.text.ptr + at.begin, at.end - at.begin);
    return 3;
}

/* The control variable of the loop: where the last stretch began, from 1; 0: this is the first. */
static size_t begin_of_last(lua_State *lua, const struct vm *vm)
{
    const lua_Number from = luaL_checknumber(lua, 2);
    return from >= 1 && from <= (lua_Number)vm->call.text.len + 1 ? (size_t)from - 1 : vm->call.text.len;
}

static int next_word(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    dm_span at = {0, 0};
    if (lua_tonumber(lua, 2) != 0) {
        at.begin = begin_of_last(lua, vm);
        if (at.begin == vm->last.begin)
            at.end = vm->last.end;
        else if (!text_next_word(vm->call.text, at.begin, &at))
            return 0;
    }
    return text_next_word(vm->call.text, at.end, &at) ? push_stretch(lua, vm, at) : 0;
}

static int next_line(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    dm_span at;
    size_t from = 0;
    if (lua_tonumber(lua, 2) != 0) {
        if (!text_next_line(vm->call.text, begin_of_last(lua, vm), &at))
            return 0;
        from = at.end + 1;
    }
    return text_next_line(vm->call.text, from, &at) ? push_stretch(lua, vm, at) : 0;
}

/* for from, to, piece in doc:NAME() do */
static int iterate(lua_State *lua, lua_CFunction next)
{
    vm_at_work(lua);
    lua_pushcfunction(lua, next);
    lua_pushvalue(lua, 1);
    lua_pushnumber(lua, 0);
    return 3;
}

static int doc_words(lua_State *lua)
{
    return iterate(lua, next_word);
}

static int doc_lines(lua_State *lua)
{
    return iterate(lua, next_line);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t kind;
} kinds[] = {{"paragraph", DM_PARAGRAPH}, {"title", DM_TITLE},      {"heading", DM_HEADING},
             {"list-item", DM_LIST_ITEM}, {"quote", DM_QUOTE},      {"code", DM_CODE},
             {"table", DM_TABLE},         {"row", DM_ROW},          {"cell", DM_CELL},
             {"caption", DM_CAPTION},     {"link", DM_LINK},        {"protected", DM_PROTECTED},
             {"syntax", DM_SYNTAX},       {"language", DM_LANGUAGE}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void set_number(lua_State *lua, const char *key, size_t n)
{
    lua_pushnumber(lua, (lua_Number)n);
    lua_setfield(lua, -2, key);
}

static void push_mark(lua_State *lua, const dm_mark *m)
{
    lua_createtable(lua, 0, 5);
    lua_pushnil(lua);
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].kind == m->kind) {
            lua_pop(lua, 1);
            lua_pushstring(lua, kinds[i].name);
        }
    lua_setfield(lua, -2, "kind");
    set_number(lua, "level", m->level);
    set_number(lua, "from", m->at.begin + 1);
    set_number(lua, "to", m->at.end);
    lua_pushlstring(lua, m->value.len != 0 ? m->value.ptr : "", m->value.len);
    lua_setfield(lua, -2, "value");
}

static int doc_marks(lua_State *lua)
{
    const struct vm *const vm = vm_at_work(lua);
    lua_createtable(lua, (int)vm->call.marks.count, 0);
    for (uint32_t i = 0; i < vm->call.marks.count; i++) {
        push_mark(lua, DM_AT(dm_mark, vm->call.marks, i));
        lua_rawseti(lua, -2, (int)i + 1);
    }
    return 1;
}

/* doc:mark(kind, from, to, level, value, rule, confidence, evidence) */
static int doc_mark(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    const char *const name = luaL_checkstring(lua, 2);
    size_t i = 0;
    while (i < KINDS && strcmp(kinds[i].name, name) != 0)
        i++;
    if (i == KINDS)
        luaL_argerror(lua, 2, "no kind of mark");
    const dm_span at = span_at(lua, vm, 3);
    const lua_Number level = luaL_optnumber(lua, 5, 0);
    if (!(level >= 0 && level <= 1000))
        luaL_argerror(lua, 5, "a level is 0 to 1000");
    const dm_str value = lua_isnoneornil(lua, 6) ? DM_LIT("") : utf8_at(lua, vm, 6);
    const dm_mark mark = {.kind = kinds[i].kind, .level = (uint32_t)level, .at = at, .value = value};
    dm_change c = change_at(lua, vm, 7);
    c.target = DM_CHANGE_MARK_ADD;
    c.mark = &mark;
    want_ok(lua, vm, dm_change_doc(vm->call.task, vm->call.doc, &c));
    return 0;
}

/* doc:unmark(number, rule, confidence, evidence) */
static int doc_unmark(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    const lua_Number number = luaL_checknumber(lua, 2);
    if (!(number >= 1 && number <= (lua_Number)vm->call.marks.count))
        luaL_argerror(lua, 2, "there is no such mark");
    dm_change c = change_at(lua, vm, 3);
    c.target = DM_CHANGE_MARK_DROP;
    c.index = (uint32_t)number - 1;
    want_ok(lua, vm, dm_change_doc(vm->call.task, vm->call.doc, &c));
    return 0;
}

/* Marks come in order of where they begin; those that touch or nest become one. */
static void find_protected(lua_State *lua, struct vm *vm)
{
    struct call *const c = &vm->call;
    size_t n = 0;
    c->protected_stretches = dm_alloc(c->task, (c->marks.count + 1) * sizeof *c->protected_stretches);
    if (c->protected_stretches == NULL)
        stop(lua, vm, DM_ELIMIT);
    for (uint32_t i = 0; i < c->marks.count; i++) {
        const dm_mark *const m = DM_AT(dm_mark, c->marks, i);
        if (m->kind != DM_PROTECTED)
            continue;
        dm_span *const last = n != 0 ? &c->protected_stretches[n - 1] : NULL;
        if (last == NULL || m->at.begin > last->end)
            c->protected_stretches[n++] = m->at;
        else if (m->at.end > last->end)
            last->end = m->at.end;
    }
    c->protected_count = n;
}

static int doc_protected(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    const dm_span at = span_at(lua, vm, 2);
    if (vm->call.protected_stretches == NULL)
        find_protected(lua, vm);
    const size_t count = vm->call.protected_stretches != NULL ? vm->call.protected_count : 0;
    size_t low = 0, high = count;
    while (low < high) { /* the first that ends behind where `at` begins */
        const size_t mid = low + (high - low) / 2;
        if (vm->call.protected_stretches[mid].end <= at.begin)
            low = mid + 1;
        else
            high = mid;
    }
    lua_pushboolean(lua, low < count && vm->call.protected_stretches[low].begin < at.end);
    return 1;
}

/* ---- changing -------------------------------------------------------------------------------- */

/* doc:edit(from, to, new, rule, confidence, evidence) */
static int doc_edit(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    const dm_span at = span_at(lua, vm, 2);
    const dm_str with = utf8_at(lua, vm, 4);
    dm_change c = change_at(lua, vm, 5);
    c.target = DM_CHANGE_TEXT;
    c.at = at;
    c.with = with;
    if (!changes_add(&vm->call.changes, vm->call.task, at))
        stop(lua, vm, DM_ELIMIT);
    want_ok(lua, vm, dm_change_doc(vm->call.task, vm->call.doc, &c));
    return 0;
}

/* doc:meta(key) or doc:meta(key, value, rule, confidence, evidence); value nil removes it */
static int doc_meta(lua_State *lua)
{
    struct vm *const vm = vm_at_work(lua);
    const char *const key = key_at(lua, vm, 2);
    if (lua_gettop(lua) < 3)
        return push_str(lua, dm_meta(vm->call.task, vm->call.doc, key));
    const dm_str value = lua_isnil(lua, 3) ? (dm_str){NULL, 0} : utf8_at(lua, vm, 3);
    dm_change c = change_at(lua, vm, 4);
    c.target = DM_CHANGE_META;
    c.key = key;
    c.with = value;
    want_ok(lua, vm, dm_change_doc(vm->call.task, vm->call.doc, &c));
    return 0;
}

/* ---- saying ---------------------------------------------------------------------------------- */

static int say(lua_State *lua)
{
    const struct vm *const vm = vm_of(lua);
    if (vm->call.task != NULL)
        dm_log(vm->call.task, DM_LOG_INFO, utf8_at(lua, vm, 1));
    return 0;
}

static int fail(lua_State *lua)
{
    enum { WHY_MAX = 500 }; /* bytes */
    struct vm *const vm = vm_of(lua);
    if (vm->call.task == NULL)
        return luaL_error(lua, "%s", luaL_checkstring(lua, 1));
    dm_str why = utf8_at(lua, vm, 1);
    while (why.len > WHY_MAX || !text_is_boundary(text_at(lua, 1), why.len))
        why.len = why.len > WHY_MAX ? WHY_MAX : why.len - 1;
    stop(lua, vm, dm_fail(vm->call.task, DM_EDOC, "%.*s", (int)why.len, why.ptr));
}

static int drop(lua_State *lua)
{
    struct vm *const vm = vm_of(lua);
    if (vm->call.task == NULL)
        return luaL_error(lua, "there is no document");
    stop(lua, vm, DM_DROP);
}

static const luaL_Reg methods[] = {
    {"text", doc_text},   {"source", doc_source},       {"words", doc_words}, {"lines", doc_lines},
    {"marks", doc_marks}, {"protected", doc_protected}, {"edit", doc_edit},   {"meta", doc_meta},
    {"mark", doc_mark},   {"unmark", doc_unmark},       {NULL, NULL}};

void api_open(lua_State *lua)
{
    lua_pushcfunction(lua, say);
    lua_setglobal(lua, "log");
    lua_pushcfunction(lua, fail);
    lua_setglobal(lua, "fail");
    lua_pushcfunction(lua, drop);
    lua_setglobal(lua, "drop");
    lua_newuserdata(lua, 1);
    luaL_newmetatable(lua, document_type);
    lua_newtable(lua);
    for (const luaL_Reg *m = methods; m->name != NULL; m++) {
        lua_pushcfunction(lua, m->func);
        lua_setfield(lua, -2, m->name);
    }
    lua_setfield(lua, -2, "__index");
    lua_pushstring(lua, document_type);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
}
