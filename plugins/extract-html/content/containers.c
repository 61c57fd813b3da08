/* What a block stands in when it is written.  A table is one of data if it has rows with several short
 * cells and no table within; what is laid out in a table is written as if it were not. */
#include "containers.h"

enum { CELL_BLOCKS = 6, CELL_CHARS = 1000 };

static bool is_cell(uint32_t tag)
{
    return tag == HTML_TD || tag == HTML_TH;
}

/* The row of `row` has been passed: does its table look like one of data? */
static void count_cell(const struct content_page *p, struct content_place *places, uint32_t node)
{
    const struct content_node *n = &p->nodes[node];
    const uint32_t row = p->nodes[node].parent;
    struct content_place *table = &places[places[node].table];
    places[node].ordinal = ++places[row].children;
    if (n->blocks > CELL_BLOCKS || n->chars > CELL_CHARS)
        table->is_layout = true;
    if (n->chars > 0 && p->nodes[row].tag == HTML_TR && ++places[row].wide_rows == 2)
        table->wide_rows++;
}

static void look_at_tables(const struct content_page *p, struct content_place *places)
{
    for (uint32_t i = 1; i < p->tree->count; i++) {
        const struct content_node *n = &p->nodes[i];
        struct content_place *at = &places[i];
        at->table = places[n->parent].table;
        if (n->tag == HTML_TABLE) {
            places[at->table].is_layout = true; /* the one around it, if there is one */
            at->table = i;
        } else if (is_cell(n->tag)) {
            count_cell(p, places, i);
        } else if (n->tag == HTML_LI) {
            at->ordinal = ++places[n->parent].children;
        }
    }
}

static bool is_data(const struct content_place *places, uint32_t node)
{
    const struct content_place *table = &places[places[node].table];
    return places[node].table && !table->is_layout && table->wide_rows >= 2;
}

static uint8_t kind_of(const struct content_node *nodes, const struct content_place *places, uint32_t node)
{
    switch (nodes[node].tag) {
    case HTML_BLOCKQUOTE:
        return CONTAINER_QUOTE;
    case HTML_LI:
        return CONTAINER_ITEM;
    case HTML_PRE:
        return CONTAINER_CODE;
    case HTML_TABLE:
        return is_data(places, node) ? CONTAINER_TABLE : CONTAINER_NONE;
    case HTML_TR:
        return is_data(places, node) ? CONTAINER_ROW : CONTAINER_NONE;
    case HTML_TD:
    case HTML_TH:
        return is_data(places, node) && nodes[nodes[node].parent].tag == HTML_TR ? CONTAINER_CELL
                                                                                 : CONTAINER_NONE;
    default:
        return CONTAINER_NONE;
    }
}

struct content_place *content_containers(dm_task *t, const struct content_page *p)
{
    struct content_place *places = dm_alloc(t, (p->tree->count + 1) * sizeof *places);
    if (!places)
        return NULL;
    look_at_tables(p, places);
    for (uint32_t i = 1; i < p->tree->count; i++) {
        const uint32_t parent = places[p->nodes[i].parent].container;
        places[i].kind = kind_of(p->nodes, places, i);
        /* code and cells hold text only */
        const bool within_text =
            places[parent].kind == CONTAINER_CODE || places[parent].kind == CONTAINER_CELL;
        places[i].container = places[i].kind && !within_text ? i : parent;
    }
    return places;
}
