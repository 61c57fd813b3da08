/* Any bytes make a tree, or are no page: its nodes are nested, in order, in bounds, and no more than the page can
 * have written. */
#include <stdint.h>
#include <stdlib.h>

#include "core/text/utf8.h"
#include "plugins/extract-html/encoding/encoding.h"
#include "plugins/extract-html/tree/tree.h"
#include "tests/harness/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_node(const struct html_tree *tree, uint32_t i, size_t page)
{
    const struct html_node *const n = &tree->nodes[i], *const parent = &tree->nodes[n->parent];
    require(n->tag < HTML_TAG_COUNT && n->parent < i && n->end > i && n->end <= parent->end);
    require(n->depth == parent->depth + 1 && n->depth <= HTML_DEPTH_MAX + 1);
    require(n->link_len <= n->text_len && n->text_len <= parent->text_len);
    require(n->at.begin <= n->at.end && n->at.end <= page);
    require(n->attrs == 0 || n->attr + n->attrs <= tree->attr_count);
    require(dm__utf8_check(n->text) == n->text.len);
    if (n->tag == HTML_TEXT)
        require(n->text.len > 0 && n->end == i + 1);
    for (uint32_t k = n->attr; k < n->attr + n->attrs; k++)
        require(tree->attrs[k].name > HTML_NAME_OTHER && tree->attrs[k].name < HTML_NAME_COUNT &&
                dm__utf8_check(tree->attrs[k].value) == tree->attrs[k].value.len);
}

static void check_tree(const struct html_tree *tree, size_t page)
{
    enum { FRAME = 4 }; /* root, html, head and body */
    require(tree->count >= FRAME && tree->count <= page + FRAME);
    require(tree->nodes[0].tag == HTML_ROOT && tree->nodes[0].end == tree->count);
    for (uint32_t i = 1; i < tree->count; i++)
        check_node(tree, i, page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct html_names names;
    static bool open;
    struct html_decoded page;
    struct html_tree tree;
    if (!open)
        html_names_open(&names);
    open = true;
    const dm_str bytes = {(const char *)data, size};
    const dm_status status = html_decode(&task_alone, bytes, DM_LIT(""), &page);
    require(status == DM_OK || status == DM_EDOC);
    if (status == DM_OK) {
        require(dm__utf8_check(page.text) == page.text.len);
        require(html_tree_build(&task_alone, &names, page.text, &tree) == DM_OK);
        check_tree(&tree, page.text.len);
    }
    dm__arena_reset(&task_arena);
    return 0;
}
