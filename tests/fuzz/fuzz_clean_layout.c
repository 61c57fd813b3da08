/* clean-layout under the rules for all cleaners.  What is wrapped is found from what is left to join, so a
 * strange text may need more than one pass. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-layout", data, size, FUZZ_SETTLES);
    return 0;
}
