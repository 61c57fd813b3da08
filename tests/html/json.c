#include "tests/html/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was handed out. */
static struct block {
    struct block *next;
    max_align_t bytes[];
} * blocks;

static const char *at, *end;

static void die(const char *why)
{
    fprintf(stderr, "html: %s\n", why);
    exit(1);
}

static void *take(size_t size)
{
    struct block *const b = malloc(sizeof *b + size);
    if (b == NULL)
        die("out of memory");
    b->next = blocks;
    blocks = b;
    return b->bytes;
}

void json_free_all(void)
{
    while (blocks != NULL) {
        struct block *const b = blocks;
        blocks = b->next;
        free(b);
    }
}

/* Room for one more item; there is room for any power of two of them. */
static void grow(struct json *out)
{
    if ((out->count & (out->count - 1)) != 0)
        return;
    struct json *const items = take((out->count > 0 ? out->count * 2 : 1) * sizeof *items);
    if (out->count > 0)
        memcpy(items, out->items, out->count * sizeof *items);
    out->items = items;
}

static void skip(void)
{
    while (at < end && strchr(" \t\r\n", *at) != NULL)
        at++;
}

static unsigned read_hex(const char *p)
{
    char digits[5] = {0};
    memcpy(digits, p, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

static size_t encode(unsigned c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* `\uXXXX`, perhaps with its other half.  return  how long it is */
static size_t read_unicode(const char *p, const char *stop, struct json *out)
{
    unsigned c = read_hex(p + 2);
    size_t len = 6;
    if (c >= 0xD800 && c < 0xDC00 && stop - p >= 12 && p[6] == '\\' && p[7] == 'u') {
        const unsigned low = read_hex(p + 8);
        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            len = 12;
        }
    }
    out->broken |= c >= 0xD800 && c < 0xE000;
    out->len += encode(c, out->text + out->len);
    return len;
}

static struct json unescape(const char *p, const char *stop)
{
    static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
    struct json out = {.kind = JSON_STRING, .text = take((size_t)(stop - p) + 8)};
    while (p < stop) {
        if (*p != '\\') {
            out.text[out.len++] = *p++;
        } else if (p[1] == 'u') {
            p += read_unicode(p, stop, &out);
        } else {
            const char *const name = strchr(names, p[1]);
            out.text[out.len++] = name != NULL ? values[name - names] : p[1];
            p += 2;
        }
    }
    out.text[out.len] = 0;
    return out;
}

static struct json read_string(void)
{
    const char *const begin = ++at;
    for (; at < end && *at != '"'; at++)
        at += *at == '\\';
    if (at >= end)
        die("a string without an end");
    return unescape(begin, at++);
}

static struct json read_value(void);

static struct json read_items(enum json_kind kind, char close)
{
    struct json out = {.kind = kind};
    at++;
    for (skip(); at < end && *at != close; skip()) {
        char *key = NULL;
        if (kind == JSON_OBJECT) {
            key = read_string().text;
            skip();
            at++; /* the colon */
        }
        grow(&out);
        out.items[out.count] = read_value();
        out.items[out.count++].key = key;
        skip();
        at += at < end && *at == ',';
    }
    at++;
    return out;
}

static struct json read_value(void)
{
    skip();
    if (at >= end)
        die("it ends too early");
    if (*at == '"')
        return read_string();
    if (*at == '[' || *at == '{')
        return read_items(*at == '[' ? JSON_ARRAY : JSON_OBJECT, *at == '[' ? ']' : '}');
    const char first = *at;
    while (at < end && strchr(",]} \t\r\n", *at) == NULL)
        at++;
    return (struct json){.kind = first == 't' || first == 'f' ? JSON_BOOL
                                 : first == 'n'               ? JSON_NULL
                                                              : JSON_NUMBER,
                         .truth = first == 't'};
}

struct json json_read(const char *path)
{
    FILE *const f = fopen(path, "re");
    char *bytes = NULL;
    size_t len = 0;
    if (f == NULL)
        die(path);
    for (size_t got = 1; got > 0; len += got) {
        enum { STEP = 1 << 16 };
        bytes = realloc(bytes, len + STEP);
        if (bytes == NULL)
            die("out of memory");
        got = fread(bytes + len, 1, STEP, f);
    }
    fclose(f);
    at = bytes;
    end = bytes + len;
    const struct json out = read_value();
    free(bytes);
    return out;
}

const struct json *json_get(const struct json *object, const char *key)
{
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->items[i].key, key) == 0)
            return &object->items[i];
    return NULL;
}

struct json json_unescape(const struct json *string)
{
    return unescape(string->text, string->text + string->len);
}
