/* The stages of this plugin, and the part of their reference pages that they share. */
#ifndef OUTPUT_FILES_STAGES_H
#define OUTPUT_FILES_STAGES_H

#include <docmill/plugin.h>

extern const dm_stage files_text_stage, files_markdown_stage;

#endif
