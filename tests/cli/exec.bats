#!/usr/bin/env bats
# Cleaners that are programs.

load common

setup() {
    enter_scratch
    "$DOCMILL" plugins --json | jq -e '.stages[] | select(.stage == "clean-exec")' >/dev/null || skip "there is no clean-exec"
    pipeline '- extract: text' '- clean: exec' '  with: { command: [python3, a.py], timeout: 5s }' '- output: jsonl' \
        '  with: { path: "${out}/a.jsonl", edits: full }'
    cat >a.py <<'END'
# docmill rule teh: A typing mistake.
import json, os, re, signal, sys, time
print('{"docmill": 1, "positions": "characters"}', flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if "kill" in text: os.abort()
    if "exit" in text: sys.exit(7)
    if "close" in text: os.close(1); time.sleep(60)
    if "sleep" in text: time.sleep(60)
    if "twice" in text: print("{}\n{}", flush=True); continue
    if "garbage" in text: print("garbage", flush=True); continue
    edits = [{"at": m.span(), "with": "the"} for m in re.finditer(r"\bteh\b", text)]
    print(json.dumps({"edits": edits}), flush=True)
END
    mkdir in
    echo 'In teh ënd.' >in/a.txt
}

@test "a record names the program's rule, and undo takes it" {
    "$DOCMILL" run --quiet pipeline.yaml in
    says '.text == "In the ënd.\n" and .edits[0].rule == "teh" and .edits[0].stage == "clean-exec"' <out/a.jsonl
    run -0 "$DOCMILL" try --explain pipeline.yaml in/a.txt
    has "$output" clean-exec/teh
    "$DOCMILL" undo --quiet --rule teh pipeline.yaml in/a.txt | cmp - in/a.txt
    run -0 "$DOCMILL" verify pipeline.yaml
}

@test "rules of the program are set in the pipeline file, and checked" {
    sed -i 's/timeout: 5s/rules: { teh: flag }/' pipeline.yaml
    "$DOCMILL" try pipeline.yaml in/a.txt | cmp - in/a.txt
    sed -i 's/teh: flag/the: flag/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "has no rule 'the'" "did you mean 'teh'?"
}

@test "a changed program builds the outputs anew" {
    "$DOCMILL" run --quiet pipeline.yaml in
    run -0 "$DOCMILL" run pipeline.yaml in
    has "$output" "1 unchanged"
    sed -i 's/"with": "the"/"with": "THE"/' a.py
    run -0 "$DOCMILL" run pipeline.yaml in
    has "$output" "1 done"
    says '.text == "In THE ënd.\n"' <out/a.jsonl
}

@test "check tells what is wrong with a command" {
    sed -i 's/python3/python4/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "pipeline.yaml:6:" "there is no program 'python4'"
    sed -i 's/python4, a.py/.\/a.py/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "a.py cannot be run: Permission denied"
    sed -i 's/.\/a.py/python3, b.py/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "ended before it had greeted" "can't open file"
    printf 'print("hello", flush=True)\n' >b.py
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "no greeting such as" ": hello"
    sed -i 's/\[python3, b.py\]/[]/' pipeline.yaml
    run -2 --separate-stderr "$DOCMILL" check pipeline.yaml
    has "$stderr" "'command'"
}

@test "a program that ends, hangs or talks nonsense costs the one document" {
    sed -i -e 's/5s/300ms/' -e 's/^run: .*/run: { state: out\/.docmill, attempts: 2, workers: 1 }/' pipeline.yaml
    for word in kill exit close sleep twice garbage; do echo "$word teh" >"in/$word.txt"; done
    for n in 1 2 3 4 5 6 7 8 9; do echo "teh $n" >"in/b$n.txt"; done
    run -1 "$DOCMILL" run pipeline.yaml in
    has "$output" "10 done, 6 failed"
    "$DOCMILL" failures --json pipeline.yaml >failures
    has "$(cat failures)" "was ended before it had answered, by signal" "was killed, or closed its standard output" \
        "ended before it had answered, with exit status 7" "did not answer within 300 ms" \
        "more than one line" "is no JSON"
    [ "$(grep -c '"text":"the [0-9]' out/a.jsonl)" = 9 ]
}

@test "what a program says on standard error is in the log" {
    sed -i '2a print("a word from the program", file=sys.stderr, flush=True)' a.py
    run -0 --separate-stderr "$DOCMILL" run pipeline.yaml in
    has "$stderr" "a word from the program"
}

@test "a program writes no files, reads no others, reaches no network, signals nobody" {
    "$DOCMILL" check --verbose pipeline.yaml | grep -q 'Landlock, version' || skip "no Landlock"
    mkdir -p secret own && echo secret >secret/file && echo known >own/known
    sed -i 's/a.py/own\/a.py/' pipeline.yaml
    cat >own/a.py <<'END'
import json, os, socket, sys
def does(what):
    try:
        what()
        return "yes"
    except OSError:
        return "no"
print('{"docmill": 1, "positions": "characters"}', flush=True)
for line in sys.stdin:
    answers = {
        "beside": does(lambda: open("own/known")),
        "reads": does(lambda: open("secret/file")),
        "input": does(lambda: open("in/a.txt")),
        "passwords": does(lambda: open("/etc/passwd")),
        "writes": does(lambda: open("own/new", "w")),
        "removes": does(lambda: os.remove("own/known")),
        "makes": does(lambda: os.mkdir("own/folder")),
        "network": does(lambda: socket.socket()),
        "signals": does(lambda: os.kill(os.getppid(), 0)),
        "session": does(os.setsid),
        "modes": does(lambda: os.fchmod(os.open("own", os.O_RDONLY), 0o777)),
        "datagrams": does(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)),
        "streams": does(socket.socketpair),
        "cuts": does(lambda: os.ftruncate(2, 0)),
        "environment": " ".join(sorted(os.environ)),
    }
    print(json.dumps({"meta": answers}), flush=True)
END
    SECRET=1 "$DOCMILL" run --quiet pipeline.yaml in
    says '.metadata | .beside == "yes" and .streams == "yes"' <out/a.jsonl
    says '.metadata | [.reads, .input, .passwords, .writes, .removes, .makes] | all(. == "no")' <out/a.jsonl
    says '.metadata | [.network, .signals, .session, .modes, .datagrams, .cuts] | all(. == "no")' <out/a.jsonl
    says '.metadata.environment | test("SECRET") | not' <out/a.jsonl
}

@test "nothing of a program is left, however docmill ends" {
    echo sleep >in/sleep.txt
    sed -i 's/5s/50s/' pipeline.yaml
    sed -i 's/time.sleep(60)/os.fork(); time.sleep(61.5)/' a.py
    "$DOCMILL" run --quiet pipeline.yaml in &
    local docmill=$!
    running() {
        pgrep -f '^python3 a.py$' | while read -r p; do
            [ "$(readlink "/proc/$p/cwd")" != "$PWD" ] || echo "$p"
        done
    }
    for _ in $(seq 100); do [ "$(running | wc -l)" -ge 3 ] && break; sleep 0.1; done
    [ "$(running | wc -l)" -ge 2 ]
    kill -KILL "$docmill"
    wait "$docmill" || true
    for _ in $(seq 100); do [ -z "$(running)" ] && break; sleep 0.1; done
    is "$(running)" ""
}

@test "a launcher that is killed costs no more than one attempt" {
    sed -i -e 's/^run: .*/run: { state: out\/.docmill, attempts: 2, workers: 1 }/' -e 's/a.py/slow.py/' pipeline.yaml
    sed '6i \    time.sleep(0.02)' a.py >slow.py
    for n in $(seq 100); do echo "teh $n" >"in/$n.txt"; done
    "$DOCMILL" run pipeline.yaml in >told 2>&1 &
    local docmill=$!
    program() { pgrep -f '^python3 slow.py$' | while read -r p; do [ "$(readlink "/proc/$p/cwd")" != "$PWD" ] || echo "$p"; done; }
    for _ in $(seq 100); do [ -z "$(program)" ] || break; sleep 0.05; done
    sleep 0.3
    kill -KILL "$(ps -o ppid= -p "$(program | head -n 1)" | tr -d ' ')"
    wait "$docmill" || { cat told; return 1; }
    has "$(cat told)" "101 done, 0 failed"
}

@test "a script may have others beside it, behind whatever runs it" {
    mkdir x
    echo 'word = "teh"' >x/helper.py
    sed 's/^import json/import helper, json/' a.py >x/a.py
    for command in 'python3, x/a.py' '/usr/bin/python3, x/a.py' '/usr/bin/env, python3, x/a.py'; do
        sed -i "s|command: \[.*\]|command: [$command]|" pipeline.yaml
        run -0 "$DOCMILL" try pipeline.yaml in/a.txt
        is "$output" "In the ënd."
    done
    /usr/bin/python3 -m venv --without-pip v 2>/dev/null || skip "python3 makes no environment"
    sed -i "s|command: \[.*\]|command: [./v/bin/python, x/a.py]|" pipeline.yaml
    run -0 "$DOCMILL" try pipeline.yaml in/a.txt
}

@test "try and check --verbose say what a program may do" {
    run -0 "$DOCMILL" check --verbose pipeline.yaml
    has "$output" "python3 a.py" "a sandbox of its own"
    run -0 "$DOCMILL" try --no-sandbox pipeline.yaml in/a.txt
    is "$output" "In the ënd."
}
