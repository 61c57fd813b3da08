/* What a plugin must hold to: what a breach means, and what its author can do. */
#include "core/trial/trial.h"

const struct dm_trial_rule dm__trial_rules[DM_RULE_COUNT] = {
    [DM_RULE_LOADS] = {"loads", "a plugin that cannot be loaded serves nobody",
                       "link every library that it uses, and export docmill_plugin_v1 with DM_PLUGIN()"},
    [DM_RULE_DESCRIBED] =
        {"described",
         "names, summaries and help are shown in reference pages, by `docmill plugins` and by "
         "editors: each is one line that ends in a full stop",
         "write one sentence for each stage, option, rule and metric; name a version and a licence"},
    [DM_RULE_OPENS] =
        {"opens",
         "options within what the plugin declares open, or are refused with DM_ECONFIG and a message",
         "narrow the option's min and max, or handle the value; say dm_fail(t, DM_ECONFIG, ...) for "
         "what cannot be.  An option without a default can be given: --with 'STAGE={ OPTION: VALUE }'"},
    [DM_RULE_SAME] =
        {"same-result",
         "the same document gives the same result, whatever came before it and in whichever process",
         "keep nothing between calls: no static variables, no caches, no time, no random numbers, no "
         "addresses in what comes out"},
    [DM_RULE_MEMORY] =
        {"memory-refused",
         "dm_alloc() that gives NULL, and any other service that gives DM_ELIMIT, has failed the task",
         "test what dm_alloc() gives before using it, and return DM_ELIMIT at once"},
    [DM_RULE_LEAKS] =
        {"no-leak", "what is taken for a document is given back with it; a worker lives for many",
         "use dm_alloc(), which is freed with the task, or free and close what you took on every "
         "path; --valgrind shows where it was taken"},
    [DM_RULE_SOUND] =
        {"sound-text", "text and edits give back what was extracted, in valid UTF-8, with marks inside",
         "give dm_edit() offsets into the text as this call received it, at code points' boundaries"},
    [DM_RULE_AGAIN] = {"idempotent",
                       "a cleaner that claims to be idempotent changes nothing in its own result",
                       "let the rule leave alone what it makes, or withdraw the claim (no --idempotent, and "
                       "`idempotent: no` in cases)"},
    [DM_RULE_WHY] = {"says-why", "a failure says why, in one line", "return dm_fail(t, DM_EDOC, \"...\")"},
    [DM_RULE_STATUS] =
        {"status", "a bad document is DM_EDOC; DM_EBUG and DM_ECONFIG stop the whole run",
         "return DM_EDOC for what the document is to blame for, and ask for no change that lies "
         "outside the text, splits a character or overlaps another"},
    [DM_RULE_PROBE] = {"probe", "probe() is pure and answers 0 to 100",
                       "let it depend on the bytes and the name only, and stay within 0 and 100"},
    [DM_RULE_WRITES] =
        {"writes", "records are written, however many there are and however they are committed",
         "see that write(), commit() and finish() succeed for any record, and that commits leave no "
         "trace in what is written"},
    [DM_RULE_RESUMES] =
        {"resumes",
         "after resume(token) nothing that was written later is there, or writing it again replaces "
         "it",
         "cut the target back to where the token was put: ftruncate() to the length in the token"},
    [DM_RULE_REFUSES] =
        {"refuses-existing",
         "a target that exists and is not empty is refused (DM_ECONFIG) where there is no token and "
         "no DM_RESUME_REPLACE: nobody's file is ever cut",
         "look at the target in resume() and refuse before anything is changed"},
    [DM_RULE_REPLACES] =
        {"replaces",
         "with DM_RESUME_REPLACE the target is built anew beside the old one and takes its name in "
         "finish()",
         "write to another name in the same folder, and rename() it in finish()"},
    [DM_RULE_SHORTER] = {"refuses-shorter",
                         "a target that is shorter than its token says is refused (DM_ECONFIG)",
                         "compare the target with the token in resume()"},
    [DM_RULE_TOKEN] = {"refuses-token", "a token that is none is refused with a message (DM_ECONFIG)",
                       "parse the token as one parses a stranger's input"},
    [DM_RULE_WRITER_MEMORY] =
        {"writer-memory",
         "a service that gives no memory has failed the task; after close() and open(), "
         "resume(token) goes on",
         "return at once when dm_alloc() or dm_put() fails, and leave a state that close() "
         "stands"},
    [DM_RULE_CRASHES] = {"crashes", "a crash costs the document a dead letter and the run a worker",
                         "run the same under a debugger or with --valgrind"},
    [DM_RULE_HANGS] =
        {"hangs", "a step that does not end is cut off by the run's `timeout`: a dead letter",
         "look for loops that do not end or whose time grows faster than the document (--timeout "
         "SECONDS if the machine is slow)"},
    [DM_RULE_GREEDY] = {"greedy",
                        "memory that grows without bound ends in a dead letter, or takes others along",
                        "bound what is kept by the size of the document"},
    [DM_RULE_EXITS] = {"exits", "a plugin returns; it never ends the program",
                       "call no exit(), abort() or assert()"},
    [DM_RULE_CHECKER] = {"memory-checker", "valgrind or a sanitizer found a memory error or a leak",
                         "read its report on standard error, which names the lines"},
};
