/* Shared by the files of clean-quotes.
 *
 * scan.c finds quotation marks; order.c the lines in which one of them is in doubt; prose.c the paragraphs
 * that these lines are of.  Of such a paragraph signs.c makes a row of signs, each with what stands beside
 * it.  machine.c gives each sign its role, or gives the paragraph up; repair.c turns roles into fixes.  The
 * repaired paragraph is then read once more, and the fixes are made only if it needs none, and is English. */
#ifndef CLEAN_QUOTES_H
#define CLEAN_QUOTES_H

#include <docmill/plugin.h>

#include "../subject/english.h"

enum { RULE_DIRECTION, RULE_ATTACHMENT, RULE_REOPENED, RULE_UNCLOSED, RULE_FOREIGN_PAIR, RULE_ATTRIBUTION };

/* ---- the scan ------------------------------------------------------------------------------- */

/* A walk through the double quotation marks of a text, of any kind. */
struct quotes {
    dm_str s;
    size_t base;    /* of the 64 bytes at work */
    uint64_t leads; /* those among them where a mark may begin that was not walked to yet */
};
struct quotes quotes_in(dm_str s, size_t from);

/* return  where the next one is; s.len: there is none */
size_t quotes_next(struct quotes *q);

uint32_t char_read(dm_str s, size_t at, size_t *end); /* one of more than a byte */

/* The character at s[at]; 0 at the end. */
static inline uint32_t char_at(dm_str s, size_t at, size_t *end)
{
    const unsigned char c = at < s.len ? (unsigned char)s.ptr[at] : 0;
    if (c >= 0x80)
        return char_read(s, at, end);
    *end = at + (at < s.len);
    return c;
}

/* And the one before; 0 at the beginning. */
static inline uint32_t char_before(dm_str s, size_t at, size_t *begin)
{
    *begin = at;
    if (at == 0)
        return 0;
    do
        --*begin;
    while (((unsigned char)s.ptr[*begin] & 0xC0) == 0x80);
    size_t end;
    return char_at(s, *begin, &end);
}

/* Latin. */
static inline bool is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return (cp | 0x20) - 'a' < 26;
    return (cp >= 0xC0 && cp < 0x250 && cp != 0xD7 && cp != 0xF7) || (cp >= 0x1E00 && cp < 0x1F00);
}

static inline bool is_digit(uint32_t cp)
{
    return cp - '0' < 10;
}

static inline bool is_space(uint32_t cp)
{
    return cp == ' ' || cp == '\n' || cp == 0xA0 || cp == 0x202F;
}

static inline bool is_double_quote(uint32_t cp)
{
    return cp == '"' || (cp >= 0x201C && cp <= 0x201F) || cp == 0xAB || cp == 0xBB || cp == 0x300C ||
           cp == 0x300D;
}

bool is_lower(uint32_t cp);
bool is_upper(uint32_t cp);
bool is_other_script(uint32_t cp);

/* ---- paragraphs ----------------------------------------------------------------------------- */

/* What the paragraph behind one begins with, or has as its first sign. */
enum next_paragraph { NEXT_OTHER, NEXT_OPENS, NEXT_CLOSES };

/* Code, tables and protected stretches, in which nothing counts. */
struct bars {
    dm_array marks; /* of all kinds; none, if none is of these */
    uint32_t next;
    size_t end; /* how far those reach that were passed */
};

/* Whether one is at `at`, which never goes back. */
bool bars_hold(struct bars *b, size_t at);

struct prose {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    struct english english;
    struct quotes quotes;           /* walked through for doubts */
    struct bars doubted_bars, bars; /* at those, and at the signs of paragraphs */
    size_t tick;                    /* the first backtick */
    size_t fences;                  /* lines up to here were looked at for fences */
    bool fenced;                    /* the next one is between two lines of three backticks */
    size_t block_begin, block_end;  /* lines without a gap between them */
    bool wrapped;                   /* they are one paragraph */
    size_t begin, end;              /* the paragraph: a line, or such a block */
    const struct native *native;    /* of the text's language; NULL: English, or unknown */
    bool tight;                     /* most guillemets that open have no space behind */
    uint32_t kinds;                 /* of quotation marks in the text, as bits; 0: not looked for yet */
    int8_t curly;                   /* whether the text's quotes are: 1, 0, or -1: not looked at yet */
};

/* return  false: the text has no quotation mark */
bool prose_init(struct prose *p, dm_task *t, dm_doc *d, const struct small_words *words);

/* Go to the next paragraph of prose in which a quotation mark is in doubt.  return  false: there is none */
bool prose_next(struct prose *p);

bool prose_is_english(struct prose *p);

/* What other languages do not share. */
struct native {
    const char *languages;
    bool stop_behind; /* a full stop stands behind the closing sign: «…». */
    bool spaced;      /* « … » */
    bool cyrillic;    /* its signs are beside such letters */
};

/* The one that the metadata names; NULL: none. */
const struct native *native_of(dm_str language);
bool prose_is_curly(struct prose *p);

/* Whether the text has this quotation mark somewhere: » or one of “ ” „.  The first to ask pays for a walk through all. */
bool prose_has_sign(struct prose *p, uint32_t cp);

/* What follows a paragraph that ends at text[end]. */
enum next_paragraph prose_peek(dm_str text, size_t end);

/* Where the line ends. */
size_t line_end(dm_str s, size_t at);
bool is_blank(dm_str s, size_t begin, size_t end);

/* ---- order ---------------------------------------------------------------------------------- */

/* Walk p->quotes on to the next sign in a line whose signs the rest of the stage would perhaps not leave as they are.
 * return  where it is; text.len: there is none */
size_t order_next_doubt(struct prose *p);

/* ---- words ---------------------------------------------------------------------------------- */

/* Whether the word is a verb of speech ("said"), or a pronoun that may stand before one. */
bool is_speech_verb(dm_str s, dm_span word);
bool is_pronoun(dm_str s, dm_span word);

/* "the", "their": a word or two in quotes may follow; "that", "as": a whole clause. */
bool is_determiner(dm_str s, dm_span word);
bool is_introducer(dm_str s, dm_span word);

dm_span word_at(dm_str s, size_t at);
dm_span word_before(dm_str s, size_t at);

/* Whether somebody is said to speak in s[begin, end), behind a comma: `, he said`. */
bool has_attribution(dm_str s, size_t begin, size_t end);

/* ---- signs ---------------------------------------------------------------------------------- */

enum sign_kind { SIGN_PLAIN, SIGN_OPENING, SIGN_CLOSING };

/* How a sign stands: `x "y`, `x" y`, `x"y`, `x " y`. */
enum sign_shape { SHAPE_OPENER, SHAPE_CLOSER, SHAPE_TIGHT, SHAPE_LOOSE };

enum sign_role { ROLE_NONE, ROLE_OPEN, ROLE_CLOSE, ROLE_DROP };

struct sign {
    size_t begin, end;          /* bytes of the paragraph */
    size_t gap_begin, gap_end;  /* with the spaces on both sides */
    uint32_t cp, before, after; /* itself; the characters beside it, behind the spaces; 0: none */
    enum sign_kind kind;
    enum sign_shape shape;
    enum sign_role role;
    bool foreign; /* not of English */
    bool glued;   /* another sign follows at once */
    bool turned;  /* the role is not what the sign says */
    bool nested;  /* of a quotation of foreign signs within another one */
};

struct fix {
    dm_span at; /* bytes of the paragraph */
    char with[12];
    size_t len;
    uint32_t rule;
    double confidence;
    const char *evidence;
};

/* A paragraph at work. */
struct piece {
    dm_task *task;
    dm_str s;
    enum next_paragraph next;
    bool foreign;  /* has signs that are */
    bool curly;    /* what they become */
    bool unclosed; /* found: the last quotation has no end, and gets one */
    struct sign *signs;
    struct fix *fixes; /* room for four of each sign and one more */
    size_t count, fix_count, cap;
};

/* Read the signs of the paragraph.
 * p       says which do not count; NULL: all do
 * return  false: there are none, too many, or some that no prose has */
bool signs_read(struct piece *w, struct prose *p);

/* Give each sign its role.  return  false: the paragraph cannot be understood for certain */
bool machine_run(struct piece *w);

/* Make fixes of the roles. */
void repair_plan(struct piece *w);

/* The same for a paragraph of a text in another language, with what holds in all of them, and those of its own.
 * return  false: nothing is to be done */
bool native_plan(struct piece *w, struct prose *p);

enum sign_kind sign_kind(uint32_t cp);

#endif
