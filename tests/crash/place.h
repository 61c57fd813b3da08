/* Where a crash test works: a folder with the inputs and the pipeline file, and below it a place for each run
 * that is to be compared, with its outputs, its state and what was said. */
#ifndef DOCMILL_CRASH_PLACE_H
#define DOCMILL_CRASH_PLACE_H

enum { PATH_SIZE = 4096 };

struct path {
    char s[PATH_SIZE];
};

/* FOLDER/NAME */
struct path path_at(const char *folder, const char *name);

/* Print a message with errno and exit. */
_Noreturn void die(const char *what);

/* A fresh folder in $TMPDIR, or in /dev/shm if there is room, or in /tmp. */
struct path place_make_base(const char *name);

/* Make a place, or empty it. */
void place_clear(const char *place);

/* Remove a folder and all that is in it. */
void place_remove(const char *folder);

/* Write BASE/pipeline.yaml: three outputs at once, of the documents of BASE/in, of which each takes `delay`
 * microseconds.  The variables are `place` and `delay`. */
void place_write_pipeline(const char *base, unsigned delay);

#endif
