/* One file for each document, below one folder: the writer's half of every stage of this plugin.
 *
 * write() makes a hidden temporary file beside the target; commit() makes all of them durable with one
 * group sync, gives them their names, and makes those durable.  A crash in between costs nothing: what
 * has its name already is replaced when it is written again.  Only names that some file systems refuse
 * are given at once, as commit() could not refuse the document any more.
 *
 * A token is `files COUNT LENGTH`: how many records were ever written, and how long the record of taken
 * names is (taken.h), which names that tell their document by themselves do without.  A record's place is
 * its file's path below the folder. */
#ifndef OUTPUT_FILES_FILES_H
#define OUTPUT_FILES_FILES_H

#include "taken.h"

/* A file that is written and has not got its name yet. */
struct files_waiting {
    char *path;    /* below the root; an allocation of its own */
    size_t folder; /* length of the part of it that is the folder */
    uint64_t temporary;
    bool named; /* it has its name, and waits only for the sync */
};

struct files {
    dm_str directory, template; /* options of the stage */
    struct names names;
    const char *directory_name; /* the same as `directory`, NUL-terminated */
    int root, folder;           /* -1: not open; folder: where the last file went */
    char *folder_path;          /* its path below the root; an allocation of its own, NULL: none */
    size_t folder_length;
    uint64_t device; /* the root's */
    struct taken taken;
    struct files_waiting *waiting;
    size_t waiting_count, waiting_cap;
    uint64_t count, next_temporary;
    bool is_volatile, working; /* working: our marker is there */
    bool made, foreign;        /* since the last commit: folders were made; some lie on another file system */
};

#define FILES_OPTIONS(S, field, default_name)                                                                \
    {.name = "directory", DM_PATH_OUT_AT(S, field.directory), .help = "The folder that the files go to."},   \
    {                                                                                                        \
        .name = "name", DM_TEXT_AT(S, field.template), .def = default_name,                                  \
        .help = "The files' names: `{path}` is the source with its folders, `{name}` its last part, "        \
                "`{stem}` that without its last extension, `{id}` the document's id."                        \
    }

dm_status files_open(dm_task *t, struct files *f);
void files_close(struct files *f);

/* The calls of dm_output_ops. */
dm_status files_resume(dm_task *t, struct files *f, const dm_resume *r);
dm_status files_write(dm_task *t, struct files *f, const dm_record *r);
dm_status files_commit(dm_task *t, struct files *f);
dm_status files_recall(dm_task *t, struct files *f, dm_str place);

#endif
