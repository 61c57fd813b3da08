/* A file that appears whole or not at all, written from inside the sandbox: a child process that runs no
 * code of plugins keeps the temporary file and gives it its name. */
#ifndef DOCMILL_CLI_PAGE_KEEPER_H
#define DOCMILL_CLI_PAGE_KEEPER_H

#include <stdbool.h>

#include <docmill/plugin.h>

struct dm_page_keeper {
    int fd; /* a socket to the child, the lowest free descriptor; -1: none */
};

/* Create the temporary file beside `path` and start the child; before the sandbox is entered.
 * input   a file that must not be replaced; "-": none
 * return  0, or an errno: EEXIST: `path` is the input, or no regular file */
int dm__page_keeper_start(struct dm_page_keeper *k, const char *path, const char *input);

/* Send the page, and wait until it stands under its name.  return  0, or an errno */
int dm__page_keeper_commit(struct dm_page_keeper *k, dm_str page);

/* Without a commit before, the temporary file is removed and what was there stays. */
void dm__page_keeper_close(struct dm_page_keeper *k);

#endif
