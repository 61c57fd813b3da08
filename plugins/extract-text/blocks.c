/* Blocks: lines that belong together.  What is markup is seen here; what a line without markup means
 * is for structure.c, which knows its neighbours. */
#include "lines.h"

#include <string.h>

enum { LONG_LINE = 100, WRAPPED_LINE = 40 };

struct text_blocks text_blocks_of(const struct text_source *src)
{
    return (struct text_blocks){.lines = text_lines_of(src)};
}

/* Lines are looked at from several sides: keep the last one. */
static void read_line(struct text_blocks *b, size_t from, struct text_line *line)
{
    if (b->seen.from != from || !b->seen.next)
        text_read_line(&b->lines, from, &b->seen);
    *line = b->seen;
}

static bool is_blank_line(const struct text_line *line)
{
    return line->at.begin == line->at.end;
}

static size_t run_length(dm_str s, dm_span at, char c)
{
    size_t n = 0;
    while (at.begin + n < at.end && s.ptr[at.begin + n] == c)
        n++;
    return n;
}

/* The bullet at the start of a list item, in bytes; 0: none. */
static size_t bullet_length(dm_str s, dm_span at)
{
    const char *p = s.ptr + at.begin;
    const size_t len = at.end - at.begin;
    if (len > 3 && (!memcmp(p, "\xE2\x80\xA2", 3) || !memcmp(p, "\xE2\x80\x93", 3)))
        return 3;
    return len > 1 && (p[0] == '-' || p[0] == '*' || p[0] == '+');
}

/* The same for "12." and "3)". */
static size_t number_length(dm_str s, dm_span at)
{
    const char *p = s.ptr + at.begin;
    const size_t len = at.end - at.begin;
    size_t n = 0;
    while (n < len && n < 3 && p[n] >= '0' && p[n] <= '9')
        n++;
    return n > 0 && n < len && (p[n] == '.' || p[n] == ')') ? n + 1 : 0;
}

static bool is_space_at(dm_str s, dm_span at, size_t n)
{
    return n > 0 && at.begin + n < at.end && (s.ptr[at.begin + n] == ' ' || s.ptr[at.begin + n] == '\t');
}

static bool starts_bullet(dm_str s, dm_span at)
{
    return is_space_at(s, at, bullet_length(s, at));
}

static bool starts_item(dm_str s, dm_span at)
{
    return starts_bullet(s, at) || is_space_at(s, at, number_length(s, at));
}

/* A line that is indented like code has no markup. */
static bool is_flush(const struct text_line *line, dm_str s)
{
    return line->at.begin - line->from < 4 && !memchr(s.ptr + line->from, '\t', line->at.begin - line->from);
}

/* ---- markup --------------------------------------------------------------------------------- */

/* `# heading`: its level, and in *title what it says; 0: it is none. */
static unsigned hash_heading(dm_str s, dm_span at, dm_span *title)
{
    const size_t level = run_length(s, at, '#');
    if (level == 0 || level > 6 || at.begin + level == at.end || s.ptr[at.begin + level] != ' ')
        return 0;
    dm_span t = {at.begin + level, at.end};
    while (t.end > t.begin && s.ptr[t.end - 1] == '#')
        t.end--;
    if (t.end > t.begin && s.ptr[t.end - 1] != ' ') /* "# C#" */
        t.end = at.end;
    *title = text_trim(s, t);
    return title->begin < title->end ? (unsigned)level : 0;
}

static bool read_hash_heading(struct text_blocks *b, const struct text_line *line, struct text_block *block)
{
    dm_span title, other;
    const unsigned level = hash_heading(b->lines.text, line->at, &title);
    if (!level)
        return false;
    /* Rows of them are the comments of a program or a configuration. */
    if (line->next < b->lines.text.len) {
        struct text_line below;
        read_line(b, line->next, &below);
        if (hash_heading(b->lines.text, below.at, &other) == level)
            return false;
    }
    *block = (struct text_block){.kind = TEXT_MARKED_HEADING,
                                 .at = title,
                                 .before = {line->at.begin, title.begin},
                                 .after = {title.end, line->at.end},
                                 .level = level,
                                 .alone = true};
    b->at = line->next;
    return true;
}

/* A line that is underlined: === for level 1, --- for level 2. */
static bool read_underlined(struct text_blocks *b, const struct text_line *line, struct text_block *block)
{
    const dm_str s = b->lines.text;
    if (line->next >= s.len || starts_item(s, line->at))
        return false;
    struct text_line below;
    read_line(b, line->next, &below);
    const size_t under = below.at.end - below.at.begin;
    if (under < 3 || (s.ptr[below.at.begin] != '=' && s.ptr[below.at.begin] != '-') ||
        run_length(s, below.at, s.ptr[below.at.begin]) != under)
        return false;
    const size_t width = text_width(&b->lines, line->at);
    if (width > LONG_LINE || under * 2 < width || run_length(s, line->at, s.ptr[line->at.begin]) == width)
        return false;
    *block = (struct text_block){.kind = TEXT_MARKED_HEADING,
                                 .at = line->at,
                                 .after = below.at,
                                 .level = s.ptr[below.at.begin] == '=' ? 1 : 2,
                                 .alone = true,
                                 .width = width};
    b->at = below.next;
    return true;
}

static bool is_fence(dm_str s, const struct text_line *line)
{
    return s.ptr[line->at.begin] == '`' && run_length(s, line->at, '`') >= 3;
}

static bool read_fenced(struct text_blocks *b, const struct text_line *line, struct text_block *block)
{
    const dm_str s = b->lines.text;
    if (b->no_fences || !is_fence(s, line))
        return false;
    const size_t ticks = run_length(s, line->at, '`');
    const dm_span info = text_trim(s, (dm_span){line->at.begin + ticks, line->at.end});
    struct text_line below;
    for (size_t at = line->next; at < s.len; at = below.next) {
        read_line(b, at, &below);
        if (is_blank_line(&below) || run_length(s, below.at, '`') != below.at.end - below.at.begin ||
            below.at.end - below.at.begin < ticks)
            continue;
        dm_span inside = {line->next, at};
        const dm_span code = text_trim(s, inside);
        inside.end = code.end; /* but the indentation of the first line stays */
        while (inside.begin < code.begin) {
            read_line(b, inside.begin, &below);
            if (!is_blank_line(&below))
                break;
            inside.begin = below.next;
        }
        read_line(b, at, &below);
        *block = (struct text_block){.kind = TEXT_FENCED,
                                     .at = code.begin < code.end ? inside : (dm_span){0, 0},
                                     .before = line->at,
                                     .after = below.at,
                                     .info = {s.ptr + info.begin, info.end - info.begin}};
        b->at = below.next;
        return true;
    }
    b->no_fences = true;
    return false;
}

/* ---- groups --------------------------------------------------------------------------------- */

/* Look at the group of lines that starts with `first`: how far it goes, and how it is to be read. */
static void open_group(struct text_blocks *b, const struct text_line *first)
{
    struct text_line line = *first;
    b->group_begin = first->from;
    b->group_end = first->next;
    b->group_width = text_width(&b->lines, first->at);
    while (line.next < b->lines.text.len) {
        read_line(b, line.next, &line);
        if (is_blank_line(&line) || (!b->no_fences && is_fence(b->lines.text, &line)))
            break;
        const size_t width = text_width(&b->lines, line.at);
        if (width > b->group_width)
            b->group_width = width;
        b->group_end = line.next;
    }
    b->line_by_line = b->group_width >= LONG_LINE;
}

static bool ends_sentence(dm_str s, dm_span at)
{
    const char c = s.ptr[at.end - 1];
    return c == '.' || c == '!' || c == '?' || c == '"' || c == ':';
}

static bool is_indented(const struct text_line *line)
{
    return line->at.begin - line->from >= 2;
}

/* Within a hard-wrapped group: whether `line` begins a paragraph of its own after `above`. */
static bool starts_paragraph(const struct text_blocks *b, const struct text_line *above,
                             const struct text_line *line)
{
    if (starts_item(b->lines.text, line->at) || (is_indented(line) && !is_indented(above)))
        return true;
    return b->group_width >= WRAPPED_LINE && ends_sentence(b->lines.text, above->at) &&
           text_width(&b->lines, above->at) * 10 < b->group_width * 6;
}

/* Read the paragraph that begins with `first`. */
static void read_paragraph(struct text_blocks *b, const struct text_line *first, struct text_block *block)
{
    struct text_line line = *first, below;
    while (!b->line_by_line && line.next < b->group_end) {
        read_line(b, line.next, &below);
        if (starts_paragraph(b, &line, &below))
            break;
        line = below;
    }
    /* A line stands alone if it is a group, or each line of its group is a block: a short line of a
     * wrapped group is only the end of something. */
    const bool one_line = line.from == first->from;
    const bool whole_group = first->from == b->group_begin && line.next == b->group_end;
    const dm_span at = {first->at.begin, line.at.end};
    *block = (struct text_block){
        .kind = TEXT_PLAIN,
        .at = at,
        .alone = one_line && (b->line_by_line || whole_group) && !starts_bullet(b->lines.text, at),
        .width = one_line && whole_group ? b->group_width : text_width(&b->lines, at)};
    b->at = line.next;
}

bool text_read_block(struct text_blocks *b, struct text_block *block)
{
    const size_t len = b->lines.text.len;
    struct text_line line;
    while (b->at < len) {
        read_line(b, b->at, &line);
        if (b->at < b->group_end) {
            read_paragraph(b, &line, block);
            return true;
        }
        if (is_blank_line(&line)) {
            b->at = line.next;
            continue;
        }
        if (is_flush(&line, b->lines.text) &&
            (read_fenced(b, &line, block) || read_hash_heading(b, &line, block) ||
             read_underlined(b, &line, block)))
            return true;
        open_group(b, &line);
        read_paragraph(b, &line, block);
        return true;
    }
    return false;
}
