/*
 * docmill/plugin.h - everything that the host and a plugin know about each other.
 *
 * A plugin is a shared object with one exported symbol, `docmill_plugin_v1`: a constant table that
 * describes its stages.  It links against nothing of ours.  Every service comes through the host
 * table of the task that a call was handed.  The header needs libc only and compiles as C11 and
 * as C++17; `docmill new cleaner NAME` writes a plugin that builds against it.
 *
 *   Lifetime  What dm_alloc() gives lives as long as the task it was asked of: in open() until
 *             close(), in a work function until that call returns.  A dm_str that a function of
 *             the host returns is borrowed for the same time.
 *   Text      dm_str is UTF-8 with a length and without a terminator, and may hold NUL bytes.
 *             Positions are byte offsets into the text as this call received it.
 *   Errors    The first failure sticks to the task and outranks the value that you return, so
 *             the results of dm_edit() and its kin may be ignored.
 *   Threads   None.  One process, one call at a time.  extract(), clean() and render() run in many
 *             processes at once and share nothing; resume(), write(), commit() and finish() run in
 *             one process, which holds the only state that they ever see.
 *   Growth    Structs that can grow start with their size, and arrays carry their stride.  The
 *             host pads what an older plugin lacks with zero and ignores what a newer one adds;
 *             a plugin that cannot do with an older host says so in dm_plugin.host_size.  What
 *             cannot be said that way will be docmill_plugin_v2.
 *   Trust     Loading a shared object runs its constructors.  docmill therefore loads plugins only
 *             in child processes: one that crashes there is reported and left out.
 */
#ifndef DOCMILL_PLUGIN_H
#define DOCMILL_PLUGIN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DM_EXPORT       __attribute__((visibility("default")))
#define DM_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define DM_EXPORT
#define DM_PRINTF(f, a)
#endif

/* Grows by one with each addition to this header; the major number is in the symbol's name. */
#define DM_ABI_MINOR 0

/* ---- values --------------------------------------------------------------------------------- */

typedef struct dm_doc dm_doc;     /* a document at work; opaque */
typedef struct dm_task dm_task;   /* one call of one stage; see the end of this header */
typedef struct dm_regex dm_regex; /* a compiled regular expression; opaque */

typedef struct dm_str {
    const char *ptr; /* NULL: absent, where a function says that this may be */
    size_t len;      /* bytes */
} dm_str;

typedef struct dm_span {
    size_t begin, end; /* bytes, [begin, end) */
} dm_span;

typedef struct dm_array {
    const void *items;
    uint32_t count, stride; /* items; bytes from one to the next, which may exceed your sizeof */
} dm_array;

typedef struct dm_pair {
    dm_str key, value;
} dm_pair;

#ifdef __cplusplus
#define DM_LIT(s) (dm_str{"" s, sizeof(s) - 1})
#else
#define DM_LIT(s) ((dm_str){"" s, sizeof(s) - 1})
#endif
#define DM_ARRAY(a)                                                                                          \
    {                                                                                                        \
        (a), sizeof(a) / sizeof((a)[0]), sizeof((a)[0])                                                      \
    }

/* Item `i` of an array whose items are of type T. */
#define DM_AT(T, array, i)                                                                                   \
    ((const T *)(const void *)((const char *)(array).items + (size_t)(array).stride * (i)))

/* A status says what the host does next; dm_fail() says why. */
typedef int32_t dm_status;
enum {
    DM_OK = 0,
    DM_DROP = 1,     /* the document ends here, by intention; nothing is written for it */
    DM_EDOC = -1,    /* this document is bad: a dead letter, and on to the next */
    DM_ERETRY = -2,  /* the world is bad: try this document again, up to the pipeline's `attempts` */
    DM_ECONFIG = -3, /* the pipeline file is bad: refuse to start, or stop */
    DM_ELIMIT = -4,  /* a memory, size or depth budget ran out: a dead letter */
    DM_EBUG = -5     /* the plugin is bad: stop the run */
};

/* ---- the document's parts ------------------------------------------------------------------- */

/* What a stretch of the text is.  Marks nest, and edits move them along: a position inside replaced
 * text moves to the end of what replaced it; text that is inserted where a block ends, or where one
 * begins and none ends, belongs to that block, while an inline mark takes only what is inserted
 * inside it; a mark whose text is all gone goes with it. */
typedef enum dm_kind {
    DM_PARAGRAPH = 0, /* blocks */
    DM_TITLE,
    DM_HEADING,   /* level: 1 to 6 */
    DM_LIST_ITEM, /* level: depth, from 1; value "1" (any number): an ordered list */
    DM_QUOTE,
    DM_CODE,  /* value: the language */
    DM_TABLE, /* holds rows, which hold cells */
    DM_ROW,
    DM_CELL, /* level 1: a header cell */
    DM_CAPTION,
    DM_LINK = 64, /* inline; value: the target */
    DM_PROTECTED, /* inline: a stretch that no cleaner may change; value: why */
    DM_SYNTAX,    /* inline: characters that only say what a block is (`## `, a fence, an underline); an
                     output that has signs of its own leaves them out */
    DM_LANGUAGE   /* inline: a stretch in another language than the document's `language`; value: which, as
                     there (BCP 47) */
} dm_kind;

typedef struct dm_mark {
    uint32_t kind, level; /* dm_kind; see there */
    dm_span at;
    dm_str value; /* empty: none */
} dm_mark;

/* What a document is called.  An input may hold several documents (a mailbox, a web archive);
 * then each is a part.  The same id and part with a later revision replaces the earlier one. */
typedef struct dm_identity {
    uint32_t size, part; /* part: 0 is the first, and the only one of a plain file */
    uint64_t revision;   /* from 1 */
    dm_str id;           /* 32 hexadecimal digits, the XXH3-128 of `source` */
    dm_str source;       /* path below the input folder, `/` between names; bytes, perhaps not UTF-8 */
    dm_str part_name;    /* as the extractor named it with dm_next(); empty for part 0 */
    dm_str cursor;       /* what the extractor left for itself with dm_next(); empty for part 0 */
} dm_identity;

/* What a change is made to. */
enum { DM_CHANGE_TEXT = 0, DM_CHANGE_META, DM_CHANGE_MARK_ADD, DM_CHANGE_MARK_DROP, DM_CHANGE_MARK_SET };

/* A change that a cleaner asks for.  Set `size`, `rule` and what the target needs; leave the rest
 * zero, except `confidence`. */
typedef struct dm_change {
    uint32_t size;
    uint32_t rule;       /* index into the stage's rules */
    uint32_t target;     /* DM_CHANGE_... */
    uint32_t index;      /* MARK_DROP, MARK_SET: which of dm_marks() */
    dm_span at;          /* TEXT: what is replaced; begin == end inserts */
    dm_str with;         /* TEXT: the replacement; META: the value, ptr NULL removes the key */
    const char *key;     /* META */
    const dm_mark *mark; /* MARK_ADD, MARK_SET */
    double confidence;   /* 0 to 1; below the rule's threshold it is recorded, not made */
    dm_str evidence;     /* for people: "line 1: Ibrahim Kalan"; empty: none */
} dm_change;

/* A change as the host recorded it.  The records of all stages, in the order in which they were
 * made, lead from the extracted text to the present one and back. */
typedef struct dm_edit_record {
    uint32_t size, target; /* DM_CHANGE_... */
    uint32_t stage;        /* position in the pipeline, from 0 */
    uint32_t flags;        /* DM_EDIT_... */
    dm_str stage_name;     /* "clean-unicode" */
    dm_str rule;           /* the rule's id */
    dm_span at;            /* TEXT: in the text that the stage received; marks: where it was */
    dm_span to;            /* TEXT: in the text that the stage left; marks: where it is */
    dm_str before, after;  /* TEXT: what was there, what is there; META: old and new value (ptr
                              NULL: absent); marks: old and new kind, level and value, in words */
    dm_str key;            /* META; else empty */
    double confidence;
    dm_str evidence;
    dm_str version; /* of the rule, which is that of its plugin: "0.1.0" */
} dm_edit_record;
enum { DM_EDIT_FLAGGED = 1u << 0 /* recorded only: the rule's mode or threshold kept it from being made */ };

/* ---- what a stage declares ------------------------------------------------------------------ */

/* Option types, and the C type of the field that holds the value.  The last three tell the host
 * what it must know before anything runs: what to open in the sandbox, what belongs to the
 * pipeline's fingerprint, which outputs overlap, which patterns compile. */
enum {
    DM_BOOL = 1, /* bool */
    DM_INT,      /* int64_t */
    DM_REAL,     /* double */
    DM_TEXT,     /* dm_str */
    DM_CHOICE,   /* int32_t, the index into `choices` */
    DM_SIZE,     /* int64_t, bytes: `64KiB`, `2MB`, `1GiB` */
    DM_TIME,     /* int64_t, milliseconds: `200ms`, `30s`, `5m`, `1h` */
    DM_LIST,     /* dm_array of dm_str */
    DM_MAP,      /* dm_array of dm_pair, in the file's order */
    DM_PATH_IN,  /* dm_str: a data file; a relative one starts at the pipeline file's folder */
    DM_PATH_OUT, /* dm_str: a file or folder that is written; a relative one starts at the current folder */
    DM_REGEX     /* const dm_regex *, for dm_match(); PCRE2 syntax, UTF-8 */
};
enum { DM_SECRET = 1u << 0 /* never print the value */ };

/* One key of the stage's `with:` mapping.  From it the host validates the pipeline file, stores the
 * value in the state, and writes the reference page and the editors' JSON schema. */
typedef struct dm_option {
    const char *name;           /* kebab-case */
    uint16_t type, flags;       /* DM_BOOL ...; DM_SECRET */
    uint32_t offset;            /* of the field in the stage's state */
    const char *def;            /* as one would write it in YAML; NULL: required */
    double min, max;            /* inclusive; both 0: unbounded.  DM_TEXT: bytes; DM_LIST, DM_MAP: entries */
    const char *unit;           /* "bytes", "ms", "ratio"; NULL: a plain value */
    const char *const *choices; /* DM_CHOICE: NULL-terminated */
    const char *help;           /* one sentence */
} dm_option;

/* Field binders; in C the compiler rejects a field of the wrong type. */
#ifdef __cplusplus
#define DM__FIELD(S, f, T) static_cast<uint32_t>(offsetof(S, f))
#else
#define DM__FIELD(S, f, T) (uint32_t)(offsetof(S, f) + _Generic(&((S *)0)->f, T * : 0u))
#endif
#define DM_BOOL_AT(S, f)     .type = DM_BOOL, .offset = DM__FIELD(S, f, bool)
#define DM_INT_AT(S, f)      .type = DM_INT, .offset = DM__FIELD(S, f, int64_t)
#define DM_REAL_AT(S, f)     .type = DM_REAL, .offset = DM__FIELD(S, f, double)
#define DM_TEXT_AT(S, f)     .type = DM_TEXT, .offset = DM__FIELD(S, f, dm_str)
#define DM_CHOICE_AT(S, f)   .type = DM_CHOICE, .offset = DM__FIELD(S, f, int32_t)
#define DM_SIZE_AT(S, f)     .type = DM_SIZE, .offset = DM__FIELD(S, f, int64_t)
#define DM_TIME_AT(S, f)     .type = DM_TIME, .offset = DM__FIELD(S, f, int64_t)
#define DM_LIST_AT(S, f)     .type = DM_LIST, .offset = DM__FIELD(S, f, dm_array)
#define DM_MAP_AT(S, f)      .type = DM_MAP, .offset = DM__FIELD(S, f, dm_array)
#define DM_PATH_IN_AT(S, f)  .type = DM_PATH_IN, .offset = DM__FIELD(S, f, dm_str)
#define DM_PATH_OUT_AT(S, f) .type = DM_PATH_OUT, .offset = DM__FIELD(S, f, dm_str)
#define DM_REGEX_AT(S, f)    .type = DM_REGEX, .offset = DM__FIELD(S, f, const dm_regex *)

/* What becomes of a rule's changes; a pipeline file sets it with `rules: { ID: off }`. */
enum { DM_FIX = 0 /* made and recorded */, DM_FLAG /* recorded */, DM_OFF /* neither */ };

/* Why a change was made.  Changes carry the index; the id is stable for ever. */
typedef struct dm_rule {
    const char *id, *help; /* kebab-case; one sentence */
    uint32_t mode;         /* by default: DM_FIX, DM_FLAG or DM_OFF */
    double threshold;      /* changes of less confidence are only recorded; 0 to 1 */
} dm_rule;

/* A number that a stage counts with dm_count(), summed over a run. */
typedef struct dm_metric {
    const char *id, *unit, *help;
} dm_metric;

/* ---- what a stage does: one table per kind -------------------------------------------------- */

enum { DM_EXTRACTOR = 1, DM_CLEANER, DM_OUTPUT };

/* What a stage needs beyond the sandbox; the pipeline file must allow each by name.  Without: no sockets, no
 * processes and programs (threads may be started), no signals to others, no file opened for writing where the
 * stage runs in a worker, and nothing read but the inputs, DM_PATH_IN files, the folder of the plugin, and the
 * system's libraries with their data; such calls fail with EPERM or EACCES.  The environment is empty.  An
 * output's resume() and what follows may write the folders of its DM_PATH_OUT options without a need.
 *
 * DM_NEEDS_NETWORK  sockets of all kinds
 * DM_NEEDS_EXEC     fork(), and programs of the system's folders; they inherit the sandbox
 * DM_NEEDS_WRITE    in the workers too, files in the folders of the stage's DM_PATH_OUT options */
enum { DM_NEEDS_NETWORK = 1u << 0, DM_NEEDS_EXEC = 1u << 1, DM_NEEDS_WRITE = 1u << 2 };

typedef struct dm_extractor_ops {
    uint32_t size;
    /* How sure this extractor is that the input is for it: 0 (not at all) to 100.  `head` holds
     * the first bytes (at most 4 KiB), `name` the last part of the path.  Pure and quick: it is
     * asked for each document under `extract: auto`.  Optional; then the answer is 0. */
    int32_t (*probe)(const void *state, dm_str head, dm_str name);
    /* Turn dm_bytes() into text, marks and metadata with dm_append(), dm_add_mark() and
     * dm_set_meta().  Called once for each part; dm_next() asks for one more call. */
    dm_status (*extract)(const void *state, dm_task *t, dm_doc *d);
} dm_extractor_ops;

typedef struct dm_cleaner_ops {
    uint32_t size;
    /* Read the document, ask for changes with dm_edit() and dm_change_doc().  The host applies
     * them in one pass if the call ends in DM_OK; a failing call leaves no trace. */
    dm_status (*clean)(const void *state, dm_task *t, dm_doc *d);
} dm_cleaner_ops;

/* A rendered document on its way out. */
typedef struct dm_record {
    uint32_t size, part;
    uint64_t revision;
    dm_str id, source, part_name; /* as in dm_identity */
    dm_str bytes;                 /* what render() put */
} dm_record;

/* Where an output starts from. */
typedef struct dm_resume {
    uint32_t size;
    uint32_t flags; /* DM_RESUME_... */
    dm_str token;   /* what commit() put when it was last recorded; empty: nothing was */
} dm_resume;
enum {
    DM_RESUME_REPLACE = 1u << 0, /* build the target anew beside the old one, take its name in finish() */
    DM_RESUME_VOLATILE = 1u << 1 /* no ledger stands behind this run: commit() need not reach the disk */
};

/* An output lives in two processes.  render() is pure and runs in parallel; the host carries the
 * bytes that it put to the writer, where the rest runs, in this order:
 * open resume (write* commit)* finish close.  After a crash the order starts again. */
typedef struct dm_output_ops {
    uint32_t size;
    const char *media_type; /* of what render() puts: "text/markdown"; NULL: bytes */
    /* Render the document with dm_put().  The same document gives the same bytes, always. */
    dm_status (*render)(const void *state, dm_task *t, const dm_doc *d);
    /* Go back to the moment at which r->token was put.  Afterwards nothing that was written later
     * is there, or writing it again replaces it.  With an empty token and without
     * DM_RESUME_REPLACE a target that exists and is not empty is refused (DM_ECONFIG): nobody's
     * file is ever cut.  So is a target that is shorter than its token says. */
    dm_status (*resume)(void *state, dm_task *t, const dm_resume *r);
    /* Take one record.  Records come in the order of the run.  DM_EDOC refuses this record (a
     * name that is taken: a dead letter); other errors stop the run with nothing lost.  dm_put() may
     * say where the record is, for people and for recall(): "a/x.html.md", "1204+5731"; at most
     * 4 KiB. */
    dm_status (*write)(void *state, dm_task *t, const dm_record *r);
    /* Make all that was written durable, then dm_put() the token (at most 4 KiB): what resume()
     * needs to find this point again.  Many files are made durable by one group sync. */
    dm_status (*commit)(void *state, dm_task *t);
    /* Everything is written and committed: a trailer, a name to take.  Not called when a run is
     * interrupted.  Optional. */
    dm_status (*finish)(void *state, dm_task *t);
    /* Give back, with dm_put(), the bytes of the record that is at `place`, which write() put.  Called
     * to verify what was written, after open() alone and perhaps beside a run: it only reads.  DM_EDOC:
     * there is no such record.  Optional. */
    dm_status (*recall)(void *state, dm_task *t, dm_str place);
} dm_output_ops;

typedef struct dm_stage {
    uint32_t size, kind; /* DM_EXTRACTOR, DM_CLEANER or DM_OUTPUT */
    uint32_t flags;      /* DM_NEEDS_... */
    uint32_t state_size; /* bytes; at most 1 MiB; aligned for any type, zeroed, options filled in */
    const char *name;    /* kebab-case; the word used in the pipeline file after `clean:` */
    const char *summary; /* one line */
    const char *doc;     /* Markdown for the reference page, or NULL */
    dm_array options;    /* of dm_option */
    dm_array rules;      /* of dm_rule */
    dm_array metrics;    /* of dm_metric */
    /* Prepare the state.  Runs wherever the stage does, `docmill check` included, so it touches
     * nothing outside the process; resume() is the first to do that.  Optional. */
    dm_status (*open)(dm_task *t, void *state);
    /* Undo open(); called only if that gave DM_OK, and not when the process is killed.  Optional. */
    void (*close)(void *state);
    union {
        const void *any;
        const dm_extractor_ops *extractor;
        const dm_cleaner_ops *cleaner;
        const dm_output_ops *output;
    } ops;
} dm_stage;

typedef struct dm_plugin {
    uint32_t size;
    uint32_t abi_minor; /* the DM_ABI_MINOR that it was built with; DM_PLUGIN fills it in */
    uint32_t host_size; /* the smallest dm_host that will do, sizeof or offsetof; 0: that of minor 0 */
    uint32_t flags;     /* 0 */
    const char *name, *version, *license;
    const dm_stage *const *stages; /* NULL-terminated */
} dm_plugin;

/* The one symbol; pure data, read in a child process. */
DM_EXPORT extern const dm_plugin docmill_plugin_v1;
#ifdef __cplusplus
#define DM_PLUGIN(...)                                                                                       \
    extern "C" DM_EXPORT const dm_plugin docmill_plugin_v1 = {sizeof(dm_plugin), DM_ABI_MINOR, __VA_ARGS__}
#else
#define DM_PLUGIN(...)                                                                                       \
    const dm_plugin docmill_plugin_v1 = {.size = sizeof(dm_plugin), .abi_minor = DM_ABI_MINOR, __VA_ARGS__}
#endif

/* ---- what the host offers ------------------------------------------------------------------- */

/* No varargs and no FILE here, so that any language can stand on either side.  Call these through
 * the short names below. */
typedef struct dm_host {
    uint32_t size, abi_minor;
    const char *version; /* of docmill, "0.1.0" */
    /* any call */
    void *(*alloc)(dm_task *t, size_t size, size_t align);
    dm_status (*fail)(dm_task *t, dm_status code, dm_str why);
    void (*log)(dm_task *t, int32_t level, dm_str line);
    void (*count)(dm_task *t, uint32_t metric, uint64_t n);
    int32_t (*match)(dm_task *t, const dm_regex *re, dm_str subject, size_t from, dm_span *groups,
                     uint32_t cap);
    size_t (*check_utf8)(dm_task *t, dm_str s);
    const void *(*extension)(dm_task *t, const char *id);
    /* reading a document */
    const dm_identity *(*identity)(const dm_doc *d);
    dm_str (*bytes)(const dm_doc *d);
    dm_str (*text)(const dm_doc *d);
    dm_str (*meta)(const dm_doc *d, const char *key);
    dm_array (*metas)(const dm_doc *d);
    dm_array (*marks)(const dm_doc *d);
    dm_array (*edits)(const dm_doc *d);
    /* extract() */
    dm_status (*append)(dm_task *t, dm_doc *d, dm_str text, dm_span from);
    dm_status (*add_mark)(dm_task *t, dm_doc *d, const dm_mark *m);
    dm_status (*set_meta)(dm_task *t, dm_doc *d, const char *key, dm_str value);
    dm_status (*next)(dm_task *t, dm_doc *d, dm_str name, dm_str cursor);
    /* clean() */
    dm_status (*change)(dm_task *t, dm_doc *d, const dm_change *c);
    /* render(), write(), commit() and recall() */
    dm_status (*put)(dm_task *t, dm_str bytes);
} dm_host;

struct dm_task {
    uint32_t size;
    const dm_host *host;
};

enum { DM_LOG_DEBUG = 0, DM_LOG_INFO, DM_LOG_WARNING, DM_LOG_ERROR };

/* ---- the services by their short names ------------------------------------------------------ */

/* Memory for this task, zeroed and aligned for any type; freed by the host with the task.
 * return  NULL only once the task's budget is spent; the task has then failed with DM_ELIMIT */
static inline void *dm_alloc(dm_task *t, size_t size)
{
    return t->host->alloc(t, size, sizeof(void *) * 2);
}

/* The input as fetched.  Borrowed until the document ends. */
static inline dm_str dm_bytes(const dm_task *t, const dm_doc *d)
{
    return t->host->bytes(d);
}

/* The text as it stood when this call began; for an extractor, what it has appended.  Valid UTF-8.
 * Borrowed; dm_append() may move it. */
static inline dm_str dm_text(const dm_task *t, const dm_doc *d)
{
    return t->host->text(d);
}

/* The value of a metadata key; ptr NULL: absent.  Keys that stages agree on: `title`, `language`
 * (BCP 47), `mime`, `encoding`, `author` (several are joined with `; `), `date` (ISO 8601; when it was published),
 * `modified` (ISO 8601), `url`, `site`, `description`, `image`, `licence`, `categories` and `tags` (joined as authors
 * are).  `KEY-source` may say where the value of KEY was found: `json-ld`, `meta og:title`, `h1`. */
static inline dm_str dm_meta(const dm_task *t, const dm_doc *d, const char *key)
{
    return t->host->meta(d, key);
}

/* All metadata, sorted by key: an array of dm_pair. */
static inline dm_array dm_metas(const dm_task *t, const dm_doc *d)
{
    return t->host->metas(d);
}

/* The marks, ordered by where they begin, the longer (outer) first: an array of dm_mark. */
static inline dm_array dm_marks(const dm_task *t, const dm_doc *d)
{
    return t->host->marks(d);
}

/* What earlier stages changed, in the order in which they did: an array of dm_edit_record. */
static inline dm_array dm_edits(const dm_task *t, const dm_doc *d)
{
    return t->host->edits(d);
}

/* What the document is called. */
static inline const dm_identity *dm_identify(const dm_task *t, const dm_doc *d)
{
    return t->host->identity(d);
}

/* Extractor: add text at the end.  It is copied.
 * from    where in dm_bytes() it came from; {0, 0}: unknown
 * errors  DM_EBUG if it is not valid UTF-8; DM_ELIMIT past the document's budget */
static inline dm_status dm_append(dm_task *t, dm_doc *d, dm_str text, dm_span from)
{
    return t->host->append(t, d, text, from);
}

/* Extractor: say what a stretch of the text is.  The mark and its value are copied.
 * errors  DM_EBUG if it lies outside the text appended so far or splits a code point */
static inline dm_status dm_add_mark(dm_task *t, dm_doc *d, const dm_mark *m)
{
    return t->host->add_mark(t, d, m);
}

/* Extractor: set a metadata value; both are copied, the value must be valid UTF-8 (DM_EBUG).
 * An existing value is replaced; ptr NULL removes it. */
static inline dm_status dm_set_meta(dm_task *t, dm_doc *d, const char *key, dm_str value)
{
    return t->host->set_meta(t, d, key, value);
}

/* Extractor: this input holds another document; call extract() again for it, with a fresh text and
 * the next part number, once this one has gone through the pipeline.
 * name    the next part's name, for people and file names; bytes, perhaps not UTF-8; may be empty
 * cursor  what extract() needs to go on, found there in dm_identify()->cursor; at most 4 KiB */
static inline dm_status dm_next(dm_task *t, dm_doc *d, dm_str name, dm_str cursor)
{
    return t->host->next(t, d, name, cursor);
}

/* Cleaner: ask for a change of any kind.  `c` and all that it points to are copied.
 * errors  DM_EBUG: a span outside the text or one that splits a code point, a replacement that is not
 *         UTF-8, a rule or mark that is not there.  That two changes of a call overlap is found, as
 *         DM_EBUG, when the call has ended.  A change that would touch a DM_PROTECTED stretch, other than to
 *         remove all of it with more around it, or whose rule is off, is left out without an error. */
static inline dm_status dm_change_doc(dm_task *t, dm_doc *d, const dm_change *c)
{
    return t->host->change(t, d, c);
}

/* Cleaner: replace the text at `at` by `with`, by reason of rule number `rule`, for certain.
 * Spans of one call may come in any order but must not overlap. */
static inline dm_status dm_edit(dm_task *t, dm_doc *d, dm_span at, dm_str with, uint32_t rule)
{
    const dm_change c = {sizeof c, rule, DM_CHANGE_TEXT, 0, at, with, NULL, NULL, 1, {NULL, 0}};
    return t->host->change(t, d, &c);
}

/* render(), recall(): add bytes to the record.  commit(): to the token.  write(): to the record's place.
 * errors  DM_ELIMIT past the document's memory, or 4 KiB for a token or a place */
static inline dm_status dm_put(dm_task *t, dm_str bytes)
{
    return t->host->put(t, bytes);
}

/* Find the first match of `re` in `subject` at or after byte `from`.
 * groups  [cap] the match and its groups; a group that took no part is {SIZE_MAX, SIZE_MAX}
 * return  groups set by the pattern, the whole match among them; 0: no match; DM_ELIMIT: the match
 *         took too many steps, and the task has failed */
static inline int32_t dm_match(dm_task *t, const dm_regex *re, dm_str subject, size_t from, dm_span *groups,
                               uint32_t cap)
{
    return t->host->match(t, re, subject, from, groups, cap);
}

/* Check UTF-8 as the Unicode Standard defines it (3.9: no surrogates, nothing overlong).
 * return  the offset of the first ill-formed sequence; s.len: there is none.  Text that was found valid
 *         here is not checked again when it is appended
 * cost    some 10 GB/s where the processor has wide vectors, 1 GB/s elsewhere */
static inline size_t dm_check_utf8(dm_task *t, dm_str s)
{
    return t->host->check_utf8(t, s);
}

/* Add to a declared metric. */
static inline void dm_count(dm_task *t, uint32_t metric, uint64_t n)
{
    t->host->count(t, metric, n);
}

/* Say something to the operator; one line, at most 1 KiB of it is kept. */
static inline void dm_log(dm_task *t, int32_t level, dm_str line)
{
    t->host->log(t, level, line);
}

/* Record why the task fails: one line, lower case, no full stop, no name of the file or stage, as
 * the host adds those.  Use as `return dm_fail(t, DM_EDOC, ...)`.  The first failure stays. */
DM_PRINTF(3, 4)
static inline dm_status dm_fail(dm_task *t, dm_status code, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    dm_str why;
    why.ptr = line;
    why.len = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    return t->host->fail(t, code, why);
}

#ifdef __cplusplus
}
#endif
#endif /* DOCMILL_PLUGIN_H */
