/* sift.c once more, for processors with registers of 32 bytes: sixteen words at once. */
#include "repeats.h"

#ifdef REPEATS_WIDE
#pragma GCC target("avx2,bmi")
#define LANES        16
#define repeats_sift repeats_sift_wide
#include "sift.c"
#endif
