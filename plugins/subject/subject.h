/* Whether a text speaks of characters: of encodings, code points, signs by their names.  Such a text shows what a
 * cleaner would repair elsewhere, and means it.  Several cleaners ask, each where it has found something to change, and what
 * one leaves the next must leave, too; so this is compiled into each of them.  It is no plugin.  Code is the other subject
 * that all leave alone: code.h. */
#ifndef DOCMILL_PLUGINS_SUBJECT_H
#define DOCMILL_PLUGINS_SUBJECT_H

#include <docmill/plugin.h>

/* Whether a line of the text names an encoding, a code point or a character, as articles of other matters hardly do.
 * classes  of the bytes of the text, as dm_classify() tells them
 * thread   any; no allocation
 * cost     about a nanosecond a word */
bool subject_has_line(dm_str text, dm_array classes, dm_span line);

/* The same, and also whether it names a mark: comma, apostrophe, quotation mark.  Of such lines a text about characters is
 * made, but they are in others too. */
bool subject_has_mark(dm_str text, dm_array classes, dm_span line);

/* Whether three lines of the text do, marks included: the whole is about characters. */
bool subject_has_text(dm_str text, dm_array classes);

#endif
