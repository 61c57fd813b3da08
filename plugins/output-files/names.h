/* File names from a template: `{path}.md` makes `a/b.html.md` of the input `a/b.html`.
 *
 *   {path}  the source, with its folders      {name}  its last part
 *   {stem}  its last part, less its last extension      {id}  32 hexadecimal digits
 *
 * A part other than the first gets `~N` behind the last placeholder: `mail.mbox~3.md`.  So that this
 * can be no other input's name, a first part whose name ends like that already gets `~0`.  A file or
 * folder name of more than 251 bytes becomes 252 to 255 bytes long, by a hash of the whole at its end;
 * no name that was left alone has that length.  Bytes that are not UTF-8 stay as they are. */
#ifndef OUTPUT_FILES_NAMES_H
#define OUTPUT_FILES_NAMES_H

#include <docmill/plugin.h>

/* Files that start like this are the plugin's own. */
#define NAMES_RESERVED ".docmill-"

struct names {
    dm_str template;
    size_t tail;    /* where the text behind the last placeholder starts */
    bool injective; /* two inputs never share a name, unless it was shortened */
};

struct name {
    dm_str path;    /* below the output folder; NUL-terminated */
    size_t folder;  /* length of what precedes the last `/`; 0: there is none */
    bool shortened; /* made from a hash: another input might have the same */
};

/* Check a template and keep it (borrowed).  errors  DM_ECONFIG */
dm_status names_open(dm_task *t, struct names *n, dm_str template);

/* The name of a record's file, in the task's memory.
 * errors  DM_EDOC: it would lead out of the folder, or is the plugin's own; DM_ELIMIT */
dm_status names_make(dm_task *t, const struct names *n, const dm_record *r, struct name *out);

uint64_t names_hash(dm_str s);

#endif
