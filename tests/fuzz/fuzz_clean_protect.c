/* clean-protect under the rules for all cleaners; it only marks. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-protect", data, size, 1);
    return 0;
}
