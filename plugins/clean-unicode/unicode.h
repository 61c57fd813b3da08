/* Shared by the files of clean-unicode.
 *
 * A clean text is only scanned (scan.c).  Otherwise lines.c reads the text block by block and says of
 * each line what it is: prose, or something whose spaces are its shape.  Around each suspicious place
 * segment.c takes out a stretch of the line, with so much of its surroundings that nothing outside has
 * a say in what becomes of it, as an array of cells.  Passes change the cells, one after the other and
 * again until none has anything to do; so the result is what cleaning it again would give.  What then
 * differs from the text becomes edits. */
#ifndef CLEAN_UNICODE_H
#define CLEAN_UNICODE_H

#include <docmill/plugin.h>

#include "../subject/code.h"
#include "chars.h"

enum {
    RULE_LINE_BREAK,
    RULE_CONTROL,
    RULE_ZERO_WIDTH,
    RULE_BIDI_MARK,
    RULE_SOFT_HYPHEN,
    RULE_SPACE,
    RULE_SPACE_RUN,
    RULE_LEADING_SPACE,
    RULE_TRAILING_SPACE,
    RULE_LIGATURE,
    RULE_FULL_WIDTH,
    RULE_LOOK_ALIKE,
    RULE_COMPOSE,
    RULE_NONE = 0xFF
};

/* ---- the scan ------------------------------------------------------------------------------- */

enum {
    SCAN_SPACES = 1u << 0,  /* look at spaces too */
    SCAN_LETTERS = 1u << 1, /* and at characters that would be folded or composed */
    SCAN_CJK = 1u << 2,     /* but not at the wide forms that belong in Chinese, Japanese and Korean */
    SCAN_INDENTS = 1u << 3  /* stop at each line that begins with a space */
};

/* What is known of a text from the start. */
struct uni_scan {
    dm_str text;
    dm_array classes; /* of dm_classes */
    uint64_t
        *odd; /* [classes.count] bit i: byte i may be of a character that may have to change, spaces aside */
    size_t first; /* nothing before it may have to change, but a space right before it */
};

/* return  false: no memory */
bool uni_scan_init(struct uni_scan *k, dm_task *t, const dm_doc *d);

/* return  the first place in [from, to) that may have to change; `to`: there is none
 * cost    64 bytes a step where nothing is odd */
size_t uni_scan_next(const struct uni_scan *k, size_t from, size_t to, unsigned what);

/* Step over letters, digits and signs of ASCII, from one on, with single spaces between them.
 * signs    stop at signs
 * letters  how many of them are letters is added to it
 * return   where they end; before the space, if one is behind the last of them */
size_t uni_scan_ascii(const struct uni_scan *k, size_t from, bool signs, size_t *letters);

/* Whether nothing that stands beside it changes the character at s[at], and it is a letter. */
bool uni_is_solid(dm_str s, size_t at, size_t to);

/* ---- lines ---------------------------------------------------------------------------------- */

enum {
    LINE_SHAPED = 1u << 0, /* a table, verse or an indented line: its spaces stay */
    LINE_CODE = 1u << 1,   /* its characters stay too, but for those that one cannot see */
    LINE_CJK = 1u << 2,    /* Chinese, Japanese or Korean in the main */
    LINE_RTL = 1u << 3     /* has letters that run from right to left */
};

struct uni_line {
    size_t begin, end; /* without the break */
    size_t next;       /* where the next line begins */
    unsigned flags;    /* LINE_... */
};

/* Reads lines that belong together, and judges them. */
struct uni_reader {
    dm_task *task;
    const struct uni_scan *scan;
    dm_str text;
    dm_array marks;
    uint32_t mark;              /* the next one to look at */
    size_t code_end, table_end; /* how far the marked code and tables reach that were met */
    bool fences;                /* the text has three backticks somewhere */
    bool fenced;                /* between two lines of them */
    struct code_lines code;
    size_t at;                   /* the next line begins here */
    struct uni_line *lines;      /* what was read last: a block, or one blank line */
    size_t line_count, line_cap; /* of `lines` */
};

void uni_reader_init(struct uni_reader *r, dm_task *t, const dm_doc *d, const struct uni_scan *scan);

/* Leave out the blocks before that of the byte at `suspect`, which is not before r->at, if that is safe. */
void uni_reader_skip(struct uni_reader *r, size_t suspect);

/* Read a block into r->lines.
 * return  false: the text is at its end, or the task has failed */
bool uni_reader_next(struct uni_reader *r);

/* ---- cells ---------------------------------------------------------------------------------- */

/* A character of a segment.  What a pass takes out is the gap between two cells. */
struct uni_cell {
    uint32_t cp;
    uint32_t begin,
        end;      /* bytes it stands for, from the segment's begin; empty: belongs to the cell before */
    uint8_t rule; /* why it differs from them; RULE_NONE: it does not */
    uint8_t gap;  /* why spaces between the cell before and this one were taken out */
};

struct uni_cells {
    struct uni_cell *at;
    size_t count, cap;
};

/* Small words of French and English, each in the slot that its hash says.  0: empty. */
enum { UNI_SLOT_BITS = 8 };
struct uni_small_words {
    uint64_t multiplier; /* of the hash, which is as good as none has two words of a language in a slot */
    uint64_t french[1 << UNI_SLOT_BITS], english[1 << UNI_SLOT_BITS];
};

/* errors  DM_EBUG */
dm_status uni_small_words_open(dm_task *t, struct uni_small_words *w);

/* What does not change from one line of a document to the next. */
struct uni_document {
    dm_task *task;
    dm_doc *doc;
    const struct uni_scan *scan;
    const struct uni_small_words *small_words;
    dm_str text;
    struct uni_cells cells, spare;
    int8_t cjk, french;    /* of the text as a whole: 1, 0, or -1: not looked at yet */
    int8_t subject;        /* whether it speaks of characters, the same way */
    size_t subject_at;     /* one more than where the line begins that was last asked whether it does */
    bool subject_line;     /* what it said */
    size_t asked;          /* the line that was last asked whether it is French begins here */
    bool answered, answer; /* whether one was, and what it said */
};

struct uni_segment {
    struct uni_document *doc;
    const struct uni_line *line;
    size_t begin, end;      /* bytes */
    struct uni_cells cells; /* the last one stands for the end: cp 0, no bytes */
    struct uni_cells spare; /* where a pass writes */
    bool plain;             /* nothing but spaces may have to change */
    bool failed;            /* no memory */
};

/* Ask for the edits that a line needs, its line break excepted.
 * suspect  nothing before it may have to change */
dm_status uni_clean_line(struct uni_document *u, const struct uni_line *line, size_t suspect);

/* Make room for a cell more among those that the present pass writes.  return  false: no memory */
bool uni_grow(struct uni_segment *s);

/* Add a cell to those that the present pass writes.  return  false: no memory */
static inline bool uni_push(struct uni_segment *s, struct uni_cell cell)
{
    struct uni_cells *const c = &s->spare;
    if (c->count == c->cap && !uni_grow(s))
        return false;
    c->at[c->count++] = cell;
    return true;
}

/* End a pass: what it wrote becomes the segment's cells. */
void uni_swap(struct uni_segment *s);

/* The passes.  return  whether they changed anything */
bool uni_drop_invisible(struct uni_segment *s);
bool uni_fold_forms(struct uni_segment *s);       /* ligatures, full-width */
bool uni_fold_look_alikes(struct uni_segment *s); /* Cyrillic and Greek in Latin words */
bool uni_compose(struct uni_segment *s);
bool uni_fold_spaces(struct uni_segment *s);

/* Spaces of a line of prose that need no segment, as what is beside them is plain and stays. */

/* return  whether the run of spaces at text[at] is one of these; *run: where it is */
bool uni_find_run(dm_str text, const struct uni_line *line, size_t at, dm_span *run);
void uni_fold_run(struct uni_document *u, const struct uni_line *line, dm_span at);

/* Whether the line, or the text, speaks of characters, and so means those that it shows. */
bool uni_is_subject(const struct uni_segment *s);

/* language.c: whether the line, or else the document, is Chinese, Japanese or Korean in the main. */
bool uni_is_cjk(const struct uni_segment *s);

/* Whether the line is French, whose punctuation has no-break spaces. */
bool uni_is_french(const struct uni_segment *s);

#endif
