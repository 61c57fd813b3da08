#include "core/cases/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/text/escape.h"

enum { CASE_MAX = 4 * 1024 * 1024 };

/* ---- lines ------------------------------------------------------------------------------------ */

/* Cut the first line off, without its newline. */
static dm_str next_line(dm_str *rest)
{
    const char *const newline = rest->len != 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
    const dm_str line = {rest->ptr, newline != NULL ? (size_t)(newline - rest->ptr) : rest->len};
    const size_t used = line.len + (newline != NULL);
    *rest = (dm_str){rest->ptr + used, rest->len - used};
    return line;
}

/* Cut the first word off, and the one space behind it. */
static dm_str next_word(dm_str *rest)
{
    const char *const space = rest->len != 0 ? memchr(rest->ptr, ' ', rest->len) : NULL;
    const dm_str word = {rest->ptr, space != NULL ? (size_t)(space - rest->ptr) : rest->len};
    const size_t used = word.len + (space != NULL);
    *rest = (dm_str){rest->ptr + used, rest->len - used};
    return word;
}

static bool read_number(dm_str s, size_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || i > 17)
            return false;
        *out = *out * 10 + (size_t)(s.ptr[i] - '0');
    }
    return s.len != 0;
}

static size_t count_lines(dm_str s)
{
    size_t n = 1;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}

DM_PRINTF(4, 5)
static bool complain(struct dm_arena *arena, dm_str *problem, unsigned line, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    *problem = dm__arena_printf(arena, "line %u: %s", line, text);
    return false;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static bool slurp(struct dm_arena *arena, dm_str path, dm_str *out, dm_str *problem)
{
    FILE *const f = fopen(path.ptr, "rb");
    char *const bytes = dm__arena_raw(arena, CASE_MAX);
    if (f == NULL || bytes == NULL)
        return complain(arena, problem, 0, "cannot be opened");
    const size_t n = fread(bytes, 1, CASE_MAX, f);
    const bool ok = !ferror(f) && n < CASE_MAX;
    fclose(f);
    *out = (dm_str){bytes, n};
    return ok || complain(arena, problem, 0, "cannot be read, or holds more than 4 MiB");
}

static bool read_header(struct dm_arena *arena, struct dm_case_file *c, dm_str line, unsigned number,
                        dm_str *problem)
{
    static const char *const keys[] = {"stage",     "with",     "name",      "part",
                                       "part-name", "revision", "idempotent"};
    dm_str *const fields[] = {&c->stage,     &c->with,     &c->name,      &c->part,
                              &c->part_name, &c->revision, &c->idempotent};
    if (line.len == 0 || line.ptr[0] == '#')
        return true;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const size_t len = strlen(keys[i]);
        if (line.len <= len || memcmp(line.ptr, keys[i], len) != 0 || line.ptr[len] != ':')
            continue;
        dm_str value = {line.ptr + len + 1, line.len - len - 1};
        while (value.len != 0 && value.ptr[0] == ' ')
            value = (dm_str){value.ptr + 1, value.len - 1};
        size_t bad;
        const bool decoded = i != 1; /* YAML has escapes of its own */
        *fields[i] = decoded ? dm__escape_decode(arena, value, &bad) : value;
        return fields[i]->ptr != NULL || complain(arena, problem, number, "'%s' holds a bad escape", keys[i]);
    }
    return complain(arena, problem, number, "'%.*s' is no header line of a case", (int)line.len, line.ptr);
}

static bool is_decoded_later(dm_str name)
{
    return dm__str_eq(name, DM_LIT("marks")) || dm__str_eq(name, DM_LIT("meta")) ||
           dm__str_eq(name, DM_LIT("edits"));
}

static bool add_section(struct dm_arena *arena, struct dm_case_file *c, dm_str name, unsigned line, dm_str raw,
                        dm_str *problem)
{
    static const char *const names[] = {"input", "text", "marks", "meta", "edits", "bytes", "fails", "drops"};
    size_t known = 0;
    while (known < sizeof names / sizeof names[0] && !dm__str_eq(name, dm__str(names[known])))
        known++;
    if (known == sizeof names / sizeof names[0] || c->count == CASE_SECTIONS_MAX)
        return complain(arena, problem, line, "no section is called '%.*s'", (int)name.len, name.ptr);
    size_t bad;
    const dm_str text = is_decoded_later(name) ? raw : dm__escape_decode(arena, raw, &bad);
    if (text.ptr == NULL) {
        const unsigned at = line + (unsigned)count_lines((dm_str){raw.ptr, bad});
        return complain(arena, problem, at, "not an escape: %.4s", raw.ptr + bad);
    }
    c->sections[c->count++] = (struct dm_case_section){name, line, text};
    return true;
}

static bool is_fence(dm_str line)
{
    return line.len > 4 && memcmp(line.ptr, "--- ", 4) == 0;
}

/* What stands between two fences; the newline before the second belongs to the fence. */
static dm_str content(const char *begin, const char *end)
{
    return (dm_str){begin, (size_t)(end - begin) - (end > begin && end[-1] == '\n')};
}

bool dm__case_read(struct dm_arena *arena, dm_str path, struct dm_case_file *out, dm_str *problem)
{
    *out = (struct dm_case_file){.path = path, .name = DM_LIT("case.txt")};
    dm_str rest = DM_LIT("");
    if (!slurp(arena, path, &rest, problem))
        return false;
    dm_str name = DM_LIT("");
    const char *begin = NULL; /* of the section's content; NULL: still in the header */
    unsigned section_line = 0;
    for (unsigned number = 1; rest.len != 0; number++) {
        const char *const at = rest.ptr;
        const dm_str line = next_line(&rest);
        if (!is_fence(line)) {
            if (begin == NULL && !read_header(arena, out, line, number, problem))
                return false;
            continue;
        }
        if (begin != NULL && !add_section(arena, out, name, section_line, content(begin, at), problem))
            return false;
        name = (dm_str){line.ptr + 4, line.len - 4};
        section_line = number;
        begin = rest.ptr;
    }
    if (begin != NULL && !add_section(arena, out, name, section_line, content(begin, rest.ptr), problem))
        return false;
    if (out->stage.ptr == NULL)
        return complain(arena, problem, 1, "a case needs 'stage: NAME'");
    return dm__case_find(out, "input") != NULL || complain(arena, problem, 1, "a case needs '--- input'");
}

const struct dm_case_section *dm__case_find(const struct dm_case_file *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (dm__str_eq(c->sections[i].name, dm__str(name)))
            return &c->sections[i];
    return NULL;
}

static bool is_expectation(dm_str name)
{
    return dm__str_eq(name, DM_LIT("text")) || dm__str_eq(name, DM_LIT("edits")) ||
           dm__str_eq(name, DM_LIT("fails")) || dm__str_eq(name, DM_LIT("drops"));
}

bool dm__case_is_given(const struct dm_case_file *c, const struct dm_case_section *s)
{
    if (c->stage.len < 8 || memcmp(c->stage.ptr, "extract-", 8) == 0)
        return false;
    if (memcmp(c->stage.ptr, "output-", 7) == 0)
        return true;
    for (const struct dm_case_section *before = c->sections; before < s; before++)
        if (is_expectation(before->name))
            return false;
    return true;
}

/* ---- marks and metadata ----------------------------------------------------------------------- */

static bool read_kind(dm_str word, uint32_t *kind)
{
    for (*kind = 0; *kind <= DM_LANGUAGE; ++*kind)
        if (dm__bench_kind_name(*kind) != NULL && dm__str_eq(word, dm__str(dm__bench_kind_name(*kind))))
            return true;
    return false;
}

static bool read_mark(struct dm_arena *arena, dm_str line, dm_mark *out)
{
    size_t level, bad;
    const dm_str kind = next_word(&line), level_word = next_word(&line), begin = next_word(&line),
                 end = next_word(&line);
    if (!read_kind(kind, &out->kind) || !read_number(level_word, &level) ||
        !read_number(begin, &out->at.begin) || !read_number(end, &out->at.end))
        return false;
    out->level = (uint32_t)level;
    out->value = dm__escape_decode(arena, line, &bad);
    return out->value.ptr != NULL;
}

bool dm__case_marks(struct dm_arena *arena, const struct dm_case_section *s, struct dm_bench_document *out,
                dm_str *problem)
{
    dm_mark *const marks = dm__arena_alloc(arena, count_lines(s->text) * sizeof *marks, _Alignof(dm_mark));
    dm_str rest = s->text;
    if (marks == NULL)
        abort();
    for (unsigned number = s->line + 1; rest.len != 0; number++) {
        const dm_str line = next_line(&rest);
        if (line.len != 0 && !read_mark(arena, line, &marks[out->mark_count++]))
            return complain(arena, problem, number, "not a mark (KIND LEVEL BEGIN END [VALUE]): %.*s",
                            (int)line.len, line.ptr);
    }
    out->marks = marks;
    return true;
}

bool dm__case_metas(struct dm_arena *arena, const struct dm_case_section *s, struct dm_bench_document *out,
                dm_str *problem)
{
    dm_pair *const pairs = dm__arena_alloc(arena, count_lines(s->text) * sizeof *pairs, _Alignof(dm_pair));
    dm_str rest = s->text;
    if (pairs == NULL)
        abort();
    for (unsigned number = s->line + 1; rest.len != 0; number++) {
        const dm_str line = next_line(&rest);
        if (line.len == 0)
            continue;
        const char *const colon = memmem(line.ptr, line.len, ": ", 2);
        if (colon == NULL)
            return complain(arena, problem, number, "not metadata (KEY: VALUE): %.*s", (int)line.len,
                            line.ptr);
        const size_t len = (size_t)(colon - line.ptr);
        size_t bad;
        dm_pair *const p = &pairs[out->meta_count++];
        p->key = dm__escape_decode(arena, (dm_str){line.ptr, len}, &bad);
        p->value = dm__escape_decode(arena, (dm_str){colon + 2, line.len - len - 2}, &bad);
        if (p->key.ptr == NULL || p->value.ptr == NULL)
            return complain(arena, problem, number, "a bad escape: %.*s", (int)line.len, line.ptr);
    }
    out->metas = pairs;
    return true;
}

/* ---- writing ---------------------------------------------------------------------------------- */

/* Lines that grow in an arena. */
struct lines {
    struct dm_arena *arena;
    char *ptr;
    size_t len, cap;
};

DM_PRINTF(2, 3)
static void add_line(struct lines *l, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *line;
    const int n = vasprintf(&line, fmt, ap);
    va_end(ap);
    if (n < 0)
        abort();
    const size_t need = l->len + (size_t)n + 1;
    if (need > l->cap) {
        char *const p = dm__arena_raw(l->arena, need * 2);
        if (p == NULL)
            abort();
        if (l->len != 0)
            memcpy(p, l->ptr, l->len);
        l->ptr = p;
        l->cap = need * 2;
    }
    if (l->len != 0)
        l->ptr[l->len++] = '\n';
    memcpy(l->ptr + l->len, line, (size_t)n);
    l->len += (size_t)n;
    free(line);
}

static dm_str text_of(const struct lines *l)
{
    return (dm_str){l->ptr != NULL ? l->ptr : "", l->len};
}

dm_str dm__case_write_marks(struct dm_arena *arena, const dm_mark *marks, size_t count)
{
    struct lines l = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const dm_mark *const m = &marks[i];
        const dm_str value = dm__escape_encode(arena, m->value);
        add_line(&l, "%s %u %zu %zu%s%.*s", dm__bench_kind_name(m->kind), m->level, m->at.begin, m->at.end,
                 value.len != 0 ? " " : "", (int)value.len, value.ptr);
    }
    return text_of(&l);
}

dm_str dm__case_write_metas(struct dm_arena *arena, const dm_pair *metas, size_t count)
{
    struct lines l = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const dm_str key = dm__escape_encode(arena, metas[i].key), value = dm__escape_encode(arena, metas[i].value);
        add_line(&l, "%.*s: %.*s", (int)key.len, key.ptr, (int)value.len, value.ptr);
    }
    return text_of(&l);
}

/* How many records from `from` on have the same rule and flag; 0: an earlier one has, too. */
static size_t count_like(const dm_edit_record *edits, size_t count, size_t from)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!dm__str_eq(edits[i].rule, edits[from].rule) || edits[i].flags != edits[from].flags)
            continue;
        if (i < from)
            return 0;
        n++;
    }
    return n;
}

dm_str dm__case_write_edits(struct dm_arena *arena, const dm_edit_record *edits, size_t count)
{
    struct lines l = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const size_t n = count_like(edits, count, i);
        if (n != 0)
            add_line(&l, "%.*s %zu%s", (int)edits[i].rule.len, edits[i].rule.ptr, n,
                     edits[i].flags & DM_EDIT_FLAGGED ? " flagged" : "");
    }
    return dm__case_sort_lines(arena, text_of(&l));
}

static int compare_lines(const void *a, const void *b)
{
    const dm_str *const x = a, *const y = b;
    const int c = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);
    return c != 0 ? c : x->len < y->len ? -1 : x->len > y->len;
}

dm_str dm__case_sort_lines(struct dm_arena *arena, dm_str lines)
{
    dm_str *const sorted = dm__arena_raw(arena, count_lines(lines) * sizeof *sorted);
    if (sorted == NULL)
        abort();
    size_t count = 0;
    while (lines.len != 0) {
        const dm_str line = next_line(&lines);
        if (line.len != 0)
            sorted[count++] = line;
    }
    qsort(sorted, count, sizeof *sorted, compare_lines);
    struct lines l = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        add_line(&l, "%.*s", (int)sorted[i].len, sorted[i].ptr);
    return text_of(&l);
}
