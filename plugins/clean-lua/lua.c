/* clean-lua: a cleaner that is a script. */
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRIPT_MAX = 1 << 20 /* bytes */ };

struct lua_stage {
    dm_str file, script;
    dm_array options;
    int64_t memory;
    struct vm *vm;
};

static const dm_option options[] = {
    {.name = "file",
     .flags = DM_SCRIPT,
     DM_PATH_IN_AT(struct lua_stage, file),
     .def = "",
     .help = "The script, which has a function `clean(doc)`."},
    {.name = "script",
     .flags = DM_SCRIPT,
     DM_TEXT_AT(struct lua_stage, script),
     .def = "",
     .help = "The script itself, instead of a file."},
    {.name = "options",
     DM_MAP_AT(struct lua_stage, options),
     .def = "{}",
     .max = 1000,
     .help = "What the script finds in its table `options`, as texts."},
    {.name = "memory",
     DM_SIZE_AT(struct lua_stage, memory),
     .def = "64MiB",
     .min = 1 << 20,
     .max = 1 << 30,
     .unit = "bytes",
     .help = "What the interpreter may take for one document."},
};

static const dm_rule rules[] = {
    {"script", "What the script changes without naming a rule that it declares.", DM_FIX, 0},
};

/* ---- open ------------------------------------------------------------------------------------ */

static dm_str last_part(dm_str path)
{
    const char *const slash = memrchr(path.ptr, '/', path.len);
    const size_t from = slash != NULL ? (size_t)(slash + 1 - path.ptr) : 0;
    return (dm_str){path.ptr + from, path.len - from};
}

static dm_status read_open(dm_task *t, int fd, dm_str *script)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return dm_fail(t, DM_ECONFIG, "the script is no regular file");
    if (st.st_size > SCRIPT_MAX)
        return dm_fail(t, DM_ECONFIG, "the script has more than %d bytes", SCRIPT_MAX);
    const size_t size = (size_t)st.st_size;
    char *const text = dm_alloc(t, size + 1);
    size_t len = 0;
    for (ssize_t n = 1; text != NULL && n > 0 && len<size; len += n> 0 ? (size_t)n : 0)
        n = read(fd, text + len, size - len);
    *script = (dm_str){text, len};
    return text != NULL ? DM_OK : DM_ELIMIT;
}

static dm_status read_file(dm_task *t, dm_str path, dm_str *script)
{
    char name[4096];
    if (path.len >= sizeof name)
        return dm_fail(t, DM_ECONFIG, "the script's path is too long");
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return dm_fail(t, DM_ECONFIG, "the script cannot be opened: %s", strerror(errno));
    const dm_status status = read_open(t, fd, script);
    close(fd);
    return status;
}

static dm_status open_stage(dm_task *t, void *state)
{
    struct lua_stage *const s = state;
    if ((s->file.len != 0) == (s->script.len != 0))
        return dm_fail(t, DM_ECONFIG, "say which script: either 'file' or 'script'");
    dm_str script = s->script;
    const dm_status status = s->file.len != 0 ? read_file(t, s->file, &script) : DM_OK;
    if (status != DM_OK)
        return status;
    s->vm = dm_alloc(t, sizeof *s->vm);
    if (s->vm == NULL)
        return DM_ELIMIT;
    const dm_status opened = vm_open(s->vm, t, s->file.len != 0 ? last_part(s->file) : DM_LIT("script"),
                                     script, s->options, (size_t)s->memory);
    if (opened != DM_OK)
        vm_close(s->vm);
    return opened;
}

static void close_stage(void *state)
{
    vm_close(((struct lua_stage *)state)->vm);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    return vm_clean(((const struct lua_stage *)state)->vm, t, d);
}

static const char doc[] =
    "A few lines of Lua instead of a plugin in C:\n"
    "\n"
    "```lua\n"
    "-- docmill rule teh: \"teh\" is a typing mistake for \"the\".\n"
    "function clean(doc)\n"
    "  for from, to, word in doc:words() do\n"
    "    if word == \"teh\" then doc:edit(from, to, \"the\", \"teh\") end\n"
    "  end\n"
    "end\n"
    "```\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: lua\n"
    "    with: { file: teh.lua, rules: { teh: flag } }\n"
    "```\n"
    "\n"
    "Short ones may stand in the pipeline file itself, behind `script: |`.\n"
    "\n"
    "#### Rules\n"
    "\n"
    "A line `docmill rule ID: What it is for.` behind the signs of a comment declares a rule; `ID (flag)` "
    "and `ID (off)`\n"
    "give it another mode. Declared rules are rules like any other: `rules:` sets them, records, reports "
    "and\n"
    "`docmill undo` name them. They are read from the file, not by running it. A change that names no rule "
    "has the only\n"
    "one that is declared, else, where none is, `script`.\n"
    "\n"
    "#### What a script can call\n"
    "\n"
    "Positions are bytes, counted from 1, the last one included, as in Lua's own functions:\n"
    "`text:sub(from, to)` is what `doc:edit(from, to, ...)` replaces. `to` = `from - 1` inserts before "
    "`from`.\n"
    "All see the document as it was when `clean()` was called.\n"
    "\n"
    "| call | gives or does |\n"
    "|---|---|\n"
    "| `doc:text()` | the text, UTF-8 |\n"
    "| `doc:words()` | for a loop: `from, to, word`. A word is letters and digits, with apostrophes inside "
    "|\n"
    "| `doc:lines()` | for a loop: `from, to, line`, without the line feed |\n"
    "| `doc:edit(from, to, new, rule)` | replaces a stretch; must not overlap another one's |\n"
    "| `doc:meta(key)` | a value of the metadata, or nil |\n"
    "| `doc:meta(key, value, rule)` | sets it; nil removes it |\n"
    "| `doc:marks()` | a list of tables with `kind`, `level`, `from`, `to`, `value` |\n"
    "| `doc:mark(kind, from, to, level, value, rule)` | adds a mark: `heading`, `list-item`, `link`, ... |\n"
    "| `doc:unmark(number, rule)` | removes the mark of that number in `doc:marks()` |\n"
    "| `doc:protected(from, to)` | whether an edit there would be left out, as a stretch is protected |\n"
    "| `doc:source()` | the document's path below the input folder |\n"
    "| `log(line)` | a line in the log |\n"
    "| `fail(why)` | this document becomes a dead letter |\n"
    "| `drop()` | this document ends here, by intention |\n"
    "| `options` | the table of the option `options`; its values are texts |\n"
    "\n"
    "Behind `rule` all changes take `confidence` (0 to 1) and `evidence` (a text for people).\n"
    "\n"
    "#### What a script cannot do\n"
    "\n"
    "There are `string`, `table`, `math`, `bit` and the plain functions, no coroutines; no `io`, `os`,\n"
    "`debug`, `ffi`, `package`, nothing that loads code. What differs from process to process is not there "
    "either:\n"
    "`next`, `print`, addresses in `tostring()`; `pairs()` goes by the order of the keys (false, true, "
    "numbers, texts), and\n"
    "`math.random()` gives each document the same numbers.\n"
    "\n"
    "**Nothing is kept from document to document.** All memory of the interpreter is put back, byte for "
    "byte, to what it was\n"
    "when the script had been read. So what a document comes to never depends on the one before.\n"
    "\n"
    "A mistake (a stretch outside the text, a rule that is not declared, an error of Lua's) fails that "
    "document only, with\n"
    "file and line. More memory than `memory` does too, and a loop without end is stopped by `run: { "
    "timeout: ... }`.\n";

static const dm_stage lua_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct lua_stage),
    .name = "lua",
    .summary = "A cleaner that is a script, run by LuaJIT's interpreter inside the worker.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .open = open_stage,
    .close = close_stage,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.name = "clean-lua", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&lua_stage, NULL});
