/* A page as the extractor looks at it: what surrounds each node, and the blocks, which are the runs of
 * text between the borders of block elements.  All arrays run parallel to the tree's nodes or to the
 * blocks, and all are filled in passes over them without recursion. */
#ifndef CONTENT_PAGE_H
#define CONTENT_PAGE_H

#include "tree/tree.h"
#include "vocabulary.h"

/* What a node lies in, itself included; each is a bit. */
enum content_inside {
    IN_SKIPPED = 1u << 0, /* never text: scripts, styles, the head, form fields, drawings */
    IN_LINK = 1u << 1,
    IN_STRONG = 1u << 2,
    IN_ARTICLE = 1u << 3,
    IN_MAIN = 1u << 4,
    IN_HEADER = 1u << 5,
    IN_FOOTER = 1u << 6,
    IN_NAV = 1u << 7,
    IN_ASIDE = 1u << 8,
    IN_FORM = 1u << 9,
    IN_TABLE = 1u << 10,
    IN_LIST = 1u << 11,
    IN_QUOTE = 1u << 12,
    IN_FIGURE = 1u << 13,
    IN_CAPTION = 1u << 14,
    IN_PRE = 1u << 15,
    IN_HEADING = 1u << 16,
    IN_BUTTON = 1u << 17,
    IN_DETAILS = 1u << 18,
    IN_DIALOG = 1u << 19,
    IN_NOSCRIPT = 1u << 20,
    IN_HIDDEN = 1u << 21,
    IN_ADDRESS = 1u << 22,
    IN_BODY_PROPERTY = 1u << 23, /* itemprop=articleBody and its kin */
    IN_SECTION = 1u << 24,
    IN_PARAGRAPH = 1u << 25,
    IN_TERMS = 1u << 26,    /* a definition list */
    IN_EMPHASIS = 1u << 27, /* italics and small print */
    IN_COMMENT = 1u << 28,  /* marked up as one by a vocabulary: itemtype Comment, itemprop comment */
    IN_PROPERTY = 1u << 29, /* author, date and the like as microdata */
    IN_CODE = 1u << 30
};

struct content_node {
    uint32_t parent, end; /* as in the tree, whose nodes are larger: most passes need no more */
    uint16_t depth, tag;
    uint32_t inside;      /* enum content_inside */
    uint32_t own, around; /* topics of its own class and id; of those and of its ancestors' below body */
    uint32_t holder;      /* the nearest element that is a block, perhaps itself */
    uint32_t chars, link_chars, good, blocks; /* of the blocks in the subtree; good: see content_block */
};

/* A run of text. */
struct content_block {
    uint32_t first, last; /* its first and last node with text; nodes between may belong to nothing */
    uint32_t holder;      /* the nearest element that is a block and holds all of it */
    uint32_t chars;       /* code points, white space folded */
    uint32_t link_chars, strong_chars, emphasis_chars;
    uint32_t words, capitals; /* capitals: words that start with one */
    uint32_t letters_upper;
    uint32_t digits, commas, stops,
        symbols; /* stops: ends of sentences; symbols: signs of furniture such as | and > */
    uint32_t links;
    uint32_t sum_of_words; /* a hash of its words in lower case */
    uint32_t title_words;  /* that also stand in the title of the page */
    uint32_t lead_words;   /* that also stand in its description */
    uint32_t witness_runs; /* of three words that also stand in articleBody of its JSON-LD */
    uint32_t author_words; /* that also stand in the names of its authors */
    uint32_t mentions;     /* topics of words in its text */
    uint32_t phrases;      /* what it starts with */
    uint32_t seen;         /* blocks before it with the same words */
    uint16_t tag;          /* of the holder */
    uint8_t last_char;     /* the last byte of its text, 0 if not ASCII */
    uint8_t first_char;    /* likewise */
    bool good;             /* a paragraph that can hardly be furniture */
};

struct content_page {
    const struct html_tree *tree;
    struct content_node *nodes; /* [tree->count] */
    struct content_block *blocks;
    uint32_t block_count;
    uint32_t chars, link_chars, good;
    bool has_witness, has_author;
    uint32_t types; /* what the page says of itself: enum content_says */
};

/* What og:type, JSON-LD and the generator say that the page is; each is a bit. */
enum content_says {
    SAYS_ARTICLE = 1u << 0,
    SAYS_PRODUCT = 1u << 1,
    SAYS_FORUM = 1u << 2,
    SAYS_COLLECTION = 1u << 3,
    SAYS_RECIPE = 1u << 4,
    SAYS_FAQ = 1u << 5,
    SAYS_WEBSITE = 1u << 6,
    SAYS_VIDEO = 1u << 7,
    SAYS_COURSE = 1u << 8,
    SAYS_DOCS = 1u << 9 /* a generator of documentation, or schema.org's TechArticle */
};

/* Look at a tree.  Everything is of the task's arena.
 *
 * return  false: the memory is spent, the task has failed
 * cost    a few passes over nodes and text */
bool content_page_init(dm_task *t, const struct content_vocabulary *v, const struct html_tree *tree,
                       struct content_page *page);

/* True for a node whose text counts. */
static inline bool content_is_text(const struct content_page *p, uint32_t node)
{
    return p->tree->nodes[node].tag == HTML_TEXT && !(p->nodes[node].inside & IN_SKIPPED);
}

#endif
