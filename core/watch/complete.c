#include "core/watch/complete.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum dm_lease dm__lease_test(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (fd < 0)
        return DM_LEASE_UNKNOWN;
    enum dm_lease found = DM_LEASE_UNKNOWN;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
        found = DM_LEASE_FREE;
    else if (errno == EAGAIN)
        found = DM_LEASE_BUSY;
    close(fd); /* which gives it back */
    return found;
}
