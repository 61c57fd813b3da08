/* clean-markup: what is left of HTML in a text: character references, and tags of elements. */
#include "../subject/subject.h"
#include "references.h"
#include "shown.h"
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

/* An edit that waits for the end of the text, which may prove to be about markup. */
struct waiting {
    dm_span at;
    char with[4];
    uint8_t with_len, rule;
    bool broken;
};

/* A line that shows markup, of which nobody has asked yet whether it names characters, too. */
struct line {
    dm_span at;
    struct line *before;
};

struct markup {
    dm_task *task;
    dm_doc *doc;
    dm_str text;
    dm_array marks, classes; /* classes: of the bytes of the text, once a line has been asked what it names */
    uint32_t mark;           /* the next one to look at */
    size_t code_end;         /* of the last code mark that has begun */
    bool fenced;
    size_t ampersand, less_than; /* the next ones, from where the last was looked for */
    struct waiting *waiting;
    size_t waiting_count, waiting_cap;
    size_t lines, shown; /* lines with leftovers, and those that show them */
    bool named;          /* one of these names a character */
    struct line *unasked;
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

/* return  NULL: no memory */
static struct waiting *add_waiting(struct markup *m)
{
    if (m->waiting_count == m->waiting_cap) {
        const size_t cap = m->waiting_cap ? m->waiting_cap * 2 : 32;
        struct waiting *const bigger = dm_alloc(m->task, cap * sizeof *bigger);
        if (!bigger)
            return NULL;
        if (m->waiting_count)
            memcpy(bigger, m->waiting, m->waiting_count * sizeof *bigger);
        m->waiting = bigger;
        m->waiting_cap = cap;
    }
    return &m->waiting[m->waiting_count++];
}

static bool replace_reference(struct markup *m, dm_span at, const struct reference *r)
{
    struct waiting *const w = add_waiting(m);
    if (!w)
        return false;
    *w = (struct waiting){.at = at, .broken = r->broken};
    w->with_len = (uint8_t)encode(r->code, w->with);
    w->rule = r->broken ? RULE_BROKEN_REFERENCE : r->twice ? RULE_ESCAPED_TWICE : RULE_REFERENCE;
    return true;
}

static dm_status ask_edits(const struct markup *m)
{
    dm_status status = DM_OK;
    for (size_t i = 0; !status && i < m->waiting_count; i++) {
        const struct waiting *const w = &m->waiting[i];
        const dm_change change = {.size = sizeof change,
                                  .rule = w->rule,
                                  .target = DM_CHANGE_TEXT,
                                  .at = w->at,
                                  .with = {w->with, w->with_len},
                                  .confidence = w->broken ? 0.9 : 1};
        status = dm_change_doc(m->task, m->doc, &change);
    }
    return status;
}

/* ---- tags ----------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A block's tag between two words parted them; an inline one did not. */
static bool remove_tag(struct markup *m, dm_span line, dm_span at, enum tag_kind kind, uint32_t rule)
{
    const bool between = at.begin > line.begin && at.end < line.end && !is_space(m->text.ptr[at.begin - 1]) &&
                         !is_space(m->text.ptr[at.end]);
    struct waiting *const w = add_waiting(m);
    if (!w)
        return false;
    *w = (struct waiting){.at = at, .with = " ", .rule = (uint8_t)rule};
    w->with_len = kind == TAG_BLOCK && between;
    return true;
}

/* An escaped tag, unescaped, and how many bytes of the text that took. */
struct unescaped {
    char bytes[512];
    size_t from[513]; /* [i] where byte i comes from */
    size_t len;
};

/* Up to the `&gt;` by which as many tags have ended as had begun. */
static void unescape(const struct markup *m, size_t at, size_t end, struct unescaped *u)
{
    struct reference r;
    size_t opened = 0;
    bool done = false;
    for (u->len = 0; !done && at < end && u->len + 4 < sizeof u->bytes;) {
        const char c = m->text.ptr[at];
        const bool escaped = c == '&' && reference_read(m->text, at, &r) && at + r.len <= end;
        const uint32_t code = escaped ? r.code : (unsigned char)c;
        u->bytes[u->len] = c;
        const size_t len = escaped ? encode(code, u->bytes + u->len) : 1;
        for (size_t i = 0; i < len; i++)
            u->from[u->len + i] = at;
        opened += code == '<';
        opened -= code == '>' && opened;
        done = escaped && code == '>' && !opened;
        u->len += len;
        at += escaped ? r.len : 1;
    }
    u->from[u->len] = at;
}

/* return  where the tag ends that begins at `at` and of which something is escaped; 0: it is none */
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

/* What an ampersand or a `<` begins. */
struct leftover {
    dm_span at;
    bool is_tag;
    enum tag_kind kind;         /* of a tag */
    uint32_t rule;              /* of a tag */
    struct reference reference; /* or this */
};

static uint32_t rule_of(enum tag_kind kind)
{
    return kind == TAG_COMMENT ? RULE_COMMENT : kind == TAG_SCRIPT ? RULE_SCRIPT : RULE_TAG;
}

/* false: nothing that is left of HTML */
static bool read_leftover(const struct markup *m, dm_span line, size_t at, struct leftover *out)
{
    struct reference *const r = &out->reference;
    struct tag tag;
    const bool opens = m->text.ptr[at] == '<';
    *out = (struct leftover){.at.begin = at, .rule = RULE_ESCAPED_TAG};
    if (opens && tag_read(m->text, at, &tag)) {
        *out = (struct leftover){{at, at + tag.len}, true, tag.kind, rule_of(tag.kind), {0}};
        return true;
    }
    if (!opens && (!reference_read(m->text, at, r) || at + r->len > line.end))
        return false;
    const bool may_be_tag = opens ? m->ampersand < line.end : r->code == '<';
    const size_t end = may_be_tag ? read_escaped_tag(m, at, line.end, &out->kind) : 0;
    out->is_tag = end;
    out->at.end = end ? end : at + r->len;
    return end || !opens;
}

static size_t find(dm_str s, size_t from, char c)
{
    const char *const p = from < s.len ? memchr(s.ptr + from, c, s.len - from) : NULL;
    return p ? (size_t)(p - s.ptr) : s.len;
}

/* The next ampersand or `<`; the text's end: there is none. */
static size_t next_sign(struct markup *m, size_t from)
{
    if (m->ampersand < from)
        m->ampersand = find(m->text, from, '&');
    if (m->less_than < from)
        m->less_than = find(m->text, from, '<');
    return m->ampersand < m->less_than ? m->ampersand : m->less_than;
}

/* Whether the line names a character. */
static bool is_named(struct markup *m, dm_span line)
{
    if (!m->classes.items)
        m->classes = dm_classify(m->task, m->doc);
    const bool named = m->classes.items && subject_has_line(m->text, m->classes, line);
    m->named |= named;
    return named;
}

/* Ask later whether the line names one, as it shows what it has.  return  false: no memory */
static bool ask_later(struct markup *m, dm_span line)
{
    struct line *const l = dm_alloc(m->task, sizeof *l);
    if (l)
        *l = (struct line){line, m->unasked};
    m->unasked = l;
    return l;
}

/* Whether the leftover is meant, by how it stands in a line that is about what `about` says. */
static bool shows(const struct markup *m, dm_span line, const struct leftover *found, enum about about)
{
    return shown_is(m->text, line, found->at, found->is_tag ? 0 : found->reference.code, about);
}

/* *at: where to look, and then where to go on, as a script or comment may reach over lines */
static dm_status clean_line(struct markup *m, dm_span line, size_t *at)
{
    const size_t waited = m->waiting_count;
    struct leftover found;
    bool asked = false;
    enum about about = ABOUT_OTHER;
    if (is_code(m, line))
        return DM_OK;
    for (size_t sign; (sign = next_sign(m, *at)) < line.end;) {
        *at = sign + 1;
        if (!read_leftover(m, line, sign, &found))
            continue;
        if (!asked)
            about = shown_judge((dm_str){m->text.ptr + line.begin, line.end - line.begin});
        m->lines += !asked;
        const bool shown = shows(m, line, &found, about);
        if (shown && !asked && !ask_later(m, line))
            return DM_ELIMIT;
        if (shown || (!asked && is_named(m, line))) {
            m->waiting_count = waited;
            m->shown++;
            break;
        }
        asked = true;
        *at = found.at.end;
        if (found.is_tag ? !remove_tag(m, line, found.at, found.kind, found.rule)
                         : !replace_reference(m, found.at, &found.reference))
            return DM_ELIMIT;
    }
    return DM_OK;
}

/* A text that shows markup in half of the lines that have some, or in one if it is about characters, means the rest, too. */
static bool is_about_markup(struct markup *m)
{
    if (m->shown >= 2 && m->shown * 2 >= m->lines)
        return true;
    if (!m->waiting_count)
        return false;
    for (const struct line *l = m->unasked; l && !m->named; l = l->before)
        is_named(m, l->at);
    return m->named && subject_has_text(m->text, m->classes);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_str text = dm_text(t, d);
    struct markup m = {.task = t,
                       .doc = d,
                       .text = text,
                       .marks = dm_marks(t, d),
                       .ampersand = find(text, 0, '&'),
                       .less_than = find(text, 0, '<')};
    dm_status status = DM_OK;
    if (next_sign(&m, 0) == text.len)
        return DM_OK;
    for (size_t from = 0, done = 0, end; !status && from < text.len; from = end + 1) {
        end = find(text, from, '\n');
        if (done < from)
            done = from;
        status = clean_line(&m, (dm_span){from, end}, &done);
    }
    return status || is_about_markup(&m) ? status : ask_edits(&m);
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
    "- **Texts about markup.** A line with HTML, markup, ampersand, a backtick, an encoding or a code point "
    "in\n"
    "  it; one with a word such as tag, element, attribute, entity, code or browser and a tag or reference "
    "that\n"
    "  stands by itself; one with such a sign between quotes, or behind a word such as `write`; all of a "
    "text of\n"
    "  which half of the lines with such signs, two at least, are so; and code between lines of three "
    "backticks\n"
    "  or marked as such.\n"
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

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-markup", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&markup_stage, NULL});
