/* clean-markup: what is left of HTML in a text: character references, and tags of elements. */
#include "references.h"
#include "tags.h"

#include <string.h>

enum {
    RULE_REFERENCE,
    RULE_ESCAPED_TWICE,
    RULE_BROKEN_REFERENCE,
    RULE_TAG,
    RULE_ESCAPED_TAG,
    RULE_COMMENT,
    RULE_SCRIPT
};

static const dm_rule rules[] = {
    [RULE_REFERENCE] = {"reference", "A character reference such as `&quot;`, `&#8217;` or `&#x2019;`.",
                        DM_FIX, 0},
    [RULE_ESCAPED_TWICE] = {"escaped-twice", "A reference whose ampersand was escaped again: `&amp;quot;`.",
                            DM_FIX, 0},
    [RULE_BROKEN_REFERENCE] =
        {"broken-reference",
         "A common reference that has lost its semicolon, or has spaces in it: `& quot;`.", DM_FIX, 0.5},
    [RULE_TAG] = {"tag", "A tag of an HTML element: `<strong>`, `</p>`, `<br />`.", DM_FIX, 0},
    [RULE_ESCAPED_TAG] = {"escaped-tag", "The same, escaped: `&lt;strong&gt;`.", DM_FIX, 0},
    [RULE_COMMENT] = {"comment", "A comment: `<!-- ... -->`.", DM_FIX, 0},
    [RULE_SCRIPT] = {"script", "A script or style sheet, with what is in it.", DM_FIX, 0},
};

struct markup {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks;
    uint32_t mark;   /* the next one to look at */
    size_t code_end; /* of the last code mark that has begun */
    bool fenced;
};

/* ---- code ----------------------------------------------------------------------------------- */

static bool is_marked_code(struct markup *m, dm_span line)
{
    for (; m->mark < m->marks.count; m->mark++) {
        const dm_mark *const mark = DM_AT(dm_mark, m->marks, m->mark);
        if (mark->at.begin > line.begin)
            break;
        if (mark->kind == DM_CODE && mark->at.end > m->code_end)
            m->code_end = mark->at.end;
    }
    return line.begin < m->code_end;
}

static bool is_code(struct markup *m, dm_span line)
{
    enum { TICKS = 3 };
    const char *const p = m->text.ptr + line.begin;
    const bool marked = is_marked_code(m, line);
    if (line.end - line.begin >= TICKS && !memcmp(p, "```", TICKS)) {
        m->fenced = !m->fenced;
        return true;
    }
    return marked || m->fenced;
}

/* ---- references ----------------------------------------------------------------------------- */

static size_t encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

static dm_status replace_reference(struct markup *m, size_t at, const struct reference *r)
{
    char bytes[4];
    const size_t len = encode(r->code, bytes);
    const dm_change change = {.size = sizeof change,
                              .rule = r->broken  ? RULE_BROKEN_REFERENCE
                                      : r->twice ? RULE_ESCAPED_TWICE
                                                 : RULE_REFERENCE,
                              .target = DM_CHANGE_TEXT,
                              .at = {at, at + r->len},
                              .with = {bytes, len},
                              .confidence = r->broken ? 0.9 : 1};
    return dm_change_doc(m->task, m->doc, &change);
}

/* ---- tags ----------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A block's tag between two words parted them; an inline one did not. */
static dm_status remove_tag(struct markup *m, dm_span line, dm_span at, enum tag_kind kind, uint32_t rule)
{
    const bool between = at.begin > line.begin && at.end < line.end && !is_space(m->text.ptr[at.begin - 1]) &&
                         !is_space(m->text.ptr[at.end]);
    return dm_edit(m->task, m->doc, at, kind == TAG_BLOCK && between ? DM_LIT(" ") : DM_LIT(""), rule);
}

/* An escaped tag, unescaped, and how many bytes of the text that took. */
struct unescaped {
    char bytes[512];
    size_t from[513]; /* [i] where byte i comes from */
    size_t len;
};

static void unescape(const struct markup *m, size_t at, size_t end, struct unescaped *u)
{
    struct reference r;
    u->len = 0;
    while (at < end && u->len + 4 < sizeof u->bytes) {
        const bool is_reference =
            m->text.ptr[at] == '&' && reference_read(m->text, at, &r) && at + r.len <= end;
        u->from[u->len] = at;
        if (!is_reference) {
            u->bytes[u->len++] = m->text.ptr[at++];
            continue;
        }
        const size_t len = encode(r.code, u->bytes + u->len);
        for (size_t i = 0; i < len; i++)
            u->from[u->len + i] = at;
        u->len += len;
        at += r.len;
        if (r.code == '>')
            break;
    }
    u->from[u->len] = at;
}

/* return  where the tag ends whose `<` is escaped at `at`; 0: it is none */
static size_t read_escaped_tag(const struct markup *m, size_t at, size_t end, enum tag_kind *kind)
{
    struct unescaped u;
    struct tag tag;
    unescape(m, at, end, &u);
    if (!tag_read((dm_str){u.bytes, u.len}, 0, &tag) || tag.kind == TAG_SCRIPT)
        return 0;
    *kind = tag.kind;
    return u.from[tag.len];
}

/* ---- a line --------------------------------------------------------------------------------- */

static const char *find_sign(const char *from, const char *end)
{
    for (; from < end; from++)
        if (*from == '&' || *from == '<')
            return from;
    return NULL;
}

/* *at: where the sign stands, and then where to go on */
static dm_status clean_sign(struct markup *m, dm_span line, size_t *at)
{
    struct reference r;
    struct tag tag;
    const size_t from = *at;
    enum tag_kind kind;
    *at = from + 1;
    if (m->text.ptr[from] == '<') {
        if (!tag_read(m->text, from, &tag))
            return DM_OK;
        *at = from + tag.len;
        return remove_tag(m, line, (dm_span){from, *at}, tag.kind,
                          tag.kind == TAG_COMMENT  ? RULE_COMMENT
                          : tag.kind == TAG_SCRIPT ? RULE_SCRIPT
                                                   : RULE_TAG);
    }
    if (!reference_read(m->text, from, &r) || from + r.len > line.end)
        return DM_OK;
    const size_t end = r.code == '<' ? read_escaped_tag(m, from, line.end, &kind) : 0;
    *at = end ? end : from + r.len;
    return end ? remove_tag(m, line, (dm_span){from, end}, kind, RULE_ESCAPED_TAG)
               : replace_reference(m, from, &r);
}

static dm_status clean_line(struct markup *m, dm_span line, size_t *at)
{
    dm_status status = DM_OK;
    const dm_str s = {m->text.ptr + line.begin, line.end - line.begin};
    const char *sign = *at < line.end ? find_sign(m->text.ptr + *at, m->text.ptr + line.end) : NULL;
    if (is_code(m, line) || !sign || tag_is_subject(s))
        return DM_OK;
    while (!status && sign) {
        *at = (size_t)(sign - m->text.ptr);
        status = clean_sign(m, line, at);
        sign = *at < line.end ? find_sign(m->text.ptr + *at, m->text.ptr + line.end) : NULL;
    }
    return status;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    struct markup m = {.task = t, .doc = d, .text = dm_text(t, d), .marks = dm_marks(t, d)};
    dm_status status = DM_OK;
    size_t done = 0; /* a script or comment may reach over lines */
    if (!memchr(m.text.ptr, '&', m.text.len) && !memchr(m.text.ptr, '<', m.text.len))
        return DM_OK;
    for (size_t from = 0; !status && from < m.text.len;) {
        const char *const p = m.text.ptr + from;
        const char *const newline = memchr(p, '\n', m.text.len - from);
        const size_t end = newline ? (size_t)(newline - m.text.ptr) : m.text.len;
        if (done < from)
            done = from;
        status = clean_line(&m, (dm_span){from, end}, &done);
        from = end + 1;
    }
    return status;
}

static const char doc[] =
    "Removes what is left of HTML in a text that is none any more.\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `reference` | `Tom &amp; Jerry said &quot;no&quot;` | `Tom & Jerry said \"no\"` |\n"
    "| `escaped-twice` | `Tom &amp;amp; Jerry` | `Tom & Jerry` |\n"
    "| `broken-reference` | `said & quot; no & quot;` | `said \" no \"` |\n"
    "| `tag` | `a <strong>new</strong> port<br>of call` | `a new port of call` |\n"
    "| `escaped-tag` | `a &lt;em&gt;new&lt;/em&gt; port` | `a new port` |\n"
    "| `comment` | `a <!-- ad --> port` | `a  port` |\n"
    "| `script` | `<style>p { margin: 0 }</style>` | |\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Texts about markup.** A line with a word such as tag, element, attribute, entity, ampersand, "
    "escaped,\n"
    "  markup, syntax, code, browser, HTML, XML, CSS or JavaScript in it, or with a backtick, and code "
    "between\n"
    "  lines of three backticks or marked as such.\n"
    "- **What is no element of HTML**: `<name>`, `<desk@example.org>`, `a < b`, and `<b and c>`, which has "
    "no\n"
    "  attribute.\n"
    "- **References without a semicolon**, but for `&nbsp` and `&quot`: `?a=1&copy=2` is an address.\n"
    "- **Numbers that are no characters**: `&#0;`, `&#xD800;`.\n"
    "\n"
    "It belongs before the cleaner of characters, which makes a plain space of the no-break one behind "
    "`&nbsp;`.\n";

static const dm_stage markup_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "markup",
    .summary = "Character references and stray tags of HTML.",
    .doc = doc,
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.name = "clean-markup", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&markup_stage, NULL});
