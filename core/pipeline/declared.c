/* Rules that a script declares: lines of it that say `docmill rule ID: What it is for.` behind the signs of a
 * comment.  They are read and never run, by everybody who reads the pipeline, so that a rule of a script is
 * known wherever a rule of a plugin is. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/programs.h"
#include "core/text/str.h"

enum {
    SCRIPT_MAX = 1 << 20 /* bytes that are looked at */,
    HEAD = 4096 /* a program has a NUL byte there */,
    RULES_MAX = 256,
    ID_MAX = 64
};

static const char beginning[] = "docmill rule ";

/* The rules found so far, those of the table first. */
struct declared {
    const struct dm_reader *reader;
    const struct dm_yaml *node; /* the option */
    dm_str name;                /* of the script, for messages */
    unsigned line;
    dm_rule *rules;
    size_t count, cap;
};

static bool complain(const struct declared *d, const char *what)
{
    dm__reader_error(d->reader, d->node, "%.*s:%u: %s", (int)d->name.len, d->name.ptr, d->line, what);
    return false;
}

/* ---- a line ---------------------------------------------------------------------------------- */

static bool is_id(dm_str id)
{
    if (id.len == 0 || id.len > ID_MAX || id.ptr[0] == '-' || id.ptr[id.len - 1] == '-')
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (!((id.ptr[i] >= 'a' && id.ptr[i] <= 'z') || (id.ptr[i] >= '0' && id.ptr[i] <= '9') ||
              id.ptr[i] == '-'))
            return false;
    return true;
}

/* What stands behind `docmill rule `; ptr NULL: this is no such line. */
static dm_str declaration_of(dm_str line)
{
    size_t i = 0;
    while (i < line.len && strchr(" \t-#/*;%\"'!", line.ptr[i]) != NULL && line.ptr[i] != '\0')
        i++;
    const size_t len = sizeof beginning - 1;
    if (line.len - i < len || memcmp(line.ptr + i, beginning, len) != 0)
        return (dm_str){NULL, 0};
    return (dm_str){line.ptr + i + len, line.len - i - len};
}

static dm_str trimmed(dm_str s)
{
    while (s.len != 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) {
        s.ptr++;
        s.len--;
    }
    while (s.len != 0 && strchr(" \t\r", s.ptr[s.len - 1]) != NULL)
        s.len--;
    return s;
}

/* `ID`, `ID (flag)`, `ID (off)` */
static bool read_head(dm_str head, dm_str *id, uint32_t *mode)
{
    static const char *const words[] = {[DM_FIX] = "(fix)", [DM_FLAG] = "(flag)", [DM_OFF] = "(off)"};
    const char *const paren = memchr(head.ptr, '(', head.len);
    *mode = DM_FIX;
    *id = trimmed(paren != NULL ? (dm_str){head.ptr, (size_t)(paren - head.ptr)} : head);
    if (paren == NULL)
        return true;
    const dm_str word = trimmed((dm_str){paren, head.len - (size_t)(paren - head.ptr)});
    for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (dm__str_eq(word, dm__str(words[i]))) {
            *mode = i;
            return true;
        }
    return false;
}

static bool is_known(const struct declared *d, dm_str id)
{
    for (size_t i = 0; i < d->count; i++)
        if (dm__str_eq(id, dm__str(d->rules[i].id)))
            return true;
    return false;
}

static bool add_rule(struct declared *d, dm_rule rule)
{
    if (d->count == RULES_MAX)
        return complain(d, "more than 256 rules");
    dm_rule *const rules = dm__arena_grow(d->reader->arena, d->rules, d->count, &d->cap, sizeof *d->rules);
    if (rules == NULL)
        return dm__reader_no_memory(d->reader);
    d->rules = rules;
    rules[d->count++] = rule;
    return true;
}

static bool read_line(struct declared *d, dm_str line)
{
    const dm_str said = declaration_of(line);
    const char *const colon = said.ptr != NULL ? memchr(said.ptr, ':', said.len) : NULL;
    dm_str id;
    uint32_t mode;
    if (said.ptr == NULL)
        return true;
    if (colon == NULL || !read_head((dm_str){said.ptr, (size_t)(colon - said.ptr)}, &id, &mode))
        return complain(d, "expected 'docmill rule ID: What it is for.', or 'ID (flag):', 'ID (off):'");
    if (!is_id(id))
        return complain(d, "a rule's id is small letters, digits and '-' between them");
    if (is_known(d, id))
        return complain(d, "that rule is there already");
    const dm_str help = trimmed((dm_str){colon + 1, said.len - (size_t)(colon + 1 - said.ptr)});
    if (help.len == 0)
        return complain(d, "say what the rule is for");
    const dm_str id_kept = dm__arena_str(d->reader->arena, id),
                 help_kept = dm__arena_str(d->reader->arena, help);
    if (id_kept.ptr == NULL || help_kept.ptr == NULL)
        return dm__reader_no_memory(d->reader);
    return add_rule(d, (dm_rule){.id = id_kept.ptr, .help = help_kept.ptr, .mode = mode});
}

/* ---- scripts --------------------------------------------------------------------------------- */

static bool read_script(struct declared *d, dm_str text)
{
    bool good = true;
    d->line = 0;
    for (size_t at = 0; at < text.len;) {
        const char *const end = memchr(text.ptr + at, '\n', text.len - at);
        const size_t len = end != NULL ? (size_t)(end - text.ptr) - at : text.len - at;
        d->line++;
        good = read_line(d, (dm_str){text.ptr + at, len}) && good;
        at += len + 1;
    }
    return good;
}

/* What cannot be opened has been reported, or is nothing to read: whoever opens the stage will say so. */
static bool read_file(struct declared *d)
{
    struct stat st;
    const int fd = open(d->name.ptr, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return true;
    size_t size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, len = 0;
    size = size <= SCRIPT_MAX ? size : SCRIPT_MAX;
    char *const text = dm__arena_raw(d->reader->arena, size + 1);
    for (ssize_t n = 1; text != NULL && n > 0 && len<size; len += n> 0 ? (size_t)n : 0)
        n = read(fd, text + len, size - len);
    close(fd);
    if (text == NULL)
        return dm__reader_no_memory(d->reader);
    const bool is_binary = len != 0 && memchr(text, '\0', len < HEAD ? len : HEAD) != NULL;
    return is_binary || read_script(d, (dm_str){text, len});
}

/* The files that a command names. */
static bool read_command(struct declared *d, const dm_array *words)
{
    const dm_str folder = d->reader->folder.len != 0 ? d->reader->folder : DM_LIT(".");
    bool good = true;
    for (uint32_t i = 0; i < words->count; i++)
        if (dm__command_file(d->reader->arena, folder, words, i, &d->name))
            good = read_file(d) && good;
    return good;
}

static bool start_with_table(struct declared *d, dm_array table)
{
    bool good = true;
    for (uint32_t i = 0; good && i < table.count; i++)
        good = add_rule(d, *DM_AT(dm_rule, table, i));
    return good;
}

static bool read_option(struct declared *d, const dm_option *o, const struct dm_instance *instance)
{
    const void *const field = (const char *)instance->state + o->offset;
    if (o->type == DM_LIST)
        return read_command(d, field);
    const dm_str value = *(const dm_str *)field;
    if (value.len == 0)
        return true;
    d->name = o->type == DM_PATH_IN ? value : dm__str(o->name);
    return o->type == DM_PATH_IN ? read_file(d) : read_script(d, value);
}

bool dm__rules_declared(const struct dm_reader *r, const struct dm_yaml *with, const struct dm_yaml *place,
                        struct dm_instance *out)
{
    const dm_array options = out->stage->options;
    struct declared d = {.reader = r};
    bool good = start_with_table(&d, out->stage->rules);
    for (uint32_t i = 0; good && i < options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, options, i);
        if ((o->flags & DM_SCRIPT) == 0 ||
            (o->type != DM_PATH_IN && o->type != DM_TEXT && !dm__is_command(o)))
            continue;
        d.node = dm__yaml_find(with, o->name);
        d.node = d.node != NULL ? d.node : place;
        good = read_option(&d, o, out);
    }
    if (!good || d.count == out->stage->rules.count)
        return good;
    dm_stage *const stage = dm__arena_alloc(r->arena, sizeof *stage, _Alignof(dm_stage));
    if (stage == NULL)
        return dm__reader_no_memory(r);
    *stage = *out->stage;
    stage->rules = (dm_array){d.rules, (uint32_t)d.count, sizeof *d.rules};
    out->stage = stage;
    return true;
}
