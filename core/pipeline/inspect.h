/* What the files behind plugin.h share: refusals, the child process that describes a plugin, and the
 * cache of what it said. */
#ifndef DOCMILL_CORE_INSPECT_H
#define DOCMILL_CORE_INSPECT_H

#include "core/pipeline/plugin.h"

/* More than this is not a table but garbage. */
enum { DM_STAGES_MAX = 64, DM_ITEMS_MAX = 256 };

/* Say why a plugin is left out: one printable line of at most 512 bytes, whatever the arguments hold.
 * return  false, so that a check can end in it */
DM_PRINTF(3, 4)
bool dm__refuse(struct dm_arena *arena, dm_str *problem, const char *fmt, ...);

/* Check that the defaults of all options can be read; they are not checked again when a description is
 * read, as compiling regular expressions takes its time. */
bool dm__plugin_check_defaults(struct dm_arena *arena, const dm_plugin *about, dm_str *problem);

/* Describe one plugin in a child process that runs its constructors; see dm__registry_scan().
 * file    path set; about and problem are filled in
 * text    out: what the cache may keep, a description or a refusal.  Empty where the outcome is not
 *         the file's alone: a crash, a hang, a library that is missing today
 * return  false: `problem` says why */
bool dm__inspect(struct dm_arena *arena, struct dm_plugin_file *file, int timeout_ms, dm_str *text);

/* The folder of the cache, made if need be: $XDG_CACHE_HOME/docmill/describe, else ~/.cache/...
 * return  NULL: there is none, and everything works without */
const char *dm__cache_folder(struct dm_arena *arena);

/* What is kept for a content hash, this ABI and this version.
 * return  empty: nothing */
dm_str dm__cache_read(struct dm_arena *arena, const char *folder, dm_str hash);

/* Keep it; replaces what was there in one step.  Failures are no matter. */
void dm__cache_write(struct dm_arena *arena, const char *folder, dm_str hash, dm_str text);

/* Hash the content of a plugin.
 * return  false: `problem` says why it cannot be read */
bool dm__plugin_hash(struct dm_arena *arena, const char *path, dm_str *hash, dm_str *problem);

#endif
