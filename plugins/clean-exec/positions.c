#include "positions.h"

#include <string.h>

enum { STRIDE = 64 /* units from mark to mark */ };

bool position_unit_of(const char *word, enum position_unit *out)
{
    static const char *const words[] = {"bytes", "characters", "utf-16"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i]) == 0) {
            *out = (enum position_unit)i;
            return true;
        }
    return false;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Units of the character that begins with `c`. */
static size_t units_of(const struct positions *p, char c)
{
    return p->unit == POSITION_UTF16 && (unsigned char)c >= 0xF0 ? 2 : 1;
}

static bool is_ascii(dm_str s)
{
    unsigned char all = 0;
    for (size_t i = 0; i < s.len; i++)
        all |= (unsigned char)s.ptr[i];
    return all < 0x80;
}

static void set_marks(struct positions *p)
{
    size_t unit = 0;
    for (size_t i = 0; i < p->text.len; i++) {
        if (!begins_character(p->text.ptr[i]))
            continue;
        if (unit >= p->mark_count * STRIDE)
            p->marks[p->mark_count++] = (struct position_mark){i, unit};
        unit += units_of(p, p->text.ptr[i]);
    }
    p->length = unit;
}

bool positions_of(struct positions *p, dm_task *t, dm_str text, enum position_unit unit)
{
    *p = (struct positions){.text = text, .unit = unit, .length = text.len};
    if (unit == POSITION_BYTES || is_ascii(text))
        return true;
    p->marks = dm_alloc(t, (text.len / STRIDE + 2) * sizeof *p->marks);
    if (p->marks == NULL)
        return false;
    set_marks(p);
    return true;
}

/* Step from a mark to where `byte` or `unit` is reached, whichever comes first. */
static struct position_mark step(const struct positions *p, struct position_mark at, size_t byte, size_t unit)
{
    while (at.byte < byte && at.unit < unit && at.byte < p->text.len) {
        at.unit += units_of(p, p->text.ptr[at.byte]);
        do
            at.byte++;
        while (at.byte < p->text.len && !begins_character(p->text.ptr[at.byte]));
    }
    return at;
}

size_t positions_unit(const struct positions *p, size_t byte)
{
    if (p->marks == NULL)
        return byte;
    size_t low = 0, high = p->mark_count; /* the last mark that is not behind it */
    while (high - low > 1) {
        const size_t mid = low + (high - low) / 2;
        if (p->marks[mid].byte <= byte)
            low = mid;
        else
            high = mid;
    }
    return step(p, p->marks[low], byte, SIZE_MAX).unit;
}

bool positions_byte(const struct positions *p, size_t unit, size_t *byte)
{
    if (unit > p->length)
        return false;
    if (p->marks == NULL) {
        *byte = unit;
        return unit == p->text.len || begins_character(p->text.ptr[unit]);
    }
    /* A mark stands at the first character at or behind its multiple. */
    size_t mark = unit / STRIDE < p->mark_count ? unit / STRIDE : p->mark_count - 1;
    if (p->marks[mark].unit > unit)
        mark--;
    const struct position_mark at = step(p, p->marks[mark], SIZE_MAX, unit);
    *byte = at.byte;
    return at.unit == unit;
}
