/* Shared by the files of clean-names.
 *
 * scan.c finds the words that matter (words.h).  Those of small letters are looked up in the list of typos (typos.c),
 * if the text is English (language.c).  Capitalised ones are kept, and if two of them may be one name (alike.c),
 * people.c learns who is named how: which names follow which, in which sentences.  variants.c then looks for two
 * spellings of one name, which sound.c compares.  Most documents have neither a typo nor two names that sound alike, so
 * whatever else is to be known, such as what is code (code.c), is asked only once something is found.
 * glossary.c replaces what the pipeline file says, and comes first. */
#ifndef CLEAN_NAMES_H
#define CLEAN_NAMES_H

#include <docmill/plugin.h>

enum { RULE_NAME_VARIANT, RULE_GLOSSARY, RULE_TYPO };

enum { NAME_MIN = 4, NAME_MAX = 30, NOBODY = 0 };

/* ---- state ---------------------------------------------------------------------------------- */

struct typo_table;
struct word_lists;
struct small_words;
struct stretch;

struct names_state {
    dm_array glossary; /* of dm_pair: wrong, right */
    const struct typo_table *typos;
    const struct word_lists *words;        /* titles, common words and words of kinship */
    const struct small_words *small_words; /* that tell languages */
};

/* ---- the text at work ----------------------------------------------------------------------- */

/* A capitalised word where it stands. */
struct occurrence {
    size_t begin;
    uint64_t head, tail; /* its first eight bytes; its last ones if there are more */
    uint32_t len;
    int32_t name; /* number of the name, from 1; NOBODY: it is too common to be one */
};

struct names {
    const struct names_state *state;
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_span *taken; /* by the glossary, in order */
    size_t taken_count;
    dm_span *code; /* lines of code, in order, once they are known */
    size_t code_count, code_cap;
    bool code_is_known;
    struct occurrence *met;
    size_t met_count, met_cap;
    unsigned searches; /* of the text, for a word that is cited */
    int english;       /* 1, 0: words of other languages may look like typos, or -1: not looked at yet */
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

/* Whether one of the spans, which are in order and apart, has a part of [begin, end). */
bool names_touches(const dm_span *spans, size_t count, size_t begin, size_t end);

/* Take over what the metadata say of the language; if they say nothing, it is looked at once it matters. */
void names_read_language(struct names *n);

/* Ask for edits where one of the small words is a typo. */
void names_check_typos(struct names *n, const struct stretch *s);

/* Fill n->code.  return  false: no memory */
bool names_find_code(struct names *n);

/* ---- words ---------------------------------------------------------------------------------- */

/* Whether the byte is of a letter or digit; marks of three bytes that begin with E2 are not. */
bool names_is_word_byte(unsigned char c);

/* `al-Tamrawi`: a word of its own. */
bool names_is_behind_article(dm_str s, size_t at);

/* Whether a word may begin, or end, at s[at]: not in an address, a file name or a compound. */
bool names_begins_at(dm_str s, size_t at);
bool names_ends_at(dm_str s, size_t at);

bool names_is_title(const struct names_state *state, dm_str word);  /* "President", "Mr" */
bool names_is_nobody(const struct names_state *state, dm_str word); /* a title, "The", "Ministry", "Monday" */
bool names_is_kinship(const struct names_state *state,
                      dm_str word); /* "brother", "spelled": the text may be telling two apart */

/* Whether the word, its first letter in either case, is one of `words`: small ones of fewer than 14 letters, with a space
 * before and behind each. */
bool names_is_among(dm_str word, const char *words);

/* By the metadata; else whether no other language has more small words in the text's beginning. */
bool names_is_english(struct names *n);

/* Whether the word is met in small letters, too: then it is a word, and no name. */
bool names_is_word_too(dm_str s, dm_str name);

/* ---- sounds --------------------------------------------------------------------------------- */

/* How a name sounds, as far as transliterations agree. */
struct sound {
    char full[2 * NAME_MAX + 2]; /* consonants and classes of vowels: "zalmai" and "zalmay" are "salmi" */
    char bare[2 * NAME_MAX + 2]; /* without the vowels */
    uint8_t full_len, bare_len;
};

struct sound sound_of(dm_str name);

/* Write the name in plain small letters.  out  [NAME_MAX + 1].  return  their number; 0: it has others */
size_t sound_letters(dm_str name, char *out);

/* So many sounds without the vowels must a name have to be like another one. */
enum { SOUND_MIN = 2 };

enum likeness { UNLIKE, ALIKE /* all but one sound, and the first one is the same */, SAME_SOUND };
enum likeness sound_compare(dm_str a, dm_str b);

/* ---- people --------------------------------------------------------------------------------- */

/* A capitalised word, once, however often it is met. */
struct spelling {
    uint64_t head, tail; /* as in its occurrences */
    size_t begin;        /* where it is met first */
    uint32_t len;
};

struct person_name {
    dm_str text;                  /* as it stands first */
    uint32_t count;               /* occurrences */
    uint32_t full;                /* of these, behind a given name */
    uint32_t leading;             /* of these, before another name */
    uint32_t followers;           /* names of which it is `given` */
    int32_t given;                /* the name before it; NOBODY: there is none */
    int32_t next;                 /* the name that follows it; NOBODY: none does */
    size_t first;                 /* its first occurrence */
    size_t first_full;            /* its first one behind a given name */
    bool nobody;                  /* a title or a common word, and no name */
    bool many_givens, many_nexts; /* there are several */
    int32_t becomes;              /* the spelling that replaces it; NOBODY: it stays */
    double sure;                  /* and how sure that is */
    dm_str evidence;              /* that others become it; ptr NULL: not written yet */
};

struct people {
    struct spelling *spellings; /* from 1 on, by the number of the name */
    struct person_name *names;  /* from 1 on */
    size_t count;
};

/* Number the spellings.  return  false: no memory */
bool people_number(struct names *n, struct people *p);

/* Fill p->names.  return  false: no memory */
bool people_learn(struct names *n, struct people *p);

/* The spelling as it stands first. */
dm_str people_text(const struct names *n, const struct people *p, int32_t name);

/* Whether occurrence `i` stands behind another one, with a space between, or a space and an article: `Yusuf al-Tamrawi`. */
static inline bool people_are_joined(const struct names *n, size_t i)
{
    enum { ARTICLE = 3 };
    const size_t one = i > 0;
    const struct occurrence *const o = &n->met[i], *const before = o - one;
    const size_t end = before->begin + before->len;
    if (__builtin_expect(o->begin == end + 1 + ARTICLE, 0))
        return names_is_behind_article(n->text, o->begin);
    return (o->begin == end + 1) & (n->text.ptr[o->begin - one] == ' ');
}

static inline dm_str people_word(const struct names *n, const struct occurrence *o)
{
    return (dm_str){n->text.ptr + o->begin, o->len};
}

/* Whether two are the same word, but for what is between the head and the tail of a long one. */
static inline bool people_have_same_ends(const struct occurrence *a, const struct occurrence *b)
{
    return ((a->head ^ b->head) | (a->tail ^ b->tail) | (a->len ^ b->len)) == 0;
}

/* The set of the consonants of occurrence `i`, which is that of all names that sound like it without the vowels. */
uint32_t people_consonants(const struct names *n, size_t i);

/* Whether two names of the text sound alike and may be one, which few documents have; or there is no memory. */
bool people_may_be_alike(const struct names *n);

/* Whether a word that stands behind another one is one slip away from one that does not, or there may be such. */
bool people_may_be_misspelt(const struct names *n);

/* Let lone surnames that are misspelt become those of the full names.  return  how many */
size_t people_find_misspelt(struct names *n, struct people *p);

/* Whether the sentence around text[at] speaks of kin, of spelling, or of another one of that name. */
bool people_are_told_of(const struct names *n, size_t at);

/* Whether the two are met in one sentence, or one in a sentence about kin or spelling. */
bool people_are_told_apart(const struct names *n, int32_t a, int32_t b);

/* The same, whatever is said of kin. */
bool people_are_set_apart(const struct names *n, int32_t a, int32_t b);

#endif
