/* Variables.  A text is cut into pieces, letters or a name; one pass over them measures and complains,
 * a second one writes. */
#include "core/pipeline/vars.h"

#include <string.h>

#include "core/text/str.h"

struct piece {
    dm_str text;
    size_t at;        /* where it stands */
    bool is_variable; /* the text is a name */
    bool is_open;     /* a `${` without `}` */
};

/* return  false: the end */
static bool next_piece(dm_str in, size_t *at, struct piece *p)
{
    if (*at == in.len)
        return false;
    const char *const from = in.ptr + *at;
    const size_t left = in.len - *at;
    *p = (struct piece){.at = *at};
    if (left >= 3 && memcmp(from, "$${", 3) == 0) {
        p->text = (dm_str){from + 1, 2};
        *at += 3;
        return true;
    }
    if (left >= 2 && memcmp(from, "${", 2) == 0) {
        const char *const end = memchr(from, '}', left);
        p->is_variable = true;
        p->is_open = end == NULL;
        p->text = (dm_str){from + 2, end != NULL ? (size_t)(end - from) - 2 : left - 2};
        *at += p->text.len + 2 + (end != NULL);
        return true;
    }
    const char *const next = left > 1 ? memchr(from + 1, '$', left - 1) : NULL;
    p->text = (dm_str){from, next != NULL ? (size_t)(next - from) : left};
    *at += p->text.len;
    return true;
}

static size_t find(const struct dm_vars *vars, dm_str name)
{
    size_t i = 0;
    while (i < vars->count && !dm__str_eq(dm__str(vars->names[i]), name))
        i++;
    return i;
}

static bool complain(const struct dm_reader *r, const struct dm_vars *vars, const struct dm_yaml *node,
                     const struct piece *p)
{
    unsigned column = node->column;
    for (size_t i = 0; node->exact && i < p->at; i++)
        column += ((unsigned char)node->value.ptr[i] & 0xC0) != 0x80;
    if (p->is_open) {
        struct dm_problem *const open =
            dm__report_error(r->report, r->file, node->line, column, "'${' without '}'");
        dm__report_hint(r->report, open, "write '$${' for a '${' that is meant so");
        return false;
    }
    struct dm_problem *const unknown =
        dm__report_error(r->report, r->file, node->line, column, "no variable '%.*s' in 'vars'",
                         dm__shown(p->text), p->text.ptr);
    dm__reader_suggest(r, unknown, p->text, vars->names, vars->count);
    return false;
}

static bool measure(const struct dm_reader *r, const struct dm_vars *vars, const struct dm_yaml *node,
                    size_t *len)
{
    bool good = true;
    struct piece p;
    *len = 0;
    for (size_t at = 0; next_piece(node->value, &at, &p);) {
        const size_t i = p.is_variable && !p.is_open ? find(vars, p.text) : vars->count;
        if (p.is_variable && i == vars->count)
            good = complain(r, vars, node, &p);
        else
            *len += p.is_variable ? vars->values[i].len : p.text.len;
    }
    return good;
}

static void write_pieces(const struct dm_vars *vars, struct dm_yaml *node, char *to)
{
    struct piece p;
    for (size_t at = 0; next_piece(node->value, &at, &p);) {
        const dm_str text = p.is_variable ? vars->values[find(vars, p.text)] : p.text;
        node->replaced = node->replaced || p.is_variable;
        if (text.len != 0)
            memcpy(to, text.ptr, text.len);
        to += text.len;
    }
    *to = '\0';
}

static bool replace_scalar(const struct dm_reader *r, struct dm_vars *vars, struct dm_yaml *node)
{
    if (memmem(node->value.ptr, node->value.len, "${", 2) == NULL)
        return true;
    size_t len;
    if (!measure(r, vars, node, &len)) {
        node->broken = true;
        return false;
    }
    vars->written += len;
    if (vars->written > DM_YAML_MAX_BYTES) {
        dm__reader_error(r, node, "with its variables replaced the file is larger than 1 MiB");
        return false;
    }
    char *const text = dm__arena_raw(r->arena, len + 1);
    if (text == NULL)
        return dm__reader_no_memory(r);
    write_pieces(vars, node, text);
    node->value = (dm_str){text, len};
    node->exact = false;
    return true;
}

bool dm__vars_replace(const struct dm_reader *r, struct dm_vars *vars, struct dm_yaml *node)
{
    if (node->kind == DM_YAML_SCALAR)
        return replace_scalar(r, vars, node);
    bool good = true;
    for (size_t i = 0; i < node->count && vars->written <= DM_YAML_MAX_BYTES; i++)
        good = dm__vars_replace(r, vars, node->items[i]) && good;
    return good;
}

/* ---- declarations --------------------------------------------------------------------------- */

static bool is_name(dm_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || (c != '-' && (c < '0' || c > '9'))))
            return false;
    }
    return s.len != 0;
}

/* What the command line sets it to, the last word; NULL: nothing. */
static const dm_str *lookup_set(const struct dm_pipeline_args *args, dm_str name)
{
    for (size_t i = args != NULL ? args->set_count : 0; i-- > 0;)
        if (dm__str_eq(args->sets[i].name, name))
            return &args->sets[i].value;
    return NULL;
}

static bool read_variable(const struct dm_reader *r, const struct dm_yaml *key, const struct dm_yaml *node,
                          const struct dm_pipeline_args *args, struct dm_vars *vars)
{
    if (!is_name(key->value)) {
        struct dm_problem *const p =
            dm__reader_error(r, key, "'%.*s' cannot name a variable", dm__shown(key->value), key->value.ptr);
        dm__report_hint(r->report, p, "use letters, digits, '-' and '_', with a letter first");
        return false;
    }
    const dm_str *const set = lookup_set(args, key->value);
    struct dm_yaml value = *node;
    bool good = true;
    if (set == NULL && dm__yaml_is_null(node)) {
        struct dm_problem *const p =
            dm__reader_error(r, key, "the variable '%s' has no value", key->value.ptr);
        dm__report_hint(r->report, p, "give one here or with --set %s=...", key->value.ptr);
        good = false;
    } else if (node->kind != DM_YAML_SCALAR) {
        const dm_str found = dm__reader_describe(r, node);
        dm__reader_error(r, node, "expected a text for the variable '%s', found %.*s", key->value.ptr,
                         (int)found.len, found.ptr);
        good = false;
    } else if (set == NULL) {
        good = replace_scalar(r, vars, &value);
    }
    vars->names[vars->count] = key->value.ptr;
    vars->values[vars->count++] = set != NULL ? *set : good ? value.value : DM_LIT("");
    return good;
}

static bool check_sets(const struct dm_reader *r, const struct dm_pipeline_args *args,
                       const struct dm_vars *vars)
{
    bool good = true;
    for (size_t i = 0; args != NULL && i < args->set_count; i++) {
        const dm_str name = args->sets[i].name;
        if (find(vars, name) < vars->count)
            continue;
        struct dm_problem *const p =
            dm__report_error(r->report, DM_LIT(""), 0, 0,
                             "--set %.*s: the pipeline declares no such variable", dm__shown(name), name.ptr);
        dm__reader_suggest(r, p, name, vars->names, vars->count);
        good = false;
    }
    return good;
}

bool dm__vars_read(const struct dm_reader *r, const struct dm_yaml *node, const struct dm_pipeline_args *args,
                   struct dm_vars *out)
{
    *out = (struct dm_vars){.count = 0};
    if (dm__yaml_is_null(node))
        return check_sets(r, args, out);
    if (node->kind != DM_YAML_MAPPING) {
        const dm_str found = dm__reader_describe(r, node);
        dm__reader_error(r, node, "expected a mapping of names to texts for 'vars', found %.*s",
                         (int)found.len, found.ptr);
        return false;
    }
    out->names = dm__arena_raw(r->arena, node->count * sizeof *out->names);
    out->values = dm__arena_raw(r->arena, node->count * sizeof *out->values);
    if (out->names == NULL || out->values == NULL)
        return dm__reader_no_memory(r);
    bool good = true;
    for (size_t i = 0; i < node->count; i++)
        good = read_variable(r, node->keys[i], node->items[i], args, out) && good;
    return check_sets(r, args, out) && good;
}
