/* Check what a plugin declares, so that nothing behind this ever meets a missing name, an option
 * outside its state, or a text that a terminal or a page cannot show. */
#include "core/pipeline/inspect.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pipeline/options.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

enum {
    NAME_MAX_BYTES = 64,
    LINE_MAX_BYTES = 1024,
    PAGE_MAX_BYTES = 256 * 1024,
    STATE_MAX = 1 << 20,
    CHOICES_MAX = 64,
    NEEDS_KNOWN = DM_NEEDS_NETWORK | DM_NEEDS_EXEC | DM_NEEDS_WRITE
};

struct check {
    struct dm_arena *arena;
    dm_str *problem;
    char stage[NAME_MAX_BYTES + 16], item[NAME_MAX_BYTES + 16]; /* "stage 'x': ", "option 'y': " or empty */
};

/* Bytes of the character at `s` if it breaks a line, or if the cache's JSON could not carry it back as
 * YAML: controls, line and paragraph separators, byte order marks, noncharacters; else 0.
 * s      UTF-8 with a NUL behind it */
static size_t unfit_bytes(const unsigned char *s)
{
    if (s[0] < 0x20 || s[0] == 0x7F)
        return 1;
    if (s[0] == 0xC2)
        return s[1] < 0xA0 ? 2 : 0;
    if (s[0] == 0xE2 && s[1] == 0x80)
        return s[2] == 0xA8 || s[2] == 0xA9 ? 3 : 0;
    if (s[0] == 0xEF)
        return (s[1] == 0xBB && s[2] == 0xBF) || (s[1] == 0xBF && s[2] >= 0xBE) ? 3 : 0;
    return 0;
}

bool dm__refuse(struct dm_arena *arena, dm_str *problem, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    const size_t len = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    for (size_t i = 0; i < len;) {
        const size_t end = i + dm__utf8_check((dm_str){line + i, len - i});
        while (i < end) {
            const size_t unfit = unfit_bytes((const unsigned char *)line + i);
            memset(line + i, '?', unfit);
            i += unfit > 0 ? unfit : 1;
        }
        if (i < len)
            line[i++] = '?';
    }
    *problem = dm__arena_str(arena, (dm_str){line, len});
    if (problem->ptr == NULL || len == 0)
        *problem = DM_LIT("out of memory");
    return false;
}

DM_PRINTF(2, 3)
static bool complain(struct check *c, const char *fmt, ...)
{
    char line[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    return dm__refuse(c->arena, c->problem, "bad table: %s%s%s", c->stage, c->item, line);
}

/* NULL: a text that is there and fit to be shown; else what is wrong with it. */
static const char *text_fault(const char *s, size_t max, bool lines)
{
    if (s == NULL)
        return "is missing";
    const dm_str text = {s, strnlen(s, max + 1)};
    if (text.len == 0)
        return "is empty";
    if (text.len > max)
        return "is too long";
    if (dm__utf8_check(text) != text.len)
        return "is not UTF-8";
    for (size_t i = 0; i < text.len; i++) {
        const bool layout = lines && (s[i] == '\n' || s[i] == '\t');
        if (!layout && unfit_bytes((const unsigned char *)s + i) > 0)
            return lines ? "holds a control character"
                         : "is more than one line, or holds a control character";
    }
    return NULL;
}

static bool check_line(struct check *c, const char *what, const char *s)
{
    const char *const fault = text_fault(s, LINE_MAX_BYTES, false);
    return fault == NULL || complain(c, "%s %s", what, fault);
}

static bool check_optional_line(struct check *c, const char *what, const char *s)
{
    return s == NULL || check_line(c, what, s);
}

/* kebab-case: letters and digits in words, the first with a letter, one `-` between two. */
static bool is_kebab(const char *s)
{
    if (s[0] < 'a' || s[0] > 'z')
        return false;
    for (; *s != '\0'; s++) {
        const bool word = (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9');
        if (!word && (*s != '-' || s[1] == '-' || s[1] == '\0'))
            return false;
    }
    return true;
}

static bool check_name(struct check *c, const char *what, const char *s)
{
    const char *const fault = text_fault(s, NAME_MAX_BYTES, false);
    if (fault != NULL)
        return complain(c, "%s %s", what, fault);
    return is_kebab(s) || complain(c, "%s '%s' is not kebab-case, such as 'keep-captions'", what, s);
}

/* Options, rules and metrics alike begin with their name. */
static const char *name_at(dm_array array, uint32_t at)
{
    return *(const char *const *)(const void *)((const char *)array.items + (size_t)array.stride * at);
}

/* Whether item `at` has the name of an earlier one. */
static bool repeats(dm_array array, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++) {
        if (strcmp(name_at(array, i), name_at(array, at)) == 0)
            return true;
    }
    return false;
}

/* Point at item `at` (from 0) of a stage's array and check its name. */
static bool check_item(struct check *c, const char *word, const char *what, dm_array array, uint32_t at)
{
    snprintf(c->item, sizeof c->item, "%s %u: ", word, at + 1);
    const char *const name = name_at(array, at);
    if (!check_name(c, what, name))
        return false;
    snprintf(c->item, sizeof c->item, "%s '%s': ", word, name);
    return !repeats(array, at) || complain(c, "declared twice");
}

struct field {
    uint32_t size, align;
};

/* What an option's value takes in the state; size 0: no such type. */
static struct field field_of(uint16_t type)
{
#define FIELD(T) ((struct field){sizeof(T), _Alignof(T)})
    switch (type) {
    case DM_BOOL:
        return FIELD(bool);
    case DM_REAL:
        return FIELD(double);
    case DM_CHOICE:
        return FIELD(int32_t);
    case DM_INT:
    case DM_SIZE:
    case DM_TIME:
        return FIELD(int64_t);
    case DM_TEXT:
    case DM_PATH_IN:
    case DM_PATH_OUT:
        return FIELD(dm_str);
    case DM_LIST:
    case DM_MAP:
        return FIELD(dm_array);
    case DM_REGEX:
        return FIELD(const dm_regex *);
    default:
        return (struct field){0, 1};
    }
#undef FIELD
}

static bool check_field(struct check *c, const dm_stage *stage, uint32_t at)
{
    const dm_option *const o = DM_AT(dm_option, stage->options, at);
    const struct field field = field_of(o->type);
    if (field.size == 0)
        return complain(c, "type %u is unknown to this docmill", o->type);
    if ((uint64_t)o->offset + field.size > stage->state_size)
        return complain(c, "offset %u lies outside the state of %u bytes", o->offset, stage->state_size);
    if (o->offset % field.align != 0)
        return complain(c, "offset %u is not aligned for its type", o->offset);
    for (uint32_t i = 0; i < at; i++) {
        const dm_option *const other = DM_AT(dm_option, stage->options, i);
        if (o->offset < other->offset + field_of(other->type).size && other->offset < o->offset + field.size)
            return complain(c, "it shares its place in the state with option '%s'", other->name);
    }
    return true;
}

static bool check_choices(struct check *c, const dm_option *o)
{
    if (o->type != DM_CHOICE)
        return true;
    size_t count = 0;
    for (; o->choices != NULL && count <= CHOICES_MAX && o->choices[count] != NULL; count++) {
        if (!check_line(c, "a choice", o->choices[count]))
            return false;
        for (size_t i = 0; i < count; i++) {
            if (strcmp(o->choices[i], o->choices[count]) == 0)
                return complain(c, "choice '%.64s' is declared twice", o->choices[i]);
        }
    }
    if (count == 0)
        return complain(c, "a choice without choices");
    return count <= CHOICES_MAX || complain(c, "more than %d choices, or no NULL at their end", CHOICES_MAX);
}

static bool check_option(struct check *c, const dm_stage *stage, uint32_t at)
{
    const dm_option *const o = DM_AT(dm_option, stage->options, at);
    if (!check_item(c, "option", "name", stage->options, at))
        return false;
    if (strcmp(o->name, "rules") == 0)
        return complain(c, "the name is taken: `rules` sets the modes of rules");
    if (!check_field(c, stage, at) || !check_choices(c, o))
        return false;
    if (!isfinite(o->min) || !isfinite(o->max) || o->min > o->max)
        return complain(c, "min %g and max %g are no range", o->min, o->max);
    const char *const fault =
        o->def == NULL || o->def[0] == '\0' ? NULL : text_fault(o->def, PAGE_MAX_BYTES, true);
    if (fault != NULL)
        return complain(c, "default %s", fault);
    return check_optional_line(c, "unit", o->unit) && check_line(c, "help", o->help);
}

static bool check_rule(struct check *c, dm_array rules, uint32_t at)
{
    const dm_rule *const r = DM_AT(dm_rule, rules, at);
    if (!check_item(c, "rule", "id", rules, at))
        return false;
    if (r->mode > DM_OFF)
        return complain(c, "mode %u is none of DM_FIX, DM_FLAG, DM_OFF", r->mode);
    if (!(r->threshold >= 0 && r->threshold <= 1))
        return complain(c, "threshold %g is not within 0 and 1", r->threshold);
    return check_line(c, "help", r->help);
}

static bool check_metric(struct check *c, dm_array metrics, uint32_t at)
{
    const dm_metric *const m = DM_AT(dm_metric, metrics, at);
    return check_item(c, "metric", "id", metrics, at) && check_optional_line(c, "unit", m->unit) &&
           check_line(c, "help", m->help);
}

static bool check_stage(struct check *c, const dm_plugin *about, uint32_t at)
{
    const dm_stage *const s = about->stages[at];
    snprintf(c->stage, sizeof c->stage, "stage %u: ", at + 1);
    c->item[0] = '\0';
    if (!check_name(c, "name", s->name))
        return false;
    snprintf(c->stage, sizeof c->stage, "stage '%s': ", s->name);
    if (s->kind < DM_EXTRACTOR || s->kind > DM_OUTPUT)
        return complain(c, "kind %u is unknown to this docmill", s->kind);
    for (uint32_t i = 0; i < at; i++) {
        if (about->stages[i]->kind == s->kind && strcmp(about->stages[i]->name, s->name) == 0)
            return complain(c, "declared twice");
    }
    if ((s->flags & ~(uint32_t)NEEDS_KNOWN) != 0)
        return complain(c, "it needs something that this docmill does not know (flags 0x%x)", s->flags);
    if (s->state_size > STATE_MAX)
        return complain(c, "state of %u bytes, at most %d", s->state_size, STATE_MAX);
    if (!check_line(c, "summary", s->summary))
        return false;
    const char *const fault = s->doc == NULL ? NULL : text_fault(s->doc, PAGE_MAX_BYTES, true);
    if (fault != NULL)
        return complain(c, "doc %s", fault);
    for (uint32_t i = 0; i < s->options.count; i++) {
        if (!check_option(c, s, i))
            return false;
    }
    for (uint32_t i = 0; i < s->rules.count; i++) {
        if (!check_rule(c, s->rules, i))
            return false;
    }
    for (uint32_t i = 0; i < s->metrics.count; i++) {
        if (!check_metric(c, s->metrics, i))
            return false;
    }
    return true;
}

bool dm__plugin_check(struct dm_arena *arena, const dm_plugin *about, dm_str *problem)
{
    struct check c = {.arena = arena, .problem = problem};
    if (!check_name(&c, "name", about->name) || !check_line(&c, "version", about->version) ||
        !check_line(&c, "license", about->license))
        return false;
    if (about->stages[0] == NULL)
        return complain(&c, "no stages");
    for (uint32_t i = 0; about->stages[i] != NULL; i++) {
        if (!check_stage(&c, about, i))
            return false;
    }
    return true;
}

/* The option parser reads each default, as it will for every pipeline that does not set the option. */
static bool check_default(struct check *c, const dm_option *o, void *state)
{
    /* whether a data file is there is the world's affair, not the table's */
    if (o->def == NULL || o->type == DM_PATH_IN)
        return true;
    struct dm_report report;
    dm__report_init(&report, c->arena);
    const struct dm_reader reader = {.arena = c->arena, .report = &report, .what = "the table"};
    const struct dm_yaml *const node = dm__option_default_node(&reader, o);
    if (node != NULL && dm__option_read(&reader, o, node, state))
        return true;
    const dm_str why = report.count > 0 ? report.items[0].message : DM_LIT("out of memory");
    snprintf(c->item, sizeof c->item, "option '%s': ", o->name);
    return complain(c, "default `%.60s` cannot be read: %.*s", o->def, (int)why.len, why.ptr);
}

static bool check_defaults_of(struct check *c, const dm_stage *s)
{
    snprintf(c->stage, sizeof c->stage, "stage '%s': ", s->name);
    void *const state = calloc(1, (size_t)s->state_size + 1);
    if (state == NULL)
        return dm__refuse(c->arena, c->problem, "out of memory");
    bool ok = true;
    for (uint32_t i = 0; ok && i < s->options.count; i++)
        ok = check_default(c, DM_AT(dm_option, s->options, i), state);
    free(state);
    return ok;
}

bool dm__plugin_check_defaults(struct dm_arena *arena, const dm_plugin *about, dm_str *problem)
{
    struct check c = {.arena = arena, .problem = problem};
    for (uint32_t i = 0; about->stages[i] != NULL; i++) {
        if (!check_defaults_of(&c, about->stages[i]))
            return false;
    }
    return true;
}
