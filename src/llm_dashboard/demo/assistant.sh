# A stand-in for a coding agent, without a model: it reads the prompt, says what a real one would say, as Claude Code does,
# takes its time, and writes the files that the prompt asks for.
prompt=$(cat)
spoken=0
heard=0
say() {
  spoken=$((spoken + 40)) heard=$((heard + ${1}00))
  printf '{"type":"assistant","message":{"id":"m%s","role":"assistant","content":[%s],"usage":{"input_tokens":%s,"output_tokens":40}}}\n' "$1" "$2" "${1}00"
  sleep "${PAUSE:-1}"
}
text() { say "$1" "{\"type\":\"text\",\"text\":\"$2\"}"; }
tool() {
  say "$1" "{\"type\":\"tool_use\",\"id\":\"t$1\",\"name\":\"$2\",\"input\":{\"$3\":\"$4\"}}"
  printf '{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t%s","content":"%s"}]}}\n' "$1" "$5"
}
named() { printf '%s\n' "$prompt" | grep -o "$1" | head -n 1; }

printf '{"type":"system","subtype":"init","session_id":"stand-in","model":"none: a script","tools":[]}\n'
text 1 'I am a stand-in: a script, no model. I do what the prompt names.'
task=$(named 'work-space/[A-Za-z0-9_./-]*EXECUTION_TASK_[A-Za-z0-9_-]*\.md')
tool 2 Read file_path "$task" 'read'
answer=$(named 'work-space/[A-Za-z0-9_./-]*_RESOLUTION\.md')
mkdir -p station tests
files=$(printf '%s\n' "$prompt" | grep -oE '[a-z_]+/[a-z_]+\.(py|html\.j2)' | sort -u)
[ -n "$files" ] || files='station/store.py tests/test_store.py'
number=3
for file in $files; do
  echo "# Written by the stand-in of the demo." >> "$file"
  tool "$number" Write file_path "$file" 'written'
  number=$((number + 1))
done
if [ -n "$answer" ]; then
  cat > "$answer" <<END
# FIX RESOLUTION: by the stand-in of the demo

**Executor**: a script, no model
**Status**: ✅ ALL ISSUES FIXED

## Critical Issues

### Issue 1: A torn record hides all later ones

- **Fix**: a stand-in has written a line into $(echo $files)

### Issue 2: The file is never synced

- **Fix**: likewise

## Minor Issues

### Issue 1: The record size is written down in two places

- **Fix**: likewise
END
  tool "$number" Write file_path "$answer" 'written'
elif [ -n "$task" ]; then
  sed 's/^\*\*Status\*\*:.*/**Status**: Complete/' "$task" > "$task.new" && mv "$task.new" "$task"
  tool "$number" Edit file_path "$task" 'edited'
fi
printf '{"type":"result","subtype":"success","is_error":false,"result":"Done, by a stand-in.","total_cost_usd":0,"usage":{"input_tokens":%s,"output_tokens":%s},"permission_denials":[]}\n' "$heard" "$spoken"
