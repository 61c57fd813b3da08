/* Whether what a run left behind is what it should be.  Differences are printed. */
#ifndef DOCMILL_CRASH_COMPARISON_H
#define DOCMILL_CRASH_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the ledger of a place agrees with its outputs: a row for each document, every record where the ledger
 * says and with the hash that it says, tokens that cover the outputs to their ends, no id twice. */
bool comparison_is_sound(const char *place, size_t documents, size_t failing);

/* Whether a place holds what another one holds: the same files with the same bytes in the outputs and among the
 * dead letters, nothing else in the state folder, and in the ledger the same fates and tokens. */
bool comparison_is_same(const char *reference, const char *place);

#endif
