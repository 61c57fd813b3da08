/* Score what a pipeline made of pages whose content and metadata are known.
 *
 *   extraction-score SET FOLDER DOCUMENTS [--show title|date|author] [--half 1|2]
 *
 * SET        a name to print
 * FOLDER     NAME.html, and ground-truth.json: {NAME: {"articleBody", "with", "without", "pageType", "title", "date",
 *            "author"}}; all may be absent
 * DOCUMENTS  JSON, an array of objects as output-jsonl writes them, for inputs NAME.html
 * --show     list the pages where that value is not strictly the same: a verdict, page, truth, ours, our source.  Verdicts:
 *            alike, which counts as right; wrong; elsewhere, as the truth does not stand on the page
 * --half     metadata of one half of the pages only, by a hash of their names
 *
 * Content: mean precision and recall of runs of four words, and F1 of the two means (runs.h); pages without text have no
 * precision.  Where the truth has segments: F1 over all of them, of those that are there and should, or should not be.
 *
 * Metadata, two measures (stated.h):
 *   right on N of M pages    M truths stand on their page in some form: the title's words one after the other, the day in
 *                            any common way of writing, each author's name.  N are right: the title but for case, white
 *                            space, the shape of quotes and dashes, and the site's name on either; the day of publication;
 *                            the author as a set of names, but for case, "by", roles and degrees.
 *   strictly N of M truths   All truths, wherever they come from; the title with the site's name or without as the truth
 *                            has it, and all dashes as they are; roles are names.
 * A value that is right counts as stated.  A part of a title or a name that is not all of it is wrong in both, and so is
 * another day: a truth that is the day of a change stays in the count. */
#include "tests/extraction/runs.h"
#include "tests/extraction/stated.h"
#include "tests/html/json.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
    const char *key;
    bool (*same)(const char *got, const char *truth);
    bool (*is)(const struct page *p, const char *got, const char *truth);
    bool (*has)(const struct page *p, const char *truth);
} kinds[] = {{"title", stated_same_title, stated_is_title, stated_has_title},
             {"date", stated_same_date, stated_is_date, stated_has_date},
             {"author", stated_same_author, stated_is_author, stated_has_author}};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct total {
    size_t pages, with_text, with_truth, empty;
    double precision, recall;
};

struct segments {
    size_t right, wrong, missing;
};

static struct json truth, documents;

static const struct json none = {.kind = JSON_STRING, .text = (char[]){0}};

static const struct json *string_of(const struct json *object, const char *key)
{
    const struct json *const s = object ? json_get(object, key) : NULL;
    return s && s->kind == JSON_STRING ? s : &none;
}

static double f1(double precision, double recall)
{
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

/* ---- the pages' documents -------------------------------------------------------------------------- */

static int by_source(const void *a, const void *b)
{
    return strcmp(string_of(a, "source")->text, string_of(b, "source")->text);
}

/* return  NULL: there is none */
static const struct json *document_of(const char *page)
{
    char name[256];
    snprintf(name, sizeof name, "%s.html", page);
    struct json source = {.kind = JSON_STRING, .text = name, .key = (char[]){"source"}};
    const struct json wanted = {.kind = JSON_OBJECT, .items = &source, .count = 1};
    return documents.count
               ? bsearch(&wanted, documents.items, documents.count, sizeof *documents.items, by_source)
               : NULL;
}

/* ---- content ----------------------------------------------------------------------------------------- */

static void add_content(struct total *t, const struct json *text, const struct json *body)
{
    const struct runs_match m = runs_compare(text->text, text->len, body->text, body->len);
    t->pages++;
    t->empty += !m.out;
    if (m.out) {
        t->with_text++;
        t->precision += (double)m.both / (double)m.out;
    }
    if (m.truth) {
        t->with_truth++;
        t->recall += (double)m.both / (double)m.truth;
    }
}

static void print_content(const char *name, const struct total *t)
{
    const double p = t->with_text ? t->precision / (double)t->with_text : 0;
    const double r = t->with_truth ? t->recall / (double)t->with_truth : 0;
    printf("%-16s pages %-4zu F1 %.4f  P %.4f  R %.4f  empty %zu\n", name, t->pages, f1(p, r), p, r,
           t->empty);
}

/* All pages, or those of a type. */
static struct total content_of(const char *type)
{
    struct total t = {0};
    for (size_t i = 0; i < truth.count; i++) {
        const struct json *const page = &truth.items[i];
        if (json_get(page, "articleBody") && (!type || !strcmp(type, string_of(page, "pageType")->text)))
            add_content(&t, string_of(document_of(page->key), "text"), string_of(page, "articleBody"));
    }
    return t;
}

static void score_content(const char *set)
{
    static const char *const types[] = {"article", "service",       "listing",   "forum",
                                        "product", "documentation", "collection"};
    const struct total all = content_of(NULL);
    if (!all.pages)
        return;
    print_content(set, &all);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const struct total t = content_of(types[i]);
        if (t.pages)
            print_content(types[i], &t);
    }
}

/* ---- segments ---------------------------------------------------------------------------------------- */

/* White space folded.  return  the caller frees it */
static char *squash(const struct json *s)
{
    char *const out = malloc(s->len + 1);
    size_t len = 0;
    if (!out)
        abort();
    for (size_t i = 0; i < s->len; i++) {
        const unsigned char c = (unsigned char)s->text[i];
        const bool wide = c == 0xC2 && i + 1 < s->len && (unsigned char)s->text[i + 1] == 0xA0;
        if (!wide && (c > ' ' || !c))
            out[len++] = (char)c;
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
        i += wide;
    }
    len -= len && out[len - 1] == ' ';
    out[len] = 0;
    return out;
}

static size_t count_segments(const struct json *segments, const char *text)
{
    size_t found = 0;
    for (size_t i = 0; i < segments->count; i++) {
        char *const segment = squash(&segments->items[i]);
        found += strstr(text, segment) != NULL;
        free(segment);
    }
    return found;
}

static void score_segments(const char *set)
{
    struct segments s = {0};
    for (size_t i = 0; i < truth.count; i++) {
        const struct json *const page = &truth.items[i];
        const struct json *const with = json_get(page, "with"), *const without = json_get(page, "without");
        if (!with || !without)
            continue;
        char *const text = squash(string_of(document_of(page->key), "text"));
        const size_t found = count_segments(with, text);
        s.right += found;
        s.missing += with->count - found;
        s.wrong += count_segments(without, text);
        free(text);
    }
    if (s.right)
        printf("%-16s segments   F1 %.4f  P %.4f  R %.4f\n", set,
               2.0 * (double)s.right / (double)(2 * s.right + s.wrong + s.missing),
               (double)s.right / (double)(s.right + s.wrong),
               (double)s.right / (double)(s.right + s.missing));
}

/* ---- metadata ---------------------------------------------------------------------------------------- */

struct judged {
    size_t truths, same; /* strictly */
    size_t stated, right;
};

static void judge(const struct kind *kind, bool show, const struct json *page, const struct page *written,
                  struct judged *out)
{
    const struct json *const wanted = string_of(page, kind->key);
    const struct json *const d = document_of(page->key);
    const struct json *const metadata = d ? json_get(d, "metadata") : NULL;
    const struct json *const got = string_of(!strcmp(kind->key, "title") ? d : metadata, kind->key);
    if (!wanted->len)
        return;
    const bool same = kind->same(got->text, wanted->text);
    const bool right = kind->is(written, got->text, wanted->text);
    /* What was read from the page and is right stands on it, however it is written there. */
    const bool stated = right || kind->has(written, wanted->text);
    out->truths++;
    out->same += same;
    out->stated += stated;
    out->right += right;
    if (show && !same) {
        char source[32];
        snprintf(source, sizeof source, "%s-source", kind->key);
        printf("%s\t%s\t%s\t%s\t%s\n",
               right    ? "alike"
               : stated ? "wrong"
                        : "elsewhere",
               page->key, wanted->text, got->text, string_of(metadata, source)->text);
    }
}

/* Half of the pages, by a hash of their names, so that rules can be found on one and tried on the other. */
static bool is_of_half(const char *name, unsigned half)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return !half || (hash >> 16) % 2 == half - 1;
}

static void score_metadata(const char *set, const char *folder, const char *show, unsigned half)
{
    struct judged all[KINDS] = {0};
    for (size_t i = 0; i < truth.count; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s.html", folder, truth.items[i].key);
        if (!is_of_half(truth.items[i].key, half))
            continue;
        struct page written = page_read(path);
        for (size_t k = 0; k < KINDS; k++)
            judge(&kinds[k], !strcmp(show, kinds[k].key), &truth.items[i], &written, &all[k]);
        page_free(&written);
    }
    for (size_t k = 0; k < KINDS; k++) {
        printf("%-16s %-10s right on %zu of %zu pages\n", set, kinds[k].key, all[k].right, all[k].stated);
        printf("%-16s %-10s strictly %zu of %zu truths\n", set, kinds[k].key, all[k].same, all[k].truths);
    }
}

int main(int argc, char **argv)
{
    const char *show = "";
    unsigned half = 0;
    for (int i = 4; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--show"))
            show = argv[i + 1];
        else if (!strcmp(argv[i], "--half"))
            half = argv[i + 1][0] == '1' ? 1 : 2;
    }
    if (argc < 4 || argc % 2) {
        fputs("usage: extraction-score SET FOLDER DOCUMENTS [--show title|date|author] [--half 1|2]\n",
              stderr);
        return 2;
    }
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/ground-truth.json", argv[2]);
    truth = json_read(path);
    documents = json_read(argv[3]);
    qsort(documents.items, documents.count, sizeof *documents.items, by_source);
    score_content(argv[1]);
    score_segments(argv[1]);
    score_metadata(argv[1], argv[2], show, half);
    return 0;
}
