/* Numbers, sizes and times as people write them in a pipeline file, and back. */
#ifndef DOCMILL_CORE_UNITS_H
#define DOCMILL_CORE_UNITS_H

#include <docmill/plugin.h>

enum { DM_VALUE_TEXT = 48 };

/* Why a value cannot be taken. */
struct dm_value_fault {
    const char *expected;      /* "a time such as 30s" */
    const char *why;           /* NULL: no more to say */
    char meant[DM_VALUE_TEXT]; /* what to write instead; empty: no idea */
};

/* true, false, yes, no, on, off, in any case. */
bool dm__value_bool(dm_str s, bool *out, struct dm_value_fault *fault);

bool dm__value_int(dm_str s, int64_t *out, struct dm_value_fault *fault);
bool dm__value_real(dm_str s, double *out, struct dm_value_fault *fault);

/* Bytes: a number with B, KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB or nothing behind it. */
bool dm__value_size(dm_str s, int64_t *out, struct dm_value_fault *fault);

/* Milliseconds: a number with ms, s, m or h behind it. */
bool dm__value_time(dm_str s, int64_t *out, struct dm_value_fault *fault);

/* The number as one would write it for an option of that type: "1GiB", "30s", "0.5".
 * type    DM_INT, DM_REAL, DM_SIZE, DM_TIME */
void dm__value_show(uint32_t type, double n, char text[DM_VALUE_TEXT]);

#endif
