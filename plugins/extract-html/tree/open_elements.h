/* The stack of open elements.  What the standard finds by walking up the stack is known here of each entry, as an
 * entry inherits it from the one below. */
#ifndef EXTRACT_HTML_OPEN_ELEMENTS_H
#define EXTRACT_HTML_OPEN_ELEMENTS_H

#include "tree.h"

enum {
    OPEN_FOREIGN = 1u << 0, /* in SVG or MathML, and not back in HTML */
    OPEN_IN_LINK = 1u << 1, /* in <a href> */
    OPEN_ENDED = 1u << 2    /* its end tag was read while blocks in it were open: it goes with them */
};

/* Indices are of the stack; 0: there is none. */
struct open_element {
    uint32_t node;
    uint16_t tag, flags;
    uint16_t scope;        /* the nearest entry that end tags do not reach through */
    uint16_t p, li, dd, a; /* the nearest open one that a new one, or a block, would end */
    uint16_t table, row, cell;
};

struct open_elements {
    struct open_element items[HTML_DEPTH_MAX + 1]; /* [0] is the root */
    uint32_t count;
    uint32_t of[HTML_TAG_COUNT];     /* how many of each are open */
    uint32_t beyond[HTML_TAG_COUNT]; /* how many were too deep, and have yet to end */
};

static inline struct open_element *open_top(struct open_elements *o)
{
    return &o->items[o->count - 1];
}

/* Put an element on the stack, on which there is room. */
void open_push(struct open_elements *o, uint32_t node, enum html_tag tag, unsigned flags);

/* Where on the stack the element is that an end tag ends; 0: nowhere.
 * name    of the tag, where that is HTML_OTHER
 * blocked out: blocks are open within it */
uint32_t open_find_ended(const struct open_elements *o, const struct html_node *nodes, enum html_tag tag,
                         dm_str name, bool *blocked);

#endif
