/* How far a run is. */
#include "core/cli/progress.h"

#include <string.h>

#include "core/cli/figure.h"
#include "core/cli/rune.h"
#include "core/text/str.h"

enum { MEMORY_SECONDS = 10, BAR_LEAST = 10, BAR_MOST = 40 };

static uint64_t finished(const struct dm_engine_progress *p)
{
    return p->done + p->failed + p->dropped;
}

void dm__pace_update(struct dm_pace *pace, const struct dm_engine_progress *p)
{
    if (p->nanoseconds <= pace->seen_nanos)
        return;
    const double passed = (double)(p->nanoseconds - pace->seen_nanos) / 1e9;
    const uint64_t count = finished(p);
    const double documents = (double)(count - pace->seen) / passed;
    const double bytes = (double)(p->bytes - pace->seen_bytes) / passed;
    /* the first updates are a plain average: there is nothing to remember */
    const double age = (double)p->nanoseconds / 1e9;
    const double memory = age < MEMORY_SECONDS ? age : MEMORY_SECONDS;
    const double weight = passed < memory ? passed / memory : 1;
    pace->documents += (documents - pace->documents) * weight;
    pace->bytes += (bytes - pace->bytes) * weight;
    pace->seen = count;
    pace->seen_bytes = p->bytes;
    pace->seen_nanos = p->nanoseconds;
}

uint64_t dm__pace_left(const struct dm_pace *pace, const struct dm_engine_progress *p)
{
    const uint64_t count = finished(p);
    if (!p->found_all || pace->documents <= 0 || count == 0)
        return UINT64_MAX;
    const double seconds = count < p->found ? (double)(p->found - count) / pace->documents : 0;
    return seconds < 1e9 ? (uint64_t)(seconds + 0.5) : UINT64_MAX;
}

/* A line that is put together. */
struct line {
    char *out;
    size_t len;
};

DM_PRINTF(2, 3)
static void add(struct line *l, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(l->out + l->len, DM_PROGRESS_MAX - l->len, fmt, ap);
    va_end(ap);
    if (n > 0)
        l->len = l->len + (size_t)n < DM_PROGRESS_MAX ? l->len + (size_t)n : DM_PROGRESS_MAX - 1;
}

static double share(const struct dm_engine_progress *p)
{
    if (!p->found_all)
        return 0;
    return p->found == 0 ? 1 : (double)finished(p) / (double)p->found;
}

/* What stands behind the bar, from the most to the least important. */
enum { WITH_FAILED = 1, WITH_LEFT, WITH_RATE, WITH_BYTES, DETAIL_ALL = WITH_BYTES };

static void add_details(struct line *l, const struct dm_style *style, const struct dm_engine_progress *p,
                        const struct dm_pace *pace, int detail)
{
    add(l, " %s/%s%s", dm__figure_count(finished(p)).text, dm__figure_count(p->found).text,
        p->found_all ? "" : "+");
    if (detail >= WITH_RATE)
        add(l, "  %s docs/s", dm__figure_rate(pace->documents).text);
    if (detail >= WITH_BYTES)
        add(l, "  %s/s", dm__figure_bytes(pace->bytes).text);
    const uint64_t left = dm__pace_left(pace, p);
    if (detail >= WITH_LEFT && left != UINT64_MAX)
        add(l, "  %s left", dm__figure_clock(left).text);
    if (detail >= WITH_FAILED && p->failed > 0)
        add(l, "  %s%s failed%s", dm__tone(style, DM_TONE_BAD), dm__figure_count(p->failed).text,
            dm__tone(style, DM_TONE_PLAIN));
}

static void add_bar(struct line *l, const struct dm_style *style, double part, unsigned width)
{
    const unsigned full = (unsigned)(part * width);
    add(l, " %s", dm__tone(style, DM_TONE_GOOD));
    for (unsigned i = 0; i < full; i++)
        add(l, "━");
    add(l, "%s%s", dm__tone(style, DM_TONE_PLAIN), dm__tone(style, DM_TONE_FAINT));
    for (unsigned i = full; i < width; i++)
        add(l, "─");
    add(l, "%s", dm__tone(style, DM_TONE_PLAIN));
}

void dm__progress_bar(char *out, const struct dm_style *style, const struct dm_engine_progress *p,
                      const struct dm_pace *pace, unsigned columns)
{
    static const struct dm_style plain = {0}; /* escape sequences take no columns */
    char percent[16] = "   …";
    if (p->found_all)
        snprintf(percent, sizeof percent, "%3d%%", (int)(share(p) * 100));
    unsigned room = 0;
    int detail = DETAIL_ALL;
    for (; detail >= 0; detail--) {
        struct line tail = {out, 0};
        add_details(&tail, &plain, p, pace, detail);
        const size_t used = 4 + dm__text_width(dm__str(out));
        room = columns > used ? columns - (unsigned)used : 0;
        if (room > BAR_LEAST)
            break;
    }
    struct line l = {out, 0};
    out[0] = '\0';
    if (columns < 4)
        return;
    add(&l, "%s", percent);
    if (detail < 0) /* a very narrow terminal */
        return;
    add_bar(&l, style, share(p), room - 1 < BAR_MOST ? room - 1 : BAR_MOST);
    add_details(&l, style, p, pace, detail);
}

void dm__progress_line(char *out, const struct dm_engine_progress *p, const struct dm_pace *pace)
{
    struct line l = {out, 0};
    out[0] = '\0';
    const uint64_t left = dm__pace_left(pace, p);
    if (p->found_all)
        add(&l, "%s of %s documents (%d%%)", dm__figure_count(finished(p)).text,
            dm__figure_count(p->found).text, (int)(share(p) * 100));
    else
        add(&l, "%s documents", dm__figure_count(finished(p)).text);
    if (p->failed > 0)
        add(&l, ", %s failed", dm__figure_count(p->failed).text);
    add(&l, ", %s docs/s, %s/s", dm__figure_rate(pace->documents).text, dm__figure_bytes(pace->bytes).text);
    if (left != UINT64_MAX)
        add(&l, ", %s left", dm__figure_clock(left).text);
}
