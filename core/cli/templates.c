/* The files that `docmill new` writes.  @NAME@ and its like are replaced; see new.c. */
#include "core/cli/templates.h"

#include <stddef.h>

/* Each line stands as it will stand in the file. */
/* clang-format off */

static const char cleaner_source[] =
    "/* @NAME@: one sentence about what it repairs. */\n"
    "#include <docmill/plugin.h>\n"
    "\n"
    "struct state {\n"
    "    int64_t keep;\n"
    "};\n"
    "\n"
    "/* Each option is checked, filled in and documented from this table. */\n"
    "static const dm_option options[] = {\n"
    "    {.name = \"keep\",\n"
    "     DM_INT_AT(struct state, keep),\n"
    "     .def = \"1\",\n"
    "     .min = 1,\n"
    "     .max = 64,\n"
    "     .unit = \"spaces\",\n"
    "     .help = \"How many spaces of a longer run to keep.\"},\n"
    "};\n"
    "\n"
    "/* Each change names the rule that is its reason.  Ids are for ever: pipeline files use them. */\n"
    "enum { RULE_SPACE_RUN };\n"
    "static const dm_rule rules[] = {\n"
    "    [RULE_SPACE_RUN] = {\"space-run\", \"A run of spaces was longer than `keep`.\", DM_FIX, 0},\n"
    "};\n"
    "\n"
    "/* Read the text, ask for changes.  Positions are those of the text as this call received it; docmill\n"
    " * applies all changes when the call has returned DM_OK. */\n"
    "static dm_status clean(const void *state, dm_task *t, dm_doc *d)\n"
    "{\n"
    "    const struct state *s = state;\n"
    "    const size_t keep = (size_t)s->keep;\n"
    "    const dm_str text = dm_text(t, d);\n"
    "    for (size_t i = 0, run = 0; i <= text.len; i++) {\n"
    "        if (i < text.len && text.ptr[i] == ' ') {\n"
    "            run++;\n"
    "            continue;\n"
    "        }\n"
    "        if (run > keep)\n"
    "            dm_edit(t, d, (dm_span){i - run + keep, i}, DM_LIT(\"\"), RULE_SPACE_RUN);\n"
    "        run = 0;\n"
    "    }\n"
    "    return DM_OK;\n"
    "}\n"
    "\n"
    "static const dm_cleaner_ops ops = {.size = sizeof(dm_cleaner_ops), .clean = clean};\n"
    "\n"
    "static const dm_stage stage = {\n"
    "    .size = sizeof(dm_stage),\n"
    "    .kind = DM_CLEANER,\n"
    "    .name = \"@NAME@\",\n"
    "    .summary = \"Shorten runs of spaces.\",\n"
    "    .state_size = sizeof(struct state),\n"
    "    .options = DM_ARRAY(options),\n"
    "    .rules = DM_ARRAY(rules),\n"
    "    .ops.cleaner = &ops,\n"
    "};\n"
    "\n"
    "static const dm_stage *const stages[] = {&stage, NULL};\n"
    "DM_PLUGIN(.name = \"@NAME@\", .version = \"0.1.0\", .license = \"MIT\", .stages = stages);\n";

static const char extractor_source[] =
    "/* @NAME@: one sentence about what it reads. */\n"
    "#include <string.h>\n"
    "\n"
    "#include <docmill/plugin.h>\n"
    "\n"
    "/* How sure we are that the input is for us, from its first bytes: 0 (not at all) to 100. */\n"
    "static int32_t probe(const void *state, dm_str head, dm_str name)\n"
    "{\n"
    "    (void)state;\n"
    "    (void)name;\n"
    "    static const char magic[] = \"@NAME@\\n\";\n"
    "    const size_t len = sizeof magic - 1;\n"
    "    return head.len >= len && memcmp(head.ptr, magic, len) == 0 ? 100 : 0;\n"
    "}\n"
    "\n"
    "/* Append one line, and say what it is. */\n"
    "static void add_line(dm_task *t, dm_doc *d, dm_str line, dm_span from, uint32_t kind)\n"
    "{\n"
    "    const size_t begin = dm_text(t, d).len;\n"
    "    dm_append(t, d, line, from);\n"
    "    dm_append(t, d, DM_LIT(\"\\n\"), (dm_span){0, 0});\n"
    "    if (line.len == 0)\n"
    "        return;\n"
    "    const dm_mark mark = {.kind = kind, .at = {begin, begin + line.len}};\n"
    "    dm_add_mark(t, d, &mark);\n"
    "}\n"
    "\n"
    "/* Turn bytes into text and marks.  Here: a first line that names the format, then the title, then\n"
    " * paragraphs, one a line.  What dm_append() and its kin refuse fails the call without our help. */\n"
    "static dm_status extract(const void *state, dm_task *t, dm_doc *d)\n"
    "{\n"
    "    const dm_str bytes = dm_bytes(t, d);\n"
    "    if (probe(state, bytes, (dm_str){NULL, 0}) == 0)\n"
    "        return dm_fail(t, DM_EDOC, \"the first line is not \\\"@NAME@\\\"\");\n"
    "    size_t begin = sizeof \"@NAME@\\n\" - 1;\n"
    "    uint32_t kind = DM_TITLE;\n"
    "    while (begin < bytes.len) {\n"
    "        const char *end = memchr(bytes.ptr + begin, '\\n', bytes.len - begin);\n"
    "        const size_t stop = end ? (size_t)(end - bytes.ptr) : bytes.len;\n"
    "        const dm_str line = {bytes.ptr + begin, stop - begin};\n"
    "        add_line(t, d, line, (dm_span){begin, stop}, kind);\n"
    "        if (kind == DM_TITLE)\n"
    "            dm_set_meta(t, d, \"title\", line);\n"
    "        kind = DM_PARAGRAPH;\n"
    "        begin = stop + 1;\n"
    "    }\n"
    "    return DM_OK;\n"
    "}\n"
    "\n"
    "static const dm_extractor_ops ops = {\n"
    "    .size = sizeof(dm_extractor_ops), .probe = probe, .extract = extract};\n"
    "\n"
    "static const dm_stage stage = {\n"
    "    .size = sizeof(dm_stage),\n"
    "    .kind = DM_EXTRACTOR,\n"
    "    .name = \"@NAME@\",\n"
    "    .summary = \"Read a title and paragraphs, one a line.\",\n"
    "    .ops.extractor = &ops,\n"
    "};\n"
    "\n"
    "static const dm_stage *const stages[] = {&stage, NULL};\n"
    "DM_PLUGIN(.name = \"@NAME@\", .version = \"0.1.0\", .license = \"MIT\", .stages = stages);\n";

static const char output_source[] =
    "/* @NAME@: one sentence about what it writes. */\n"
    "#define _POSIX_C_SOURCE 200809L\n"
    "#include <docmill/plugin.h>\n"
    "#include <errno.h>\n"
    "#include <fcntl.h>\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n"
    "#include <sys/stat.h>\n"
    "#include <unistd.h>\n"
    "\n"
    "struct state {\n"
    "    dm_str path;\n"
    "    int fd;\n"
    "    off_t length; /* of what was written */\n"
    "};\n"
    "\n"
    "static const dm_option options[] = {\n"
    "    {.name = \"path\", DM_PATH_OUT_AT(struct state, path), .help = \"The file to append to.\"},\n"
    "};\n"
    "\n"
    "/* In the worker: a document as bytes.  Pure: the same document gives the same bytes, always. */\n"
    "static dm_status render(const void *state, dm_task *t, const dm_doc *d)\n"
    "{\n"
    "    (void)state;\n"
    "    dm_put(t, DM_LIT(\"== \"));\n"
    "    dm_put(t, dm_identify(t, d)->source);\n"
    "    dm_put(t, DM_LIT(\"\\n\"));\n"
    "    return dm_put(t, dm_text(t, d));\n"
    "}\n"
    "\n"
    "static dm_status fail_errno(dm_task *t, const char *what)\n"
    "{\n"
    "    return dm_fail(t, DM_ECONFIG, \"%s: %s\", what, strerror(errno));\n"
    "}\n"
    "\n"
    "/* All below runs in the writer.  The token is the length at the last commit: going back is cutting the\n"
    " * file to it.  Without a token, nobody's file is touched. */\n"
    "static dm_status resume(void *state, dm_task *t, const dm_resume *r)\n"
    "{\n"
    "    struct state *s = state;\n"
    "    char *path = dm_alloc(t, s->path.len + 1);\n"
    "    if (!path)\n"
    "        return DM_ELIMIT;\n"
    "    memcpy(path, s->path.ptr, s->path.len);\n"
    "    s->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);\n"
    "    struct stat file;\n"
    "    if (s->fd < 0 || fstat(s->fd, &file) != 0)\n"
    "        return fail_errno(t, \"cannot be opened\");\n"
    "    if (r->token.len != 0 && r->token.len != sizeof s->length)\n"
    "        return dm_fail(t, DM_ECONFIG, \"the token is none of this output\");\n"
    "    if (r->token.len != 0)\n"
    "        memcpy(&s->length, r->token.ptr, sizeof s->length);\n"
    "    if (s->length < 0)\n"
    "        return dm_fail(t, DM_ECONFIG, \"the token is none of this output\");\n"
    "    if (file.st_size < s->length)\n"
    "        return dm_fail(t, DM_ECONFIG, \"shorter than docmill left it\");\n"
    "    if (r->token.len == 0 && file.st_size > 0 && !(r->flags & DM_RESUME_REPLACE))\n"
    "        return dm_fail(t, DM_ECONFIG, \"exists and is not empty\");\n"
    "    if (ftruncate(s->fd, s->length) != 0 || lseek(s->fd, s->length, SEEK_SET) < 0)\n"
    "        return fail_errno(t, \"cannot be cut to its length\");\n"
    "    return DM_OK;\n"
    "}\n"
    "\n"
    "static dm_status write_record(void *state, dm_task *t, const dm_record *r)\n"
    "{\n"
    "    struct state *s = state;\n"
    "    dm_str rest = r->bytes;\n"
    "    while (rest.len > 0) {\n"
    "        const ssize_t n = write(s->fd, rest.ptr, rest.len);\n"
    "        if (n < 0 && errno != EINTR)\n"
    "            return fail_errno(t, \"cannot be written\");\n"
    "        if (n > 0) {\n"
    "            rest.ptr += n;\n"
    "            rest.len -= (size_t)n;\n"
    "            s->length += n;\n"
    "        }\n"
    "    }\n"
    "    return DM_OK;\n"
    "}\n"
    "\n"
    "static dm_status commit(void *state, dm_task *t)\n"
    "{\n"
    "    struct state *s = state;\n"
    "    if (fdatasync(s->fd) != 0)\n"
    "        return fail_errno(t, \"cannot be made durable\");\n"
    "    return dm_put(t, (dm_str){(const char *)&s->length, sizeof s->length});\n"
    "}\n"
    "\n"
    "static dm_status start(dm_task *t, void *state)\n"
    "{\n"
    "    (void)t;\n"
    "    ((struct state *)state)->fd = -1;\n"
    "    return DM_OK;\n"
    "}\n"
    "\n"
    "static void end(void *state)\n"
    "{\n"
    "    if (((struct state *)state)->fd >= 0)\n"
    "        close(((struct state *)state)->fd);\n"
    "}\n"
    "\n"
    "static const dm_output_ops ops = {.size = sizeof(dm_output_ops),\n"
    "                                  .media_type = \"text/plain\",\n"
    "                                  .render = render,\n"
    "                                  .resume = resume,\n"
    "                                  .write = write_record,\n"
    "                                  .commit = commit};\n"
    "\n"
    "static const dm_stage stage = {\n"
    "    .size = sizeof(dm_stage),\n"
    "    .kind = DM_OUTPUT,\n"
    "    .name = \"@NAME@\",\n"
    "    .summary = \"Append the texts to one file, each below its name.\",\n"
    "    .state_size = sizeof(struct state),\n"
    "    .options = DM_ARRAY(options),\n"
    "    .open = start,\n"
    "    .close = end,\n"
    "    .ops.output = &ops,\n"
    "};\n"
    "\n"
    "static const dm_stage *const stages[] = {&stage, NULL};\n"
    "DM_PLUGIN(.name = \"@NAME@\", .version = \"0.1.0\", .license = \"MIT\", .stages = stages);\n";

static const char cmake[] =
    "cmake_minimum_required(VERSION 3.25)\n"
    "project(@NAME@ LANGUAGES C)\n"
    "find_package(docmill @VERSION@ REQUIRED)\n"
    "docmill_add_plugin(@NAME@ SOURCES @NAME@.c)\n"
    "\n"
    "enable_testing()\n"
    "add_test(NAME cases COMMAND docmill::docmill test --plugin-dir \"$<TARGET_FILE_DIR:@NAME@>\"\n"
    "                            \"${CMAKE_CURRENT_SOURCE_DIR}/cases\")\n"
    "add_test(NAME check COMMAND docmill::docmill plugins check \"$<TARGET_FILE:@NAME@>\")\n";

static const char makefile[] =
    "# The same as CMakeLists.txt for those who like it short.\n"
    "CFLAGS ?= -O2 -g -Wall -Wextra\n"
    "DOCMILL ?= $(shell pkg-config --variable=bindir docmill)/docmill\n"
    "\n"
    "build/@NAME@.so: @NAME@.c\n"
    "\tmkdir -p build\n"
    "\t$(CC) -std=c11 $(CFLAGS) $(shell pkg-config --cflags docmill) -shared -fPIC -fvisibility=hidden -o $@ $<\n"
    "\n"
    "test: build/@NAME@.so\n"
    "\t\"$(DOCMILL)\" test --plugin-dir build cases\n"
    "\t\"$(DOCMILL)\" plugins check $<\n"
    "\n"
    "install: build/@NAME@.so\n"
    "\tinstall -D $< \"$(DESTDIR)$(shell pkg-config --variable=pluginsdir docmill)/@NAME@.so\"\n"
    "\n"
    "clean:\n"
    "\trm -rf build\n"
    "\n"
    ".PHONY: test install clean\n";

static const char readme[] =
    "# @NAME@\n"
    "\n"
    "A @KIND@ for docmill.\n"
    "\n"
    "    make\n"
    "    make test\n"
    "    docmill try --plugin-dir build example.yaml FILE\n"
    "\n"
    "`make` needs pkg-config to find docmill; with CMake it is\n"
    "`cmake -S . -B build && cmake --build build && ctest --test-dir build`.\n"
    "\n"
    "`@NAME@.c` holds all of it: the options, the rules, the work, and the tables that describe them.\n"
    "`docmill plugins --plugin-dir build @NAME@` shows what docmill reads from those tables.  Each file of `cases/`\n"
    "is a test: an input, and the text that is expected; `docmill test cases` runs them alone, and\n"
    "`docmill test --update cases` takes over what comes out.  `docmill plugins check build/@NAME@.so` finds what no case\n"
    "shows: missing help, leaks, results that differ from run to run.\n";

static const char cleaner_example[] =
    "# docmill try --plugin-dir build example.yaml FILE\n"
    "docmill: 1\n"
    "stages:\n"
    "  - extract: auto\n"
    "  - clean: @NAME@\n"
    "    with: { keep: 1 }\n";

static const char cleaner_case[] =
    "stage: clean-@NAME@\n"
    "--- input\n"
    "One  word,   then another.\n"
    "--- text\n"
    "One word, then another.\n"
    "--- edits\n"
    "space-run 2\n";

static const char extractor_example[] =
    "# docmill try --plugin-dir build example.yaml FILE\n"
    "docmill: 1\n"
    "stages:\n"
    "  - extract: @NAME@\n";

static const char extractor_case[] =
    "stage: extract-@NAME@\n"
    "--- input\n"
    "@NAME@\n"
    "The title\n"
    "A paragraph.\n"
    "--- text\n"
    "The title\n"
    "A paragraph.\\n\n";

static const char output_example[] =
    "# docmill run --plugin-dir build example.yaml FILE\n"
    "docmill: 1\n"
    "stages:\n"
    "  - extract: auto\n"
    "  - output: @NAME@\n"
    "    with: { path: out.txt }\n";

static const char output_case[] =
    "stage: output-@NAME@\n"
    "with: { path: unused }\n"
    "--- input\n"
    "A paragraph.\n"
    "--- bytes\n"
    "== case.txt\n"
    "A paragraph.\n";

static const char lua_source[] =
    "-- @NAME@: one sentence about what it repairs.\n"
    "-- docmill rule space-run: A run of spaces was longer than one.\n"
    "function clean(doc)\n"
    "  local text = doc:text()\n"
    "  local from, to = text:find(\"  +\")\n"
    "  while from do\n"
    "    doc:edit(from, to, \" \", \"space-run\")\n"
    "    from, to = text:find(\"  +\", to + 1)\n"
    "  end\n"
    "end\n";

static const char lua_readme[] =
    "# @NAME@\n"
    "\n"
    "A @KIND@ for docmill, as a script.  Nothing is built.\n"
    "\n"
    "    docmill test example.yaml\n"
    "    docmill try --explain example.yaml FILE\n"
    "\n"
    "`@NAME@.lua` holds all of it.  Each line `docmill rule ID: ...` declares a rule, which changes name as their reason.\n"
    "Each file of `cases/` is a test: an input, and the text that is expected; `docmill test --update example.yaml` takes\n"
    "over what comes out.  A pipeline uses it as `example.yaml` does; `docmill plugins clean-lua` names what a script\n"
    "can call.\n";

static const char lua_example[] =
    "# docmill try example.yaml FILE\n"
    "docmill: 1\n"
    "tests: cases\n"
    "stages:\n"
    "  - extract: auto\n"
    "  - clean: lua\n"
    "    with: { file: @NAME@.lua }\n";

static const char lua_case[] =
    "pipeline: ../example.yaml\n"
    "--- input\n"
    "One  word,   then another.\n"
    "--- text\n"
    "One word, then another.\n"
    "--- edits\n"
    "clean-lua/space-run 2\n";

/* clang-format on */

static const struct dm_template cleaner_files[] = {
    {"CMakeLists.txt", cmake, 0666},
    {"Makefile", makefile, 0666},
    {"README.md", readme, 0666},
    {"@NAME@.c", cleaner_source, 0666},
    {"cases/first.case", cleaner_case, 0666},
    {"example.yaml", cleaner_example, 0666},
    {NULL, NULL, 0},
};

static const struct dm_template extractor_files[] = {
    {"CMakeLists.txt", cmake, 0666},
    {"Makefile", makefile, 0666},
    {"README.md", readme, 0666},
    {"@NAME@.c", extractor_source, 0666},
    {"cases/first.case", extractor_case, 0666},
    {"example.yaml", extractor_example, 0666},
    {NULL, NULL, 0},
};

static const struct dm_template output_files[] = {
    {"CMakeLists.txt", cmake, 0666},
    {"Makefile", makefile, 0666},
    {"README.md", readme, 0666},
    {"@NAME@.c", output_source, 0666},
    {"cases/first.case", output_case, 0666},
    {"example.yaml", output_example, 0666},
    {NULL, NULL, 0},
};

static const struct dm_template lua_files[] = {
    {"README.md", lua_readme, 0666},
    {"@NAME@.lua", lua_source, 0666},
    {"cases/first.case", lua_case, 0666},
    {"example.yaml", lua_example, 0666},
    {NULL, NULL, 0},
};

const struct dm_template_set dm__template_sets[] = {
    {"cleaner", "c", "make && make test", cleaner_files},
    {"extractor", "c", "make && make test", extractor_files},
    {"output", "c", "make && make test", output_files},
    {"cleaner", "lua", "docmill test example.yaml", lua_files},
    {NULL, NULL, NULL, NULL},
};
