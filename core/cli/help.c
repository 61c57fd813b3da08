/* Help pages, written from the tables of the commands. */
#include "core/cli/help.h"

#include <string.h>

#include "core/cli/rune.h"
#include "core/text/str.h"

enum { OPTION_COLUMN = 28 };

void dm__help_wrap(FILE *to, const char *text, unsigned column, unsigned indent, unsigned columns)
{
    bool first = true;
    while (*text) {
        text += strspn(text, " ");
        const size_t len = strcspn(text, " ");
        const size_t width = dm__text_width((dm_str){text, len});
        if (!first && column + 1 + width > columns) {
            fprintf(to, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', to);
            column++;
        }
        fwrite(text, 1, len, to);
        column += (unsigned)width;
        text += len;
        first = false;
    }
    fputc('\n', to);
}

static void heading(FILE *to, const struct dm_style *style, const char *title)
{
    fprintf(to, "\n%s%s%s\n", dm__tone(style, DM_TONE_STRONG), title, dm__tone(style, DM_TONE_PLAIN));
}

/* Paragraphs, separated by empty lines. */
static void paragraphs(FILE *to, const struct dm_style *style, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        const size_t len = end ? (size_t)(end - text) : strlen(text);
        char one[2048];
        snprintf(one, sizeof one, "%.*s", (int)len, text);
        fputc('\n', to);
        dm__help_wrap(to, one, 0, 0, dm__style_columns(style));
        text += end ? len + 2 : len;
    }
}

static void option(FILE *to, const struct dm_style *style, const struct dm_arg *arg)
{
    char left[80];
    size_t n = 0;
    if (arg->letter)
        n += (size_t)snprintf(left, sizeof left, "-%c, --%s", arg->letter, arg->name);
    else
        n += (size_t)snprintf(left, sizeof left, "    --%s", arg->name);
    if (arg->type != DM_ARG_FLAG)
        n += (size_t)snprintf(left + n, sizeof left - n, " %s", arg->value);
    fprintf(to, "  %s%s%s", dm__tone(style, DM_TONE_NAME), left, dm__tone(style, DM_TONE_PLAIN));
    if (n + 4 > OPTION_COLUMN)
        fprintf(to, "\n%*s", OPTION_COLUMN, "");
    else
        fprintf(to, "%*s", (int)(OPTION_COLUMN - n - 2), "");
    dm__help_wrap(to, arg->help, OPTION_COLUMN, OPTION_COLUMN, dm__style_columns(style));
}

static void options(FILE *to, const struct dm_style *style, const struct dm_arg_group *groups, size_t count)
{
    for (size_t g = 0; g < count; g++) {
        if (!groups[g].args->name)
            continue;
        heading(to, style, groups[g].title);
        for (const struct dm_arg *arg = groups[g].args; arg->name; arg++)
            option(to, style, arg);
    }
}

static void write_examples(FILE *to, const struct dm_style *style, const struct dm_example *e)
{
    for (; e->command; e++) {
        fprintf(to, "  %s\n      ", e->command);
        dm__help_wrap(to, e->what, 6, 6, dm__style_columns(style));
    }
}

void dm__help_program(FILE *to, const struct dm_style *style, const struct dm_command *const *commands,
                      const struct dm_arg_group *groups, size_t group_count)
{
    static const struct dm_example examples[] = {
        {"docmill run pipelines/news.yaml", "run a pipeline over its inputs"},
        {"docmill try pipelines/news.yaml a.txt", "run one document and print its text"},
        {"docmill try --explain pipelines/news.yaml a.txt", "show each change and the rule behind it"},
        {NULL, NULL},
    };
    fputs("docmill: run documents through a chain of plugins, write clean, structured text\n\n"
          "usage: docmill COMMAND [OPTION...]\n",
          to);
    heading(to, style, "Commands");
    for (; *commands; commands++)
        fprintf(to, "  %s%-10s%s%s\n", dm__tone(style, DM_TONE_NAME), (*commands)->name,
                dm__tone(style, DM_TONE_PLAIN), (*commands)->summary);
    options(to, style, groups, group_count);
    heading(to, style, "Examples");
    write_examples(to, style, examples);
    fputs("\n`docmill help COMMAND` tells more.\n", to);
}

void dm__help_command(FILE *to, const struct dm_style *style, const struct dm_command *command,
                      const struct dm_arg_group *groups, size_t group_count)
{
    fprintf(to, "docmill %s: %s\n\nusage: docmill %s [OPTION...]%s%s\n", command->name, command->summary,
            command->name, *command->operands ? " " : "", command->operands);
    paragraphs(to, style, command->about);
    options(to, style, groups, group_count);
    heading(to, style, "Examples");
    write_examples(to, style, command->examples);
    heading(to, style, "Exit status");
    for (const struct dm_exit *e = command->exits; e->when; e++) {
        fprintf(to, "  %3d  ", e->status);
        dm__help_wrap(to, e->when, 7, 7, dm__style_columns(style));
    }
}
