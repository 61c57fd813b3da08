/* A docmill/plugin.h that is older than ours, frozen: what a plugin was compiled with that nobody will
 * ever compile again.  Only what tests/abi/older.c uses.  Its structs lack members that ours have at
 * their end: a rule its threshold, an output its finish(), a change its evidence, the host all that
 * cleaners do not call. */
#ifndef DOCMILL_TESTS_PLUGIN_1_0_H
#define DOCMILL_TESTS_PLUGIN_1_0_H

#include <stddef.h>
#include <stdint.h>

typedef struct dm_doc dm_doc;
typedef struct dm_task dm_task;
typedef int32_t dm_status;
enum { DM_OK = 0 };
enum { DM_CLEANER = 2, DM_OUTPUT = 3 };

typedef struct {
    const char *ptr;
    size_t len;
} dm_str;
typedef struct {
    size_t begin, end;
} dm_span;
typedef struct {
    const void *items;
    uint32_t count, stride;
} dm_array;

typedef struct {
    uint32_t size, rule, target, index;
    dm_span at;
    dm_str with;
    const char *key;
    const void *mark;
    double confidence;
} dm_change;

typedef struct {
    const char *id, *help;
    uint32_t mode;
} dm_rule;

typedef struct {
    uint32_t size;
    dm_status (*clean)(const void *state, dm_task *t, dm_doc *d);
} dm_cleaner_ops;

typedef struct {
    uint32_t size;
    const char *media_type;
    dm_status (*render)(const void *state, dm_task *t, const dm_doc *d);
    dm_status (*resume)(void *state, dm_task *t, const void *r);
    dm_status (*write)(void *state, dm_task *t, const void *r);
    dm_status (*commit)(void *state, dm_task *t);
} dm_output_ops;

typedef struct {
    uint32_t size, kind, flags, state_size;
    const char *name, *summary, *doc;
    dm_array options, rules, metrics;
    dm_status (*open)(dm_task *t, void *state);
    void (*close)(void *state);
    const void *ops;
} dm_stage;

typedef struct {
    uint32_t size, abi_minor, host_size, flags;
    const char *name, *version, *license;
    const dm_stage *const *stages;
} dm_plugin;

typedef struct {
    uint32_t size, abi_minor;
    const char *version;
    void *not_called[14];
    void *(*not_called_either[4])(void);
    dm_status (*change)(dm_task *t, dm_doc *d, const dm_change *c);
} dm_host;

struct dm_task {
    uint32_t size;
    const dm_host *host;
};

#endif
