/* The bare loop that the engine is measured against: what passing files through costs when nothing is
 * isolated, ordered, retried or recorded.
 *
 *   baseline LIST OUT    LIST holds NUL-separated paths
 *
 * For each file: open, stat, read, close, check the UTF-8, hash (XXH3-64), escape as a JSON string,
 * append; writes go out 1 MiB at a time.  Plain C, as one would write it, without vector code. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { OUT_BYTES = 1024 * 1024 };

static char *out;
static size_t out_len;
static int out_fd;

static void die(const char *what)
{
    fprintf(stderr, "baseline: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void flush(void)
{
    for (size_t n = 0; n < out_len;) {
        const ssize_t w = write(out_fd, out + n, out_len - n);
        if (w < 0)
            die("write");
        n += (size_t)w;
    }
    out_len = 0;
}

static int is_utf8(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        const unsigned char c = p[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        const size_t more = c >= 0xC2 && c <= 0xDF   ? 1
                            : c >= 0xE0 && c <= 0xEF ? 2
                            : c >= 0xF0 && c <= 0xF4 ? 3
                                                     : 0;
        if (more == 0 || n - i <= more)
            return 0;
        for (size_t k = 1; k <= more; k++)
            if ((p[i + k] & 0xC0) != 0x80)
                return 0;
        if ((c == 0xE0 && p[i + 1] < 0xA0) || (c == 0xED && p[i + 1] > 0x9F) ||
            (c == 0xF0 && p[i + 1] < 0x90) || (c == 0xF4 && p[i + 1] > 0x8F))
            return 0;
        i += more + 1;
    }
    return 1;
}

static void escape(const unsigned char *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    if (out_len + 6 * n + 64 > OUT_BYTES)
        flush();
    char *o = out + out_len;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = p[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            *o++ = (char)c;
            continue;
        }
        *o++ = '\\';
        switch (c) {
        case '\n':
            *o++ = 'n';
            break;
        case '\r':
            *o++ = 'r';
            break;
        case '\t':
            *o++ = 't';
            break;
        case '"':
        case '\\':
            *o++ = (char)c;
            break;
        default:
            o = stpcpy(o, "u00");
            *o++ = digits[c >> 4];
            *o++ = digits[c & 15];
        }
    }
    out_len = (size_t)(o - out);
}

static void pass(const char *path)
{
    static unsigned char *buffer;
    static size_t cap;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        die(path);
    const size_t size = (size_t)st.st_size;
    if (size + 1 > cap) {
        cap = size + 1;
        buffer = realloc(buffer, cap);
        if (buffer == NULL)
            die("memory");
    }
    const ssize_t n = read(fd, buffer, size);
    close(fd);
    if (n < 0 || (size_t)n != size || 6 * size + 64 > OUT_BYTES || !is_utf8(buffer, size))
        die(path);
    const uint64_t hash = XXH3_64bits(buffer, size);
    if (out_len + 64 > OUT_BYTES)
        flush();
    out_len += (size_t)sprintf(out + out_len, "{\"hash\":\"%016llx\",\"text\":\"", (unsigned long long)hash);
    escape(buffer, size);
    memcpy(out + out_len, "\"}\n", 3);
    out_len += 3;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: baseline LIST OUT\n");
        return 2;
    }
    FILE *const list = fopen(argv[1], "re");
    out_fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    out = malloc(OUT_BYTES);
    if (list == NULL || out_fd < 0 || out == NULL)
        die(argv[1]);
    char *name = NULL;
    size_t cap = 0;
    while (getdelim(&name, &cap, '\0', list) > 0)
        pass(name);
    flush();
    return close(out_fd) == 0 ? 0 : 1;
}
