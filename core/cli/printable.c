/* What comes from files and plugins, made fit for a terminal. */
#include "core/cli/printable.h"

#include <string.h>

#include "core/cli/rune.h"

enum {
    ESCAPE_MAX = 11 /* "\U0010FFFF" and a NUL */
};

/* The escape of one code point or, where `good` is false, of one byte. */
static size_t write_escape(char *out, uint32_t rune, bool good)
{
    int n;
    if (good && rune == '\n')
        n = snprintf(out, ESCAPE_MAX, "\\n");
    else if (good && rune == '\t')
        n = snprintf(out, ESCAPE_MAX, "\\t");
    else if (good && rune == '\r')
        n = snprintf(out, ESCAPE_MAX, "\\r");
    else if (!good || rune < 0x80)
        n = snprintf(out, ESCAPE_MAX, "\\x%02X", rune);
    else if (rune <= 0xFFFF)
        n = snprintf(out, ESCAPE_MAX, "\\u%04X", rune);
    else
        n = snprintf(out, ESCAPE_MAX, "\\U%08X", rune);
    return n < 0 ? 0 : (size_t)n;
}

/* What a code point needs: in quotes more of them are escaped. */
enum place { PLAIN, QUOTED };

static bool is_clean(uint32_t rune, enum place place)
{
    if (!dm__rune_visible(rune))
        return false;
    return place == PLAIN || (rune != '"' && rune != '\\' && !dm__rune_mistakable(rune));
}

/* Bytes from `at` that need no escape. */
static size_t clean_run(dm_str s, size_t at, enum place place)
{
    size_t end = at;
    while (end < s.len) {
        size_t next = end;
        uint32_t rune;
        if (!dm__rune_next(s, &next, &rune) || !is_clean(rune, place))
            break;
        end = next;
    }
    return end - at;
}

/* Write `s` with escapes into `out`, which has room for the worst case. */
static size_t escape_into(char *out, dm_str s, enum place place)
{
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        const size_t run = clean_run(s, at, place);
        memcpy(out + len, s.ptr + at, run);
        len += run;
        at += run;
        if (at == s.len)
            break;
        uint32_t rune;
        const bool good = dm__rune_next(s, &at, &rune);
        if (good && rune >= 0x20 && rune < 0x7F) {
            out[len++] = '\\';
            out[len++] = (char)rune;
        } else {
            len += write_escape(out + len, rune, good);
        }
    }
    return len;
}

dm_str dm__printable(struct dm_arena *arena, dm_str s)
{
    if (s.len == 0)
        return DM_LIT("");
    if (clean_run(s, 0, PLAIN) == s.len)
        return s;
    char *out = dm__arena_raw(arena, s.len * (ESCAPE_MAX - 1) + ESCAPE_MAX);
    if (!out)
        return DM_LIT("?");
    return (dm_str){out, escape_into(out, s, PLAIN)};
}

/* Columns of a code point in quotes. */
static size_t quoted_width(uint32_t rune, bool good)
{
    if (good && (rune == '"' || rune == '\\'))
        return 2;
    char escape[ESCAPE_MAX];
    return good && is_clean(rune, QUOTED) ? dm__rune_width(rune) : write_escape(escape, rune, good);
}

/* The end of the longest start of `s` that takes at most `columns` when it is escaped. */
static size_t head_end(dm_str s, size_t columns)
{
    size_t at = 0;
    while (at < s.len) {
        size_t next = at;
        uint32_t rune;
        const bool good = dm__rune_next(s, &next, &rune);
        const size_t width = quoted_width(rune, good);
        if (width > columns)
            break;
        columns -= width;
        at = next;
    }
    return at;
}

/* Where the end of `s` starts that takes about `columns`: on a sequence's first byte. */
static size_t tail_begin(dm_str s, size_t columns)
{
    size_t at = s.len > columns ? s.len - columns : 0;
    while (at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        at++;
    return at;
}

dm_str dm__printable_quoted(struct dm_arena *arena, dm_str s, size_t most)
{
    size_t head = head_end(s, most), tail = s.len;
    if (head < s.len) {
        head = head_end(s, most * 2 / 3);
        tail = tail_begin(s, most / 3);
        if (tail < head)
            tail = head;
    }
    static const char ellipsis[] = "\xE2\x80\xA6";
    char *out =
        dm__arena_raw(arena, (head + s.len - tail) * (ESCAPE_MAX - 1) + ESCAPE_MAX + 2 * sizeof ellipsis);
    if (!out)
        return DM_LIT("?");
    size_t len = 0;
    out[len++] = '"';
    len += escape_into(out + len, (dm_str){s.ptr, head}, QUOTED);
    if (head < s.len) {
        memcpy(out + len, ellipsis, sizeof ellipsis - 1);
        len += sizeof ellipsis - 1;
        len += escape_into(out + len, (dm_str){s.ptr + tail, s.len - tail}, QUOTED);
    }
    out[len++] = '"';
    return (dm_str){out, len};
}

void dm__rune_name(uint32_t rune, char name[DM_RUNE_NAME_MAX])
{
    if (rune == '\t')
        snprintf(name, DM_RUNE_NAME_MAX, "‹TAB›");
    else if (rune == '\r')
        snprintf(name, DM_RUNE_NAME_MAX, "‹CR›");
    else
        snprintf(name, DM_RUNE_NAME_MAX, "‹U+%04X›", rune);
}
