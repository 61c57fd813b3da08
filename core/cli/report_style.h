/* What the page of `try --report` looks like, and its script: it stands in the page itself. */
#ifndef DOCMILL_CLI_REPORT_STYLE_H
#define DOCMILL_CLI_REPORT_STYLE_H

extern const char dm__report_css[], dm__report_script[];

#endif
