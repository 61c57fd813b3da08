/* Finds the content of a page and writes it: what html.c asks for. */
#ifndef CONTENT_CONTENT_H
#define CONTENT_CONTENT_H

#include "page.h"

enum content_favor { FAVOR_BALANCED, FAVOR_PRECISION, FAVOR_RECALL };

struct content_options {
    int32_t favor; /* enum content_favor */
    bool comments, tables, links, images;
};

/* Find the content of a page, append it to the document with marks for its blocks, and set the metadata
 * `page-type` and `confidence`.
 *
 * page     out: the page as it was looked at, with the topics of its elements; of the task's arena
 * origin   where in dm_bytes() the tree's input begins; SIZE_MAX: it was decoded, and is nowhere there
 * errors   DM_EDOC: the page has no text; DM_ELIMIT
 * cost     linear in the nodes and the text; memory some 100 bytes a node, from the task's arena
 * source   docs/design/html-content.md */
dm_status content_extract(dm_task *t, dm_doc *d, const struct content_vocabulary *v,
                          const struct html_tree *tree, const struct content_options *o, size_t origin,
                          struct content_page *page);

#endif
