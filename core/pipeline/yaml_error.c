/* libyaml's complaints, translated for people who do not know its grammar. */
#include "core/pipeline/yaml_error.h"

#include <string.h>

#include "core/text/str.h"

struct phrase {
    const char *problem, *message, *hint;
};

/* %u in a message is the line where what is being read began. */
static const struct phrase phrases[] = {
    {"mapping values are not allowed", "a ':' cannot stand here",
     "put the value in quotes if it holds ': ', or check how far the line is indented"},
    {"mapping keys are not allowed", "a '?' cannot stand here", "put a text that starts with '? ' in quotes"},
    {"block sequence entries are not allowed", "a list item ('- ') cannot stand here",
     "a list starts on a line of its own"},
    {"could not find expected ':'", "expected ':' after the key in line %u", NULL},
    {"did not find expected key", "expected a key of the mapping that starts in line %u",
     "are both lines indented equally?"},
    {"did not find expected '-' indicator", "expected a '- ' of the list that starts in line %u",
     "are both lines indented equally?"},
    {"did not find expected ',' or ']'", "expected ',' or ']' in the list that starts in line %u", NULL},
    {"did not find expected ',' or '}'", "expected ',' or '}' in the mapping that starts in line %u", NULL},
    {"did not find expected node content", "expected a value", NULL},
    {"did not find expected <document start>", "expected the end of the file",
     "is the line indented like the first one?"},
    {"found unexpected end of stream", "the file ends inside the quotes that open in line %u", NULL},
    {"found unexpected document indicator", "the quotes that open in line %u are not closed", NULL},
    {"found unknown escape character", "no escape that is known in double quotes",
     "in single quotes a '\\' stands for itself"},
    {"found invalid Unicode character escape", "no code point that exists", NULL},
    {"did not find expected hexdecimal", "expected hexadecimal digits after '\\x', '\\u' or '\\U'", NULL},
    {"found a tab character", "a tab cannot indent a line", "use spaces"},
    {"did not find expected alphabetic or numeric", "expected a name after '&' or '*'",
     "put a text that starts with '&' or '*' in quotes"},
    {"did not find expected comment or line break", "expected the end of the line", NULL},
    {"found undefined tag handle", "a tag cannot stand here", "put a text that starts with '!' in quotes"},
    {"while parsing a tag", "a tag cannot stand here", "put a text that starts with '!' in quotes"},
    {"found incompatible YAML document", "this version of YAML is not understood", "remove the line"},
};

void dm__yaml_place(dm_str bytes, size_t offset, unsigned *line, unsigned *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < bytes.len; i++) {
        const char c = bytes.ptr[i];
        if (c == '\n' || (c == '\r' && (i + 1 == bytes.len || bytes.ptr[i + 1] != '\n'))) {
            ++*line;
            *column = 1;
        } else if (((unsigned char)c & 0xC0) != 0x80) {
            ++*column;
        }
    }
}

/* The byte where code point `at` starts. */
static size_t byte_of(dm_str bytes, size_t at)
{
    size_t i = 0;
    for (; i < bytes.len; i++)
        if (((unsigned char)bytes.ptr[i] & 0xC0) != 0x80 && at-- == 0)
            break;
    return i;
}

static void explain_reader(struct dm_report *report, dm_str file, dm_str bytes, const struct dm_yaml_error *e)
{
    unsigned line, column;
    dm__yaml_place(bytes, e->offset, &line, &column);
    const unsigned byte = e->offset < bytes.len ? (unsigned char)bytes.ptr[e->offset] : 0;
    dm__report_error(report, file, line, column,
                     byte < 0x80 ? "a control character (0x%02X) cannot stand in the file"
                                 : "a character that YAML does not allow (it starts with 0x%02X)",
                     byte);
}

/* Something that cannot start a value. */
static void explain_character(struct dm_report *report, dm_str file, dm_str bytes,
                              const struct dm_yaml_error *e)
{
    const size_t i = byte_of(bytes, e->at);
    const char c = i < bytes.len ? bytes.ptr[i] : ' ';
    if (c == '\t') {
        struct dm_problem *const p =
            dm__report_error(report, file, e->line, e->column, "a tab cannot indent a line");
        dm__report_hint(report, p, "use spaces");
        return;
    }
    struct dm_problem *const p =
        dm__report_error(report, file, e->line, e->column, "a value cannot start with '%c'", c);
    dm__report_hint(report, p, "put it in quotes");
}

/* Whether a variable stands before the place, in its line: in `{ path: ${out}/a }` the `{` of the
 * variable opens a mapping. */
static bool is_variable_in_braces(dm_str bytes, const struct dm_yaml_error *e)
{
    const size_t at = byte_of(bytes, e->at);
    for (size_t i = at; i-- > 0 && bytes.ptr[i] != '\n';)
        if (bytes.ptr[i] == '$' && i + 1 < bytes.len && bytes.ptr[i + 1] == '{')
            return true;
    return false;
}

static const struct phrase *find_phrase(const char *problem)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (strstr(problem, phrases[i].problem) != NULL)
            return &phrases[i];
    return NULL;
}

/* printf with a line number for %u, if there is one. */
static dm_str fill_in(struct dm_report *report, const char *message, unsigned line)
{
    const char *const at = strstr(message, "%u");
    if (at == NULL)
        return dm__str(message);
    return dm__arena_printf(report->arena, "%.*s%u%s", (int)(at - message), message, line, at + 2);
}

void dm__yaml_explain(struct dm_report *report, dm_str file, dm_str bytes, const struct dm_yaml_error *e)
{
    const char *const problem = e->problem != NULL ? e->problem : "the file is no YAML";
    if (e->memory) {
        dm__report_error(report, file, 0, 0, "out of memory");
        return;
    }
    if (e->reader) {
        explain_reader(report, file, bytes, e);
        return;
    }
    if (strstr(problem, "cannot start any token") != NULL) {
        explain_character(report, file, bytes, e);
        return;
    }
    const struct phrase *const found = find_phrase(problem);
    const dm_str message = fill_in(report, found != NULL ? found->message : problem, e->context_line);
    struct dm_problem *const p = dm__report_error(report, file, e->line, e->column, "%.*s", (int)message.len,
                                                  message.ptr != NULL ? message.ptr : "");
    if (strstr(problem, "did not find expected ','") != NULL && is_variable_in_braces(bytes, e))
        dm__report_hint(report, p, "between '{' and '}' put a value that holds '${...}' in quotes");
    else if (found != NULL && found->hint != NULL)
        dm__report_hint(report, p, "%s", found->hint);
}
