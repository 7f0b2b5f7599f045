# What the demo verifies the work of its stand-in with: that something is in each file of the station.
for file in station/*.py; do
  [ -s "$file" ] || { echo "$file is empty"; exit 1; }
  echo "$file is there"
done
