# From phrases/LANG.yaml to the table of phrases.h.  The files are a small part of YAML: `class:` at the start of a
# line, `  - phrase` below it, the phrase perhaps between double quotes.  All else is a mistake.  A colon in front of `*`
# stands for one with a space before it too, as the French write it and pages of other languages sometimes do.
BEGIN {
    classes = " interface share comments newsletter cookies related related-heading tags credit advertisement source copyright "
    print "/* Written by compile.awk from phrases/. */"
    print "#include \"phrases.h\"\n"
    print "const struct phrase phrases_built_in[] = {"
}
function fail(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    failed = 1
    exit 1
}
# One language may have the phrase of another.
function emit(text, weak) {
    if ((text, class, weak) in seen)
        return
    seen[text, class, weak] = 1
    printf "    {\"%s\", CLASS_%s, %s},\n", text, name, weak ? "true" : "false"
}
/^#/ || /^$/ { next }
/^[a-z-]+:$/ {
    class = substr($0, 1, length($0) - 1)
    if (index(classes, " " class " ") == 0)
        fail("no class is called " class)
    next
}
/^  - / {
    if (class == "")
        fail("a phrase before the first class")
    text = substr($0, 5)
    if (text ~ /^".*"$/)
        text = substr(text, 2, length(text) - 2)
    if (text ~ /^(\? )?\*.*\*$/)
        fail("open at both ends: every line would be compared with it")
    weak = substr(text, 1, 2) == "? "
    if (weak)
        text = substr(text, 3)
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    name = toupper(class)
    gsub(/-/, "_", name)
    emit(text, weak)
    colon = match(text, / ?: ?\*/)
    if (colon) {
        spaced = substr(text, colon, 1) == " "
        emit(substr(text, 1, colon - 1) (spaced ? "" : " ") substr(text, colon + spaced), weak)
    }
    next
}
{ fail("neither a class nor a phrase") }
END {
    if (failed)
        exit 1
    print "};"
    print "const size_t phrases_built_in_count = sizeof phrases_built_in / sizeof *phrases_built_in;"
}
