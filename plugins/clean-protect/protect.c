/* clean-protect: marks what no cleaner may change, as its spaces, marks and letters are as they must be. */
#include "protect.h"

#include "../subject/subject.h"

#include <string.h>

struct settings {
    dm_array phrases; /* of dm_str */
};

static const dm_option options[] = {
    {.name = "phrases",
     DM_LIST_AT(struct settings, phrases),
     .def = "[]",
     .help = "Words and phrases that stay as they are, wherever they stand as whole words."},
};

static const dm_rule rules[] = {
    [RULE_CODE] = {"code",
                   "Code: marked as such, between lines of three backticks, indented, between backticks; "
                   "commands, settings and statements.",
                   DM_FIX, 0},
    [RULE_TABLE] = {"table", "Tables: marked as such, with tabs or columns of spaces, or drawn with bars.",
                    DM_FIX, 0},
    [RULE_VERSE] = {"verse",
                    "Three and more short lines, most of which begin with a capital and few of which end a "
                    "sentence.",
                    DM_FIX, 0},
    [RULE_ADDRESS] = {"address", "Web and mail addresses, domains, file names, paths, handles and hashtags.",
                      DM_FIX, 0},
    [RULE_NUMBER] = {"number",
                     "Numbers with marks or spaces in them: amounts, times, dates, versions, ranges.", DM_FIX,
                     0},
    [RULE_SCRIPT] = {"script", "Words in another script than most of the text, with the marks between them.",
                     DM_FIX, 0},
    [RULE_LANGUAGE] = {"language", "Paragraphs that are marked as being in another language.", DM_FIX, 0},
    [RULE_SUBJECT] = {"subject",
                      "Lines that speak of characters or marks, in a text that is about them, or that open "
                      "quotations in three ways of other languages: they show what they mean.",
                      DM_FIX, 0},
    [RULE_PHRASE] = {"phrase", "What the option `phrases` names.", DM_FIX, 0},
};

bool protect_add(struct protect *p, dm_span at, uint32_t rule)
{
    const char *const id = rules[rule].id;
    const dm_mark mark = {.kind = DM_PROTECTED, .at = at, .value = {id, strlen(id)}};
    const dm_change change = {
        .size = sizeof change, .rule = rule, .target = DM_CHANGE_MARK_ADD, .mark = &mark, .confidence = 1};
    p->status = dm_change_doc(p->task, p->doc, &change);
    return !p->status;
}

/* ---- what others have marked ---------------------------------------------------------------- */

static bool marked_find(struct protect *p)
{
    for (uint32_t i = 0; i < p->marks.count; i++) {
        const dm_mark *const m = DM_AT(dm_mark, p->marks, i);
        const bool code = m->kind == DM_CODE, table = m->kind == DM_TABLE;
        if (!code && !table && m->kind != DM_LANGUAGE)
            continue;
        if (!protect_add(p, m->at, code ? RULE_CODE : table ? RULE_TABLE : RULE_LANGUAGE))
            return false;
    }
    return true;
}

/* ---- what a text is about ------------------------------------------------------------------- */

/* What closes in French has a space before it, too, but also one behind it. */
static unsigned opener_at(dm_str s, size_t i)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + i;
    const unsigned opener = i == 0 || p[-1] == ' ' || p[-1] == '(' ? scan_opener(p, s.len - i) : 0;
    const size_t behind = i + (p[0] == 0xC2 ? 2 : 3);
    const bool closes = opener == OPENS_RIGHT || opener == OPENS_HIGH;
    return closes && (behind >= s.len || strchr(" ,.;:!?)", s.ptr[behind])) ? 0 : opener;
}

static dm_span line_around(const struct protect *p, size_t at)
{
    const char *const text = p->text.ptr;
    const char *const before = memrchr(text, '\n', at), *const behind =
                                                            memchr(text + at, '\n', p->text.len - at);
    return (dm_span){before ? (size_t)(before - text) + 1 : 0,
                     behind ? (size_t)(behind - text) : p->text.len};
}

/* Lines in which quotations begin in three ways of other languages: one who writes so compares them. */
static bool comparisons_find(struct protect *p)
{
    enum { WAYS = 3 };
    unsigned openers = 0;
    size_t last = 0; /* where the last opener stands */
    if (__builtin_popcount(p->scan.openers) < WAYS)
        return true;
    dm_runs wide = dm_runs_of(p->classes, 0, p->text.len, DM_WIDE);
    for (size_t at; (at = dm_next_edge(&wide)) < p->text.len; dm_next_edge(&wide)) {
        const unsigned opener = opener_at(p->text, at);
        if (!opener || at < last)
            continue;
        if (openers && memchr(p->text.ptr + last, '\n', at - last))
            openers = 0;
        openers |= opener;
        last = at;
        if (__builtin_popcount(openers) < WAYS)
            continue;
        const dm_span line = line_around(p, at);
        openers = 0;
        last = line.end;
        if (!protect_add(p, line, RULE_SUBJECT))
            return false;
    }
    return true;
}

/* Nearly all texts about characters have a code point, or a mark that is shown between quotes or brackets. */
static bool may_speak_of_characters(const struct protect *p)
{
    const char *const text = p->text.ptr, *const end = text + p->text.len;
    bool point = false;
    for (const char *i = text; p->scan.plus && !point && (i = memchr(i, '+', (size_t)(end - i))); i++)
        point = i > text && (i[-1] | 0x20) == 'u';
    return point || p->scan.shown;
}

static bool subjects_find(struct protect *p)
{
    if (!comparisons_find(p))
        return false;
    if (!may_speak_of_characters(p) || !subject_has_text(p->text, p->classes))
        return true;
    for (size_t from = 0; from < p->text.len;) {
        const dm_span line = line_around(p, from);
        if (subject_has_mark(p->text, p->classes, line) && !protect_add(p, line, RULE_SUBJECT))
            return false;
        from = line.end + 1;
    }
    return true;
}

/* ---- phrases -------------------------------------------------------------------------------- */

static bool is_word_byte(unsigned char c)
{
    return c >= 0x80 || c == '_' || (unsigned)c - '0' < 10 || (c | 0x20u) - 'a' < 26;
}

static bool stands_alone(dm_str text, size_t at, size_t len)
{
    const unsigned char *const s = (const unsigned char *)text.ptr;
    const bool before = at > 0 && is_word_byte(s[at - 1]) && is_word_byte(s[at]);
    const bool after = at + len < text.len && is_word_byte(s[at + len]) && is_word_byte(s[at + len - 1]);
    return !before && !after;
}

static bool phrases_find(struct protect *p, const struct settings *s)
{
    for (uint32_t i = 0; i < s->phrases.count; i++) {
        const dm_str phrase = *DM_AT(dm_str, s->phrases, i);
        for (size_t at = 0; phrase.len && at < p->text.len;) {
            const char *const found = memmem(p->text.ptr + at, p->text.len - at, phrase.ptr, phrase.len);
            if (!found)
                break;
            at = (size_t)(found - p->text.ptr);
            if (stands_alone(p->text, at, phrase.len) &&
                !protect_add(p, (dm_span){at, at + phrase.len}, RULE_PHRASE))
                return false;
            at += phrase.len;
        }
    }
    return true;
}

/* ---- the stage ------------------------------------------------------------------------------ */

/* What the marks say: a second pass would mark the same again; or something is to be protected. */
enum { MARKS_DONE = 1, MARKS_TELL = 2 };
static unsigned look_at_marks(dm_array marks)
{
    unsigned found = 0;
    for (uint32_t i = 0; i < marks.count; i++) {
        const uint32_t kind = DM_AT(dm_mark, marks, i)->kind;
        found |= kind == DM_PROTECTED ? MARKS_DONE : 0;
        found |= kind == DM_CODE || kind == DM_TABLE || kind == DM_LANGUAGE ? MARKS_TELL : 0;
    }
    return found;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    struct protect p = {.task = t, .doc = d, .text = dm_text(t, d), .marks = dm_marks(t, d)};
    const unsigned marks = look_at_marks(p.marks);
    if (marks & MARKS_DONE)
        return DM_OK;
    p.classes = dm_classify(t, d);
    if (!p.classes.items || !scan_text(t, p.text, p.classes, &p.scan))
        return DM_ELIMIT;
    if ((!(marks & MARKS_TELL) || marked_find(&p)) && shapes_find(&p, tokens_find) && scripts_find(&p) &&
        subjects_find(&p))
        phrases_find(&p, state);
    return p.status;
}

static const char doc[] =
    "Marks stretches as protected. The cleaners behind it cannot change them: docmill leaves out what they\n"
    "ask for there. A line that goes as a whole may hold some.\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: unicode\n"
    "  - clean: protect\n"
    "    with: { phrases: [\"Yahoo!\", \"E!\"], rules: { verse: off } }\n"
    "  - clean: punctuation\n"
    "```\n"
    "\n"
    "It belongs behind the cleaners that repair characters, as an address with a broken letter in it is to "
    "be\n"
    "repaired too, and behind the one that takes lines of the interface out, which look like verse.\n"
    "\n"
    "| rule | what |\n"
    "|---|---|\n"
    "| `code` | what an extractor marked; lines between lines of three backticks; lines indented by four "
    "columns or "
    "a tab; `` `between backticks` ``; lines such as `$ make ; make install`, `port = 80 ; the default`, "
    "`f(a , b);`, "
    "`} else {` and those of a log |\n"
    "| `table` | what an extractor marked; lines with tabs, or two gaps of which one is wide; rows between "
    "bars |\n"
    "| `verse` | three and more lines in a row of at most 60 columns, of which two thirds begin with a "
    "capital and "
    "at most half end a sentence |\n"
    "| `address` | `https://example.org/a,b`, `www.example.org`, `desk@example.org`, `example.org`, "
    "`report.pdf`, "
    "`/usr/lib`, `@desk`, `#harbour` |\n"
    "| `number` | `12 500`, `1,234.50`, `10:30`, `2021-05-01`, `2.0.1`, `5'10\"`, `3-4` |\n"
    "| `script` | two and more letters in a row of a script that is not that of most letters |\n"
    "| `language` | marks of the kind `language`, which `clean-language` makes |\n"
    "| `subject` | lines that name an encoding, a code point, a character or a mark (UTF-8, U+2019, no-break "
    "space, semicolon), in a text that has three of them; lines with three kinds of quotes such as « », „ “ "
    "and "
    "» « |\n"
    "| `phrase` | the option `phrases` |\n"
    "\n"
    "The text is not changed. A document that has protected stretches already gets no more.\n";

static const dm_stage protect_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "protect",
    .summary =
        "Code, tables, verse, addresses, numbers and other scripts, marked so that no cleaner changes them.",
    .doc = doc,
    .state_size = sizeof(struct settings),
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-protect", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&protect_stage, NULL});
