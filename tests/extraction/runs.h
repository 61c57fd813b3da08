/* How much of a text another one holds: the measure of public benchmarks of article extraction. */
#ifndef DOCMILL_TESTS_EXTRACTION_RUNS_H
#define DOCMILL_TESTS_EXTRACTION_RUNS_H

#include <stddef.h>

struct runs_match {
    size_t both, out, truth; /* runs in both texts, in what was extracted, in what is right */
};

/* Compare runs of four words, as multisets: each word with the three that follow.  A text of one to three words is one
 * run.  Words are letters and digits of any script and `_`, in the case in which they are written.
 * source  github.com/scrapinghub/article-extraction-benchmark */
struct runs_match runs_compare(const char *out, size_t out_len, const char *truth, size_t truth_len);

#endif
