/* Shared by the files of clean-repeats.
 *
 * sift.c finds the few places where a word or a phrase may follow itself; most documents have none, and no line
 * that comes again (paragraphs.c), and are done with.  Else lines.c reads the lines of the text and says which are
 * prose.  words.c cuts a line into words, each with a key of 64 bits, so that loops.c can look for words and
 * phrases that follow themselves by comparing keys.  paragraphs.c finds whole lines that the document has had
 * before, lists.c holds the words that may well stand twice,
 * and grammar.c says where small ones do. */
#ifndef CLEAN_REPEATS_H
#define CLEAN_REPEATS_H

#include <docmill/plugin.h>

enum { RULE_DOUBLED_WORD, RULE_WORD_LOOP, RULE_DOUBLED_PHRASE, RULE_PHRASE_LOOP, RULE_REPEATED_LINE };

/* ---- the document --------------------------------------------------------------------------- */

enum {
    LINE_FIXED = 1u << 0, /* code, a table, a list item, a heading */
    LINE_VERSE = 1u << 1,
    LINE_ITEM = 1u << 2 /* a list item that is a sentence: words of it are looked at, the line is not */
};

/* A line that is not blank. */
struct repeats_line {
    size_t begin, end; /* without the spaces around it */
    size_t number;     /* from 1, blank lines counted */
    size_t same;       /* one more than the index of the line that it repeats; 0: it stays */
    unsigned flags;    /* LINE_... */
    bool above;        /* a blank line, or the text's start, stands before it */
};

/* Where something may follow itself. */
struct repeats_place {
    size_t at;   /* of a word: the first of two; of a phrase: somewhere in it */
    bool phrase; /* of several words */
};

struct repeats {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array classes; /* of its bytes */
    struct repeats_line *lines;
    size_t count;
    struct repeats_place *places; /* in the order of their lines */
    size_t place_count, place_cap;
    const struct repeats_lists *lists;
    struct repeats_triples *triples; /* of loops.c; NULL: not asked for yet */
    int language;                    /* LANGUAGE_..., or -1: not looked at yet */
};

/* ---- what is worth a look ------------------------------------------------------------------- */

/* Find all places where the rules for words and phrases could ask for a change, and some others; at most one of a
 * phrase for each line.
 * return  false: no memory */
bool repeats_sift(struct repeats *r);

/* The same for processors with AVX2 and BMI, in fewer steps (sift_wide.c).  Compilers that do not know its pragma do
 * without. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define REPEATS_WIDE 1
bool repeats_sift_wide(struct repeats *r);
#endif

/* ---- lines ---------------------------------------------------------------------------------- */

/* return  false: no memory */
bool repeats_read(struct repeats *r);

/* ---- words ---------------------------------------------------------------------------------- */

/* What stands between spaces. */
struct repeats_word {
    uint64_t key;      /* equal for words that are equal but for the case of ASCII letters, and some others */
    size_t begin, end; /* with all marks */
    size_t first, last; /* without the marks around it; first == last: there is nothing else */
};

struct repeats_words {
    struct repeats_word *at;
    size_t count, cap;
};

/* Cut s[begin, end) into words.
 * classes  of the text's bytes, by dm_classify()
 * return   false: no memory */
bool repeats_cut(dm_task *t, dm_str s, dm_array classes, size_t begin, size_t end, struct repeats_words *w);

/* Whether two words are the same but for the marks around them and the case of ASCII letters. */
bool repeats_same(dm_str s, const struct repeats_word *a, const struct repeats_word *b);

/* ---- what may stand twice ------------------------------------------------------------------- */

enum {
    LANGUAGE_OTHER,
    LANGUAGE_ENGLISH,
    LANGUAGE_FRENCH,
    LANGUAGE_SPANISH,
    LANGUAGE_GERMAN,
    LANGUAGE_ITALIAN,
    LANGUAGE_PORTUGUESE,
    LANGUAGE_DUTCH,
    LANGUAGE_POLISH,
    LANGUAGE_TURKISH,
    LANGUAGE_RUSSIAN,
    LANGUAGE_UKRAINIAN,
    LANGUAGE_ARABIC,
    LANGUAGE_PERSIAN,
    LANGUAGE_COUNT
};

/* The language of the document: its metadata, or else the small words that it is full of. */
int repeats_language(struct repeats *r);

/* A small word of that language. */
bool repeats_is_small_word(const struct repeats *r, int language, dm_str word);

/* A small word that one phrase may end with and the next begin with. */
bool repeats_grammar_doubles(const struct repeats *r, int language, dm_str word);

/* A word that may be doubled on purpose. */
bool repeats_is_reduplicated(const struct repeats *r, dm_str word);

/* The same, where a language of which it is a small word cannot be the text's: Italian has no `la la`. */
bool repeats_is_always_reduplicated(const struct repeats *r, dm_str word);

/* What is said three times for emphasis: "miles and miles and miles". */
bool repeats_is_piled_up(const struct repeats *r, dm_str word);

/* A word that ends a verb, "going on on Friday". */
bool repeats_takes_particle(const struct repeats *r, dm_str word);

enum repeats_doubling {
    REPEATS_TOO_MANY,
    REPEATS_MAY_DOUBLE, /* as well one as the other */
    REPEATS_DOUBLED     /* right as it is */
};

/* How many words before the two are asked about, at most. */
enum { REPEATS_CLAUSE = 7 };

/* What words i and i + 1, twice the same small word of that language, are by its grammar. */
enum repeats_doubling repeats_judge_double(const struct repeats *r, int language,
                                           const struct repeats_word *words, size_t count, size_t i);

/* All words of the lists, each where its bytes say or behind that; the stage's state. */
enum { REPEATS_LISTS_BITS = 11, REPEATS_SLOTS = 1 << REPEATS_LISTS_BITS };
struct repeats_lists {
    struct repeats_listed {
        uint64_t head, tail; /* the word, with zeros behind it */
        uint8_t len;         /* 0: free */
        uint32_t lists;
    } slots[REPEATS_SLOTS];
};
dm_status repeats_open_lists(dm_task *t, void *state);

/* ---- the rules ------------------------------------------------------------------------------ */

/* Words and phrases of one line that follow themselves, at the places that are on it.  return  false: no memory */
bool repeats_find_loops(struct repeats *r, const struct repeats_line *line,
                        const struct repeats_place *places, size_t count, struct repeats_words *words);

/* Whether two lines of the text seem to be the same, and either are long or follow each other.  Before
 * repeats_read().
 * return  false: no memory */
bool repeats_compare_lines(struct repeats *r, bool *found);

/* Lines that were there before; `same` then says so, and nothing else is to be done to them.
 * return  false: no memory */
bool repeats_find_lines(struct repeats *r);

#endif
