/* Shared by the files of clean-punctuation.
 *
 * scan.c finds places where two neighbours look odd together; a clean text has few.  prose.c says
 * whether such a place stands in English prose at all.  What is done there is in cluster.c (marks and the
 * spaces around them), stop.c (full stops inside a sentence) and join.c (brackets, hyphens, case).
 * words.c knows the words that decide. */
#ifndef CLEAN_PUNCTUATION_H
#define CLEAN_PUNCTUATION_H

#include <docmill/plugin.h>

#include "../subject/english.h"

enum {
    RULE_SPACE_BEFORE,
    RULE_SPACE_AFTER,
    RULE_BRACKET_SPACE,
    RULE_DOUBLED,
    RULE_ORPHAN,
    RULE_STRAY_STOP,
    RULE_FOREIGN_MARK,
    RULE_HYPHEN_SPACE,
    RULE_CASE
};

/* ---- the scan ------------------------------------------------------------------------------- */

struct prose;

/* What the scan knows of each byte; scan_open() fills it. */
enum { SCAN_KINDS = 256 };
void scan_open(uint32_t kinds[SCAN_KINDS]);

/* How long the word is that ends before the space before `at`, if it is one of those that are odd with a capital, as
 * in `company Said in`; else 0. */
size_t scan_capital(dm_str s, size_t at);

/* Call `odd` for the places that do not suit what is before them, one after the other.
 * classes  those of dm_classify()
 * cost     a cycle a byte, in prose */
void scan(const uint32_t kinds[SCAN_KINDS], dm_str s, dm_array classes, struct prose *p,
          void (*odd)(struct prose *p, size_t at));

/* ---- where it stands ------------------------------------------------------------------------ */

/* What is known of the line's language.  All rules are for English; those that hold wherever Latin letters are
 * written are for the other languages too, in a text whose language is named in its metadata. */
enum tongue {
    TONGUE_FOREIGN, /* not the text's, or nobody knows which */
    TONGUE_ENGLISH,
    TONGUE_FRENCH,  /* with spaces before ; : ? ! */
    TONGUE_SPANISH, /* with marks that stand on their heads */
    TONGUE_ITALIAN, /* with articles that end in an apostrophe */
    TONGUE_LATIN,   /* another one in Latin letters */
    TONGUE_CYRILLIC,
    TONGUE_ARABIC /* or Persian, or Urdu: with marks of its own */
};

/* A word of one list or several; lists_open() fills the table of them, each at its hash or behind it. */
enum { LISTED_SLOTS = 2048 };
struct listed_word {
    uint64_t begin; /* the first eight letters */
    uint32_t end;   /* and the rest */
    uint32_t lists; /* of enum word_list, as bits; 0: no word */
};

struct prose {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks, classes;
    uint32_t mark;     /* the next one to look at */
    size_t fence;      /* what may be of one is not before */
    size_t code_end;   /* how far the marked code and tables reach that were met */
    size_t begin, end; /* the line, without its break */
    size_t next;       /* where the next line begins */
    bool fenced;       /* between two lines of three backticks */
    bool shaped;       /* the line's spaces are its shape */
    size_t tick_at;    /* backticks of the line were counted up to here */
    bool ticked;       /* and there was an odd number of them */
    int8_t tongue;     /* of the line; -1: not looked at yet */
    int8_t code;       /* whether the line looks like code: 1, 0, or -1: not looked at yet */
    struct english english;
    const struct listed_word *listed;
    enum tongue named;      /* of the metadata */
    size_t done;            /* what is before was dealt with */
    size_t capitals, small; /* how many sentences begin so in the text; see sentence_count() */
    size_t careless;        /* of these, with a small letter in a word such as sentences begin with */
    bool counted;
    unsigned searches; /* of the text that were made for evidence */
    int8_t empty, gap,
        names; /* whether the text has `()`, `Said` several times: 1, 0, or -1: not looked for yet */
};

/* Go to the line of `at`, which never goes back.
 * return  whether that place is prose and not code, a table or an indented block */
bool prose_reach(struct prose *p, size_t at);

enum tongue prose_tongue(struct prose *p);

/* Whether it is one that the metadata must name; where they do not, the words are not asked. */
bool prose_is_named(struct prose *p, enum tongue tongue);

/* Whether the text's language and the line's is one of another script, which script_mend() is for. */
bool prose_is_of_other_script(struct prose *p);

/* Find what the metadata says of the language. */
void prose_open(struct prose *p);

/* Ask for an edit, if the rule is for the line's language and no edit was made there yet. */
void prose_fix(struct prose *p, dm_span at, dm_str with, uint32_t rule, double confidence, dm_str evidence);

/* Whether the text has `form` somewhere; no longer so when that was asked very often. */
bool prose_has(struct prose *p, const char *form, size_t len);

/* Whether the text has `form` twice.  The whole of it is searched, but once, as `known` keeps the answer. */
bool prose_has_twice(const struct prose *p, const char *form, int8_t *known);

/* Characters beside a place of the line; 0: the line ends there. */
uint32_t char_before(const struct prose *p, size_t at, size_t *begin);
uint32_t char_at(const struct prose *p, size_t at, size_t *end);

bool is_latin(uint32_t cp);
bool is_other_letter(uint32_t cp); /* Cyrillic, Arabic, or a sign above or below such a one */
bool is_lower(uint32_t cp);
bool is_upper(uint32_t cp);
bool is_digit(uint32_t cp);
bool is_closing_quote(uint32_t cp);
bool is_quote(uint32_t cp);

/* ---- words ---------------------------------------------------------------------------------- */

/* The letters that end or begin at a place of the line. */
dm_span word_before(const struct prose *p, size_t at);
dm_span word_at(const struct prose *p, size_t at);

/* What a word may be; lists of ASCII words, told apart without regard to case. */
enum word_list {
    WORDS_ABBREVIATION, /* takes a full stop of its own */
    WORDS_ARTICLE,      /* "the ; key" names a mark */
    WORDS_FUNCTION,     /* goes on with a sentence */
    WORDS_STARTER,      /* begins a sentence, or goes on in a clause of its own */
    WORDS_UNENDING,     /* cannot end a sentence */
    WORDS_LEADING,      /* does not, where the next word is in small letters */
    WORDS_PART,         /* before "of" that may end a sentence: "made the most of" */
    WORDS_VERB,         /* behind a subject, so that a sentence may begin before that */
    WORDS_ADVERB,       /* begins a sentence, with a comma: "Thus," */
    WORDS_OWNER,        /* "their own" */
    WORDS_GOING_ON,     /* of other Latin languages; goes on with a sentence */
    WORDS_ELIDED,       /* of Italian or French; ends in an apostrophe, and goes on at once */
    WORDS_BESIDE,       /* takes a mark that is spoken of: "before ! and ?" */
    WORDS_WORK,         /* of art, which has a name: "the film In the city" */
    WORDS_CALLED,       /* has an empty pair of brackets of its own: "the method ()" */
    WORDS_BEHIND_NAME,  /* is seldom behind another verb: "the scholar Said was" */
    WORDS_PARTICLE,     /* of a name, and may begin a sentence in lower case */
    WORDS_SUSPENDED,    /* may follow a suspended hyphen */
    WORDS_PREFIX,       /* takes a hyphen */
    WORDS_HEAD,         /* is often the first word of a compound: "long-term" */
    WORDS_TAIL,         /* is the last word of many compounds: "Kurdish-led" */
    WORDS_AFTER_DASH,   /* goes on behind a dash that was written as a hyphen */
    WORDS_UNIT,         /* "20-year" */
    WORDS_NUMBER,       /* "two-year" */
    WORDS_DOMAIN,       /* ends the name of a host, a file or a library */
    WORDS_SPEECH,       /* "said:" */
    WORDS_WEEKDAY,
    WORDS_MONTH,
    WORDS_PREPOSITION /* before a date */
};

void lists_open(struct listed_word words[LISTED_SLOTS]);
bool word_is(const struct prose *p, dm_span word, enum word_list list);

/* ---- what is done --------------------------------------------------------------------------- */

/* Marks in a row, with the spaces before and between them. */
struct cluster_mark {
    char plain;        /* as ASCII */
    bool foreign;      /* and not so in the text */
    size_t begin, end; /* bytes */
};
enum { CLUSTER_MAX = 4 };
struct cluster {
    size_t begin, end; /* with the spaces before */
    struct cluster_mark marks[CLUSTER_MAX];
    size_t count; /* more than CLUSTER_MAX: not all are kept */
};

void cluster_mend(struct prose *p, size_t at);

/* A full stop alone: mend it if it is stray, or lacks the space behind it. */
void stop_mend(struct prose *p, const struct cluster *c);

void bracket_mend(struct prose *p, size_t at);
void empty_mend(struct prose *p, size_t at); /* at: of the second bracket of () or ( ) */
void hyphen_mend(struct prose *p, size_t at);
void case_mend(struct prose *p, size_t at);    /* at: of a name */
void capital_mend(struct prose *p, size_t at); /* at: of the small word behind the one with the capital */
void elision_mend(struct prose *p, size_t at); /* at: of the space behind the apostrophe */
void script_mend(struct prose *p, const struct cluster *c);
void inverted_mend(struct prose *p, size_t at); /* ¿ ¡ */

#endif
