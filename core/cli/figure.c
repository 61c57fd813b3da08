/* Numbers as people read them. */
#include "core/cli/figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct dm_figure dm__figure_count(uint64_t n)
{
    char digits[24];
    const int count = snprintf(digits, sizeof digits, "%" PRIu64, n);
    struct dm_figure f;
    size_t len = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            f.text[len++] = ',';
        f.text[len++] = digits[i];
    }
    f.text[len] = '\0';
    return f;
}

struct dm_figure dm__figure_bytes(double bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    /* 999.5 would be written as 1000 */
    while (bytes >= 999.5 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1000;
        unit++;
    }
    struct dm_figure f;
    const int decimals = unit > 0 && bytes < 9.95 ? 1 : 0;
    snprintf(f.text, sizeof f.text, "%.*f %s", decimals, bytes, units[unit]);
    return f;
}

struct dm_figure dm__figure_time(uint64_t nanoseconds)
{
    struct dm_figure f;
    const double seconds = (double)nanoseconds / 1e9;
    const uint64_t whole = (uint64_t)(seconds + 0.5);
    if (nanoseconds < 1000000)
        snprintf(f.text, sizeof f.text, "%.3g µs", (double)nanoseconds / 1e3);
    else if (seconds < 1)
        snprintf(f.text, sizeof f.text, "%.3g ms", seconds * 1e3);
    else if (seconds < 59.995)
        snprintf(f.text, sizeof f.text, "%.2f s", seconds);
    else if (whole < 3600)
        snprintf(f.text, sizeof f.text, "%d min %02d s", (int)(whole / 60), (int)(whole % 60));
    else
        snprintf(f.text, sizeof f.text, "%" PRIu64 " h %02d min", whole / 3600, (int)(whole % 3600 / 60));
    return f;
}

struct dm_figure dm__figure_clock(uint64_t seconds)
{
    struct dm_figure f;
    const int s = (int)(seconds % 60), m = (int)(seconds / 60 % 60);
    if (seconds < 3600)
        snprintf(f.text, sizeof f.text, "%d:%02d", m, s);
    else
        snprintf(f.text, sizeof f.text, "%" PRIu64 ":%02d:%02d", seconds / 3600, m, s);
    return f;
}

struct dm_figure dm__figure_rate(double per_second)
{
    if (per_second >= 9.5)
        return dm__figure_count((uint64_t)(per_second + 0.5));
    struct dm_figure f;
    snprintf(f.text, sizeof f.text, "%.1f", per_second);
    return f;
}

struct dm_figure dm__figure_share(double part, double whole)
{
    struct dm_figure f;
    if (whole <= 0) {
        strcpy(f.text, "-");
        return f;
    }
    snprintf(f.text, sizeof f.text, "%.0f%%", 100 * part / whole);
    return f;
}
