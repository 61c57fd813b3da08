/* A temporary folder that is the current one while a test runs, and files in it. */
#ifndef DOCMILL_TESTS_FIXTURE_FOLDER_H
#define DOCMILL_TESTS_FIXTURE_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <docmill/plugin.h> /* before cmocka.h, which defines a macro called fail */

#include <cmocka.h>

static char folder[PATH_MAX], folder_before[PATH_MAX];

static inline int folder_enter(void **unused)
{
    (void)unused;
    char made[] = "/tmp/docmill-test-folder-XXXXXX";
    if (getcwd(folder_before, sizeof folder_before) == NULL || mkdtemp(made) == NULL || chdir(made) != 0)
        return -1;
    return getcwd(folder, sizeof folder) != NULL ? 0 : -1; /* without links in it */
}

static inline void folder_remove(const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return;
    if (!S_ISDIR(st.st_mode)) {
        unlink(path);
        return;
    }
    chmod(path, 0700);
    DIR *const dir = opendir(path);
    const struct dirent *e;
    while (dir != NULL && (e = readdir(dir)) != NULL) {
        char below[PATH_MAX];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%.3000s/%s", path, e->d_name);
        folder_remove(below);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(path);
}

static inline int folder_leave(void **unused)
{
    (void)unused;
    if (chdir(folder_before) != 0)
        return -1;
    folder_remove(folder);
    return 0;
}

/* Make a file with its folders. */
static inline void folder_write(const char *path, const char *bytes, size_t len)
{
    char below[2 * PATH_MAX];
    snprintf(below, sizeof below, "%s", path);
    for (char *p = strchr(below + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
        *p = '\0';
        assert_true(mkdir(below, 0777) == 0 || errno == EEXIST);
        *p = '/';
    }
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
}

static inline void folder_touch(const char *path)
{
    folder_write(path, "x", 1);
}

#endif
