/* A model of a disk: what a power cut leaves of a folder.
 *
 * It starts from the folder as it is, all of it durable, and follows the operations that were recorded.  What was
 * written, made, renamed or removed is pending until a sync covers it:
 *
 * - the sync of a file covers its content, and nothing else: not the name that it has;
 * - that of a folder the names in it, not what is in the files or in its sub-folders;
 * - that of a file system all that lies below the folder that it was asked for with.
 *
 * This is what POSIX promises, and less than any file system does; the last one so that no output leans on what
 * another one has synced: they may lie on different file systems. */
#ifndef DOCMILL_CRASH_DISK_H
#define DOCMILL_CRASH_DISK_H

#include <stdbool.h>

#include "dice.h"
#include "disk_log.h"

/* What becomes of that which is pending. */
enum disk_loss {
    DISK_LOSE_ALL,
    DISK_LOSE_LATEST, /* names: all from some moment on, as with a journal; content: any part of it */
    DISK_LOSE_ANY,    /* any names, any part of the content */
    DISK_LOSSES
};

/* Syncs below a folder that are taken as not done, to see that their lack is noticed. */
enum disk_deafness { DISK_HEARS = 0, DISK_DEAF_TO_FILES = 1, DISK_DEAF_TO_FOLDERS = 2, DISK_DEAF_TO_ALL = 4 };

struct disk;

/* Read a folder, without the files that lie in it itself, such as a log.  Exits if that fails. */
struct disk *disk_load(const char *folder);
void disk_free(struct disk *d);

/* Follow the operations behind the first `from` bytes of the log, which must stay as long as the disk.
 * deafness   for what lies below the entry `deaf_below` of the folder
 * return     how many bytes of the log were followed */
uint64_t disk_follow(struct disk *d, const struct disk_log *log, uint64_t from, unsigned deafness,
                     const char *deaf_below);

/* Whether the folder holds what the disk holds, pending or not.  Differences are printed. */
bool disk_is_same(const struct disk *d, const char *folder);

/* Cut the power. */
void disk_cut(struct disk *d, struct dice *dice, enum disk_loss loss);

/* Make the folder what the disk holds after a cut.  Exits if that fails. */
void disk_write(const struct disk *d, const char *folder);

#endif
