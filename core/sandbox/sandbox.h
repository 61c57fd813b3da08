/* What a process may do that runs the code of plugins: nothing that a chain of documents does not need.
 *
 * Entered once, before any plugin is loaded, and never left.  docs/design/sandbox.md says what is denied,
 * by what, and why. */
#ifndef DOCMILL_CORE_SANDBOX_H
#define DOCMILL_CORE_SANDBOX_H

#include <docmill/plugin.h>

enum { DM_SANDBOX_WHY_MAX = 256 };

/* Files and folders; of a folder, all that lies below.  Relative ones start at the current folder. */
struct dm_sandbox_paths {
    const char **items;
    size_t count, cap;
};

struct dm_sandbox {
    struct dm_sandbox_paths reads;  /* besides the system's libraries and their data */
    struct dm_sandbox_paths writes; /* read too; none: no file can be opened for writing */
    uint32_t needs;                 /* DM_NEEDS_...: what is let through for the stages that may have it */
    bool streams_are_pipes;         /* and few: no byte of it goes into a file, unless it may have files */
    bool is_program;                /* not ours: it can be executed, as what it reads, and start others */
};

/* What this kernel, and whatever confines us already, offer. */
struct dm_sandbox_kernel {
    int landlock;       /* version of its interface; 0: none */
    int landlock_error; /* errno: why there is none */
    int filter_error;   /* errno: why system calls cannot be filtered; 0: they can */
};
void dm__sandbox_ask(struct dm_sandbox_kernel *out);

/* Confine this process, which must have one thread, and all that comes of it.  Goes without what the
 * kernel does not offer.  What is not there yet cannot be reached later: make the folders before.
 * why     out, when it fails: one line
 * return  false: the kernel offers it and refused, so this process is confined by halves: leave */
bool dm__sandbox_enter(const struct dm_sandbox *s, char why[DM_SANDBOX_WHY_MAX]);

/* ---- the parts ------------------------------------------------------------------------------- */

/* filter.c: which system calls there are; alone includes seccomp.h.  return  0, or an errno */
int dm__filter_ask(void);
int dm__filter_enter(const struct dm_sandbox *s, bool files_are_ruled);

/* landlock.c: which files can be reached.
 * ask     return  its version; 0: none, errno says why
 * rules_files     whether this version takes care of all that can be done to a file's content
 * enter   return  0, or an errno; *path: the one that it was about, or NULL */
int dm__landlock_ask(void);
bool dm__landlock_rules_files(int version);
int dm__landlock_enter(const struct dm_sandbox *s, int version, const char **path);

#endif
