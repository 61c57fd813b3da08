#include "place.h"

#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const uint64_t ROOM = UINT64_C(1) << 30; /* bytes */

void die(const char *what)
{
    fprintf(stderr, "crash: %s: %s\n", what, strerror(errno));
    exit(1);
}

struct path path_at(const char *folder, const char *name)
{
    struct path p;
    const int n = snprintf(p.s, sizeof p.s, "%s/%s", folder, name);
    if (n < 0 || (size_t)n >= sizeof p.s) {
        errno = ENAMETOOLONG;
        die(name);
    }
    return p;
}

/* SIGKILL costs no page that was written, so that a disk would add nothing but the time to wait for it. */
static const char *choose_parent(void)
{
    static const char memory[] = "/dev/shm";
    struct statvfs fs;
    const char *const tmp = getenv("TMPDIR");
    if (tmp != NULL && tmp[0] == '/')
        return tmp;
    const bool fits = statvfs(memory, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize >= ROOM;
    return fits && access(memory, W_OK) == 0 ? memory : "/tmp";
}

struct path place_make_base(const char *name)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "docmill-%s.XXXXXX", name);
    struct path base = path_at(choose_parent(), pattern);
    if (mkdtemp(base.s) == NULL)
        die(base.s);
    return base;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

void place_remove(const char *folder)
{
    if (nftw(folder, remove_entry, 32, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        die(folder);
}

void place_clear(const char *place)
{
    place_remove(place);
    if (mkdir(place, 0777) != 0)
        die(place);
}

void place_write_pipeline(const char *base, unsigned delay)
{
    FILE *const f = fopen(path_at(base, "pipeline.yaml").s, "we");
    if (f == NULL)
        die(base);
    fprintf(f,
            "docmill: 1\n"
            "vars: { place: none, delay: \"%u\" }\n"
            "input: { paths: [\"%s/in\"] }\n"
            "stages:\n"
            "  - extract: text\n"
            "  - clean: fault\n"
            "    with: { mode: slow, delay: \"${delay}\" }\n"
            "  - clean: unicode\n"
            "  - clean: fault\n"
            "    with: { mode: crash, match: CRASHING }\n"
            "  - clean: fault\n"
            "    with: { mode: retry, match: WAVERING }\n"
            "  - output: jsonl\n"
            "    with: { path: \"${place}/out/all.jsonl\", edits: full }\n"
            "  - output: markdown\n"
            "    with: { directory: \"${place}/out/markdown\" }\n"
            "  - output: text\n"
            "    with: { directory: \"${place}/out/text\" }\n"
            "run: { workers: 2, attempts: 2, state: \"${place}/state\" }\n",
            delay, base);
    if (fclose(f) != 0)
        die(base);
}
