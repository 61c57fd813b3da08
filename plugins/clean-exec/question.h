/* A document as a line of JSON. */
#ifndef EXEC_QUESTION_H
#define EXEC_QUESTION_H

#include "positions.h"

/* line    out: with its line feed; freed with free()
 * return  false: no memory, and the task has failed */
bool question_write(dm_task *t, const dm_doc *d, const struct positions *positions, char **line);

/* The kinds of marks by their names, as in answers. */
const char *question_kind_name(uint32_t kind); /* NULL: none */
bool question_kind_of(const char *name, uint32_t *kind);

#endif
