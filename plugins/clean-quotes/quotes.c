/* clean-quotes: the double quotation marks of English prose, paragraph by paragraph. */
#include "quotes.h"

#include "../subject/subject.h"

#include <string.h>

static const dm_rule rules[] = {
    [RULE_DIRECTION] = {"direction", "A sign that opens where a quotation ends, or the other way round.",
                        DM_FIX, 0},
    [RULE_ATTACHMENT] = {"attachment", "A space on the wrong side of a sign, or on neither side.", DM_FIX, 0},
    [RULE_REOPENED] = {"reopened", "A sign that opens a quotation that is open already.", DM_FIX, 0},
    [RULE_UNCLOSED] = {"unclosed", "A quotation without an end, at the end of its paragraph.", DM_FIX, 0},
    [RULE_FOREIGN_PAIR] = {"foreign-pair", "Signs of another language (« » „ “ 「 」) around English words.",
                           DM_FIX, 0},
    [RULE_ATTRIBUTION] = {"attribution", "A full stop before `” said`, where a comma belongs.", DM_FIX, 0},
};

/* Whether the paragraph as repaired would be left as it is: nothing is repaired by halves. */
static bool is_settled(const struct piece *w, struct piece *again)
{
    size_t len = w->s.len, from = 0, to = 0;
    for (size_t i = 0; i < w->fix_count; i++)
        len += w->fixes[i].len;
    char *text = dm_alloc(w->task, len + 1);
    if (!text)
        return false;
    for (size_t i = 0; i < w->fix_count; i++) {
        const struct fix *f = &w->fixes[i];
        memcpy(text + to, w->s.ptr + from, f->at.begin - from);
        to += f->at.begin - from;
        memcpy(text + to, f->with, f->len);
        to += f->len;
        from = f->at.end;
    }
    memcpy(text + to, w->s.ptr + from, w->s.len - from);
    to += w->s.len - from;
    again->s = (dm_str){text, to};
    again->next = w->next;
    again->curly = w->curly;
    if (!signs_read(again, NULL))
        return w->count == 0;
    if (!machine_run(again))
        return false;
    repair_plan(again);
    return again->fix_count == 0;
}

static void make(struct prose *p, const struct piece *w)
{
    for (size_t i = 0; i < w->fix_count; i++) {
        const struct fix *f = &w->fixes[i];
        const dm_change change = {.size = sizeof change,
                                  .rule = f->rule,
                                  .target = DM_CHANGE_TEXT,
                                  .at = {p->begin + f->at.begin, p->begin + f->at.end},
                                  .with = {f->with, f->len},
                                  .confidence = f->confidence,
                                  .evidence = {f->evidence, strlen(f->evidence)}};
        dm_change_doc(p->task, p->doc, &change);
    }
}

/* Whether the paragraph is about such signs: `French puts one inside « guillemets »`.  To other cleaners only several of
 * them tell that, as one may be a name; in small letters and beside foreign signs it is none. */
static bool is_about_signs(const struct prose *p, dm_str s)
{
    const dm_array classes = dm_classify(p->task, p->doc);
    return !classes.items || subject_has_mark(p->text, classes, (dm_span){p->begin, p->end}) ||
           memmem(s.ptr, s.len, "guillemet", strlen("guillemet"));
}

/* What stands between a sign and the next one, without the spaces. */
static dm_str held_by(const struct piece *w, size_t i)
{
    const size_t begin = w->signs[i].gap_end, end = w->signs[i + 1].gap_begin;
    return (dm_str){w->s.ptr + begin, end > begin ? end - begin : 0};
}

static bool is_spaced(const struct sign *open)
{
    return open->gap_end > open->end;
}

/* Whether both begin with the same word. */
static bool share_word(dm_str a, dm_str b)
{
    enum { WORD_MIN = 4 };
    const dm_span x = word_at(a, 0), y = word_at(b, 0);
    return x.end >= WORD_MIN && x.end == y.end && !memcmp(a.ptr, b.ptr, x.end);
}

/* Whether foreign signs are shown, and not used: they hold nothing but an ellipsis (`German authors send „…“`), or twice
 * the same with other spaces (`« Vraiment ? », not «Vraiment?»`). */
static bool has_example(const struct piece *w)
{
    for (size_t i = 0; i + 1 < w->count; i++) {
        const dm_str held = held_by(w, i);
        if (!w->signs[i].foreign)
            continue;
        if (held.len == 3 && (!memcmp(held.ptr, "\xE2\x80\xA6", 3) || !memcmp(held.ptr, "...", 3)))
            return true;
        if (i >= 2 && w->signs[i - 2].foreign && is_spaced(&w->signs[i]) != is_spaced(&w->signs[i - 2]) &&
            share_word(held, held_by(w, i - 2)))
            return true;
    }
    return false;
}

static dm_status open_words(dm_task *t, void *state)
{
    return small_words_open(t, state);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    struct prose p;
    struct piece w = {.task = t}, again = {.task = t};
    if (!prose_init(&p, t, d, state))
        return DM_OK;
    while (prose_next(&p)) {
        w.s = (dm_str){p.text.ptr + p.begin, p.end - p.begin};
        w.next = prose_peek(p.text, p.end);
        if (!signs_read(&w, &p))
            continue;
        if (p.native && !prose_is_english(&p)) {
            if (native_plan(&w, &p))
                make(&p, &w);
            continue;
        }
        if ((w.foreign && (is_about_signs(&p, w.s) || has_example(&w))) || !machine_run(&w))
            continue;
        w.curly = w.foreign && prose_is_curly(&p);
        repair_plan(&w);
        if (w.fix_count > 0 && prose_is_english(&p) && is_settled(&w, &again))
            make(&p, &w);
    }
    return DM_OK;
}

static const char doc[] =
    "Repairs the double quotation marks of English prose, and some of other languages. Each rule can be\n"
    "switched off, or made to record only:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: unicode\n"
    "  - clean: punctuation\n"
    "  - clean: quotes\n"
    "    with: { rules: { unclosed: flag } }\n"
    "```\n"
    "\n"
    "It belongs behind the cleaner of punctuation, and behind those that join lines and decode mojibake.\n"
    "Each paragraph is read with a state machine: a sign's own direction, the spaces beside it and\n"
    "whether a quotation is open say what it is.\n"
    "\n"
    "| rule | before | after |\n"
    "|---|---|---|\n"
    "| `direction` | `“We will go.“ He left.` | `“We will go.” He left.` |\n"
    "| `attachment` | `“We will go, ”he added:“ Soon.”` | `“We will go,” he added: “Soon.”` |\n"
    "| `reopened` | `“We will go. “I hope so.”` | `“We will go. I hope so.”` |\n"
    "| `unclosed` | `He said: “We will go.` | `He said: “We will go.”` |\n"
    "| `foreign-pair` | `He was « not amused ».` | `He was “not amused”.` |\n"
    "| `attribution` | `“We will go.” said the mayor.` | `“We will go,” said the mayor.` |\n"
    "\n"
    "Foreign pairs within others, and `‚ ‘` and `‹ ›` beside them, become single signs; `“«so»”` keeps\n"
    "the outer ones. `‘Next summer.”’` ends the other way round. Foreign pairs become what the text has more "
    "of, curly quotes or straight ones, and curly ones if\n"
    "it has none. `direction`, `reopened`, `unclosed` and `attribution` have a confidence below 1.\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **The style**: curly signs stay curly, straight ones straight, also side by side; `”,` and `,”`.\n"
    "- **Quotations over several paragraphs**: one that is open at the end of a paragraph stays so if\n"
    "  the next paragraph begins with a sign, or closes it.\n"
    "- **Other single signs**, apostrophes, inches and seconds.\n"
    "- **Other languages** with their pairs, and words of another script between such signs. The small\n"
    "  words of the text decide, or the metadata `language`, and then those of the paragraph. Where that\n"
    "  names the language, a sign that opens what is open (`reopened`), an end that is missing (`unclosed`;\n"
    "  `».` in Russian, Italian, Spanish and Portuguese) and, but in French, spaces inside of guillemets in\n"
    "  a text that has none elsewhere (`attachment`) are repaired.\n"
    "- **What is said of signs**: a paragraph about guillemets, other marks or characters keeps the foreign "
    "ones, "
    "and so "
    "does\n"
    "  one that shows them: `„…“`, or twice the same words, with spaces inside and without.\n"
    "- **Code** and tables: indented lines, lines with tabs, fences, backticks, marked stretches.\n"
    "- **What has more than one explanation**. If one sign of a paragraph cannot be explained, or the\n"
    "  repaired paragraph would need another repair, all its signs stay.\n"
    "\n"
    "#### Limits\n"
    "\n"
    "A sign is added only at the end of a paragraph that ends a sentence. Paragraphs with more than 256\n"
    "signs are left.\n";

static const dm_stage quotes_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "quotes",
    .summary = "Quotation marks: direction, spaces, balance, foreign pairs, the comma of an attribution.",
    .doc = doc,
    .rules = DM_ARRAY(rules),
    .state_size = sizeof(struct small_words),
    .open = open_words,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-quotes", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&quotes_stage, NULL});
