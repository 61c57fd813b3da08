/* extract-text: plain text in any encoding.  A file that is UTF-8 already is checked and referred to,
 * never copied. */
#include "text.h"

#include <string.h>

static const char *const invalid_choices[] = {"reject", "replace", NULL};

static const dm_option options[] = {
    {.name = "encoding",
     DM_TEXT_AT(struct text_options, encoding),
     .def = "auto",
     .min = 1,
     .max = 39,
     .help = "The encoding of all files, such as `windows-1251`; `auto` finds it out for each."},
    {.name = "invalid",
     DM_CHOICE_AT(struct text_options, invalid),
     .def = "reject",
     .choices = invalid_choices,
     .help = "What becomes of a file with bytes that its encoding does not have: it is refused, or each such "
             "byte becomes U+FFFD."},
    {.name = "title",
     DM_BOOL_AT(struct text_options, title),
     .def = "true",
     .help = "Mark the first block as the title where it is clearly a headline."},
    {.name = "headings",
     DM_BOOL_AT(struct text_options, headings),
     .def = "true",
     .help = "Mark headings; without, they are paragraphs."},
};

static bool is_auto(const struct text_options *o)
{
    return o->encoding.len == 4 && !memcmp(o->encoding.ptr, "auto", 4);
}

static dm_status open_text(dm_task *t, void *state)
{
    struct text_options *o = state;
    if (is_auto(o))
        return DM_OK;
    const char *name = text_encoding_name(t, o->encoding);
    if (!name)
        return dm_fail(t, DM_ECONFIG, "unknown encoding \"%.*s\"", (int)o->encoding.len, o->encoding.ptr);
    o->encoding = (dm_str){name, strlen(name)};
    return DM_OK;
}

/* ---- probe ---------------------------------------------------------------------------------- */

static bool has_suffix(dm_str name, const char *suffix)
{
    const size_t len = strlen(suffix);
    if (name.len <= len)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((name.ptr[name.len - len + i] | 0x20) != (suffix[i] | 0x20))
            return false;
    return true;
}

/* The head may end within a character. */
static bool is_utf8_head(dm_str head)
{
    size_t i = 0;
    for (size_t len; i < head.len && (len = text_utf8_length(head, i)) > 0;)
        i += len;
    return i + 3 >= head.len;
}

/* Text is certain, but what it says may be for another: an extractor that knows its format answers
 * with more. */
static int32_t probe(const void *state, dm_str head, dm_str name)
{
    (void)state;
    static const char *const suffixes[] = {".txt", ".text", ".md", ".markdown"};
    const char *encoding;
    int32_t sure = 40;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (has_suffix(name, suffixes[i]))
            sure = 60;
    if (head.len == 0 || text_sniff_bom(head, &encoding) > 0)
        return sure;
    if (text_sniff_binary(head))
        return 0;
    if (memchr(head.ptr, 0, head.len))
        return text_sniff_utf16(head) ? sure : 0;
    size_t first;
    if (text_count_controls(head, &first) * 10 > head.len)
        return 0;
    return is_utf8_head(head) ? sure : sure - 10;
}

/* ---- extract -------------------------------------------------------------------------------- */

static dm_status fail_utf8(dm_task *t, dm_str bytes, size_t bad)
{
    return dm_fail(t, DM_EDOC, "invalid UTF-8: byte 0x%02X at offset %zu, line %zu",
                   (unsigned char)bytes.ptr[bad], bad, text_line_of(bytes, bad));
}

static dm_status decode_utf8(dm_task *t, const struct text_options *o, struct text_source *src)
{
    const dm_str s = {src->bytes.ptr + src->bom, src->bytes.len - src->bom};
    const size_t bad = dm_check_utf8(t, s);
    if (bad < s.len) {
        if (o->invalid == TEXT_INVALID_REJECT)
            return fail_utf8(t, src->bytes, src->bom + bad);
        return text_repair_utf8(t, src);
    }
    src->text = s;
    return DM_OK;
}

/* A PDF document may be all ASCII. */
static bool is_pdf(dm_str s)
{
    return s.len >= 5 && !memcmp(s.ptr, "%PDF-", 5);
}

/* It has NUL bytes, or escape sequences, or bytes that UTF-8 does not have. */
static dm_status decode_odd(dm_task *t, const struct text_options *o, struct text_source *src, bool is_utf8)
{
    const dm_str s = src->bytes;
    const char *binary = text_sniff_binary(s);
    if (binary)
        return dm_fail(t, DM_EDOC, "not text: %s", binary);
    const char *nul = memchr(s.ptr, 0, s.len);
    if (nul) {
        src->encoding = text_sniff_utf16(s);
        if (!src->encoding)
            return dm_fail(t, DM_EDOC, "not text: NUL byte at offset %zu", (size_t)(nul - s.ptr));
        return text_decode_wide(t, o, src);
    }
    size_t sequences, bad;
    text_count_utf8(s, &sequences, &bad);
    if (is_utf8 ? text_sniff_iso2022jp(s) : sequences <= bad)
        return text_decode_legacy(t, o, src);
    src->encoding = "utf-8"; /* chance does not make as many sequences */
    return decode_utf8(t, o, src);
}

/* No byte order mark and no option says what it is.  Nearly always it is UTF-8. */
static dm_status decode_unknown(dm_task *t, const struct text_options *o, struct text_source *src)
{
    const dm_str s = src->bytes;
    const bool is_utf8 = dm_check_utf8(t, s) == s.len;
    if (!is_utf8 || is_pdf(s) || memchr(s.ptr, 0, s.len) || memchr(s.ptr, '\x1B', s.len))
        return decode_odd(t, o, src, is_utf8);
    src->text = s;
    src->encoding = "utf-8";
    return DM_OK;
}

static dm_status decode(dm_task *t, const struct text_options *o, struct text_source *src)
{
    src->bom = text_sniff_bom(src->bytes, &src->encoding);
    if (!src->encoding && !is_auto(o))
        src->encoding = o->encoding.ptr;
    if (!src->encoding)
        return decode_unknown(t, o, src);
    if (text_is_wide(src->encoding))
        return text_decode_wide(t, o, src);
    if (!strcmp(src->encoding, "utf-8"))
        return decode_utf8(t, o, src);
    return text_decode_named(t, o, src);
}

/* Whatever it was decoded from: is it a text? */
static dm_status check_text(dm_task *t, struct text_source *src)
{
    src->facts = text_find_facts(src->text);
    if (src->facts & TEXT_HAS_CONTROL) {
        const char *nul = memchr(src->text.ptr, 0, src->text.len);
        if (nul)
            return dm_fail(t, DM_EDOC, "not text: NUL byte at offset %zu",
                           src->bom + (size_t)(nul - src->text.ptr));
        size_t first;
        const size_t controls = text_count_controls(src->text, &first);
        if (controls * 10 > src->text.len)
            return dm_fail(t, DM_EDOC, "not text: %zu control characters, the first, 0x%02X, at offset %zu",
                           controls, (unsigned char)src->text.ptr[first], src->bom + first);
    }
    if (text_is_blank(src->text))
        return dm_fail(t, DM_EDOC, "nothing but white space");
    return DM_OK;
}

static void set_metadata(dm_task *t, dm_doc *d, const struct text_source *src)
{
    char errors[24];
    dm_set_meta(t, d, "mime", DM_LIT("text/plain"));
    dm_set_meta(t, d, "encoding", (dm_str){src->encoding, strlen(src->encoding)});
    if (src->bom)
        dm_set_meta(t, d, "encoding-bom", DM_LIT("yes"));
    if (!src->errors)
        return;
    const int n = snprintf(errors, sizeof errors, "%zu", src->errors);
    dm_set_meta(t, d, "encoding-errors", (dm_str){errors, (size_t)n});
}

static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    const struct text_options *o = state;
    struct text_source src = {.bytes = dm_bytes(t, d)};
    if (src.bytes.len == 0)
        return dm_fail(t, DM_EDOC, "empty file");
    dm_status status = decode(t, o, &src);
    if (status == DM_OK)
        status = check_text(t, &src);
    if (status != DM_OK)
        return status;
    status = dm_append(t, d, src.text, (dm_span){src.bom, src.bytes.len});
    if (status != DM_OK)
        return status;
    set_metadata(t, d, &src);
    return text_mark_blocks(t, d, o, &src);
}

static const char doc[] =
    "Reads a plain text file in whatever encoding it is, and marks its title, headings and\n"
    "paragraphs. The text is kept byte for byte: line breaks of any kind, spaces and everything odd\n"
    "are left to the cleaners, which record what they change.\n"
    "\n"
    "#### The encoding\n"
    "\n"
    "| a file that | is read as |\n"
    "|---|---|\n"
    "| starts with a byte order mark | UTF-8, UTF-16 or UTF-32, as the mark says; the mark is not text |\n"
    "| is valid UTF-8 | UTF-8 |\n"
    "| has a NUL in every other byte of its Latin letters | UTF-16 without a mark |\n"
    "| has more sound UTF-8 sequences than bad bytes | damaged UTF-8: see `invalid` |\n"
    "| is anything else | what uchardet takes it for, if all of it decodes so, and to something that a text "
    "may hold |\n"
    "\n"
    "ISO-8859-1 and its kin are called by the names that browsers use for them (windows-1252), also\n"
    "where a text would read the same in several encodings. Short texts of one or two accented\n"
    "letters can be guessed wrongly; where you know the encoding, say it:\n"
    "\n"
    "```yaml\n"
    "stages:\n"
    "  - extract: text\n"
    "    with: { encoding: windows-1251 }\n"
    "```\n"
    "\n"
    "#### Metadata\n"
    "\n"
    "`mime` is `text/plain`; `encoding` the IANA name in lower case; `encoding-bom: yes` where there\n"
    "was a byte order mark; `encoding-errors` the number of bytes that became U+FFFD under `invalid:\n"
    "replace`.\n"
    "\n"
    "#### Title, headings, paragraphs\n"
    "\n"
    "Blank lines separate blocks. Lines that stand together are one paragraph if they are shorter\n"
    "than 100 characters (a hard-wrapped text), and a paragraph each if one of them is longer. A list\n"
    "item starts a paragraph, and so does an indented line after a flush one.\n"
    "\n"
    "- The **title** is the first block, if it is one line of up to 150 characters and at least three\n"
    "  words, without a full stop, and something follows it.\n"
    "- **Headings** are Markdown's (`# heading`, underlined with `===` or `---`), lines in capitals,\n"
    "  and short lines without closing punctuation that stand alone between two paragraphs.\n"
    "- Stretches between lines of three backticks are **code**, with the language that the first of\n"
    "  them names.\n"
    "\n"
    "A doubtful line is a paragraph. Marks cover the text without its line break, the spaces around\n"
    "it. The characters of the markup (`#`, underlines, fences) stay in the text, marked as **syntax**,\n"
    "so that an output with signs of its own can leave them out.\n"
    "\n"
    "#### Refused\n"
    "\n"
    "Empty files, files of nothing but white space, binary files (known by their first bytes, by NUL\n"
    "bytes or by control characters), and files that no encoding fits; the message says which byte\n"
    "spoke against it.\n";

static const dm_stage text_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .state_size = sizeof(struct text_options),
    .name = "text",
    .summary = "Plain text in any encoding, with its title, headings and paragraphs.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .open = open_text,
    .ops.extractor =
        &(const dm_extractor_ops){.size = sizeof(dm_extractor_ops), .probe = probe, .extract = extract},
};

DM_PLUGIN(.name = "extract-text", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&text_stage, NULL});
