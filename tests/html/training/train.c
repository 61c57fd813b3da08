/* Grows boosted oblivious trees, and writes them as a table of model.c or pagetype.c.
 *
 *   html-train [--one] LABELS PAGES OUT TREES DEPTH RATE LAMBDA SHARE ROWS...
 *
 * --one   of the rows of a page one is wanted, and they compete: p is a softmax over the page, and OUT.p has log odds
 * LABELS  `TRUTH WEIGHT` lines, one a row; rows of weight 0 are judged, not learnt from
 * PAGES   `NAME ROWS` lines: which rows are of one page, as folds never part a page, nor pages of one name
 * OUT     OUT.inc is written, the table, and OUT.p, each row judged by the trees of the folds without it
 * LAMBDA  what is added to the sums of second derivatives of a leaf
 * SHARE   of the features, drawn anew for each tree
 * ROWS    files without their suffix: ROWS.bin and ROWS.names, as html-dump wrote them, side by side
 *
 * source  Friedman, "Greedy Function Approximation", 2001, with Newton steps; Prokhorenkova and others,
 *         "CatBoost", 2018, for oblivious trees */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 64, FOLDS = 5, DEPTH_MAX = 6, LEAVES_MAX = 1 << DEPTH_MAX, NAME_ROOM = 64 };

struct tree {
    size_t feature[DEPTH_MAX];
    uint32_t bin[DEPTH_MAX]; /* yes: a higher bin */
    double leaf[LEAVES_MAX];
};

/* All rows, by column. */
struct data {
    size_t rows, features;
    float **value;  /* [features][rows] */
    uint8_t **bins; /* the same, as the number of cuts below */
    float (*cut)[BINS];
    uint32_t *cuts; /* [features] how many */
    char (*names)[NAME_ROOM];
    float *truth, *weight;
    uint8_t *fold;
    uint32_t *page;
};

struct settings {
    bool one; /* row of a page */
    size_t trees;
    uint32_t depth;
    double rate, lambda, share;
};

static void die(const char *what)
{
    fprintf(stderr, "html-train: %s\n", what);
    exit(1);
}

static void *need(size_t size)
{
    void *const p = calloc(1, size ? size : 1);
    if (!p)
        die("memory");
    return p;
}

static FILE *open_file(const char *stem, const char *suffix, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s", stem, suffix);
    FILE *const f = fopen(path, mode);
    if (!f)
        die(path);
    return f;
}

/* xorshift64*: the same trees every time */
static double draw(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (double)(*seed * 0x2545F4914F6CDD1Du >> 11) * 0x1p-53;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static void read_pages(struct data *d, const char *path)
{
    char name[256];
    size_t rows;
    uint32_t page = 0;
    FILE *const f = open_file(path, "", "r");
    while (fscanf(f, "%255s %zu", name, &rows) == 2) {
        uint32_t hash = 0x811C9DC5u;
        for (const char *p = name; *p; p++)
            hash = (hash ^ (uint8_t)*p) * 0x01000193u;
        hash = (hash ^ hash >> 15) * 0x2C1B3C6Du;
        d->fold = realloc(d->fold, d->rows + rows + 1);
        memset(d->fold + d->rows, (int)((hash ^ hash >> 12) % FOLDS), rows);
        d->page = realloc(d->page, (d->rows + rows + 1) * sizeof *d->page);
        for (size_t i = 0; i < rows; i++)
            d->page[d->rows + i] = page;
        page++;
        d->rows += rows;
    }
    fclose(f);
}

static void read_labels(struct data *d, const char *path)
{
    FILE *const f = open_file(path, "", "r");
    d->truth = need(d->rows * sizeof *d->truth);
    d->weight = need(d->rows * sizeof *d->weight);
    for (size_t i = 0; i < d->rows; i++)
        if (fscanf(f, "%f %f", &d->truth[i], &d->weight[i]) != 2)
            die("too few labels");
    fclose(f);
}

static void read_rows(struct data *d, const char *stem)
{
    const size_t before = d->features;
    FILE *f = open_file(stem, ".names", "r");
    for (char name[NAME_ROOM]; fscanf(f, "%63s", name) == 1; d->features++) {
        d->names = realloc(d->names, (d->features + 1) * sizeof *d->names);
        d->value = realloc(d->value, (d->features + 1) * sizeof *d->value);
        memcpy(d->names[d->features], name, sizeof name);
        d->value[d->features] = need(d->rows * sizeof **d->value);
    }
    fclose(f);
    f = open_file(stem, ".bin", "rb");
    for (size_t i = 0; i < d->rows; i++)
        for (size_t k = before; k < d->features; k++)
            if (fread(&d->value[k][i], sizeof(float), 1, f) != 1)
                die("too few rows");
    fclose(f);
}

/* ---- cuts ---------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Halfway between two values that stand at an even distance in the sorted sample. */
static uint32_t find_cuts(const float *sorted, size_t n, float cut[BINS])
{
    uint32_t cuts = 0;
    for (size_t i = 1; i < BINS && n > 0; i++) {
        size_t at = n * i / BINS;
        const float value = sorted[at];
        while (at < n && sorted[at] <= value)
            at++;
        if (at == n)
            break;
        const float middle = (value + sorted[at]) / 2;
        if (cuts == 0 || middle > cut[cuts - 1])
            cut[cuts++] = middle;
    }
    return cuts;
}

static void cut_features(struct data *d)
{
    float *const sample = need(d->rows * sizeof *sample);
    d->cut = need(d->features * sizeof *d->cut);
    d->cuts = need(d->features * sizeof *d->cuts);
    d->bins = need(d->features * sizeof *d->bins);
    for (size_t k = 0; k < d->features; k++) {
        size_t n = 0;
        for (size_t i = 0; i < d->rows; i++)
            if (d->weight[i] > 0)
                sample[n++] = d->value[k][i];
        qsort(sample, n, sizeof *sample, compare);
        d->cuts[k] = find_cuts(sample, n, d->cut[k]);
        d->bins[k] = need(d->rows);
        for (size_t i = 0; i < d->rows; i++) {
            uint32_t bin = 0;
            for (uint32_t step = BINS / 2; step > 0; step /= 2)
                if (bin + step <= d->cuts[k] && d->value[k][i] > d->cut[k][bin + step - 1])
                    bin += step;
            d->bins[k][i] = (uint8_t)bin;
        }
        free(d->value[k]);
    }
    free(sample);
}

/* ---- growing ------------------------------------------------------------------------------------- */

/* The rows of one training, and where the trees so far have brought them. */
struct growth {
    const struct data *d;
    const struct settings *s;
    uint32_t *row;
    size_t count;
    float *sum, *first, *second; /* log odds; derivatives of the loss */
    uint8_t *leaf;
    uint64_t seed;
};

static double gain_of(double first, double second, double lambda)
{
    return first * first / (second + lambda);
}

/* The best cut of a feature, all leaves taken together. */
static double best_cut(const struct growth *g, size_t feature, uint32_t leaves, uint32_t *bin)
{
    static double sums[LEAVES_MAX][BINS][2];
    double gains[BINS] = {0}, best = 0;
    const uint8_t *const bins = g->d->bins[feature];
    memset(sums, 0, leaves * sizeof *sums);
    for (size_t i = 0; i < g->count; i++) {
        double *const at = sums[g->leaf[i]][bins[g->row[i]]];
        at[0] += g->first[i];
        at[1] += g->second[i];
    }
    for (uint32_t l = 0; l < leaves; l++) {
        double all[2] = {0}, below[2] = {0};
        for (uint32_t b = 0; b <= g->d->cuts[feature]; b++) {
            all[0] += sums[l][b][0];
            all[1] += sums[l][b][1];
        }
        for (uint32_t b = 0; b < g->d->cuts[feature]; b++) {
            below[0] += sums[l][b][0];
            below[1] += sums[l][b][1];
            gains[b] += gain_of(below[0], below[1], g->s->lambda) +
                        gain_of(all[0] - below[0], all[1] - below[1], g->s->lambda);
        }
    }
    for (uint32_t b = 0; b < g->d->cuts[feature]; b++)
        if (gains[b] > best) {
            best = gains[b];
            *bin = b;
        }
    return best;
}

/* A quarter of the rows sits out for each tree. */
static void derive_each(struct growth *g)
{
    for (size_t i = 0; i < g->count; i++) {
        const float p = 1 / (1 + expf(-g->sum[i]));
        const float weight = draw(&g->seed) < 0.75 ? g->d->weight[g->row[i]] * 1000 : 0;
        g->first[i] = weight * (g->d->truth[g->row[i]] - p);
        g->second[i] = weight * p * (1 - p);
    }
}

/* The loss is that of the right rows of a page together. */
static void derive_page(struct growth *g, size_t from, size_t end)
{
    float all = 0, right = 0, most = g->sum[from];
    for (size_t i = from; i < end; i++)
        most = fmaxf(most, g->sum[i]);
    for (size_t i = from; i < end; i++) {
        const float share = expf(g->sum[i] - most);
        all += share;
        right += g->d->truth[g->row[i]] > 0 ? share : 0;
    }
    const float weight = draw(&g->seed) < 0.75 && right > 0 ? g->d->weight[g->row[from]] * 100 : 0;
    for (size_t i = from; i < end; i++) {
        const float share = expf(g->sum[i] - most), p = share / all;
        const float wanted = g->d->truth[g->row[i]] > 0 && right > 0 ? share / right : 0;
        g->first[i] = weight * (wanted - p);
        g->second[i] = weight * (p * (1 - p) + 1e-4F);
    }
}

static void derive(struct growth *g)
{
    memset(g->leaf, 0, g->count);
    if (!g->s->one) {
        derive_each(g);
        return;
    }
    for (size_t from = 0, end; from < g->count; from = end) {
        end = from + 1;
        while (end < g->count && g->d->page[g->row[end]] == g->d->page[g->row[from]])
            end++;
        derive_page(g, from, end);
    }
}

static void fill_leaves(struct growth *g, struct tree *t)
{
    double first[LEAVES_MAX] = {0}, second[LEAVES_MAX] = {0};
    for (size_t i = 0; i < g->count; i++) {
        first[g->leaf[i]] += g->first[i];
        second[g->leaf[i]] += g->second[i];
    }
    for (uint32_t l = 0; l < 1u << g->s->depth; l++)
        t->leaf[l] = g->s->rate * first[l] / (second[l] + g->s->lambda);
    for (size_t i = 0; i < g->count; i++)
        g->sum[i] += (float)t->leaf[g->leaf[i]];
}

static void grow_tree(struct growth *g, struct tree *t)
{
    uint8_t *const drawn = need(g->d->features);
    derive(g);
    for (size_t k = 0; k < g->d->features; k++)
        drawn[k] = draw(&g->seed) < g->s->share;
    for (uint32_t level = 0; level < g->s->depth; level++) {
        double best = 0;
        for (size_t k = 0; k < g->d->features; k++) {
            uint32_t bin = 0;
            const double gain = drawn[k] && g->d->cuts[k] ? best_cut(g, k, 1u << level, &bin) : 0;
            if (gain <= best)
                continue;
            best = gain;
            t->feature[level] = k;
            t->bin[level] = bin;
        }
        for (size_t i = 0; i < g->count; i++)
            g->leaf[i] |= (uint8_t)((g->d->bins[t->feature[level]][g->row[i]] > t->bin[level]) << level);
    }
    fill_leaves(g, t);
    free(drawn);
}

/* The first tree carries the odds of the whole. */
static struct tree *grow(const struct data *d, const struct settings *s, int without)
{
    struct growth g = {.d = d, .s = s, .seed = 0x9E3779B97F4A7C15u + (uint64_t)without};
    double all = 0, yes = 0;
    g.row = need(d->rows * sizeof *g.row);
    for (size_t i = 0; i < d->rows; i++)
        if (d->weight[i] > 0 && d->fold[i] != without) {
            g.row[g.count++] = (uint32_t)i;
            all += d->weight[i];
            yes += d->weight[i] * d->truth[i];
        }
    g.sum = need(g.count * sizeof *g.sum);
    g.first = need(g.count * sizeof *g.first);
    g.second = need(g.count * sizeof *g.second);
    g.leaf = need(g.count);
    const float odds = s->one ? 0 : (float)log(yes / (all - yes));
    for (size_t i = 0; i < g.count; i++)
        g.sum[i] = odds;
    struct tree *const trees = need(s->trees * sizeof *trees);
    for (size_t i = 0; i < s->trees; i++)
        grow_tree(&g, &trees[i]);
    for (uint32_t l = 0; l < 1u << s->depth; l++)
        trees[0].leaf[l] += odds;
    free(g.row), free(g.sum), free(g.first), free(g.second), free(g.leaf);
    return trees;
}

/* ---- judging and writing ------------------------------------------------------------------------- */

/* return  log odds */
static double judge(const struct data *d, const struct settings *s, const struct tree *trees, size_t row)
{
    double sum = 0;
    for (size_t i = 0; i < s->trees; i++) {
        uint32_t leaf = 0;
        for (uint32_t k = 0; k < s->depth; k++)
            leaf |= (uint32_t)(d->bins[trees[i].feature[k]][row] > trees[i].bin[k]) << k;
        sum += trees[i].leaf[leaf];
    }
    return sum;
}

static void cross_validate(const struct data *d, const struct settings *s, const char *out)
{
    float *const p = need(d->rows * sizeof *p);
    double loss = 0, all = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
        struct tree *const trees = grow(d, s, fold);
        for (size_t i = 0; i < d->rows; i++)
            if (d->fold[i] == fold)
                p[i] = (float)(s->one ? judge(d, s, trees, i) : 1 / (1 + exp(-judge(d, s, trees, i))));
        free(trees);
    }
    for (size_t i = 0; i < d->rows; i++) {
        const double sure = fmin(fmax((double)p[i], 1e-6), 1 - 1e-6);
        loss -= d->weight[i] * (d->truth[i] * log(sure) + (1 - d->truth[i]) * log(1 - sure));
        all += d->weight[i];
    }
    if (!s->one)
        printf("loss of rows not learnt from: %.5f\n", loss / all);
    FILE *const f = open_file(out, ".p", "wb");
    fwrite(p, sizeof *p, d->rows, f);
    fclose(f);
    free(p);
}

/* As C has floats: 1.0F, 1e+30F. */
static void write_float(FILE *f, double x)
{
    char room[32];
    snprintf(room, sizeof room, "%.6g", x);
    fprintf(f, "%s%sF", room, strpbrk(room, ".e") ? "" : ".0");
}

static void write_table(const struct data *d, const struct settings *s, const struct tree *trees,
                        const char *out)
{
    FILE *const f = open_file(out, ".inc", "w");
    fprintf(f,
            "/* Made by html-train.  A line is a tree: its questions, then the log odds of its leaves. */\n");
    for (size_t i = 0; i < s->trees; i++) {
        fputs("{{", f);
        for (uint32_t k = 0; k < s->depth; k++) {
            const size_t feature = trees[i].feature[k];
            fprintf(f, "%sQ(%s, ", k ? ", " : "", d->names[feature]);
            write_float(f, (double)d->cut[feature][trees[i].bin[k]]);
            fputc(')', f);
        }
        fputs("}, {", f);
        for (uint32_t l = 0; l < 1u << s->depth; l++) {
            fprintf(f, "%s%.3fF", l ? ", " : "", trees[i].leaf[l]);
        }
        fputs("}},\n", f);
    }
    fclose(f);
}

int main(int argc, char **argv)
{
    enum { FIRST_ROWS = 9 };
    struct data d = {0};
    const bool one = argc > 1 && !strcmp(argv[1], "--one");
    argc -= one;
    argv += one;
    if (argc <= FIRST_ROWS)
        die("usage: html-train [--one] LABELS PAGES OUT TREES DEPTH RATE LAMBDA SHARE ROWS...");
    const struct settings s = {.one = one,
                               .trees = strtoul(argv[4], NULL, 10),
                               .depth = (uint32_t)strtoul(argv[5], NULL, 10),
                               .rate = strtod(argv[6], NULL),
                               .lambda = strtod(argv[7], NULL),
                               .share = strtod(argv[8], NULL)};
    if (s.depth > DEPTH_MAX)
        die("too deep");
    read_pages(&d, argv[2]);
    read_labels(&d, argv[1]);
    for (int i = FIRST_ROWS; i < argc; i++)
        read_rows(&d, argv[i]);
    cut_features(&d);
    cross_validate(&d, &s, argv[3]);
    struct tree *const trees = grow(&d, &s, -1);
    write_table(&d, &s, trees, argv[3]);
    free(trees);
    return 0;
}
