# From words.txt, `WORD <tab> WEIGHT` lines as learn.py writes them, to the table of words.h.
BEGIN {
    FS = "\t"
    print "/* Written by words/compile.awk from words/words.txt. */"
    print "#include \"words.h\"\n"
    print "const struct words_weight words_built_in[] = {"
}
NF != 2 || $2 !~ /^-?[0-9]+$/ {
    printf "%s:%d: no word and weight\n", FILENAME, FNR > "/dev/stderr"
    failed = 1
    exit 1
}
{
    gsub(/\\/, "\\\\", $1)
    gsub(/"/, "\\\"", $1)
    gsub(/\?/, "\\?", $1)
    printf "    {\"%s\", %d},\n", $1, $2
}
END {
    if (failed)
        exit 1
    print "};"
    print "const size_t words_built_in_count = sizeof words_built_in / sizeof *words_built_in;"
}
