/* Addresses of links, made absolute. */
#ifndef CONTENT_ADDRESS_H
#define CONTENT_ADDRESS_H

#include "tree/tree.h"

/* The address against which the page's links are meant: of <base>, of its canonical link, or of og:url.
 * return  empty: the page does not say */
dm_str content_base_address(const struct html_tree *tree);

/* A reference made absolute, of the task's arena.  One that cannot be, as `base` is empty, stays as it is.
 * return  ptr NULL: nothing that leads anywhere (javascript:, a fragment of this page), or no memory
 * source  RFC 3986, 5.2 */
dm_str content_resolve(dm_task *t, dm_str base, dm_str reference);

#endif
