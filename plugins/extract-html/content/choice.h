/* Which blocks of a page are its content. */
#ifndef CONTENT_CHOICE_H
#define CONTENT_CHOICE_H

#include "content.h"
#include "features.h"

struct content_choice {
    struct content_page page;
    bool *keep; /* [page.block_count] */
    uint32_t kept;
    float confidence; /* the F1 that is to be expected, 0 to 1 */
    const char *type; /* of the page: "article", ... */
};

/* Judge all blocks of a page.
 * return  false: the memory is spent, the task has failed */
bool content_choose(dm_task *t, const struct content_vocabulary *v, const struct html_tree *tree,
                    const struct content_options *o, struct content_choice *c);

#endif
