/* clean-layout under the rules for all cleaners.  What is wrapped is found from what is left to join, so a
 * strange text may need more than one pass. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* What is joined makes a longer line, beside which the next may be joined: such rows are short. */
    enum { PASSES = 8 };
    fuzz_cleaner("clean-layout", data, size, PASSES);
    return 0;
}
