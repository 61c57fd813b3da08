/* The words that bylines begin with: "By", "Geschrieben von", "Autor:". */
#ifndef EXTRACT_HTML_OPENERS_H
#define EXTRACT_HTML_OPENERS_H

#include <docmill/plugin.h>

enum opener_kind {
    OPENER_NONE,
    OPENER_WORD,     /* "by": near a headline; sentences begin with it as well */
    OPENER_PARTICLE, /* "von": the same, and surnames begin with it */
    OPENER_PHRASE,   /* "written by": wherever it stands */
    OPENER_LABEL, /* "author": with a colon wherever it stands, without only in what is known to be a byline */
    OPENER_COLON, /* "redaktion": with a colon only */
    OPENER_CREDIT /* "all posts by": only in what is known to be a byline */
};

struct opener {
    enum opener_kind kind;
    size_t len; /* bytes, with the colon */
    bool colon; /* there is one */
    bool alone; /* nothing stands behind it but a space, or the end: "ByAnn" is another matter */
};

/* The longest opener that the text begins with, in any case of ASCII letters; what follows it is not looked at.
 * return  kind OPENER_NONE: there is none */
struct opener opener_of(dm_str s);

/* Whether the opener says by itself, wherever it stands, that a name follows. */
bool opener_is_sure(const struct opener *o);

#endif
