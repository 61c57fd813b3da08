/* Problems, and the word that was probably meant. */
#include "core/pipeline/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text/str.h"

void dm__report_init(struct dm_report *r, struct dm_arena *arena)
{
    *r = (struct dm_report){.arena = arena};
}

/* A place for one more problem.  The first that finds no memory is shown for all of them. */
static struct dm_problem *add(struct dm_report *r)
{
    r->errors++;
    r->lost = (struct dm_problem){.message = DM_LIT("out of memory")};
    if (r->count >= DM_REPORT_MAX || r->items == &r->lost)
        return &r->lost;
    struct dm_problem *const items = dm__arena_grow(r->arena, r->items, r->count, &r->cap, sizeof *r->items);
    if (items == NULL) {
        if (r->count == 0) {
            r->items = &r->lost;
            r->count = 1;
        }
        return &r->lost;
    }
    r->items = items;
    return &items[r->count++];
}

DM_PRINTF(2, 0)
static dm_str format(struct dm_arena *arena, const char *fmt, va_list ap)
{
    char line[1024];
    const int n = vsnprintf(line, sizeof line, fmt, ap);
    const size_t len = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    return dm__arena_str(arena, (dm_str){line, len});
}

struct dm_problem *dm__report_error(struct dm_report *r, dm_str file, unsigned line, unsigned column,
                                    const char *fmt, ...)
{
    struct dm_problem *const p = add(r);
    va_list ap;
    va_start(ap, fmt);
    const dm_str message = p != &r->lost ? format(r->arena, fmt, ap) : (dm_str){NULL, 0};
    va_end(ap);
    *p = (struct dm_problem){.file = file,
                             .line = line,
                             .column = column,
                             .message = message.ptr != NULL ? message : DM_LIT("out of memory")};
    return p;
}

void dm__report_hint(struct dm_report *r, struct dm_problem *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (p != &r->lost)
        p->hint = format(r->arena, fmt, ap);
    va_end(ap);
}

static bool before(const struct dm_problem *a, const struct dm_problem *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static bool same(const struct dm_problem *a, const struct dm_problem *b)
{
    return a->line == b->line && a->column == b->column && dm__str_eq(a->message, b->message) &&
           dm__str_eq(a->file, b->file);
}

/* Insertion: there are few, they are nearly in order, and equals must keep theirs. */
void dm__report_sort(struct dm_report *r, size_t from)
{
    for (size_t i = from + 1; i < r->count; i++) {
        const struct dm_problem p = r->items[i];
        size_t at = i;
        for (; at > from && before(&p, &r->items[at - 1]); at--)
            r->items[at] = r->items[at - 1];
        r->items[at] = p;
    }
    size_t kept = from;
    for (size_t i = from; i < r->count; i++) {
        if (kept > from && r->items[i].line != 0 && same(&r->items[i], &r->items[kept - 1])) {
            r->errors -= !r->items[i].warning;
            continue;
        }
        r->items[kept++] = r->items[i];
    }
    r->count = kept;
}

enum { WORD_MAX = 64 };

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, removals, replacements and swaps of neighbours between two words of at most WORD_MAX. */
static size_t distance(dm_str a, dm_str b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *last = rows[0], *row = rows[1], *before_last = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const bool equal = lower(a.ptr[i - 1]) == lower(b.ptr[j - 1]);
            row[j] = least(least(last[j] + 1, row[j - 1] + 1), last[j - 1] + !equal);
            if (i > 1 && j > 1 && lower(a.ptr[i - 1]) == lower(b.ptr[j - 2]) &&
                lower(a.ptr[i - 2]) == lower(b.ptr[j - 1]))
                row[j] = least(row[j], before_last[j - 2] + 1);
        }
        size_t *const oldest = before_last;
        before_last = last;
        last = row;
        row = oldest;
    }
    return last[b.len];
}

const char *dm__nearest(dm_str word, const char *const *names, size_t count)
{
    if (word.len < 2 || word.len > WORD_MAX)
        return NULL;
    size_t nearest = WORD_MAX;
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const dm_str name = dm__str(names[i]);
        if (name.ptr == NULL || name.len > WORD_MAX)
            continue;
        const size_t longer = name.len > word.len ? name.len : word.len, most = longer < 6 ? 1 : longer / 3;
        const size_t d = distance(word, name);
        if (d <= most && d < nearest) {
            nearest = d;
            found = names[i];
        }
    }
    return found;
}

void dm__errno_text(int code, char text[DM_ERRNO_MAX])
{
    snprintf(text, DM_ERRNO_MAX, "%s", strerror(code));
    text[0] = (char)lower(text[0]);
}

int dm__shown(dm_str s)
{
    enum { SHOWN_MAX = 60 };
    size_t len = s.len;
    if (len > SHOWN_MAX)
        for (len = SHOWN_MAX; len > SHOWN_MAX - 3 && ((unsigned char)s.ptr[len] & 0xC0) == 0x80;)
            len--;
    return (int)len;
}
