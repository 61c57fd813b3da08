/* clean-repeats under the rules for all cleaners.  Where a repeat has gone, what was around it may show another.
 */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-repeats", data, size, FUZZ_SETTLES);
    return 0;
}
