/* Builds the tree from the tokens.
 *
 * Of the standard's tree construction (13.2.6) this keeps what pages rely on: html, head and body that are implied,
 * paragraphs, list items, terms, options, rows and cells that end without an end tag, end tags that end what is open
 * within, or nothing.  It leaves out what costs more than it tells: the adoption agency and the reconstruction of
 * formatting elements (an inline element that ends while a block within it is open goes with that block), foster
 * parenting (what stands between table and row stays there), quirks. */
#include "open_elements.h"
#include "tokenizer/tokenizer.h"
#include "traits.h"
#include "tree.h"

#include <string.h>
#include <strings.h>

struct builder {
    dm_task *task;
    const struct html_names *names;
    struct html_tokenizer tokens;
    struct html_node *nodes;
    size_t node_cap;
    uint32_t count;
    struct html_attr *attrs;
    size_t attr_cap;
    uint32_t attr_count;
    uint32_t texts;
    size_t longest;
    uint32_t html, head, body; /* nodes; body 0: it has not begun */
    uint32_t raw;              /* the last element without markup inside, while its text is read */
    bool failed;               /* no memory */
    struct open_elements open;
};

/* ---- nodes ------------------------------------------------------------------------------------- */

/* Room for one more item.  false: no memory */
static bool grow(struct builder *b, void **items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    const size_t bigger = *cap + *cap / 2 + 64;
    void *const new_items = count < UINT32_MAX / 2 ? dm_alloc(b->task, bigger * size) : NULL;
    b->failed = b->failed || !new_items;
    if (!new_items)
        return false;
    if (count)
        memcpy(new_items, *items, count * size);
    *items = new_items;
    *cap = bigger;
    return true;
}

/* A new node below the element on top.  NULL: no memory */
static struct html_node *add_node(struct builder *b, enum html_tag tag, dm_span at)
{
    void *items = b->nodes;
    if (!grow(b, &items, b->count, &b->node_cap, sizeof *b->nodes))
        return NULL;
    b->nodes = items;
    struct html_node *const n = &b->nodes[b->count];
    const uint32_t depth = b->open.count;
    n->tag = (uint16_t)tag;
    n->flags = html_traits[tag] & TRAIT_BLOCK ? HTML_BLOCK : 0;
    n->depth = depth;
    n->parent = depth ? open_top(&b->open)->node : 0;
    n->end = ++b->count;
    n->at = at;
    return n;
}

/* ---- the stack --------------------------------------------------------------------------------- */

static void pop(struct builder *b)
{
    const struct open_element *const e = open_top(&b->open);
    struct html_node *const n = &b->nodes[e->node];
    b->open.of[e->tag]--;
    b->open.count--;
    n->end = b->count;
    if (b->open.count) {
        struct html_node *const parent = &b->nodes[n->parent];
        parent->text_len += n->text_len;
        parent->link_len += n->link_len;
    }
}

/* Close what is open from stack index `to` on, and what has ended before. */
static void pop_from(struct builder *b, uint32_t to)
{
    if (to == 0)
        return;
    while (b->open.count > to)
        pop(b);
    while (open_top(&b->open)->flags & OPEN_ENDED)
        pop(b);
}

static void push(struct builder *b, uint32_t node, enum html_tag tag, unsigned flags)
{
    if (b->open.count <= HTML_DEPTH_MAX)
        open_push(&b->open, node, tag, flags);
    else
        b->open.beyond[tag]++;
}

/* The body begins; the head ends. */
static void open_body(struct builder *b)
{
    if (b->body)
        return;
    pop_from(b, 2);
    if (add_node(b, HTML_BODY, (dm_span){0, 0})) {
        b->body = b->count - 1;
        push(b, b->body, HTML_BODY, 0);
    }
}

static bool is_in_head(struct builder *b)
{
    return !b->body && open_top(&b->open)->tag == HTML_HEAD;
}

/* ---- attributes -------------------------------------------------------------------------------- */

/* Whether a style hides its element.  Spaces may stand anywhere in it. */
static bool hides(dm_str style)
{
    static const char *const hidden[] = {"display:none", "visibility:hidden"};
    for (size_t k = 0; k < sizeof hidden / sizeof *hidden; k++) {
        size_t same = 0;
        for (size_t i = 0; i < style.len && hidden[k][same]; i++) {
            if (html_is_space(style.ptr[i]))
                continue;
            same = (style.ptr[i] | 0x20) == (hidden[k][same] | 0x20) ? same + 1 : 0;
        }
        if (!hidden[k][same])
            return true;
    }
    return false;
}

static bool is_word(dm_str s, const char *word)
{
    return s.len == strlen(word) && !strncasecmp(s.ptr, word, s.len);
}

static void use_attr(struct html_node *n, const struct html_attr *a)
{
    if (a->name == HTML_NAME_ID)
        n->id = a->value;
    else if (a->name == HTML_NAME_CLASS)
        n->class_name = a->value;
    else if (a->name == HTML_NAME_HIDDEN || (a->name == HTML_NAME_ARIA_HIDDEN && is_word(a->value, "true")) ||
             (a->name == HTML_NAME_STYLE && hides(a->value)))
        n->flags |= HTML_HIDDEN;
}

static bool has_attr(const struct builder *b, const struct html_node *n, unsigned name)
{
    for (uint32_t i = n->attr; i < n->attr + n->attrs; i++)
        if (b->attrs[i].name == name)
            return true;
    return false;
}

static void add_attrs(struct builder *b, struct html_node *n, const struct html_token *token)
{
    n->attr = b->attr_count;
    for (uint32_t i = 0; i < token->attr_count; i++) {
        const struct html_token_attr *const raw = &token->attrs[i];
        const enum html_name name = html_attr_named(b->names, raw->name);
        void *items = b->attrs;
        if (name == HTML_NAME_OTHER || has_attr(b, n, name) ||
            !grow(b, &items, b->attr_count, &b->attr_cap, sizeof *b->attrs))
            continue;
        b->attrs = items;
        struct html_attr *const a = &b->attrs[b->attr_count++];
        *a = (struct html_attr){
            (uint16_t)name,
            html_cook(&b->tokens, raw->value, HTML_COOK_REFERENCES | HTML_COOK_VALUE | HTML_COOK_NUL)};
        b->failed = b->failed || !a->value.ptr;
        n->attrs++;
        if (a->value.ptr)
            use_attr(n, a);
    }
}

/* ---- start tags -------------------------------------------------------------------------------- */

/* html, head and body are there already, or begin; only their attributes are new. */
static void start_frame(struct builder *b, enum html_tag tag, const struct html_token *token)
{
    if (tag == HTML_BODY)
        open_body(b);
    struct html_node *const n = &b->nodes[tag == HTML_HTML ? b->html : tag == HTML_HEAD ? b->head : b->body];
    if (!n->attrs && !b->failed) {
        n->at = token->at;
        add_attrs(b, n, token);
    }
}

/* End an open link, if no block began in it. */
static void end_link(struct builder *b)
{
    const uint32_t a = open_top(&b->open)->a;
    for (uint32_t i = b->open.count - 1; i > a; i--)
        if (html_traits[b->open.items[i].tag] & TRAIT_SPECIAL)
            return;
    pop_from(b, a);
}

/* Parts of a table end one another.  return  false: there is no table, and the tag says nothing */
static bool end_in_table(struct builder *b, enum html_tag tag)
{
    const struct open_element top = *open_top(&b->open);
    if (!top.table)
        return false;
    if (tag == HTML_TD || tag == HTML_TH)
        pop_from(b, top.cell);
    else if (tag == HTML_TR)
        pop_from(b, top.row ? top.row : top.cell);
    else
        pop_from(b, top.table + 1);
    return true;
}

static void end_if_top(struct builder *b, enum html_tag tag)
{
    if (open_top(&b->open)->tag == tag)
        pop_from(b, b->open.count - 1);
}

/* Close what a start tag ends.  return  false: the tag itself says nothing */
static bool end_before(struct builder *b, enum html_tag tag)
{
    switch (tag) {
    case HTML_LI:
        pop_from(b, open_top(&b->open)->li);
        break;
    case HTML_DD:
    case HTML_DT:
        pop_from(b, open_top(&b->open)->dd);
        break;
    case HTML_A:
        end_link(b);
        break;
    case HTML_OPTGROUP:
        end_if_top(b, HTML_OPTION);
        end_if_top(b, HTML_OPTGROUP);
        break;
    case HTML_OPTION:
        end_if_top(b, HTML_OPTION);
        break;
    case HTML_FORM:
        return b->open.of[HTML_FORM] == 0;
    case HTML_CAPTION:
    case HTML_COL:
    case HTML_COLGROUP:
    case HTML_TBODY:
    case HTML_TD:
    case HTML_TFOOT:
    case HTML_TH:
    case HTML_THEAD:
    case HTML_TR:
        return end_in_table(b, tag);
    default:
        break;
    }
    if (html_traits[tag] & TRAIT_CLOSES_P)
        pop_from(b, open_top(&b->open)->p);
    if (html_traits[tag] & TRAIT_HEADING && html_traits[open_top(&b->open)->tag] & TRAIT_HEADING)
        pop_from(b, b->open.count - 1);
    return true;
}

static void leave_foreign(struct builder *b)
{
    uint32_t i = b->open.count - 1;
    while (i > 1 && b->open.items[i - 1].flags & OPEN_FOREIGN)
        i--;
    pop_from(b, i);
}

/* How the tokenizer reads what is in an element. */
static enum html_state state_in(enum html_tag tag)
{
    switch (tag) {
    case HTML_TITLE:
    case HTML_TEXTAREA:
        return HTML_STATE_RCDATA;
    case HTML_STYLE:
    case HTML_XMP:
    case HTML_IFRAME:
    case HTML_NOEMBED:
    case HTML_NOFRAMES:
        return HTML_STATE_RAWTEXT;
    case HTML_SCRIPT:
        return HTML_STATE_SCRIPT;
    case HTML_PLAINTEXT:
        return HTML_STATE_PLAINTEXT;
    default:
        return HTML_STATE_DATA;
    }
}

static unsigned open_flags(const struct builder *b, const struct html_node *n, bool foreign)
{
    const bool link = n->tag == HTML_A && has_attr(b, n, HTML_NAME_HREF);
    return (link ? OPEN_IN_LINK : 0u) | (foreign ? OPEN_FOREIGN : 0u);
}

static void start(struct builder *b, const struct html_token *token)
{
    const enum html_tag tag = html_tag_named(b->names, token->name);
    if (tag == HTML_HTML || tag == HTML_HEAD || tag == HTML_BODY) {
        start_frame(b, tag, token);
        return;
    }
    if (is_in_head(b) && !(html_traits[tag] & TRAIT_HEAD))
        open_body(b);
    if (open_top(&b->open)->flags & OPEN_FOREIGN && html_traits[tag] & TRAIT_BREAKOUT)
        leave_foreign(b);
    const bool inside = open_top(&b->open)->flags & OPEN_FOREIGN;
    if (!inside && !end_before(b, tag))
        return;
    struct html_node *const n = add_node(b, tag, token->at);
    if (!n)
        return;
    const uint32_t node = b->count - 1;
    if (tag == HTML_OTHER)
        n->text = html_fold(&b->tokens, token->name);
    add_attrs(b, n, token);
    if (html_traits[tag] & TRAIT_VOID || (inside && token->self_closing))
        return;
    const bool foreign = (inside || tag == HTML_SVG || tag == HTML_MATH) && tag != HTML_FOREIGNOBJECT;
    if (!((tag == HTML_SVG || tag == HTML_MATH) && token->self_closing))
        push(b, node, tag, open_flags(b, n, foreign));
    if (tag == HTML_FOREIGNOBJECT && b->open.count <= HTML_DEPTH_MAX)
        open_top(&b->open)->flags &= (uint16_t)~OPEN_FOREIGN;
    b->tokens.foreign = open_top(&b->open)->flags & OPEN_FOREIGN;
    if (!foreign || tag == HTML_SCRIPT || tag == HTML_STYLE)
        b->tokens.state = state_in(tag);
    b->raw = node;
}

/* ---- end tags ---------------------------------------------------------------------------------- */

/* The end tag of an inline element in which blocks are open: it goes with them, and what is to come is in no link. */
static void end_later(struct builder *b, uint32_t at)
{
    const bool link = b->open.items[at].tag == HTML_A;
    b->open.items[at].flags |= OPEN_ENDED;
    for (uint32_t i = at; i < b->open.count; i++) {
        if (link)
            b->open.items[i].flags &= (uint16_t)~OPEN_IN_LINK;
        if (b->open.items[i].a == at)
            b->open.items[i].a = 0;
    }
}

static void end(struct builder *b, const struct html_token *token)
{
    const enum html_tag tag = html_tag_named(b->names, token->name);
    if (tag == HTML_HTML || tag == HTML_HEAD || tag == HTML_BODY)
        return;
    if (tag == HTML_BR) {
        open_body(b);
        add_node(b, HTML_BR, token->at);
        return;
    }
    if (b->open.beyond[tag]) {
        b->open.beyond[tag]--;
        return;
    }
    if (!b->open.of[tag] && !(html_traits[tag] & TRAIT_HEADING))
        return;
    bool blocked;
    const uint32_t at = open_find_ended(&b->open, b->nodes, tag, token->name, &blocked);
    if (!blocked)
        pop_from(b, at);
    else if (at && html_traits[tag] & TRAIT_FORMATTING)
        end_later(b, at);
    b->tokens.foreign = open_top(&b->open)->flags & OPEN_FOREIGN;
}

/* ---- text -------------------------------------------------------------------------------------- */

static bool is_blank(dm_str s)
{
    size_t i = 0;
    while (i < s.len && html_is_space(s.ptr[i]))
        i++;
    return i == s.len;
}

/* Code points; runs of white space are one.  Without branches, so that the compiler takes several bytes at once. */
static uint32_t count(dm_str s)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    uint32_t n = s.len > 0 && (p[0] & 0xC0) != 0x80;
    for (size_t i = 1; i < s.len; i++)
        n += ((p[i] & 0xC0) != 0x80) & ((p[i] > ' ') | (p[i - 1] > ' '));
    return n;
}

/* JSON in a script: what the page says of itself. */
static bool is_data(const struct builder *b, const struct html_node *script)
{
    for (uint32_t i = script->attr; i < script->attr + script->attrs; i++) {
        const struct html_attr *const a = &b->attrs[i];
        if (a->name == HTML_NAME_TYPE && memmem(a->value.ptr, a->value.len, "json", 4))
            return true;
    }
    return false;
}

static void add_text(struct builder *b, const struct html_token *token)
{
    const bool raw = b->tokens.state != HTML_STATE_DATA && b->tokens.state != HTML_STATE_CDATA;
    const enum html_tag tag = raw ? b->nodes[b->raw].tag : open_top(&b->open)->tag;
    const bool script = tag == HTML_SCRIPT;
    if (tag == HTML_STYLE || tag == HTML_IFRAME || tag == HTML_NOFRAMES || tag == HTML_NOEMBED ||
        (script && (open_top(&b->open)->tag != HTML_SCRIPT || !is_data(b, &b->nodes[b->raw]))))
        return; /* nor what is in a script that is too deep to hold it */
    if (html_traits[tag] & TRAIT_SPACELESS && is_blank(token->data))
        return;
    if (is_in_head(b))
        open_body(b);
    const dm_str text =
        script ? token->data : html_cook(&b->tokens, token->data, token->cook | HTML_COOK_NUL);
    struct html_node *const n = text.ptr ? add_node(b, HTML_TEXT, token->at) : NULL;
    b->failed = b->failed || !n;
    if (!n)
        return;
    n->text = text;
    b->texts++;
    b->longest = text.len > b->longest ? text.len : b->longest;
    if (script)
        return;
    struct html_node *const parent = &b->nodes[n->parent];
    n->text_len = count(text);
    if (n->text_len == 1 && html_is_space(*text.ptr)) {
        n->flags |= HTML_BLANK;
        b->texts--;
    }
    n->link_len = open_top(&b->open)->flags & OPEN_IN_LINK ? n->text_len : 0;
    parent->text_len += n->text_len;
    parent->link_len += n->link_len;
}

/* ---- the page ---------------------------------------------------------------------------------- */

/* In parts whose counts take a byte, so that the compiler compares many at once. */
static size_t count_byte(dm_str s, char c)
{
    enum { PART = 255 };
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        const size_t end = s.len - i > PART ? i + PART : s.len;
        uint8_t part = 0;
        for (; i < end; i++)
            part = (uint8_t)(part + (s.ptr[i] == c));
        n += part;
    }
    return n;
}

/* Where elements end by tags, there are hardly more nodes than `<`: an element and two texts have two.  Many may be in
 * scripts, or be nothing but `<`. */
static bool begin(struct builder *b, dm_str html)
{
    enum { BYTES_PER_TAG = 32 };
    const size_t most = html.len / BYTES_PER_TAG, signs = count_byte(html, '<');
    const size_t tags = signs < most ? signs : most;
    html_tokenizer_init(&b->tokens, b->task, html);
    b->node_cap = tags + tags / 8 + 64;
    b->attr_cap = tags + 64;
    b->nodes = dm_alloc(b->task, b->node_cap * sizeof *b->nodes);
    b->attrs = dm_alloc(b->task, b->attr_cap * sizeof *b->attrs);
    if (!b->nodes || !b->attrs)
        return false;
    static const enum html_tag frame[] = {HTML_ROOT, HTML_HTML, HTML_HEAD};
    for (uint32_t i = 0; i < sizeof frame / sizeof *frame; i++) {
        add_node(b, frame[i], (dm_span){0, 0});
        push(b, i, frame[i], 0);
    }
    b->html = 1;
    b->head = 2;
    return true;
}

dm_status html_tree_build(dm_task *t, const struct html_names *names, dm_str html, struct html_tree *out)
{
    struct builder *const b = dm_alloc(t, sizeof *b);
    if (!b)
        return DM_ELIMIT;
    b->task = t;
    b->names = names;
    struct html_token token;
    if (!begin(b, html))
        return DM_ELIMIT;
    while (!b->failed && html_next(&b->tokens, &token)) {
        if (token.kind == HTML_TOKEN_TEXT)
            add_text(b, &token);
        else if (token.kind == HTML_TOKEN_START)
            start(b, &token);
        else if (token.kind == HTML_TOKEN_END)
            end(b, &token);
    }
    if (!b->failed)
        open_body(b);
    if (b->failed)
        return dm_fail(t, DM_ELIMIT, "the page has too many elements");
    while (b->open.count)
        pop(b);
    *out = (struct html_tree){b->nodes, b->count, b->attrs, b->attr_count, b->texts, b->longest};
    return DM_OK;
}
