/* Text that looks like an article to everything that is measured: a headline, paragraphs of 30 to 90 words,
 * a quotation mark or an accent here and there. */
#include "corpus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const words[] = {
    "the",     "a",       "of",   "harbour", "council", "said",  "that",  "minister", "talks",    "bridge",
    "river",   "under",   "late", "morning", "report",  "and",   "in",    "old",      "question", "answer",
    "city",    "people",  "work", "water",   "price",   "vote",  "after", "before",   "between",  "nothing",
    "January", "station", "to",   "for",     "was",     "which", "had",   "museum’s", "“quoted”", "café",
};
enum { WORDS = sizeof words / sizeof words[0], KINDS = 200 };

void die(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* xorshift64*, Vigna 2016: the same numbers everywhere. */
static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static char *write_article(uint64_t seed, size_t bytes, size_t *len)
{
    uint64_t state = seed * 2 + 1;
    size_t n = 0;
    char *const text = malloc(bytes + 2048);
    if (text == NULL)
        die("memory");
    for (int i = 0; i < 7; i++)
        n += (size_t)sprintf(text + n, "%s%s", i == 0 ? "" : " ", words[draw(&state, WORDS)]);
    while (n < bytes) {
        n += (size_t)sprintf(text + n, "\n\n");
        for (uint32_t left = 30 + draw(&state, 60); left != 0 && n < bytes; left--)
            n += (size_t)sprintf(text + n, "%s%s", words[draw(&state, WORDS)],
                                 left == 1 || n >= bytes ? "." : " ");
    }
    text[n++] = '\n';
    *len = n;
    return text;
}

static void write_file(const char *path, const char *text, size_t len, size_t number)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    char tail[32];
    const int n = snprintf(tail, sizeof tail, "Number %zu.\n", number); /* each file another hash */
    if (fd < 0 || write(fd, text, len) != (ssize_t)len || write(fd, tail, (size_t)n) != n || close(fd) != 0)
        die(path);
}

void corpus_make(const char *folder, const char *list, size_t count, size_t bytes)
{
    char path[4096];
    struct stat st;
    FILE *const names = fopen(list, "we");
    if (names == NULL || (mkdir(folder, 0777) != 0 && errno != EEXIST))
        die(folder);
    char *articles[KINDS];
    size_t lens[KINDS];
    for (size_t i = 0; i < KINDS; i++)
        articles[i] = write_article(i + 1, bytes, &lens[i]);
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%07zu.txt", folder, i);
        if (stat(path, &st) != 0)
            write_file(path, articles[i % KINDS], lens[i % KINDS], i);
        fwrite(path, 1, strlen(path) + 1, names);
    }
    for (size_t i = 0; i < KINDS; i++)
        free(articles[i]);
    if (fclose(names) != 0)
        die(list);
}
