/* Whether a line is code that nothing marks as such: commands, settings, statements and log lines that a page has between
 * paragraphs.  What a cleaner of spaces keeps as it is, a cleaner of marks may not change either. */
#ifndef DOCMILL_PLUGINS_CODE_H
#define DOCMILL_PLUGINS_CODE_H

#include <docmill/plugin.h>

/* sign    whether there may be an equals sign in it
 * thread  any; looks at the ends of the line first, and prose is told by them nearly always */
bool code_is_line(dm_str line, bool sign);

#endif
