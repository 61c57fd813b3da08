/* Names of elements and attributes, looked up by eight of their bytes, which most are no longer than. */
#include "tree.h"

#include <string.h>
#include <strings.h>

static const char *const tags[] = {[HTML_ROOT] = "",
                                   [HTML_TEXT] = "",
                                   [HTML_OTHER] = "",
#define X(tag, name) [HTML_##tag] = (name),
                                   HTML_TAGS(X)
#undef X
};

static const char *const attrs[] = {[HTML_NAME_OTHER] = "",
#define X(tag, name) [HTML_NAME_##tag] = (name),
                                    HTML_NAMES(X)
#undef X
};

/* The first eight bytes; of a shorter name its halves, which may overlap: with the length they tell it from others.
 * Capitals and small letters are told apart by one bit; that a control character and a digit are too costs nothing, as
 * there are no such names. */
static uint64_t head_of(dm_str name)
{
    const uint64_t small = 0x2020202020202020u;
    if (name.len >= sizeof(uint64_t)) {
        uint64_t head;
        memcpy(&head, name.ptr, sizeof head);
        return head | small;
    }
    if (name.len >= sizeof(uint32_t)) {
        uint32_t first, last;
        memcpy(&first, name.ptr, sizeof first);
        memcpy(&last, name.ptr + name.len - sizeof last, sizeof last);
        return (first | (uint64_t)last << 32) | small;
    }
    const uint8_t *const p = (const uint8_t *)name.ptr;
    return name.len ? (p[0] | (uint64_t)p[name.len / 2] << 8 | (uint64_t)p[name.len - 1] << 16) | small
                    : small;
}

static size_t first_slot(uint64_t head, size_t slots)
{
    return (size_t)((head * 0x9E3779B97F4A7C15u) >> 40) & (slots - 1);
}

static void add(struct html_name_slot *slots, size_t count, const char *name, unsigned number)
{
    const dm_str s = {name, strlen(name)};
    const uint64_t head = head_of(s);
    size_t at = first_slot(head, count);
    while (slots[at].len)
        at = (at + 1) & (count - 1);
    slots[at] = (struct html_name_slot){head, (uint16_t)number, (uint8_t)s.len};
}

static unsigned find(const struct html_name_slot *slots, size_t count, const char *const *names, dm_str name)
{
    const uint64_t head = head_of(name);
    for (size_t at = first_slot(head, count); slots[at].len; at = (at + 1) & (count - 1))
        if (slots[at].head == head && slots[at].len == name.len &&
            (name.len <= sizeof head || !strncasecmp(names[slots[at].number], name.ptr, name.len)))
            return slots[at].number;
    return 0;
}

void html_names_open(struct html_names *n)
{
    for (unsigned i = HTML_OTHER + 1; i < HTML_TAG_COUNT; i++)
        add(n->tags, HTML_TAG_SLOTS, tags[i], i);
    for (unsigned i = HTML_NAME_OTHER + 1; i < HTML_NAME_COUNT; i++)
        add(n->attrs, HTML_NAME_SLOTS, attrs[i], i);
}

enum html_tag html_tag_named(const struct html_names *n, dm_str name)
{
    const unsigned found = find(n->tags, HTML_TAG_SLOTS, tags, name);
    return found ? (enum html_tag)found : HTML_OTHER;
}

enum html_name html_attr_named(const struct html_names *n, dm_str name)
{
    return (enum html_name)find(n->attrs, HTML_NAME_SLOTS, attrs, name);
}

const dm_str *html_attr_value(const struct html_tree *tree, uint32_t node, enum html_name name)
{
    const struct html_node *const n = &tree->nodes[node];
    for (uint32_t i = n->attr; i < n->attr + n->attrs; i++)
        if (tree->attrs[i].name == name)
            return &tree->attrs[i].value;
    return NULL;
}
