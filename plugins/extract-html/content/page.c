/* What surrounds each node, and the blocks.  See page.h. */
#include "page.h"
#include "witness.h"
#include "word.h"

#include <endian.h>
#include <string.h>

/* ---- what surrounds a node ------------------------------------------------------------------ */

static const uint32_t inside_of_tag[HTML_TAG_COUNT] = {
    [HTML_HEAD] = IN_SKIPPED,      [HTML_SCRIPT] = IN_SKIPPED,
    [HTML_STYLE] = IN_SKIPPED,     [HTML_TEMPLATE] = IN_SKIPPED,
    [HTML_OPTION] = IN_SKIPPED,    [HTML_OPTGROUP] = IN_SKIPPED,
    [HTML_SELECT] = IN_SKIPPED,    [HTML_DATALIST] = IN_SKIPPED,
    [HTML_TEXTAREA] = IN_SKIPPED,  [HTML_SVG] = IN_SKIPPED,
    [HTML_MATH] = IN_SKIPPED,      [HTML_IFRAME] = IN_SKIPPED,
    [HTML_OBJECT] = IN_SKIPPED,    [HTML_AUDIO] = IN_SKIPPED,
    [HTML_VIDEO] = IN_SKIPPED,     [HTML_CANVAS] = IN_SKIPPED,
    [HTML_TITLE] = IN_SKIPPED,     [HTML_A] = IN_LINK,
    [HTML_B] = IN_STRONG,          [HTML_STRONG] = IN_STRONG,
    [HTML_EM] = IN_EMPHASIS,       [HTML_I] = IN_EMPHASIS,
    [HTML_CITE] = IN_EMPHASIS,     [HTML_SMALL] = IN_EMPHASIS,
    [HTML_ARTICLE] = IN_ARTICLE,   [HTML_MAIN] = IN_MAIN,
    [HTML_HEADER] = IN_HEADER,     [HTML_FOOTER] = IN_FOOTER,
    [HTML_NAV] = IN_NAV,           [HTML_ASIDE] = IN_ASIDE,
    [HTML_FORM] = IN_FORM,         [HTML_FIELDSET] = IN_FORM,
    [HTML_TABLE] = IN_TABLE,       [HTML_UL] = IN_LIST,
    [HTML_OL] = IN_LIST,           [HTML_BLOCKQUOTE] = IN_QUOTE,
    [HTML_FIGURE] = IN_FIGURE,     [HTML_FIGCAPTION] = IN_CAPTION,
    [HTML_CAPTION] = IN_CAPTION,   [HTML_PRE] = IN_PRE,
    [HTML_CODE] = IN_CODE,         [HTML_H1] = IN_HEADING,
    [HTML_H2] = IN_HEADING,        [HTML_H3] = IN_HEADING,
    [HTML_H4] = IN_HEADING,        [HTML_H5] = IN_HEADING,
    [HTML_H6] = IN_HEADING,        [HTML_BUTTON] = IN_BUTTON,
    [HTML_LABEL] = IN_BUTTON,      [HTML_LEGEND] = IN_BUTTON,
    [HTML_DETAILS] = IN_DETAILS,   [HTML_DIALOG] = IN_DIALOG,
    [HTML_NOSCRIPT] = IN_NOSCRIPT, [HTML_ADDRESS] = IN_ADDRESS,
    [HTML_SECTION] = IN_SECTION,   [HTML_P] = IN_PARAGRAPH,
    [HTML_DL] = IN_TERMS,
};

struct named_bits {
    const char *name;
    uint32_t bits;
};

static uint32_t find_bits(const struct named_bits *table, dm_str name)
{
    for (; table->name; table++)
        if (strlen(table->name) == name.len && !memcmp(table->name, name.ptr, name.len))
            return table->bits;
    return 0;
}

static const struct named_bits roles[] = {
    {"main", IN_MAIN},           {"navigation", IN_NAV}, {"banner", IN_HEADER}, {"contentinfo", IN_FOOTER},
    {"complementary", IN_ASIDE}, {"search", IN_FORM},    {"dialog", IN_DIALOG}, {"alertdialog", IN_DIALOG},
    {"article", IN_ARTICLE},     {"menu", IN_NAV},       {"menubar", IN_NAV},   {"button", IN_BUTTON},
    {"heading", IN_HEADING},     {"tablist", IN_NAV},    {"form", IN_FORM},     {NULL, 0},
};

static const struct named_bits properties[] = {
    {"articleBody", IN_BODY_PROPERTY}, {"text", IN_BODY_PROPERTY}, {"reviewBody", IN_COMMENT},
    {"comment", IN_COMMENT},           {"author", IN_PROPERTY},    {"datePublished", IN_PROPERTY},
    {"dateModified", IN_PROPERTY},     {"publisher", IN_PROPERTY}, {"keywords", IN_PROPERTY},
    {"headline", IN_PROPERTY},         {"caption", IN_CAPTION},    {NULL, 0},
};

static uint32_t inside_of_attributes(const struct html_tree *tree, const struct html_node *n)
{
    uint32_t bits = 0;
    for (uint32_t i = n->attr; i < n->attr + n->attrs; i++) {
        const struct html_attr *a = &tree->attrs[i];
        if (a->name == HTML_NAME_ROLE)
            bits |= find_bits(roles, a->value);
        else if (a->name == HTML_NAME_ITEMPROP)
            bits |= find_bits(properties, a->value);
    }
    return bits;
}

/* Class names that were seen lately: most pages repeat a few. */
enum { SEEN_NAMES = 512 };
struct seen_name {
    dm_str name;
    uint32_t topics;
};

static uint32_t topics_of(const struct content_vocabulary *v, struct seen_name *seen, dm_str name)
{
    if (name.len == 0)
        return 0;
    uint64_t head = 0, tail = 0;
    const size_t part = name.len < sizeof head ? name.len : sizeof head;
    memcpy(&head, name.ptr, part);
    memcpy(&tail, name.ptr + name.len - part, part);
    const uint64_t hash = ((head ^ tail << 7) + name.len) * 0x9E3779B97F4A7C15u >> 32;
    struct seen_name *s = &seen[hash % SEEN_NAMES];
    if (s->name.len != name.len || memcmp(s->name.ptr, name.ptr, name.len) != 0)
        *s = (struct seen_name){name, content_topics(v, name)};
    return s->topics;
}

static void look_around(const struct content_vocabulary *v, const struct html_tree *tree,
                        struct content_node *nodes)
{
    struct seen_name seen[SEEN_NAMES] = {0};
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct html_node *n = &tree->nodes[i];
        struct content_node *c = &nodes[i];
        c->parent = n->parent;
        c->end = n->end;
        c->depth = (uint16_t)n->depth;
        c->tag = n->tag;
        if (i > 0) {
            c->inside = nodes[n->parent].inside;
            c->around = nodes[n->parent].around;
            c->holder = nodes[n->parent].holder;
        }
        if (n->tag == HTML_TEXT)
            continue;
        c->inside |= inside_of_tag[n->tag];
        if (n->flags & HTML_HIDDEN)
            c->inside |= IN_HIDDEN;
        if (n->flags & HTML_BLOCK)
            c->holder = i;
        if (n->attrs && n->text_len && !(c->inside & IN_SKIPPED)) {
            c->inside |= inside_of_attributes(tree, n);
            c->own = topics_of(v, seen, n->class_name) | topics_of(v, seen, n->id);
        }
        if (n->tag != HTML_BODY && n->tag != HTML_HTML)
            c->around |= c->own;
    }
}

/* ---- blocks --------------------------------------------------------------------------------- */

/* What is counted as a block is read. */
struct counting {
    struct content_page *page;
    const struct content_vocabulary *vocabulary;
    const struct content_witness *witness;
    struct content_block *block;
    bool space; /* white space since the last character */
    bool stop;  /* the last character may end a sentence */
    bool in_word;
    uint64_t word;                                       /* at hand, see word.h */
    uint32_t runs[2];                                    /* hashes of the two words before */
    char start[CONTENT_PHRASE_BYTES + sizeof(uint64_t)]; /* the first bytes, in lower case */
    uint32_t start_len;
};

static void end_word(struct counting *c)
{
    struct content_block *b = c->block;
    if (!c->in_word)
        return;
    c->in_word = false;
    const uint32_t word = content_word_hash(c->word);
    b->sum_of_words = (b->sum_of_words ^ word) * 0x9E3779B1u + 1;
    const uint32_t stands = content_witness_of_word(c->witness, word);
    b->title_words += (stands & STANDS_IN_TITLE) != 0;
    b->lead_words += (stands & STANDS_IN_LEAD) != 0;
    b->author_words += (stands & STANDS_IN_AUTHORS) != 0;
    b->mentions |= content_word_topics(c->vocabulary, word);
    if (c->witness->runs && b->words >= 3)
        b->witness_runs += content_witness_has_run(c->witness, content_run(c->runs[0], c->runs[1], word));
    c->runs[0] = c->runs[1];
    c->runs[1] = word;
}

static bool is_capital(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static void begin_word(struct counting *c, uint8_t first)
{
    if (c->in_word)
        return;
    c->in_word = true;
    c->word = 0;
    c->block->words++;
    c->block->capitals += is_capital(first);
}

static void count_sign(struct counting *c, uint8_t byte)
{
    struct content_block *b = c->block;
    end_word(c);
    b->commas += byte == ',';
    b->symbols += byte == '|' || byte == '>' || byte == '/' || byte == '#' || byte == '@' || byte == '+';
}

/* Keep up to eight bytes of the block's beginning, the first one the lowest; others behind them are written over. */
static void keep_start(struct counting *c, uint64_t bytes, size_t len)
{
    if (c->start_len >= CONTENT_PHRASE_BYTES)
        return;
    bytes = htole64(bytes);
    memcpy(c->start + c->start_len, &bytes, sizeof bytes);
    c->start_len += (uint32_t)len;
}

static void keep_gap(struct counting *c)
{
    if (c->space && c->start_len > 0)
        keep_start(c, ' ', 1);
}

/* The punctuation and the spaces of E2 80 xx and C2 A0 are no letters. */
static bool is_high_sign(dm_str s, size_t i)
{
    const uint8_t byte = (uint8_t)s.ptr[i];
    const uint8_t before = i > 0 ? (uint8_t)s.ptr[i - 1] : 0, before_that = i > 1 ? (uint8_t)s.ptr[i - 2] : 0;
    return byte == 0xE2 || byte == 0xC2 ||
           (byte < 0xC0 && (before == 0xC2 || before == 0xE2 || before_that == 0xE2));
}

static void end_gap(struct counting *c)
{
    end_word(c);
    c->block->stops += c->stop;
    c->stop = false;
    c->space = true;
}

static bool is_letter_or_digit(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10;
}

/* The next eight bytes, the first one the lowest; zeros behind the end. */
static uint64_t next_bytes(dm_str s, size_t i)
{
    uint64_t bytes = 0;
    const size_t left = s.len - i;
    if (left >= sizeof bytes) {
        memcpy(&bytes, s.ptr + i, sizeof bytes);
        return le64toh(bytes);
    }
    if (s.len >= sizeof bytes) {
        memcpy(&bytes, s.ptr + s.len - sizeof bytes, sizeof bytes);
        return le64toh(bytes) >> 8 * (sizeof bytes - left);
    }
    memcpy(&bytes, s.ptr + i, left);
    return le64toh(bytes);
}

static const uint64_t ONES = 0x0101010101010101u, HIGH_BITS = 0x8080808080808080u;

/* The high bit of each byte that is from `first` to `last`, of ASCII. */
static uint64_t between(uint64_t bytes, char first, char last)
{
    const uint64_t low = bytes & ~HIGH_BITS;
    return (low + ONES * (0x80 - (uint8_t)first)) & ~(low + ONES * (0x7F - (uint8_t)last)) & ~bytes &
           HIGH_BITS;
}

/* How many of the high bits are set. */
static uint32_t count_bits(uint64_t high)
{
    return (uint32_t)((high >> 7) * ONES >> 56);
}

/* The next bytes of a word that are letters and digits of ASCII, which is what most text is.  Eight at once, as nobody could
 * foresee where a word ends.
 * return  how many; there is one at `i` */
static size_t count_letters(struct counting *c, dm_str s, size_t i)
{
    struct content_block *b = c->block;
    const size_t from = i;
    begin_word(c, (uint8_t)s.ptr[i]);
    keep_gap(c);
    uint64_t word = c->word;
    for (unsigned len = 8; len == 8 && i < s.len; i += len) {
        const uint64_t bytes = next_bytes(s, i), capitals = between(bytes, 'A', 'Z'),
                       digits = between(bytes, '0', '9'),
                       others = ~(capitals | digits | between(bytes, 'a', 'z')) & HIGH_BITS;
        len = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
        if (len == 0)
            break;
        const uint64_t own = UINT64_MAX >> 8 * (8 - len);
        word = content_word_bytes(word, bytes | capitals >> 2, len);
        keep_start(c, bytes | capitals >> 2, len);
        b->digits += count_bits(digits & own);
        b->letters_upper += count_bits(capitals & own);
    }
    const size_t len = i - from;
    c->word = word;
    c->stop = false;
    b->chars += (uint32_t)len + (c->space && b->chars > 0);
    return len;
}

/* A sign, or a byte of a longer character. */
static void count_byte(struct counting *c, dm_str s, size_t i)
{
    struct content_block *b = c->block;
    const uint8_t byte = (uint8_t)s.ptr[i];
    keep_gap(c);
    keep_start(c, byte, 1);
    if (byte < 0x80 || byte >= 0xC0)
        b->chars += c->space && b->chars > 0 ? 2 : 1;
    if (byte < 0x80 || is_high_sign(s, i)) {
        count_sign(c, byte);
    } else {
        begin_word(c, byte);
        c->word = content_word_byte(c->word, byte);
    }
    c->stop = byte == '.' || byte == '!' || byte == '?' ||
              (c->stop && (byte == '"' || byte == ')' || byte >= 0x80));
}

static void count_text(struct counting *c, dm_str s, uint32_t inside)
{
    struct content_block *b = c->block;
    const uint32_t before = b->chars;
    for (size_t i = 0, len; i < s.len; i += len) {
        const uint8_t byte = (uint8_t)s.ptr[i];
        len = 1;
        if (byte <= ' ') {
            end_gap(c);
            continue;
        }
        if (is_letter_or_digit(byte))
            len = count_letters(c, s, i);
        else
            count_byte(c, s, i);
        if (!b->first_char)
            b->first_char = (uint8_t)s.ptr[i];
        b->last_char = (uint8_t)s.ptr[i + len - 1];
        c->space = false;
    }
    const uint32_t chars = b->chars - before;
    b->link_chars += inside & IN_LINK ? chars : 0;
    b->strong_chars += inside & IN_STRONG ? chars : 0;
    b->emphasis_chars += inside & IN_EMPHASIS ? chars : 0;
}

/* White space, no-break spaces and what has no width. */
static bool is_blank(dm_str s)
{
    static const char *const blanks[] = {"\xC2\xA0", "\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8C",
                                         "\xEF\xBB\xBF"};
    size_t i = 0;
    while (i < s.len) {
        const uint8_t c = (uint8_t)s.ptr[i];
        size_t len = c <= ' ';
        for (size_t k = 0; k < sizeof blanks / sizeof blanks[0] && c >= 0x80 && len == 0; k++)
            if (s.len - i >= strlen(blanks[k]) && !memcmp(s.ptr + i, blanks[k], strlen(blanks[k])))
                len = strlen(blanks[k]);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

static void start_block(struct counting *c, uint32_t node)
{
    struct content_page *p = c->page;
    struct content_block *b = &p->blocks[p->block_count++];
    b->first = b->last = node;
    b->holder = p->nodes[node].holder;
    b->tag = p->tree->nodes[b->holder].tag;
    c->block = b;
    c->space = c->stop = c->in_word = false;
    c->start_len = 0;
}

enum { GOOD_CHARS = 60 };

static void end_block(struct counting *c)
{
    struct content_block *b = c->block;
    if (!b)
        return;
    end_word(c);
    b->stops += c->stop;
    const size_t start = c->start_len < CONTENT_PHRASE_BYTES ? c->start_len : CONTENT_PHRASE_BYTES;
    b->phrases = content_phrases(c->vocabulary, (dm_str){c->start, start});
    const uint32_t inside = c->page->nodes[b->holder].inside;
    b->good = b->chars >= GOOD_CHARS && b->link_chars * 3 < b->chars && b->stops > 0 &&
              !(inside & (IN_NAV | IN_FOOTER | IN_ASIDE | IN_HIDDEN | IN_FORM | IN_NOSCRIPT | IN_DIALOG));
    c->block = NULL;
}

/* Two text nodes are of one block if no border of a block element and no two line breaks stand between. */
static void find_blocks(struct counting *c)
{
    const struct html_tree *tree = c->page->tree;
    uint32_t breaks = 0, last_link = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct html_node *n = &tree->nodes[i];
        const struct content_node *around = &c->page->nodes[i];
        if (n->tag == HTML_BR)
            breaks++;
        else if (n->flags & HTML_BLOCK)
            breaks = 2;
        if (n->tag == HTML_A)
            last_link = i;
        if (n->tag == HTML_BR && c->block) {
            end_word(c);
            c->space = true;
        }
        if (n->tag != HTML_TEXT || (around->inside & IN_SKIPPED))
            continue;
        if (n->flags & HTML_BLANK || is_blank(n->text)) {
            if (c->block) {
                end_word(c);
                c->space = true;
            }
            continue;
        }
        if (!c->block || breaks >= 2 || c->block->holder != around->holder) {
            end_block(c);
            start_block(c, i);
        }
        breaks = 0;
        c->block->last = i;
        if ((around->inside & IN_LINK) && last_link) {
            c->block->links++;
            last_link = 0;
        }
        count_text(c, n->text, around->inside);
    }
    end_block(c);
}

/* ---- sums over subtrees --------------------------------------------------------------------- */

static void sum_up(struct content_page *p)
{
    for (uint32_t i = 0; i < p->block_count; i++) {
        const struct content_block *b = &p->blocks[i];
        struct content_node *n = &p->nodes[b->holder];
        n->chars += b->chars;
        n->link_chars += b->link_chars;
        n->good += b->good ? b->chars : 0;
        n->blocks++;
    }
    for (uint32_t i = p->tree->count; i-- > 1;) {
        const struct content_node *n = &p->nodes[i];
        struct content_node *parent = &p->nodes[n->parent];
        parent->chars += n->chars;
        parent->link_chars += n->link_chars;
        parent->good += n->good;
        parent->blocks += n->blocks;
    }
    p->chars = p->nodes[0].chars;
    p->link_chars = p->nodes[0].link_chars;
    p->good = p->nodes[0].good;
}

/* Blocks whose words all stood before: an open hash table of block numbers. */
static bool count_seen(dm_task *t, struct content_page *p)
{
    uint32_t size = 64;
    while (size < p->block_count * 2)
        size *= 2;
    uint32_t *slots = dm_alloc(t, size * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < p->block_count; i++) {
        struct content_block *b = &p->blocks[i];
        uint32_t at = (b->sum_of_words ^ b->sum_of_words >> 16) & (size - 1);
        while (slots[at] && p->blocks[slots[at] - 1].sum_of_words != b->sum_of_words)
            at = (at + 1) & (size - 1);
        if (slots[at])
            b->seen = p->blocks[slots[at] - 1].seen + 1;
        slots[at] = i + 1;
    }
    return true;
}

bool content_page_init(dm_task *t, const struct content_vocabulary *v, const struct html_tree *tree,
                       struct content_page *p)
{
    struct content_witness witness = {0};
    *p = (struct content_page){.tree = tree};
    p->nodes = dm_alloc(t, (tree->count + 1) * sizeof *p->nodes);
    p->blocks = dm_alloc(t, (tree->texts + 1) * sizeof *p->blocks);
    if (!p->nodes || !p->blocks || !content_witness_init(t, tree, &witness))
        return false;
    p->types = witness.types;
    p->has_witness = witness.runs != NULL;
    p->has_author = witness.author_words > 0;
    look_around(v, tree, p->nodes);
    struct counting c = {.page = p, .vocabulary = v, .witness = &witness};
    find_blocks(&c);
    sum_up(p);
    return count_seen(t, p);
}
