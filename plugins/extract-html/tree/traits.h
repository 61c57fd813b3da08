/* What the HTML Standard says of elements, as far as it matters to the shape of the tree. */
#ifndef EXTRACT_HTML_TRAITS_H
#define EXTRACT_HTML_TRAITS_H

#include "tree.h"

enum {
    TRAIT_SPECIAL = 1u << 0,    /* no end tag of an inline element reaches through it (13.2.4.2) */
    TRAIT_VOID = 1u << 1,       /* has no content and no end tag */
    TRAIT_CLOSES_P = 1u << 2,   /* ends an open paragraph */
    TRAIT_SCOPE = 1u << 3,      /* no end tag reaches through it */
    TRAIT_BLOCK = 1u << 4,      /* starts a line of its own */
    TRAIT_FORMATTING = 1u << 5, /* its end tag counts, even where blocks that began within are open still */
    TRAIT_HEAD = 1u << 6,       /* may stand in the head */
    TRAIT_BREAKOUT = 1u << 7,   /* ends SVG or MathML */
    TRAIT_SPACELESS = 1u << 8,  /* white space within says nothing */
    TRAIT_HEADING = 1u << 9
};

extern const uint16_t html_traits[HTML_TAG_COUNT];

#endif
