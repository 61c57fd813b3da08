/* clean-language: what language a document is in, and which of its paragraphs are in another one. */
#include "blocks.h"
#include "detect.h"
#include "evident.h"
#include "words.h"

#include <string.h>

/* Names and numbers say little, so there must be so many bytes of letters. */
enum { LETTERS_MIN = 20, PARAGRAPH_MIN = 60 };

struct language {
    bool replace, paragraphs;
    int64_t sample; /* bytes */
    struct evident evident;
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

/* ---- paragraphs ----------------------------------------------------------------------------- */

/* A block, and the words at its beginning: most paragraphs show by them that the text goes on. */
struct paragraph {
    dm_span at;
    size_t first_word, words; /* in hashes */
    struct votes votes;       /* of these */
};

/* A beginning is what stands in two blocks of those that dm_classify() tells of. */
enum { BLOCK = WORDS_BLOCK, BEGINNING = 2 * BLOCK, FEW_PARAGRAPHS = 128, FEW_WORDS = 4096 };

struct paragraphs {
    dm_str text;
    dm_array classes; /* of the text */
    struct paragraph *items;
    size_t count, cap;
    uint16_t *hashes; /* of the words at the beginnings */
    size_t words, words_cap;
    struct votes votes;         /* of all of them */
    struct word_counts *counts; /* of these; NULL: not needed yet */
    /* So many need no memory of the host, which would be cleared. */
    struct paragraph few[FEW_PARAGRAPHS];
    uint16_t few_hashes[FEW_WORDS];
};

/* Twice as much room for items.  return  NULL: no memory */
static void *grow(dm_task *t, const void *items, size_t size, size_t *cap)
{
    void *const bigger = dm_alloc(t, *cap * 2 * size);
    if (bigger)
        memcpy(bigger, items, *cap * size);
    *cap *= 2;
    return bigger;
}

/* Make room for a paragraph and its words.  return  false: no memory */
static bool make_room(dm_task *t, struct paragraphs *p, struct words *w)
{
    if (p->count == p->cap)
        p->items = grow(t, p->items, sizeof *p->items, &p->cap);
    if (p->words_cap - w->count < 2 * WORDS_ROOM(BEGINNING)) /* some are not hashed yet */
        w->hashes = grow(t, w->hashes, sizeof *w->hashes, &p->words_cap);
    return p->items && w->hashes;
}

static void count_votes(const struct language *l, struct paragraphs *all)
{
    all->votes = (struct votes){{0}};
    for (struct paragraph *p = all->items; p < all->items + all->count; p++) {
        evident_count(&l->evident, all->hashes + p->first_word, p->words, &p->votes);
        for (unsigned owner = 0; owner < OWNERS; owner++)
            all->votes.count[owner] += p->votes.count[owner];
    }
}

/* Find the blocks, and whose their first words are.  return  false: no memory */
static bool read_paragraphs(const struct language *l, dm_task *t, const dm_doc *d, struct paragraphs *p)
{
    struct blocks blocks;
    struct words words;
    dm_span at;
    p->text = dm_text(t, d);
    p->classes = dm_classify(t, d);
    p->items = p->few;
    p->cap = FEW_PARAGRAPHS;
    p->words_cap = FEW_WORDS;
    p->count = 0;
    p->counts = NULL;
    if (!p->classes.items)
        return false;
    words_begin(&words, p->text, p->classes, p->few_hashes);
    for (blocks_init(&blocks, t, d); blocks_next(&blocks, &at);) {
        const size_t reach = at.begin / BLOCK * BLOCK + BEGINNING, end = at.end < reach ? at.end : reach;
        if (!make_room(t, p, &words))
            return false;
        const size_t first = words_add(&words, (dm_span){at.begin, end});
        p->items[p->count++] = (struct paragraph){at, first, words_so_far(&words) - first, {{0}}};
    }
    words_end(&words);
    p->hashes = words.hashes;
    p->words = words.count;
    count_votes(l, p);
    return true;
}

/* The words of a stretch of the text.  return  NULL: no memory */
static const uint16_t *read_words(dm_task *t, const struct paragraphs *all, dm_span at, size_t *count)
{
    struct words words;
    uint16_t *const hashes = dm_alloc(t, WORDS_ROOM(at.end - at.begin) * sizeof *hashes);
    if (!hashes)
        return NULL;
    words_begin(&words, all->text, all->classes, hashes);
    words_add(&words, at);
    words_end(&words);
    *count = words.count;
    return hashes;
}

/* How often words stand at the beginnings.  return  NULL: no memory */
static struct word_counts *count_words(dm_task *t, struct paragraphs *all)
{
    if (!all->counts) {
        all->counts = dm_alloc(t, sizeof *all->counts);
        if (all->counts)
            words_count(all->counts, all->hashes, all->words);
    }
    return all->counts;
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

/* Write a number in decimal digits, and what is behind it.  return  where that ends; snprintf() would take as long as all
 * the rest of what is done here for a short text */
static char *put_number(char *out, size_t number, const char *behind)
{
    enum { DIGITS_MAX = 20 };
    char digits[DIGITS_MAX];
    size_t count = 0;
    const size_t len = strlen(behind);
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count > 0)
        *out++ = digits[--count];
    memcpy(out, behind, len);
    return out + len;
}

/* The two values, with what they rest on: "98 % of 1234 bytes of letters", and "0.98". */
static dm_status set_language(dm_task *t, dm_doc *d, const struct detected *found)
{
    static const double UNSURE = 0.8; /* as text in two languages is */
    char evidence[64], confidence[16];
    const double share = found->percent / 100.0;
    const size_t percent = (size_t)found->percent;
    char *const evidence_end =
        put_number(put_number(evidence, percent, " % of "), found->letters, " bytes of letters");
    char *const ones = put_number(confidence, percent / 100, "."), *const confidence_end = put_number(
                                                                       put_number(ones, percent / 10 % 10,
                                                                                  ""),
                                                                       percent % 10, "");
    dm_change change = {.size = sizeof change,
                        .rule = RULE_DOCUMENT,
                        .target = DM_CHANGE_META,
                        .key = "language",
                        .with = in_words(found->code),
                        .confidence = found->sure ? share : share * UNSURE,
                        .evidence = {evidence, (size_t)(evidence_end - evidence)}};
    const dm_status status = dm_change_doc(t, d, &change);
    change.key = "language-confidence";
    change.with = (dm_str){confidence, (size_t)(confidence_end - confidence)};
    return status ? status : dm_change_doc(t, d, &change);
}

/* What a stretch of the text is made of. */
static struct makeup makeup_of(dm_array classes, dm_span at)
{
    struct makeup m = {.len = at.end - at.begin};
    for (size_t i = at.begin / BLOCK; i * BLOCK < at.end; i++) {
        const dm_classes *const c = DM_AT(dm_classes, classes, i);
        uint64_t own = UINT64_MAX;
        if (i == at.begin / BLOCK)
            own &= UINT64_MAX << at.begin % BLOCK;
        if (i == at.end / BLOCK)
            own &= (1ull << at.end % BLOCK) - 1;
        m.letters += words_ones((c->small | c->capital | c->wide) & own);
        m.wide += words_ones(c->wide & own);
        m.spaces += words_ones((c->space | c->tab | c->lf | c->cr) & own);
    }
    return m;
}

/* Of the whole text; its spaces nobody asks for. */
static struct makeup makeup_of_all(dm_array classes, size_t len)
{
    struct makeup m = {.len = len};
    for (size_t i = 0; i < classes.count; i++) {
        const dm_classes *const c = DM_AT(dm_classes, classes, i);
        m.letters += words_ones(c->small | c->capital | c->wide);
        m.wide += c->wide ? words_ones(c->wide) : 0;
    }
    return m;
}

/* Bytes of longer characters that are no letters: in a Latin text nearly all of U+0080 to U+00BF, which begin with C2,
 * and of U+2000 to U+2FFF, which begin with E2. */
static size_t count_signs(dm_str text, dm_array classes)
{
    dm_runs wide = dm_runs_of(classes, 0, text.len, DM_WIDE);
    size_t signs = 0;
    for (size_t at; (at = dm_next_edge(&wide)) < text.len;)
        for (const size_t end = dm_next_edge(&wide); at < end;) {
            const unsigned char first = (unsigned char)text.ptr[at];
            const size_t len = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            signs += first == 0xC2 || first == 0xE2 ? len : 0;
            at += len;
        }
    return signs;
}

/* By the words at the beginnings of paragraphs, or else by all.  return  false: it is not plain to see */
static bool find_by_words(const struct language *l, dm_task *t, const struct paragraphs *all,
                          const struct makeup *of, struct detected *found)
{
    enum { FIRST_WORDS = 64 };
    struct votes votes = {{0}};
    size_t count = all->words < FIRST_WORDS ? all->words : FIRST_WORDS;
    if (evident_by_words(&l->evident, &all->votes, all->hashes, count, of, found))
        return true;
    const uint16_t *const hashes = read_words(t, all, (dm_span){0, all->text.len}, &count);
    if (hashes)
        evident_count(&l->evident, hashes, count, &votes);
    return hashes && evident_by_words(&l->evident, &votes, hashes, count, of, found);
}

/* What is plain to see, or else what the detector says of a sample.  false: neither, or no memory */
static bool find_language(const struct language *l, dm_task *t, const struct paragraphs *all,
                          struct detected *found)
{
    /* As parts of a Latin text: fewer do not matter, and with more it may be none. */
    enum { FEW = 16, MANY = 4 };
    struct makeup of = makeup_of_all(all->classes, all->text.len);
    if (of.wide * FEW > of.letters && of.wide * MANY < of.letters) {
        const size_t signs = count_signs(all->text, all->classes);
        of.wide -= signs;
        of.letters -= signs;
    }
    if (find_by_words(l, t, all, &of, found))
        return true;
    const dm_str sample = take_sample(t, all->text, (size_t)l->sample);
    if (!sample.ptr)
        return false;
    if (of.wide * 2 > of.letters && evident_by_script(sample, found))
        return true;
    return detect_language(sample.ptr, sample.len, found) && found->letters >= LETTERS_MIN;
}

/* The language that the metadata name, or the one that is found and set.  len 0: none */
static dm_status name_language(const struct language *l, dm_task *t, dm_doc *d, const struct paragraphs *all,
                               struct detected *found, dm_str *language)
{
    *language = dm_meta(t, d, "language");
    if ((language->len && !l->replace) || !find_language(l, t, all, found))
        return DM_OK;
    *language = in_words(found->code);
    return set_language(t, d, found);
}

/* ---- paragraphs in another one -------------------------------------------------------------- */

/* Whether a paragraph asks for the detector: it is prose, and its words are neither plainly of the language nor those of
 * the rest, and there are some.  Without memory they do not, as the task has failed. */
static bool is_doubtful(const struct language *l, dm_task *t, struct paragraphs *all,
                        const struct paragraph *p, unsigned owner)
{
    const struct makeup of = makeup_of(all->classes, p->at);
    struct votes votes = {{0}};
    size_t count;
    if (evident_is_no_prose(&of))
        return false;
    const uint16_t *const hashes = read_words(t, all, p->at, &count);
    if (!hashes)
        return false;
    evident_count(&l->evident, hashes, count, &votes);
    if (evident_goes_on(&votes, owner) || evident_says_nothing(&votes, &of))
        return false;
    struct word_counts *const counts = count_words(t, all);
    return counts && !words_are_common(counts, hashes, count, p->words);
}

/* The detector is slow: it is asked where nothing else says what the paragraph is in.
 * owner  whose the words of `language` are */
static bool is_foreign(const struct language *l, dm_task *t, struct paragraphs *all,
                       const struct paragraph *p, dm_str language, unsigned owner, struct detected *found)
{
    const size_t len = p->at.end - p->at.begin;
    return len >= PARAGRAPH_MIN && !evident_goes_on(&p->votes, owner) && is_doubtful(l, t, all, p, owner) &&
           detect_language(all->text.ptr + p->at.begin, len, found) && found->sure &&
           found->letters >= PARAGRAPH_MIN && !evident_is_same(in_words(found->code), language);
}

static dm_status mark_paragraphs(const struct language *l, dm_task *t, dm_doc *d, struct paragraphs *all,
                                 dm_str language)
{
    const unsigned owner = evident_owner(language);
    struct detected found;
    for (size_t i = 0; i < all->count; i++) {
        const struct paragraph *const p = &all->items[i];
        if (!is_foreign(l, t, all, p, language, owner, &found))
            continue;
        const dm_mark mark = {.kind = DM_LANGUAGE, .at = p->at, .value = in_words(found.code)};
        const dm_change change = {.size = sizeof change,
                                  .rule = RULE_PARAGRAPH,
                                  .target = DM_CHANGE_MARK_ADD,
                                  .mark = &mark,
                                  .confidence = found.percent / 100.0};
        const dm_status status = dm_change_doc(t, d, &change);
        if (status)
            return status;
    }
    return DM_OK;
}

static bool has_marks(dm_task *t, const dm_doc *d)
{
    const dm_array marks = dm_marks(t, d);
    for (uint32_t i = 0; i < marks.count; i++)
        if (DM_AT(dm_mark, marks, i)->kind == DM_LANGUAGE)
            return true;
    return false;
}

static dm_status open_state(dm_task *t, void *state)
{
    (void)t;
    evident_open(&((struct language *)state)->evident);
    return DM_OK;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct language *const l = state;
    const dm_str text = dm_text(t, d), named = dm_meta(t, d, "language");
    struct detected found;
    dm_str language;
    if (!text.len || (named.len && !l->replace && !l->paragraphs))
        return DM_OK;
    struct paragraphs all;
    if (!read_paragraphs(l, t, d, &all))
        return DM_ELIMIT;
    const dm_status status = name_language(l, t, d, &all, &found, &language);
    if (status || !language.len || !l->paragraphs || has_marks(t, d))
        return status;
    return mark_paragraphs(l, t, d, &all, language);
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
    "the script. It is asked where the language is not plain to see: by a script of one language (Greek,\n"
    "Thai, Korean, Japanese), or by the small words of English, German or French, with next to none of "
    "other\n"
    "languages among them, at the beginnings of the paragraphs. What is too short or too mixed stays without "
    "a\n"
    "language.\n"
    "\n"
    "A paragraph of at least 60 bytes of letters in another language gets a mark of the kind `language`,\n"
    "whose value is its code; one of which digits and signs are more than a fifth, such as a table's row,\n"
    "an address or code, does not. The text is not changed.\n";

static const dm_stage language_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "language",
    .summary = "The document's language, and paragraphs in another one.",
    .doc = doc,
    .state_size = sizeof(struct language),
    .open = open_state,
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-language", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&language_stage, NULL});
