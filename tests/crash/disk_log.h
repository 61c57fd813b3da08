/* What a recorded process did to files, in a file that all of them map: written by recorder.c, read by disk.c.
 *
 * A head, then operations one behind the other, each followed by its names and its data, padded to 8 bytes.
 * Whoever holds the lock has the operation done and adds it, so that their order is the true one. */
#ifndef DOCMILL_CRASH_DISK_LOG_H
#define DOCMILL_CRASH_DISK_LOG_H

#include <pthread.h>
#include <stdint.h>

/* A file beside the recorder's library, as no variable of a test's reaches the writer. */
#define DISK_LOG_NAME "disk.log"

static const uint64_t disk_log_size = UINT64_C(1) << 30; /* bytes; a sparse file */

enum disk_op_type {
    DISK_WRITE,       /* file, at, data */
    DISK_TRUNCATE,    /* file, at: the new length */
    DISK_MAKE_FILE,   /* file, folder, name */
    DISK_MAKE_FOLDER, /* the same */
    DISK_MAKE_LINK,   /* the same, data: where it leads */
    DISK_LINK,        /* file, folder, name: another name of it */
    DISK_RENAME,      /* folder, name; to_folder, data: the new name */
    DISK_REMOVE,      /* folder, name: of a file or of a folder */
    DISK_SYNC,        /* file, or a folder's entries */
    DISK_SYNC_ALL,    /* file: one on the file system that is synced */
};

/* Files and folders are inode numbers on the one device that is recorded. */
struct disk_op {
    uint32_t type, size; /* size: with all that follows */
    uint64_t file, folder, to_folder, at;
    uint32_t name_len, data_len;
};

struct disk_log {
    pthread_mutex_t lock;           /* shared, robust */
    uint64_t device;                /* st_dev */
    uint64_t used;                  /* bytes behind the head */
    uint64_t count, made;           /* operations; those that made a file or folder */
    uint64_t stop_at, stop_at_made; /* when so many are there, the processes stand still */
    uint32_t stopped;               /* they do */
    uint32_t overflowed;            /* there was no room for an operation */
};

#endif
