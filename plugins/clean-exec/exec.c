/* clean-exec: a cleaner that is a program of its own. */
#include "answer.h"
#include "program.h"
#include "question.h"

#include <stdlib.h>
#include <string.h>

struct exec_stage {
    dm_array command;
    int64_t timeout;
    dm_array rules;
    struct program *program;
};

static const dm_option options[] = {
    {.name = "command",
     .flags = DM_COMMAND | DM_SCRIPT,
     DM_LIST_AT(struct exec_stage, command),
     .min = 1,
     .max = 100,
     .help = "The program and its arguments; it starts in the pipeline file's folder."},
    {.name = "timeout",
     DM_TIME_AT(struct exec_stage, timeout),
     .def = "20s",
     .min = 10,
     .max = 3600000,
     .unit = "ms",
     .help = "How long the program may take for its greeting, and for each answer."},
};

static const dm_rule rules[] = {
    {"program", "What the program changes without naming a rule that it declares.", DM_FIX, 0},
};

static dm_status open_stage(dm_task *t, void *state)
{
    struct exec_stage *const s = state;
    s->rules = *(const dm_array *)t->host->extension(t, DM_EXTENSION_RULES);
    s->program = dm_alloc(t, sizeof *s->program);
    if (s->program == NULL)
        return DM_ELIMIT;
    s->program->host = t->host->extension(t, DM_EXTENSION_PROGRAMS);
    s->program->timeout = s->timeout;
    if (s->program->host == NULL)
        return dm_fail(t, DM_ECONFIG, "this docmill cannot start programs");
    return program_start(s->program, t);
}

/* Its standard input ends: it leaves, or the host ends it with this process. */
static void close_stage(void *state)
{
    program_leave(((struct exec_stage *)state)->program);
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct exec_stage *const s = state;
    struct positions positions;
    char *line;
    dm_str answer;
    const dm_status ready = program_ready(s->program, t);
    if (ready != DM_OK)
        return ready;
    if (!positions_of(&positions, t, dm_text(t, d), s->program->unit) ||
        !question_write(t, d, &positions, &line))
        return DM_ELIMIT;
    const dm_status asked = program_ask(s->program, t, (dm_str){line, strlen(line)}, &answer);
    free(line);
    return asked == DM_OK ? answer_apply(t, d, answer, &positions, s->rules) : asked;
}

static const char doc[] =
    "A program in any language, which lives as long as its worker: it reads a document as one line of JSON "
    "on its\n"
    "standard input and answers with one line on its standard output.\n"
    "\n"
    "```python\n"
    "# docmill rule teh: \"teh\" is a typing mistake for \"the\".\n"
    "import json, re, sys\n"
    "\n"
    "print('{\"docmill\": 1, \"positions\": \"characters\"}', flush=True)\n"
    "for line in sys.stdin:\n"
    "    text = json.loads(line)[\"text\"]\n"
    "    edits = [{\"at\": m.span(), \"with\": \"the\", \"rule\": \"teh\"} for m in "
    "re.finditer(r\"\\bteh\\b\", text)]\n"
    "    print(json.dumps({\"edits\": edits}), flush=True)\n"
    "```\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: exec\n"
    "    with: { command: [python3, teh.py], rules: { teh: flag } }\n"
    "```\n"
    "\n"
    "The lines are described in [exec-protocol.md](exec-protocol.md). A line `docmill rule ID: What it is "
    "for.` behind\n"
    "the signs of a comment, in a file that the command names, declares a rule, as for [lua](clean-lua.md).\n"
    "\n"
    "#### Where it runs\n"
    "\n"
    "The program starts in the folder of the pipeline file, in a sandbox of its own, which is narrower than "
    "that of\n"
    "plugins: it can read the system's folders, the files and folders that its command names, and the folder "
    "of the\n"
    "first file behind the program (a script, with what lies beside it); it writes no file and reaches no "
    "network. Its\n"
    "data may take what `run: { memory: ... }` gives to a document. A program without a `/` is looked up in\n"
    "`/usr/local/bin`, `/usr/bin` and `/bin`; of one with a `/` the folder can be read, and the virtual "
    "environment if it\n"
    "is a `python` of one. Its environment is `PATH` and `LANG=C.UTF-8`. What it prints on standard error "
    "goes into the\n"
    "log. The files that the command names belong to the pipeline: change one, and `docmill run` builds its "
    "outputs anew.\n"
    "\n"
    "#### When it fails\n"
    "\n"
    "A program that ends, or takes longer than `timeout`, costs the document an attempt and is started "
    "again. An answer\n"
    "that is wrong fails the document, with the reason. A program that cannot be run or does not greet is a "
    "mistake of\n"
    "the pipeline, which `docmill check` tells.\n";

static const dm_stage exec_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct exec_stage),
    .name = "exec",
    .summary = "A cleaner that is a program of its own, in any language.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .open = open_stage,
    .close = close_stage,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.name = "clean-exec", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&exec_stage, NULL});
