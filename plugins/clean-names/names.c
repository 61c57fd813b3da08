/* clean-names: several spellings of one name in a document, a glossary, and a closed list of typos. */
#include "names.h"

static const dm_rule rules[] = {
    [RULE_NAME_VARIANT] =
        {"name-variant",
         "A second spelling of a person's name gives way to the one that the document has more "
         "often, or first in full.",
         DM_FIX, 0.75},
    [RULE_GLOSSARY] = {"glossary", "A word of the option `glossary` becomes what stands there beside it.",
                       DM_FIX, 0},
    [RULE_TYPO] = {"typo", "An English word that is none and can only be one other.", DM_FIX, 0.75},
};

static const dm_option options[] = {
    {.name = "glossary",
     DM_MAP_AT(struct names_state, glossary),
     .def = "{}",
     .min = 0,
     .max = 10000,
     .help = "Wrong forms and the right one of each; whole words, in the case given."},
};

static dm_status open_state(dm_task *t, void *state)
{
    struct names_state *const s = state;
    dm_status status = names_check_glossary(t, s);
    status = status == DM_OK ? names_open_lists(t, s) : status;
    status = status == DM_OK ? names_open_languages(t, s) : status;
    return status == DM_OK ? names_open_typos(t, s) : status;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    enum { FEW = 256 };
    struct occurrence few[FEW]; /* so many need no memory of the host, which would be cleared */
    struct names n = {.state = state,
                      .task = t,
                      .doc = d,
                      .text = dm_text(t, d),
                      .met = few,
                      .met_cap = FEW,
                      .english = -1};
    if (n.text.len == 0)
        return DM_OK;
    return names_use_glossary(&n) && names_scan(&n) && names_unify(&n) ? DM_OK : DM_ELIMIT;
}

static const char doc[] =
    "Gives each person one spelling, as far as the document itself shows which; replaces what a glossary\n"
    "says; and mends a closed list of English typos.\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - clean: names\n"
    "    with:\n"
    "      glossary: { Kabol: Kabul, \"Port Ansell\": Port Ansel }\n"
    "      rules: { typo: flag }\n"
    "```\n"
    "\n"
    "| rule | before | after | evidence |\n"
    "|---|---|---|---|\n"
    "| `name-variant` | `Ibrahim Kalan ... Qalan said` | `Ibrahim Kalan ... Kalan said` | `line 1: Ibrahim "
    "Kalan` |\n"
    "| `name-variant` | `Zalmay Khalilzad ... Zalmai Khalilzad` | `Zalmay Khalilzad` twice | `line 6: Zalmay "
    "Khalilzad` |\n"
    "| `glossary` | `Kabol` | `Kabul` | |\n"
    "| `typo` | `goverment` | `government` | |\n"
    "\n"
    "#### When two spellings are one name\n"
    "\n"
    "They have to *sound alike*: the same after *q* and *k*, *x* and *ks*, *j* and *zh*, *i*, *y* and *e*, "
    "*u* and\n"
    "*o*, *-sky* and *-skyi*, doubled letters and a silent *h* are made equal (confidence 0.95, or 0.9 for a "
    "name that stands alone), or all but one "
    "letter\n"
    "of six and more (0.85, 0.8). And the text has to give a reason: the same name before both (*Ibrahim\n"
    "Kalan, Ibrahim Qalan*), the same name behind both (*Zalmay, Zalmai Khalilzad*), or a full name here and "
    "a\n"
    "lone one there. The spelling that is met more often stays; of two that are met equally often, the one\n"
    "that is met first in full.\n"
    "\n"
    "In English, a surname of six and more letters may also be *misspelt once*, in one letter or two that "
    "have changed\n"
    "places, whatever that sounds like (0.8): *Pavel Guryanov* is met first and again, and *Gurianov* stands "
    "once, without\n"
    "a title or another name, as that of somebody who does or says something; or behind the same given name. "
    "What is a\n"
    "common surname, a given name, a place or a firm itself is none.\n"
    "\n"
    "#### What stays\n"
    "\n"
    "- **Two people**: names with different first names, names that meet in one sentence, and names in a\n"
    "  sentence about kin, spelling or another one (*brother*, *spelt*, *namesake*, *the other Emre*), "
    "unless\n"
    "  they differ in accents only, or share a given name and others of the family are met.\n"
    "- **Forms of a word**: *Iraq, Iraqi*; *Republic, Republican*; *Maria, Mario*; *the Kalans*, *Ivanov, "
    "Ivanova*.\n"
    "- **Words** that the text has in small letters too, titles, days, places behind *in* and *near*.\n"
    "- **What the world knows**: a name that is spelled wrong throughout stays so. Use the glossary.\n"
    "- **Typos** with a capital, in quotation marks of their own or so anywhere in the text, before *[sic]*, "
    "in sentences about "
    "spelling, in addresses, file names "
    "and compounds, "
    "in\n"
    "  code, and in documents in another language (by the metadata `language`, else by the small words).\n"
    "\n"
    "#### Limits\n"
    "\n"
    "Only names in Latin letters are compared, and only names of four and more; a lone name needs five. The\n"
    "glossary goes first; what it replaces is left alone by the other rules.\n";

static const dm_stage names_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct names_state),
    .name = "names",
    .summary = "Spelling variants of a person's name, a glossary, a closed list of typos.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .open = open_state,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.host_size = sizeof(dm_host), .name = "clean-names", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&names_stage, NULL});
