/* A marked text as Markdown blocks.  Text outside of all marks becomes paragraphs: nothing is lost. */
#ifndef OUTPUT_FILES_BLOCKS_H
#define OUTPUT_FILES_BLOCKS_H

#include "put.h"

/* marks   ordered by where they begin, the longer first; those that overlap are cut
 * errors  DM_ELIMIT: no memory */
dm_status blocks_write(struct put *out, dm_str text, dm_array marks);

#endif
