/* output-text: the text of each document in a file of its own. */
#include "files.h"
#include "put.h"
#include "stages.h"

struct text {
    struct files files;
};

static const dm_option options[] = {FILES_OPTIONS(struct text, files, "'{path}.txt'")};

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* The text less the line breaks at its end. */
static dm_str without_breaks(dm_str text)
{
    while (text.len && is_break(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static dm_status text_render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state;
    const dm_str all = dm_text(t, d);
    dm_str text = without_breaks(all);
    if (!text.len)
        return DM_OK;
    const size_t left = all.len - text.len;
    if (!left) {
        dm_put(t, text);
        return dm_put(t, DM_LIT("\n"));
    }
    text.len += left > 1 && text.ptr[text.len] == '\r' && text.ptr[text.len + 1] == '\n' ? 2 : 1;
    return dm_put(t, text);
}

static dm_status text_open(dm_task *t, void *state)
{
    return files_open(t, &((struct text *)state)->files);
}

static void text_close(void *state)
{
    files_close(&((struct text *)state)->files);
}

static dm_status text_resume(void *state, dm_task *t, const dm_resume *r)
{
    return files_resume(t, &((struct text *)state)->files, r);
}

static dm_status text_write(void *state, dm_task *t, const dm_record *r)
{
    return files_write(t, &((struct text *)state)->files, r);
}

static dm_status text_commit(void *state, dm_task *t)
{
    return files_commit(t, &((struct text *)state)->files);
}

static dm_status text_recall(void *state, dm_task *t, dm_str place)
{
    return files_recall(t, &((struct text *)state)->files, place);
}

static const dm_output_ops ops = {
    .size = sizeof ops,
    .media_type = "text/plain",
    .render = text_render,
    .resume = text_resume,
    .write = text_write,
    .commit = text_commit,
    .recall = text_recall,
};

static const char doc[] =
    "Writes the text of each document, as it is, to a file of its own below `directory`. Only its end is "
    "changed: a\n"
    "text that ends in no line break gets one, and of several the first stays. An empty text makes an empty "
    "file.\n"
    "\n"
    "**Names.** `name` is a template. `{path}` is the source with its folders, `{name}` its last part, "
    "`{stem}`\n"
    "that without its last extension, `{id}` the document's 32 hexadecimal digits; at least one must be "
    "there, and a\n"
    "brace cannot stand for itself. With the default `{path}.txt`, `a/b.html` goes to `a/b.html.txt`, and no "
    "two inputs\n"
    "share a name. A template that shortens names, such as `{stem}.txt`, may make two inputs meet: the later "
    "one is a\n"
    "dead letter (`name taken: b.txt was written for a/b.html`), never an overwrite. Which name belongs to "
    "which input\n"
    "is then kept in the hidden file `.docmill-names`.\n"
    "\n"
    "- A document that is not the first of its input gets `~N` behind the last placeholder: "
    "`mail.mbox~2.txt`.\n"
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
    "  - output: text\n"
    "    with: { directory: out/text }\n"
    "```\n";

const dm_stage files_text_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_OUTPUT,
    .state_size = sizeof(struct text),
    .name = "text",
    .summary = "The text of each document, in a file of its own.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .open = text_open,
    .close = text_close,
    .ops = {.output = &ops},
};
