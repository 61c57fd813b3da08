#include "corpus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dice.h"
#include "place.h"

static const char *const words[] = {
    "the",    "council", "said", "that",     "minister", "talks", "bridge", "under", "late",  "morning",
    "report", "and",     "old",  "question", "city",     "water", "price",  "vote",  "after", "café",
};
/* What the cleaner changes: a no-break space, a ligature, a zero-width space. */
static const char *const dirt[] = {"10\u00A0km", "o\uFB03ce", "zero\u200Bwidth"};
enum { WORDS = sizeof words / sizeof words[0], DIRT = sizeof dirt / sizeof dirt[0], MIB = 1 << 20 };

struct text {
    char *ptr;
    size_t len, cap;
};

static void add(struct text *t, const char *s, size_t len)
{
    if (t->cap - t->len < len) {
        t->cap = t->cap * 2 + len;
        t->ptr = realloc(t->ptr, t->cap);
        if (t->ptr == NULL)
            die("memory");
    }
    memcpy(t->ptr + t->len, s, len);
    t->len += len;
}

/* One word in `clean` has something to clean: tens of thousands of edits would make a document slow, not large. */
static void add_words(struct text *t, struct dice *d, size_t bytes, uint32_t clean)
{
    while (t->len < bytes) {
        const char *const word =
            dice_throw(d, clean) == 0 ? dirt[dice_throw(d, DIRT)] : words[dice_throw(d, WORDS)];
        add(t, word, strlen(word));
        if (dice_throw(d, 40) == 0)
            add(t, ".\n\n", 3);
        else
            add(t, " ", 1);
    }
    add(t, "\n", 1);
}

/* An old time of change, so that size and time tell whether an input is the one on record. */
static void write_file(const char *path, const struct text *t)
{
    static const struct timespec times[2] = {{1500000000, 0}, {1500000000, 0}};
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, t->ptr, t->len) != (ssize_t)t->len || futimens(fd, times) != 0 || close(fd) != 0)
        die(path);
}

/* FOLDER/7/3/00073.txt: neighbours in number are not neighbours in order. */
static struct path name_file(const char *folder, size_t number)
{
    char name[64];
    snprintf(name, sizeof name, "%zu", number % 10);
    struct path p = path_at(folder, name);
    if (mkdir(p.s, 0777) != 0 && errno != EEXIST)
        die(p.s);
    snprintf(name, sizeof name, "%zu", number / 10 % 4);
    p = path_at(p.s, name);
    if (mkdir(p.s, 0777) != 0 && errno != EEXIST)
        die(p.s);
    snprintf(name, sizeof name, "%05zu.txt", number);
    return path_at(p.s, name);
}

size_t corpus_make(const char *folder, uint64_t seed, size_t count, size_t large)
{
    struct dice d = dice_new(seed);
    struct text t = {0};
    size_t failing = 0;
    if (mkdir(folder, 0777) != 0)
        die(folder);
    const size_t step = large != 0 ? count / large : count;
    for (size_t i = 0; i < count; i++) {
        const bool is_large = i % step == step / 2 && i / step < large;
        t.len = 0;
        if (i % 50 == 7)
            add(&t, "\0\1\2\3\4\5\6", 7);
        else if (i % 500 == 61)
            add(&t, "CRASHING ", 9);
        else if (i % 500 == 13)
            add(&t, "WAVERING ", 9);
        failing += t.len != 0;
        if (is_large)
            add_words(&t, &d, 2 * MIB + dice_throw(&d, 3 * MIB), 1000);
        else
            add_words(&t, &d, 200 + dice_throw(&d, 3000), 10);
        write_file(name_file(folder, i).s, &t);
    }
    free(t.ptr);
    return failing;
}
