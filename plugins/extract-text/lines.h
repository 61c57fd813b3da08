/* Lines and blocks of a text, read one after the other. */
#ifndef EXTRACT_TEXT_LINES_H
#define EXTRACT_TEXT_LINES_H

#include "text.h"

struct text_line {
    dm_span at;  /* without the white space around it; empty: a blank line */
    size_t from; /* where the line begins, white space included */
    size_t next; /* where the next one begins */
};

struct text_lines {
    dm_str text;
    bool odd_breaks; /* not only LF and CR LF */
    bool wide;       /* not only ASCII */
};

struct text_lines text_lines_of(const struct text_source *src);

/* Read the line that begins at `from`, which is before the end of the text. */
void text_read_line(const struct text_lines *l, size_t from, struct text_line *line);

/* Columns that s[at] takes on a terminal, about: two for Chinese, Japanese and Korean.  Exact below
 * TEXT_WIDTH_MAX; that, or more, means only that it is more. */
size_t text_width(const struct text_lines *l, dm_span at);
enum { TEXT_WIDTH_MAX = 200 };

/* What a block is by its markup alone. */
enum text_block_kind { TEXT_PLAIN, TEXT_MARKED_HEADING, TEXT_FENCED };

struct text_block {
    enum text_block_kind kind;
    dm_span at;            /* without markup and the white space around it; may be empty: nothing to mark */
    dm_span before, after; /* markup: `# `, a fence, an underline; empty: none */
    dm_str info;           /* TEXT_FENCED: what the opening line says */
    unsigned level;        /* TEXT_MARKED_HEADING: 1 to 6 */
    bool alone;            /* one line, and a block by itself: not a line within a hard-wrapped group */
    size_t width;          /* as of text_width() */
};

/* Reads blocks: groups of lines between blank lines, split where lines are paragraphs of their own. */
struct text_blocks {
    struct text_lines lines;
    size_t at;             /* the next line begins here */
    size_t group_begin;    /* the group at work */
    size_t group_end;      /* and its end; at == group_end: none is at work */
    struct text_line seen; /* the line that was read last; next 0: none */
    size_t group_width;    /* the widest line of the group */
    bool line_by_line;     /* each line of the group is a block */
    bool no_fences;        /* a fence was found that nothing closes: no line is one any more */
};

struct text_blocks text_blocks_of(const struct text_source *src);

/* return  false: there is no further block */
bool text_read_block(struct text_blocks *b, struct text_block *block);

#endif
