/* clean-layout: lines that were broken where nothing ends, words that were broken with them, and blank
 * lines where there should be one or none. */
#include "layout.h"

#include <string.h>

static const dm_rule rules[] = {
    [RULE_HYPHEN_BREAK] =
        {"hyphen-break",
         "A word that was broken at the end of a line is joined; its hyphen stays where the "
         "word has one.",
         DM_FIX, 0.75},
    [RULE_HARD_WRAP] =
        {"hard-wrap",
         "A break where a line was full becomes a space, when the lines of the document or of the "
         "block show that they were wrapped.",
         DM_FIX, 0.75},
    [RULE_BLANK_LINES] = {"blank-lines", "Of several blank lines one remains; before the first line, none.",
                          DM_FIX, 0},
    [RULE_FINAL_NEWLINE] = {"final-newline", "The text ends in one newline.", DM_FIX, 0},
};

/* Between lines of code, or of one indented block, blank lines are the author's. */
static bool keeps_blanks(const struct layout_line *above, const struct layout_line *line)
{
    return (above->flags & line->flags & LINE_CODE) || (above->indent > 3 && line->indent > 3);
}

static void drop_blanks(const struct layout *l)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct layout_line *const line = &l->lines[i];
        if (i == 0 && line->above > 0 && !(line->flags & LINE_CODE))
            dm_edit(l->task, l->doc, (dm_span){0, line->start}, DM_LIT(""), RULE_BLANK_LINES);
        if (i > 0 && line->above > 1 && !keeps_blanks(line - 1, line))
            dm_edit(l->task, l->doc, (dm_span){line->second_blank, line->start}, DM_LIT(""),
                    RULE_BLANK_LINES);
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The scan has found that the end is not as it should be. */
static void end_text(dm_task *t, dm_doc *d, dm_str text)
{
    size_t at = text.len;
    while (at > 0 && is_space(text.ptr[at - 1]))
        at--;
    const char *newline = memchr(text.ptr + at, '\n', text.len - at);
    if (newline)
        dm_edit(t, d, (dm_span){(size_t)(newline - text.ptr) + 1, text.len}, DM_LIT(""), RULE_FINAL_NEWLINE);
    else
        dm_edit(t, d, (dm_span){text.len, text.len}, DM_LIT("\n"), RULE_FINAL_NEWLINE);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    struct layout l = {.task = t, .doc = d, .text = dm_text(t, d)};
    const unsigned needs = l.text.len > 0 ? layout_scan(l.text) : 0;
    if (needs & NEED_END)
        end_text(t, d, l.text);
    if (!(needs & NEED_LINES))
        return DM_OK;
    if (!layout_read(&l))
        return DM_ELIMIT;
    const dm_status status = layout_join(&l);
    drop_blanks(&l);
    return status;
}

static const char doc[] =
    "Gives paragraphs their lines back: text that was wrapped at a column (mail, plain-text exports, old\n"
    "agency copy) becomes one line a paragraph. It takes no options; each rule can be switched off, or made\n"
    "to record only:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: layout\n"
    "    with: { rules: { hard-wrap: flag } }\n"
    "```\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `hyphen-break` | `the govern-` LF `ment said` | `the government said` |\n"
    "| `hyphen-break` | `an Anglo-` LF `Saxon hoard` | `an Anglo-Saxon hoard` |\n"
    "| `hard-wrap` | `the pilot went` LF `below` | `the pilot went below` |\n"
    "| `blank-lines` | two blank lines and more | one |\n"
    "| `final-newline` | none, or several | one |\n"
    "\n"
    "#### When a break is a wrap\n"
    "\n"
    "The lines that end without a full stop and go on with a small letter tell the width: the text is\n"
    "wrapped when at least three of them, and four in five, are *full*, that is, the next line's first word\n"
    "would not have fitted, and most of the text keeps to that width (30 to 130 columns). Then a break\n"
    "goes if its line is full, or if it stands within a sentence. A break after a full stop goes only if\n"
    "blank lines part the paragraphs; otherwise it is recorded with a confidence of 0.6. Behind a full line\n"
    "without an end a blank line goes too, if the next one begins small or a word like *from* is before it: "
    "a\n"
    "page ended there.\n"
    "\n"
    "A text that is not wrapped as a whole may hold a block that is: there every line has to be full. A\n"
    "single break within a sentence goes too, where a long line has no end and the next begins small.\n"
    "\n"
    "#### When a hyphen stays\n"
    "\n"
    "If the document writes the word with its hyphen elsewhere; if it writes both parts by themselves and\n"
    "never the whole; before a capital and beside digits; in compounds such as `long-term`, `twenty-one`,\n"
    "`self-defence`, `over-the-horizon`. A hyphen before *and* or *or* (`two- and three-room`) is left to\n"
    "`hard-wrap`.\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Each line a paragraph**, as in many scraped articles: such lines end in a full stop and begin with\n"
    "  a capital.\n"
    "- **Verse**: three and more short lines, most of which begin with a capital and few of which end a\n"
    "  sentence.\n"
    "- **Lists**, quoted mail, tables, headings, speeches (`Pilot: ...`, a dash), addresses: what starts "
    "with\n"
    "  a bullet, a number or a label starts anew; short lines are not full. The wrapped lines of one list\n"
    "  item are joined.\n"
    "- **Code**: between fences, indented by four columns, or marked by the extractor; its blank lines too.\n"
    "- **Scripts without spaces** between words: a space would be wrong.\n"
    "\n"
    "#### Limits\n"
    "\n"
    "Words are not looked up in a dictionary, so `sea-` LF `port` becomes `seaport`. A break behind a dash "
    "or\n"
    "a slash stays.\n";

static const dm_stage layout_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "layout",
    .summary = "Hard wraps, words broken at the end of a line, blank lines, the final newline.",
    .doc = doc,
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-layout", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&layout_stage, NULL});
