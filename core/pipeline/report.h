/* Problems of a pipeline file, collected so that one look shows them all. */
#ifndef DOCMILL_CORE_REPORT_H
#define DOCMILL_CORE_REPORT_H

#include "core/document/arena.h"

struct dm_problem {
    dm_str file;           /* as the user named it; empty: none */
    unsigned line, column; /* from 1; 0: none.  Columns count code points */
    dm_str message;        /* what is wrong and what was expected; one line */
    dm_str hint;           /* "did you mean 'path'?"; empty: none */
    bool warning;          /* worth a word, no reason to refuse */
};

/* More problems than this are counted and not kept. */
enum { DM_REPORT_MAX = 500 };

struct dm_report {
    struct dm_arena *arena; /* holds the problems */
    struct dm_problem *items;
    size_t count, cap;
    size_t errors;          /* problems that are no warnings, kept or not */
    struct dm_problem lost; /* takes what cannot be kept */
};

/* The report must not be moved afterwards. */
void dm__report_init(struct dm_report *r, struct dm_arena *arena);

/* Add an error at a place; line 0: none.
 * return  never NULL, so that a hint can be added; without memory the message is "out of memory" */
DM_PRINTF(5, 6)
struct dm_problem *dm__report_error(struct dm_report *r, dm_str file, unsigned line, unsigned column,
                                    const char *fmt, ...);

/* Say what would help.  Without memory there is no hint. */
DM_PRINTF(3, 4)
void dm__report_hint(struct dm_report *r, struct dm_problem *p, const char *fmt, ...);

/* Put the problems from number `from` on into the order of their places, those without a place first,
 * and drop those that say the same of the same place. */
void dm__report_sort(struct dm_report *r, size_t from);

/* The nearest of `names` to `word`, for "did you mean": at most a third of the letters away, of the longer
 * word, and whatever their case.  NULL entries are skipped.
 * return  NULL: none is near
 * source  Damerau-Levenshtein distance in its restricted form (optimal string alignment) */
const char *dm__nearest(dm_str word, const char *const *names, size_t count);

/* What errno means, in small letters: "no such file or directory". */
enum { DM_ERRNO_MAX = 64 };
void dm__errno_text(int code, char text[DM_ERRNO_MAX]);

/* How many bytes of `s` to show in a message with %.*s: all, or some 60 that split no code point. */
int dm__shown(dm_str s);

#endif
