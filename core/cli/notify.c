#include "core/cli/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE_MAX = 1024 };

static void send_to(const char *name, const char *message, size_t len)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const size_t name_len = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || name_len >= sizeof to.sun_path)
        return;
    memcpy(to.sun_path, name, name_len);
    if (to.sun_path[0] == '@') /* of the abstract namespace */
        to.sun_path[0] = '\0';
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sendto(fd, message, len, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&to,
           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_len));
    close(fd);
}

void dm__notify(const char *fmt, ...)
{
    const char *const name = getenv("NOTIFY_SOCKET");
    char message[MESSAGE_MAX];
    if (name == NULL)
        return;
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    if (n > 0)
        send_to(name, message, (size_t)n < sizeof message ? (size_t)n : sizeof message - 1);
}

uint64_t dm__notify_watchdog(void)
{
    const char *const usec = getenv("WATCHDOG_USEC"), *const pid = getenv("WATCHDOG_PID");
    if (usec == NULL || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
        return 0;
    return strtoull(usec, NULL, 10) * 1000U;
}
