#include "open_elements.h"
#include "traits.h"

#include <strings.h>

/* What begins anew inside an element. */
static void forget(struct open_element *e, enum html_tag tag)
{
    const uint16_t traits = html_traits[tag];
    if (traits & TRAIT_SCOPE || tag == HTML_BUTTON)
        e->p = 0;
    if (traits & TRAIT_SCOPE)
        e->a = 0;
    if (traits & TRAIT_SPECIAL && tag != HTML_ADDRESS && tag != HTML_DIV && tag != HTML_P)
        e->li = e->dd = 0;
    if (tag == HTML_TABLE || tag == HTML_TEMPLATE)
        e->table = e->row = e->cell = 0;
}

static void remember(struct open_element *e, enum html_tag tag, uint16_t at)
{
    if (html_traits[tag] & TRAIT_SCOPE)
        e->scope = at;
    if (tag == HTML_P)
        e->p = at;
    else if (tag == HTML_LI)
        e->li = at;
    else if (tag == HTML_DD || tag == HTML_DT)
        e->dd = at;
    else if (tag == HTML_A)
        e->a = at;
    else if (tag == HTML_TABLE)
        e->table = at;
    else if (tag == HTML_TR)
        e->row = at;
    else if (tag == HTML_TD || tag == HTML_TH || tag == HTML_CAPTION)
        e->cell = at;
}

void open_push(struct open_elements *o, uint32_t node, enum html_tag tag, unsigned flags)
{
    struct open_element *const e = &o->items[o->count];
    if (o->count)
        *e = *open_top(o);
    else
        *e = (struct open_element){0};
    e->node = node;
    e->tag = (uint16_t)tag;
    e->flags = (uint16_t)((e->flags & ~(unsigned)OPEN_ENDED) | flags);
    forget(e, tag);
    remember(e, tag, (uint16_t)o->count);
    o->of[tag]++;
    o->count++;
}

/* ---- end tags --------------------------------------------------------------------------------- */

static bool is_same(const struct open_element *e, const struct html_node *nodes, enum html_tag tag,
                    dm_str name)
{
    if (e->tag != tag || tag != HTML_OTHER)
        return e->tag == tag;
    const dm_str own = nodes[e->node].text;
    return own.len == name.len && !strncasecmp(own.ptr, name.ptr, own.len);
}

/* The nearest one above `floor`.  For inline elements, blocks are in the way. */
static uint32_t find_up(const struct open_elements *o, const struct html_node *nodes, enum html_tag tag,
                        dm_str name, uint32_t floor, bool *blocked)
{
    const uint16_t traits = html_traits[tag];
    *blocked = false;
    for (uint32_t i = o->count - 1; i > floor; i--) {
        const struct open_element *const e = &o->items[i];
        if (is_same(e, nodes, tag, name) || (traits & html_traits[e->tag] & TRAIT_HEADING))
            return e->flags & OPEN_ENDED ? 0 : i;
        *blocked |= !(traits & TRAIT_SPECIAL) && html_traits[e->tag] & TRAIT_SPECIAL;
    }
    return 0;
}

uint32_t open_find_ended(const struct open_elements *o, const struct html_node *nodes, enum html_tag tag,
                         dm_str name, bool *blocked)
{
    const struct open_element *const top = &o->items[o->count - 1];
    *blocked = false;
    switch (tag) {
    case HTML_P:
        return top->p;
    case HTML_LI:
        return top->li;
    case HTML_DD:
    case HTML_DT:
        return top->dd && o->items[top->dd].tag == tag ? top->dd : 0;
    case HTML_TABLE:
        return top->table;
    case HTML_CAPTION:
    case HTML_COLGROUP:
    case HTML_TBODY:
    case HTML_TD:
    case HTML_TFOOT:
    case HTML_TH:
    case HTML_THEAD:
    case HTML_TR:
        return find_up(o, nodes, tag, name, top->table, blocked);
    case HTML_OBJECT:
    case HTML_TEMPLATE:
        return find_up(o, nodes, tag, name, 0, blocked);
    default:
        return find_up(o, nodes, tag, name, top->scope, blocked);
    }
}
