/* Shell patterns, as nondeterministic automata: a pattern is parsed into nodes, and all nodes that the
 * text so far can have led to are followed at once.  Nothing backtracks, so no pattern takes exponential
 * time. */
#include "core/text/glob.h"

#include <string.h>

enum { PATTERN_MAX = 1024, NODES_MAX = 2 * PATTERN_MAX + 2, DEPTH_MAX = 16 };

enum node_kind { NODE_CHAR, NODE_ANY, NODE_CLASS, NODE_STAR, NODE_STARS, NODE_SPLIT, NODE_END };

/* The node behind node i is i + 1, but for a split. */
struct node {
    uint8_t kind;
    uint16_t next,
        other;     /* SPLIT: both ways.  STARS: `other` may be entered at the start of a name; 0: none */
    uint32_t rune; /* CHAR.  CLASS: where in the pattern it starts */
};

struct glob {
    dm_str pattern;
    size_t at; /* parsed up to here */
    uint16_t count;
    struct node nodes[NODES_MAX];
};

struct states {
    uint64_t bits[NODES_MAX / 64 + 1];
};

/* The code point at `at`; a byte that starts none stands for itself, beyond all code points. */
static uint32_t rune_at(dm_str s, size_t at, size_t *next)
{
    const unsigned char c = (unsigned char)s.ptr[at];
    const size_t len = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    *next = at + 1;
    if (c < 0x80)
        return c;
    if (c < 0xC2 || c > 0xF4 || len > s.len - at)
        return 0x110000u + c;
    uint32_t rune = c & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        const unsigned char more = (unsigned char)s.ptr[at + i];
        if ((more & 0xC0) != 0x80)
            return 0x110000u + c;
        rune = rune << 6 | (more & 0x3Fu);
    }
    *next = at + len;
    return rune;
}

/* The character at `at` without its quoting backslash. */
static uint32_t literal_at(dm_str p, size_t at, size_t *next)
{
    if (p.ptr[at] == '\\' && at + 1 < p.len)
        at++;
    return rune_at(p, at, next);
}

/* Behind the class that starts with the `[` at `at`; 0: it is not closed.  A `]` that comes first is a
 * member.  *member: whether the class takes `rune`. */
static size_t read_class(dm_str p, size_t at, uint32_t rune, bool *member)
{
    size_t i = at + 1;
    const bool negated = i < p.len && (p.ptr[i] == '!' || p.ptr[i] == '^');
    i += negated;
    bool found = false;
    for (bool first = true; i < p.len; first = false) {
        if (p.ptr[i] == ']' && !first) {
            *member = found != negated && rune != '/';
            return i + 1;
        }
        const uint32_t low = literal_at(p, i, &i);
        uint32_t high = low;
        if (i + 1 < p.len && p.ptr[i] == '-' && p.ptr[i + 1] != ']')
            high = literal_at(p, i + 1, &i);
        found = found || (rune >= low && rune <= high);
    }
    return 0;
}

static uint16_t add_node(struct glob *g, enum node_kind kind, uint32_t rune)
{
    const uint16_t at = g->count++;
    g->nodes[at] = (struct node){.kind = (uint8_t)kind, .next = (uint16_t)(at + 1), .rune = rune};
    return at;
}

static const char *parse(struct glob *g, unsigned depth);

/* `{a,b}`: a split before each alternative but the last, and one that leads out behind each. */
static const char *parse_braces(struct glob *g, unsigned depth)
{
    if (depth == DEPTH_MAX)
        return "'{' nested too deeply";
    uint16_t ends = 0; /* the ways out, chained through `next` until they are known; 0: no more */
    for (char c = ','; c == ',';) {
        const uint16_t split = add_node(g, NODE_SPLIT, 0);
        g->at++;
        const char *const wrong = parse(g, depth + 1);
        if (wrong != NULL)
            return wrong;
        if (g->at == g->pattern.len)
            return "'{' without '}'";
        c = g->pattern.ptr[g->at];
        const uint16_t end = add_node(g, NODE_SPLIT, 0);
        g->nodes[end].next = ends;
        ends = end;
        g->nodes[split].other = c == ',' ? g->count : 0;
    }
    while (ends != 0) {
        const uint16_t more = g->nodes[ends].next;
        g->nodes[ends].next = g->count;
        ends = more;
    }
    g->at++;
    return NULL;
}

static void parse_stars(struct glob *g)
{
    const dm_str p = g->pattern;
    const size_t from = g->at;
    while (g->at < p.len && p.ptr[g->at] == '*')
        g->at++;
    const uint16_t node = add_node(g, g->at - from > 1 ? NODE_STARS : NODE_STAR, 0);
    if (g->at - from > 1 && g->at < p.len && p.ptr[g->at] == '/')
        g->nodes[node].other = (uint16_t)(node + 2); /* behind the slash, which is the next node */
}

/* Up to the end, or the `,` or `}` that ends an alternative. */
static const char *parse(struct glob *g, unsigned depth)
{
    const dm_str p = g->pattern;
    while (g->at < p.len) {
        const char c = p.ptr[g->at];
        if (depth != 0 && (c == ',' || c == '}'))
            return NULL;
        if (c == '{') {
            const char *const wrong = parse_braces(g, depth);
            if (wrong != NULL)
                return wrong;
        } else if (c == '*') {
            parse_stars(g);
        } else if (c == '[') {
            bool ignored;
            const size_t behind = read_class(p, g->at, 0, &ignored);
            if (behind == 0)
                return "'[' without ']'";
            add_node(g, NODE_CLASS, (uint32_t)g->at);
            g->at = behind;
        } else if (c == '\\' && g->at + 1 == p.len) {
            return "'\\' at the end, where it quotes nothing";
        } else {
            const uint32_t rune = literal_at(p, g->at, &g->at);
            add_node(g, c == '?' ? NODE_ANY : NODE_CHAR, rune);
        }
    }
    return NULL;
}

static const char *compile(struct glob *g, dm_str pattern)
{
    g->pattern = pattern;
    g->at = 0;
    g->count = 0;
    if (pattern.len > PATTERN_MAX)
        return "longer than 1024 bytes";
    const char *const wrong = parse(g, 0);
    if (wrong == NULL)
        add_node(g, NODE_END, 0);
    return wrong;
}

const char *dm__glob_check(dm_str pattern)
{
    struct glob g;
    return compile(&g, pattern);
}

static bool has(const struct states *s, size_t at)
{
    return (s->bits[at / 64] >> (at % 64) & 1) != 0;
}

/* Add a node and all that can be reached from it without a character.
 * at_name  the text has come to the start of a file's or folder's name */
static void enter(const struct glob *g, uint16_t at, bool at_name, struct states *s)
{
    while (!has(s, at)) {
        const struct node *const n = &g->nodes[at];
        s->bits[at / 64] |= UINT64_C(1) << (at % 64);
        if (n->kind < NODE_STAR || n->kind == NODE_END)
            return;
        if (n->other != 0 && (n->kind == NODE_SPLIT || at_name))
            enter(g, n->other, at_name, s);
        at = n->next;
    }
}

/* Whether the node takes the character; a star then stays where it is. */
static bool takes(const struct glob *g, const struct node *n, uint32_t rune)
{
    bool member = false;
    switch (n->kind) {
    case NODE_CHAR:
        return n->rune == rune;
    case NODE_CLASS:
        read_class(g->pattern, n->rune, rune, &member);
        return member;
    case NODE_ANY:
    case NODE_STAR:
        return rune != '/';
    default:
        return n->kind == NODE_STARS;
    }
}

bool dm__glob_match(dm_str pattern, dm_str s)
{
    struct glob g;
    if (compile(&g, pattern) != NULL)
        return false;
    const size_t used = (g.count / 64u + 1) * sizeof(uint64_t); /* of the sets, which are seldom full */
    struct states sets[2], *now = &sets[0], *then = &sets[1];
    memset(now, 0, used);
    enter(&g, 0, true, now);
    for (size_t at = 0; at < s.len;) {
        const uint32_t rune = rune_at(s, at, &at);
        memset(then, 0, used);
        bool alive = false;
        for (uint16_t i = 0; i < g.count; i++) {
            if (!has(now, i) || !takes(&g, &g.nodes[i], rune))
                continue;
            const bool stays = g.nodes[i].kind == NODE_STAR || g.nodes[i].kind == NODE_STARS;
            enter(&g, stays ? i : g.nodes[i].next, rune == '/', then);
            alive = true;
        }
        if (!alive)
            return false;
        struct states *const before = now;
        now = then;
        then = before;
    }
    return has(now, (size_t)(g.count - 1));
}

bool dm__glob_is_pattern(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (memchr("*?[{", s.ptr[i], 4) != NULL)
            return true;
    return false;
}
