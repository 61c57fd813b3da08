/* A web page as a flat tree: nodes stand in document order, so that the subtree of node i is [i, nodes[i].end), its
 * first child is i + 1 (if that is less than its end), and its next sibling nodes[i].end (if that is less than the
 * parent's end).  Node 0 is the root; html, head and body are always there.
 *
 * This is not the tree of the HTML Standard, whose repairs of mis-nested elements cost the square of the input where
 * somebody wants them to: see builder.c. */
#ifndef EXTRACT_HTML_TREE_H
#define EXTRACT_HTML_TREE_H

#include <docmill/plugin.h>

/* clang-format off */
#define HTML_TAGS(X)                                                                                        \
    X(A, "a") X(ABBR, "abbr") X(ADDRESS, "address") X(AREA, "area") X(ARTICLE, "article")                   \
    X(ASIDE, "aside") X(AUDIO, "audio") X(B, "b") X(BASE, "base") X(BLOCKQUOTE, "blockquote")               \
    X(BODY, "body") X(BR, "br") X(BUTTON, "button") X(CANVAS, "canvas") X(CAPTION, "caption")               \
    X(CENTER, "center") X(CITE, "cite") X(CODE, "code") X(COL, "col") X(COLGROUP, "colgroup")               \
    X(DATA, "data") X(DATALIST, "datalist") X(DD, "dd") X(DEL, "del") X(DETAILS, "details") X(DFN, "dfn")   \
    X(DIALOG, "dialog") X(DIR, "dir") X(DIV, "div") X(DL, "dl") X(DT, "dt") X(EM, "em") X(EMBED, "embed")   \
    X(FIELDSET, "fieldset") X(FIGCAPTION, "figcaption") X(FIGURE, "figure") X(FONT, "font")                 \
    X(FOOTER, "footer") X(FOREIGNOBJECT, "foreignobject") X(FORM, "form") X(FRAME, "frame")                 \
    X(FRAMESET, "frameset") X(H1, "h1") X(H2, "h2") X(H3, "h3") X(H4, "h4") X(H5, "h5") X(H6, "h6")         \
    X(HEAD, "head") X(HEADER, "header") X(HGROUP, "hgroup") X(HR, "hr") X(HTML, "html") X(I, "i")           \
    X(IFRAME, "iframe") X(IMG, "img") X(INPUT, "input") X(INS, "ins") X(KBD, "kbd") X(LABEL, "label")       \
    X(LEGEND, "legend") X(LI, "li") X(LINK, "link") X(LISTING, "listing") X(MAIN, "main") X(MARK, "mark")   \
    X(MATH, "math") X(MENU, "menu") X(META, "meta") X(NAV, "nav") X(NOEMBED, "noembed")                     \
    X(NOFRAMES, "noframes") X(NOSCRIPT, "noscript") X(OBJECT, "object") X(OL, "ol")                         \
    X(OPTGROUP, "optgroup") X(OPTION, "option") X(OUTPUT, "output") X(P, "p") X(PARAM, "param")             \
    X(PICTURE, "picture") X(PLAINTEXT, "plaintext") X(PORTAL, "portal") X(PRE, "pre") X(Q, "q")             \
    X(RB, "rb") X(RP, "rp") X(RT, "rt") X(RUBY, "ruby") X(S, "s") X(SAMP, "samp") X(SCRIPT, "script")       \
    X(SEARCH, "search") X(SECTION, "section") X(SELECT, "select") X(SLOT, "slot") X(SMALL, "small")         \
    X(SOURCE, "source") X(SPAN, "span") X(STRIKE, "strike") X(STRONG, "strong") X(STYLE, "style")           \
    X(SUB, "sub") X(SUMMARY, "summary") X(SUP, "sup") X(SVG, "svg") X(TABLE, "table") X(TBODY, "tbody")     \
    X(TD, "td") X(TEMPLATE, "template") X(TEXTAREA, "textarea") X(TFOOT, "tfoot") X(TH, "th")               \
    X(THEAD, "thead") X(TIME, "time") X(TITLE, "title") X(TR, "tr") X(TRACK, "track") X(TT, "tt")           \
    X(U, "u") X(UL, "ul") X(VAR, "var") X(VIDEO, "video") X(WBR, "wbr") X(XMP, "xmp")

#define HTML_NAMES(X)                                                                                       \
    X(ALT, "alt") X(ARIA_HIDDEN, "aria-hidden") X(CLASS, "class") X(CONTENT, "content")                     \
    X(DATETIME, "datetime") X(HIDDEN, "hidden") X(HREF, "href") X(HTTP_EQUIV, "http-equiv") X(ID, "id")     \
    X(ITEMPROP, "itemprop") X(LANG, "lang") X(NAME, "name") X(PROPERTY, "property")                         \
    X(PUBDATE, "pubdate") X(REL, "rel") X(ROLE, "role") X(SRC, "src") X(START, "start")                     \
    X(STYLE, "style") X(TYPE, "type") X(XML_LANG, "xml:lang")
/* clang-format on */

enum html_tag {
    HTML_ROOT,
    HTML_TEXT,
    HTML_OTHER, /* an element that is not in the list: its name is node.text */
#define X(tag, name) HTML_##tag,
    HTML_TAGS(X)
#undef X
        HTML_TAG_COUNT
};

/* Attributes that are kept; the others are not. */
enum html_name {
    HTML_NAME_OTHER,
#define X(tag, name) HTML_NAME_##tag,
    HTML_NAMES(X)
#undef X
        HTML_NAME_COUNT
};

enum {
    HTML_BLOCK = 1u << 0,  /* starts a line of its own */
    HTML_HIDDEN = 1u << 1, /* not shown: attribute `hidden`, `aria-hidden="true"`, or a style that says so */
    HTML_BLANK = 1u << 2   /* a text that is white space alone */
};

struct html_attr {
    uint16_t name; /* enum html_name */
    dm_str value;  /* references decoded */
};

struct html_node {
    uint16_t tag, flags; /* enum html_tag; HTML_BLOCK, HTML_HIDDEN */
    uint32_t depth, parent, end;
    uint32_t attr, attrs; /* the first in tree->attrs, and how many */
    /* Of HTML_TEXT: references decoded, white space as it stands, never empty.  Of a script that is data (JSON): one text
     * node holds it as written; other scripts and style sheets have none.  Of HTML_OTHER: the element's name. */
    dm_str text;
    dm_span at;            /* where the start tag or text stands in the decoded input */
    dm_str id, class_name; /* len 0: none */
    /* Of the subtree, without scripts: code points, with runs of white space within a text counted as one. */
    uint32_t text_len, link_len; /* link_len: the part of it within <a href> */
};

struct html_tree {
    const struct html_node *nodes;
    uint32_t count;
    const struct html_attr *attrs;
    uint32_t attr_count;
    uint32_t texts; /* how many texts there are that are not white space alone */
    size_t longest; /* bytes of the longest text */
};

/* Where names are looked up; filled in once. */
struct html_name_slot {
    uint64_t head; /* eight bytes of the name */
    uint16_t number;
    uint8_t len; /* 0: empty */
};
enum { HTML_TAG_SLOTS = 512, HTML_NAME_SLOTS = 256 };
struct html_names {
    struct html_name_slot tags[HTML_TAG_SLOTS], attrs[HTML_NAME_SLOTS];
};
void html_names_open(struct html_names *n);
enum html_tag html_tag_named(const struct html_names *n, dm_str name);   /* in any case */
enum html_name html_attr_named(const struct html_names *n, dm_str name); /* in any case */

enum { HTML_DEPTH_MAX = 400 }; /* elements that are deeper become siblings */

/* Build the tree of a page.
 * html    valid UTF-8; borrowed by the tree
 * return  DM_OK; DM_ELIMIT: no memory, and the task has failed
 * cost    linear in the page */
dm_status html_tree_build(dm_task *t, const struct html_names *n, dm_str html, struct html_tree *out);

/* The value of a node's attribute; NULL: it is not there. */
const dm_str *html_attr_value(const struct html_tree *tree, uint32_t node, enum html_name name);

#endif
