/* Dates as pages write them. */
#ifndef EXTRACT_HTML_DATES_H
#define EXTRACT_HTML_DATES_H

#include <docmill/plugin.h>

enum { HTML_DATE_SIZE = 32 };

/* Find the first date in a text: ISO 8601 and its kin, numbers by day or by month first, names of months in
 * some twenty languages, Chinese and Japanese.
 * month_first  in 3/4/2021 the 3 is the month, unless the numbers say otherwise
 * out          ISO 8601: 2021-04-03, or with the time, and its zone, where they follow: 2021-04-03T10:00:00+02:00
 * return       false: there is none between 1990 and 2099 */
bool html_date_find(dm_str text, bool month_first, char out[HTML_DATE_SIZE]);

#endif
