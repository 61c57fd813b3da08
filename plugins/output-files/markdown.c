/* output-markdown: each document as Markdown in a file of its own. */
#include "blocks.h"
#include "files.h"
#include "stages.h"

struct markdown {
    struct files files;
    bool front_matter;
};

static const dm_option options[] = {
    FILES_OPTIONS(struct markdown, files, "'{path}.md'"),
    {.name = "front-matter",
     DM_BOOL_AT(struct markdown, front_matter),
     .def = "false",
     .help = "Whether to start with the title, source, language and metadata as YAML."},
};

/* ---- front matter --------------------------------------------------------------------------- */

static void put_field(struct put *p, const char *key, dm_str value)
{
    if (!value.len)
        return;
    put_cstr(p, key);
    put_cstr(p, ": ");
    put_quoted(p, value);
    put_char(p, '\n');
}

static void put_source(struct put *p, const dm_identity *who)
{
    static const char digits[] = "0123456789abcdef";
    char part[32];
    put_field(p, "source", who->source);
    if (!put_is_utf8(who->source)) {
        put_cstr(p, "source_hex: \"");
        for (size_t i = 0; i < who->source.len; i++) {
            const unsigned char c = (unsigned char)who->source.ptr[i];
            put_bytes(p, (const char[]){digits[c >> 4], digits[c & 15]}, 2);
        }
        put_cstr(p, "\"\n");
    }
    if (who->part)
        put_bytes(p, part, (size_t)snprintf(part, sizeof part, "part: %u\n", (unsigned)who->part));
}

static void put_metadata(struct put *p, dm_array metas)
{
    if (!metas.count)
        return;
    put_cstr(p, "metadata:\n");
    for (uint32_t i = 0; i < metas.count; i++) {
        const dm_pair *const pair = DM_AT(dm_pair, metas, i);
        put_cstr(p, "  ");
        put_quoted(p, pair->key);
        put_cstr(p, ": ");
        put_quoted(p, pair->value);
        put_char(p, '\n');
    }
}

static dm_str title_of(const dm_task *t, const dm_doc *d)
{
    const dm_str known = dm_meta(t, d, "title");
    if (known.len)
        return known;
    const dm_array marks = dm_marks(t, d);
    for (uint32_t i = 0; i < marks.count; i++) {
        const dm_mark *const m = DM_AT(dm_mark, marks, i);
        if (m->kind == DM_TITLE)
            return (dm_str){dm_text(t, d).ptr + m->at.begin, m->at.end - m->at.begin};
    }
    return (dm_str){NULL, 0};
}

static void put_front_matter(struct put *p, const dm_task *t, const dm_doc *d)
{
    put_cstr(p, "---\n");
    put_field(p, "title", title_of(t, d));
    put_source(p, dm_identify(t, d));
    put_field(p, "language", dm_meta(t, d, "language"));
    put_metadata(p, dm_metas(t, d));
    put_cstr(p, "---\n\n");
}

/* ---- the stage ------------------------------------------------------------------------------ */

static dm_status markdown_render(const void *state, dm_task *t, const dm_doc *d)
{
    const struct markdown *const o = state;
    struct put p;
    put_begin(&p, t);
    if (o->front_matter)
        put_front_matter(&p, t, d);
    const dm_status status = blocks_write(&p, dm_text(t, d), dm_marks(t, d));
    put_end(&p);
    return status;
}

static dm_status markdown_open(dm_task *t, void *state)
{
    return files_open(t, &((struct markdown *)state)->files);
}

static void markdown_close(void *state)
{
    files_close(&((struct markdown *)state)->files);
}

static dm_status markdown_resume(void *state, dm_task *t, const dm_resume *r)
{
    return files_resume(t, &((struct markdown *)state)->files, r);
}

static dm_status markdown_write(void *state, dm_task *t, const dm_record *r)
{
    return files_write(t, &((struct markdown *)state)->files, r);
}

static dm_status markdown_commit(void *state, dm_task *t)
{
    return files_commit(t, &((struct markdown *)state)->files);
}

static dm_status markdown_recall(void *state, dm_task *t, dm_str place)
{
    return files_recall(t, &((struct markdown *)state)->files, place);
}

static const dm_output_ops ops = {
    .size = sizeof ops,
    .media_type = "text/markdown",
    .render = markdown_render,
    .resume = markdown_resume,
    .write = markdown_write,
    .commit = markdown_commit,
    .recall = markdown_recall,
};

static const char doc[] =
    "Writes each document as Markdown (CommonMark, with the tables of GitHub's) to a file of its own below "
    "`directory`.\n"
    "\n"
    "| mark | becomes |\n"
    "|---|---|\n"
    "| `title` | `# ` |\n"
    "| `heading` | as many `#` as its level says; two if it says none |\n"
    "| `paragraph`, and text outside of all marks | lines as they are, less the space around them; a blank "
    "line before and after |\n"
    "| `list-item` | `- `, or its value and a point if that is a number; indented by its level |\n"
    "| `quote` | `> ` before each line |\n"
    "| `code` | a fence, with its value as the language; within a line, backticks |\n"
    "| `table` | a pipe table; a first row of cells of level 1 is its head, else the head is empty |\n"
    "| `caption` | a line with emphasis |\n"
    "| `link` | `[text](value)` |\n"
    "\n"
    "Text that Markdown would read as markup is escaped. All line breaks become LF. No text is lost; what "
    "stands\n"
    "between the cells of a table goes into them, unless it is what people draw tables with (`|`, `+`, `-`, "
    "`=`).\n"
    "\n"
    "**Front matter.** With `front-matter: true` the file starts with a block of YAML: `title` (the "
    "metadata's, else\n"
    "the text of the first title mark), `source`, `source_hex` (the bytes of the source as hexadecimal "
    "digits, only\n"
    "if they are not UTF-8), `part` (unless it is 0), `language`, and `metadata`, a mapping of all of it. "
    "What is not\n"
    "known is absent; all values are quoted.\n"
    "\n"
    "**Names.** `name` is a template. `{path}` is the source with its folders, `{name}` its last part, "
    "`{stem}`\n"
    "that without its last extension, `{id}` the document's 32 hexadecimal digits; at least one must be "
    "there, and a\n"
    "brace cannot stand for itself. With the default `{path}.md`, `a/b.html` goes to `a/b.html.md`, and no "
    "two inputs\n"
    "share a name. A template that shortens names, such as `{stem}.md`, may make two inputs meet: the later "
    "one is a\n"
    "dead letter (`name taken: b.md was written for a/b.html`), never an overwrite. Which name belongs to "
    "which input\n"
    "is then kept in the hidden file `.docmill-names`.\n"
    "\n"
    "- A document that is not the first of its input gets `~N` behind the last placeholder: "
    "`mail.mbox~2.md`.\n"
    "- Bytes of a source that are not UTF-8 are the same bytes in the file's name.\n"
    "- A file or folder name of more than 251 bytes ends in a hash of the whole instead.\n"
    "- Names that start with `.docmill-` are the output's own; a document that would get one is a dead "
    "letter, and\n"
    "  so is one whose name would lead out of the folder. Links below the folder are not followed.\n"
    "\n"
    "**Going on after a crash.** A file is written under a hidden name (`.docmill-*.new`) beside its own, "
    "which it\n"
    "gets once it is durable, with others in one group. What a killed run leaves of these is removed when "
    "the next\n"
    "one starts. A folder that is not empty and of which docmill has no record is refused. When everything "
    "is\n"
    "written anew, each file is replaced as its document is written; files of inputs that are gone stay. One "
    "process\n"
    "at a time may write to a folder.\n"
    "\n"
    "```yaml\n"
    "  - output: markdown\n"
    "    with: { directory: out/markdown, name: \"{stem}.md\", front-matter: true }\n"
    "```\n";

const dm_stage files_markdown_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_OUTPUT,
    .state_size = sizeof(struct markdown),
    .name = "markdown",
    .summary = "Each document as Markdown, in a file of its own.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .open = markdown_open,
    .close = markdown_close,
    .ops = {.output = &ops},
};
