/* Shared by the files of clean-names.
 *
 * Small words are looked up in the list of typos (typos.c).  scan.c walks through the others: capitalised
 * ones are kept.  From those people.c learns who is named how: which names follow which, in
 * which sentences.  variants.c then looks for two spellings of one name, which sound.c compares.
 * glossary.c replaces what the pipeline file says, and comes first. */
#ifndef CLEAN_NAMES_H
#define CLEAN_NAMES_H

#include <docmill/plugin.h>

enum { RULE_NAME_VARIANT, RULE_GLOSSARY, RULE_TYPO };

enum { NAME_MIN = 4, NAME_MAX = 30, NOBODY = -1 };

/* ---- state ---------------------------------------------------------------------------------- */

struct typo_table;
struct listed;
struct small_words;

struct names_state {
    dm_array glossary; /* of dm_pair: wrong, right */
    const struct typo_table *typos;
    const struct listed *words;            /* titles, common words and words of kinship, by hash */
    const struct small_words *small_words; /* that tell languages */
};

/* ---- the text at work ----------------------------------------------------------------------- */

/* A capitalised word where it stands. */
struct occurrence {
    size_t begin, end;
    uint32_t sentence, line; /* from 1 */
    int32_t name;            /* index of the name; NOBODY: too short or too common to be one */
    bool joined;             /* the occurrence before it is the word before, with a space between */
};

struct names {
    const struct names_state *state;
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_span *taken; /* by the glossary, in order */
    size_t taken_count;
    struct occurrence *met;
    size_t met_count, met_cap;
    int english; /* 1, 0: words of other languages may look like typos, or -1: not looked at yet */
};

/* ---- the steps ------------------------------------------------------------------------------ */

dm_status names_open_typos(dm_task *t, struct names_state *state);
dm_status names_open_lists(dm_task *t, struct names_state *state);
dm_status names_open_languages(dm_task *t, struct names_state *state);
dm_status names_check_glossary(dm_task *t, const struct names_state *state);

/* Each returns false when there is no memory. */
bool names_use_glossary(struct names *n);
bool names_scan(struct names *n);
bool names_unify(struct names *n);

/* Whether the glossary has a say in s[begin, end). */
bool names_is_taken(const struct names *n, size_t begin, size_t end);

/* Take over what the metadata say of the language; if they say nothing, it is looked at once it matters. */
void names_read_language(struct names *n);

/* The word at text[begin, end), in small letters, unless it is no typo. */
void names_check_typo(struct names *n, size_t begin, size_t end);

/* The words of a line, or of a part of it, that are of small letters only.
 * classes of the text's bytes, by dm_classify() */
void names_check_small_words(struct names *n, dm_array classes, dm_span at);

/* ---- words ---------------------------------------------------------------------------------- */

/* Whether the byte is of a letter or digit; marks of three bytes that begin with E2 are not. */
bool names_is_word_byte(unsigned char c);

/* Whether a word may begin, or end, at s[at]: not in an address, a file name or a compound. */
bool names_begins_at(dm_str s, size_t at);
bool names_ends_at(dm_str s, size_t at);

bool names_is_title(const struct names_state *state, dm_str word);  /* "President", "Mr" */
bool names_is_nobody(const struct names_state *state, dm_str word); /* a title, "The", "Ministry", "Monday" */
bool names_is_kinship(const struct names_state *state,
                      dm_str word);           /* "brother", "spelled": the text may be telling two apart */
bool names_is_english(const struct names *n); /* no other language has more small words in its beginning */

/* ---- sounds --------------------------------------------------------------------------------- */

/* How a name sounds, as far as transliterations agree. */
struct sound {
    char full[NAME_MAX + 2]; /* consonants and classes of vowels: "zalmai" and "zalmay" are "salmi" */
    char bare[NAME_MAX + 2]; /* without the vowels */
    uint8_t full_len, bare_len;
};

struct sound sound_of(dm_str name);

/* So many sounds without the vowels must a name have to be like another one. */
enum { SOUND_MIN = 2 };

enum likeness { UNLIKE, ALIKE /* all but one sound */, SAME_SOUND };
enum likeness sound_compare(dm_str a, dm_str b);

/* ---- people --------------------------------------------------------------------------------- */

struct person_name {
    dm_str text;                  /* as it stands first */
    uint64_t bucket;              /* names that may be alike share it; 0: it is like no other */
    uint32_t count;               /* occurrences */
    uint32_t full;                /* of these, behind a given name */
    uint32_t leading;             /* of these, before another name */
    int32_t given;                /* the name before it; NOBODY: there is none */
    int32_t next;                 /* the name that follows it; NOBODY: none does */
    size_t first;                 /* its first occurrence */
    size_t first_full;            /* its first one behind a given name */
    bool nobody;                  /* a title or a common word, and no name */
    bool many_givens, many_nexts; /* there are several */
    int32_t becomes;              /* the spelling that replaces it; NOBODY: it stays */
    double sure;                  /* and how sure that is */
};

struct people {
    struct person_name *names;
    size_t count;
};

/* Give each occurrence its name.  return  false: no memory */
bool people_learn(struct names *n, struct people *p);

/* Whether the two are met in one sentence, or one in a sentence about kin or spelling. */
bool people_are_told_apart(const struct names *n, int32_t a, int32_t b);

#endif
