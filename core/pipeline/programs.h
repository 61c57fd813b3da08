/* The programs of a pipeline: commands that options of stages hold (DM_COMMAND), and what each may read. */
#ifndef DOCMILL_CORE_PROGRAMS_H
#define DOCMILL_CORE_PROGRAMS_H

#include "core/pipeline/pipeline.h"

/* List the commands of all instances.
 * p       steps and file set; p->programs is filled in, in p's own order
 * return  false: no memory */
bool dm__programs_find(struct dm_arena *arena, struct dm_pipeline *p);

/* The number of an instance's command; SIZE_MAX: its stage has no such option, or it is empty. */
size_t dm__programs_lookup(const struct dm_stage_programs *programs, const struct dm_instance *instance,
                           const char *option);

/* What a word of a command names, seen from the folder: a file, a folder, or nothing.
 * word     words->items[at]; the first is a program and names a file only with a `/` in it
 * path     out: absolute; ptr NULL: nothing is named, or there is no memory
 * return   whether it is a regular file */
bool dm__command_file(struct dm_arena *arena, dm_str folder, const dm_array *words, uint32_t at,
                      dm_str *path);

/* The words of an option that holds one. */
static inline const dm_array *dm__command_words(const struct dm_instance *instance, const dm_option *o)
{
    return (const dm_array *)(const void *)((const char *)instance->state + o->offset);
}

/* Whether an option holds a command. */
static inline bool dm__is_command(const dm_option *o)
{
    return o->type == DM_LIST && (o->flags & DM_COMMAND) != 0;
}

#endif
