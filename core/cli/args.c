/* Options of a command line, parsed by tables. */
#include "core/cli/args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/printable.h"
#include "core/pipeline/report.h"
#include "core/text/str.h"

enum { OPTIONS_MAX = 64 /* names that "did you mean" looks at */ };

/* An option and the struct of its group. */
struct found {
    const struct dm_arg *arg;
    char *into;
};

DM_PRINTF(2, 3)
static bool fail(struct dm_args *a, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    a->problem = dm__arena_str(a->arena, dm__printable(a->arena, dm__str(line)));
    return false;
}

bool dm__words_add(struct dm_arena *arena, struct dm_words *w, const char *word)
{
    const char **items = dm__arena_grow(arena, w->items, w->count, &w->cap, sizeof *items);
    if (!items)
        return false;
    w->items = items;
    w->items[w->count++] = word;
    return true;
}

static struct found find_long(const struct dm_args *a, dm_str name)
{
    for (size_t g = 0; g < a->group_count; g++) {
        for (const struct dm_arg *arg = a->groups[g].args; arg->name; arg++) {
            if (dm__str_eq(dm__str(arg->name), name))
                return (struct found){arg, a->groups[g].into};
        }
    }
    return (struct found){NULL, NULL};
}

static struct found find_letter(const struct dm_args *a, char letter)
{
    for (size_t g = 0; g < a->group_count; g++) {
        for (const struct dm_arg *arg = a->groups[g].args; arg->name; arg++) {
            if (arg->letter == letter)
                return (struct found){arg, a->groups[g].into};
        }
    }
    return (struct found){NULL, NULL};
}

static bool fail_unknown(struct dm_args *a, dm_str name)
{
    const char *names[OPTIONS_MAX];
    size_t count = 0;
    for (size_t g = 0; g < a->group_count; g++) {
        for (const struct dm_arg *arg = a->groups[g].args; arg->name && count < OPTIONS_MAX; arg++)
            names[count++] = arg->name;
    }
    const char *near = dm__nearest(name, names, count);
    if (near)
        a->hint = dm__arena_printf(a->arena, "did you mean --%s?", near);
    return fail(a, "unknown option --%.*s", (int)(name.len < 60 ? name.len : 60), name.ptr);
}

static bool take_choice(struct dm_args *a, struct found f, const char *value)
{
    int *field = (int *)(void *)(f.into + f.arg->offset);
    char words[200] = "";
    size_t len = 0, count = 0;
    for (; f.arg->choices[count]; count++) {
        if (strcmp(f.arg->choices[count], value) == 0) {
            *field = (int)count;
            return true;
        }
        const char *sep = count == 0 ? "" : f.arg->choices[count + 1] ? ", " : " or ";
        len += (size_t)snprintf(words + len, sizeof words - len, "%s%s", sep, f.arg->choices[count]);
    }
    const char *near = dm__nearest(dm__str(value), f.arg->choices, count);
    if (near)
        a->hint = dm__arena_printf(a->arena, "did you mean %s?", near);
    return fail(a, "--%s takes %s, not '%.60s'", f.arg->name, words, value);
}

static bool take_count(struct dm_args *a, struct found f, const char *value)
{
    uint64_t *field = (uint64_t *)(void *)(f.into + f.arg->offset);
    const char *const *word = f.arg->choices;
    for (; word && *word; word++) {
        if (strcmp(*word, value) == 0) {
            *field = UINT64_MAX;
            return true;
        }
    }
    char *end;
    errno = 0;
    const unsigned long long n = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || n == 0)
        return fail(a, "--%s takes a number from 1%s%s, not '%.60s'", f.arg->name,
                    f.arg->choices ? " or " : "", f.arg->choices ? f.arg->choices[0] : "", value);
    *field = n;
    return true;
}

static bool take_value(struct dm_args *a, struct found f, const char *value)
{
    char *field = f.into + f.arg->offset;
    switch (f.arg->type) {
    case DM_ARG_TEXT:
        *(const char **)(void *)field = value;
        return true;
    case DM_ARG_CHOICE:
        return take_choice(a, f, value);
    case DM_ARG_COUNT:
        return take_count(a, f, value);
    default:
        return dm__words_add(a->arena, (struct dm_words *)(void *)field, value) || fail(a, "out of memory");
    }
}

/* The value is what stands behind `=` (inlined), or the next word. */
static bool take_option(struct dm_args *a, struct found f, const char *inlined)
{
    if (f.arg->type == DM_ARG_FLAG) {
        if (inlined)
            return fail(a, "--%s takes no value", f.arg->name);
        *(bool *)(void *)(f.into + f.arg->offset) = true;
        return true;
    }
    if (!inlined && a->next == a->argc)
        return fail(a, "--%s needs a value: --%s %s", f.arg->name, f.arg->name, f.arg->value);
    return take_value(a, f, inlined ? inlined : a->argv[a->next++]);
}

static bool take_long(struct dm_args *a, const char *word)
{
    const char *equals = strchr(word, '=');
    const dm_str name = {word, equals ? (size_t)(equals - word) : strlen(word)};
    const struct found f = find_long(a, name);
    if (!f.arg)
        return fail_unknown(a, name);
    return take_option(a, f, equals ? equals + 1 : NULL);
}

/* `-qv` is `-q -v`; the rest of the word behind a letter that takes a value is the value. */
static bool take_letters(struct dm_args *a, const char *letters)
{
    for (const char *p = letters; *p; p++) {
        const struct found f = find_letter(a, *p);
        if (!f.arg)
            return fail(a, "unknown option -%c", *p);
        if (f.arg->type != DM_ARG_FLAG)
            return take_option(a, f, p[1] ? p + 1 : NULL);
        if (!take_option(a, f, NULL))
            return false;
    }
    return true;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static bool take_word(struct dm_args *a, const char *word)
{
    return word[1] == '-' ? take_long(a, word + 2) : take_letters(a, word + 1);
}

bool dm__args_options(struct dm_args *a)
{
    while (a->next < a->argc && is_option(a->argv[a->next]) && strcmp(a->argv[a->next], "--") != 0) {
        if (!take_word(a, a->argv[a->next++]))
            return false;
    }
    return true;
}

bool dm__args_all(struct dm_args *a)
{
    bool only_operands = false;
    while (a->next < a->argc) {
        const char *word = a->argv[a->next++];
        if (!only_operands && strcmp(word, "--") == 0)
            only_operands = true;
        else if (only_operands || !is_option(word)) {
            if (!dm__words_add(a->arena, &a->operands, word))
                return fail(a, "out of memory");
        } else if (!take_word(a, word))
            return false;
    }
    return true;
}
