-- A cleaner that uses every call there is, and remembers what it must not.
-- docmill rule stutter: A word that stands there twice.
-- docmill rule words (flag): How many words there are.
seen = 0

function clean(doc)
  local count, last, last_to = 0, nil, 0
  seen = seen + 1
  for from, to, word in doc:words() do
    if word == last and doc:text():sub(last_to + 1, from - 1) == " " and not doc:protected(last_to + 1, to) then
      doc:edit(last_to + 1, to, "", "stutter", 0.9, "twice: " .. word)
    end
    count, last, last_to = count + 1, word, to
  end
  doc:meta("words", tostring(count) .. " " .. seen .. " " .. math.random(1000), "stutter")
  doc:meta("source", doc:source(), "words")
  for from, to, line in doc:lines() do
    if line:sub(1, 2) == "# " then doc:mark("heading", from, to, 1, line:sub(3), "stutter") end
  end
  local marks = doc:marks()
  if marks[1] and marks[1].kind == "quote" then doc:unmark(1, "words") end
  for key, value in pairs(marks[#marks] or {}) do log(key .. "=" .. value) end
end
