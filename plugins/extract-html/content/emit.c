/* Writes the chosen blocks into the document, with their marks.
 *
 * The containers of a block, outermost first, are compared with those that are open: what is not shared is
 * closed, which marks it, and the rest is opened.  The innermost container that is shared says what stands
 * between two blocks: a line break between rows, a tab between cells, else an empty line. */
#include "emit.h"
#include "address.h"
#include "containers.h"

#include <string.h>

enum { OPEN_MAX = 24, CHAIN_MAX = 4096, HELD_MAX = 256 };

struct open_container {
    uint32_t node;
    size_t begin;
};

struct writer {
    dm_task *task;
    dm_doc *doc;
    const struct content_page *page;
    const struct content_options *options;
    const struct content_place *places;
    size_t origin;
    dm_str base; /* of links */
    struct open_container open[OPEN_MAX];
    uint32_t depth;
    size_t at;     /* bytes appended */
    char *scratch; /* one text node, white space folded */
    uint32_t link; /* the link that is open, 0: none */
    size_t link_begin;
    char held[HELD_MAX]; /* white space that is written if text follows it */
    size_t held_len;
    dm_status status;
};

static void append(struct writer *w, const char *bytes, size_t len, dm_span from)
{
    if (len == 0 || w->status != DM_OK)
        return;
    if (w->origin == SIZE_MAX || from.end == 0)
        from = (dm_span){0, 0};
    else
        from = (dm_span){from.begin + w->origin, from.end + w->origin};
    w->status = dm_append(w->task, w->doc, (dm_str){bytes, len}, from);
    w->at += len;
}

static void separate(struct writer *w, const char *bytes)
{
    append(w, bytes, strlen(bytes), (dm_span){0, 0});
}

static void mark(struct writer *w, dm_kind kind, uint32_t level, size_t begin, dm_str value)
{
    const dm_mark m = {.kind = kind, .level = level, .at = {begin, w->at}, .value = value};
    if (begin < w->at && w->status == DM_OK)
        w->status = dm_add_mark(w->task, w->doc, &m);
}

/* ---- containers ----------------------------------------------------------------------------- */

static uint32_t number_of(const dm_str *s, uint32_t otherwise)
{
    uint32_t n = 0;
    size_t i = 0;
    for (; s && i < s->len && i < 8 && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++)
        n = n * 10 + (uint32_t)(s->ptr[i] - '0');
    return i ? n : otherwise;
}

/* The number of an item of an ordered list, as text; else empty. */
static dm_str ordinal_of(const struct writer *w, uint32_t node, char digits[16])
{
    const struct html_tree *tree = w->page->tree;
    const uint32_t list = tree->nodes[node].parent;
    if (tree->nodes[list].tag != HTML_OL)
        return (dm_str){NULL, 0};
    const uint32_t start = number_of(html_attr_value(tree, list, HTML_NAME_START), 1);
    const uint32_t n = start + w->places[node].ordinal - 1;
    return (dm_str){digits, (size_t)snprintf(digits, 16, "%u", n)};
}

/* The language that a class of code or of what it is in names: `language-python`, `lang-c`. */
static dm_str language_of(const struct html_tree *tree, uint32_t pre)
{
    static const char *const prefixes[] = {"language-", "lang-", "highlight-source-"};
    for (uint32_t i = pre; i < pre + 2 && i < tree->nodes[pre].end; i++) {
        const dm_str name = tree->nodes[i].tag == HTML_TEXT ? (dm_str){NULL, 0} : tree->nodes[i].class_name;
        for (size_t k = 0; k < sizeof prefixes / sizeof prefixes[0]; k++) {
            const char *p = name.len ? memmem(name.ptr, name.len, prefixes[k], strlen(prefixes[k])) : NULL;
            if (!p)
                continue;
            p += strlen(prefixes[k]);
            size_t len = 0;
            while (p + len < name.ptr + name.len && (uint8_t)p[len] > ' ')
                len++;
            return (dm_str){p, len};
        }
    }
    return (dm_str){NULL, 0};
}

static uint32_t count_open_items(const struct writer *w)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->depth; i++)
        n += w->places[w->open[i].node].kind == CONTAINER_ITEM;
    return n;
}

static void close_container(struct writer *w)
{
    const dm_str none = {NULL, 0};
    char digits[16];
    const uint32_t level = count_open_items(w);
    const struct open_container c = w->open[--w->depth];
    switch (w->places[c.node].kind) {
    case CONTAINER_QUOTE:
        mark(w, DM_QUOTE, 0, c.begin, none);
        break;
    case CONTAINER_ITEM:
        mark(w, DM_LIST_ITEM, level, c.begin, ordinal_of(w, c.node, digits));
        break;
    case CONTAINER_CODE:
        mark(w, DM_CODE, 0, c.begin, language_of(w->page->tree, c.node));
        break;
    case CONTAINER_TABLE:
        mark(w, DM_TABLE, 0, c.begin, none);
        break;
    case CONTAINER_ROW:
        mark(w, DM_ROW, 0, c.begin, none);
        break;
    case CONTAINER_CELL:
        mark(w, DM_CELL, w->page->tree->nodes[c.node].tag == HTML_TH, c.begin, none);
        break;
    default:
        break;
    }
}

/* The containers of a node, outermost first; of a hostile number the outermost.
 * return  how many */
static uint32_t chain_of(const struct writer *w, uint32_t node, uint32_t chain[OPEN_MAX])
{
    const struct html_node *tree = w->page->tree->nodes;
    uint32_t n = 0, steps = 0;
    for (uint32_t c = w->places[node].container; c; c = w->places[tree[c].parent].container)
        n++;
    for (uint32_t c = w->places[node].container; c; c = w->places[tree[c].parent].container, steps++)
        if (n - steps <= OPEN_MAX)
            chain[n - steps - 1] = c;
    return n < OPEN_MAX ? n : OPEN_MAX;
}

static const char *separator_of(const struct writer *w)
{
    switch (w->depth ? w->places[w->open[w->depth - 1].node].kind : CONTAINER_NONE) {
    case CONTAINER_CODE:
    case CONTAINER_TABLE:
        return "\n";
    case CONTAINER_ROW:
        return "";
    case CONTAINER_CELL:
        return " ";
    default:
        return "\n\n";
    }
}

/* Cells of a row are parted by tabs.  A cell without text is marked on its tab, so that those behind it stay
 * in their columns. */
static void begin_cell(struct writer *w, uint32_t node, uint32_t last_ordinal)
{
    for (uint32_t i = last_ordinal + 1; i < w->places[node].ordinal; i++) {
        const size_t begin = w->at;
        if (i > 1 && i == last_ordinal + 1 && last_ordinal)
            separate(w, "\t");
        const size_t cell = i > 1 && i == last_ordinal + 1 && last_ordinal ? w->at : begin;
        separate(w, "\t");
        mark(w, DM_CELL, 0, cell, (dm_str){NULL, 0});
    }
    if (last_ordinal && last_ordinal + 1 == w->places[node].ordinal)
        separate(w, "\t");
}

/* Close and open containers until those of `node` are open, and write what parts the blocks. */
static void enter(struct writer *w, uint32_t node)
{
    uint32_t chain[OPEN_MAX];
    const uint32_t n = chain_of(w, node, chain);
    uint32_t shared = 0, last_ordinal = 0;
    while (shared < n && shared < w->depth && chain[shared] == w->open[shared].node)
        shared++;
    if (w->depth == shared + 1 && w->places[w->open[shared].node].kind == CONTAINER_CELL)
        last_ordinal = w->places[w->open[shared].node].ordinal;
    while (w->depth > shared)
        close_container(w);
    if (w->at > 0)
        separate(w, separator_of(w));
    for (uint32_t i = shared; i < n; i++) {
        if (w->places[chain[i]].kind == CONTAINER_CELL && w->depth)
            begin_cell(w, chain[i], last_ordinal);
        w->open[w->depth++] = (struct open_container){chain[i], w->at};
    }
}

/* ---- links ---------------------------------------------------------------------------------- */

static void end_link(struct writer *w)
{
    if (!w->link)
        return;
    const dm_str *href = html_attr_value(w->page->tree, w->link, HTML_NAME_HREF);
    const dm_str target = href ? content_resolve(w->task, w->base, *href) : (dm_str){NULL, 0};
    if (target.len)
        mark(w, DM_LINK, 0, w->link_begin, target);
    w->link = 0;
}

/* The link that a text node is in. */
static uint32_t link_of(const struct writer *w, uint32_t node)
{
    enum { STEPS = 32 };
    const struct html_node *tree = w->page->tree->nodes;
    if (!w->options->links || !(w->page->nodes[node].inside & IN_LINK))
        return 0;
    for (int i = 0; i < STEPS && node; i++) {
        node = tree[node].parent;
        if (tree[node].tag == HTML_A)
            return node;
    }
    return 0;
}

/* ---- text ----------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Control characters are no text. */
static bool is_control(char c)
{
    return (uint8_t)c < ' ' && !is_space(c);
}

/* White space and control characters. */
static bool is_gap(char c)
{
    return (uint8_t)c <= ' ';
}

/* Whether there are no gaps but single spaces.  Without branches, so that the compiler takes several bytes at once. */
static bool is_folded(dm_str s)
{
    const uint8_t *const p = (const uint8_t *)s.ptr;
    uint8_t gaps = 0;
    for (size_t i = 1; i < s.len; i++)
        gaps |= (uint8_t)((p[i] < ' ') | ((p[i] <= ' ') & (p[i - 1] <= ' ')));
    return !gaps;
}

/* The text with each run of white space as one space, and none at the ends; in scratch, unless it is so already.
 * held  out: white space follows */
static dm_str fold(dm_str s, char *scratch, bool *held)
{
    size_t begin = 0, end = s.len, n = 0;
    while (end > 0 && is_gap(s.ptr[end - 1]))
        end--;
    while (begin < end && is_gap(s.ptr[begin]))
        begin++;
    *held = end < s.len;
    const dm_str text = {s.ptr + begin, end - begin};
    if (is_folded(text))
        return text;
    for (size_t i = 0; i < text.len; i++)
        if (!is_gap(text.ptr[i]))
            scratch[n++] = text.ptr[i];
        else if (!is_gap(text.ptr[i - 1]))
            scratch[n++] = ' ';
    return (dm_str){scratch, n};
}

static void hold(struct writer *w, const char *bytes, size_t len)
{
    const size_t room = HELD_MAX - w->held_len;
    len = len < room ? len : room;
    memcpy(w->held + w->held_len, bytes, len);
    w->held_len += len;
}

static void write_held(struct writer *w, size_t begin)
{
    if (w->at > begin)
        append(w, w->held, w->held_len, (dm_span){0, 0});
    w->held_len = 0;
}

static void begin_link(struct writer *w, uint32_t node)
{
    const uint32_t link = link_of(w, node);
    if (link == w->link)
        return;
    w->link = link;
    w->link_begin = w->at;
}

static void write_text(struct writer *w, uint32_t node, size_t begin)
{
    const struct html_node *n = &w->page->tree->nodes[node];
    bool space_after;
    const bool space_before = n->text.len && is_space(n->text.ptr[0]);
    const dm_str text = fold(n->text, w->scratch, &space_after);
    if (space_before && w->held_len == 0)
        hold(w, " ", 1);
    if (text.len > 0) {
        if (w->link && link_of(w, node) != w->link)
            end_link(w);
        write_held(w, begin);
        begin_link(w, node);
        append(w, text.ptr, text.len, n->at);
    }
    if (space_after && w->held_len == 0)
        hold(w, " ", 1);
}

static void write_break(struct writer *w, bool in_line)
{
    w->held_len = 0;
    hold(w, in_line ? " " : "\n", 1);
}

/* Code keeps its white space, but for line breaks in front of it and white space behind. */
static void write_code_text(struct writer *w, uint32_t node, size_t begin)
{
    const struct html_node *n = &w->page->tree->nodes[node];
    dm_str s = n->text;
    size_t end = s.len, start = 0;
    while (end > 0 && is_space(s.ptr[end - 1]))
        end--;
    if (w->at == begin)
        for (size_t i = 0; i < end && is_space(s.ptr[i]); i++)
            if (s.ptr[i] == '\n')
                start = i + 1;
    if (end > start) {
        size_t len = 0;
        write_held(w, begin);
        for (size_t i = start; i < end; i++)
            if (!is_control(s.ptr[i]) && s.ptr[i] != '\r')
                w->scratch[len++] = s.ptr[i];
        append(w, w->scratch, len, n->at);
    }
    hold(w, s.ptr + end, s.len - end);
}

static bool is_in_code(const struct writer *w)
{
    return w->depth && w->places[w->open[w->depth - 1].node].kind == CONTAINER_CODE;
}

static bool is_in_cell(const struct writer *w)
{
    return w->depth && w->places[w->open[w->depth - 1].node].kind == CONTAINER_CELL;
}

/* 1 to 6; 0: not in a heading, or in one that was never closed. */
static uint32_t heading_level(const struct content_page *p, uint32_t node)
{
    enum { STEPS = 8 };
    if (!(p->nodes[node].inside & IN_HEADING))
        return 0;
    for (int i = 0; i < STEPS && node; i++, node = p->tree->nodes[node].parent)
        if (p->tree->nodes[node].tag >= HTML_H1 && p->tree->nodes[node].tag <= HTML_H6)
            return p->nodes[node].blocks == 1 ? p->tree->nodes[node].tag - HTML_H1 + 1u : 0;
    return 0;
}

static void mark_block(struct writer *w, const struct content_block *b, size_t begin)
{
    const dm_str none = {NULL, 0};
    const uint32_t level = heading_level(w->page, b->holder);
    if (is_in_code(w) || is_in_cell(w))
        return;
    if (level)
        mark(w, DM_HEADING, level, begin, none);
    else if (w->page->nodes[b->holder].inside & IN_CAPTION)
        mark(w, DM_CAPTION, 0, begin, none);
    else
        mark(w, DM_PARAGRAPH, 0, begin, none);
}

static void write_block(struct writer *w, const struct content_block *b)
{
    enter(w, b->holder);
    const size_t begin = w->at;
    const bool code = is_in_code(w);
    const bool in_line = is_in_cell(w) || heading_level(w->page, b->holder) > 0;
    w->held_len = 0;
    for (uint32_t i = b->first; i <= b->last; i++) {
        if (w->page->tree->nodes[i].tag == HTML_BR)
            write_break(w, in_line);
        else if (content_is_text(w->page, i) && code)
            write_code_text(w, i, begin);
        else if (content_is_text(w->page, i))
            write_text(w, i, begin);
    }
    end_link(w);
    mark_block(w, b, begin);
}

/* ---- pictures ------------------------------------------------------------------------------- */

/* The text that stands for a picture, with its address as a link. */
static void write_picture(struct writer *w, uint32_t node)
{
    const struct html_tree *tree = w->page->tree;
    const dm_str *alt = html_attr_value(tree, node, HTML_NAME_ALT),
                 *src = html_attr_value(tree, node, HTML_NAME_SRC);
    bool space;
    if (!alt || !src || (src->len > 5 && !memcmp(src->ptr, "data:", 5)))
        return;
    char *scratch = dm_alloc(w->task, alt->len + 1);
    const dm_str text = scratch ? fold(*alt, scratch, &space) : (dm_str){NULL, 0};
    const dm_str target = content_resolve(w->task, w->base, *src);
    if (text.len == 0 || !target.len)
        return;
    enter(w, 0);
    const size_t begin = w->at;
    append(w, text.ptr, text.len, tree->nodes[node].at);
    mark(w, DM_CAPTION, 0, begin, (dm_str){NULL, 0});
    mark(w, DM_LINK, 0, begin, target);
}

/* Pictures between two blocks that are written. */
static void write_pictures(struct writer *w, uint32_t from, uint32_t to)
{
    const uint32_t strange = CONTENT_TOPIC(SHARE) | CONTENT_TOPIC(RELATED) | CONTENT_TOPIC(NAV) |
                             CONTENT_TOPIC(AD) | CONTENT_TOPIC(BIO) | CONTENT_TOPIC(COMMENT);
    for (uint32_t i = from; i < to && w->options->images; i++)
        if (w->page->tree->nodes[i].tag == HTML_IMG && !(w->page->nodes[i].around & strange) &&
            !(w->page->nodes[i].inside &
              (IN_SKIPPED | IN_HIDDEN | IN_NAV | IN_ASIDE | IN_FOOTER | IN_NOSCRIPT)))
            write_picture(w, i);
}

/* ---- everything ----------------------------------------------------------------------------- */

static bool is_left_out(const struct writer *w, const struct content_block *b)
{
    if (w->options->tables)
        return false;
    const uint32_t container = w->places[b->holder].container;
    return container && w->places[container].kind >= CONTAINER_TABLE;
}

dm_status content_emit(dm_task *t, dm_doc *d, const struct content_choice *c, const struct content_options *o,
                       size_t origin, uint32_t *written)
{
    const struct content_page *p = &c->page;
    struct writer w = {.task = t, .doc = d, .page = p, .options = o, .origin = origin, .status = DM_OK};
    uint32_t last = 0;
    w.places = content_containers(t, p);
    w.scratch = dm_alloc(t, p->tree->longest + 1);
    if (!w.places || !w.scratch)
        return DM_ELIMIT;
    if (o->links || o->images)
        w.base = content_base_address(p->tree);
    for (uint32_t i = 0; i < p->block_count && w.status == DM_OK; i++) {
        const struct content_block *b = &p->blocks[i];
        if (!c->keep[i] || is_left_out(&w, b))
            continue;
        if (last)
            write_pictures(&w, last, b->first);
        write_block(&w, b);
        last = b->last + 1;
        ++*written;
    }
    while (w.depth > 0)
        close_container(&w);
    return w.status;
}
