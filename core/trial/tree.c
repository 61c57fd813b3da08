/* What lies in a folder, as one text that can be compared. */
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/engine.h"
#include "core/text/hash.h"
#include "core/trial/trial.h"

enum { PATH_BYTES = 4096 };

void dm__trial_buffer_add(struct dm_buffer *b, dm_str bytes)
{
    if (!dm__buffer_add(b, bytes))
        abort();
}

void dm__trial_buffer_print(struct dm_buffer *b, const char *fmt, ...)
{
    char *text;
    va_list ap;
    va_start(ap, fmt);
    const int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0)
        abort();
    dm__trial_buffer_add(b, (dm_str){text, (size_t)n});
    free(text);
}

bool dm__trial_buffer_equal(const struct dm_buffer *a, const struct dm_buffer *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->ptr, b->ptr, a->len) == 0);
}

/* Each entry of a folder, "." and ".." left out, in bytewise order. */
static void each_entry(const char *path, void (*see)(const char *below, const char *name, void *owner),
                       void *owner)
{
    struct dirent **entries;
    const int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char below[PATH_BYTES];
        const char *const name = entries[i]->d_name;
        snprintf(below, sizeof below, "%.3000s/%s", path, name);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            see(below, name, owner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void add_file(struct dm_buffer *b, const char *path)
{
    char *bytes = NULL;
    size_t cap = 0;
    dm_str all;
    struct dm_input_version version;
    char why[DM_WHY_MAX], hash[DM_HASH_DIGITS + 1];
    if (dm__engine_read(AT_FDCWD, path, UINT64_MAX, &bytes, &cap, &all, &version, why) != DM_OK) {
        dm__trial_buffer_print(b, "%s\n", why);
    } else {
        dm__hash_bytes(all, hash);
        dm__trial_buffer_print(b, "%zu bytes, %s\n", all.len, hash);
    }
    free(bytes);
}

struct reading {
    struct dm_buffer *out;
    char prefix[PATH_BYTES];
};

static void read_entry(const char *path, const char *name, void *owner)
{
    struct reading *const r = owner;
    struct stat st;
    if (lstat(path, &st) != 0)
        return;
    dm__trial_buffer_print(r->out, "%.2000s%s%s: ", r->prefix, name, S_ISDIR(st.st_mode) ? "/" : "");
    if (!S_ISDIR(st.st_mode)) {
        add_file(r->out, path);
        return;
    }
    dm__trial_buffer_print(r->out, "folder\n");
    struct reading below = {.out = r->out};
    snprintf(below.prefix, sizeof below.prefix, "%.2000s%s/", r->prefix, name);
    each_entry(path, read_entry, &below);
}

struct dm_buffer dm__trial_tree_read(const char *path)
{
    struct dm_buffer b = {0};
    struct stat st;
    if (stat(path, &st) != 0) {
        dm__trial_buffer_print(&b, "nothing is there\n");
    } else if (S_ISDIR(st.st_mode)) {
        struct reading r = {.out = &b};
        each_entry(path, read_entry, &r);
    } else {
        dm__trial_buffer_print(&b, "the file: ");
        add_file(&b, path);
    }
    return b;
}

static void remove_entry(const char *path, const char *name, void *owner)
{
    (void)name, (void)owner;
    dm__trial_tree_remove(path);
}

void dm__trial_tree_remove(const char *path)
{
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        each_entry(path, remove_entry, NULL);
        rmdir(path);
    } else {
        unlink(path);
    }
}

bool dm__trial_tree_shorten(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    if (S_ISDIR(st.st_mode)) {
        dm__trial_tree_remove(path);
        return true;
    }
    return st.st_size > 0 && truncate(path, st.st_size - 1) == 0;
}

dm_str dm__trial_tree_difference(struct dm_arena *arena, const struct dm_buffer *a, const struct dm_buffer *b)
{
    const size_t least = a->len < b->len ? a->len : b->len;
    size_t at = 0, line = 0;
    for (; at < least && a->ptr[at] == b->ptr[at]; at++)
        if (a->ptr[at] == '\n')
            line = at + 1;
    const char *const end_a = memchr(a->ptr + line, '\n', a->len - line), *const end_b =
                                                                              memchr(b->ptr + line, '\n',
                                                                                     b->len - line);
    return dm__arena_printf(arena, "expected `%.*s`, found `%.*s`",
                            end_a != NULL ? (int)(end_a - a->ptr - (ptrdiff_t)line) : 0, a->ptr + line,
                            end_b != NULL ? (int)(end_b - b->ptr - (ptrdiff_t)line) : 0, b->ptr + line);
}
