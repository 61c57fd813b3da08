/* Where each member that there was at ABI minor 0 lies, and what each constant is: printed by this, built against the
 * header of then and the one of now, it must be the same (tests/cli/abi.bats).  What is added later is not added here. */
#include <docmill/plugin.h>

#include <stdio.h>

#define MEMBER(T, m) printf(#T "." #m " at %zu, %zu bytes\n", offsetof(T, m), sizeof(((T *)0)->m))
#define WHOLE(T)     printf(#T " has %zu bytes\n", sizeof(T)) /* carries neither size nor stride: never grows */
#define VALUE(c)     printf(#c " is %lld\n", (long long)(c))

static void print_members(void)
{
    WHOLE(dm_str);
    WHOLE(dm_span);
    WHOLE(dm_array);
    WHOLE(dm_mark);
    MEMBER(dm_str, ptr);
    MEMBER(dm_str, len);

    MEMBER(dm_span, begin);
    MEMBER(dm_span, end);

    MEMBER(dm_array, items);
    MEMBER(dm_array, count);
    MEMBER(dm_array, stride);

    MEMBER(dm_pair, key);
    MEMBER(dm_pair, value);

    MEMBER(dm_mark, kind);
    MEMBER(dm_mark, level);
    MEMBER(dm_mark, at);
    MEMBER(dm_mark, value);

    MEMBER(dm_identity, size);
    MEMBER(dm_identity, part);
    MEMBER(dm_identity, revision);
    MEMBER(dm_identity, id);
    MEMBER(dm_identity, source);
    MEMBER(dm_identity, part_name);
    MEMBER(dm_identity, cursor);

    MEMBER(dm_change, size);
    MEMBER(dm_change, rule);
    MEMBER(dm_change, target);
    MEMBER(dm_change, index);
    MEMBER(dm_change, at);
    MEMBER(dm_change, with);
    MEMBER(dm_change, key);
    MEMBER(dm_change, mark);
    MEMBER(dm_change, confidence);
    MEMBER(dm_change, evidence);

    MEMBER(dm_edit_record, size);
    MEMBER(dm_edit_record, target);
    MEMBER(dm_edit_record, stage);
    MEMBER(dm_edit_record, flags);
    MEMBER(dm_edit_record, stage_name);
    MEMBER(dm_edit_record, rule);
    MEMBER(dm_edit_record, at);
    MEMBER(dm_edit_record, to);
    MEMBER(dm_edit_record, before);
    MEMBER(dm_edit_record, after);
    MEMBER(dm_edit_record, key);
    MEMBER(dm_edit_record, confidence);
    MEMBER(dm_edit_record, evidence);
    MEMBER(dm_edit_record, version);

    MEMBER(dm_option, name);
    MEMBER(dm_option, type);
    MEMBER(dm_option, flags);
    MEMBER(dm_option, offset);
    MEMBER(dm_option, def);
    MEMBER(dm_option, min);
    MEMBER(dm_option, max);
    MEMBER(dm_option, unit);
    MEMBER(dm_option, choices);
    MEMBER(dm_option, help);

    MEMBER(dm_rule, id);
    MEMBER(dm_rule, help);
    MEMBER(dm_rule, mode);
    MEMBER(dm_rule, threshold);

    MEMBER(dm_metric, id);
    MEMBER(dm_metric, unit);
    MEMBER(dm_metric, help);

    MEMBER(dm_extractor_ops, size);
    MEMBER(dm_extractor_ops, probe);
    MEMBER(dm_extractor_ops, extract);

    MEMBER(dm_cleaner_ops, size);
    MEMBER(dm_cleaner_ops, clean);

    MEMBER(dm_record, size);
    MEMBER(dm_record, part);
    MEMBER(dm_record, revision);
    MEMBER(dm_record, id);
    MEMBER(dm_record, source);
    MEMBER(dm_record, part_name);
    MEMBER(dm_record, bytes);

    MEMBER(dm_resume, size);
    MEMBER(dm_resume, flags);
    MEMBER(dm_resume, token);

    MEMBER(dm_output_ops, size);
    MEMBER(dm_output_ops, media_type);
    MEMBER(dm_output_ops, render);
    MEMBER(dm_output_ops, resume);
    MEMBER(dm_output_ops, write);
    MEMBER(dm_output_ops, commit);
    MEMBER(dm_output_ops, finish);
    MEMBER(dm_output_ops, recall);

    MEMBER(dm_stage, size);
    MEMBER(dm_stage, kind);
    MEMBER(dm_stage, flags);
    MEMBER(dm_stage, state_size);
    MEMBER(dm_stage, name);
    MEMBER(dm_stage, summary);
    MEMBER(dm_stage, doc);
    MEMBER(dm_stage, options);
    MEMBER(dm_stage, rules);
    MEMBER(dm_stage, metrics);
    MEMBER(dm_stage, open);
    MEMBER(dm_stage, close);
    MEMBER(dm_stage, ops);

    MEMBER(dm_plugin, size);
    MEMBER(dm_plugin, abi_minor);
    MEMBER(dm_plugin, host_size);
    MEMBER(dm_plugin, flags);
    MEMBER(dm_plugin, name);
    MEMBER(dm_plugin, version);
    MEMBER(dm_plugin, license);
    MEMBER(dm_plugin, stages);

    MEMBER(dm_host, size);
    MEMBER(dm_host, abi_minor);
    MEMBER(dm_host, version);
    MEMBER(dm_host, alloc);
    MEMBER(dm_host, fail);
    MEMBER(dm_host, log);
    MEMBER(dm_host, count);
    MEMBER(dm_host, match);
    MEMBER(dm_host, check_utf8);
    MEMBER(dm_host, extension);
    MEMBER(dm_host, identity);
    MEMBER(dm_host, bytes);
    MEMBER(dm_host, text);
    MEMBER(dm_host, meta);
    MEMBER(dm_host, metas);
    MEMBER(dm_host, marks);
    MEMBER(dm_host, edits);
    MEMBER(dm_host, append);
    MEMBER(dm_host, add_mark);
    MEMBER(dm_host, set_meta);
    MEMBER(dm_host, next);
    MEMBER(dm_host, change);
    MEMBER(dm_host, put);

    MEMBER(dm_task, size);
    MEMBER(dm_task, host);
}

static void print_values(void)
{
    VALUE(DM_OK);
    VALUE(DM_DROP);
    VALUE(DM_EDOC);
    VALUE(DM_ERETRY);
    VALUE(DM_ECONFIG);
    VALUE(DM_ELIMIT);
    VALUE(DM_EBUG);
    VALUE(DM_PARAGRAPH);
    VALUE(DM_TITLE);
    VALUE(DM_HEADING);
    VALUE(DM_LIST_ITEM);
    VALUE(DM_QUOTE);
    VALUE(DM_CODE);
    VALUE(DM_TABLE);
    VALUE(DM_ROW);
    VALUE(DM_CELL);
    VALUE(DM_CAPTION);
    VALUE(DM_LINK);
    VALUE(DM_PROTECTED);
    VALUE(DM_SYNTAX);
    VALUE(DM_LANGUAGE);
    VALUE(DM_CHANGE_TEXT);
    VALUE(DM_CHANGE_META);
    VALUE(DM_CHANGE_MARK_ADD);
    VALUE(DM_CHANGE_MARK_DROP);
    VALUE(DM_CHANGE_MARK_SET);
    VALUE(DM_EDIT_FLAGGED);
    VALUE(DM_BOOL);
    VALUE(DM_INT);
    VALUE(DM_REAL);
    VALUE(DM_TEXT);
    VALUE(DM_CHOICE);
    VALUE(DM_SIZE);
    VALUE(DM_TIME);
    VALUE(DM_LIST);
    VALUE(DM_MAP);
    VALUE(DM_PATH_IN);
    VALUE(DM_PATH_OUT);
    VALUE(DM_REGEX);
    VALUE(DM_SECRET);
    VALUE(DM_FIX);
    VALUE(DM_FLAG);
    VALUE(DM_OFF);
    VALUE(DM_EXTRACTOR);
    VALUE(DM_CLEANER);
    VALUE(DM_OUTPUT);
    VALUE(DM_NEEDS_NETWORK);
    VALUE(DM_NEEDS_EXEC);
    VALUE(DM_NEEDS_WRITE);
    VALUE(DM_RESUME_REPLACE);
    VALUE(DM_RESUME_VOLATILE);
    VALUE(DM_LOG_DEBUG);
    VALUE(DM_LOG_INFO);
    VALUE(DM_LOG_WARNING);
    VALUE(DM_LOG_ERROR);
}

int main(void)
{
    print_members();
    print_values();
    return 0;
}
