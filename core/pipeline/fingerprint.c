/* The hash of a JSON text that says all that counts, in one order. */
#include "core/pipeline/fingerprint.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/pipeline/options.h"
#include "core/pipeline/programs.h"
#include "core/pipeline/regex.h"
#include "core/text/json.h"
#include "core/text/str.h"

/* Raise it when the host itself comes to treat the same document in another way. */
enum { EPOCH = 1 };

static void put_file(struct dm_json *j, dm_str path)
{
    char hex[DM_HASH_DIGITS + 1] = "", name[PATH_MAX];
    int fd = -1;
    if (path.len != 0 && path.len < sizeof name) {
        memcpy(name, path.ptr, path.len);
        name[path.len] = '\0';
        fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    }
    if (fd >= 0 && !dm__hash_fd(fd, hex)) /* whoever opens the stage will say what is wrong */
        hex[0] = '\0';
    if (fd >= 0)
        close(fd);
    dm__json_open(j, '{');
    dm__json_bytes(j, "path", path);
    dm__json_key(j, "hash");
    dm__json_cstr(j, hex);
    dm__json_close(j, '}');
}

static void put_bytes(struct dm_json *j, dm_str bytes)
{
    dm__json_open(j, '{');
    dm__json_bytes(j, "is", bytes);
    dm__json_close(j, '}');
}

static void put_array(struct dm_json *j, const dm_array *a, bool pairs)
{
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < a->count; i++) {
        put_bytes(j, pairs ? DM_AT(dm_pair, *a, i)->key : *DM_AT(dm_str, *a, i));
        if (pairs)
            put_bytes(j, DM_AT(dm_pair, *a, i)->value);
    }
    dm__json_close(j, ']');
}

/* The words, and the contents of the files that they name. */
static void put_command(struct dm_json *j, dm_str folder, const dm_array *words)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < words->count; i++) {
        dm_str path;
        put_bytes(j, *DM_AT(dm_str, *words, i));
        if (dm__command_file(&arena, folder, words, i, &path))
            put_file(j, path);
    }
    dm__json_close(j, ']');
    dm__arena_fini(&arena);
}

static void put_option(struct dm_json *j, dm_str folder, const dm_option *o, const char *state)
{
    const void *const field = state + o->offset;
    dm__json_key(j, o->name);
    if (dm__is_command(o)) {
        put_command(j, folder, field);
        return;
    }
    switch (o->type) {
    case DM_BOOL:
        dm__json_bool(j, *(const bool *)field);
        break;
    case DM_REAL:
        dm__json_real(j, *(const double *)field);
        break;
    case DM_CHOICE:
        dm__json_cstr(j, o->choices[*(const int32_t *)field]);
        break;
    case DM_INT:
    case DM_SIZE:
    case DM_TIME:
        dm__json_int(j, *(const int64_t *)field);
        break;
    case DM_LIST:
    case DM_MAP:
        put_array(j, field, o->type == DM_MAP);
        break;
    case DM_PATH_IN:
        put_file(j, *(const dm_str *)field);
        break;
    case DM_REGEX:
        put_bytes(j, *(const dm_regex *const *)field != NULL
                         ? dm__regex_pattern(*(const dm_regex *const *)field)
                         : DM_LIT(""));
        break;
    default:
        put_bytes(j, *(const dm_str *)field);
    }
}

static void put_instance(struct dm_json *j, dm_str folder, const struct dm_instance *instance)
{
    const dm_array options = instance->stage->options, rules = instance->stage->rules;
    dm__json_open(j, '{');
    dm__json_key(j, "plugin");
    dm__json_str(j, instance->file->hash);
    dm__json_key(j, "stage");
    dm__json_cstr(j, instance->stage->name);
    dm__json_key(j, "options");
    dm__json_open(j, '{');
    for (uint32_t i = 0; i < options.count; i++)
        put_option(j, folder, DM_AT(dm_option, options, i), instance->state);
    dm__json_close(j, '}');
    dm__json_key(j, "rules");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < rules.count; i++) {
        dm__json_uint(j, instance->modes[i].mode);
        dm__json_real(j, instance->modes[i].threshold);
    }
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

static void put_condition(struct dm_json *j, const struct dm_condition *c)
{
    dm__json_open(j, '{');
    dm__json_key(j, "key");
    dm__json_cstr(j, c->key);
    dm__json_key(j, "values");
    dm__json_open(j, '[');
    for (size_t i = 0; i < c->count; i++)
        put_bytes(j, c->values[i]);
    dm__json_close(j, ']');
    dm__json_key(j, "matches");
    put_bytes(j, c->matches != NULL ? dm__regex_pattern(c->matches) : DM_LIT(""));
    dm__json_key(j, "present");
    dm__json_int(j, c->present);
    dm__json_close(j, '}');
}

static void put_step(struct dm_json *j, dm_str folder, const struct dm_step *step)
{
    dm__json_open(j, '{');
    dm__json_key(j, "name");
    dm__json_str(j, step->name);
    dm__json_key(j, "instances");
    dm__json_open(j, '[');
    for (size_t i = 0; i < step->instance_count; i++)
        put_instance(j, folder, &step->instances[i]);
    dm__json_close(j, ']');
    dm__json_key(j, "when");
    dm__json_open(j, '[');
    for (size_t i = 0; i < step->when_count; i++)
        put_condition(j, &step->when[i]);
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

bool dm__fingerprint(const struct dm_pipeline *p, char hex[DM_HASH_DIGITS + 1])
{
    struct dm_arena arena;
    struct dm_json j;
    dm__arena_init(&arena, 0);
    dm__json_init(&j, &arena, 0);
    const dm_str folder = dm__path_folder(&arena, p->file);
    dm__json_open(&j, '[');
    dm__json_uint(&j, EPOCH);
    for (size_t i = 0; i < p->step_count; i++)
        put_step(&j, folder, &p->steps[i]);
    dm__json_close(&j, ']');
    const dm_str text = dm__json_text(&j);
    if (text.ptr != NULL)
        dm__hash_bytes(text, hex);
    dm__arena_fini(&arena);
    return text.ptr != NULL;
}
