/* Shared by the files of clean-mojibake.
 *
 * Mojibake is what comes of reading UTF-8 in an encoding of one byte a character.  A unit is as many
 * characters as stand for the bytes of one sequence: `Ã©` for é.  unit.c finds units and says how sure it
 * is of each; line.c takes a line apart into cells and merges the cells of a unit into one, again and
 * again, as text may have been read wrongly several times; lossy.c knows units of which a part was
 * lost. */
#ifndef CLEAN_MOJIBAKE_H
#define CLEAN_MOJIBAKE_H

#include <docmill/plugin.h>

enum {
    RULE_WESTERN,
    RULE_CENTRAL,
    RULE_CYRILLIC,
    RULE_GREEK,
    RULE_ARABIC,
    RULE_DOS,
    RULE_MAC,
    RULE_REPEATED,
    RULE_LOST_SPACE,
    RULE_LOST_BYTE,
    RULE_LOST_QUOTE,
    RULE_CONTROL,
    RULE_MAC_LETTER,
    RULE_LOST_LETTER,
    RULE_NONE = 0xFF
};

/* ---- encodings ------------------------------------------------------------------------------ */

enum {
    ENCODING_1252,
    ENCODING_1250,
    ENCODING_1254,
    ENCODING_1257,
    ENCODING_1251,
    ENCODING_1253,
    ENCODING_1256,
    ENCODING_LATIN2,
    ENCODING_MAC,
    ENCODING_437,
    ENCODING_850,
    ENCODING_866,
    ENCODING_KOI8,
    ENCODING_COUNT
};

struct encoding {
    const char *name;
    uint16_t high[128]; /* code points of the bytes from 0x80; 0: none */
};

extern const struct encoding encodings[ENCODING_COUNT];

enum { MAPPED_MAX = 0x2700, MAPPED_COUNT = MAPPED_MAX + 3, SLOTS_MAX = 640 };

/* What a character stands for in each encoding. */
struct slot {
    uint16_t leads, trails; /* bit per encoding: begins, goes on a sequence of UTF-8 */
    uint8_t bytes[ENCODING_COUNT];
};

struct tables {
    uint16_t slots_of[MAPPED_COUNT]; /* 0: a character of none */
    struct slot slots[SLOTS_MAX];
};

void tables_build(struct tables *t);

/* The index of a character in slots_of; that of NUL, which no encoding has, for those beyond. */
static inline size_t tables_index(uint32_t cp)
{
    if (cp < MAPPED_MAX)
        return cp;
    if (cp == 0xF8FF) /* the apple of MacRoman */
        return MAPPED_MAX;
    return cp == 0xFB01 || cp == 0xFB02 ? MAPPED_MAX + cp - 0xFB00 : 0;
}

/* The slot of a character; one without any bits if no encoding has it. */
static inline const struct slot *tables_slot(const struct tables *t, uint32_t cp)
{
    return &t->slots[t->slots_of[tables_index(cp)]];
}

/* ---- characters ----------------------------------------------------------------------------- */

enum { NO_BREAK_SPACE = 0xA0, REPLACEMENT = 0xFFFD };

/* What may be natural beside a letter, and what is not. */
enum kind {
    KIND_OTHER,
    KIND_SPACE,
    KIND_DIGIT,
    KIND_UPPER,
    KIND_LOWER,  /* or without case */
    KIND_CLOSER, /* follows a letter, but has none behind it: ” ™ */
    KIND_JOINER, /* stands between letters: ’ – */
    KIND_WEIRD,  /* does not follow a letter: ¤ ‰ */
    KIND_MATH,
    KIND_BOX
};

/* What a unit comes to. */
enum result {
    RESULT_ODD, /* hardly ever written */
    RESULT_CONTROL,
    RESULT_PUNCTUATION,
    RESULT_LATIN,
    RESULT_SIGN,
    RESULT_ACCENT, /* a combining mark */
    RESULT_GREEK,
    RESULT_CYRILLIC,
    RESULT_HEBREW,
    RESULT_ARABIC,
    RESULT_INDIC,
    RESULT_CJK
};

/* s[at] starts a character.  The text that the host hands out is valid UTF-8. */
static inline size_t char_length(dm_str s, size_t at)
{
    const unsigned char lead = (unsigned char)s.ptr[at];
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static inline uint32_t char_decode(dm_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] < 0xE0)
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    if (p[0] < 0xF0)
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

size_t char_encode(uint32_t cp, char *out);

/* The character that windows-1252 has where Latin-1 has a control; others stay. */
uint32_t char_from_control_at(uint32_t cp);
static inline uint32_t char_from_control(uint32_t cp)
{
    return cp - 0x80 < 0x20 ? char_from_control_at(cp) : cp;
}

extern const char char_kinds[]; /* of the characters up to U+00FF, as digits */
enum kind char_kind_wide(uint32_t cp);
static inline enum kind char_kind(uint32_t cp)
{
    return cp < 0x100 ? (enum kind)(char_kinds[cp] - '0') : char_kind_wide(cp);
}

static inline bool char_is_letter(uint32_t cp)
{
    const enum kind k = char_kind(cp);
    return k == KIND_UPPER || k == KIND_LOWER;
}

static inline bool char_is_latin(uint32_t cp)
{
    return (cp < 0x250 || (cp >= 0x1E00 && cp < 0x1F00)) && char_is_letter(cp);
}

static inline bool char_is_lower(uint32_t cp)
{
    return char_kind(cp) == KIND_LOWER;
}

enum result char_result(uint32_t cp);

/* ---- lines ---------------------------------------------------------------------------------- */

struct cell {
    uint32_t cp;         /* 0: nothing is left of it */
    uint32_t begin, end; /* bytes of the text that it stands for, from the piece's begin */
    uint8_t rule;        /* why it differs from them; RULE_NONE: it does not */
    uint8_t level;       /* how often it was decoded */
    uint8_t depth;       /* the same, in this round */
    uint8_t encoding;
    uint8_t sure; /* 0: only because of what stands around it */
    bool frozen;  /* in a word beyond repair */
    /* How many cells from here on are of ASCII and have not changed, or fewer; 1 at least. */
    uint16_t plain;
};

/* A stretch of the text under repair: a line, or a part of a very long one. */
struct piece {
    const struct tables *tables;
    struct cell *cells, *spare;
    size_t count;
    uint32_t certain[ENCODING_COUNT]; /* units beyond doubt in it, by encoding */
    uint32_t around[ENCODING_COUNT];  /* the same, in the lines before */
    bool vietnamese;                  /* it has letters of Vietnamese, or units for such */
    uint32_t rings;                   /* how many `Ã¥` it has */
    bool extended;                    /* a unit for a letter of Latin Extended-A, š or ņ, was certain */
    bool controls;                    /* it has some; so has Latin-2 that windows-1250 would not leave */
    uint32_t scripts; /* results of several units in a row that are no Latin letters, as bits */
    bool dropped;     /* it has a word like `donât`, of which two controls were dropped */
    bool mac;         /* it has a letter of MacRoman that was read as Latin-1 */
    bool signs;       /* it has, or had, U+FFFD */
    bool quoting;     /* “ was met, and no ” yet */
};

static inline bool piece_is_frozen(const struct piece *p, size_t i)
{
    return p->cells[i].frozen;
}

/* A match at a cell. */
struct match {
    size_t length; /* cells; 0: none */
    uint32_t cp;   /* 0: nothing is put */
    uint8_t rule, encoding, sure;
};

static inline uint32_t piece_at(const struct piece *p, size_t i)
{
    return i < p->count ? p->cells[i].cp : '\n';
}

static inline uint32_t piece_before(const struct piece *p, size_t i)
{
    return i > 0 ? p->cells[i - 1].cp : '\n';
}

/* The first cell at or behind `i` that is not of ASCII. */
static inline size_t piece_skip_ascii(const struct piece *p, size_t i)
{
    const struct cell *const cells = p->cells;
    const size_t count = p->count;
    while (i < count && cells[i].cp < 0x80)
        i += cells[i].plain;
    return i;
}

/* The first cell at or behind `i` that was changed. */
static inline size_t piece_skip_right(const struct piece *p, size_t i)
{
    const struct cell *const cells = p->cells;
    const size_t count = p->count;
    while (i < count && cells[i].rule == RULE_NONE)
        i += cells[i].plain;
    return i;
}

/* Whether text that was read so is near. */
static inline bool piece_has(const struct piece *p, unsigned encoding)
{
    return p->certain[encoding] > 0 || p->around[encoding] > 1;
}

/* ---- units ---------------------------------------------------------------------------------- */

enum { CERTAIN = 10, RUN_MAX = 16 };

struct unit {
    size_t length;
    uint32_t cp;
    enum result result;
    int points; /* CERTAIN and more: no doubt */
    bool mixed; /* of characters that were decoded, and others that were not */
    bool taken;
};

/* The units that follow each other from cell `i`, in the encoding that suits them best.
 * behind  the encoding of the run that ended here; ENCODING_COUNT: none
 * return  how many, at most RUN_MAX; 0: none of them is to be decoded */
size_t units_find(const struct piece *p, size_t i, unsigned behind, struct unit *units, unsigned *encoding);

/* Whether a sequence may begin here in any encoding. */
bool units_may_begin(const struct tables *t, uint32_t cp, uint32_t next);

/* Decode all that is to be.  return  whether anything was */
bool piece_repair(struct piece *p);

/* Words that were decoded, and how many of them a text shows on purpose. */
struct mentions {
    size_t words, shown;
};

/* line  the text of the piece */
struct mentions mentions_count(const struct piece *p, dm_str line);

/* ---- U+FFFD --------------------------------------------------------------------------------- */

enum { SIGNS_MAX = 400 /* more of them, and the text is beyond repair */, LOST_SLOTS = 1024 };

/* A word that has one. */
struct lost_word {
    dm_str before, behind; /* the letters beside it */
    uint32_t letter;       /* that stands there in the same word elsewhere; 0: it is not met */
    bool several;          /* others stand there, too */
};

struct lost_words {
    struct lost_word words[SIGNS_MAX];
    size_t count;
    uint16_t slots[LOST_SLOTS]; /* by the hash of a word, its number from 1; 0: the slot is empty */
};

/* What it stands for. */
struct reading {
    uint32_t letter; /* 0: nobody knows */
    bool elsewhere;  /* the word stands whole elsewhere; else it has but this reading */
};

/* Read the text, which has at most SIGNS_MAX of them: which words have one, and which of these stand whole elsewhere.
 * words  zeroed
 * cost   two passes over the text, whatever their number */
void replaced_learn(struct lost_words *words, dm_str text);

/* What U+FFFD at text[at] stands for. */
struct reading replaced_find(const struct lost_words *words, const struct tables *t, dm_str text, size_t at);

/* A unit in which something was lost. */
struct match lossy_find(const struct piece *p, size_t i, bool in_run);

#endif
