/* A task that no chain runs, for tests of what is inside a plugin. */
#ifndef DOCMILL_TESTS_TASK_H
#define DOCMILL_TESTS_TASK_H

#include "core/document/arena.h"

/* Its memory: to be initialised before, and reset between, what uses it. */
extern struct dm_arena task_arena;

/* Its host gives memory, checks UTF-8, and lets failures pass as their codes. */
extern dm_task task_alone;

#endif
