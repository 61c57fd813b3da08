/* Load a plugin into this process, and find the folders that hold plugins. */
#include "core/pipeline/inspect.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text/str.h"

/* ---- loading -------------------------------------------------------------------------------- */

/* The parts of an ELF header that are alike in 32 and 64 bits. */
struct elf_head {
    unsigned char ident[EI_NIDENT];
    uint16_t type, machine;
};

/* errno says why it fails; 0: the file is too short */
static bool read_elf_head(const char *path, struct elf_head *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    errno = 0;
    const ssize_t n = read(fd, out, sizeof *out);
    const int error = errno;
    close(fd);
    errno = error;
    return n == (ssize_t)sizeof *out;
}

/* dlopen() would say of each of these what helps nobody: "file too short", "no such file". */
static bool check_elf(struct dm_arena *arena, const char *path, dm_str *problem)
{
    struct elf_head file, self;
    const bool whole = read_elf_head(path, &file);
    if (!whole && errno != 0)
        return dm__refuse(arena, problem, "cannot be read: %s", strerror(errno));
    if (!whole || memcmp(file.ident, ELFMAG, SELFMAG) != 0)
        return dm__refuse(arena, problem, "not a shared object");
    const bool same = !read_elf_head("/proc/self/exe", &self) ||
                      (file.machine == self.machine && file.ident[EI_CLASS] == self.ident[EI_CLASS] &&
                       file.ident[EI_DATA] == self.ident[EI_DATA]);
    return same || dm__refuse(arena, problem, "built for another machine than this one (ELF machine %u)",
                              file.machine);
}

/* What dlerror() says, without the path that our caller names anyway. */
static bool refuse_dlerror(struct dm_arena *arena, const char *path, dm_str *problem)
{
    static const char absent[] = ": cannot open shared object file: No such file or directory";
    const char *why = dlerror();
    if (why == NULL)
        why = "no reason given";
    const size_t path_len = strlen(path);
    if (strncmp(why, path, path_len) == 0 && strncmp(why + path_len, ": ", 2) == 0)
        why += path_len + 2;
    const char *const tail = strstr(why, absent);
    if (tail != NULL)
        return dm__refuse(arena, problem, "needs %.*s, which is not installed", (int)(tail - why), why);
    return dm__refuse(arena, problem, "cannot be loaded: %s", why);
}

static bool refuse_symbol(struct dm_arena *arena, void *object, dm_str *problem)
{
    for (int version = 2; version <= 9; version++) {
        char symbol[32];
        snprintf(symbol, sizeof symbol, "docmill_plugin_v%d", version);
        if (dlsym(object, symbol) != NULL)
            return dm__refuse(arena, problem, "built for docmill ABI v%d, this is v1", version);
    }
    return dm__refuse(arena, problem, "no docmill_plugin_v1 symbol: not a docmill plugin");
}

bool dm__plugin_load(struct dm_arena *arena, struct dm_plugin_file *file)
{
    file->loaded = false;
    /* Without a slash dlopen() would search the system's folders. */
    const bool has_slash = memchr(file->path.ptr, '/', file->path.len) != NULL;
    const dm_str path =
        dm__arena_printf(arena, "%s%.*s", has_slash ? "" : "./", (int)file->path.len, file->path.ptr);
    if (path.ptr == NULL)
        return dm__refuse(arena, &file->problem, "out of memory");
    if (!check_elf(arena, path.ptr, &file->problem))
        return false;
    void *const object = dlopen(path.ptr, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL)
        return refuse_dlerror(arena, path.ptr, &file->problem);
    file->loaded = true;
    const dm_plugin *const raw = dlsym(object, "docmill_plugin_v1");
    if (raw == NULL)
        return refuse_symbol(arena, object, &file->problem);
    return dm__plugin_normalise(arena, raw, &file->about, &file->problem);
}

/* ---- the search path ------------------------------------------------------------------------ */

struct path_list {
    struct dm_arena *arena;
    const char **items;
    size_t count, cap;
    bool failed; /* no memory */
};

static void add_folder(struct path_list *list, const char *folder)
{
    const char **const items =
        dm__arena_grow(list->arena, list->items, list->count, &list->cap, sizeof *items);
    list->failed |= items == NULL || folder == NULL;
    if (list->failed)
        return;
    list->items = items;
    items[list->count++] = folder;
}

static void add_if_there(struct path_list *list, dm_str folder)
{
    struct stat st;
    const dm_str copy = dm__arena_str(list->arena, folder);
    if (copy.ptr == NULL)
        list->failed = true;
    else if (stat(copy.ptr, &st) == 0 && S_ISDIR(st.st_mode))
        add_folder(list, copy.ptr);
}

static void add_variable(struct path_list *list, const char *at)
{
    while (at != NULL && *at != '\0') {
        const size_t len = strcspn(at, ":");
        if (len > 0)
            add_if_there(list, (dm_str){at, len});
        at += len + (at[len] == ':');
    }
}

/* DOCMILL_PLUGIN_SUBDIR is the way from the program's folder, the same in a build and installed. */
static void add_installed(struct path_list *list)
{
    char *const program = realpath("/proc/self/exe", NULL);
    char *const slash = program != NULL ? strrchr(program, '/') : NULL;
    if (slash != NULL) {
        const dm_str joined =
            dm__arena_printf(list->arena, "%.*s/%s", (int)(slash - program), program, DOCMILL_PLUGIN_SUBDIR);
        char *const folder = joined.ptr != NULL ? realpath(joined.ptr, NULL) : NULL;
        if (folder != NULL)
            add_if_there(list, dm__str(folder));
        free(folder);
        list->failed |= joined.ptr == NULL;
    }
    free(program);
}

const char **dm__plugin_path(struct dm_arena *arena, const char *const *dirs)
{
    struct path_list list = {.arena = arena};
    for (; dirs != NULL && *dirs != NULL; dirs++)
        add_folder(&list, dm__arena_str(arena, dm__str(*dirs)).ptr);
    add_variable(&list, getenv("DOCMILL_PLUGIN_PATH"));
    add_installed(&list);
    const char **const items = dm__arena_grow(arena, list.items, list.count, &list.cap, sizeof *items);
    if (list.failed || items == NULL)
        return NULL;
    items[list.count] = NULL;
    return items;
}
