/* Documents to crash over: articles of some hundred bytes to a few KiB in nested folders, some of several MiB,
 * so that a record is larger than the pipes and buffers on its way, and some that fail: no text at all, a crash
 * on both attempts, a stage that asks for another attempt and gets no further. */
#ifndef DOCMILL_CRASH_CORPUS_H
#define DOCMILL_CRASH_CORPUS_H

#include <stddef.h>
#include <stdint.h>

/* Fill `folder`, which is made.
 * large   how many of the `count` documents have 2 to 5 MiB
 * return  how many of them fail */
size_t corpus_make(const char *folder, uint64_t seed, size_t count, size_t large);

#endif
