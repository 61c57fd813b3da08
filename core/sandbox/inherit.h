/* What a process that runs plugins inherits: an environment without anybody's secrets, and no descriptors
 * but those that it was given. */
#ifndef DOCMILL_CORE_INHERIT_H
#define DOCMILL_CORE_INHERIT_H

/* The environment that a child is started with: what the loader and the child itself need for a start.
 * The strings are borrowed from ours.
 * return  NULL-terminated, to be freed; NULL: no memory */
char **dm__inherit_environment(void);

/* In the child, once it has read what it needs: wipe all variables, save those of the sanitizers and of the
 * tests in builds for these.  What getenv() gave before is empty then. */
void dm__inherit_nothing(void);

/* Close all descriptors from `first` on. */
void dm__inherit_close(int first);

#endif
