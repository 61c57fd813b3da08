/* Numbers as people read them. */
#ifndef DOCMILL_CLI_FIGURE_H
#define DOCMILL_CLI_FIGURE_H

#include <stdint.h>

enum { DM_FIGURE_MAX = 32 };

struct dm_figure {
    char text[DM_FIGURE_MAX];
};

struct dm_figure dm__figure_count(uint64_t n);                /* 1,234,567 */
struct dm_figure dm__figure_bytes(double bytes);              /* 512 B, 1.2 kB, 34 MB: powers of 1,000 */
struct dm_figure dm__figure_time(uint64_t nanoseconds);       /* 350 µs, 12.5 ms, 3.20 s, 2 min 05 s */
struct dm_figure dm__figure_clock(uint64_t seconds);          /* 0:07, 12:05, 3:00:00 */
struct dm_figure dm__figure_rate(double per_second);          /* 0.3, 12, 1,234 */
struct dm_figure dm__figure_share(double part, double whole); /* 42% ; "-" of nothing */

#endif
