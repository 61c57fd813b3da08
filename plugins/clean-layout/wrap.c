/* Hard wraps: breaks that stand where a line was full, not where anything ends.
 *
 * A text that was wrapped at a column shows it: nearly every line that goes on with a small letter is
 * full, that is, the next line's first word would not have fitted.  Such a width, found in the document or
 * in one block of lines, then tells the wraps from the breaks that someone meant. */
#include "layout.h"

#include <string.h>

#include "chars.h"

enum { NARROW = 30, STRAY_WIDTH = 45, VERSE_WIDTH = 60, VERSE_LINES = 3, ENOUGH_LINES = 20 };

/* How a line ends and the next one begins. */
enum joint {
    JOINT_NONE,   /* not to be joined */
    JOINT_OPEN,   /* no end, and on with a small letter */
    JOINT_PLAIN,  /* no end, and on with a capital or a digit; or an end, and a small letter */
    JOINT_CLOSED, /* an end, and a capital */
};

static bool is_dash(uint32_t cp)
{
    return cp == 0x2014 || cp == '/';
}

static enum joint joint_of(const struct layout_line *a)
{
    const struct layout_line *const b = a + 1;
    if (((a->flags | b->flags) & LINE_FIXED) || (b->flags & LINE_STARTS) || b->above ||
        a->width > WIDTH_MAX || is_dash(a->last))
        return JOINT_NONE;
    if (b->flags & LINE_MAY_START)
        return char_is_stop(a->last) || (a->flags & (LINE_STARTS | LINE_MAY_START)) ? JOINT_NONE
                                                                                    : JOINT_PLAIN;
    const enum letter_case first = char_case(b->first);
    const bool small = (first == CASE_LOWER || first == CASE_LESS) && !b->capitals;
    if (char_is_stop(a->last))
        return small && a->last != ':' ? JOINT_PLAIN : JOINT_CLOSED;
    return small ? JOINT_OPEN : JOINT_PLAIN;
}

/* Whether the first word of the next line would not have fitted into `width` columns. */
static bool is_full(const struct layout_line *a, size_t width, size_t slack)
{
    return a->width + 1 + a[1].first_word + slack > width;
}

/* What a document, or a block of it, shows. */
struct evidence {
    size_t width; /* 0: not wrapped */
    size_t open, full, inside, all;
    bool spaced; /* there are blank lines between paragraphs */
    bool whole;  /* it is the document that shows it */
    dm_str words;
};

/* The width that all but some of the lines keep to: one long word makes one line too long. */
static size_t common_width(const uint32_t *histogram, size_t lines)
{
    const size_t spare = lines >= ENOUGH_LINES ? lines / ENOUGH_LINES : 0;
    size_t width = WIDTH_MAX, above = 0;
    while (width > 0 && above + histogram[width] <= spare)
        above += histogram[width--];
    return width;
}

static dm_str describe(dm_task *t, const struct evidence *e)
{
    enum { ROOM = 96 };
    char *const line = dm_alloc(t, ROOM);
    if (!line)
        return (dm_str){NULL, 0};
    const int n =
        snprintf(line, ROOM, "%zu of %zu open lines are full at %zu columns", e->full, e->open, e->width);
    return (dm_str){line, n > 0 ? (size_t)n : 0};
}

/* Whether the document is wrapped as a whole, and at what width. */
static struct evidence weigh_document(const struct layout *l)
{
    struct evidence e = {.whole = true};
    uint32_t histogram[WIDTH_MAX + 1] = {0};
    for (size_t i = 0; i < l->count; i++) {
        const struct layout_line *const a = &l->lines[i];
        e.spaced |= i > 0 && a->above > 0;
        if (i + 1 < l->count && joint_of(a) == JOINT_OPEN) {
            histogram[a->width]++;
            e.open++;
        }
    }
    const size_t width = common_width(histogram, e.open);
    if (e.open < 3 || width < NARROW)
        return e;
    for (size_t i = 0; i < l->count; i++) {
        const struct layout_line *const a = &l->lines[i];
        e.all += a->width;
        e.inside += a->width <= width + 2 ? a->width : 0;
        if (i + 1 < l->count && joint_of(a) == JOINT_OPEN)
            e.full += is_full(a, width, 6);
    }
    if (e.full * 5 >= e.open * 4 && e.inside * 10 >= e.all * 6)
        e.width = width;
    if (e.width)
        e.words = describe(l->task, &e);
    return e;
}

/* Lines without a blank one between them. */
struct block {
    size_t begin, end; /* lines */
    size_t capitals, stopped, narrow;
};

static struct block read_block(const struct layout *l, size_t begin)
{
    struct block b = {.begin = begin, .end = begin};
    do {
        const struct layout_line *const a = &l->lines[b.end++];
        b.capitals += char_case(a->first) == CASE_UPPER;
        b.stopped += char_is_stop(a->last);
        b.narrow += a->width <= VERSE_WIDTH;
    } while (b.end < l->count && l->lines[b.end].above == 0);
    return b;
}

/* Verse: short lines, most of which begin with a capital and few of which end a sentence. */
static bool is_verse(const struct block *b)
{
    const size_t n = b->end - b->begin;
    return n >= VERSE_LINES && b->narrow == n && b->capitals * 3 >= n * 2 && b->stopped * 2 <= n;
}

/* Whether the block, by itself, shows that it is a wrapped paragraph: each line but the last is full, two at
 * least go on with a small letter, and it begins and ends as a paragraph does. */
static struct evidence weigh_block(const struct layout *l, const struct block *b, bool spaced)
{
    struct evidence e = {.spaced = spaced};
    size_t width = 0;
    for (size_t i = b->begin; i + 1 < b->end; i++) {
        const struct layout_line *const a = &l->lines[i];
        const enum joint joint = joint_of(a);
        if (joint == JOINT_NONE)
            return e;
        e.open += joint == JOINT_OPEN;
        if (a->width > width)
            width = a->width;
    }
    if (e.open < 2 || e.open * 2 < b->end - b->begin - 1 || width < NARROW || is_verse(b) ||
        !char_is_stop(l->lines[b->end - 1].last) || char_case(l->lines[b->begin].first) == CASE_LOWER)
        return e;
    for (size_t i = b->begin; i + 1 < b->end; i++)
        if (!is_full(&l->lines[i], width, 4))
            return e;
    e.full = e.open;
    e.width = width;
    e.words = describe(l->task, &e);
    return e;
}

/* Whether a sentence ends within the line and another one begins, as in no caption or address. */
static bool has_sentence(dm_str s, const struct layout_line *a)
{
    enum { WORD_MIN = 3 };
    for (size_t at = a->begin + WORD_MIN; at + 2 < a->end; at++) {
        const char *const p = s.ptr + at;
        if (p[0] == '.' && p[1] == ' ' && p[2] >= 'A' && p[2] <= 'Z' && p[-1] >= 'a' && p[-1] <= 'z' &&
            p[-2] >= 'a' && p[-2] <= 'z' && p[-3] >= 'a' && p[-3] <= 'z')
            return true;
    }
    return false;
}

/* One break within a sentence, in a block that has no other. */
static bool is_stray(const struct layout *l, const struct block *b, size_t i)
{
    const struct layout_line *const a = &l->lines[i];
    const bool above = i > b->begin && joint_of(a - 1) == JOINT_OPEN;
    const bool below = i + 2 < b->end && joint_of(a + 1) == JOINT_OPEN;
    const enum letter_case first = char_case(a->first), next = char_case(a[1].first);
    return !above && !below && joint_of(a) == JOINT_OPEN && next == CASE_LOWER &&
           (a->width >= STRAY_WIDTH || (a->width >= NARROW && has_sentence(l->text, a))) &&
           (first == CASE_UPPER || first == CASE_NONE) && (char_is_letter(a->last) || a->last == ',') &&
           char_is_stop(a[1].last) && !(a->flags & LINE_STARTS) && !is_verse(b);
}

/* Whether each line of the block but the last is full: verse is not. */
static bool is_filled(const struct layout *l, const struct block *b, size_t width)
{
    for (size_t i = b->begin; i + 1 < b->end; i++)
        if (!is_full(&l->lines[i], width, 2))
            return false;
    return true;
}

/* The width of a block that keeps to a narrower one than the rest of the document, all lines but the last being full;
 * else that of the document. */
static size_t width_of(const struct layout *l, const struct block *b, const struct evidence *e)
{
    enum { LINES_MIN = 3 };
    size_t width = 0;
    for (size_t i = b->begin; i < b->end; i++)
        width = l->lines[i].width > width ? l->lines[i].width : width;
    const bool narrow = width < e->width && width * 8 >= e->width * 7;
    return narrow && b->end - b->begin >= LINES_MIN && is_filled(l, b, width) ? width : e->width;
}

/* How sure it is that the break behind line `i` is none of the text's own; 0: not at all. */
static double sureness(const struct layout *l, size_t i, const struct evidence *e, size_t width)
{
    const struct layout_line *const a = &l->lines[i];
    switch (joint_of(a)) {
    case JOINT_OPEN:
        return a->width * 2 >= e->width ? 0.98 : 0;
    case JOINT_PLAIN:
        return is_full(a, width, 6) ? 0.95 : 0;
    case JOINT_CLOSED:
        return is_full(a, width, 3) ? (e->spaced ? 0.9 : 0.6) : 0;
    case JOINT_NONE:
        break;
    }
    return 0;
}

/* Whether a tag begins in the line and does not end there: joined, it might be one, with what is in it. */
static bool ends_in_tag(dm_str s, const struct layout_line *a)
{
    const char *const end = s.ptr + a->end, *const open = memrchr(s.ptr + a->begin, '<', a->end - a->begin);
    if (!open || open + 1 == end || memchr(open, '>', (size_t)(end - open)))
        return false;
    const unsigned char first = (unsigned char)open[1];
    return (unsigned)(first | 0x20) - 'a' < 26 || first == '/' || first == '!';
}

static void join_lines(const struct layout *l, size_t i, double confidence, dm_str why)
{
    const struct layout_line *const a = &l->lines[i];
    if (ends_in_tag(l->text, a))
        return;
    const dm_change c = {.size = sizeof c,
                         .rule = RULE_HARD_WRAP,
                         .at = {a->end, a[1].begin},
                         .with = DM_LIT(" "),
                         .confidence = confidence,
                         .evidence = why};
    dm_change_doc(l->task, l->doc, &c);
}

/* Where the joining of a document stands. */
struct joining {
    struct layout *l;
    struct evidence document;
    struct layout_hyphen *hyphens;
    size_t hyphen_count;
};

/* return  whether the break is one within a word, and left to hyphen.c */
static bool take_hyphen(struct joining *j, size_t i, bool wrapped)
{
    if (ends_in_tag(j->l->text, &j->l->lines[i]) ||
        !layout_read_hyphen(j->l, i, wrapped, &j->hyphens[j->hyphen_count]))
        return false;
    j->hyphen_count++;
    return true;
}

static void join_block(struct joining *j, const struct block *b)
{
    const struct layout *const l = j->l;
    struct evidence e = j->document;
    if (!e.width)
        e = weigh_block(l, b, e.spaced);
    const bool verse = is_verse(b) && !is_filled(l, b, e.width);
    const size_t width = e.width ? width_of(l, b, &e) : 0;
    for (size_t i = b->begin; i + 1 < b->end; i++) {
        const double sure = e.width && !verse ? sureness(l, i, &e, width) : 0;
        if ((l->lines[i].flags & LINE_HYPHEN) && take_hyphen(j, i, sure > 0))
            continue;
        if (sure > 0)
            join_lines(l, i, sure, e.words);
        else if (!e.width && is_stray(l, b, i))
            join_lines(l, i, 0.8, DM_LIT("the only break within a sentence here"));
    }
}

/* Whether the line ends in a small word that leads on, so that nothing can end there. */
static bool is_led_on(dm_str s, const struct layout_line *a)
{
    static const char words[] =
        " the a an of to and or in on at by for from with as that than its their his her ";
    size_t at = a->end;
    while (at > a->begin && s.ptr[at - 1] >= 'a' && s.ptr[at - 1] <= 'z')
        at--;
    char wanted[8] = {' '};
    const size_t len = a->end - at;
    if (len == 0 || len + 3 > sizeof wanted || at == a->begin || s.ptr[at - 1] != ' ')
        return false;
    memcpy(wanted + 1, s.ptr + at, len);
    wanted[len + 1] = ' ';
    return strstr(words, wanted) != NULL;
}

/* Whether a page ended behind line `i`, in the midst of a sentence of a wrapped document: a full line without an end,
 * and the next paragraph, which has several lines, goes on.  The foot and the head of the pages between them are
 * gone. */
static bool is_page_break(const struct layout *l, size_t i, const struct evidence *e)
{
    const struct layout_line *const a = &l->lines[i], *const b = a + 1;
    if (!b->above || (a->flags & LINE_FIXED) || (b->flags & (LINE_FIXED | LINE_STARTS | LINE_MAY_START)) ||
        i == 0 || a->above || i + 2 >= l->count || b[1].above || a->width > WIDTH_MAX ||
        !(char_is_letter(a->last) || a->last == ',') || !is_full(a, e->width, 6))
        return false;
    const enum letter_case first = char_case(b->first);
    return (first == CASE_LOWER && !b->capitals) || (first == CASE_UPPER && is_led_on(l->text, a));
}

static void join_pages(const struct joining *j)
{
    struct layout *const l = j->l;
    for (size_t i = 0; j->document.width && i + 1 < l->count; i++)
        if (is_page_break(l, i, &j->document)) {
            join_lines(l, i, 0.85, DM_LIT("a full line within a sentence, and a paragraph that goes on"));
            l->lines[i + 1].above = 0; /* no blank lines are left there */
        }
}

static size_t count_hyphens(const struct layout *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++)
        n += (l->lines[i].flags & LINE_HYPHEN) != 0;
    return n;
}

dm_status layout_join(struct layout *l)
{
    struct joining j = {.l = l, .document = weigh_document(l)};
    j.hyphens = dm_alloc(l->task, (count_hyphens(l) + 1) * sizeof *j.hyphens);
    if (!j.hyphens)
        return DM_ELIMIT;
    for (size_t i = 0; i < l->count;) {
        const struct block b = read_block(l, i);
        join_block(&j, &b);
        i = b.end;
    }
    join_pages(&j);
    return layout_join_hyphens(l, j.hyphens, j.hyphen_count);
}
