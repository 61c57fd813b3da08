/* Locks on files of the state folder: advisory, held until the process ends or lets go. */
#ifndef DOCMILL_CORE_LOCK_H
#define DOCMILL_CORE_LOCK_H

#include "core/document/document.h"

/* Open and lock a file, which is made if it is missing, and write this process's number into it.
 * wait    milliseconds to wait for a holder that is on its way out
 * holder  out, where another process holds it: its number; 0: it did not say
 * return  a descriptor that holds the lock; -1: errno is EWOULDBLOCK if another process holds it */
int dm__lock_take(const char *path, unsigned wait, long *holder);

#endif
