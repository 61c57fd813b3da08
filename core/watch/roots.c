#include "core/watch/roots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "core/engine/source.h"
#include "core/text/str.h"

const char *dm__root_deaf(int64_t type)
{
    /* the numbers are those of statfs(2) and linux/magic.h */
    static const struct {
        uint32_t type;
        const char *name;
    } deaf[] = {{0x6969, "nfs"},        {0x517B, "smb"},        {0xFE534D42, "smb2"},   {0xFF534D42, "cifs"},
                {0x65735546, "fuse"},   {0x00C36400, "ceph"},   {0x01021997, "9p"},     {0x5346414F, "afs"},
                {0x6B414653, "afs"},    {0x73757245, "coda"},   {0x0BD00BD0, "lustre"}, {0x47504653, "gpfs"},
                {0x786F4256, "vboxsf"}, {0xBACBACBC, "vmhgfs"}, {0x7461636F, "ocfs2"},  {0x01161970, "gfs2"}};
    for (size_t i = 0; i < sizeof deaf / sizeof deaf[0]; i++)
        if (deaf[i].type == (uint32_t)type)
            return deaf[i].name;
    return NULL;
}

static bool lies_in_another(const struct dm_roots *r, dm_str path)
{
    for (size_t i = 0; i < r->count; i++)
        if (path.len >= r->items[i].path_len &&
            (r->items[i].path_len != 0 || path.len == 0 || path.ptr[0] != '/') &&
            memcmp(path.ptr, r->items[i].path, r->items[i].path_len) == 0)
            return true;
    return false;
}

static bool add(struct dm_roots *r, const struct dm_source_item *item)
{
    struct dm_root *const items = realloc(r->items, (r->count + 1) * sizeof *items);
    if (items == NULL)
        return false;
    r->items = items;
    char *const path = strndup(item->path.ptr, item->path.len);
    if (path == NULL)
        return false;
    r->items[r->count++] = (struct dm_root){
        .path = path, .path_len = item->path.len, .source_at = (size_t)(item->source.ptr - item->path.ptr)};
    return true;
}

bool dm__roots_init(struct dm_roots *r, const struct dm_input_settings *input, char why[DM_WHY_MAX])
{
    struct dm_source_item item;
    bool folder;
    int got;
    *r = (struct dm_roots){NULL, 0};
    struct dm_source *const source = dm__source_open(input, NULL, why);
    if (source == NULL)
        return false;
    while ((got = dm__source_next_asked(source, &item, &folder, why)) == 1) {
        if (!folder) {
            snprintf(why, DM_WHY_MAX, "only folders can be watched: %s", item.path.ptr);
            got = -1;
            break;
        }
        if (lies_in_another(r, item.path))
            continue;
        if (!add(r, &item)) {
            snprintf(why, DM_WHY_MAX, "out of memory");
            got = -1;
            break;
        }
    }
    dm__source_close(source);
    if (got == 0 && r->count == 0)
        snprintf(why, DM_WHY_MAX, "there is no folder to watch");
    return got == 0 && r->count != 0;
}

void dm__roots_fini(struct dm_roots *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->items[i].path);
    free(r->items);
    *r = (struct dm_roots){NULL, 0};
}

enum dm_root_news dm__root_look(struct dm_root *root, enum dm_watch_poll poll)
{
    struct stat st;
    struct statfs fs;
    const char *const path = root->path_len != 0 ? root->path : ".";
    const bool was = root->there;
    root->there = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (!root->there)
        return was ? DM_ROOT_GONE : DM_ROOT_SAME;
    if (was && st.st_dev == root->device && st.st_ino == root->inode)
        return DM_ROOT_SAME;
    root->device = st.st_dev;
    root->inode = st.st_ino;
    root->polled = poll == DM_WATCH_POLL_ALWAYS ||
                   (poll == DM_WATCH_POLL_AUTO && statfs(path, &fs) == 0 && dm__root_deaf(fs.f_type) != NULL);
    return DM_ROOT_NEW;
}
