/* The reader of dates alone.  The first byte says which of two numbers is the month.  What it finds is ISO 8601, of the
 * years that it says, and found in itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/extract-html/metadata/dates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static unsigned number(const char *s, size_t digits)
{
    unsigned n = 0;
    for (size_t i = 0; i < digits; i++) {
        require(s[i] >= '0' && s[i] <= '9');
        n = n * 10 + (unsigned)(s[i] - '0');
    }
    return n;
}

/* `T10:00:00`, and a zone or none. */
static void check_time(const char *s)
{
    require(*s == 'T' && s[3] == ':' && s[6] == ':');
    require(number(s + 1, 2) < 24 && number(s + 4, 2) < 60 && number(s + 7, 2) < 61);
    s += 9;
    if (!*s || !strcmp(s, "Z"))
        return;
    require((*s == '+' || *s == '-') && s[3] == ':' && !s[6]);
    require(number(s + 1, 2) < 15 && number(s + 4, 2) < 60);
}

static void check_date(const char *s)
{
    const unsigned year = number(s, 4), month = number(s + 5, 2), day = number(s + 8, 2);
    require(s[4] == '-' && s[7] == '-');
    require(year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
    if (s[10])
        check_time(s + 10);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char date[HTML_DATE_SIZE], again[HTML_DATE_SIZE];
    if (!size)
        return 0;
    const bool month_first = data[0] & 1;
    if (!html_date_find((dm_str){(const char *)data + 1, size - 1}, month_first, date))
        return 0;
    require(memchr(date, 0, sizeof date));
    check_date(date);
    require(html_date_find((dm_str){date, strlen(date)}, !month_first, again) && !strcmp(date, again));
    return 0;
}
