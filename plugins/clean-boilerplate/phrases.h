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
    uint32_t next;            /* of the same list, with a higher number; PHRASES_END: none */
    uint64_t head, head_mask; /* its first bytes up to a wildcard, at most eight */
    uint64_t tail, tail_mask; /* and its last ones */
};

enum { PHRASES_END = INT32_MAX, PHRASES_LISTS = 8192, PHRASES_BITS = 1 << 18 };

/* Phrases in the order in which they are tried.  Each is in one of the lists that `next` links: by its first four
 * bytes, or else by its last four, where few lines find anything.  A bit for each of these fours says whether it is worth
 * a look.  phrases.c:hash() gives them their numbers. */
struct phrases {
    struct folded_phrase *items;
    size_t count;
    uint32_t heads[PHRASES_LISTS], tails[PHRASES_LISTS];
    uint64_t known_heads[PHRASES_BITS / 64], known_tails[PHRASES_BITS / 64];
    uint32_t others;      /* have wildcards among both */
    bool others_of_ascii; /* one of these may begin with ASCII */
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
