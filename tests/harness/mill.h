/* A whole pipeline on the bench: the plugins that the program would find, loaded into this process, and the
 * stages of a pipeline file in one chain.  For the programs that put stages to the test together. */
#ifndef DOCMILL_TESTS_MILL_H
#define DOCMILL_TESTS_MILL_H

#include "core/chain/chain.h"

struct mill;

/* pipeline  the text of a pipeline file; its `input` and `run` do not matter
 * events    as for dm__chain_open()
 * why       out, when it fails: who refused and why
 * return    NULL: refused */
struct mill *mill_open(const char *pipeline, const struct dm_chain_events *events, struct dm_outcome *why);
void mill_close(struct mill *m);

/* Put an input through. */
void mill_run(struct mill *m, dm_str source, dm_str bytes, struct dm_outcome *out);

#endif
