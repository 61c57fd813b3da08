#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"

enum kind { FILE_KIND, FOLDER_KIND, LINK_KIND };

struct content {
    char *bytes;
    size_t len, cap;
};

/* A write, or (data NULL) a new length. */
struct change {
    uint64_t at, len;
    const char *data; /* in the log */
};

struct entry {
    char *name;
    struct node *node;
};

struct folder {
    struct entry *entries;
    size_t count, cap;
};

/* now: as a process sees it; durable: what a cut leaves at the least. */
struct node {
    enum kind kind;
    uint64_t inode;
    struct node *next;                           /* of all */
    bool deaf;                                   /* lies where syncs are not heard */
    struct content now_content, durable_content; /* a link: where it leads, from the start */
    struct change *changes;                      /* that are pending */
    size_t change_count, change_cap;
    struct folder now_folder, durable_folder;
};

/* A change of names.  from: loses `name`, if not NULL; to: gets `to_name` for node, if not NULL */
struct naming {
    struct node *from, *to, *node;
    char *name, *to_name;
    bool durable;
};

struct disk {
    struct node *root, *all;
    struct node **by_inode; /* [cap] an open hash of the nodes as they are now */
    size_t used, cap;
    struct naming *namings;
    size_t naming_count, naming_cap;
};

static void *grow(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap != 0 ? *cap * 2 : 16;
    void *const larger = realloc(items, *cap * size);
    if (larger == NULL)
        die("memory");
    return larger;
}

static char *copy_bytes(const char *bytes, size_t len)
{
    char *const copy = malloc(len + 1);
    if (copy == NULL)
        die("memory");
    if (len != 0)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

/* ---- content ------------------------------------------------------------------------------------ */

static void set_length(struct content *c, size_t len)
{
    if (len > c->cap) {
        const size_t cap = len + len / 2;
        c->bytes = realloc(c->bytes, cap);
        if (c->bytes == NULL)
            die("memory");
        c->cap = cap;
    }
    if (len > c->len)
        memset(c->bytes + c->len, 0, len - c->len);
    c->len = len;
}

static void apply(struct content *c, const struct change *change)
{
    if (change->data == NULL) {
        set_length(c, change->at);
        return;
    }
    if (change->at + change->len > c->len)
        set_length(c, change->at + change->len);
    memcpy(c->bytes + change->at, change->data, change->len);
}

/* ---- nodes -------------------------------------------------------------------------------------- */

static struct node **slot_of(const struct disk *d, uint64_t inode)
{
    size_t i = (size_t)(inode * UINT64_C(0x9E3779B97F4A7C15)) & (d->cap - 1);
    while (d->by_inode[i] != NULL && d->by_inode[i]->inode != inode)
        i = (i + 1) & (d->cap - 1);
    return &d->by_inode[i];
}

static void make_room(struct disk *d)
{
    if (d->used * 2 < d->cap)
        return;
    struct node **const old = d->by_inode;
    const size_t old_cap = d->cap;
    d->cap = old_cap != 0 ? old_cap * 2 : 1024;
    d->by_inode = calloc(d->cap, sizeof(struct node *));
    if (d->by_inode == NULL)
        die("memory");
    for (size_t i = 0; i < old_cap; i++)
        if (old[i] != NULL)
            *slot_of(d, old[i]->inode) = old[i];
    free(old);
}

/* NULL: nothing of ours */
static struct node *node_of(const struct disk *d, uint64_t inode)
{
    return *slot_of(d, inode);
}

/* The number may have been another one's, which is gone but may be durable. */
static struct node *add_node(struct disk *d, enum kind kind, uint64_t inode)
{
    struct node *const n = calloc(1, sizeof *n);
    if (n == NULL)
        die("memory");
    make_room(d);
    struct node **const slot = slot_of(d, inode);
    d->used += *slot == NULL;
    *slot = n;
    n->kind = kind;
    n->inode = inode;
    n->next = d->all;
    d->all = n;
    return n;
}

/* ---- names -------------------------------------------------------------------------------------- */

static struct entry *find(const struct folder *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->entries[i].name, name) == 0)
            return &f->entries[i];
    return NULL;
}

static void remove_name(struct folder *f, const char *name)
{
    struct entry *const e = find(f, name);
    if (e == NULL)
        return;
    free(e->name);
    *e = f->entries[--f->count];
}

static void set_name(struct folder *f, const char *name, struct node *node)
{
    struct entry *const e = find(f, name);
    if (e != NULL) {
        e->node = node;
        return;
    }
    f->entries = grow(f->entries, f->count, &f->cap, sizeof *f->entries);
    f->entries[f->count++] = (struct entry){copy_bytes(name, strlen(name)), node};
}

static void make_durable(struct naming *n)
{
    if (n->durable)
        return;
    n->durable = true;
    if (n->from != NULL)
        remove_name(&n->from->durable_folder, n->name);
    if (n->to != NULL)
        set_name(&n->to->durable_folder, n->to_name, n->node);
}

/* Takes the names. */
static void rename_now(struct disk *d, struct naming n)
{
    if (n.from != NULL)
        remove_name(&n.from->now_folder, n.name);
    if (n.to != NULL)
        set_name(&n.to->now_folder, n.to_name, n.node);
    d->namings = grow(d->namings, d->naming_count, &d->naming_cap, sizeof *d->namings);
    d->namings[d->naming_count++] = n;
}

/* Forget what needs no more to be remembered. */
static void drop_durable(struct disk *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->naming_count; i++) {
        if (d->namings[i].durable) {
            free(d->namings[i].name);
            free(d->namings[i].to_name);
        } else {
            d->namings[kept++] = d->namings[i];
        }
    }
    d->naming_count = kept;
}

/* ---- syncs -------------------------------------------------------------------------------------- */

static void sync_content(struct node *n)
{
    for (size_t i = 0; i < n->change_count; i++)
        apply(&n->durable_content, &n->changes[i]);
    n->change_count = 0;
}

static void sync_names(struct disk *d, const struct node *folder)
{
    for (size_t i = 0; i < d->naming_count; i++)
        if (d->namings[i].from == folder || d->namings[i].to == folder)
            make_durable(&d->namings[i]);
    drop_durable(d);
}

/* All below a folder as it is now. */
static void sync_below(struct disk *d, struct node *n)
{
    if (n->kind == FILE_KIND)
        sync_content(n);
    if (n->kind != FOLDER_KIND)
        return;
    sync_names(d, n);
    for (size_t i = 0; i < n->now_folder.count; i++)
        sync_below(d, n->now_folder.entries[i].node);
}

/* ---- following ---------------------------------------------------------------------------------- */

static void change_now(struct node *n, struct change change)
{
    if (n == NULL || n->kind != FILE_KIND)
        return;
    apply(&n->now_content, &change);
    n->changes = grow(n->changes, n->change_count, &n->change_cap, sizeof *n->changes);
    n->changes[n->change_count++] = change;
}

static void make_now(struct disk *d, const struct disk_op *op, enum kind kind, const char *name,
                     const char *data, const char *deaf_below)
{
    struct node *const folder = node_of(d, op->folder);
    if (folder == NULL || folder->kind != FOLDER_KIND || (folder == d->root && kind != FOLDER_KIND))
        return;
    struct node *const n = add_node(d, kind, op->file);
    char *const to_name = copy_bytes(name, op->name_len);
    n->deaf = folder->deaf || (folder == d->root && strcmp(to_name, deaf_below) == 0);
    if (kind == LINK_KIND)
        apply(&n->now_content, &(struct change){0, op->data_len, data});
    rename_now(d, (struct naming){.to = folder, .node = n, .to_name = to_name});
}

static void move_now(struct disk *d, const struct disk_op *op, const char *name, const char *to_name)
{
    struct node *const from = node_of(d, op->folder);
    struct node *const to = op->type == DISK_RENAME ? node_of(d, op->to_folder) : NULL;
    char *const old = copy_bytes(name, op->name_len);
    const struct entry *const e = from != NULL ? find(&from->now_folder, old) : NULL;
    if (e == NULL || (op->type == DISK_RENAME && to == NULL)) {
        free(old); /* not ours */
        return;
    }
    rename_now(d, (struct naming){.from = from,
                                  .to = to,
                                  .node = e->node,
                                  .name = old,
                                  .to_name = to != NULL ? copy_bytes(to_name, op->data_len) : NULL});
}

static void sync_now(struct disk *d, const struct disk_op *op, unsigned deafness)
{
    struct node *const n = node_of(d, op->file);
    if (n == NULL)
        return;
    if (op->type == DISK_SYNC_ALL) {
        if (!n->deaf || !(deafness & DISK_DEAF_TO_ALL))
            sync_below(d, n);
    } else if (n->kind == FOLDER_KIND) {
        if (!n->deaf || !(deafness & DISK_DEAF_TO_FOLDERS))
            sync_names(d, n);
    } else if (!n->deaf || !(deafness & DISK_DEAF_TO_FILES)) {
        sync_content(n);
    }
}

uint64_t disk_follow(struct disk *d, const struct disk_log *log, uint64_t from, unsigned deafness,
                     const char *deaf_below)
{
    for (struct node *n = d->all; n != NULL; n = n->next) {
        const struct entry *const e = find(&d->root->now_folder, deaf_below);
        n->deaf = n->deaf || (e != NULL && e->node == n);
    }
    while (from < log->used) {
        struct disk_op op;
        const char *const p = (const char *)(log + 1) + from;
        memcpy(&op, p, sizeof op);
        const char *const name = p + sizeof op, *const data = name + op.name_len;
        from += op.size;
        switch ((enum disk_op_type)op.type) {
        case DISK_WRITE:
            change_now(node_of(d, op.file), (struct change){op.at, op.data_len, data});
            break;
        case DISK_TRUNCATE:
            change_now(node_of(d, op.file), (struct change){.at = op.at});
            break;
        case DISK_MAKE_FILE:
            make_now(d, &op, FILE_KIND, name, data, deaf_below);
            break;
        case DISK_MAKE_FOLDER:
            make_now(d, &op, FOLDER_KIND, name, data, deaf_below);
            break;
        case DISK_MAKE_LINK:
            make_now(d, &op, LINK_KIND, name, data, deaf_below);
            break;
        case DISK_LINK:
            if (node_of(d, op.folder) != NULL && node_of(d, op.file) != NULL)
                rename_now(d, (struct naming){.to = node_of(d, op.folder),
                                              .node = node_of(d, op.file),
                                              .to_name = copy_bytes(name, op.name_len)});
            break;
        case DISK_RENAME:
        case DISK_REMOVE:
            move_now(d, &op, name, data);
            break;
        case DISK_SYNC:
        case DISK_SYNC_ALL:
            sync_now(d, &op, deafness);
            break;
        }
    }
    return from;
}

/* ---- the cut ------------------------------------------------------------------------------------ */

/* A part of a write in whole sectors; or the length that it gives the file, and zeros. */
static void apply_torn(struct content *c, const struct change *change, struct dice *dice)
{
    enum { SECTOR = 512, ZEROED = 4 };
    static const char zeros[SECTOR];
    const bool zeroed = dice_throw(dice, ZEROED) == 0;
    for (uint64_t done = 0, len; done < change->len; done += len) {
        const uint64_t at = change->at + done, rest = SECTOR - at % SECTOR;
        len = change->len - done < rest ? change->len - done : rest;
        if (zeroed)
            apply(c, &(struct change){at, len, zeros});
        else if (dice_throw(dice, 2) != 0)
            apply(c, &(struct change){at, len, change->data + done});
    }
}

static void lose_content(struct node *n, struct dice *dice, enum disk_loss loss)
{
    enum { WHOLE = 5, NOTHING = 9, OUTCOMES = 10 }; /* else: torn */
    for (size_t i = 0; loss != DISK_LOSE_ALL && i < n->change_count; i++) {
        const uint32_t outcome = dice_throw(dice, OUTCOMES);
        if (outcome < WHOLE)
            apply(&n->durable_content, &n->changes[i]);
        else if (outcome >= NOTHING && n->changes[i].data != NULL)
            apply_torn(&n->durable_content, &n->changes[i], dice);
    }
    n->change_count = 0;
}

void disk_cut(struct disk *d, struct dice *dice, enum disk_loss loss)
{
    for (struct node *n = d->all; n != NULL; n = n->next)
        lose_content(n, dice, loss);
    const size_t kept = loss == DISK_LOSE_ALL ? 0 : dice_throw(dice, (uint32_t)d->naming_count + 1);
    for (size_t i = 0; loss != DISK_LOSE_ALL && i < d->naming_count; i++)
        if (loss == DISK_LOSE_LATEST ? i < kept : dice_throw(dice, 2) != 0)
            make_durable(&d->namings[i]);
    for (size_t i = 0; i < d->naming_count; i++)
        d->namings[i].durable = true;
    drop_durable(d);
}

/* ---- from and to a folder ----------------------------------------------------------------------- */

static void set_content(struct content *c, const char *path, const struct stat *st)
{
    set_length(c, (size_t)st->st_size);
    const int fd = S_ISLNK(st->st_mode) ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd < 0 ? readlink(path, c->bytes, c->len) : read(fd, c->bytes, c->len);
    if (n != (ssize_t)c->len)
        die(path);
    if (fd >= 0)
        close(fd);
}

static struct node *load(struct disk *d, const char *path, bool is_root)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        die(path);
    struct node *const n = add_node(d,
                                    S_ISDIR(st.st_mode)   ? FOLDER_KIND
                                    : S_ISLNK(st.st_mode) ? LINK_KIND
                                                          : FILE_KIND,
                                    st.st_ino);
    if (n->kind != FOLDER_KIND) {
        set_content(&n->now_content, path, &st);
        set_content(&n->durable_content, path, &st);
        return n;
    }
    DIR *const dir = opendir(path);
    if (dir == NULL)
        die(path);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || (is_root && e->d_type != DT_DIR))
            continue;
        struct node *const child = load(d, path_at(path, e->d_name).s, false);
        set_name(&n->now_folder, e->d_name, child);
        set_name(&n->durable_folder, e->d_name, child);
    }
    closedir(dir);
    return n;
}

struct disk *disk_load(const char *folder)
{
    struct disk *const d = calloc(1, sizeof *d);
    if (d == NULL)
        die("memory");
    make_room(d);
    d->root = load(d, folder, true);
    return d;
}

static void free_folder(struct folder *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->entries[i].name);
    free(f->entries);
}

void disk_free(struct disk *d)
{
    for (struct node *n = d->all, *next; n != NULL; n = next) {
        next = n->next;
        free(n->now_content.bytes);
        free(n->durable_content.bytes);
        free(n->changes);
        free_folder(&n->now_folder);
        free_folder(&n->durable_folder);
        free(n);
    }
    for (size_t i = 0; i < d->naming_count; i++)
        d->namings[i].durable = true;
    drop_durable(d);
    free(d->namings);
    free(d->by_inode);
    free(d);
}

static void write_content(const struct node *n, const char *path)
{
    const struct content *const c = &n->durable_content;
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 || (c->len != 0 && write(fd, c->bytes, c->len) != (ssize_t)c->len) || close(fd) != 0)
        die(path);
}

static void write_node(const struct node *n, const char *path)
{
    if (n->kind == FILE_KIND) {
        write_content(n, path);
    } else if (n->kind == LINK_KIND) {
        const char *const target = copy_bytes(n->now_content.bytes, n->now_content.len);
        if (symlink(target, path) != 0)
            die(path);
        free((char *)(uintptr_t)target);
    } else {
        if (mkdir(path, 0777) != 0)
            die(path);
        for (size_t i = 0; i < n->durable_folder.count; i++)
            write_node(n->durable_folder.entries[i].node, path_at(path, n->durable_folder.entries[i].name).s);
    }
}

/* Remove the sub-folders, that is, all that disk_load() reads. */
static void clear(const char *folder)
{
    DIR *const dir = opendir(folder);
    if (dir == NULL)
        die(folder);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        if (e->d_type == DT_DIR && strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            place_remove(path_at(folder, e->d_name).s);
    closedir(dir);
}

void disk_write(const struct disk *d, const char *folder)
{
    clear(folder);
    for (size_t i = 0; i < d->root->durable_folder.count; i++) {
        const struct entry *const e = &d->root->durable_folder.entries[i];
        write_node(e->node, path_at(folder, e->name).s);
    }
}

static bool differs(const char *path, const char *what)
{
    printf("not recorded as it is: %s: %s\n", path, what);
    return false;
}

/* SQLite maps its shared memory and writes to it there, which nobody can record and no cut may spare. */
static bool is_mapped(const char *name)
{
    const size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, "-shm") == 0;
}

static bool are_same(const struct node *a, const struct node *b, const char *path)
{
    if (a->kind != b->kind)
        return differs(path, "another kind of file");
    if (a->now_content.len != b->now_content.len ||
        (a->now_content.len != 0 &&
         memcmp(a->now_content.bytes, b->now_content.bytes, a->now_content.len) != 0))
        return differs(path, "another content");
    bool same = a->now_folder.count == b->now_folder.count || differs(path, "more or fewer files");
    for (size_t i = 0; same && i < a->now_folder.count; i++) {
        const struct entry *const e = &a->now_folder.entries[i];
        const struct entry *const other = find(&b->now_folder, e->name);
        const struct path below = path_at(path, e->name);
        same = other == NULL ? differs(below.s, "is not there")
                             : is_mapped(e->name) || are_same(e->node, other->node, below.s);
    }
    return same;
}

bool disk_is_same(const struct disk *d, const char *folder)
{
    struct disk *const there = disk_load(folder);
    const bool same = are_same(d->root, there->root, folder);
    disk_free(there);
    return same;
}
