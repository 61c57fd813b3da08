/* A file without a name, for what does not fit into memory. */
#ifndef DOCMILL_CORE_SPILL_H
#define DOCMILL_CORE_SPILL_H

/* In $TMPDIR or /tmp, unlinked, for reading and writing.  return  the descriptor; -1: errno */
int dm__spill_open(void);

#endif
