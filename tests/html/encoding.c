/* html5lib's tests of what a page declares of its encoding.
 *
 *   html-encoding FILE.dat...
 *
 * They know nothing of what bytes look like, so only the declaration is asked for; where there is none they expect
 * windows-1252.  The cases of scripts that write a declaration are not among the files, as no script is run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/document/arena.h"
#include "plugins/extract-html/encoding/encoding.h"

static struct dm_arena memory;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t;
    return dm__arena_alloc(&memory, size, align);
}

static const dm_host host = {.size = sizeof host, .alloc = allocate};
static dm_task task = {.size = sizeof task, .host = &host};

static unsigned passed, failed;

static void run(dm_str page, dm_str wanted)
{
    const struct html_encoding *found = NULL;
    if (html_read_mark(page, &found) == 0)
        found = html_prescan(&task, page);
    const char *const name = found != NULL ? found->name : "windows-1252";
    const struct html_encoding *const same = html_encoding_labelled(wanted);
    const bool ok = same != NULL && strcasecmp(same->name, name) == 0;
    passed += ok;
    failed += !ok;
    if (!ok)
        printf("FAILED wanted %.*s, got %s:\n%.*s\n", (int)wanted.len, wanted.ptr, name, (int)page.len,
               page.ptr);
}

/* Cases are `#data`, the page, `#encoding`, and its name. */
static void run_file(const char *path)
{
    static char bytes[1 << 20];
    FILE *const f = fopen(path, "re");
    const size_t len = f != NULL ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (f == NULL || ferror(f) || len == sizeof bytes) {
        perror(path);
        exit(1);
    }
    fclose(f);
    const char *const end = bytes + len;
    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), "#data\n", 6)) != NULL;) {
        const char *const page = at + 6;
        const char *const key = memmem(page, (size_t)(end - page), "\n#encoding\n", 11);
        if (key == NULL)
            break;
        at = memchr(key + 11, '\n', (size_t)(end - key) - 11);
        at = at != NULL ? at : end;
        run((dm_str){page, (size_t)(key - page)}, (dm_str){key + 11, (size_t)(at - key) - 11});
    }
}

int main(int argc, char **argv)
{
    dm__arena_init(&memory, 0);
    for (int i = 1; i < argc; i++)
        run_file(argv[i]);
    dm__arena_fini(&memory);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
