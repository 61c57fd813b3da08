/* clean-punctuation: marks that stand in the wrong place, and spaces that they lack or have too many of,
 * in English prose. */
#include "punctuation.h"

static const dm_rule rules[] = {
    [RULE_SPACE_BEFORE] = {"space-before", "A space before a comma, a stop, another mark or a per cent sign.",
                           DM_FIX, 0},
    [RULE_SPACE_AFTER] = {"space-after", "No space behind a mark that ends a clause or a sentence.", DM_FIX,
                          0},
    [RULE_BRACKET_SPACE] = {"bracket-space", "A space on the inner side of a round bracket.", DM_FIX, 0},
    [RULE_DOUBLED] = {"doubled", "The second of two commas, or of two full stops.", DM_FIX, 0},
    [RULE_ORPHAN] =
        {"orphan",
         "A mark beside another one that alone makes sense, as in `. ,`; brackets that hold nothing.", DM_FIX,
         0},
    [RULE_STRAY_STOP] = {"stray-stop",
                         "A full stop within a sentence, such as a link leaves that was cut out.", DM_FIX, 0},
    [RULE_FOREIGN_MARK] = {"foreign-mark",
                           "A mark of another script or language (`،` `。` `¿`) among English words.", DM_FIX,
                           0},
    [RULE_HYPHEN_SPACE] = {"hyphen-space", "A space behind the hyphen of a compound.", DM_FIX, 0},
    [RULE_CASE] =
        {"case",
         "The capital of a small word within a sentence, before another small word, a figure or a date.",
         DM_FIX, 0},
};

/* The stage's state: what is found out once. */
struct tables {
    struct small_words words;
    struct listed_word listed[LISTED_SLOTS];
    uint32_t kinds[SCAN_KINDS];
};

static dm_status open_tables(dm_task *t, void *state)
{
    struct tables *const tables = state;
    scan_open(tables->kinds);
    lists_open(tables->listed);
    return small_words_open(t, &tables->words);
}

static void mend(struct prose *p, size_t at)
{
    const unsigned char *s = (const unsigned char *)p->text.ptr;
    const unsigned char c = s[at], before = s[at - 1];
    if (before == 0xC2 && (c == 0xBF || c == 0xA1))
        inverted_mend(p, at);
    else if (c == ')' && before == '(')
        empty_mend(p, at);
    else if (c == ' ' && before == '(' && at + 1 < p->end && s[at + 1] == ')')
        empty_mend(p, at + 1);
    else if (c == '%' || c == ')' || (c == ' ' && before == '('))
        bracket_mend(p, at);
    else if (c == ' ' && before == '-')
        hyphen_mend(p, at);
    else if (c == ' ' && before == '\'')
        elision_mend(p, at);
    else if (before == ' ' && c >= 'A' && c <= 'Z')
        case_mend(p, at);
    else if (before == ' ' && scan_capital(p->text, at))
        capital_mend(p, at);
    else
        cluster_mend(p, c >= 0x80 && c < 0xC0 ? at + 1 : at);
}

static void look_at(struct prose *p, size_t at)
{
    if (prose_reach(p, at) && at > p->begin && at >= p->done)
        mend(p, at);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct tables *const tables = state;
    const dm_array classes = dm_classify(t, d);
    if (!classes.items)
        return DM_ELIMIT;
    const dm_str text = dm_text(t, d);
    struct prose p = {.task = t,
                      .doc = d,
                      .text = text,
                      .marks = dm_marks(t, d),
                      .classes = classes,
                      .english = {.words = &tables->words,
                                  .text = text,
                                  .language = dm_meta(t, d, "language"),
                                  .classes = classes},
                      .listed = tables->listed,
                      .tongue = -1,
                      .empty = -1,
                      .gap = -1,
                      .names = -1};
    prose_open(&p);
    scan(tables->kinds, p.text, classes, &p, look_at);
    return DM_OK;
}

static const char doc[] =
    "Mends the punctuation of English prose: spaces on the wrong side of a mark, marks that stand\n"
    "twice, and marks that were left behind when a link or a note was cut out. It takes no options;\n"
    "each rule can be switched off, or made to record only:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: unicode\n"
    "  - clean: punctuation\n"
    "    with: { rules: { stray-stop: flag, case: off } }\n"
    "```\n"
    "\n"
    "It belongs behind the cleaners that make odd spaces plain and join lines, and before the one that\n"
    "sees to quotes.\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `space-before` | `the harbour , where 62 % agreed` | `the harbour, where 62% agreed` |\n"
    "| `space-after` | `not known,but late.He left` | `not known, but late. He left` |\n"
    "| `bracket-space` | `the ferry ( the old one )` | `the ferry (the old one)` |\n"
    "| `doubled` | `their homes,, he said. .` | `their homes, he said.` |\n"
    "| `orphan` | `in Velmora. , on the () coast` | `in Velmora, on the coast` |\n"
    "| `stray-stop` | `the northern side. of the port` | `the northern side of the port` |\n"
    "| `foreign-mark` | `Velmora، the port. ¿When?` | `Velmora, the port. When?` |\n"
    "| `hyphen-space` | `the Afghan- Iranian border` | `the Afghan-Iranian border` |\n"
    "| `case` | `in a statement On Sunday, the company Said in` | `in a statement on Sunday, the company "
    "said in` |\n"
    "\n"
    "#### What is less than certain\n"
    "\n"
    "A change that rests on evidence has a confidence below 1, and says what the evidence is:\n"
    "\n"
    "- `stray-stop` needs a word behind the stop that goes on with a sentence (`of`, `from`), or a name\n"
    "  before it, in a text whose sentences begin with capitals, or a word before it that ends none\n"
    "  (`the`; `by`, before a small letter; `, writes`). A\n"
    "  name goes on behind a noun and `of`, a year behind `in`; a small letter behind *to do* or *its own* "
    "does\n"
    "  where the text begins all sentences with capitals. A\n"
    "  word that may begin a sentence of its own (`he`, `but`, `the`) is left, and so are names in\n"
    "  small letters and particles of names.\n"
    "- `hyphen-space` needs two capitalised words, a number with its unit, a prefix, a word that often ends "
    "a\n"
    "  compound (`led`, `term`), two small words in a line without another such hyphen, or the same\n"
    "  compound elsewhere in the text; what is one word there becomes one (`passen- gers`). Suspended "
    "hyphens (`two- and three-year`) stay.\n"
    "- `space-after` is less certain of two words that are both ordinary (`wind,rain`).\n"
    "- `case` looks at prepositions and at *said* and *added*, between words in small letters. Not in a "
    "short\n"
    "  line without an end, behind *film*, *verb* and the like, before *was* and the like if it is a verb, "
    "nor\n"
    "  where the text has *Said* as a name. Where the line has several such capitals, they may be those of\n"
    "  titles, and stay.\n"
    "- `orphan` takes empty brackets only where the text has no others, and not behind *method* and the "
    "like.\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Other languages**, with their spaces and marks: the small words of the text decide, or the\n"
    "  metadata `language`, and then those of the line. Where the metadata names a language with Latin\n"
    "  letters, its lines get what holds in all of them: no space before a comma or a stop, one behind,\n"
    "  none inside brackets, no mark twice, no stop behind a long word and before one that goes on with the\n"
    "  sentence (`que`, `und`). French keeps its space before `;`, and all keep `62 %`; Italian and French\n"
    "  lose the space of `l' intonaco`. In texts in Cyrillic or Arabic letters marks get the same spaces, "
    "and\n"
    "  `,,` `،،` become one; two dots stay in Arabic ones.\n"
    "- **Code**: lines indented by four columns, lines with tabs, rows of tables, lines between\n"
    "  fences, stretches between backticks, and what is marked as code or as a table.\n"
    "- Abbreviations, initials, decimals, times, ratios, versions, names of files and hosts, addresses,\n"
    "  smileys, ellipses of two dots inside a sentence or of three and more, `!!` and `?!`.\n"
    "- Marks that are spoken of: `the , key`, `\"..\"`; of a formula (`f : A`), of a line in capitals.\n"
    "\n"
    "#### Limits\n"
    "\n"
    "It never adds a mark. Rows of three marks and more are left. A space is judged within its line.\n";

static const dm_stage punctuation_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "punctuation",
    .summary = "Spaces beside marks, doubled and stray marks, foreign marks, torn compounds.",
    .doc = doc,
    .rules = DM_ARRAY(rules),
    .state_size = sizeof(struct tables),
    .open = open_tables,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-punctuation", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&punctuation_stage, NULL});
