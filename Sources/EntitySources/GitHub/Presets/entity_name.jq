# An entity's name has 1 to 63 letters and digits, with `-`, `_` and `.` between them. Any other name keeps what it
# can and ends with a dot and GitHub's number; no name that is taken as it is ends like that, so no two are alike.
def entity_name($id):
  if test("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$") and (test("\\.[0-9]+$") | not) then .
  else gsub("[^A-Za-z0-9._-]"; "-")[:42] | gsub("^[._-]+|[._-]+$"; "")
    | (if . == "" then "unnamed" else . end) + "." + ($id | tostring)
  end;
def given: with_entries(select(.value | . != null and . != "" and . != []));
