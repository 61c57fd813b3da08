/* Finds the content of a page and writes it. */
#include "content.h"
#include "choice.h"
#include "emit.h"

#include <string.h>

dm_status content_extract(dm_task *t, dm_doc *d, const struct content_vocabulary *v,
                          const struct html_tree *tree, const struct content_options *o, size_t origin,
                          struct content_page *page)
{
    struct content_choice c;
    char number[16];
    uint32_t written = 0;
    if (!content_choose(t, v, tree, o, &c))
        return DM_ELIMIT;
    *page = c.page;
    const dm_status status = content_emit(t, d, &c, o, origin, &written);
    if (status != DM_OK)
        return status;
    if (written == 0)
        return dm_fail(t, DM_EDOC, "no text in the page");
    const int n = snprintf(number, sizeof number, "%.2f", (double)c.confidence);
    dm_set_meta(t, d, "page-type", (dm_str){c.type, strlen(c.type)});
    return dm_set_meta(t, d, "confidence", (dm_str){number, (size_t)n});
}
