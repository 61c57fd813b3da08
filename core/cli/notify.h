/* Messages to the service manager, by the protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET
 * names.  Without one nothing is sent. */
#ifndef DOCMILL_CLI_NOTIFY_H
#define DOCMILL_CLI_NOTIFY_H

#include <stdint.h>

#include <docmill/plugin.h>

/* Send assignments, one a line: "READY=1\nSTATUS=...". */
DM_PRINTF(1, 2)
void dm__notify(const char *fmt, ...);

/* Within which time the service manager wants to hear of us, in ns; 0: it does not. */
uint64_t dm__notify_watchdog(void);

#endif
