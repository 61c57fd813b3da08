/* Shared by the files of clean-quotes.
 *
 * scan.c finds quotation marks; prose.c the paragraphs of English prose that have some.  Of such a
 * paragraph signs.c makes a row of signs, each with what stands beside it.  machine.c gives each sign its
 * role, or gives the paragraph up; repair.c turns roles into fixes.  The repaired paragraph is then read
 * once more, and the fixes are made only if it needs none. */
#ifndef CLEAN_QUOTES_H
#define CLEAN_QUOTES_H

#include <docmill/plugin.h>

enum { RULE_DIRECTION, RULE_ATTACHMENT, RULE_REOPENED, RULE_UNCLOSED, RULE_FOREIGN_PAIR, RULE_ATTRIBUTION };

/* ---- the scan ------------------------------------------------------------------------------- */

/* return  the first double quotation mark of any kind at or after `from`; s.len: there is none */
size_t scan_quote(dm_str s, size_t from);

/* The character at s[at]; 0 at the end.  And the one before; 0 at the beginning. */
uint32_t char_at(dm_str s, size_t at, size_t *end);
uint32_t char_before(dm_str s, size_t at, size_t *begin);

bool is_letter(uint32_t cp); /* Latin */
bool is_lower(uint32_t cp);
bool is_digit(uint32_t cp);
bool is_space(uint32_t cp);
bool is_other_script(uint32_t cp);
bool is_double_quote(uint32_t cp);

/* ---- paragraphs ----------------------------------------------------------------------------- */

/* What the paragraph behind one begins with, or has as its first sign. */
enum next_paragraph { NEXT_OTHER, NEXT_OPENS, NEXT_CLOSES };

/* Small words that tell a language: the stage's state, which words_open() fills.  Each has a slot of its own. */
enum { SMALL_WORDS = 256, SMALL_SLOTS = 4096 };
struct small_words {
    uint64_t multiplier;         /* of the hash, which is as good as none has two words in a slot */
    uint8_t places[SMALL_SLOTS]; /* in what follows, from 1; 0: empty */
    uint64_t words[SMALL_WORDS];
    uint8_t english[SMALL_WORDS], other[SMALL_WORDS]; /* 1 or 0 */
};

enum { SIGNS_MAX = 256 };

struct prose {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks;
    uint32_t mark;     /* the next one to look at */
    size_t barred_end; /* how far the marks reach in which nothing counts */
    size_t line;       /* lines were told apart up to here */
    size_t block_end;  /* lines up to here are paragraphs of their own */
    bool fenced;       /* between two lines of three backticks */
    size_t begin, end; /* the paragraph: a line, or a block of wrapped lines */
    const struct small_words *small_words;
    int8_t document; /* whether the text is English: 1, 0, or -1: not looked at yet */
    bool curly;      /* whether its quotes are */
    size_t signs;    /* as many as it may have at most, up to SIGNS_MAX */
};

/* Go to the next paragraph of prose that has a quotation mark.  return  false: there is none */
bool prose_next(struct prose *p);

bool prose_is_english(struct prose *p);
/* Find out `curly` and `signs`. */
void prose_survey(struct prose *p);
enum next_paragraph prose_peek(const struct prose *p);

/* Whether code, a table or a protected stretch is at `at`, which never goes back. */
bool prose_is_barred(struct prose *p, size_t at);

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

struct votes {
    size_t english, other;
    size_t accented; /* words with letters beyond ASCII */
};
dm_status words_open(dm_task *t, void *state);
struct votes words_vote(const struct prose *p, size_t begin, size_t end);

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
    dm_str s;
    enum next_paragraph next;
    bool curly;    /* what foreign signs become */
    bool unclosed; /* found: the last quotation has no end, and gets one */
    struct sign *signs;
    struct fix *fixes; /* room for two of each sign and one more */
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

#endif
