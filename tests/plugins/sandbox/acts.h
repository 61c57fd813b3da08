/* What a plugin may try that is none of its business, and what it must be able to do, by name. */
#ifndef DOCMILL_TESTS_ACTS_H
#define DOCMILL_TESTS_ACTS_H

/* path    what it is done to, where it is done to a file
 * return  0: it could be done; an errno; -1: there is no such act */
int acts_try(const char *name, const char *path);

#endif
