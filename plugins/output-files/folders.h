/* Folders below the output folder, opened one part at a time and without following a link, so that
 * whatever a document is called, and whatever lies there, nothing outside is ever touched. */
#ifndef OUTPUT_FILES_FOLDERS_H
#define OUTPUT_FILES_FOLDERS_H

#include <docmill/plugin.h>

/* Open the folder `path` below `root`; an empty path is root itself.
 * made    NULL: only what is there; else folders that are missing are made, and *made is set if any was
 * return  a descriptor that the caller closes; -1: see errno */
int folders_open(int root, dm_str path, bool *made);

/* Make a folder and those above it, as far as they are missing. */
bool folders_make_all(const char *path, bool durable);

/* The name of a file that is being written; it has its own name once it is whole and durable. */
enum { FOLDERS_TEMPORARY_SIZE = 32 };
void folders_temporary(char name[FOLDERS_TEMPORARY_SIZE], uint64_t number);

/* Remove the temporary files of a run that was killed, from all folders below `root`.
 * holds_files  not NULL: stop at the first file that is not this plugin's own, and say so
 * return       false: see errno */
bool folders_sweep(int root, bool *holds_files);

#endif
