/* Files to measure with: articles of some 5 KB, made up from a few words, the same ones every time. */
#ifndef DOCMILL_BENCH_CORPUS_H
#define DOCMILL_BENCH_CORPUS_H

#include <stddef.h>

/* Make `count` files 0000000.txt ... in `folder` (made if need be), unless they are there already, and
 * beside it LIST, their paths separated by NUL.  Exits with a message on error. */
void corpus_make(const char *folder, const char *list, size_t count, size_t bytes);

/* Print a message with errno and exit. */
_Noreturn void die(const char *what);

#endif
