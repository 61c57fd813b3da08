#include "core/cases/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/escape.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

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
    static const char *const keys[] = {"stage",    "with",       "name",     "part",  "part-name",
                                       "revision", "idempotent", "pipeline", "output"};
    dm_str *const fields[] = {&c->stage,    &c->with,       &c->name,     &c->part,  &c->part_name,
                              &c->revision, &c->idempotent, &c->pipeline, &c->output};
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

/* Given and expected. */
static bool may_come_twice(dm_str name)
{
    return dm__str_eq(name, DM_LIT("marks")) || dm__str_eq(name, DM_LIT("meta"));
}

/* A section at work. */
struct opened {
    dm_str name;  /* ptr NULL: still in the header */
    dm_str title; /* as in dm_case_section */
    unsigned line;
    size_t fence, begin; /* offsets */
    uint32_t part;
};

static bool add_section(struct dm_arena *arena, struct dm_case_file *c, const struct opened *o, dm_str raw,
                        dm_span whole, dm_str *problem)
{
    const dm_str name = o->name;
    const unsigned line = o->line;
    static const char *const names[] = {"input", "text",  "marks", "meta", "edits",
                                        "bytes", "fails", "drops", "part"};
    if (c->count == DM_CASE_SECTIONS_MAX)
        return complain(arena, problem, line, "more than %d sections", DM_CASE_SECTIONS_MAX);
    if (!dm__str_eq(name, DM_LIT("part")) && dm__case_find_part(c, name.ptr, o->part) != NULL &&
        !may_come_twice(name))
        return complain(arena, problem, line, "there is a section '%.*s' before", (int)name.len, name.ptr);
    size_t known = 0;
    while (known < sizeof names / sizeof names[0] && !dm__str_eq(name, dm__str(names[known])))
        known++;
    if (known == sizeof names / sizeof names[0])
        return complain(arena, problem, line, "no section is called '%.*s'", (int)name.len, name.ptr);
    size_t bad;
    const dm_str text = is_decoded_later(name) ? raw : dm__escape_decode(arena, raw, &bad);
    if (text.ptr == NULL) {
        const unsigned at = line + (unsigned)count_lines((dm_str){raw.ptr, bad});
        const int shown = raw.len - bad < 2 ? 1 : 2; /* a backslash may be the last byte of all */
        return complain(arena, problem, at, "not an escape: %.*s", shown, raw.ptr + bad);
    }
    c->sections[c->count++] = (struct dm_case_section){name, line, o->part, text, o->title, whole};
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

/* `--- part 2 NAME`: what follows is about that part, which has that name. */
static bool open_section(struct dm_arena *arena, struct opened *o, dm_str title, unsigned line,
                         dm_str *problem)
{
    size_t number, bad;
    o->line = line;
    o->title = (dm_str){NULL, 0};
    dm_str rest = title;
    if (!dm__str_eq(next_word(&rest), DM_LIT("part"))) {
        o->name = dm__arena_str(arena, title);
        return true;
    }
    o->name = DM_LIT("part");
    if (!read_number(next_word(&rest), &number) || number != (size_t)o->part + 1)
        return complain(arena, problem, line, "expected '--- part %u', as parts come in order", o->part + 1);
    o->part++;
    if (rest.len != 0)
        o->title = dm__escape_decode(arena, rest, &bad);
    return rest.len == 0 || o->title.ptr != NULL ||
           complain(arena, problem, line, "the part's name holds a bad escape");
}

static bool close_section(struct dm_arena *arena, struct dm_case_file *c, const struct opened *o, size_t end,
                          dm_str *problem)
{
    if (o->name.ptr == NULL)
        return true;
    return add_section(arena, c, o, content(c->file.ptr + o->begin, c->file.ptr + end),
                       (dm_span){o->fence, end}, problem);
}

static bool check_whole(struct dm_arena *arena, const struct dm_case_file *c, dm_str *problem)
{
    const bool stage = c->stage.ptr != NULL, pipeline = c->pipeline.ptr != NULL;
    if (stage && pipeline)
        return complain(arena, problem, 1, "a case is about a stage or about a pipeline, not both");
    if (pipeline && c->with.ptr != NULL)
        return complain(arena, problem, 1, "'with' is for stages; a pipeline has its own options");
    return dm__case_find(c, "input") != NULL || complain(arena, problem, 1, "a case needs '--- input'");
}

bool dm__case_parse(struct dm_arena *arena, dm_str path, dm_str file, struct dm_case_file *out,
                    dm_str *problem)
{
    *out = (struct dm_case_file){.path = path, .file = file, .body = file.len, .name = DM_LIT("case.txt")};
    dm_str rest = file;
    struct opened o = {.name = {NULL, 0}};
    for (unsigned number = 1; rest.len != 0; number++) {
        const size_t at = (size_t)(rest.ptr - file.ptr);
        const dm_str line = next_line(&rest);
        if (!is_fence(line)) {
            if (o.name.ptr == NULL && !read_header(arena, out, line, number, problem))
                return false;
            continue;
        }
        if (o.name.ptr == NULL)
            out->body = at;
        if (!close_section(arena, out, &o, at, problem) ||
            !open_section(arena, &o, (dm_str){line.ptr + 4, line.len - 4}, number, problem))
            return false;
        o.fence = at;
        o.begin = (size_t)(rest.ptr - file.ptr);
    }
    return close_section(arena, out, &o, file.len, problem) && check_whole(arena, out, problem);
}

bool dm__case_read(struct dm_arena *arena, dm_str path, struct dm_case_file *out, dm_str *problem)
{
    dm_str file = DM_LIT("");
    *out = (struct dm_case_file){.path = path};
    return slurp(arena, path, &file, problem) && dm__case_parse(arena, path, file, out, problem);
}

const struct dm_case_section *dm__case_find_part(const struct dm_case_file *c, const char *name,
                                                 uint32_t part)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->sections[i].part == part && dm__str_eq(c->sections[i].name, dm__str(name)))
            return &c->sections[i];
    return NULL;
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

/* Bytes of the character at `s` if nobody would see it, or take it for another: controls, odd spaces, joiners,
 * directions; else 0.  Sets its number. */
static size_t unseen(dm_str s, uint32_t *c)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    *c = p[0];
    if (p[0] < 0x80)
        return (p[0] < 0x20 && p[0] != '\n') || p[0] == 0x7F;
    if (s.len >= 2 && p[0] == 0xC2 && (p[1] <= 0xA0 || p[1] == 0xAD))
        return *c = p[1], 2;
    if (s.len < 3 || (p[0] & 0xF0) != 0xE0)
        return 0;
    *c = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    const bool odd = (*c >= 0x2000 && *c <= 0x200F) || (*c >= 0x2028 && *c <= 0x202F) ||
                     (*c >= 0x205F && *c <= 0x206F) || *c == 0x3000 || *c == 0xFEFF || *c == 0x061C ||
                     *c == 0x180E;
    return odd ? 3 : 0;
}

/* What one character is written as.  return  its bytes */
static size_t write_character(FILE *to, dm_str s, bool begins)
{
    uint32_t c;
    const size_t hidden = unseen(s, &c);
    if (begins && s.len >= 4 && memcmp(s.ptr, "--- ", 4) == 0)
        return fprintf(to, "\\x%02X", (unsigned char)s.ptr[0]), 1;
    if (hidden != 0)
        return c == '\t'   ? fputs("\\t", to)
               : c == '\r' ? fputs("\\r", to)
                           : fprintf(to, "\\u{%X}", c),
               hidden;
    if (s.ptr[0] == '\\')
        return fputs("\\\\", to), 1;
    return fputc(s.ptr[0], to), 1;
}

dm_str dm__case_write_text(struct dm_arena *arena, dm_str text)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *const to = open_memstream(&bytes, &len);
    if (to == NULL)
        abort();
    size_t whole = 0; /* up to there the bytes are the rest of a character that was looked at */
    for (size_t i = 0; i < text.len;) {
        const unsigned char first = (unsigned char)text.ptr[i];
        if (i < whole && (first & 0xC0) == 0x80) {
            fputc(first, to);
            i++;
            continue;
        }
        const dm_str rest = {text.ptr + i, text.len - i};
        const size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        const bool valid = size <= rest.len && dm__utf8_check((dm_str){rest.ptr, size}) == size;
        whole = valid ? i + size : i;
        if (!valid)
            fprintf(to, "\\x%02X", first), i++;
        else
            i += write_character(to, rest, i == 0 || text.ptr[i - 1] == '\n');
    }
    fclose(to);
    const dm_str out = dm__arena_str(arena, (dm_str){bytes, len});
    free(bytes);
    return out;
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
        const dm_str key = dm__escape_encode(arena, metas[i].key),
                     value = dm__escape_encode(arena, metas[i].value);
        add_line(&l, "%.*s: %.*s", (int)key.len, key.ptr, (int)value.len, value.ptr);
    }
    return text_of(&l);
}

/* How many records from `from` on have the same rule and flag; 0: an earlier one has, too. */
static size_t count_like(const dm_edit_record *edits, size_t count, size_t from, bool staged)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!dm__str_eq(edits[i].rule, edits[from].rule) || edits[i].flags != edits[from].flags ||
            (staged && edits[i].stage != edits[from].stage))
            continue;
        if (i < from)
            return 0;
        n++;
    }
    return n;
}

dm_str dm__case_write_edits(struct dm_arena *arena, const dm_edit_record *edits, size_t count, bool staged)
{
    struct lines l = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const size_t n = count_like(edits, count, i, staged);
        if (n != 0)
            add_line(&l, "%.*s%s%.*s %zu%s", staged ? (int)edits[i].stage_name.len : 0,
                     edits[i].stage_name.ptr, staged ? "/" : "", (int)edits[i].rule.len, edits[i].rule.ptr, n,
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
