/* clean-language: what language a document is in, and which of its paragraphs are in another one. */
#include "blocks.h"
#include "detect.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

/* Names and numbers say little, so there must be so many bytes of letters. */
enum { LETTERS_MIN = 20, PARAGRAPH_MIN = 60 };

struct language {
    bool replace, paragraphs;
    int64_t sample; /* bytes */
};

static const dm_option options[] = {
    {.name = "replace",
     DM_BOOL_AT(struct language, replace),
     .def = "false",
     .help = "Also where the metadata name a language already, as a web page's may."},
    {.name = "paragraphs",
     DM_BOOL_AT(struct language, paragraphs),
     .def = "true",
     .help = "Mark paragraphs in another language than the document's."},
    {.name = "sample",
     DM_SIZE_AT(struct language, sample),
     .def = "384",
     .min = 128,
     .max = 1 << 24,
     .unit = "bytes",
     .help = "How much of a long text is looked at, in four pieces, one from each quarter."},
};

enum { RULE_DOCUMENT, RULE_PARAGRAPH };

static const dm_rule rules[] = {
    [RULE_DOCUMENT] = {"document", "The language of most of the text, as the metadata `language`.", DM_FIX,
                       0.5},
    [RULE_PARAGRAPH] = {"paragraph", "A paragraph in another language becomes a mark.", DM_FIX, 0.8},
};

static dm_str in_words(const char *s)
{
    return (dm_str){s, strlen(s)};
}

/* ---- the document --------------------------------------------------------------------------- */

/* Go back to where a character begins. */
static size_t boundary_before(dm_str text, size_t at)
{
    while (at > 0 && at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* A long text in pieces, the middle of each quarter, as menus stand at the ends; with line breaks between them.
 * ptr NULL: no memory */
static dm_str take_sample(dm_task *t, dm_str text, size_t size)
{
    enum { PIECES = 4 };
    if (text.len <= size)
        return text;
    char *const sample = dm_alloc(t, size + PIECES);
    size_t len = 0;
    for (size_t i = 0; sample && i < PIECES; i++) {
        const size_t piece = size / PIECES;
        const size_t from = boundary_before(text, (text.len - piece) * (2 * i + 1) / (2 * (size_t)PIECES));
        const size_t to = boundary_before(text, from + piece);
        memcpy(sample + len, text.ptr + from, to - from);
        len += to - from;
        sample[len++] = '\n';
    }
    return (dm_str){sample, len};
}

static dm_status set_meta(dm_task *t, dm_doc *d, const char *key, dm_str value, const struct detected *found)
{
    static const double UNSURE = 0.8; /* as text in two languages is */
    char evidence[64];
    snprintf(evidence, sizeof evidence, "%.0f %% of %zu bytes of letters", found->share * 100,
             found->letters);
    const dm_change change = {.size = sizeof change,
                              .rule = RULE_DOCUMENT,
                              .target = DM_CHANGE_META,
                              .key = key,
                              .with = value,
                              .confidence = found->sure ? found->share : found->share * UNSURE,
                              .evidence = in_words(evidence)};
    return dm_change_doc(t, d, &change);
}

/* The language that the metadata name, or the one that is found and set.  len 0: none */
static dm_status name_language(const struct language *l, dm_task *t, dm_doc *d, struct detected *found,
                               dm_str *language)
{
    char confidence[16];
    *language = dm_meta(t, d, "language");
    if (language->len && !l->replace)
        return DM_OK;
    const dm_str sample = take_sample(t, dm_text(t, d), (size_t)l->sample);
    if (!sample.ptr)
        return DM_ELIMIT;
    if (!detect_language(sample.ptr, sample.len, found) || found->letters < LETTERS_MIN)
        return DM_OK;
    *language = in_words(found->code);
    snprintf(confidence, sizeof confidence, "%.2f", found->share);
    const dm_status status = set_meta(t, d, "language", *language, found);
    return status ? status : set_meta(t, d, "language-confidence", in_words(confidence), found);
}

/* ---- paragraphs ----------------------------------------------------------------------------- */

/* "en" and "en-GB" are one language here. */
static bool are_same(dm_str a, dm_str b)
{
    const char *const end_a = memchr(a.ptr, '-', a.len), *const end_b = memchr(b.ptr, '-', b.len);
    const size_t len_a = end_a ? (size_t)(end_a - a.ptr) : a.len,
                 len_b = end_b ? (size_t)(end_b - b.ptr) : b.len;
    return len_a == len_b && !memcmp(a.ptr, b.ptr, len_a);
}

/* A block, and its words among those of all. */
struct paragraph {
    dm_span at;
    size_t word, words;
};

struct paragraphs {
    struct paragraph *items;
    size_t count;
    uint16_t *slots;
    struct words words;
};

/* Find the blocks, and count their words.  NULL: no memory */
static struct paragraphs *read_paragraphs(dm_task *t, const dm_doc *d, dm_str text)
{
    struct blocks blocks;
    dm_span at;
    size_t count = 0, word = 0;
    for (blocks_init(&blocks, t, d); blocks_next(&blocks, &at);)
        count++;
    struct paragraphs *const p = dm_alloc(t, sizeof *p);
    struct paragraph *const items = dm_alloc(t, (count + 1) * sizeof *items);
    uint16_t *const slots = dm_alloc(t, (text.len / 3 + 2 + count) * sizeof *slots);
    const dm_array classes = dm_classify(t, d);
    if (!p || !items || !slots || !classes.items)
        return NULL;
    p->items = items;
    p->slots = slots;
    for (blocks_init(&blocks, t, d); blocks_next(&blocks, &at); p->count++) {
        const size_t words = words_read(text, classes, at, slots + word);
        items[p->count] = (struct paragraph){at, word, words};
        words_count(&p->words, slots + word, words);
        word += words;
    }
    return p;
}

/* The detector is asked only where the words are not those of the rest, as it is slow. */
static bool is_foreign(struct paragraphs *all, const struct paragraph *p, dm_str text, dm_str language,
                       struct detected *found)
{
    const size_t len = p->at.end - p->at.begin;
    return len >= PARAGRAPH_MIN && !words_are_common(&all->words, all->slots + p->word, p->words) &&
           detect_language(text.ptr + p->at.begin, len, found) && found->sure &&
           found->letters >= PARAGRAPH_MIN && !are_same(in_words(found->code), language);
}

static dm_status mark_paragraphs(dm_task *t, dm_doc *d, dm_str language)
{
    const dm_str text = dm_text(t, d);
    struct paragraphs *const all = read_paragraphs(t, d, text);
    struct detected found;
    for (size_t i = 0; all && i < all->count; i++) {
        const struct paragraph *const p = &all->items[i];
        if (!is_foreign(all, p, text, language, &found))
            continue;
        const dm_mark mark = {.kind = DM_LANGUAGE, .at = p->at, .value = in_words(found.code)};
        const dm_change change = {.size = sizeof change,
                                  .rule = RULE_PARAGRAPH,
                                  .target = DM_CHANGE_MARK_ADD,
                                  .mark = &mark,
                                  .confidence = found.share};
        const dm_status status = dm_change_doc(t, d, &change);
        if (status)
            return status;
    }
    return all ? DM_OK : DM_ELIMIT;
}

static bool has_marks(dm_task *t, const dm_doc *d)
{
    const dm_array marks = dm_marks(t, d);
    for (uint32_t i = 0; i < marks.count; i++)
        if (DM_AT(dm_mark, marks, i)->kind == DM_LANGUAGE)
            return true;
    return false;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct language *const l = state;
    struct detected found;
    dm_str language;
    const dm_status status = name_language(l, t, d, &found, &language);
    if (status || !language.len || !l->paragraphs || has_marks(t, d))
        return status;
    return mark_paragraphs(t, d, language);
}

static const char doc[] =
    "Sets the metadata `language` (a BCP 47 code such as `en` or `zh-Hant`) and `language-confidence`\n"
    "(0 to 1: how much of the letters is in that language), so that later stages and conditions have\n"
    "something to go by:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: language\n"
    "  - clean: quotes\n"
    "    when: { language: [en, fr] }\n"
    "```\n"
    "\n"
    "The Compact Language Detector 2 tells some 80 languages apart by sequences of four letters, and by\n"
    "the script. What is too short or too mixed stays without a language.\n"
    "\n"
    "A paragraph of at least 60 bytes of letters in another language gets a mark of the kind `language`,\n"
    "whose value is its code. The text is not changed.\n";

static const dm_stage language_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "language",
    .summary = "The document's language, and paragraphs in another one.",
    .doc = doc,
    .state_size = sizeof(struct language),
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-language", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&language_stage, NULL});
