/* `try --report`: a page that shows the extracted text beside the result, with every change and its
 * reason.  Computed from the records of the changes, never by comparing texts. */
#ifndef DOCMILL_CLI_REPORT_PAGE_H
#define DOCMILL_CLI_REPORT_PAGE_H

#include "core/cli/diff.h"

struct dm_report_page {
    FILE *to;
    size_t stretches, changes, flagged; /* written so far, in all parts */
};

/* Begin the page of one input; what `title` holds is escaped. */
void dm__report_page_begin(struct dm_report_page *page, FILE *to, dm_str title);

/* Add a document: a row for each line of its extracted text, and the list of its changes.
 * part    its number; 0: the only one, or the first
 * return  false: no memory; the page is of no use then */
bool dm__report_page_add(struct dm_report_page *page, struct dm_arena *arena, const struct dm_diff *diff,
                         unsigned part);

void dm__report_page_end(struct dm_report_page *page);

#endif
