/* The watcher: which files have come into some folders, and are complete.
 *
 * It hears inotify events, adds a watch before it scans a folder, looks through everything again when the kernel's
 * queue overflowed or its own memory for names was full, and now and then for what no event told of.  What it hands
 * out may have been processed before: the ledger knows.
 *
 * It has no loop, no thread and no timer.  Whoever owns it calls work() when the descriptor is readable or wait()
 * has passed, takes what next() has, and tells done() of each.  All calls by one thread at a time.
 *
 * Memory: a name for each file that was told of, at most `names`; a few hundred bytes for each folder.  What a scan
 * finds is sorted on disk. */
#ifndef DOCMILL_CORE_WATCHER_H
#define DOCMILL_CORE_WATCHER_H

#include "core/engine/source.h"

struct dm_watcher;

struct dm_watcher_options {
    const struct dm_input_settings *input;
    const struct dm_watch_settings *settings;
    size_t names; /* that are held in memory; 0: the usual 65536 */
};

/* Figures since it was opened, and as they are now. */
struct dm_watcher_counts {
    uint64_t events, overflows, scans; /* since */
    size_t roots, polled, missing;     /* roots; those without events; those that are not there */
    size_t folders, unwatched;         /* folders; those that the kernel had no watch for */
    size_t waiting, ready, at_work;    /* names */
    bool looking;                      /* folders are being looked through */
    uint64_t backlog;                  /* names of a scan that are yet to be looked at */
};

/* Find the folders, and begin to watch.  SIGIO must be ignored: see dm__lease_test().
 * return  NULL: `why` */
struct dm_watcher *dm__watcher_open(const struct dm_watcher_options *options, char why[DM_WHY_MAX]);
void dm__watcher_close(struct dm_watcher *w);

/* To be polled for reading; -1: there is none. */
int dm__watcher_fd(const struct dm_watcher *w);

/* Hear what was told, and scan a stretch.  Takes some 10 ms at most, unless a disk is slow.
 * now  ns, of any clock that does not jump */
void dm__watcher_work(struct dm_watcher *w, uint64_t now);

/* How long work() has nothing to do unless the descriptor is readable, in ms; 0: it has. */
uint64_t dm__watcher_wait(const struct dm_watcher *w, uint64_t now);

/* Whether next() may have something. */
bool dm__watcher_has_some(const struct dm_watcher *w);

/* The next file that is complete.
 * item    borrowed until done(); refused: it is no file that can be read
 * return  1: an item, 0: none now */
int dm__watcher_next(struct dm_watcher *w, uint64_t now, struct dm_source_item *item);

/* A file that was handed out is processed, or need not be. */
void dm__watcher_done(struct dm_watcher *w, dm_str path);

/* What is worth a line in a log, one after the other.  false: nothing more */
bool dm__watcher_told(struct dm_watcher *w, char line[DM_WHY_MAX]);

/* How often a root appeared where another folder, or none, had been. */
uint64_t dm__watcher_returns(const struct dm_watcher *w);

void dm__watcher_counts(const struct dm_watcher *w, struct dm_watcher_counts *out);

/* Whether a name is one that the settings have ignored, or a marker. */
bool dm__watch_ignores(const struct dm_watch_settings *settings, dm_str name);

#endif
