/* clean-boilerplate: what a page prints around an article, taken out of it line by line. */
#include "credit.h"
#include "judge.h"
#include "title.h"

#include <string.h>

struct boilerplate {
    dm_array own; /* of dm_pair: phrase, class */
    struct phrases phrases;
    struct word_weights words;
    struct small_ends small_ends;
};

static const dm_option options[] = {
    {.name = "phrases",
     DM_MAP_AT(struct boilerplate, own),
     .def = "{}",
     .help =
         "More phrases, each with its class: `\"Read our app\": interface`. `#` is a number, `*` anything."},
};

static const dm_rule rules[RULES] = {
    [CLASS_INTERFACE] = {"interface", "Buttons, menus, font sizes, printing, counts of views, reading times.",
                         DM_FIX, 0.5},
    [CLASS_SHARE] = {"share", "Sharing and following on social networks.", DM_FIX, 0.5},
    [CLASS_COMMENTS] = {"comments", "Forms for comments, and their numbers.", DM_FIX, 0.5},
    [CLASS_NEWSLETTER] = {"newsletter", "Newsletters and subscriptions.", DM_FIX, 0.5},
    [CLASS_COOKIES] = {"cookies", "Notices about cookies.", DM_FIX, 0.5},
    [CLASS_RELATED] = {"related", "Lines and lists that lead to other articles.", DM_FIX, 0.5},
    [CLASS_TAGS] = {"tags", "Tags and categories.", DM_FIX, 0.5},
    [CLASS_CREDIT] = {"credit", "Credits of pictures.", DM_FIX, 0.5},
    [CLASS_ADVERTISEMENT] = {"advertisement", "Labels of advertisements.", DM_FIX, 0.5},
    [CLASS_SOURCE] = {"source", "Links to where an article was taken from.", DM_FIX, 0.5},
    [CLASS_COPYRIGHT] = {"copyright", "Lines of copyright.", DM_FIX, 0.5},
    [RULE_CAPTION] = {"caption", "Captions of pictures that end in a credit, and credits alone.", DM_FIX,
                      0.7},
    [RULE_BREADCRUMB] = {"breadcrumb", "The path to the page: `Home > News > World`.", DM_FIX, 0.5},
    [RULE_AD_LINE] = {"ad-line", "A few small words alone between two paragraphs.", DM_FIX, 0.7},
    [RULE_WORDS] = {"words", "Short lines whose words and pairs of words are those of pages, in no list.",
                    DM_FIX, 0.5},
    [RULE_NAVIGATION] = {"navigation", "Menus in a row, numbers of pages, times of a player.", DM_FIX, 0.5},
    [RULE_AUTHOR] = {"author", "What is said about the author behind the article.", DM_FIX, 0.7},
    [RULE_TITLE_SUFFIX] = {"title-suffix", "The site's name, and sections, behind the title.", DM_FIX, 0.7},
    [RULE_TITLE_META] = {"title-metadata", "The same in the metadata.", DM_FIX, 0.7},
};

static dm_status open_stage(dm_task *t, void *state)
{
    struct boilerplate *const b = state;
    credit_open(&b->small_ends);
    const dm_status status = words_open(t, &b->words);
    return status ? status : phrases_open(t, &b->phrases, b->own);
}

/* ---- removal -------------------------------------------------------------------------------- */

/* A line goes with the separator before it; where nothing is left before it, with the one behind. */
static dm_status remove_lines(dm_task *t, dm_doc *d, const struct lines *lines)
{
    const size_t size = dm_text(t, d).len;
    size_t before = SIZE_MAX; /* where the last line ends that stays, or went with its separator */
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *const l = &lines->items[i];
        if (l->rule == UNDECIDED) {
            before = l->at.end;
            continue;
        }
        const size_t next = i + 1 < lines->count ? lines->items[i + 1].at.begin : size;
        const bool first = before == SIZE_MAX;
        const dm_change change = {
            .size = sizeof change,
            .rule = (uint32_t)l->rule,
            .target = DM_CHANGE_TEXT,
            .at = {first ? l->at.begin : before, first ? next : l->at.end},
            .confidence = l->confidence,
            .evidence = {l->evidence ? l->evidence : "", l->evidence ? strlen(l->evidence) : 0}};
        const dm_status status = dm_change_doc(t, d, &change);
        if (status)
            return status;
        before = first ? SIZE_MAX : l->at.end;
    }
    return DM_OK;
}

/* ---- the title ------------------------------------------------------------------------------ */

/* Whether the text's title is a line that goes; then its mark goes with it, and the metadata have none. */
static bool loses_title(const dm_task *t, const dm_doc *d, const struct lines *lines)
{
    const dm_array marks = dm_marks(t, d);
    if (lines->items[0].rule == UNDECIDED || dm_meta(t, d, "title").len)
        return false;
    for (uint32_t i = 0; i < marks.count; i++) {
        const dm_mark *const m = DM_AT(dm_mark, marks, i);
        if (m->kind == DM_TITLE)
            return m->at.begin < lines->items[0].at.end;
    }
    return false;
}

/* Where the headline stands below a line that went, the metadata say it. */
static dm_status keep_title(dm_task *t, dm_doc *d, const struct lines *lines, dm_str title, double confidence)
{
    if (!loses_title(t, d, lines))
        return DM_OK;
    const dm_change change = {.size = sizeof change,
                              .rule = RULE_TITLE_META,
                              .target = DM_CHANGE_META,
                              .key = "title",
                              .with = title,
                              .confidence = confidence,
                              .evidence = DM_LIT("the first line that stays")};
    return dm_change_doc(t, d, &change);
}

static dm_status cut_title(dm_task *t, dm_doc *d, const struct lines *lines, dm_str text)
{
    size_t i = 0;
    while (i < lines->count && lines->items[i].rule != UNDECIDED)
        i++;
    if (i == lines->count || lines->items[i].stopped || lines->items[i].code)
        return DM_OK;
    enum { TITLE_MAX = 300 }; /* bytes; what is longer is no title */
    const dm_span at = lines->items[i].at;
    if (at.end - at.begin > TITLE_MAX)
        return DM_OK;
    const dm_str title = {text.ptr + at.begin, at.end - at.begin};
    dm_change change = {.size = sizeof change, .rule = RULE_TITLE_SUFFIX, .target = DM_CHANGE_TEXT};
    const size_t end = lines->items[i].marked
                           ? title_end(title, dm_meta(t, d, "site"), lines, &change.confidence)
                           : title.len;
    const dm_status kept = keep_title(t, d, lines, (dm_str){title.ptr, end}, 0.9);
    if (kept || end == title.len)
        return kept;
    change.at = (dm_span){at.begin + end, at.end};
    const dm_status status = dm_change_doc(t, d, &change);
    const dm_str meta = dm_meta(t, d, "title");
    if (status || meta.len != title.len || memcmp(meta.ptr, title.ptr, title.len) != 0)
        return status;
    change.rule = RULE_TITLE_META;
    change.target = DM_CHANGE_META;
    change.key = "title";
    change.with = (dm_str){title.ptr, end};
    return dm_change_doc(t, d, &change);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct boilerplate *const b = state;
    struct lines lines;
    const dm_str text = dm_text(t, d);
    dm_status status = lines_read(t, d, &b->small_ends, &lines);
    if (status)
        return status;
    judge_lines(&b->phrases, &b->words, &lines);
    status = remove_lines(t, d, &lines);
    return status ? status : cut_title(t, d, &lines, text);
}

static const char doc[] =
    "Takes out the lines that belong to the page and not to the article. A line is judged by its words, its\n"
    "shape and its neighbourhood; nothing within a paragraph is touched.\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: boilerplate\n"
    "    with:\n"
    "      phrases: { \"Read our app\": interface, \"Reporters: *\": credit }\n"
    "      rules: { caption: off }\n"
    "```\n"
    "\n"
    "Over 11000 phrases of pages in English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish,\n"
    "Polish, Czech, Russian, Ukrainian, Turkish, Arabic and Persian are built in, by class: interface,\n"
    "share, comments, newsletter, cookies, related, tags, credit, advertisement, source, copyright, and\n"
    "`related-heading`, below which lines without a stop go too, as far as the next sentence or line of\n"
    "the page. Those of all languages are looked for, as a page may frame a translated article. A phrase\n"
    "is a whole line, in any case, with or without signs around it; alefs are one letter, and so are the\n"
    "yehs and kafs of Arabic and Persian.\n"
    "\n"
    "What is in no list is judged by its words: some 4800 words and pairs of words have weights, which\n"
    "were learnt from the lines of 1500 public pages, most of them English or German. A line goes by\n"
    "itself only where they are sure, and its first and last words are a page's, and in company where they\n"
    "make it likely; the change names the words that weigh most. A line that says when stays, unless\n"
    "they are very sure; a quotation stays, and so does a sentence that has no line of the page beside it\n"
    "and is not among the last four lines.\n"
    "\n"
    "Words that stand in articles too, such as Print, Home or Share, go only in company: beside a line\n"
    "that goes, in a row of three such lines, before the first sentence of the article (but never as\n"
    "its first line), or behind the last one. There, up to four short lines below one that goes do\n"
    "too, unless they are a block of three and more or stand below an advertisement or what prints a\n"
    "recipe; so do comments, from their heading to the last reply, and what is said about the author.\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `title-suffix` | `Port to close on Friday \\| Velmora Times`, `... — Новости` | `Port to close on "
    "Friday` |\n"
    "| `caption` | `Ships wait outside the port for their turn (Reuters)`, `... their turn. Fot. A. Nowak / "
    "PAP` | |\n"
    "| `caption` | `Ian Hale/Getty Images`, `(Foto: Ian Hale)`, `Image caption, Ships wait` | |\n"
    "| `breadcrumb` | `Home > News > Ports`, `Home / World` | |\n"
    "| `words` | `Follow us on Bluesky for more`, in no list | |\n"
    "| `navigation` | `News \\| Sport \\| Weather \\| Business`, `1 2 3 Next`, `0:00 / 3:45` | |\n"
    "| `author` | `About the author`, and the two lines behind it, at the end | |\n"
    "| `ad-line` | `qantara airways`, alone between two paragraphs | |\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- Sentences that begin as a phrase does: `Photo: we went there on Friday, and the port was closed.`\n"
    "- Items of lists: `- Source` in a list of names. Share buttons in a list of three and more go.\n"
    "- Headings of one such word within an article: `Print`, above a paragraph on printing.\n"
    "- The agency behind the last sentence of a text: `... said on Friday. (dpa)`\n"
    "- What stands behind a dash in a headline, unless it is a medium, a domain, a section, or what another "
    "line of "
    "the\n"
    "  page, an address or the metadata name: `War is over - Boris Johnson`.\n"
    "- What a sentence leads to and goes on behind: `A line such as`, `Tags: ships`, `is not part of it`.\n"
    "- Rows of tables, `Name \\| Club \\| Role \\| Born` above others of the kind; scores and years.\n"
    "- What ends in a name, a source or an agency of three letters between brackets, `(PA)`, `(BBC)`, but "
    "for\n"
    "  a line of nine words and more between two sentences.\n"
    "- `Photo: the whale came back`, and `More from the cellar` above a list, unless they stand beside "
    "lines\n"
    "  of the page, before the article or behind it.\n"
    "- Headlines, standfirsts, sub-headings, bylines and datelines.\n"
    "- Code between lines of three backticks, and what is marked as code or a table.\n";

static const dm_stage boilerplate_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "boilerplate",
    .summary =
        "Interface strings, sharing, comment forms, related stories, credits, advertisements, site names.",
    .doc = doc,
    .state_size = sizeof(struct boilerplate),
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .open = open_stage,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-boilerplate", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&boilerplate_stage, NULL});
