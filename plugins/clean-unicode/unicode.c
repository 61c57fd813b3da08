/* clean-unicode: characters that one cannot see, spaces that are not plain, letters in forms that are
 * not their own. */
#include "unicode.h"

static const dm_rule rules[] = {
    [RULE_LINE_BREAK] = {"line-break", "A line break other than LF: CR LF, CR, VT, FF, NEL, LS or PS.",
                         DM_FIX, 0},
    [RULE_CONTROL] = {"control", "A control character other than TAB and line breaks.", DM_FIX, 0},
    [RULE_ZERO_WIDTH] = {"zero-width",
                         "A character without width (zero-width space, joiner, byte order mark, variation "
                         "selector, place of an object) where no script or emoji needs it.",
                         DM_FIX, 0},
    [RULE_BIDI_MARK] = {"bidi-mark",
                        "A mark of writing direction where nothing is written from right to left.", DM_FIX,
                        0},
    [RULE_SOFT_HYPHEN] = {"soft-hyphen", "A hyphen that shows only where a line is broken.", DM_FIX, 0},
    [RULE_SPACE] = {"space", "A no-break, thin, ideographic or other odd space becomes a plain one.", DM_FIX,
                    0},
    [RULE_SPACE_RUN] = {"space-run", "All but one of several spaces in a row.", DM_FIX, 0},
    [RULE_LEADING_SPACE] = {"leading-space", "Odd spaces at the start of a line of prose.", DM_FIX, 0},
    [RULE_TRAILING_SPACE] = {"trailing-space", "Spaces and tabs at the end of a line of prose.", DM_FIX, 0},
    [RULE_LIGATURE] = {"ligature", "A ligature such as U+FB01 becomes its letters.", DM_FIX, 0},
    [RULE_FULL_WIDTH] = {"full-width",
                         "ASCII as wide as an ideograph becomes plain, away from Chinese, Japanese "
                         "and Korean; with the space that such a mark has within.",
                         DM_FIX, 0},
    [RULE_LOOK_ALIKE] =
        {"look-alike",
         "A Cyrillic or Greek letter within a Latin word that looks like a Latin one, or a Latin one "
         "within a word of these.",
         DM_FIX, 0},
    [RULE_COMPOSE] = {"compose", "Characters that are not in normalisation form C.", DM_FIX, 0},
};

/* The break behind the line becomes LF.  Of CR LF, only the CR has to go. */
static void clean_break(struct uni_document *u, const struct uni_line *line)
{
    const size_t len = line->next - line->end;
    const char *p = u->text.ptr + line->end;
    if (len == 0 || *p == '\n')
        return;
    const bool crlf = len == 2 && *p == '\r';
    const dm_span at = {line->end, crlf ? line->end + 1 : line->next};
    dm_edit(u->task, u->doc, at, crlf ? DM_LIT("") : DM_LIT("\n"), RULE_LINE_BREAK);
}

static dm_status open_stage(dm_task *t, void *state)
{
    return uni_small_words_open(t, state);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const unsigned what = SCAN_SPACES | SCAN_LETTERS | SCAN_INDENTS;
    const dm_str text = dm_text(t, d);
    struct uni_scan scan;
    if (!uni_scan_init(&scan, t, d))
        return DM_ELIMIT;
    if (scan.first == text.len)
        return DM_OK;
    size_t suspect = uni_scan_next(&scan, scan.first > 0 ? scan.first - 1 : 0, text.len, what);
    if (suspect == text.len)
        return DM_OK;
    struct uni_document u = {.task = t,
                             .doc = d,
                             .scan = &scan,
                             .small_words = state,
                             .text = text,
                             .cjk = -1,
                             .french = -1,
                             .subject = -1};
    struct uni_reader reader;
    uni_reader_init(&reader, t, d, &scan);
    while (suspect < text.len) {
        uni_reader_skip(&reader, suspect);
        if (!uni_reader_next(&reader))
            return DM_ELIMIT;
        for (size_t i = 0; i < reader.line_count; i++) {
            const struct uni_line *const line = &reader.lines[i];
            if (line->next <= suspect)
                continue;
            const dm_status status = uni_clean_line(&u, line, suspect);
            if (status != DM_OK)
                return status;
            clean_break(&u, line);
            suspect = uni_scan_next(&scan, line->next, text.len, what);
        }
    }
    return DM_OK;
}

static const char doc[] =
    "Repairs what went wrong with the characters of a text, and nothing that an editor would call\n"
    "style. It takes no options; each rule can be switched off, or made to record only:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: unicode\n"
    "    with: { rules: { look-alike: flag, trailing-space: off } }\n"
    "```\n"
    "\n"
    "It belongs behind a cleaner that decodes mojibake, if there is one: `Ã` and a no-break space are\n"
    "one broken letter, and no longer so when the space has become a plain one.\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `line-break` | `one` CR LF `two` | `one` LF `two` |\n"
    "| `control` | `Vel` U+0007 `mora` | `Velmora` |\n"
    "| `zero-width` | `Vel` U+200B `mora` | `Velmora` |\n"
    "| `bidi-mark` | U+200E `Velmora` | `Velmora` |\n"
    "| `soft-hyphen` | `har` U+00AD `bour` | `harbour` |\n"
    "| `space` | `on` U+00A0 `Friday` | `on Friday` |\n"
    "| `space-run` | `patience and  prudence` | `patience and prudence` |\n"
    "| `leading-space` | U+00A0 `For his part` | `For his part` |\n"
    "| `trailing-space` | `the end. ` | `the end.` |\n"
    "| `ligature` | `ﬁnd the ﬂag` | `find the flag` |\n"
    "| `full-width` | `Ｖｅｌｍｏｒａ` | `Velmora` |\n"
    "| `look-alike` | `Vеlmora` (U+0435 for the first e) | `Velmora` |\n"
    "| `compose` | `e` U+0301 | `é` |\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Shaped lines** keep all their spaces: lines indented by four columns or a tab (up to 100\n"
    "  columns wide), lines with tabs or two wide gaps within, neighbouring lines whose gaps stand in\n"
    "  the same columns, Markdown tables, verse (three and more short lines, most of which begin with\n"
    "  a capital and few of which end a sentence), code between lines of three backticks, and what an\n"
    "  extractor marked as a table or code. The indentation of any line stays.\n"
    "- **Lines that speak of characters** (U+FB01, ligature, Cyrillic, zero-width, no-break space ...), and "
    "all\n"
    "  of a text that has three of them for certain, keep what they show: only runs of plain spaces and\n"
    "  controls go.\n"
    "- **Code** between such lines, or marked, and lines such as `$ make`, `port = 80` and `f(a);`, keeps\n"
    "  its letters too: only what one cannot see is dropped.\n"
    "- Spaces **between digits** (`12 500`), of whatever kind.\n"
    "- **Joiners** in Arabic, Persian and Indic words and in emoji; zero-width spaces in Thai, Lao,\n"
    "  Khmer and Burmese; variation selectors and tags of emoji; direction marks beside letters that\n"
    "  run from right to left.\n"
    "- **Chinese, Japanese, Korean**: full-width forms and ideographic spaces beside such characters,\n"
    "  and wherever the line or the document is written in them.\n"
    "- **French**: the no-break space of its punctuation and numbers. The metadata `language`\n"
    "  decides, if it is there; else the small words of the line, and of the document.\n"
    "- **Words of another script**. Look-alikes are folded only where every foreign letter of a word\n"
    "  has a Latin twin, Latin letters are more (or one of two, beyond doubt), and no word beside it\n"
    "  is of the foreign script. A Latin letter in a Cyrillic or Greek word is folded only where all of its\n"
    "  Latin letters have a twin and are fewer, and a word beside it is of that script.\n"
    "\n"
    "#### Limits\n"
    "\n"
    "Blank lines, and spaces before punctuation, are left to other cleaners. Stacks of more than 64\n"
    "combining marks are not composed. Cleaning a clean text changes nothing.\n";

static const dm_stage unicode_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "unicode",
    .summary =
        "Invisible characters, odd spaces, ligatures, full-width forms, look-alikes, composed accents.",
    .doc = doc,
    .state_size = sizeof(struct uni_small_words),
    .open = open_stage,
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-unicode", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&unicode_stage, NULL});
