/* Work with a plugin in a child process of its own, watched from outside: what it says comes back as
 * messages, and a crash, a hang, a flood or an early exit ends the child, not its watcher.
 *
 * The child is a fork, so that it has all that its parent has read.  Its standard output is /dev/null: a plugin
 * may print. */
#ifndef DOCMILL_CORE_WARD_H
#define DOCMILL_CORE_WARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <docmill/plugin.h>

enum { DM_WARD_DOING_MAX = 512, DM_WARD_MESSAGE_MAX = 64 << 20 };

/* How a child ended. */
enum dm_ward_end {
    DM_WARD_DONE = 0, /* by itself, after its work */
    DM_WARD_LEFT,     /* by itself, in the midst of its work: the plugin called exit() */
    DM_WARD_STATUS, /* after its work, but with another status than 0: a sanitizer or valgrind found something */
    DM_WARD_KILLED, /* by a signal */
    DM_WARD_HUNG,   /* one step took too long */
    DM_WARD_GREEDY  /* it took too much memory */
};

struct dm_ward {
    void *owner;
    /* The work, in the child.  It returns when all is done. */
    void (*work)(void *owner, struct dm_ward *w);
    /* A message of the child, in the parent.  Borrowed for the call. */
    void (*hear)(void *owner, uint32_t kind, dm_str bytes);
    uint64_t patience; /* ms that one step may take */
    uint64_t memory;   /* resident bytes that the child may take; 0: any number */
    /* of this module */
    struct dm_ward_page *page;
    int fd; /* in the child: where messages go */
};

/* What a run came to. */
struct dm_ward_fate {
    enum dm_ward_end end;
    int status;                    /* exit status or signal */
    char doing[DM_WARD_DOING_MAX]; /* the step at which it ended */
};

/* Do the work and hear all that is said.
 * return  false: no child could be made; errno */
bool dm__ward_run(struct dm_ward *w, struct dm_ward_fate *out);

/* In the child: the next step begins, which is called so in messages. */
DM_PRINTF(2, 3)
void dm__ward_step(struct dm_ward *w, const char *fmt, ...);

/* In the child: what the step at work is called. */
const char *dm__ward_doing(const struct dm_ward *w);

/* In the child: say something. */
void dm__ward_say(struct dm_ward *w, uint32_t kind, dm_str bytes);

#endif
