/* Shared by the files of clean-layout.
 *
 * scan.c finds out in one quick pass that a text needs nothing, as nearly every one does.  Otherwise
 * lines.c reads its lines and says of each what it is, wrap.c finds out whether and how wide the document
 * is wrapped and which breaks are none of its own, and hyphen.c what becomes of a hyphen at such a break,
 * with words.c telling it what the document itself writes elsewhere. */
#ifndef CLEAN_LAYOUT_H
#define CLEAN_LAYOUT_H

#include <docmill/plugin.h>

enum { RULE_HYPHEN_BREAK, RULE_HARD_WRAP, RULE_BLANK_LINES, RULE_FINAL_NEWLINE };

/* Only lines of at most so many columns are thought to be wrapped. */
enum { WIDTH_MAX = 130 };

/* ---- the scan ------------------------------------------------------------------------------- */

enum {
    NEED_END = 1u << 0,   /* the end of the text is not one newline */
    NEED_LINES = 1u << 1, /* there are lines that may have to be joined, or blank ones too many */
};
unsigned layout_scan(dm_str text);

/* ---- lines ---------------------------------------------------------------------------------- */

enum {
    LINE_FIXED = 1u << 0,     /* code, a table, a heading, a rule ...: joined to nothing */
    LINE_STARTS = 1u << 1,    /* a list item, a speech, an indented line: not joined to the line above */
    LINE_MAY_START = 1u << 2, /* a label or a dash: so only where the line above has an end, or another one */
    LINE_CODE = 1u << 4,      /* blank lines within stay too */
    LINE_HYPHEN = 1u << 3,    /* ends in a word with a hyphen */
};

/* A line that is not blank. */
struct layout_line {
    size_t start;        /* with the spaces before it */
    size_t begin, end;   /* without the spaces around it */
    size_t second_blank; /* where the second of the blank lines before it begins; 0: there is none */
    uint32_t width;      /* columns, indentation included */
    uint32_t first_word; /* columns that its first word takes */
    uint32_t first;      /* its first character */
    uint32_t last;       /* its last one, closing quotes and brackets not counted */
    uint32_t indent;
    uint16_t flags;   /* LINE_... */
    uint8_t above;    /* blank lines before it: 0, 1 or 2 for more */
    uint8_t capitals; /* its first word has a capital behind its first letter */
};

struct layout {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array classes; /* of its bytes: dm_classes */
    struct layout_line *lines;
    size_t count;
};

/* return  false: no memory */
bool layout_read(struct layout *l);

/* ---- breaks --------------------------------------------------------------------------------- */

/* Ask for the edits that join lines. */
dm_status layout_join(struct layout *l);

/* A hyphen at the end of line `i`; the next line goes on with a small letter, or `wrapped` says that the
 * break behind it is none of the text's own. */
struct layout_hyphen {
    size_t line;
    bool wrapped;
    dm_str head, tail; /* the word's parts */
};

/* return  whether the lines meet in one word, which hyphen.c can then join */
bool layout_read_hyphen(const struct layout *l, size_t line, bool wrapped, struct layout_hyphen *out);
dm_status layout_join_hyphens(struct layout *l, const struct layout_hyphen *hyphens, size_t count);

/* ---- words ---------------------------------------------------------------------------------- */

/* A set of words that are asked about, and how often the text has them.  ASCII letters match in any case. */
struct layout_words {
    struct layout_word *slots;
    size_t cap;
};

bool layout_words_init(struct layout_words *w, dm_task *t, size_t words);
void layout_words_ask(struct layout_words *w, dm_str a, dm_str between, dm_str b);
void layout_words_count(struct layout_words *w, dm_str text);
unsigned layout_words_found(const struct layout_words *w, dm_str a, dm_str between, dm_str b);

#endif
