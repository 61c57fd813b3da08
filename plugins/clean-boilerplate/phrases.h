/* What pages print around their articles, as phrases of the line that it stands on. */
#ifndef CLEAN_BOILERPLATE_PHRASES_H
#define CLEAN_BOILERPLATE_PHRASES_H

#include <docmill/plugin.h>

enum phrase_class {
    CLASS_INTERFACE,
    CLASS_SHARE,
    CLASS_COMMENTS,
    CLASS_NEWSLETTER,
    CLASS_COOKIES,
    CLASS_RELATED,
    CLASS_TAGS,
    CLASS_CREDIT,
    CLASS_ADVERTISEMENT,
    CLASS_SOURCE,
    CLASS_COPYRIGHT,
    CLASS_RELATED_HEADING, /* what follows it goes too */
    CLASSES
};

/* The name of a class in phrases/ and in the option `phrases`. */
extern const char *const phrase_class_names[CLASSES];

/* text: `#` is a number, `*` anything; weak: it stands in articles too */
struct phrase {
    const char *text;
    enum phrase_class class;
    bool weak;
};
extern const struct phrase phrases_built_in[]; /* [phrases_built_in_count] */
extern const size_t phrases_built_in_count;

/* A phrase as it is compared: folded. */
struct folded_phrase {
    dm_str text;
    enum phrase_class class;
    bool weak;
    uint16_t fixed;           /* bytes before its first wildcard */
    uint32_t next;            /* of the same list, with a higher number; PHRASES_END: none */
    uint64_t head, head_mask; /* its first bytes up to a wildcard, at most eight */
    uint64_t tail, tail_mask; /* and its last ones */
};

enum {
    PHRASES_END = INT32_MAX,
    PHRASES_LISTS = 1 << 14,
    PHRASES_ODD_LISTS = 512,
    PHRASES_BITS = 1 << 17,
    PHRASES_HEADS = 1 << 18,
    PHRASES_ODD_BITS = 1 << 13
};

/* Phrases that are found by the hash of their ends. */
struct phrase_table {
    uint64_t known[PHRASES_BITS / 64]; /* a bit for each hash: most lines are in no list */
    uint32_t lists[PHRASES_LISTS];
};

/* Phrases in the order in which they are tried.  Each is in one of the lists that `next` links: nearly all have no wildcard,
 * or are open behind eight bytes and more.  The others are listed by their first four bytes, or else by their last four. */
struct phrases {
    struct folded_phrase *items;
    size_t count;
    struct phrase_table whole, open;
    uint64_t
        known[PHRASES_HEADS / 64]; /* a bit for the hash of each head in these: what most lines ask first */
    uint64_t odd_heads[PHRASES_ODD_BITS / 64], odd_tails[PHRASES_ODD_BITS / 64];
    uint64_t odd_few[PHRASES_ODD_BITS / 64]; /* tails of four or five bytes */
    uint32_t heads[PHRASES_ODD_LISTS], tails[PHRASES_ODD_LISTS];
    uint32_t others;          /* have wildcards among both */
    uint64_t others_begin[4]; /* a bit for each byte with which one of these may begin */
};

/* Take the built-in phrases and those of the user: class, phrases.
 * errors  DM_ELIMIT */
dm_status phrases_open(dm_task *t, struct phrases *p, dm_array own);

/* Whether a line, as it is in the text but for the spaces around it, may be a phrase when it is folded: what its first
 * and last letters tell. */
bool phrases_may_find(const struct phrases *p, dm_str line);

/* The phrase that a folded line is.  NULL: none */
const struct folded_phrase *phrases_find(const struct phrases *p, dm_str line);

#endif
