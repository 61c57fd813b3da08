/* The stretches of a text that have one language each: blocks of prose, or lines where none are marked. */
#ifndef CLEAN_LANGUAGE_BLOCKS_H
#define CLEAN_LANGUAGE_BLOCKS_H

#include <docmill/plugin.h>

struct blocks {
    dm_str text;
    dm_array marks;
    bool marked;   /* there are blocks */
    uint32_t next; /* mark */
    size_t at;     /* in the text, behind the last one */
};

void blocks_init(struct blocks *b, dm_task *t, const dm_doc *d);

/* false: there are no more */
bool blocks_next(struct blocks *b, dm_span *out);

#endif
