/* What each block is: title, heading, paragraph or code.  A line without markup is judged by itself and
 * by its neighbours, and in doubt it is a paragraph: a cleaner can still find a heading, but nobody
 * finds the paragraph again that was torn in two. */
#include "lines.h"

enum { TITLE_WIDTH = 150, HEADING_WIDTH = 80, CAPITALS_WIDTH = 60, SUBSTANTIAL_WIDTH = 80 };

enum letter_case { CASE_NONE, CASE_LOWER, CASE_UPPER };

/* The case of a letter of the scripts that have one, as far as headlines need it. */
static enum letter_case letter_case(uint32_t cp)
{
    if (cp < 0x80) {
        const uint32_t lower = cp | 0x20;
        return lower < 'a' || lower > 'z' ? CASE_NONE : cp == lower ? CASE_LOWER : CASE_UPPER;
    }
    if (cp < 0xC0 || cp == 0xD7 || cp == 0xF7)
        return CASE_NONE;
    if (cp < 0x100)
        return cp < 0xDF ? CASE_UPPER : CASE_LOWER;
    if (cp < 0x180) { /* pairs, but for some that start at an odd number */
        const bool odd_first = (cp >= 0x139 && cp <= 0x148) || cp >= 0x179;
        return (cp & 1) == odd_first ? CASE_UPPER : CASE_LOWER;
    }
    if (cp >= 0x386 && cp < 0x3D0)
        return cp < 0x3AC && cp != 0x390 ? CASE_UPPER : CASE_LOWER;
    if (cp >= 0x400 && cp < 0x460)
        return cp < 0x430 ? CASE_UPPER : CASE_LOWER;
    return CASE_NONE;
}

/* What there is in a line of text. */
struct line_look {
    size_t words, upper, lower, other; /* other: letters without case, and ideographs */
    uint32_t first, last;              /* code points */
    uint32_t before_last;
    bool address; /* an @ or a // */
    bool label;   /* a colon or a tag within: "Read more: ..." */
};

static struct line_look look_at(dm_str s, dm_span at)
{
    struct line_look look = {0};
    uint32_t previous = ' ';
    for (size_t i = at.begin, len; i < at.end; i += len) {
        len = text_utf8_length(s, i);
        const uint32_t cp = text_utf8_decode(s, i, len);
        look.words += previous == ' ' && cp != ' ';
        look.address |= cp == '@' || (cp == '/' && previous == '/');
        look.label |= cp == ':' || cp == 0xFF1A || cp == '<' || cp == '|';
        switch (letter_case(cp)) {
        case CASE_UPPER:
            look.upper++;
            break;
        case CASE_LOWER:
            look.lower++;
            break;
        case CASE_NONE:
            look.other += cp >= 0x500 && !(cp >= 0x2000 && cp < 0x3040);
        }
        if (i == at.begin)
            look.first = cp;
        look.before_last = look.last;
        look.last = cp;
        previous = cp;
    }
    return look;
}

static bool is_quote(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == 0xBB || (cp >= 0x2018 && cp <= 0x201F);
}

static bool is_sentence_end(uint32_t cp)
{
    return cp == '.' || cp == 0x2026 || cp == 0x3002 || cp == 0x6D4 || cp == 0x964;
}

static bool is_question(uint32_t cp)
{
    return cp == '!' || cp == '?' || cp == 0xFF01 || cp == 0xFF1F || cp == 0x61F;
}

/* Marks that end or interrupt a sentence, or close something that a heading does not open. */
static bool is_closing(uint32_t cp)
{
    return is_sentence_end(cp) || cp == ',' || cp == ';' || cp == ':' || cp == ')' || cp == ']' ||
           cp == '*' || cp == 0x3001 || cp == 0xFF0C || cp == 0xFF1A || cp == 0xFF1B || cp == 0xFF09 ||
           cp == 0x60C;
}

static bool closes(const struct line_look *look)
{
    const uint32_t last = is_quote(look->last) ? look->before_last : look->last;
    return is_closing(last) || (is_quote(look->last) && is_question(last));
}

static bool begins_well(const struct line_look *look)
{
    return letter_case(look->first) == CASE_UPPER || (look->first >= '0' && look->first <= '9') ||
           (look->first >= 0x500 && letter_case(look->first) == CASE_NONE) || is_quote(look->first) ||
           look->first == 0xAB || look->first == 0xBF;
}

/* A block that is clearly running text: long, or with the end of a sentence. */
static bool is_substantial(const struct text_lines *l, const struct text_block *b)
{
    if (b->kind != TEXT_PLAIN)
        return false;
    if (b->width >= SUBSTANTIAL_WIDTH)
        return true;
    const struct line_look look = look_at(l->text, b->at);
    return closes(&look) || is_question(look.last);
}

static bool is_capitals(const struct text_block *b, const struct line_look *look)
{
    return b->width <= CAPITALS_WIDTH && look->lower == 0 && look->other == 0 && look->upper >= 4 &&
           !closes(look) && !look->address;
}

static bool is_title(const struct text_lines *l, const struct text_block *b, const struct text_block *next)
{
    if (!b->alone || b->width > TITLE_WIDTH || !next)
        return false;
    const struct line_look look = look_at(l->text, b->at);
    if (closes(&look) || look.address || !begins_well(&look))
        return false;
    /* Scripts without spaces have no words to count. */
    const size_t words = look.other > look.upper + look.lower ? look.words + look.other / 2 : look.words;
    return words >= 5 || (words >= 3 && is_substantial(l, next));
}

static bool is_heading(const struct text_lines *l, const struct text_block *b,
                       const struct text_block *previous, const struct text_block *next)
{
    if (!b->alone || b->width > HEADING_WIDTH || !next)
        return false;
    const struct line_look look = look_at(l->text, b->at);
    if (is_capitals(b, &look))
        return is_substantial(l, next);
    return look.upper + look.lower + look.other >= 3 && look.words <= 12 && begins_well(&look) &&
           !closes(&look) && !is_question(look.last) && !look.address && !look.label && previous &&
           is_substantial(l, previous) && is_substantial(l, next);
}

static dm_mark block_mark(const struct text_options *o, const struct text_lines *l,
                          const struct text_block *b, const struct text_block *previous,
                          const struct text_block *next)
{
    const dm_mark paragraph = {.kind = DM_PARAGRAPH, .at = b->at};
    if (b->kind == TEXT_FENCED)
        return (dm_mark){.kind = DM_CODE, .at = b->at, .value = b->info};
    if (b->kind == TEXT_MARKED_HEADING) {
        if (o->title && !previous && b->level == 1)
            return (dm_mark){.kind = DM_TITLE, .at = b->at};
        return o->headings ? (dm_mark){.kind = DM_HEADING, .level = b->level, .at = b->at} : paragraph;
    }
    if (o->title && !previous && is_title(l, b, next))
        return (dm_mark){.kind = DM_TITLE, .at = b->at};
    if (o->headings && is_heading(l, b, previous, next))
        return (dm_mark){.kind = DM_HEADING, .level = 2, .at = b->at};
    return paragraph;
}

/* A failure sticks to the task. */
static void add_syntax(dm_task *t, dm_doc *d, dm_span at)
{
    const dm_mark mark = {.kind = DM_SYNTAX, .at = at};
    if (at.begin < at.end)
        dm_add_mark(t, d, &mark);
}

dm_status text_mark_blocks(dm_task *t, dm_doc *d, const struct text_options *o, const struct text_source *src)
{
    struct text_blocks blocks = text_blocks_of(src);
    struct text_block previous, block, next;
    bool more = text_read_block(&blocks, &block);
    for (bool first = true; more; first = false) {
        more = text_read_block(&blocks, &next);
        const dm_mark mark =
            block_mark(o, &blocks.lines, &block, first ? NULL : &previous, more ? &next : NULL);
        add_syntax(t, d, block.before);
        if (mark.at.begin < mark.at.end)
            dm_add_mark(t, d, &mark);
        add_syntax(t, d, block.after);
        previous = block;
        block = next;
    }
    return DM_OK;
}
