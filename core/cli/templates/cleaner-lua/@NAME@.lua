-- @NAME@: one sentence about what it repairs.
-- docmill rule space-run: A run of spaces was longer than one.
function clean(doc)
  local text = doc:text()
  local from, to = text:find("  +")
  while from do
    doc:edit(from, to, " ", "space-run")
    from, to = text:find("  +", to + 1)
  end
end
