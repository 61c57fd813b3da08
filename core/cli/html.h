/* Text of documents inside HTML: nothing in it is markup, and what cannot be seen is spelled out. */
#ifndef DOCMILL_CLI_HTML_H
#define DOCMILL_CLI_HTML_H

#include <stdio.h>

#include <docmill/plugin.h>

/* Write a text, fit for content and for quoted attributes.  Invisible characters and bytes that are no
 * UTF-8 are written by number: ‹U+200B›. */
void dm__html_text(FILE *to, dm_str s);

/* The same, where each character counts: what is easily mistaken is named too, a line break is ↵. */
void dm__html_exact(FILE *to, dm_str s);

#endif
