/* Plugins as files: find them, load them, refuse what cannot be served, and know what they declare
 * without loading them.  plugin.c alone knows dlfcn.h. */
#ifndef DOCMILL_CORE_PLUGIN_H
#define DOCMILL_CORE_PLUGIN_H

#include "core/pipeline/report.h"

enum { DM_DESCRIBE_MAX = 1 << 20 }; /* bytes of a description; what dm__yaml_read() takes */

/* A plugin of the search path.  `about` is normalised: every struct has today's size, and arrays
 * have today's stride, whatever the plugin was built with. */
struct dm_plugin_file {
    dm_str path;     /* of the shared object */
    dm_str hash;     /* XXH3-128 of its content, 32 hexadecimal digits */
    dm_plugin about; /* stages NULL-terminated; ops.any NULL unless loaded */
    bool loaded;     /* its code is in this process, even where its table was refused */
    bool shadowed;   /* usable, but earlier plugins have all of its stages */
    dm_str problem;  /* why it is left out; empty: it is usable */
};

/* All plugins that can be had, in search order. */
struct dm_registry {
    struct dm_arena *arena;
    struct dm_plugin_file *files;
    size_t count, cap;
};

/* A stage of a registry: which file, which stage.  stage NULL: not found. */
struct dm_stage_ref {
    const struct dm_plugin_file *file;
    const dm_stage *stage;
};

/* Load a shared object into this process (RTLD_NOW | RTLD_LOCAL, never closed) and read its table.
 * Runs the plugin's constructors: for child processes only.
 * file    path set; about, loaded and problem are filled in
 * return  false: `problem` says why (cannot be loaded, no symbol, another ABI, a bad table) */
bool dm__plugin_load(struct dm_arena *arena, struct dm_plugin_file *file);

/* Check a table and copy it, normalised.  Separate from loading so that tests can hand in tables.
 * Strings are borrowed from `raw`, all else is copied.
 * return  false: `problem` says why, in one line */
bool dm__plugin_normalise(struct dm_arena *arena, const dm_plugin *raw, dm_plugin *out, dm_str *problem);

/* Check what a normalised table declares; all but the functions, which a description has not.
 * return  false: `problem` says why, in one line */
bool dm__plugin_check(struct dm_arena *arena, const dm_plugin *about, dm_str *problem);

/* The folders to search, in order: `dirs` (--plugin-dir; NULL-terminated, or NULL), then
 * DOCMILL_PLUGIN_PATH (colons), then the installed folder, found relative to the program.  The last
 * two are left out where they do not exist.
 * return  NULL-terminated, in the arena; NULL: no memory */
const char **dm__plugin_path(struct dm_arena *arena, const char *const *dirs);

/* Describe all *.so of the folders, each in a child process, with a cache by content in
 * $XDG_CACHE_HOME/docmill/describe.  Plugins that crash, hang for 10 s or are refused are kept in the
 * registry with their problem.  A folder that cannot be read is a report error.
 *
 * The child is `/proc/self/exe __describe FILE`, or the program that DOCMILL_DESCRIBE_EXE names: a
 * program that calls this hands that over to dm__describe_child(), or sets the variable.
 * return  DM_OK; DM_ECONFIG: an error was reported, the rest was scanned; DM_ELIMIT: no memory */
dm_status dm__registry_scan(struct dm_registry *r, struct dm_arena *arena, const char *const *path,
                            struct dm_report *report);

/* Load the given files into this process; for workers, the writer and `try`.  Their contents must
 * still be those of `hash`.  files[i] becomes r->files[i]; what has a problem or is shadowed is kept
 * and not loaded.
 * return  DM_OK; DM_ECONFIG: an error was reported; DM_ELIMIT: no memory */
dm_status dm__registry_load(struct dm_registry *r, struct dm_arena *arena, const struct dm_plugin_file *files,
                            size_t count, struct dm_report *report);

/* The usable stage of that kind and name, of the first file that has one. */
struct dm_stage_ref dm__registry_find(const struct dm_registry *r, uint32_t kind, dm_str name);

/* "extract", "clean", "output": the word for a kind in a pipeline file. */
const char *dm__kind_verb(uint32_t kind);

/* The description of one plugin as JSON (which the YAML reader reads).
 * problem  why it was refused: written instead of the table; empty: it was not
 * return   ptr NULL: no memory, or longer than DM_DESCRIBE_MAX */
dm_str dm__describe_write(struct dm_arena *arena, const dm_plugin *about, dm_str problem);

/* And back.
 * return  false: not a description; true: a checked table, or, if `problem` is not empty, a refusal */
bool dm__describe_read(struct dm_arena *arena, dm_str text, dm_plugin *out, dm_str *problem);

/* `docmill __describe FILE`, the child: load it, write its description to standard output.  Confines
 * this process and leaves it in no state to go on: exit at once, with _exit().
 * return  exit status: 0 the table was described or refused, 1 the file could not be loaded */
int dm__describe_child(const char *path);

#endif
