/* output-files: the outputs that write one file for each document. */
#include "stages.h"

static const dm_stage *const stages[] = {&files_markdown_stage, &files_text_stage, NULL};

DM_PLUGIN(.name = "output-files", .version = "0.1.0", .license = "MIT", .stages = stages);
