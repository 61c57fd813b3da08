/* What a block stands in when it is written: quotes, list items, code, and tables of data. */
#ifndef CONTENT_CONTAINERS_H
#define CONTENT_CONTAINERS_H

#include "page.h"

enum content_container {
    CONTAINER_NONE,
    CONTAINER_QUOTE,
    CONTAINER_ITEM,
    CONTAINER_CODE,
    CONTAINER_TABLE,
    CONTAINER_ROW,
    CONTAINER_CELL
};

struct content_place {
    uint32_t container; /* the nearest container at or above the node; 0: none */
    uint32_t table;     /* the nearest table at or above the node, of whatever kind; 0: none */
    uint32_t ordinal;   /* of a list item or a cell: its number among its siblings, from 1 */
    uint32_t children;  /* how many of these it has so far */
    uint32_t wide_rows; /* of a table: rows with two cells and more that have text */
    bool is_layout;     /* of a table: its cells hold more than a cell of data does */
    uint8_t kind;       /* enum content_container, of the node itself */
};

/* Find the containers.
 * return  [tree->count], or NULL: the memory is spent, the task has failed */
struct content_place *content_containers(dm_task *t, const struct content_page *p);

#endif
