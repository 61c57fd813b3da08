/* The bare loop that many durable files are measured against: each file is read, written under a temporary name,
 * synced and renamed, one after the other.
 *
 *   synceach LIST OUT    LIST holds NUL-separated paths; OUT is a folder, made if need be
 *
 * Plain C, as one would write it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20, PATH = 4096 };

static void die(const char *what)
{
    fprintf(stderr, "synceach: %s: %s\n", what, strerror(errno));
    exit(1);
}

static size_t read_file(const char *path, char *bytes)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd < 0 ? -1 : read(fd, bytes, FILE_MAX);
    if (n < 0)
        die(path);
    close(fd);
    return (size_t)n;
}

static void write_file(int folder, const char *name, const char *bytes, size_t len)
{
    const int fd = openat(folder, ".temporary", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || fsync(fd) != 0 || close(fd) != 0 ||
        renameat(folder, ".temporary", folder, name) != 0)
        die(name);
}

int main(int argc, char **argv)
{
    static char bytes[FILE_MAX];
    char *path = NULL, name[PATH];
    size_t cap = 0;
    ssize_t n;
    if (argc != 3)
        return 2;
    FILE *const list = fopen(argv[1], "re");
    if (list == NULL)
        die(argv[1]);
    mkdir(argv[2], 0777);
    const int folder = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        die(argv[2]);
    while ((n = getdelim(&path, &cap, '\0', list)) > 0) {
        const char *const slash = strrchr(path, '/');
        snprintf(name, sizeof name, "%.4000s.md", slash != NULL ? slash + 1 : path);
        write_file(folder, name, bytes, read_file(path, bytes));
    }
    free(path);
    fclose(list);
    return fsync(folder) == 0 && close(folder) == 0 ? 0 : 1;
}
