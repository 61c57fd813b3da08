/* Something that is done in a child of the test, as nothing leaves a sandbox. */
#ifndef DOCMILL_TESTS_FIXTURE_CONFINED_H
#define DOCMILL_TESTS_FIXTURE_CONFINED_H

#include "fixture_folder.h"

#include <sys/wait.h>

#include "core/sandbox/sandbox.h"

/* return  what `act` returned, 0 to 255, in a child that begins with enter(); -1: it was killed */
static inline int confined(const struct dm_sandbox *s, int (*enter)(const struct dm_sandbox *s),
                           int (*act)(void))
{
    const pid_t pid = fork();
    if (pid == 0) {
        const int error = enter(s);
        _exit(error != 0 ? 200 : act());
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* An open file's errno, 0 if it could be opened. */
static inline int confined_open(const char *path, int flags)
{
    const int fd = open(path, flags | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

/* A list of one path, or of none. */
static inline struct dm_sandbox_paths confined_path(const char **path)
{
    return (struct dm_sandbox_paths){path, *path != NULL, 0};
}

#endif
