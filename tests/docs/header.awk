# Write a reference page of the plugin header from its own comments:
#
#   awk -v page=plugin-header -f tests/docs/header.awk include/docmill/plugin.h
#
# header.sh writes them all.
#
# page  plugin-header, plugin-header-document, plugin-header-stages or plugin-header-services
#
# What is expected of the header: dividers `/* ---- theme ---- */`; comments and declarations that begin in the first
# column; a comment describes the declaration that follows at once, and what follows that without an empty line belongs
# to it.  In a struct, a comment that is no sentence is a label for the members behind it.  In a comment, a word with two
# spaces behind it at the begin of a line names a parameter, or is one of return, errors, cost.
#
# Names with two underscores behind their prefix are nobody's business, nor is what is for C++ alone.

# ---- reading --------------------------------------------------------------------------------------

# A comment's text without its signs, lines apart by newlines.
function bare(comment) {
    sub(/^ *\/\* ?/, "", comment)
    sub(/ *\*\/[ ]*$/, "", comment)
    gsub(/\n *\* ?/, "\n", comment)
    return comment
}

function add_entry(kind, name, body) {
    if (section == "" && doc == "") # for compilers, not for plugins
        return
    n++
    entry_section[n] = section == "" ? "values" : section
    entry_kind[n] = kind
    entry_name[n] = name
    entry_body[n] = body
    entry_doc[n] = doc
    doc = ""
    attachable = 1
}

# A declaration belongs to the entry before it if nothing stands between them.
function add(kind, name, body) {
    if (name ~ /^(dm|DM)__/)
        return # a comment before it is about what follows
    if (doc == "" && attachable) {
        parts[n]++
        part_kind[n, parts[n]] = kind
        part_name[n, parts[n]] = name
        part_body[n, parts[n]] = body
    } else {
        add_entry(kind, name, body)
    }
}

function is_divider(line) {
    return line ~ /^\/\* ---- .* -+ \*\/$/
}

function end_comment() {
    if (intro == "")
        intro = bare(comment)
    else
        doc = bare(comment)
    in_comment = 0
    attachable = 0
}

function name_of_macro(text) {
    sub(/^#define +/, "", text)
    sub(/[^A-Za-z0-9_].*/, "", text)
    return text
}

function end_declaration(    name) {
    in_declaration = 0
    if (declaration ~ /^#define/) {
        add("macro", name_of_macro(declaration), declaration)
    } else if (declaration ~ /^(typedef )?enum/) {
        name = declaration ~ /^typedef/ ? declaration : ""
        sub(/^typedef enum /, "", name)
        sub(/ .*/, "", name)
        add("enum", name, declaration)
    } else if (declaration ~ /^(typedef )?struct .*\{/) {
        name = declaration
        sub(/^(typedef )?struct /, "", name)
        sub(/[ ;].*/, "", name)
        add("struct", name, declaration)
    } else if (declaration ~ /^typedef struct/) {
        name = declaration
        sub(/;.*/, "", name)
        sub(/.* /, "", name)
        doc = declaration
        sub(/^[^\/]*/, "", doc)
        doc = bare(doc)
        add_entry("opaque", name, "")
    } else if (declaration ~ /^typedef/) {
        name = declaration
        sub(/;.*/, "", name)
        sub(/.* /, "", name)
        add("type", name, declaration)
    } else if (declaration ~ /^DM_EXPORT/) {
        name = declaration
        sub(/;.*/, "", name)
        sub(/.* /, "", name)
        add("symbol", name, declaration)
    }
}

function is_whole(text) {
    if (text ~ /^#define/)
        return text !~ /\\$/
    if (text ~ /^(typedef )?(struct|enum)[^;]*\{/)
        return text ~ /\n\}[^\n]*;$/ || text ~ /^[^\n]*\}[^\n]*;$/
    return text ~ /;/
}

in_cplusplus {
    if (/^#(else|endif)/)
        in_cplusplus = 0
    next
}
/^#ifdef __cplusplus/ { in_cplusplus = 1; next }
/^#else/ { in_else = 1; next }
/^#endif/ { in_else = 0; next }
in_else && last_if ~ /__GNUC__/ { next }
/^#if/ { last_if = $0; next }
/^#include/ || /^#define DOCMILL_PLUGIN_H/ || /^DM_PRINTF/ { next }
in_body { # of an inline function
    if (/^\}/)
        in_body = 0
    next
}
in_signature || /^static inline/ {
    signature = in_signature ? signature " " $0 : $0
    in_signature = 1
    if (/^\{/) {
        in_signature = 0
        in_body = 1
        sub(/^static inline /, "", signature)
        sub(/ *\{$/, "", signature)
        gsub(/ +/, " ", signature)
        name = signature
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        add("function", name, signature)
        attachable = 0
    }
    next
}
in_comment {
    comment = comment "\n" $0
    if (/\*\/$/)
        end_comment()
    next
}
in_declaration {
    declaration = declaration "\n" $0
    if (is_whole(declaration))
        end_declaration()
    next
}
is_divider($0) {
    section = $0
    sub(/^\/\* ---- /, "", section)
    sub(/ -+ \*\/$/, "", section)
    doc = ""
    attachable = 0
    next
}
/^\/\*/ {
    comment = $0
    in_comment = 1
    if (/\*\/$/)
        end_comment()
    next
}
/^$/ {
    if (doc != "") # a comment that stands alone
        add_entry("text", "", "")
    attachable = 0
    next
}
/^(typedef|struct|enum|#define|DM_EXPORT)/ {
    declaration = $0
    in_declaration = 1
    if (is_whole(declaration))
        end_declaration()
    next
}

# ---- headings ---------------------------------------------------------------------------------------

function page_of(theme) {
    if (theme == "values")
        return "plugin-header"
    if (theme ~ /^the document/)
        return "plugin-header-document"
    if (theme ~ /^what a stage/)
        return "plugin-header-stages"
    return "plugin-header-services"
}

# The constants of an enum, with values and comments, as constant[1..count], meaning[], value[].
function read_enum(body,    text, count, at, item, note) {
    text = substr(body, index(body, "{") + 1)
    sub(/\}[^}]*$/, "", text)
    count = 0
    note = ""
    while (match(text, /\/\*([^*]|\*[^\/])*\*\/|[A-Z][A-Z_0-9]*( = [^,\/]*)?/)) {
        item = substr(text, RSTART, RLENGTH)
        at = substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        if (item ~ /^\/\*/) {
            item = bare(item)
            if (count > 0 && at !~ /\n/)
                meaning[count] = item # on the line of a constant: of that one
            else
                note = item
            continue
        }
        count++
        value[count] = ""
        meaning[count] = note
        note = ""
        if (index(item, " = ")) {
            value[count] = substr(item, index(item, " = ") + 3)
            sub(/[ \n]+$/, "", value[count])
        }
        sub(/[ \n]*=.*/, "", item)
        sub(/[ \n]+$/, "", item)
        constant[count] = item
    }
    return count
}

function common_prefix(count,    i, prefix) {
    prefix = constant[1]
    for (i = 2; i <= count; i++)
        while (index(constant[i], prefix) != 1)
            prefix = substr(prefix, 1, length(prefix) - 1)
    sub(/[^_]*$/, "", prefix)
    return prefix
}

function heading_of_enum(body,    count, i, text) {
    count = read_enum(body)
    if (count == 1)
        return "`" constant[1] "`"
    if (common_prefix(count) != "DM_")
        return "`" common_prefix(count) "...`"
    if (count > 3)
        return "`" constant[1] "` to `" constant[count] "`"
    for (i = 1; i <= count; i++)
        text = text (i > 1 ? ", " : "") "`" constant[i] "`"
    return text
}

# As GitHub makes an anchor of a heading.
function slug(text) {
    text = tolower(text)
    gsub(/[^a-z0-9_ -]/, "", text)
    gsub(/ /, "-", text)
    return text
}

function heading_of(i,    k) {
    if (entry_kind[i] == "enum" && entry_name[i] == "")
        return heading_of_enum(entry_body[i])
    if (entry_kind[i] != "macro" || !(i in parts))
        return "`" entry_name[i] "`"
    for (k = parts[i]; part_kind[i, k] != "macro" || part_name[i, k] ~ /__/; k--)
        ;
    return parts[i] > 1 ? "`" entry_name[i] "` to `" part_name[i, k] "`" : "`" entry_name[i] "`"
}

function know(name, where) {
    if (name != "" && !(name in known))
        known[name] = where
}

# A second heading that comes to the same anchor gets a number.
function anchor_of(i,    base, where) {
    base = where = page_of(entry_section[i]) ".md#" slug(heading[i])
    if (taken[base]++)
        where = base "-" (taken[base] - 1)
    return where
}

function know_parts(i,    k, c, count) {
    for (k = 0; k <= parts[i]; k++) {
        know(k == 0 ? entry_name[i] : part_name[i, k], anchor[i])
        if ((k == 0 ? entry_kind[i] : part_kind[i, k]) != "enum")
            continue
        count = read_enum(k == 0 ? entry_body[i] : part_body[i, k])
        for (c = 1; c <= count; c++)
            know(constant[c], anchor[i])
    }
}

function know_all(    i) {
    for (i = 1; i <= n; i++)
        if (entry_kind[i] == "struct")
            is_struct[entry_name[i]] = 1
    for (i = 1; i <= n; i++) {
        if (entry_kind[i] == "text" || (entry_kind[i] == "opaque" && entry_name[i] in is_struct))
            continue
        heading[i] = heading_of(i)
        anchor[i] = anchor_of(i)
        know_parts(i)
    }
}

# ---- writing ----------------------------------------------------------------------------------------

# Names as code, and as links to where they are described.
function linked(name,    base, where) {
    base = name
    sub(/[.(\-].*/, "", base)
    where = base in known ? known[base] : ""
    if (where == "" || where == here)
        return "`" name "`"
    if (index(where, page ".md#") == 1)
        where = substr(where, length(page ".md") + 1)
    return "[`" name "`](" where ")"
}

function names_in(text,    out, name, pattern) {
    pattern = "docmill_plugin_v[0-9]|(dm|DM)_[A-Za-z0-9_]*[A-Za-z0-9](_?\\.\\.\\.|\\.[a-z][a-z_]*)?(\\(\\))?(->[a-z]+)?|[a-z_]+\\(\\)|[a-z]+->[a-z]+"
    while (match(text, pattern)) {
        name = substr(text, RSTART, RLENGTH)
        out = out plain(substr(text, 1, RSTART - 1)) linked(name)
        text = substr(text, RSTART + RLENGTH)
    }
    return out plain(text)
}

function plain(text) {
    gsub(/\*/, "\\*", text)
    return text
}

function markdown(text,    out, at, odd) {
    gsub(/\n */, " ", text)
    gsub(/  +/, " ", text)
    while ((at = index(text, "`")) > 0) {
        out = out (odd ? "`" substr(text, 1, at) : names_in(substr(text, 1, at - 1)))
        text = substr(text, at + 1)
        odd = !odd
    }
    return out names_in(text)
}

function capital(text) {
    return toupper(substr(text, 1, 1)) substr(text, 2)
}

# Lines of at most 118 characters; `indent` before all but the first.
function wrapped(text, first, indent,    line, word, i, count, words, out) {
    count = split(text, words, " ")
    line = first
    for (i = 1; i <= count; i++) {
        word = words[i]
        if (length(line) + length(word) > 117 && line != first) {
            out = out line "\n"
            line = indent
        } else if (line != first && line != indent) {
            line = line " "
        }
        line = line word
    }
    return out line
}

# A comment: paragraphs, then what is said of parameters and results as a list.
function print_doc(text,    lines, count, i, paragraph, lead, in_list) {
    count = split(text, lines, "\n")
    paragraph = lead = ""
    for (i = 1; i <= count + 1; i++) {
        if (i > count || lines[i] ~ /^ *$/ || lines[i] ~ /^ *[A-Za-z_]+  +[^ ]/ || (in_list && lines[i] !~ /^ /)) {
            if (paragraph != "") {
                print (in_list && lead == "" ? "\n" : "") wrapped(markdown(paragraph), lead, lead != "" ? "  " : "")
                if (lead == "")
                    print ""
                in_list = lead != ""
            }
            paragraph = lead = ""
            if (i > count)
                break
        }
        if (lines[i] ~ /^ *[A-Za-z_]+  +[^ ]/) {
            lead = lines[i]
            sub(/^ */, "", lead)
            sub(/ .*/, "", lead)
            sub(/^ *[A-Za-z_]+  +/, "", lines[i])
            lead = lead ~ /^(return|errors|cost)$/ || lead ~ /^[A-Z][a-z]/ ? "- **" lead "**: " : "- `" lead "`: "
            in_list = 1
        }
        if (lines[i] !~ /^ *$/)
            paragraph = paragraph (paragraph == "" ? "" : "\n") lines[i]
    }
    if (in_list)
        print ""
}

function cell(text) {
    gsub(/\|/, "\\|", text)
    return text
}

function row(a, b) {
    print "| " cell(a) " | " cell(b) " |"
}

function print_enum(body,    count, i, any) {
    count = read_enum(body)
    for (i = 1; i <= count; i++)
        any = any meaning[i]
    if (any == "") {
        for (i = 1; i <= count; i++)
            print "- `" constant[i] (value[i] != "" ? " = " value[i] : "") "`"
        print ""
        return
    }
    print "| constant | meaning |"
    print "|---|---|"
    for (i = 1; i <= count; i++)
        row("`" constant[i] (value[i] != "" ? " = " value[i] : "") "`", markdown(meaning[i]))
    print ""
}

# The members of a struct, in their order: member[1..count], note[], label[], and whether it is a function.
function read_struct(body,    lines, total, i, line, count, pending, current, in_union, more, where) {
    total = split(body, lines, "\n")
    count = 0
    pending = current = ""
    for (i = 2; i < total; i++) {
        line = lines[i]
        sub(/^ +/, "", line)
        if (line ~ /^\/\*/) {
            pending = line
            while (line !~ /\*\/$/) {
                line = lines[++i]
                pending = pending "\n" line
            }
            pending = bare(pending)
            if (pending !~ /[.;:]$/) {
                current = pending
                pending = ""
            }
            continue
        }
        if (line ~ /^union/) {
            in_union = 1
            continue
        }
        if (in_union && line ~ /^\}/) { # its members were told
            in_union = 0
            continue
        }
        count++
        where = index(line, "/*")
        note[count] = pending
        pending = ""
        if (where > 0) {
            note[count] = substr(line, where)
            line = substr(line, 1, where - 1)
            while (note[count] !~ /\*\/$/)
                note[count] = note[count] "\n" lines[++i]
            note[count] = bare(note[count])
        }
        while (line !~ /; *$/) {
            more = lines[++i]
            sub(/^ +/, "", more)
            line = line " " more
        }
        sub(/; *$/, "", line)
        member[count] = line
        if (in_union)
            sub(/[a-z]+$/, "ops.&", member[count])
        label[count] = current
        is_function[count] = line ~ /\(\*/
    }
    return count
}

function name_of_function(text) {
    sub(/^[^(]*\(\*/, "", text)
    sub(/\).*/, "", text)
    return text
}

function print_struct(body,    count, i, any, labelled) {
    count = read_struct(body)
    for (i = 1; i <= count; i++) {
        any += !is_function[i] || note[i] == ""
        labelled += label[i] != ""
    }
    if (any > 0) {
        print (labelled ? "| member | called from |" : "| member | meaning |")
        print "|---|---|"
    }
    for (i = 1; i <= count; i++)
        if (!is_function[i] || note[i] == "")
            row("`" member[i] "`", member[i] == "uint32_t size" && note[i] == "" ? "`sizeof` the struct" \
                : note[i] != "" ? markdown(note[i]) : markdown(label[i]))
    if (any > 0)
        print ""
    for (i = 1; i <= count; i++)
        if (is_function[i] && note[i] != "") {
            print "#### " name_of_function(member[i]) "()\n"
            print_code(member[i] ";")
            print_doc(note[i])
        }
}

function print_code(text,    out) {
    print "```c"
    if (length(text) > 110) { # one parameter on a line
        out = text
        gsub(/, /, ",\n    ", out)
        sub(/\((dm_task|const void \*state|const dm)/, "(\n    &", out)
        sub(/\(\n    \(/, "(\n    ", out)
        text = out
    }
    print text
    print "```\n"
}

function print_macro(body,    form) {
    form = body
    sub(/^#define +/, "", form)
    if (match(form, /^[A-Z_0-9]+\([^)]*\)/))
        print "`" substr(form, 1, RLENGTH) "`\n"
    else if (form ~ /^[A-Z_0-9]+ +[0-9"]/)
        print "`#define " form "`\n"
}

function print_body(kind, body) {
    if (kind == "enum")
        print_enum(body)
    else if (kind == "struct")
        print_struct(body)
    else if (kind == "function")
        print_code(body ";")
    else if (kind == "type")
        print_code(body)
    else if (kind == "symbol")
        print_code(substr(body, length("DM_EXPORT ") + 1))
    else if (kind == "macro")
        print_macro(body)
}

# A run of macros of one comment, as a list of their forms.
function print_macros(i,    k, form) {
    for (k = 0; k <= parts[i]; k++) {
        form = k == 0 ? entry_body[i] : part_body[i, k]
        sub(/^#define +/, "", form)
        match(form, /^[A-Z_0-9]+\([^)]*\)/)
        print "- `" substr(form, 1, RLENGTH) "`"
    }
    print ""
}

function print_entry(i,    k) {
    if (!(i in heading) && entry_kind[i] != "text")
        return
    if (entry_kind[i] == "text") {
        print_doc(entry_doc[i])
        return
    }
    here = anchor[i]
    print "### " heading[i] "\n"
    if (entry_kind[i] == "function")
        print_body(entry_kind[i], entry_body[i])
    if (entry_kind[i] == "opaque")
        entry_doc[i] = capital(entry_doc[i]) "."
    print_doc(entry_doc[i])
    if (entry_kind[i] == "macro" && parts[i] > 1) {
        print_macros(i)
        return
    }
    if (entry_kind[i] != "function")
        print_body(entry_kind[i], entry_body[i])
    for (k = 1; k <= parts[i]; k++)
        print_body(part_kind[i, k], part_body[i, k])
}

function title_of(name) {
    return name == "plugin-header-document" ? "The plugin header: documents" \
        : name == "plugin-header-stages"    ? "The plugin header: stages" \
        : name == "plugin-header-services"  ? "The plugin header: services" \
                                            : "The plugin header"
}

function print_contents(    i, last, line, where) {
    print "## Contents\n"
    for (i = 1; i <= n; i++) {
        if (!(i in heading))
            continue
        where = anchor[i]
        if (index(where, page ".md#") == 1)
            where = substr(where, length(page ".md") + 1)
        if (entry_section[i] != last && line != "")
            print wrapped(line, "", "") "\n"
        line = entry_section[i] != last ? "**" capital(entry_section[i]) "**:" : line " ·"
        line = line " [" heading[i] "](" where ")"
        last = entry_section[i]
    }
    print wrapped(line, "", "") "\n"
}

function print_intro(    head) {
    head = intro
    sub(/^\n*[^\n]* - /, "", head)
    sub(/^everything/, "[`docmill/plugin.h`](../../include/docmill/plugin.h) is everything", head)
    print_doc(head)
    print "This page and [documents](plugin-header-document.md), [stages](plugin-header-stages.md) and"
    print "[services](plugin-header-services.md) are written from the comments of the header, and a test writes them again.\n"
    print_contents()
}

END {
    know_all()
    print "# " title_of(page) "\n"
    if (page == "plugin-header")
        print_intro()
    else
        print "Written from [`docmill/plugin.h`](../../include/docmill/plugin.h); [begin here](plugin-header.md).\n"
    last = ""
    for (i = 1; i <= n; i++) {
        if (page_of(entry_section[i]) != page)
            continue
        if (entry_section[i] != last)
            print "## " capital(entry_section[i]) "\n"
        last = entry_section[i]
        print_entry(i)
    }
}
