/* The words of class names and ids, and the first words of a block, by what they speak of.  Both are
 * hints among others: no word alone takes a block in or leaves one out. */
#ifndef CONTENT_VOCABULARY_H
#define CONTENT_VOCABULARY_H

#include "docmill/plugin.h"

/* What the words of a class name or id are about; each is a bit of a set. */
enum content_topic {
    TOPIC_BODY,       /* the text itself, for certain: entry-content, articleBody */
    TOPIC_CONTENT,    /* some text */
    TOPIC_ARTICLE,    /* an article or what is around it */
    TOPIC_COMMENT,    /* what readers say */
    TOPIC_SHARE,      /* share bars and social networks */
    TOPIC_RELATED,    /* other articles */
    TOPIC_NAV,        /* navigation */
    TOPIC_PAGER,      /* previous and next */
    TOPIC_HEADER,     /* of the page */
    TOPIC_FOOTER,     /* of the page */
    TOPIC_SIDEBAR,    /* beside the text */
    TOPIC_AD,         /* advertisements */
    TOPIC_BYLINE,     /* who and when */
    TOPIC_BIO,        /* who the author is */
    TOPIC_NEWSLETTER, /* newsletters, accounts, paywalls */
    TOPIC_COOKIE,     /* consent */
    TOPIC_POPUP,      /* what lies above the page */
    TOPIC_CAPTION,    /* of a picture */
    TOPIC_MEDIA,      /* pictures, videos, carousels */
    TOPIC_TAGS,       /* tags and categories */
    TOPIC_TOC,        /* table of contents */
    TOPIC_TITLE,      /* headlines */
    TOPIC_LEAD,       /* the first lines of an article, or its summary */
    TOPIC_LIST,       /* lists, grids and their items */
    TOPIC_PRODUCT,    /* what can be bought */
    TOPIC_FORUM,      /* threads and answers */
    TOPIC_FORM,       /* what can be filled in or pressed */
    TOPIC_HIDDEN,     /* not seen by all */
    TOPIC_CODE,       /* code and documentation */
    TOPIC_BOX,        /* quotes, notes and other boxes within the text */
    TOPIC_FOLD,       /* tabs, accordions, questions and answers */
    TOPIC_FACTS,      /* tables, recipes, specifications */
    TOPICS
};
#define CONTENT_TOPIC(name) (1u << TOPIC_##name)

/* What the first words of a block, or of the heading above it, announce. */
enum content_phrase {
    PHRASE_BYLINE,
    PHRASE_RELATED,
    PHRASE_SHARE,
    PHRASE_AD,
    PHRASE_COPYRIGHT,
    PHRASE_CAPTION,
    PHRASE_COMMENT,
    PHRASE_NEWSLETTER,
    PHRASE_COOKIE,
    PHRASE_DATE,
    PHRASE_TOC,
    PHRASE_SHOP,
    PHRASES
};

enum { CONTENT_VOCABULARY_SLOTS = 2048, CONTENT_PHRASE_BYTES = 32 };

/* The words, hashed.  Filled by content_vocabulary_init(), then constant. */
struct content_vocabulary {
    uint32_t hashes[CONTENT_VOCABULARY_SLOTS]; /* 0: empty */
    uint16_t slots[CONTENT_VOCABULARY_SLOTS];  /* 1 + index of the word */
    uint16_t phrases[256];                     /* 1 + index of the first phrase that starts with the byte */
};

void content_vocabulary_init(struct content_vocabulary *v);

/* The topics of a class attribute or an id: of its names as they stand without their hyphens
 * (`entry-content` is `entrycontent`), and of their words (`entry`, `content`; `navBar` is `nav`, `bar`).
 *
 * return  a set of bits, see CONTENT_TOPIC()
 * cost    one pass; no allocation */
uint32_t content_topics(const struct content_vocabulary *v, dm_str names);

/* The topics of a word of the text, by its hash (word.h). */
uint32_t content_word_topics(const struct content_vocabulary *v, uint32_t hash);

/* The phrases that a text starts with.
 *
 * start   lower case, white space as single spaces, at most CONTENT_PHRASE_BYTES are looked at
 * return  a set of bits, 1u << PHRASE_... */
uint32_t content_phrases(const struct content_vocabulary *v, dm_str start);

#endif
