/* Who made a picture, as pages say it: the word for a picture and a name, a copyright sign and a name, or names of which one
 * is an agency. */
#ifndef CLEAN_BOILERPLATE_CREDIT_H
#define CLEAN_BOILERPLATE_CREDIT_H

#include "lines.h"

enum strength { NO_CREDIT, AGENCY, SIGNED, LABELLED };

/* A credit that ends a line: what is before it, and whether it is between brackets, which others may be, too. */
struct credit {
    enum strength strength;
    dm_str head, text;
    bool bracket;
};

/* The first and last letters of the small words that a name or credit has, and the first two of the words
 * for a picture: what most words are told from. */
void credit_open(struct small_ends *ends);

/* Whether a text is what a credit has behind the word for a picture: names, agencies, sources. */
bool credit_is_names(const struct lines *lines, dm_str s);

/* Whether the line is nothing but a credit: "(Photo: Ian Hale)", "Photo by Ian Hale", "Ian Hale/Getty Images". */
bool credit_is_line(const struct lines *lines, dm_str s, const struct line *l);

/* The credit that ends the line `s`, or the bracket.  strength NO_CREDIT: there is none */
struct credit credit_find(const struct lines *lines, dm_str s, const struct line *l);

/* Between round brackets a source, or an agency of two or three letters, which may stand for anything: "(private)", "(PA)" */
bool credit_is_plain(const struct credit *c);

/* The bracket's letters are the initials of the words before it, but for small ones: "the Port Workers of Velmora (PWV)" */
bool credit_is_abbreviation(const struct credit *c);

/* The initials of the bracket's words are the word before it: an abbreviation is explained. */
bool credit_is_expansion(const struct credit *c);

#endif
