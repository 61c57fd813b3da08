/*
 * docmill/fuzz.h - for fuzzers of plugins: arbitrary bytes through a stage, in docmill's own chain.
 *
 * A fuzzer is the plugin's source and a few lines, linked with libFuzzer and with `pkg-config --libs docmill-fuzz`;
 * `docmill new` writes one.  The plugin itself never links with docmill.
 */
#ifndef DOCMILL_FUZZ_H
#define DOCMILL_FUZZ_H

#include <docmill/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Put one document through a stage, and abort() with a line on standard error if it does what no stage may: text that is
 * not UTF-8, edits that overlap or do not lead back to the extracted text, marks outside of the text, DM_EBUG for any
 * other reason.  That a document fails with a reason is fine.
 *
 * plugin  its table, the same in every call; the stage is opened in the first and stays open
 * stage   "clean-NAME", "extract-NAME" or "output-NAME"; of an output render() is called
 * with    the stage's options, as YAML: "{}", "{ path: unused }"
 * data    of an extractor: the input.  Else the document's text, with a space for each byte that belongs to no
 *         character, behind one byte that says which quarters of it are marked as code, quotation and protected */
DM_EXPORT void docmill_fuzz(const dm_plugin *plugin, const char *stage, const char *with, const uint8_t *data,
                            size_t size);

#ifdef __cplusplus
}
#endif
#endif /* DOCMILL_FUZZ_H */
