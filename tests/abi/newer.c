/* A plugin that was compiled with a header of tomorrow: every struct has more behind what we know. */
#include <docmill/plugin.h>

struct new_option {
    dm_option known;
    const char *example;
};

struct new_rule {
    dm_rule known;
    const char *since;
    double weight;
};

struct new_ops {
    dm_cleaner_ops known;
    void (*learn)(void);
};

struct new_stage {
    dm_stage known;
    const char *icon;
};

struct new_plugin {
    dm_plugin known;
    const char *homepage;
};

struct state {
    int64_t first, second;
};

static dm_status newer_clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static void learn(void)
{
}

static const struct new_option options[] = {
    {{.name = "first", DM_INT_AT(struct state, first), .def = "1", .help = "The first."}, "1"},
    {{.name = "second", DM_INT_AT(struct state, second), .def = "2", .help = "The second."}, "2"},
};
static const struct new_rule rules[] = {
    {{.id = "one", .help = "One.", .threshold = 0.25}, "1.7", 0.5},
    {{.id = "two", .help = "Two.", .threshold = 0.75}, "1.7", 0.5},
};
static const struct new_ops ops = {{sizeof ops, newer_clean}, learn};
static const struct new_stage stage = {
    .known = {.size = sizeof stage,
              .kind = DM_CLEANER,
              .state_size = sizeof(struct state),
              .name = "newer",
              .summary = "A cleaner of tomorrow.",
              .options = DM_ARRAY(options),
              .rules = DM_ARRAY(rules),
              .ops.cleaner = &ops.known},
    .icon = "broom",
};

/* The header declares the symbol with the type that it knows; the name is given by hand therefore. */
DM_EXPORT extern const struct new_plugin newer __asm__("docmill_plugin_v1");
const struct new_plugin newer = {
    .known = {.size = sizeof newer,
              .abi_minor = DM_ABI_MINOR + 7,
              .name = "newer",
              .version = "9.0.0",
              .license = "MIT",
              .stages = (const dm_stage *const[]){&stage.known, NULL}},
    .homepage = "https://example.org/",
};
