/* clean-repeats: words, phrases and lines that stand there twice, or over and over. */
#include "repeats.h"

static const dm_rule rules[] = {
    [RULE_DOUBLED_WORD] = {"doubled-word", "A word that follows itself, such as \"the the\".", DM_FIX, 0.75},
    [RULE_WORD_LOOP] = {"word-loop", "A word three or more times in a row.", DM_FIX, 0.75},
    [RULE_DOUBLED_PHRASE] = {"doubled-phrase", "A phrase or a sentence that follows itself.", DM_FIX, 0.75},
    [RULE_PHRASE_LOOP] = {"phrase-loop",
                          "A phrase of up to 64 words three or more times in a row, as machine translation "
                          "leaves behind.",
                          DM_FIX, 0.75},
    [RULE_REPEATED_LINE] =
        {"repeated-line",
         "A paragraph that the document has had before, to the letter; below it at once, a "
         "short one too.",
         DM_FIX, 0.75},
};

static bool look_at_places(struct repeats *r)
{
    struct repeats_words words = {0};
    size_t place = 0;
    for (size_t i = 0; i < r->count && place < r->place_count; i++) {
        const struct repeats_line *const line = &r->lines[i];
        const size_t first = place;
        while (place < r->place_count && r->places[place].at < line->end)
            place++;
        if (place > first && (line->flags & (LINE_FIXED | LINE_VERSE)) == 0 && !line->same &&
            !repeats_find_loops(r, line, &r->places[first], place - first, &words))
            return false;
    }
    return true;
}

static bool sift(struct repeats *r)
{
#ifdef REPEATS_WIDE
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
        return repeats_sift_wide(r);
#endif
    return repeats_sift(r);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    struct repeats r = {.task = t, .doc = d, .text = dm_text(t, d), .lists = state, .language = -1};
    bool lines = false;
    if (r.text.len == 0)
        return DM_OK;
    r.classes = dm_classify(t, d);
    if (!r.classes.items || !sift(&r) || !repeats_compare_lines(&r, &lines))
        return DM_ELIMIT;
    if (!lines && r.place_count == 0)
        return DM_OK;
    if (!repeats_read(&r) || (lines && !repeats_find_lines(&r)) || !look_at_places(&r))
        return DM_ELIMIT;
    return DM_OK;
}

static const char doc[] =
    "Takes out what stands there again by mistake: doubled words, paragraphs that were pasted twice, and "
    "the\n"
    "loops that machine translation falls into. One copy stays. It takes no options; each rule can be\n"
    "switched off, or made to record only:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: repeats\n"
    "    with: { rules: { doubled-phrase: flag } }\n"
    "```\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `doubled-word` | `at the the end` | `at the end` |\n"
    "| `word-loop` | `of of of of the port` | `of the port` |\n"
    "| `doubled-phrase` | `it was in the it was in the harbour` | `it was in the harbour` |\n"
    "| `doubled-phrase` | `The line was cut on Friday. The line was cut on Friday.` | `The line was cut on "
    "Friday.` "
    "|\n"
    "| `phrase-loop` | `he said that, he said that, he said that.` | `he said that.` |\n"
    "| `repeated-line` | a paragraph of eight words and more that was there before, or the headline between "
    "paragraphs | |\n"
    "\n"
    "Words count as the same if their letters are, in any case, whatever marks stand around them; a doubled\n"
    "word has to be in small letters, with one space and no mark between. Small words (*the*, *of*, *und*,\n"
    "*para*, *или*, *إلى*) are taken out in English, French, Spanish, German, Italian, Portuguese, Dutch,\n"
    "Polish, Turkish, Russian, Ukrainian, Arabic and Persian, others in English only. The metadata\n"
    "`language` decides, if it is there, else the small words of the text.\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Words doubled on purpose**: *had had*, *that that*, *very very*, *her her*, *far far away*, *no "
    "no*,\n"
    "  *tick tick*; *going on on Friday*, *what it is is*.\n"
    "- **Small words that one phrase ends with and the next begins with**: *gab ihr ihr Geld*, *lo que es "
    "es*,\n"
    "  *de de Gaulle*, *dat het het beste is*. In English only behind what may end so: *without it it "
    "would*.\n"
    "- **Names**, and whatever else has a capital: *Duran Duran*.\n"
    "- **Figures of speech**: *again and again and again*, *day after day after day*, *a rose is a rose is "
    "a\n"
    "  rose*; what another language doubles, *piano piano*, *bir bir*.\n"
    "- What stands **in quotation marks** as a whole, up to four copies, and what is said over and over and "
    "trails\n"
    "  off: *is read as open it, open it, open it...*\n"
    "- **Verse**, lists (but for words within an item that is a sentence), tables, code, indented and "
    "quoted\n"
    "  lines. Of speeches, what is shorter than 100 "
    "bytes, unless it names who speaks (*said Finn*).\n"
    "- Headings that come again, refrains, and other short lines that are apart.\n"
    "\n"
    "#### Confidence\n"
    "\n"
    "0.98 for a small word, 0.9 for another one of four letters and more. 0.6, and only recorded, for a\n"
    "shorter one, and for a small word where grammar may double it, *agreed on on Monday*. Loops: 0.85 to\n"
    "0.95. Two copies of three words and more, in small letters and without a mark: 0.85; of two words: "
    "0.6,\n"
    "unless both are small words. A whole sentence: 0.9. A paragraph: 0.95, and the number of the line that\n"
    "it repeats is the evidence.\n"
    "\n"
    "#### Limits\n"
    "\n"
    "Paragraphs that are only alike are left alone. A phrase is found within its line.\n";

static const dm_stage repeats_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct repeats_lists),
    .name = "repeats",
    .summary = "Doubled words and phrases, loops of machine translation, paragraphs that come again.",
    .doc = doc,
    .rules = DM_ARRAY(rules),
    .open = repeats_open_lists,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-repeats", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&repeats_stage, NULL});
